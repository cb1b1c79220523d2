"""Who hears whom: bridges with an agent's leg and its calls, and music for those outside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.book import Move, Room, Stage
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.ports import CallEstablished, CallRetrieved, SwitchError

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.book import Call, Leg
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node

OWN_MUSIC = ("", "hold")
"""Ficha's names of the music for which a node has a class of its own: `hold_music`."""


def class_of(node: Node, music: str) -> str:
    """The class of musiconhold.conf for a music of Ficha: `queue/sales` is `queue-sales`."""
    return node.config.hold_music if music in OWN_MUSIC else music.replace("/", "-")


class Rooms:
    def __init__(self, exchange: Exchange) -> None:
        self._x = exchange

    async def open(self, node: Node) -> Room:
        """Raises SwitchError."""
        name = names.make(node.config.app, Kind.ROOM)
        await self._x.ask(node, "POST", "bridges", name, type="mixing,dtmf_events", name=name)
        return Room(id=name, node=node)

    async def add(self, room: Room, *channels: str) -> None:
        """Raises SwitchError."""
        await self._x.ask(
            room.node, "POST", "bridges", room.id, "addChannel", channel=",".join(channels)
        )

    async def remember(self, call: Call) -> None:
        """On the call's own channel, for a bridge that comes after this one."""
        await self._x.quietly(
            call.node,
            "POST",
            "channels",
            call.channel,
            "variable",
            variable=names.ROOM,
            value=call.room.id if call.room is not None else names.PARKED,
        )

    async def connect(self, call: Call, leg: Leg) -> None:
        """The call and an agent's leg that is up. Raises SwitchError, and then the call is as it
        was, and the leg dropped."""
        again = call.returns and call.held
        try:
            await self._connect(call, leg)
        except SwitchError:
            call.joining = None
            await self.drop(leg)
            raise
        call.joining, call.returns = None, False
        kind = CallRetrieved if again else CallEstablished
        self._x.emit(kind(call=call.id, at=self._x.clock()))
        await self.remember(call)

    async def _connect(self, call: Call, leg: Leg) -> None:
        node = call.node
        if leg.room is None:
            opening = self.open(node)
            if call.stage is Stage.RINGING:
                room, _ = await asyncio.gather(
                    opening, self._x.ask(node, "POST", "channels", call.channel, "answer")
                )
            else:
                room = await opening
            room.leg, room.device, leg.room = leg, leg.device, room
            await self._quieten(call)
            await self.add(room, leg.channel, call.channel)
        else:
            await self._quieten(call)
            await self.add(leg.room, call.channel)
        if call.over or leg.dropped:
            raise SwitchError("gone", f"call {call.id} is over, or its telephone hung up")
        old = call.room
        call.move(Move.CONNECT)
        call.held, call.music = False, ""
        if old is not leg.room:
            self.leave(call)
            self.enter(call, leg.room)
            if old is not None:
                await self.shut_if_empty(old)

    async def _quieten(self, call: Call) -> None:
        if call.held or call.stage is Stage.PARKED:
            await self._x.quietly(call.node, "DELETE", "channels", call.channel, "moh")

    @staticmethod
    def enter(call: Call, room: Room | None) -> None:
        call.room = room
        if room is not None and call not in room.calls:
            room.calls.append(call)

    @staticmethod
    def leave(call: Call) -> None:
        if call.room is not None and call in call.room.calls:
            call.room.calls.remove(call)
        call.room = None

    async def shut_if_empty(self, room: Room) -> None:
        """Where no call is left the agent's leg goes, and the bridge."""
        if room.calls:
            return
        if room.leg is not None:
            await self.drop(room.leg)
        await self._x.quietly(room.node, "DELETE", "bridges", room.id)

    async def drop(self, leg: Leg) -> None:
        """An agent's leg is not needed any more: its end is told to nobody."""
        if leg.dropped:
            return
        leg.dropped = True
        if leg.room is not None and leg.room.leg is leg:
            leg.room.leg = None
        if leg.headset:
            await self._x.headsets.close(leg.channel)
        elif leg.channel:
            await self._x.hang_up(leg.node, leg.channel)

    async def music(self, call: Call, kind: str) -> None:
        """Over and over. Raises SwitchError."""
        await self._x.ask(call.node, "POST", "channels", call.channel, "moh", mohClass=kind)

    async def hold(self, call: Call) -> None:
        """Out of the room, to music; no event. Raises SwitchError."""
        if call.held or call.room is None:
            raise SwitchError("wrong_state", f"call {call.id} is held, or nobody has it")
        await self._x.ask(
            call.node, "POST", "bridges", call.room.id, "removeChannel", channel=call.channel
        )
        call.held = True
        await self.music(call, call.node.config.hold_music)

    async def retrieve(self, call: Call) -> None:
        """Back into the room; no event. Raises SwitchError."""
        if not call.held or call.room is None:
            raise SwitchError("wrong_state", f"call {call.id} is not on hold")
        await self._quieten(call)
        await self.add(call.room, call.channel)
        call.held = False
