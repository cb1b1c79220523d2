"""The calls of the switch: their channels, who talks on them, and in which room."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.ports import CallId, Device, LiveCall, SwitchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.protocol.vocabulary import ClearCause
    from cti_bridge.telephony.asterisk.node import Node

PHONE: Final = "phone:"
HEADSET: Final = "headset:"


class Stage(StrEnum):
    RINGING = "ringing"  # came in; nobody has it
    DIALLING = "dialling"  # goes out, or its agent's telephone rings for it
    PARKED = "parked"
    TALKING = "talking"  # or held
    OVER = "over"


class Move(StrEnum):
    CONNECT = "connect"
    PARK = "park"
    END = "end"


STAGES: Final = {
    (Stage.RINGING, Move.CONNECT): Stage.TALKING,
    (Stage.RINGING, Move.PARK): Stage.PARKED,
    (Stage.RINGING, Move.END): Stage.OVER,
    (Stage.DIALLING, Move.CONNECT): Stage.TALKING,
    (Stage.DIALLING, Move.END): Stage.OVER,
    (Stage.PARKED, Move.CONNECT): Stage.TALKING,
    (Stage.PARKED, Move.PARK): Stage.PARKED,
    (Stage.PARKED, Move.END): Stage.OVER,
    (Stage.TALKING, Move.CONNECT): Stage.TALKING,  # to another agent
    (Stage.TALKING, Move.PARK): Stage.PARKED,
    (Stage.TALKING, Move.END): Stage.OVER,
}


@dataclass(slots=True, eq=False, kw_only=True)
class Leg:
    """An agent's side: a telephone's channel, or a headset's."""

    channel: str
    node: Node
    device: Device
    auto: bool = False  # dialled to be picked up by itself; else it rings with an offer
    up: bool = False
    dropped: bool = False  # its end is ours: nothing follows from it
    room: Room | None = None
    muted: bool = False

    @property
    def headset(self) -> bool:
        return self.device.startswith(HEADSET)


@dataclass(slots=True, eq=False, kw_only=True)
class Room:
    """A mixing bridge: an agent's leg (none once the agent left two parties to each other) and
    the calls that are the agent's; those that are held hear music outside of it."""

    id: str
    node: Node
    leg: Leg | None = None
    device: Device | None = None  # the leg's, kept while its telephone is hung up
    calls: list[Call] = field(default_factory=list)

    @property
    def talking(self) -> list[Call]:
        return [one for one in self.calls if one.stage is Stage.TALKING and not one.held]


@dataclass(slots=True, eq=False, kw_only=True)
class Call:
    id: CallId
    node: Node
    channel: str  # the far end's
    stage: Stage
    to: str = ""  # of an outgoing call
    outgoing: bool = False
    dialled: bool = False  # an outgoing call whose channel is there
    caller_id: str = ""
    shown: str = ""  # what an agent's telephone shows: "Ana <+34…>"
    shown_number: str = ""  # of it, the number
    held: bool = False
    together: bool = False  # in conference with all of its room of whom this is true
    device_holds: bool = False  # held by a key of the telephone
    room: Room | None = None
    alert: Leg | None = None  # rings, or was picked up, with an offer
    joining: Leg | None = None  # is to be connected when it is up
    returns: bool = False  # `joining` is for a retrieve
    target_of: Call | None = None  # that one is given to this one when it answers
    ending: ClearCause | None = None  # what we ended it with
    told: bool = False  # as delivered, by this bridge
    left: bool = False  # out of the application
    hung_up: tuple[int, int] | None = None  # Q.850 and SIP, once the far end did
    music: str = ""  # a class, of a parked call
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def move(self, move: Move) -> None:
        """Raises SwitchError."""
        stage = STAGES.get((self.stage, move))
        if stage is None:
            code = "gone" if self.stage is Stage.OVER else "wrong_state"
            raise SwitchError(code, f"call {self.id} is {self.stage}")
        self.stage = stage

    @property
    def device(self) -> Device | None:
        if self.joining is not None:
            return self.joining.device
        return self.room.device if self.room is not None else None

    @property
    def other(self) -> Call | None:
        """The second call of the same agent, or whom it was given to."""
        if self.target_of is not None:
            return self.target_of
        inside = self.room.calls if self.room is not None else []
        return next((one for one in inside if one is not self), None)

    @property
    def conference(self) -> list[Call]:
        """Who is held and taken back together: this call first, and alone where it is in none."""
        if not self.together or self.room is None:
            return [self]
        others = (one for one in self.room.calls if one is not self and one.together)
        return [self, *(one for one in others if one.stage is Stage.TALKING)]

    @property
    def over(self) -> bool:
        return self.stage is Stage.OVER


class Book:
    def __init__(self) -> None:
        self._by_id: dict[CallId, Call] = {}
        self._by_channel: dict[tuple[str, str], Call] = {}
        self.legs: dict[tuple[str, str], Leg] = {}

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, call: Call) -> None:
        self._by_id[call.id] = call
        self._by_channel[call.node.id, call.channel] = call

    def remove(self, call: Call) -> None:
        self._by_id.pop(call.id, None)
        self._by_channel.pop((call.node.id, call.channel), None)

    def knows(self, call: CallId) -> bool:
        return call in self._by_id

    def of(self, node: Node, channel: str) -> Call | None:
        return self._by_channel.get((node.id, channel))

    def at(self, node: Node) -> list[Call]:
        return [one for one in self if one.node is node]

    def get(self, call: CallId) -> Call:
        """Raises SwitchError "gone"."""
        found = self._by_id.get(call)
        if found is None:
            raise SwitchError("gone", f"no call {call}")
        return found

    def talking(self, call: CallId) -> Call:
        """Raises SwitchError."""
        return require(self.get(call), Stage.TALKING)

    def target(self, call: Call) -> Call | None:
        """The call that rings so that this one is given to it."""
        return next((one for one in self if one.target_of is call), None)

    def add_leg(self, leg: Leg) -> Leg:
        self.legs[leg.node.id, leg.channel] = leg
        return leg

    def leg(self, node: Node, channel: str) -> Leg | None:
        return self.legs.get((node.id, channel))

    def forget_leg(self, leg: Leg) -> None:
        self.legs.pop((leg.node.id, leg.channel), None)

    def wanted(self, leg: Leg) -> Call | None:
        """The call that a leg was dialled for and waits for it."""
        return next((one for one in self if leg in (one.joining, one.alert)), None)


def require(call: Call, *stages: Stage) -> Call:
    """Raises SwitchError."""
    if call.stage not in stages:
        code = "gone" if call.over else "wrong_state"
        raise SwitchError(code, f"call {call.id} is {call.stage}")
    return call


def live(call: Call, recording: str, *, paused: bool) -> LiveCall:
    other = call.other
    return LiveCall(
        call=call.id,
        line=call.node.id,
        established=call.stage in (Stage.TALKING, Stage.PARKED),
        held=call.held or call.device_holds,
        device=call.device,
        other=other.id if other is not None else None,
        parked=call.stage is Stage.PARKED,
        recording=recording,
        paused=paused,
    )
