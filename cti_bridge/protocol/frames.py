"""What every frame has in common, and who may see or send it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, TypeAlias

import msgspec

from cti_bridge.protocol.vocabulary import Permission

# A number in a command is bounded where the frame is read: JSON's have no end, a database's do.
RequestId: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
Place: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""Where something is, or how much: a row, an event, a byte."""
Version: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
PageSize: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
"""As many as are wanted; the room gives fewer where its pages are shorter."""
PieceSize: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**24)]
"""Bytes of a file that are wanted at once; the room gives fewer where its pieces are smaller."""
LINE_SHOWN: Final = 120
NOTES_SHOWN: Final = 300
"""Characters of the newest message and of a contact's notes that lists show."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a frame; unknown fields of a newer peer are skipped."""


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Anything on the wire; its tag is the class name in kebab case.

    `permission` is what a session needs to send the command or to be shown the event; the
    server asks it in one place.
    """

    permission: ClassVar[Permission] = Permission.SIGNED_IN


class Command(Frame, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish of the desktop, in the imperative; answered by exactly one `Reply`."""

    request_id: RequestId


class Event(Frame, frozen=True, kw_only=True):
    """A fact, in the past tense; the hub stamps `seq`, ascending by one within an `epoch`."""

    seq: int = 0


class Reply(Frame, frozen=True, kw_only=True):
    """The answer to one command."""

    request_id: int
