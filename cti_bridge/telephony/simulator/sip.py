"""Just enough SIP to be a telephone (RFC 3261): text in, values out; nothing of pyVoIP."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES: Final = 65_535
COMPACT: Final = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact"} | {
    "l": "content-length",
    "c": "content-type",
}
_TAG = re.compile(r";\s*tag=([^;\s>]+)", re.IGNORECASE)
_URI = re.compile(r"<([^>]*)>")


class SipError(Exception):
    """A datagram that is no SIP message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request (`method`, `uri`) or a response (`status`, `phrase`)."""

    method: str = ""
    uri: str = ""
    status: int = 0
    phrase: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # as they came, names as written
    body: str = ""
    _index: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def all(self, name: str) -> list[str]:
        return self._index.get(name.lower(), [])

    def get(self, name: str) -> str:
        """The first header of this name, "" when there is none."""
        return next(iter(self.all(name)), "")

    @property
    def call_id(self) -> str:
        return self.get("Call-ID")

    @property
    def cseq(self) -> tuple[int, str]:
        number, _, method = self.get("CSeq").partition(" ")
        return (int(number) if number.isdigit() else 0), method.strip()


def parse(data: bytes) -> Message:
    """One datagram. Raises SipError."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
    words = lines[0].split(" ", 2)
    if len(data) > MAX_BYTES or len(words) != 3:
        raise SipError("no start line")
    headers = tuple(_header(line) for line in lines[1:] if ":" in line)
    index: dict[str, list[str]] = {}
    for name, value in headers:
        index.setdefault(COMPACT.get(name.lower(), name.lower()), []).append(value)
    text = body.decode("utf-8", "replace")
    if words[0] == "SIP/2.0" and words[1].isdigit():
        return Message(
            status=int(words[1]), phrase=words[2], headers=headers, body=text, _index=index
        )
    if words[2] == "SIP/2.0":
        return Message(method=words[0], uri=words[1], headers=headers, body=text, _index=index)
    raise SipError("no SIP/2.0 in the start line")


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def request(method: str, uri: str, headers: Iterable[tuple[str, str]], body: str = "") -> bytes:
    return _text(f"{method} {uri} SIP/2.0", headers, body)


def response(
    to: Message,
    status: int,
    phrase: str,
    *,
    tag: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: str = "",
) -> bytes:
    """An answer to a request: its Via, From, To, Call-ID and CSeq are copied."""
    copied = [("Via", via) for via in to.all("Via")]
    copied += [("Record-Route", route) for route in to.all("Record-Route")]
    copied.append(("From", to.get("From")))
    their_to = to.get("To")
    copied.append(("To", their_to if tag_of(their_to) or not tag else f"{their_to};tag={tag}"))
    copied += [("Call-ID", to.call_id), ("CSeq", to.get("CSeq"))]
    return _text(f"SIP/2.0 {status} {phrase}", [*copied, *headers], body)


def _text(start: str, headers: Iterable[tuple[str, str]], body: str) -> bytes:
    content = body.encode()
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if content:
        lines.append("Content-Type: application/sdp")
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def tag_of(address: str) -> str:
    found = _TAG.search(address)
    return found.group(1) if found else ""


def uri_of(address: str) -> str:
    found = _URI.search(address)
    return found.group(1) if found else address.partition(";")[0].strip()


def new_branch() -> str:
    return f"z9hG4bK{secrets.token_hex(10)}"


def new_tag() -> str:
    return secrets.token_hex(6)
