"""The parts of the switch, put together, and what needs more than one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.telephony.asterisk.calling import Calling
from cti_bridge.telephony.asterisk.monitors import Monitors
from cti_bridge.telephony.asterisk.recordings import Recordings
from cti_bridge.telephony.asterisk.rooms import Rooms
from cti_bridge.telephony.asterisk.telephones import Telephones
from cti_bridge.telephony.asterisk.transfers import Transfers
from cti_bridge.telephony.asterisk.waiting import Waiting

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.book import Call, Leg
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node


class Parts:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.rooms = Rooms(exchange)
        self.telephones = Telephones(exchange, self.rooms)
        self.calling = Calling(exchange, self.rooms)
        self.transfers = Transfers(exchange, self.rooms, self.calling)
        self.waiting = Waiting(exchange, self.rooms)
        self.recordings = Recordings(exchange, self.waiting)
        self.monitors = Monitors(exchange, self.telephones, self.recordings)

    async def connect(self, call: Call, leg: Leg) -> None:
        """What it heard and said as a waiting caller is over. Raises SwitchError."""
        await self.waiting.cut(call)
        await self.recordings.message_over(call)
        await self.rooms.connect(call, leg)

    async def leave_agent(self, call: Call) -> None:
        """It is offered to another: who had it before, and left it on hold, hears no more of it,
        and the telephone is hung up where it has no other call."""
        room = call.room
        if room is None:
            return
        self.rooms.leave(call)
        await self.rooms.shut_if_empty(room)
        await self.rooms.remember(call)

    def knows_channel(self, node: Node, channel: str) -> bool:
        """Whether a listening channel, or a supervisor's, is in use."""
        return self.monitors.uses(node, channel) or self.recordings.uses(channel)

    def knows_bridge(self, name: str) -> bool:
        return self.monitors.uses_bridge(name)
