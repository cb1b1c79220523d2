"""Transfers, consultations and conferences: the calls of one agent's room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk.book import Move, Stage, require
from cti_bridge.telephony.ports import (
    MAX_PARTIES,
    CallConferenced,
    CallEstablished,
    CallHeld,
    CallRetrieved,
    CallTransferred,
    SwitchError,
)

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.book import Call, Room
    from cti_bridge.telephony.asterisk.calling import Calling
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.rooms import Rooms
    from cti_bridge.telephony.ports import CallId


class Transfers:
    def __init__(self, exchange: Exchange, rooms: Rooms, calling: Calling) -> None:
        self._x, self._rooms, self._calling = exchange, rooms, calling

    # -- commands

    async def hold(self, call: Call) -> None:
        self._free(call)
        await self._hold(call)
        self._x.emit(CallHeld(call=call.id, at=self._x.clock()))

    async def retrieve(self, call: Call) -> None:
        self._free(call)
        await self._retrieve(call)
        self._x.emit(CallRetrieved(call=call.id, at=self._x.clock()))

    async def blind(self, call: Call, to: str, new_call: CallId) -> None:
        self._free(call)
        room = self._room(call)
        new = self._calling.new(call.node, new_call, to, self._number(call))
        new.target_of = call
        await self._second(call, new, room, originator=call.channel, tell=False)

    async def consult(self, call: Call, to: str, new_call: CallId, caller_id: str = "") -> None:
        self._free(call)
        room = self._room(call)
        if room.leg is None:
            raise SwitchError("wrong_state", f"no device has call {call.id}")
        if len(room.calls) > MAX_PARTIES:
            raise SwitchError("busy", f"{MAX_PARTIES} parties besides call {call.id}")
        new = self._calling.new(call.node, new_call, to, caller_id)
        await self._second(call, new, room, originator=room.leg.channel, tell=True)
        await self._calling.ringback(new)

    async def _second(
        self, call: Call, new: Call, room: Room, *, originator: str, tell: bool
    ) -> None:
        """Music for the first, and the second rings. Raises SwitchError, and then the first is
        as it was."""
        was_held = call.held
        async with new.lock:  # what is answered meanwhile waits until it was told
            try:
                if not was_held:
                    await (self.hold(call) if tell else self._hold(call))
                self._rooms.enter(new, room)
                await self._calling.ring(new, originator=originator)
            except SwitchError:
                self._calling.forget(new)
                if call.held and not was_held:
                    await (self.retrieve(call) if tell else self._retrieve(call))
                raise
            self._calling.say_originated(new)

    async def complete(self, call: Call, other: Call) -> None:
        """Joined at once, or when the one consulted answers: then the agent has left already."""
        room = self._two(call, other)
        if other.stage is Stage.TALKING:
            await self.join(call, other)
            return
        require(other, Stage.DIALLING)
        other.target_of = call
        await self._calling.hush(other)
        if room.leg is not None:
            await self._rooms.drop(room.leg)

    async def cancel(self, call: Call, other: Call) -> None:
        self._two(call, other)
        other.ending = ClearCause.AGENT_CLEARED
        await self._calling.hush(other)
        await self._x.hang_up(other.node, other.channel)
        if call.held:
            await self.retrieve(call)

    async def swap(self, call: Call, other: Call) -> None:
        self._two(call, other)
        require(other, Stage.TALKING)
        now, then = (call, other) if other.held else (other, call)
        if not now.held:
            await self.hold(now)
        await self.retrieve(then)

    async def conference(self, call: Call, other: Call) -> None:
        self._two(call, other)
        require(other, Stage.TALKING)
        await self._meet(call, other)
        self._x.emit(CallConferenced(call=call.id, other=other.id, at=self._x.clock()))

    # -- what follows from events

    async def target_answered(self, new: Call) -> None:
        """Raises SwitchError."""
        call = new.target_of
        new.move(Move.CONNECT)
        if call is None or call.over:
            raise SwitchError("gone", "the one that was to be transferred is over")
        await self._rooms.add(self._room(new), new.channel)
        self._x.emit(CallEstablished(call=new.id, at=self._x.clock()))
        await self.join(call, new)

    async def join(self, call: Call, new: Call) -> None:
        """The two talk to each other from now on; the agent left. Raises SwitchError."""
        room = self._room(call)
        new.target_of = None
        await self._meet(call, new)
        room.device = None
        if room.leg is not None:
            await self._rooms.drop(room.leg)
        self._say_transferred(call, new)

    def agent_left(self, room: Room) -> None:
        """Out of a conference, by hanging up: the others stay with each other."""
        call, new = room.talking[:2]
        room.device = None
        self._say_transferred(call, new)

    def _say_transferred(self, call: Call, new: Call) -> None:
        at = self._x.clock()
        self._x.emit(CallTransferred(call=call.id, other=new.id, to=new.to, at=at))

    # -- inside

    async def _hold(self, call: Call) -> None:
        """With its conference; no event. Raises SwitchError, and then all is as it was."""
        await self._rooms.hold(call)
        others = [one for one in call.conference[1:] if not one.held]
        await self._rooms.together(others, self._rooms.hold)

    async def _retrieve(self, call: Call) -> None:
        await self._rooms.retrieve(call)
        others = [one for one in call.conference[1:] if one.held]
        await self._rooms.together(others, self._rooms.retrieve)

    async def _meet(self, call: Call, other: Call) -> None:
        """All of both in the room; no event. Raises SwitchError where one of the two is not."""
        for one in (call, other):
            if one.held:
                await self._retrieve(one)
        call.together = other.together = True

    def _free(self, call: Call) -> None:
        """Raises SwitchError where it is somebody else's, or about to be."""
        require(call, Stage.TALKING)
        if self._x.book.target(call) is not None or call.joining is not None:
            raise SwitchError("wrong_state", f"call {call.id} is being transferred")
        room = call.room
        if room is not None and room.device is None and len(room.calls) > 1:
            raise SwitchError("wrong_state", f"call {call.id} was transferred")

    @staticmethod
    def _room(call: Call) -> Room:
        if call.room is None:
            raise SwitchError("wrong_state", f"nobody has call {call.id}")
        return call.room

    def _two(self, call: Call, other: Call) -> Room:
        """Raises SwitchError where they are not the two of one agent."""
        require(call, Stage.TALKING)
        room = self._room(call)
        alone = call is other or other.room is not room or room.device is None
        if alone or other.target_of is not None:
            raise SwitchError("wrong_state", f"{call.id} and {other.id} cannot be joined")
        return room

    @staticmethod
    def _number(call: Call) -> str:
        """Who is transferred is shown to whom it is given to, where that is a number."""
        return "" if call.outgoing else call.shown_number
