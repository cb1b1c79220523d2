"""Supervisors in calls: a listening channel at the agent's leg, bridged with their telephone; or,
to be heard by all, their telephone in the call's own room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import AgentId, ClearCause, MonitorMode
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.book import HEADSET
from cti_bridge.telephony.asterisk.causes import of_unanswered
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.asterisk.telephones import AUTO_ANSWER, AUTO_SECONDS, telephone
from cti_bridge.telephony.ports import MonitorEnded, MonitorStarted, SwitchError

if TYPE_CHECKING:
    from collections.abc import Collection

    from cti_bridge.telephony.asterisk.book import Call, Leg, Room
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.recordings import Recordings
    from cti_bridge.telephony.asterisk.telephones import Telephones
    from cti_bridge.telephony.ports import CallId, Device

WHISPER: Final = {MonitorMode.LISTEN: "none", MonitorMode.WHISPER: "out"}


@dataclass(slots=True, eq=False, kw_only=True)
class Monitor:
    id: CallId
    call: Call
    mode: MonitorMode
    node: Node
    leg: Leg  # the agent's
    room: Room
    channel: str  # the supervisor's
    ear: str  # a bridge of its own
    headset: bool = False
    spy: str = ""
    up: bool = False
    ended: bool = False


class Monitors:
    def __init__(self, exchange: Exchange, telephones: Telephones, recordings: Recordings) -> None:
        self._x, self._telephones, self._recordings = exchange, telephones, recordings
        self._all: dict[CallId, Monitor] = {}

    async def join(self, call: Call, monitor: CallId, device: Device, mode: MonitorMode) -> None:
        known = self._all.get(monitor)
        if known is not None:
            await self._change(known, mode)
            return
        room = call.room
        if room is None or room.leg is None:
            raise SwitchError("wrong_state", f"no agent has call {call.id}")
        app = call.node.config.app
        one = self._all[monitor] = Monitor(
            id=monitor,
            call=call,
            mode=mode,
            node=call.node,
            leg=room.leg,
            room=room,
            channel=names.make(app, Kind.SUPERVISOR),
            ear=names.make(app, Kind.EAR),
            headset=device.startswith(HEADSET),
        )
        try:
            await self._x.ask(one.node, "POST", "bridges", one.ear, type="mixing", name=one.ear)
            await self._ring(one, device)
        except SwitchError:
            self._all.pop(monitor, None)
            await self._clean(one)
            raise

    async def _ring(self, one: Monitor, device: Device) -> None:
        if one.headset:
            agent = AgentId(device.removeprefix(HEADSET))
            one.channel = await self._x.headsets.open(one.node, one.id, agent)
            self._x.later(self._begin(one), "monitor")
            return
        await self._telephones.ring(
            one.node,
            one.channel,
            telephone(device, one.node),
            call=one.call,
            seconds=AUTO_SECONDS,
            variables={names.DEVICE: device, **AUTO_ANSWER},
        )

    async def stop(self, monitor: CallId) -> None:
        one = self._all.get(monitor)
        if one is None:
            raise SwitchError("gone", f"no monitor {monitor}")
        self._end(one, ClearCause.AGENT_CLEARED)

    def knows(self, monitor: CallId) -> bool:
        return monitor in self._all

    def uses(self, node: Node, channel: str) -> bool:
        ours = (one for one in self._all.values() if one.node is node)
        return any(channel in (one.channel, one.spy) for one in ours)

    def uses_bridge(self, name: str) -> bool:
        return any(one.ear == name for one in self._all.values())

    # -- what happens

    def reconcile(self, node: Node, alive: Collection[str]) -> None:
        for one in tuple(self._all.values()):
            if one.node is node and one.channel not in alive:
                self._end(one, ClearCause.LINE_DOWN)

    def entered(self, node: Node, channel: str) -> bool:
        """Whether it is a supervisor's telephone, which was picked up."""
        one = self._of(node, channel)
        if one is not None:
            self._x.later(self._begin(one), "monitor")
        return one is not None

    def channel_ended(self, node: Node, channel: str, cause: int, sip: int) -> bool:
        one = self._of(node, channel)
        if one is None:
            return False
        why = ClearCause.AGENT_CLEARED if one.up else of_unanswered(cause, sip)
        self._end(one, why)
        return True

    def leg_ended(self, leg: Leg) -> None:
        """The agent left the call; whoever has it next is another's business."""
        for one in tuple(self._all.values()):
            if one.leg is leg:
                self._end(one, ClearCause.TRANSFERRED)

    def call_ended(self, call: Call, cause: ClearCause) -> None:
        for one in tuple(self._all.values()):
            if one.call is call:
                self._end(one, cause)

    # -- inside

    def _of(self, node: Node, channel: str) -> Monitor | None:
        return next(
            (one for one in self._all.values() if one.channel == channel and one.node is node),
            None,
        )

    async def _begin(self, one: Monitor) -> None:
        try:
            await self._place(one)
        except SwitchError:
            self._end(one, ClearCause.FAILED)
            raise
        if not one.ended:
            one.up = True
            at = self._x.clock()
            self._x.emit(MonitorStarted(call=one.call.id, at=at, monitor=one.id))

    async def _change(self, one: Monitor, mode: MonitorMode) -> None:
        if mode is one.mode:
            return
        one.mode = mode
        if one.up:
            await self._place(one)

    async def _place(self, one: Monitor) -> None:
        """The supervisor's leg where its mode wants it. Raises SwitchError."""
        old, one.spy = one.spy, ""
        if one.mode is MonitorMode.BARGE:
            bridge = one.room.id
        else:
            bridge = one.ear
            spy = names.make(one.node.config.app, Kind.SPY)
            await self._recordings.snoop(one.node, one.leg.channel, spy, whisper=WHISPER[one.mode])
            one.spy = spy
            await self._x.ask(one.node, "POST", "bridges", one.ear, "addChannel", channel=spy)
        if old:
            await self._x.hang_up(one.node, old)
        await self._x.ask(one.node, "POST", "bridges", bridge, "addChannel", channel=one.channel)

    def _end(self, one: Monitor, cause: ClearCause) -> None:
        if one.ended:
            return
        one.ended = True
        self._all.pop(one.id, None)
        self._x.emit(
            MonitorEnded(call=one.call.id, at=self._x.clock(), monitor=one.id, cause=cause)
        )
        self._x.later(self._clean(one), "end of a monitor")

    async def _clean(self, one: Monitor) -> None:
        if one.headset:
            await self._x.headsets.close(one.channel)
        else:
            await self._x.hang_up(one.node, one.channel)
        if one.spy:
            await self._x.hang_up(one.node, one.spy)
        await self._x.quietly(one.node, "DELETE", "bridges", one.ear)
