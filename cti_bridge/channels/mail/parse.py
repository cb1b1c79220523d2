"""An e-mail as bytes → what is shown of it. Pure; whatever comes, something readable goes out.

Runs in a worker thread: it takes no longer than its input is long, in slices of interpreted
code, so that the threads that carry voice get their turn.
"""

from __future__ import annotations

import binascii
import hashlib
import quopri
import re
from dataclasses import dataclass, field
from email._policybase import Compat32
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail import automatic, headers
from cti_bridge.channels.mail.html import MAX_HTML, sanitise, text_of_html
from cti_bridge.channels.mail.quoting import split_quoted
from cti_bridge.channels.mail.rules import guess_language
from cti_bridge.customers.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cti_bridge.channels.mail.automatic import Bounce
    from cti_bridge.protocol.values import Address

MAX_TEXT: Final = 1_000_000  # characters of a text part
MAX_HEADERS: Final = 1024 * 1024  # bytes; the rest of them is skipped
MAX_CONTENT_HEADER: Final = 4000
MAX_PARTS: Final = 200
MAX_DEPTH: Final = 30
MAX_FILES: Final = 100
SHOWN: Final = 50  # addresses
SLICE: Final = 192 * 1024  # a multiple of 4: whole base64 groups
_HEAD_ENDS: Final = re.compile(
    rb"(?:\A|\r\n|\n|\r(?!\n))(?!From |[!-9;-~]*:|[\t ])(?:\r\n|\n|\r(?!\n))?"
)
"""At a blank line, or before one that is no header: the package begins the body there, too."""
MARGIN: Final = 4096  # bytes: a line that is cut by the end of a piece is no end of the headers
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")


class _Bounded(Compat32):
    """The package reads the parameters of `Content-` headers in square time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        is_content = name[:8].casefold() == "content-"
        return name, value[: MAX_CONTENT_HEADER if is_content else MAX_HEADERS]


BOUNDED: Final = _Bounded()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An attachment, still encoded."""

    name: str
    media_type: str
    content_id: str = ""
    encoding: str = ""
    payload: bytes = b""

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, decoded in slices, as far as they can be."""
        if self.encoding == "base64":
            yield from _base64(self.payload)
        elif self.encoding in ("quoted-printable", "quotedprintable"):
            yield quopri.decodestring(self.payload)
        else:
            for begin in range(0, len(self.payload), SLICE):
                yield self.payload[begin : begin + SLICE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a mail says. Addresses and subject are cleaned, `html` is harmless."""

    digest: str  # the same for two copies of one mail, whatever way they took
    header_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Address | None = None
    reply_to: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    recipients: int = 0
    envelope: tuple[str, ...] = ()  # Delivered-To and the like
    sent_at: datetime | None = None
    text: str = ""
    quoted: str = ""
    html: str = ""
    remote_images: int = 0
    files: tuple[Part, ...] = ()
    left_out: int = 0  # attachments beyond the bound; they are in the original
    automatic: str = ""
    answerable: bool = False
    robot: bool = False  # says itself that no person sent it
    bounce: Bounce | None = None
    language: str = ""
    broken: str = ""  # why it could not be read whole


@dataclass(slots=True)
class _Body:
    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    left_out: int = 0


def parse(pieces: Iterable[bytes], *, own: str = "", whole: bool = True) -> Parsed:
    """`pieces`: the mail in order. `own`: this bridge's name. `whole` False: only the beginning
    of it is there. Raises nothing for any content."""
    head, message, digest, broken = _read(pieces)
    body = _Body()
    if not broken and whole:
        try:
            _collect(message, body)
        except Exception as error:  # the package promises nothing for what no standard allows
            broken = f"{type(error).__name__}: {error}"[:200]
    if broken or not (len(message) or body.texts):
        body.texts = body.texts or [headers.text_of(head[:20_000], "utf-8")]
    return _parsed(message, body, digest, own, broken)


