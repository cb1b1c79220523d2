"""Digest authentication of a client: RFC 3261 section 22, RFC 7616, RFC 8760 (SHA-256)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.addresses import params_of, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STRENGTH: Final = {"SHA-256": 2, "MD5": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    realm: str
    nonce: str
    algorithm: str = "MD5"  # "MD5" or "SHA-256", with "-sess" where `session`
    opaque: str = ""
    qop: bool = False
    session: bool = False
    stale: bool = False
    proxy: bool = False  # answered with Proxy-Authorization


def read_challenge(values: Iterable[str], *, proxy: bool) -> Challenge | None:
    """The strongest challenge that can be answered, or None."""
    found = [one for value in values if (one := _challenge(value, proxy=proxy)) is not None]
    return max(found, key=lambda one: _STRENGTH[one.algorithm], default=None)


def _challenge(value: str, *, proxy: bool) -> Challenge | None:
    scheme, _, rest = value.strip().partition(" ")
    # Parts are split outside quotes: qop="auth,auth-int" is one of them.
    params = params_of(";".join(split(rest, ",")))
    name = params.get("algorithm", "MD5").upper()
    algorithm = name.removesuffix("-SESS")
    qop = [word.strip().lower() for word in params.get("qop", "").split(",") if word.strip()]
    usable = scheme.lower() == "digest" and algorithm in _STRENGTH and "nonce" in params
    if not usable or "realm" not in params or (qop and "auth" not in qop):
        return None
    return Challenge(
        realm=params["realm"],
        nonce=params["nonce"],
        algorithm=algorithm,
        opaque=params.get("opaque", ""),
        qop=bool(qop),
        session=name.endswith("-SESS"),
        stale=params.get("stale", "").lower() == "true",
        proxy=proxy,
    )


@dataclass(slots=True, kw_only=True)
class Credentials:
    """Answers challenges, and counts how often each nonce was used."""

    user: str
    password: str = field(repr=False)
    make_cnonce: Callable[[], str] = lambda: secrets.token_hex(8)
    _challenge: Challenge | None = None
    _count: int = 0

    @property
    def challenge(self) -> Challenge | None:
        return self._challenge

    def take(self, challenge: Challenge) -> None:
        if self._challenge is None or challenge.nonce != self._challenge.nonce:
            self._count = 0
        self._challenge = challenge

    def header(self, method: str, uri: str) -> str:
        """The whole header line for the challenge taken last, or "" where there was none."""
        if (challenge := self._challenge) is None:
            return ""
        self._count += 1
        count, cnonce = f"{self._count:08x}", self.make_cnonce()
        secret = _hash(challenge, f"{self.user}:{challenge.realm}:{self.password}")
        if challenge.session:
            secret = _hash(challenge, f"{secret}:{challenge.nonce}:{cnonce}")
        what = _hash(challenge, f"{method}:{uri}")
        middle = f"{count}:{cnonce}:auth:" if challenge.qop else ""
        response = _hash(challenge, f"{secret}:{challenge.nonce}:{middle}{what}")
        parts = [
            f"username={_quoted(self.user)}",
            f"realm={_quoted(challenge.realm)}",
            f"nonce={_quoted(challenge.nonce)}",
            f"uri={_quoted(uri)}",
            f'response="{response}"',
            f"algorithm={challenge.algorithm}{'-sess' if challenge.session else ''}",
        ]
        if challenge.qop:
            parts += ["qop=auth", f"nc={count}"]
        if challenge.qop or challenge.session:
            parts.append(f'cnonce="{cnonce}"')
        if challenge.opaque:
            parts.append(f"opaque={_quoted(challenge.opaque)}")
        name = "Proxy-Authorization" if challenge.proxy else "Authorization"
        return f"{name}: Digest {', '.join(parts)}"


def _hash(challenge: Challenge, text: str) -> str:
    name = "sha256" if challenge.algorithm == "SHA-256" else "md5"
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    # Quotes and line ends in a realm come from the network: they must not leave the quotes.
    clean = "".join(letter for letter in text if letter.isprintable())
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
