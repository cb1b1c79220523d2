"""pyVoIP's SIP message, contained: read to RFC 3261, bounded, and kept whole for the answer.

What pyVoIP 1.6.8 does with a message, and what this subclass makes of it, is told method by
method; `tests/unit/telephony/test_contracts.py` shows each on both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pyVoIP.SIP import SIPMessage, SIPMessageType, SIPParseError, SIPStatus

from cti_bridge.telephony.addresses import Address, parse_address, split, text_of

MAX_HEAD: Final = 12_000
MAX_HEADERS: Final = 128
MAX_CSEQ: Final = 2**31
_COMPACT: Final = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
}
_NEEDED: Final = ("via", "from", "to", "call-id", "cseq")
_SINGLE: Final = ("from", "to", "call-id", "cseq", "max-forwards", "content-length")
_METHOD: Final = re.compile(r"[A-Za-z0-9.!%*_+`'~-]{1,40}")
_VIA: Final = re.compile(
    r"\s*SIP\s*/\s*2\.0\s*/\s*([A-Za-z0-9]+)\s+(\[[0-9A-Fa-f:.]+\]|[^\s;:]+)\s*(?::\s*(\d{1,5}))?"
    r"\s*(;.*)?",
    re.DOTALL | re.IGNORECASE,
)
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")


class Unanswerable(SIPParseError):  # type: ignore[misc]  # pyVoIP has no types
    """Not enough of a SIP message to answer it: it is dropped and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    transport: str
    host: str
    port: int  # 5060 where none is given
    params: dict[str, str]
    raw: str

    @property
    def branch(self) -> str:
        return self.params.get("branch", "")


