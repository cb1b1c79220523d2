"""Transfers that an agent's telephone makes by its own keys (REFER, RFC 3515 and RFC 5589)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari import events as e
from cti_bridge.telephony.asterisk.book import Call, Leg, Stage
from cti_bridge.telephony.asterisk.rooms import Rooms
from cti_bridge.telephony.ports import CallId, CallTransferred

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.telephony.asterisk.ari.events import AriEvent
    from cti_bridge.telephony.asterisk.ari.models import Channel
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.parts import Parts

SUCCESS: Final = "success"
NO_NUMBERS: Final = ("", "s", "_attended")
"""Extensions that are Asterisk's own: who is there says its caller id."""
NAMED_WITHIN: Final = 0.5
"""Seconds for BridgeAttendedTransfer to say who took a place; it follows some 15 ms after."""


@dataclass(frozen=True)
class Untold:
    """Somebody took the place of an agent's leg, and Asterisk has not said yet who."""

    node: Node
    leg: str
    first: CallId
    other: Call
    at: datetime


class Handovers:
    """`gone` ends a call that is not ours any more."""

    def __init__(self, parts: Parts, gone: Callable[[Call, ClearCause, int], None]) -> None:
        self._x, self._gone = parts.exchange, gone
        self._untold: list[Untold] = []

    def sent_on(self, node: Node, event: AriEvent) -> None:
        """REFER: the far end goes on in the dial plan, out of our hands."""
        assert isinstance(event, e.BridgeBlindTransfer)
        leg = self._x.book.leg(node, event.channel.id)
        if leg is None or leg.room is None or leg.dropped or event.result.lower() != SUCCESS:
            return  # or told already, by the channel that took its place
        room, leg.dropped, leg.room.leg = leg.room, True, None
        for call in room.talking:
            self._left_us(call, event.exten)

    def given(self, node: Node, event: AriEvent) -> None:
        """REFER with Replaces, to somebody whom the telephone called without us."""
        assert isinstance(event, e.BridgeAttendedTransfer)
        target = event.transfer_target or event.transferer_second_leg
        number = target.caller.number if target is not None else ""
        for one in tuple(self._untold):
            if one.node is node and one.leg == event.transferer_first_leg.id:
                self._tell(one, number)
        leg = self._x.book.leg(node, event.transferer_first_leg.id)
        if leg is None or leg.room is None or leg.dropped or event.result.lower() != SUCCESS:
            return
        leg.dropped = True
        leg.room.leg = None
        for call in leg.room.talking:
            self._left_us(call, number)

    def replaced(self, node: Node, leg: Leg, channel: Channel) -> None:
        """Another channel took the place of an agent's leg: a party that is not ours."""
        room = leg.room
        leg.dropped = True
        if room is None or not room.talking:
            return
        first, place = room.talking[0], channel.dialplan.exten
        new = Call(
            id=names.of_caller(node.id, channel.id),
            node=node,
            channel=channel.id,
            stage=Stage.TALKING,
            to=(place if place not in NO_NUMBERS else channel.caller.number)[:64],
        )
        self._x.book.add(new)
        room.leg, room.device = None, None
        Rooms.enter(new, room)
        untold = Untold(node, leg.channel, first=first.id, other=new, at=self._x.clock())
        self._untold.append(untold)
        if new.to:
            self._tell(untold, new.to)
        else:
            self._x.later(self._unnamed(untold), "who took a place")

    def over(self, call: CallId) -> None:
        """Before its end is told: by then it must be known who is with whom."""
        for one in tuple(self._untold):
            if call in (one.first, one.other.id):
                self._tell(one, "")

    async def _unnamed(self, untold: Untold) -> None:
        await asyncio.sleep(NAMED_WITHIN)
        self._tell(untold, "")

    def _tell(self, untold: Untold, to: str) -> None:
        if untold not in self._untold:
            return
        self._untold.remove(untold)
        untold.other.to = to[:64]
        self._x.emit(
            CallTransferred(
                call=untold.first, at=untold.at, other=untold.other.id, to=untold.other.to
            )
        )

    def _left_us(self, call: Call, to: str) -> None:
        at, other = self._x.clock(), CallId(f"{call.id}:on")
        self._x.emit(CallTransferred(call=call.id, at=at, other=other, to=to[:64]))
        self._gone(call, ClearCause.TRANSFERRED, 0)
