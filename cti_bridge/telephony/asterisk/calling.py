"""Outgoing calls: for an agent, and second calls for a consultation or a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.book import Call, Move, Stage
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.numbers import dial_string, is_extension
from cti_bridge.telephony.ports import CallEstablished, CallOriginated, SwitchError

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.ari.client import Param
    from cti_bridge.telephony.asterisk.book import Leg
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.rooms import Rooms
    from cti_bridge.telephony.ports import CallId

FAR_END_SECONDS: Final = 90
MAX_CALLER_ID: Final = 40


class Calling:
    def __init__(self, exchange: Exchange, rooms: Rooms) -> None:
        self._x, self._rooms = exchange, rooms

    def new(self, node: Node, call: CallId, to: str, caller_id: str = "") -> Call:
        """In the book, and nothing dialled yet. Raises SwitchError."""
        if self._x.book.knows(call):
            raise SwitchError("invalid", f"call {call} exists")
        if len(self._x.book.at(node)) >= node.config.max_calls:
            raise SwitchError("busy", f"{node.id} has its {node.config.max_calls} calls")
        if not node.up:
            raise SwitchError("line_down", node.status.detail)
        try:
            number = dial_string(to, node.plan)
            channel = names.of_call(node.config.app, call)
        except ValueError as error:
            raise SwitchError("invalid", str(error)) from error
        shown = "".join(one for one in caller_id[:MAX_CALLER_ID] if one in "+0123456789*#")
        fresh = Call(
            id=call,
            node=node,
            channel=channel,
            stage=Stage.DIALLING,
            to=number,
            outgoing=True,
            caller_id=shown or node.config.caller_id,
            shown=number,
        )
        self._x.book.add(fresh)
        return fresh

    def forget(self, call: Call) -> None:
        call.stage = Stage.OVER
        self._rooms.leave(call)
        self._x.book.remove(call)

    def say_originated(self, call: Call) -> None:
        if not self._x.book.knows(call.id):
            return  # it has failed already, and that was told
        self._x.emit(
            CallOriginated(call=call.id, at=self._x.clock(), line=call.node.id, to=call.to)
        )

    async def ring(self, call: Call, *, originator: str) -> None:
        """The far end. Raises SwitchError, and then it is not in the book."""
        node, config = call.node, call.node.config
        inside = is_extension(call.to, node.plan)
        template = config.extension if inside else config.outside
        params: dict[str, Param] = {
            "endpoint": template.format(number=call.to),
            "app": config.app,
            "appArgs": "call",
            "channelId": call.channel,
            "timeout": FAR_END_SECONDS,
            "originator": originator,
        }
        if call.caller_id:
            params["callerId"] = call.caller_id
        variables = {
            names.CALL: call.id,
            names.ROOM: call.room.id if call.room is not None else "",
            names.TARGET: call.target_of.id if call.target_of is not None else "",
        }
        call.dialled = True
        try:
            await self._x.ask(node, "POST", "channels", body={"variables": variables}, **params)
        except SwitchError:
            self.forget(call)
            raise

    async def agent_up(self, call: Call, leg: Leg) -> None:
        """The agent of an outgoing call picked up: now the far end. Raises SwitchError."""
        room = leg.room
        if room is None:
            room = await self._rooms.open(call.node)
            room.leg, room.device, leg.room = leg, leg.device, room
            await self._rooms.add(room, leg.channel)
        call.joining = None
        self._rooms.enter(call, room)
        if call.over:
            await self._rooms.shut_if_empty(room)
            return
        await self.ring(call, originator=leg.channel)
        await self.ringback(call)

    async def ringback(self, call: Call) -> None:
        """The agent hears that it rings, where nobody else is in the room."""
        room = call.room
        if room is None or room.leg is None or room.talking or call.stage is not Stage.DIALLING:
            return
        name = names.make(call.node.config.app, Kind.PLAY, call.id)
        await self._x.quietly(
            call.node, "POST", "bridges", room.id, "play", name, media="tone:ring"
        )
        if not self._x.book.knows(call.id) or call in room.talking:
            await self.hush(call)

    async def hush(self, call: Call) -> None:
        name = names.make(call.node.config.app, Kind.PLAY, call.id)
        await self._x.quietly(call.node, "DELETE", "playbacks", name)

    async def answered(self, call: Call) -> None:
        """The far end picked up, and an agent waits for it. Raises SwitchError."""
        call.move(Move.CONNECT)
        room = call.room
        await self.hush(call)
        if room is None:
            raise SwitchError("gone", f"nobody waits for call {call.id}")
        await self._rooms.add(room, call.channel)
        self._x.emit(CallEstablished(call=call.id, at=self._x.clock()))
