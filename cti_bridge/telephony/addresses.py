"""SIP addresses as they come in headers: RFC 3261 sections 20.10 and 25, RFC 3966 for tel:.

Everything here is total: text from the network comes in, and what cannot be read is None.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from cti_bridge.composed import composed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_ADDRESS: Final = 2048
MAX_DISPLAY: Final = 80
MAX_ITEMS: Final = 32
_SCHEMES: Final = frozenset({"sip", "sips", "tel"})
_TOKENS: Final = {
    separator: re.compile(rf'"(?:\\.|[^"\\])*"?|<[^>]*>?|{separator}|[^"<{separator}]+', re.DOTALL)
    for separator in ",;"
}
_URI: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)\s*:(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uri:
    """`user` is percent-decoded; a tel: number stands in `user` and has no host."""

    scheme: str  # "sip", "sips" or "tel"
    user: str
    host: str  # lower case, IPv6 without brackets
    port: int | None
    params: Mapping[str, str]
    headers: str = ""  # what followed "?", as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    display: str  # decoded and cleaned, at most MAX_DISPLAY characters
    uri: Uri
    raw_uri: str  # as it came, to be sent back
    params: Mapping[str, str]  # of the header, lower-case names: "tag", "screen", "privacy" …


def text_of(raw: bytes) -> str:
    """UTF-8 as RFC 3261 asks, or the Latin-1 that old PBXs send."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def split(value: str, separator: str) -> Iterator[str]:
    """The parts between separators that stand neither in quotes nor in <>, at most MAX_ITEMS."""
    if '"' not in value and "<" not in value:  # the common case, many times as fast
        yield from value.split(separator, MAX_ITEMS)[:MAX_ITEMS]
        return
    parts = [""]
    for token in _TOKENS[separator].findall(value):
        if token != separator:
            parts[-1] += token
        elif len(parts) == MAX_ITEMS:
            break
        else:
            parts.append("")
    yield from parts


def params_of(value: str) -> dict[str, str]:
    """`;a=1;b` as {"a": "1", "b": ""}, quotes taken off."""
    found: dict[str, str] = {}
    if not value:
        return found
    for part in split(value, ";"):
        name, _, text = part.partition("=")
        if name.strip():
            found.setdefault(name.strip().lower(), _unquoted(text.strip()))
    return found


def parse_uri(text: str) -> Uri | None:
    """A sip:, sips: or tel: URI, or None."""
    if len(text) > MAX_ADDRESS or not (match := _URI.fullmatch(text)):
        return None
    scheme, rest = match[1].lower(), match[2].strip()
    if scheme not in _SCHEMES or not rest:
        return None
    if scheme == "tel":
        number, _, params = rest.partition(";")
        return Uri(
            scheme=scheme,
            user=_percent_decoded(number),
            host="",
            port=None,
            params=params_of(params),
        )
    # The user part may hold "?" and ";" (RFC 3261 section 25.1): look for the last "@" first.
    user, _, rest = rest.rpartition("@")
    rest, _, headers = rest.partition("?")
    host, _, params = rest.partition(";")
    host, port = _host_port(host.strip())
    if not host:
        return None
    return Uri(
        scheme=scheme,
        user=_percent_decoded(user.partition(":")[0]),  # a password is nobody's business
        host=host,
        port=port,
        params=params_of(params),
        headers=headers,
    )


@functools.lru_cache(maxsize=1024)  # each address of an INVITE is asked for twice or more
def parse_address(text: str) -> Address | None:
    """A name-addr or addr-spec with its header parameters, or None."""
    if len(text) > MAX_ADDRESS:
        return None
    opening = _outside_quotes(text, "<")
    if opening < 0:  # addr-spec: what follows ";" belongs to the header (section 20)
        target, _, params = text.strip().partition(";")
        display = ""
    else:
        closing = text.find(">", opening)
        if closing < 0:
            return None
        display, target, params = text[:opening], text[opening + 1 : closing], text[closing + 1 :]
    uri = parse_uri(target)
    if uri is None:
        return None
    return Address(
        display=clean_display(display),
        uri=uri,
        raw_uri=target.strip(),
        params=params_of(params),
    )


def clean_display(text: str) -> str:
    """A display name fit to be shown: unquoted, decoded, without control or bidi characters."""
    name = _unquoted(text.strip())
    if "=?" in name:
        name = _encoded_words(name)
    if not (name.isascii() and name.isprintable()):
        name = "".join(" " if letter.isspace() else letter for letter in name)
        # Cc, Cf: controls, and the invisible ones that turn text around (U+202E …); Cs: halves.
        name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
        name = composed(name)
    name = " ".join(name.split())
    while len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()  # quoted twice
    if name.count('"') % 2:
        name = name.strip('" ')  # a stray one
    return name[:MAX_DISPLAY].strip()


def _encoded_words(name: str) -> str:
    # RFC 2047 has no place in SIP and is met all the same, from gateways of mail people.
    try:
        parts = decode_header(name[:MAX_ADDRESS])
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "latin-1", "replace")
            for part, charset in parts
        )
    except (HeaderParseError, LookupError, ValueError):
        return name


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    inner = text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)


def _outside_quotes(text: str, wanted: str) -> int:
    quoted = escaped = False
    for place, letter in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == wanted and not quoted:
            return place
    # A stray quote ("Ana" Ruiz" <sip:…>) must not hide the address.
    return text.find(wanted)


def _percent_decoded(text: str) -> str:
    return text_of(unquote_to_bytes(text)) if "%" in text else text


def _host_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    host, port = host.strip().lower(), port.strip()
    if not port:
        return host, None
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) < 65536):
        return "", None
    return host, int(port)
