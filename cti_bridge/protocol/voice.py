"""Where the voice of a desktop's headset goes: through the bridge, or straight to the PBX."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from cti_bridge.protocol.frames import Command, Event, Value
from cti_bridge.protocol.vocabulary import Permission

MOST_PATHS: Final = 16
"""Calls of one agent that are heard directly at once; further ones go through the bridge."""
Count = Annotated[int, Meta(ge=0, le=2**53)]


class PathTrouble(StrEnum):
    """Why a voice goes through the bridge though it should go directly."""

    NONE = ""
    UNREACHABLE = "unreachable"  # refused, no name, no route
    LATE = "late"  # not there within a second
    CERTIFICATE = "certificate"  # the desktop does not believe it
    INSECURE = "insecure"  # without TLS, and not on this machine
    REFUSED = "refused"  # no media socket there, or its token is worthless by now
    LOST = "lost"  # it was there, and broke off


class DirectPath(Value, frozen=True, kw_only=True):
    """A media socket of the PBX that is for this desktop alone."""

    leg: str  # its name in frames
    url: str  # ws(s)://…; its last part is the token of one call: never to be logged
    muted: bool = False

    def __repr__(self) -> str:
        return f"DirectPath(leg={self.leg!r}, url=…, muted={self.muted})"


class VoicePathsChanged(Event, frozen=True, kw_only=True, tag="voice-paths-changed"):
    """The whole of it, each time: what is not named any more is to be closed. It has no `seq` and
    is told to this desktop only, again after each resume; a desktop that was told nothing sends
    its voice to the bridge."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    direct: tuple[DirectPath, ...] = ()
    relayed: bool = True  # the bridge wants the voice, and sends some
    trouble: PathTrouble = PathTrouble.NONE


class ReportVoicePath(Command, frozen=True, kw_only=True, tag="report-voice-path"):
    """How a direct path goes: once when it is open or has failed, then now and then with its
    figures, and when it broke off. One that the bridge has ended by then is no error."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    leg: Annotated[str, Meta(max_length=160)]
    state: Literal["open", "failed", "lost"]
    trouble: PathTrouble = PathTrouble.NONE
    received: Count = 0  # frames of 20 ms
    late: Count = 0  # left out, for they came too late
    sent: Count = 0
    jitter_ms: Annotated[float, Meta(ge=0, le=60_000)] = 0.0
