"""A web site's word for who is logged in: a JSON Web Token (RFC 7519), HS256 and nothing else."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cti_bridge.channels.chat.ports import SiteClaims
from cti_bridge.channels.chat.seal import BadSeal, unpadded

if TYPE_CHECKING:
    from datetime import datetime

MAX_TOKEN: Final = 2048
LEEWAY: Final = 60  # seconds by which a site's clock may differ
MAX_CLAIM: Final = 254


class BadIdentity(Exception):
    """`str` says why, in a word for the metrics: "too_long", "form", "algorithm", "signature",
    "expired", "not_yet", "audience", "claims"."""


def verify(token: str, secret: str, site: str, now: datetime) -> SiteClaims:
    """Who the site says it is. `alg` must be HS256, `exp` there and ahead, `aud` this site's id;
    raises BadIdentity."""
    if len(token) > MAX_TOKEN:
        raise BadIdentity("too_long")
    signed, _dot, mark = token.rpartition(".")
    header_text, dot, claims_text = signed.partition(".")
    if not dot or not token.isascii():
        raise BadIdentity("form")
    header = _object(header_text)
    # RFC 8725 section 3.1: the algorithm is ours to say; section 3.10: no key out of the token
    if header.get("alg") != "HS256" or "crit" in header:
        raise BadIdentity("algorithm")
    wanted = hmac.digest(secret.encode(), signed.encode(), "sha256")
    if not secret or not hmac.compare_digest(wanted, _bytes(mark)):
        raise BadIdentity("signature")
    return _checked(_object(claims_text), site, now.timestamp())


def _checked(claims: dict[str, Any], site: str, now: float) -> SiteClaims:
    if not _moment(claims.get("exp")) or claims["exp"] <= now - LEEWAY:
        raise BadIdentity("expired")
    for early in ("nbf", "iat"):
        if early in claims and not (_moment(claims[early]) and claims[early] <= now + LEEWAY):
            raise BadIdentity("not_yet")
    audience = claims.get("aud")
    if site not in (audience if isinstance(audience, list) else [audience]):
        raise BadIdentity("audience")
    found = SiteClaims(
        subject=_claim(claims, "sub"),
        email=_claim(claims, "email"),
        phone=_claim(claims, "phone_number") or _claim(claims, "phone"),
        name=_claim(claims, "name"),
    )
    if not (found.subject or found.email or found.phone):
        raise BadIdentity("claims")
    return found


def _moment(value: object) -> bool:
    """A NumericDate (RFC 7519 section 2)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _claim(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_CLAIM or not value.isprintable():
        raise BadIdentity("claims")
    return value.strip()


def _object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_bytes(text), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadIdentity("form") from error


def _bytes(text: str) -> bytes:
    try:
        return unpadded(text)
    except BadSeal as error:
        raise BadIdentity("form") from error