def _read(pieces: Iterable[bytes]) -> tuple[bytes, Message, str, str]:
    """The first bytes, the message, its digest, and why it is headers only."""
    feeder = BytesFeedParser(policy=BOUNDED)
    body_hash = hashlib.sha256()
    kept, broken = b"", ""
    begun = False
    for piece in _headed(pieces):
        kept = kept or piece
        if not begun:
            begun = True
        else:
            body_hash.update(piece)
        if not broken:
            try:
                for begin in range(0, len(piece), SLICE):
                    feeder.feed(piece[begin : begin + SLICE])
            except Exception as error:
                broken = f"{type(error).__name__}: {error}"[:200]
    try:
        message = feeder.close() if not broken else _headers_only(kept)
    except Exception as error:
        message, broken = _headers_only(kept), f"{type(error).__name__}: {error}"[:200]
    return kept, message, _digest(message, body_hash.hexdigest()), broken


def _headers_only(head: bytes) -> Message:
    try:
        return BytesHeaderParser(policy=BOUNDED).parsebytes(head[:MAX_HEADERS])
    except Exception:  # nothing is known of it but that it came
        return Message()


def _headed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The headers as one piece, of at most `MAX_HEADERS`, then the rest as it comes."""
    head = b""
    source = iter(pieces)
    for piece in source:
        head += piece
        found = _HEAD_ENDS.search(head)
        if (found and found.start() < len(head) - MARGIN) or len(head) > MAX_HEADERS:
            break
    found = _HEAD_ENDS.search(head)
    end = found.end() if found else min(len(head), MAX_HEADERS)
    if end > MAX_HEADERS:
        cut = head.rfind(b"\n", 0, MAX_HEADERS) + 1 or MAX_HEADERS
        yield head[:cut] + b"\r\n"
    else:
        yield head[:end]
    if end < len(head):
        yield head[end:]
    yield from source


def _digest(message: Message, body: str) -> str:
    """Without the trace that each way leaves (RFC 5321 section 4.4): two copies of one mail have
    one digest, and a Message-ID used again for something else has another."""
    names = ("message-id", "from", "date", "subject", "content-type")
    facts = [body, *(f"{name}:{headers.raw(message, name)}" for name in names)]
    return hashlib.sha256("\n".join(facts).encode("utf-8", "replace")).hexdigest()


def _collect(message: Message, body: _Body) -> None:
    """Texts and files, in the order of the mail; no recursion."""
    stack: list[tuple[Message, int, str]] = [(message, 0, "")]
    seen = 0
    while stack:
        part, depth, around = stack.pop()
        seen += 1
        payload = part.get_payload()
        kind = part.get_content_type()
        inside = isinstance(payload, list) and kind != "message/rfc822"
        if inside and depth < MAX_DEPTH and seen <= MAX_PARTS:
            children = [one for one in payload if isinstance(one, Message)]
            stack += [(one, depth + 1, kind) for one in reversed(children)]
        elif seen > MAX_PARTS:
            body.left_out += 1
        else:
            _take(part, kind, around, body)


def _take(part: Message, kind: str, around: str, body: _Body) -> None:
    disposition = headers.raw(part, "content-disposition", 400).partition(";")[0].strip()
    named = bool(_file_name(part))
    is_file = disposition.casefold() == "attachment" or (named and kind != "text/html")
    if kind == "message/delivery-status" or (kind == "text/rfc822-headers" and not named):
        body.texts.append(_flat(part).decode("utf-8", "replace")[:10_000])
    elif (kind == "text/plain" or _is_hollow(part)) and not is_file:
        body.texts.append(_text(part))
    elif kind == "text/html" and not is_file:
        body.htmls.append(_text(part))
    elif isinstance(part.get_payload(), str) and not part.get_payload() and not named:
        return  # an empty part is no file
    elif len(body.files) >= MAX_FILES:
        body.left_out += 1
    else:
        body.files.append(_file(part, kind))


def _is_hollow(part: Message) -> bool:
    """A multipart that has no parts: its boundary is missing."""
    return part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)


def _file_name(part: Message) -> str:
    try:
        return headers.plain(str(part.get_filename() or "")[:1000], 300)
    except Exception:  # RFC 2231 junk: unknown charsets, holes in the numbers
        return ""


def _file(part: Message, kind: str) -> Part:
    content_id = headers.line(headers.raw(part, "content-id", 400).strip("<> "), 300)
    name = _file_name(part)
    if isinstance(inner := part.get_payload(), list):
        first = inner[0] if inner and kind == "message/rfc822" else None
        subject = headers.subject_of(first) if isinstance(first, Message) else ""
        return Part(
            name=name or f"{subject or 'message'}.eml", media_type=kind, payload=_flat(part)
        )
    return Part(
        name=name or "attachment",
        media_type=kind,
        content_id=content_id,
        encoding=headers.raw(part, "content-transfer-encoding", 60).casefold().strip(" ;\"'"),
        payload=_stored(part),
    )


def _stored(part: Message) -> bytes:
    """The payload's bytes as they came. `get_payload` would decode 8-bit ones by the charset that
    the part claims, with what does not fit lost."""
    return str(vars(part).get("_payload") or "").encode("utf-8", "surrogateescape")


def _flat(part: Message) -> bytes:
    """An attached mail, or a report, as bytes again."""
    inner = part.get_payload()
    blocks = inner if isinstance(inner, list) else [part]
    out: list[bytes] = []
    for block in blocks[:20]:
        if not isinstance(block, Message):
            continue
        try:
            out.append(block.as_bytes(policy=BOUNDED))
        except Exception:  # as it was broken, so it cannot be written again
            out.append(str(block.get_payload()).encode("utf-8", "replace"))
    return b"\n".join(out)


def _text(part: Message) -> str:
    encoding = headers.raw(part, "content-transfer-encoding", 60).casefold()
    payload = part.get_payload()
    if isinstance(payload, list):
        return _flat(part).decode("utf-8", "replace")
    data = _stored(part)[: MAX_TEXT * 3]
    made = Part(name="", media_type="", encoding=encoding.strip(" ;\"'"), payload=data)
    decoded = b"".join(made.pieces())
    try:
        charset = str(part.get_param("charset") or "")
    except Exception:  # RFC 2231 junk again
        charset = ""
    return headers.text_of(decoded, charset)[:MAX_TEXT]


def _base64(payload: bytes) -> Iterator[bytes]:
    """What can be made of it: other characters are skipped, missing padding is added."""
    rest = b""
    for begin in range(0, len(payload), SLICE):
        part = rest + _NOT_BASE64.sub(b"", payload[begin : begin + SLICE])
        whole = len(part) // 4 * 4
        rest = part[whole:]
        yield binascii.a2b_base64(part[:whole])
    if len(rest) > 1:
        yield binascii.a2b_base64(rest + b"=" * (-len(rest) % 4))


def _parsed(message: Message, body: _Body, digest: str, own: str, broken: str) -> Parsed:
    html, remote = sanitise("<br>".join(body.htmls)[:MAX_HTML]) if body.htmls else ("", 0)
    text = clean_text("\n\n".join(body.texts)[:MAX_TEXT])
    if not text and html:
        text = clean_text(text_of_html(html))
    fresh, quoted = split_quoted(text)
    to, to_total = headers.addresses_of(message, "to", most=SHOWN)
    cc, cc_total = headers.addresses_of(message, "cc", most=max(0, SHOWN - len(to)))
    senders, _ = headers.addresses_of(message, "from", "sender", most=1)
    replies, _ = headers.addresses_of(message, "reply-to", most=1)
    sender = senders[0] if senders else None
    kind = automatic.kind_of(message, own)
    wanted = ((replies or senders) or (None,))[0]
    references = headers.ids_of(message, "references")
    replied = headers.ids_of(message, "in-reply-to")
    return Parsed(
        digest=digest,
        header_id=headers.header_id(message),
        in_reply_to=replied[0] if replied else "",
        references=references,
        subject=headers.subject_of(message),
        sender=sender,
        reply_to=replies[0] if replies else None,
        to=to,
        cc=cc,
        recipients=to_total + cc_total,
        envelope=_envelope(message),
        sent_at=headers.date_of(message),
        text=fresh,
        quoted=quoted,
        html=html,
        remote_images=remote,
        files=tuple(body.files),
        left_out=body.left_out,
        automatic=kind,
        answerable=automatic.may_answer(message, wanted.address if wanted else "", own),
        robot=headers.raw(message, "auto-submitted", 40).casefold() not in ("", "no"),
        bounce=automatic.bounce_of(message, text) if kind == "bounce" else None,
        language=guess_language(f"{headers.subject_of(message)} {fresh}"),
        broken=broken,
    )


def _envelope(message: Message) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
    found, _ = headers.addresses_of(message, *names, most=20)
    return tuple(dict.fromkeys(one.address for one in found))
