"""Transfers that an agent's telephone makes by its own keys (REFER, RFC 3515 and RFC 5589)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari import events as e
from cti_bridge.telephony.asterisk.book import Call, Leg, Stage
from cti_bridge.telephony.asterisk.rooms import Rooms
from cti_bridge.telephony.ports import CallId, CallTransferred

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.asterisk.ari.events import AriEvent
    from cti_bridge.telephony.asterisk.ari.models import Channel
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.parts import Parts

SUCCESS: Final = "success"
NO_NUMBERS: Final = ("", "s", "_attended")
"""Extensions that are Asterisk's own: who is there says its caller id."""


class Handovers:
    """`gone` ends a call that is not ours any more."""

    def __init__(self, parts: Parts, gone: Callable[[Call, ClearCause, int], None]) -> None:
        self._x, self._gone = parts.exchange, gone

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
        leg = self._x.book.leg(node, event.transferer_first_leg.id)
        if leg is None or leg.room is None or leg.dropped or event.result.lower() != SUCCESS:
            return
        target = event.transfer_target or event.transferer_second_leg
        number = target.caller.number if target is not None else ""
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
        self._x.emit(CallTransferred(call=first.id, at=self._x.clock(), other=new.id, to=new.to))

    def _left_us(self, call: Call, to: str) -> None:
        at, other = self._x.clock(), CallId(f"{call.id}:on")
        self._x.emit(CallTransferred(call=call.id, at=at, other=other, to=to[:64]))
        self._gone(call, ClearCause.TRANSFERRED, 0)
