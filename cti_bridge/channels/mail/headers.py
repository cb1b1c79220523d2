"""Headers of mail as it comes, whatever was done to them: bounded, decoded, never an error.

The email package's own structured headers (`policy.default`) recurse and backtrack on hostile
input, so headers are read raw (`policy.compat32`) and decoded here, cut to a bound first.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import UTC
from email.header import decode_header
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from cti_bridge.composed import composed
from cti_bridge.protocol.values import Address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import Message

MAX_HEADER: Final = 16_384  # characters of one that is read as text
MAX_ADDRESSES: Final = 1_000_000  # characters of To or Cc that are read
MAX_SUBJECT: Final = 500
MAX_NAME: Final = 120
MAX_ADDRESS: Final = 254  # RFC 5321 section 4.5.3.1.3, less the brackets
MAX_IDS: Final = 50
VAGUE: Final = {
    "",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "iso8859-1",
    "latin-1",
    "latin1",
    "cp1252",
    "windows-1252",
    "8bit",
    "unknown",
    "unknown-8bit",
    "x-unknown",
    "default_charset",
}
"""Said of UTF-8 and Windows-1252 alike: what is valid UTF-8 is that, in practice."""
ALIASES: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "x-mac-roman": "mac_roman",
}
NOT_TEXT: Final = {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode"}
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,400})>")
_STOPS: Final = re.compile(r'\\.|[",;<>]', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ADDRESS: Final = re.compile(
    r"[^\s@<>\"(),:;\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),:;\\\x00-\x1f]{1,190}"
)


def text_of(data: bytes, charset: str) -> str:
    """Text of bytes whose charset may be unknown, missing or a lie; never an error."""
    said = charset.strip().strip("\"'").casefold()[:40]
    name = ALIASES.get(said, said)
    for candidate in (*(() if name in VAGUE else (name,)), "utf-8"):
        if (text := _decoded(data, candidate)) is not None:
            return text
    return data.decode("cp1252", "replace")


def _decoded(data: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if codec.name in NOT_TEXT or not getattr(codec, "_is_text_encoding", True):
        return None
    try:
        return data.decode(codec.name)
    except (UnicodeError, ValueError):
        return None


def raw(message: Message, name: str, most: int = MAX_HEADER) -> str:
    """The header's text, cut, with its lines unfolded; "" where there is none."""
    found = message.get(name)
    if found is None:
        return ""
    return " ".join(str(_unescaped(str(found)[:most])).split())


def _unescaped(text: str) -> str:
    """8-bit bytes that stood bare in the header (the parser keeps them as surrogates)."""
    try:
        data = text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text
    return text_of(data, "utf-8") if max(data, default=0) > 127 else text


def plain(text: str, most: int) -> str:
    """RFC 2047 words decoded; one line without control or direction characters."""
    try:
        parts = decode_header(text)
    except Exception:  # what the package raises for junk is not documented
        parts = [(text, None)]
    words = (
        word if isinstance(word, str) else text_of(word, charset or "us-ascii")
        for word, charset in parts
    )
    return line("".join(words), most)


def line(text: str, most: int) -> str:
    cleaned = _BIDI.sub("", _CONTROL.sub(" ", text.encode("utf-8", "replace").decode()))
    return " ".join(composed(cleaned).split())[:most].strip()


def subject_of(message: Message) -> str:
    return plain(raw(message, "subject"), MAX_SUBJECT)


def address_of(text: str) -> str:
    """A bare address in lower case, or "" for what is none."""
    found = text.strip().strip("<>").strip()
    if len(found) > MAX_ADDRESS or not _ADDRESS.fullmatch(found):
        return ""
    return found.casefold()


def addresses_of(message: Message, *names: str, most: int) -> tuple[tuple[Address, ...], int]:
    """The first `most` addresses of these headers, and how many there were."""
    found: list[Address] = []
    total = 0
    for name in names:
        for value in message.get_all(name) or ():
            text = _unescaped(" ".join(str(value)[:MAX_ADDRESSES].split()))
            for one in split_addresses(text):
                total += 1
                if len(found) < most and (address := address_of(one.address)):
                    found.append(Address(address=address, name=plain(one.name, MAX_NAME)))
    return tuple(found), total


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    address: str
    name: str = ""


def split_addresses(text: str) -> Iterator[Mention]:
    """The addresses of a header (RFC 5322 section 3.4), in one pass over it whatever it holds;
    the standard library's reader differs between versions of Python and drops whole lists."""
    for part in _parts(text):
        name, bracket, rest = part.rpartition("<")
        if not bracket:
            name, rest = _comment(part)
        if "@" in rest:
            yield Mention(address=_bare(rest.partition(">")[0]), name=_unquoted(_ungrouped(name)))


def _parts(text: str) -> Iterator[str]:
    """Between commas and semicolons that stand neither in quotes nor in brackets; what a quote
    or a bracket that never ends has swallowed is split all the same."""
    begin, closing = 0, ""
    for stop in _STOPS.finditer(text):
        mark = stop[0]
        if closing:
            closing = "" if mark == closing else closing
        elif mark in ('"', "<"):
            closing = ">" if mark == "<" else mark
        elif mark in (",", ";"):
            yield text[begin : stop.start()]
            begin = stop.end()
    yield from text[begin:].split(",") if closing else (text[begin:],)


def _comment(part: str) -> tuple[str, str]:
    """`ana@example.com (Ana Peña)`, as mail of the nineties has it."""
    rest, bracket, comment = part.partition("(")
    return (comment.rstrip(") "), rest) if bracket else ("", part)


def _bare(text: str) -> str:
    return _ungrouped(text).strip().removeprefix("mailto:")


def _ungrouped(text: str) -> str:
    """`Friends: ana@…` is the first of a group."""
    return text if text.lstrip().startswith('"') else text.rpartition(":")[2]


def _unquoted(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return _ESCAPED.sub(r"\1", name)


def ids_of(message: Message, name: str) -> tuple[str, ...]:
    """Message-IDs of a header without their brackets, the newest `MAX_IDS`."""
    found = message.get_all(name) or ()
    text = " ".join(str(value)[-MAX_HEADER * 2 :] for value in found[-5:])
    if "=?" in text:  # a writer that encodes what is too long for a line
        text = plain(" ".join(text.split()), MAX_HEADER * 2)
    ids = (line(_unescaped(one), 400) for one in _MESSAGE_ID.findall(text))
    return tuple(dict.fromkeys(one for one in ids if one))[-MAX_IDS:]


def header_id(message: Message) -> str:
    ids = ids_of(message, "message-id")
    return ids[0] if ids else line(raw(message, "message-id", 400).strip("<> "), 300)


def date_of(message: Message) -> datetime | None:
    """Aware; None where there is none that can be read."""
    try:
        when = parsedate_to_datetime(raw(message, "date", 200))
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # each of them for some junk
        return None
