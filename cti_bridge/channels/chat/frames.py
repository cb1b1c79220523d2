"""What a visitor's browser and the bridge say to each other: JSON over a WebSocket.

`GET  /widget.js`                         the widget
`GET  /chat/v1/SITE/config?language=es`   `SiteConfig`
`GET  /chat/v1/SITE/socket`               the WebSocket; the first frame is `Start`, `Resume` or
                                          `Leave`
`POST /chat/v1/SITE/upload?name=…`        the bytes of a file, `Authorization: Bearer TOKEN`;
                                          answers `Uploaded` or `RefusedFrame`
`GET  /chat/v1/SITE/file/FILE?token=…`    an attachment of the visitor's own chat

Every chat request names a page's origin that the site allows. Text is plain: nothing that is
said is ever markup. Times are RFC 3339 in UTC. A `seq` counts the entries of one chat.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec


class ToBridge(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """A frame of the browser."""


class Start(ToBridge, frozen=True, kw_only=True, tag="start"):
    """Begins a chat; answered by `Session`, or by `RefusedFrame`."""

    start_id: str  # a new UUID: the same again is the same chat, so a lost answer makes no second
    form: dict[str, str] = {}
    text: str = ""
    language: str = ""
    page: str = ""
    visitor: str = ""  # the browser's random name, from its local storage
    identity: str = ""  # a token by which the site says who is logged in


class Resume(ToBridge, frozen=True, kw_only=True, tag="resume"):
    """Goes on after a cut or a reload; everything after `after` is sent again."""

    token: str
    after: int = 0  # the highest `seq` that the browser has


class Say(ToBridge, frozen=True, kw_only=True, tag="say"):
    """Said again with the same `id` it is said once; answered by `Receipt`."""

    id: str  # a new UUID
    text: str = ""
    files: tuple[str, ...] = ()  # of `Uploaded`


class Typing(ToBridge, frozen=True, kw_only=True, tag="typing"):
    on: bool
    text: str = ""  # sent only where the site's `sneak_peek` is on


class Read(ToBridge, frozen=True, kw_only=True, tag="read"):
    seq: int


class Rate(ToBridge, frozen=True, kw_only=True, tag="rate"):
    stars: int  # 1 to 5
    comment: str = ""


class SendTranscript(ToBridge, frozen=True, kw_only=True, tag="send-transcript"):
    email: str


class End(ToBridge, frozen=True, kw_only=True, tag="end"): ...


class Leave(ToBridge, frozen=True, kw_only=True, tag="leave"):
    """Outside the hours: a message (becomes an e-mail contact) or a call-back at a time."""

    leave_id: str
    kind: Literal["message", "callback"]
    form: dict[str, str] = {}
    text: str = ""
    at: datetime | None = None  # of a call-back; None: as soon as somebody is there
    language: str = ""
    page: str = ""
    visitor: str = ""
    identity: str = ""


class Got(ToBridge, frozen=True, kw_only=True, tag="got"):
    """Every entry up to `seq` has arrived: "delivered", where nobody has read it yet."""

    seq: int


class Beat(ToBridge, frozen=True, kw_only=True, tag="beat"):
    """Answered by `Beaten`: the browser sees a dead connection within seconds."""


FromBrowser: TypeAlias = (
    Start | Resume | Say | Typing | Read | Got | Rate | SendTranscript | End | Leave | Beat
)


class ToBrowser(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """A frame of the bridge."""


class FileFrame(msgspec.Struct, frozen=True, kw_only=True):
    file: str  # opaque: names it in `Say.files` and in the address of its bytes
    name: str
    media_type: str
    size: int


class Session(ToBrowser, frozen=True, kw_only=True, tag="session"):
    """The chat as it stands; the entries after `Resume.after` follow as `Entry`."""

    token: str  # keep it: it is the only key to this chat
    chat: str
    state: Literal["waiting", "talking", "ended"]
    agent: str = ""  # name, while somebody is there
    position: int = 0
    expected_seconds: int | None = None
    sneak_peek: bool = False
    read_to: int = 0  # by the agent
    rated: bool = False


class Waiting(ToBrowser, frozen=True, kw_only=True, tag="waiting"):
    position: int
    expected_seconds: int | None = None


class Joined(ToBrowser, frozen=True, kw_only=True, tag="joined"):
    agent: str


class Entry(ToBrowser, frozen=True, kw_only=True, tag="entry"):
    """One thing that was said; in the order of `seq`, each once."""

    seq: int
    id: str
    author: Literal["customer", "agent", "system"]
    name: str = ""
    at: datetime
    text: str = ""
    code: str = ""  # of the system: "joined", "left", "transferred", "waiting", "ended" …
    files: tuple[FileFrame, ...] = ()


class Receipt(ToBrowser, frozen=True, kw_only=True, tag="receipt"):
    """What became of something that the visitor said: stored, and later read."""

    id: str
    seq: int
    delivery: Literal["sent", "delivered", "read"]


class ReadTo(ToBrowser, frozen=True, kw_only=True, tag="read-to"):
    seq: int


class AgentTyping(ToBrowser, frozen=True, kw_only=True, tag="typing"):
    on: bool


class Ended(ToBrowser, frozen=True, kw_only=True, tag="ended"):
    by: Literal["customer", "agent", "idle", "closed"]
    rating: bool = False
    transcript: bool = False


class LeftWord(ToBrowser, frozen=True, kw_only=True, tag="left"):
    """What `Leave` brought is on file."""

    leave_id: str


class Rated(ToBrowser, frozen=True, kw_only=True, tag="rated"): ...


class TranscriptSent(ToBrowser, frozen=True, kw_only=True, tag="transcript-sent"): ...


class Beaten(ToBrowser, frozen=True, kw_only=True, tag="beaten"): ...


class Uploaded(ToBrowser, frozen=True, kw_only=True, tag="uploaded"):
    file: str
    name: str
    size: int


class RefusedFrame(ToBrowser, frozen=True, kw_only=True, tag="refused"):
    """`code`: "closed", "full", "nobody", "origin", "throttled", "too_large", "file_type",
    "expired", "invalid", "too_many", "ended", "unavailable". `id`: of what was refused."""

    code: str
    id: str = ""
    field: str = ""
    retry_after_s: float = 0.0
    opens_at: datetime | None = None


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: str
    required: bool


class SiteConfig(msgspec.Struct, frozen=True, kw_only=True):
    site: str
    language: str
    title: str
    greeting: str
    accent: str
    open: bool
    opens_at: datetime | None
    waiting: int
    form: tuple[FormField, ...]
    attachments: tuple[str, ...]  # extensions; empty: none
    max_attachment_bytes: int
    rating: bool
    transcript: bool
    sneak_peek: bool
    offline: tuple[str, ...]


ForBrowser: TypeAlias = (
    Session
    | Waiting
    | Joined
    | Entry
    | Receipt
    | ReadTo
    | AgentTyping
    | Ended
    | LeftWord
    | Rated
    | TranscriptSent
    | Beaten
    | Uploaded
    | RefusedFrame
)

_encoder = msgspec.json.Encoder()
_browser: msgspec.json.Decoder[FromBrowser] = msgspec.json.Decoder(FromBrowser)
_bridge: msgspec.json.Decoder[ForBrowser] = msgspec.json.Decoder(ForBrowser)


def encode(frame: ToBrowser | ToBridge | SiteConfig) -> bytes:
    return _encoder.encode(frame)


def decode_browser(data: bytes | str) -> FromBrowser:
    """Raises `msgspec.DecodeError`."""
    return _browser.decode(data)


def decode_bridge(data: bytes | str) -> ForBrowser:
    """Raises `msgspec.DecodeError`; for tests and load."""
    return _bridge.decode(data)