class LineMessage(SIPMessage):  # type: ignore[misc]  # pyVoIP has no types
    """A request or a response.

    `problem` is the (status, reason) with which a request that can be answered, but not used, is
    refused. Raises Unanswerable. `method`, `status`, `headers`, `type` are pyVoIP's own.
    """

    method: str
    heading: bytes
    headers: dict[str, Any]

    def __init__(self, data: bytes) -> None:
        self.uri = ""
        self.code = 0  # of a response; pyVoIP's SIPStatus knows only the registered ones
        self.reason = ""
        self.content = b""
        self.problem: tuple[int, str] | None = None
        self.vias: tuple[Via, ...] = ()
        self.reply_to: tuple[str, int] = ("", 0)  # set by who received it
        self._fields: dict[str, list[str]] = {}
        super().__init__(data)

    @property
    def is_request(self) -> bool:
        return bool(self.type == SIPMessageType.MESSAGE)

    def every(self, name: str) -> list[str]:
        """The values of a header, one for each line of it."""
        return self._fields.get(name.lower(), [])

    def first(self, name: str) -> str:
        values = self._fields.get(name.lower())
        return values[0] if values else ""

    def address(self, name: str) -> Address | None:
        return parse_address(self.first(name))

    @property
    def call_id(self) -> str:
        return self.first("Call-ID")

    @property
    def cseq(self) -> int:
        number: int = self.headers["CSeq"]["number"]
        return number

    @property
    def cseq_method(self) -> str:
        method: str = self.headers["CSeq"]["method"]
        return method

    @property
    def from_tag(self) -> str:
        tag: str = self.headers["From"]["tag"]
        return tag

    @property
    def to_tag(self) -> str:
        tag: str = self.headers["To"]["tag"]
        return tag

    @property
    def has_sdp(self) -> bool:
        kind = self.first("Content-Type").partition(";")[0].strip().lower()
        return bool(self.content) and kind == "application/sdp"

    # pyVoIP splits the datagram at each empty line (and fails when there are two), knows four
    # methods, and takes only "Name: value" in one line, in one case, in UTF-8.

    def parse(self, data: bytes) -> None:
        data = data.lstrip(b"\r\n")  # RFC 3261 section 7.5
        head, separator, content = data.partition(b"\r\n\r\n")
        if not separator or len(head) > MAX_HEAD:
            raise Unanswerable("no end of the headers" if not separator else "too long")
        lines = _FOLD.sub(b" ", head).split(b"\r\n")
        if len(lines) > MAX_HEADERS:
            raise Unanswerable("too many headers")
        self.heading = lines[0]
        self._heading(text_of(lines[0]))
        self.parse_raw_header(lines[1:], self.parse_header)
        self._check(content)

    def _heading(self, line: str) -> None:
        words = line.split(" ")
        if words[0].upper().startswith("SIP/"):
            self._status_line(line)
            return
        if len(words) < 3 or not _METHOD.fullmatch(words[0]):
            raise Unanswerable("no request line")
        self.type = SIPMessageType.MESSAGE
        self.method, self.uri, self.version = words[0], " ".join(words[1:-1]), words[-1]
        if not re.fullmatch(r"SIP/\d{1,5}\.\d{1,5}", self.version, re.IGNORECASE):
            raise Unanswerable("no SIP version")
        if self.version.upper() != "SIP/2.0":
            self.problem = (505, "Version Not Supported")
        elif not self.uri or any(letter in self.uri for letter in ' <>"\t'):
            self.problem = (400, "Bad Request-URI")

    def _status_line(self, line: str) -> None:
        self.version, _, rest = line.partition(" ")
        code, _, self.reason = rest.partition(" ")
        if self.version.upper() != "SIP/2.0" or not re.fullmatch(r"[1-6]\d\d", code):
            raise Unanswerable("no status line")
        self.type, self.code = SIPMessageType.RESPONSE, int(code)
        try:
            self.status = SIPStatus(self.code)
        except ValueError:  # an unknown code is its class (RFC 3261 section 8.1.3.2)
            self.status = SIPStatus(self.code // 100 * 100 if self.code > 199 else 183)

    def parse_raw_header(self, headers_raw: list[bytes], handle: Any) -> None:  # type: ignore[override, unused-ignore]  # static in pyVoIP
        for raw in headers_raw:
            name, separator, value = raw.partition(b":")
            title = text_of(name.strip()).lower()
            if not separator or not title:
                self._refuse(400, "Bad Header")
                continue
            title = _COMPACT.get(title, title)
            self._fields.setdefault(title, []).append(text_of(value.strip()))
        for key in _NEEDED:
            if not self._fields.get(key):
                raise Unanswerable(f"no {key}")
        vias = [part for line in self._fields["via"] for part in split(line, ",")]
        self.vias = tuple(_via(part.strip()) for part in vias)
        self.headers["Via"] = [
            {"type": "SIP/2.0/UDP", "address": (via.host, str(via.port)), **via.params}
            for via in self.vias
        ]
        for header in ("From", "To", "Call-ID", "CSeq"):
            handle(header, self._fields[header.lower()][0])

    def parse_header(self, header: str, data: str) -> None:
        if header in ("From", "To"):
            # pyVoIP cuts at ";tag=", so that parameters after it become part of the tag, leaves
            # a stray quote in the name, and fails on tel: and on addresses without "sip:".
            self._party(header, data)
        elif header == "CSeq":
            words = data.split()
            number = words[0] if words else ""
            if len(words) != 2 or not (number.isascii() and number.isdigit()):
                raise Unanswerable("no CSeq")
            if len(number) > 10 or int(number) >= MAX_CSEQ:
                self.problem = self.problem or (400, "Bad CSeq")
                number = number[:10]
            self.headers["CSeq"] = {"check": number, "method": words[1], "number": int(number)}
        else:
            super().parse_header(header, data)

    def _party(self, header: str, data: str) -> None:
        address = parse_address(data)
        if address is None:
            # Kept as it came, so that a 400 can still be sent (RFC 3261 section 8.2.6.2).
            tag = re.search(r";\s*tag\s*=\s*([^\s;,]+)", data)
            self.headers[header] = {"raw": data, "tag": tag[1] if tag else "", "address": ""}
            self.problem = self.problem or (400, f"Bad {header}")
            return
        uri = address.uri
        at = f"@{uri.host}" if uri.host else ""
        self.headers[header] = {
            "raw": re.sub(r"\s*;\s*tag\s*=\s*[^\s;,>]+(?=[^>]*$)", "", data),
            "tag": address.params.get("tag", ""),
            "address": f"{uri.user}{at}",
            "number": uri.user or None,
            "caller": address.display,
            "host": uri.host,
        }

    def parse_body(self, header: str, data: str) -> None:
        """Never used: pyVoIP's reader of SDP fails on video, on "a=" before "m=", on "c=" twice.

        The voice path reads the description (telephony/media/sdp.py) from `content`.
        """

    def _check(self, content: bytes) -> None:
        length = self.first("Content-Length")
        if not length:
            self.content = content
        elif not (length.isascii() and length.isdigit() and len(length) <= 6):
            self._refuse(400, "Bad Content-Length")
        elif int(length) > len(content):
            self._refuse(400, "Message Cut Short")
        else:
            self.content = content[: int(length)]  # RFC 3261 section 18.3
        if any(len(self._fields.get(name, ())) > 1 for name in _SINGLE):
            self._refuse(400, "Header Given Twice")
        if self.is_request and self.cseq_method != self.method:
            self._refuse(400, "CSeq Is Of Another Method")
        if not self.from_tag and self.is_request and self.vias[0].branch.startswith("z9hG4bK"):
            self._refuse(400, "No From Tag")

    def _refuse(self, code: int, reason: str) -> None:
        self.problem = self.problem or (code, reason)


def _via(text: str) -> Via:
    match = _VIA.fullmatch(text)
    if not match or int(match[3] or 0) > 65535:
        raise Unanswerable("no Via")
    params: dict[str, str] = {}
    for part in split(match[4] or "", ";"):
        name, _, value = part.partition("=")
        if name.strip():
            params.setdefault(name.strip().lower(), value.strip())
    return Via(
        transport=match[1].upper(),
        host=match[2].strip("[]"),
        port=int(match[3] or 5060),
        params=params,
        raw=text,
    )
