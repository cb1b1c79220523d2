"""What a demo's desktop and its bridge (a child process) say to each other, a JSON line each:
commands on the child's standard input, news on its standard output."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec


class DemoCase(StrEnum):
    """Who rings, or writes."""

    KNOWN = "known"
    SEVERAL = "several"  # one number, several customers
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    GIVES_UP = "gives_up"
    THREE = "three"  # at once
    LONG_NAME = "long_name"
    CHAT = "chat"  # a visitor of the demo's web page
    EMAIL = "email"


class CallerState(StrEnum):
    CALLING = "calling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """One line of either stream."""


class Ring(Line, frozen=True, kw_only=True, tag="ring"):
    case: DemoCase


class Say(Line, frozen=True, kw_only=True, tag="say"):
    """The visitor of the chat that began last says something more."""

    text: str


class Listen(Line, frozen=True, kw_only=True, tag="listen"):
    """Asks what a caller hears in the next `seconds`."""

    caller: int
    seconds: float


class HangUp(Line, frozen=True, kw_only=True, tag="hang-up"):
    """0: every caller."""

    caller: int = 0


class DemoReady(Line, frozen=True, kw_only=True, tag="ready"):
    url: str
    login: str
    password: str
    customers: int
    known_name: str
    unknown_name: str
    caller_tones: tuple[float, ...]  # what every caller speaks, in hertz
    page: str = ""  # the address of a web page with the chat on it
    chat_name: str = ""  # the visitor who waits in the chat
    mail_name: str = ""  # the customer whose e-mail waits


class Preparing(Line, frozen=True, kw_only=True, tag="preparing"):
    what: str  # "customers", "bridge"


class CallerChanged(Line, frozen=True, kw_only=True, tag="caller"):
    """A caller's telephone, as the caller sees it."""

    caller: int
    case: DemoCase
    state: CallerState
    invited_ns: int  # time.monotonic_ns() when the INVITE was sent
    at_ns: int
    code: int = 0  # SIP status of a call that was not answered


class Heard(Line, frozen=True, kw_only=True, tag="heard"):
    """What a caller heard, in words and in hertz."""

    caller: int
    seconds: float
    tones: tuple[float | None, ...]  # the strongest of each 100 ms; None: silence
    hold_music: bool
    silent: bool


class Written(Line, frozen=True, kw_only=True, tag="written"):
    """What a visitor, or one who sent an e-mail, has got from the agent."""

    case: DemoCase
    text: str
    ended: bool = False  # the chat is over


class DemoFailed(Line, frozen=True, kw_only=True, tag="failed"):
    what: str


DemoCommand: TypeAlias = Ring | Say | Listen | HangUp
DemoNews: TypeAlias = DemoReady | Preparing | CallerChanged | Heard | Written | DemoFailed

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[DemoCommand] = msgspec.json.Decoder(DemoCommand)
_news: msgspec.json.Decoder[DemoNews] = msgspec.json.Decoder(DemoNews)


def encode_line(line: Line) -> bytes:
    return _encoder.encode(line) + b"\n"


def decode_demo_command(line: bytes) -> DemoCommand:
    """Raises `msgspec.DecodeError`."""
    return _commands.decode(line)


def decode_demo_news(line: bytes) -> DemoNews:
    """Raises `msgspec.DecodeError`."""
    return _news.decode(line)
