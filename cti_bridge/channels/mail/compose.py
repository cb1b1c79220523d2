"""An e-mail of ours as bytes: text and HTML, signature, quotation, files, threading headers."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail.automatic import LOOP
from cti_bridge.channels.mail.headers import MAX_NAME, MAX_SUBJECT, address_of, line
from cti_bridge.customers.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.values import Address

LONG: Final = SMTP.clone(max_line_length=990)
"""For headers: shorter lines would make encoded words of long Message-IDs, which few read."""
MAX_QUOTED: Final = 50_000
MAX_REFERENCES: Final = 20  # the first and the newest, as RFC 5322 section 3.6.4 lets shorten
WROTE: Final = {
    "es": "El {at}, {who} escribió:",
    "en": "On {at}, {who} wrote:",
}
FORWARDED: Final = {"es": "Mensaje reenviado", "en": "Forwarded message"}
LABELS: Final = {
    "es": ("De", "Fecha", "Asunto", "Para"),
    "en": ("From", "Date", "Subject", "To"),
}
_LINK: Final = re.compile(r"https?://[^\s<>\"']{1,1000}[^\s<>\"'.,;:!?)\]]")
_IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The mail that is answered or forwarded below the text."""

    who: Address | None
    at: datetime
    subject: str = ""
    to: tuple[Address, ...] = ()
    text: str
    html: str = ""  # sanitised
    forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    sender: Address
    reply_to: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""  # of a letter that is not written by hand; else made of the text
    signature: str = ""
    quoted: Quoted | None = None
    files: tuple[File, ...] = ()
    header_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    at: datetime
    language: str = "en"
    automatic: bool = False
    bridge: str = ""  # its name, by which it knows its own mail


def compose(letter: Letter) -> bytes:
    """CRLF lines, 7-bit or declared otherwise. Raises ValueError for an address that is none."""
    message = EmailMessage(policy=SMTP)
    _headers(message, letter)
    message.set_content(_text(letter), cte=_encoding(letter))
    message.add_alternative(_html(letter), subtype="html", cte="quoted-printable")
    for file in letter.files:
        main, _, sub = file.media_type.partition("/")
        if main in ("message", "multipart", "") or not sub:
            main, sub = "application", "octet-stream"
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=LONG).flatten(message)
    return out.getvalue()


def _headers(message: EmailMessage, letter: Letter) -> None:
    """Every value has been one line without control characters before it comes here, and the
    email package refuses line breaks once more: nothing can be smuggled in."""
    message["From"] = _mailbox(letter.sender)
    if letter.reply_to and letter.reply_to != letter.sender.address:
        message["Reply-To"] = _mailbox(letter.sender, letter.reply_to)
    for name, people in (("To", letter.to), ("Cc", letter.cc)):
        if people:
            message[name] = [_mailbox(one) for one in people]
    if not letter.to and not letter.cc:
        message["To"] = "undisclosed-recipients:;"
    message["Subject"] = line(letter.subject, MAX_SUBJECT)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.header_id}>"
    _belonging(message, letter)


def _belonging(message: EmailMessage, letter: Letter) -> None:
    """To which mails it answers, and that it is ours."""
    if letter.in_reply_to:
        message["In-Reply-To"] = f"<{letter.in_reply_to}>"
    if references := _references(letter):
        message["References"] = " ".join(f"<{one}>" for one in references)
    if letter.bridge:
        message[LOOP] = letter.bridge
    if letter.automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"


def _references(letter: Letter) -> tuple[str, ...]:
    found = tuple(dict.fromkeys((*letter.references, letter.in_reply_to)))
    ids = tuple(one for one in found if one and one.isascii() and one.isprintable())
    return ids if len(ids) <= MAX_REFERENCES else (ids[0], *ids[1 - MAX_REFERENCES :])


def _mailbox(who: Address, address: str = "") -> Mailbox:
    bare = address_of(address or who.address)
    if not bare:
        raise ValueError(f"{(address or who.address)[:100]!r} is no address")
    local, _, domain = bare.rpartition("@")
    try:
        return Mailbox(
            display_name=line(who.name, MAX_NAME),
            username=local,
            domain=domain.encode("idna").decode() if not domain.isascii() else domain,
        )
    except Exception as error:  # the package has some of its own for what it cannot write
        raise ValueError(f"{(address or who.address)[:100]!r} is no address") from error


def _encoding(letter: Letter) -> str | None:
    whole = _text(letter)
    long = any(len(one) > 900 for one in whole.split("\n"))
    return "quoted-printable" if long or not whole.isascii() else None


def _text(letter: Letter) -> str:
    parts = [clean_text(letter.text)]
    if letter.signature:
        parts.append(f"-- \n{clean_text(letter.signature)}")
    if letter.quoted:
        quoted = letter.quoted.text[:MAX_QUOTED]
        if not letter.quoted.forwarded:
            quoted = "\n".join(
                f">{one}" if one.startswith(">") else f"> {one}" for one in quoted.split("\n")
            )
        parts.append(f"{_above(letter, letter.quoted)}\n{quoted}")
    return "\n\n".join(parts) + "\n"


def _above(letter: Letter, quoted: Quoted) -> str:
    language = letter.language if letter.language in WROTE else "en"
    at = quoted.at.astimezone().strftime(
        "%d/%m/%Y %H:%M" if language == "es" else "%d %b %Y %H:%M"
    )
    who = _shown(quoted.who)
    if not quoted.forwarded:
        return WROTE[language].format(at=at, who=who)
    values = (who, at, quoted.subject, ", ".join(_shown(one) for one in quoted.to[:20]))
    lines = (f"{name}: {value}" for name, value in zip(LABELS[language], values, strict=True))
    return "\n".join((f"---------- {FORWARDED[language]} ----------", *lines)) + "\n"


def _shown(who: Address | None) -> str:
    if who is None:
        return ""
    return f"{who.name} <{who.address}>" if who.name else who.address


def _html(letter: Letter) -> str:
    body = letter.html or paragraphs(clean_text(letter.text))
    if letter.signature:
        body += f'<div style="color:#5f6b73">{paragraphs(clean_text(letter.signature))}</div>'
    if quoted := letter.quoted:
        inner = _IMAGE.sub("", quoted.html) or paragraphs(quoted.text[:MAX_QUOTED])
        above = paragraphs(_above(letter, quoted))
        body += (
            f"{above}<blockquote type=cite "
            'style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
            f"{inner}</blockquote>"
        )
    return (
        "<!DOCTYPE html><html><head><meta charset=utf-8></head>"
        f'<body style="font-family:sans-serif">{body}</body></html>'
    )


def paragraphs(text: str) -> str:
    """Plain text as HTML: paragraphs, line breaks, links."""
    blocks = (block.strip("\n") for block in text.split("\n\n"))
    return "\n".join(f"<p>{_linked(block)}</p>" for block in blocks if block)


def _linked(text: str) -> str:
    parts, begin = [], 0
    for found in _LINK.finditer(text):
        link = html.escape(found[0])
        parts += [html.escape(text[begin : found.start()]), f'<a href="{link}">{link}</a>']
        begin = found.end()
    parts.append(html.escape(text[begin:]))
    return "".join(parts).replace("\n", "<br>\n")
