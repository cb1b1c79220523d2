"""The Switch port over N Asterisks: CSTA words on this side, ARI on the other."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause, Verb
from cti_bridge.telephony.asterisk import causes
from cti_bridge.telephony.asterisk.book import PHONE, Stage, live, require
from cti_bridge.telephony.asterisk.exchange import Exchange
from cti_bridge.telephony.asterisk.happenings import Happenings
from cti_bridge.telephony.asterisk.node import Node, Snapshot
from cti_bridge.telephony.asterisk.parts import Parts
from cti_bridge.telephony.asterisk.ports import HeadsetMedia, NoHeadsets
from cti_bridge.telephony.asterisk.recovery import Recovery
from cti_bridge.telephony.ports import (
    CallFailed,
    Device,
    LineDown,
    LineId,
    LineStatus,
    LineUp,
    LiveCall,
    SwitchError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cti_bridge.config.values import Asterisk
    from cti_bridge.protocol.vocabulary import MonitorMode
    from cti_bridge.telephony.asterisk.ari.events import AriEvent
    from cti_bridge.telephony.asterisk.book import Call, Leg
    from cti_bridge.telephony.ports import CallId, SwitchEvent

VERBS: Final = frozenset(
    {
        Verb.ANSWER,
        Verb.HOLD,
        Verb.RETRIEVE,
        Verb.MUTE,
        Verb.DIGITS,
        Verb.BLIND_TRANSFER,
        Verb.CONSULT,
        Verb.COMPLETE_TRANSFER,
        Verb.CANCEL_TRANSFER,
        Verb.SWAP,
        Verb.CONFERENCE,
        Verb.ORIGINATE,
        Verb.CLEAR,
        Verb.PLAY,
        Verb.TAKE_MESSAGE,
        Verb.RECORD,
        Verb.PAUSE_RECORDING,
        Verb.RESUME_RECORDING,
        Verb.STOP_RECORDING,
        Verb.LISTEN,
        Verb.WHISPER,
        Verb.BARGE,
    }
)
FIRST_WORD: Final = 5.0
"""Seconds in which a node must say what is alive before it counts as out of reach."""
_DIGITS: Final = re.compile(r"[0-9A-D*#]{1,64}")


class AsteriskSwitch:
    """Implements `telephony.ports.Switch`, and listens to its nodes."""

    def __init__(
        self,
        nodes: Sequence[Asterisk],
        *,
        region: str,
        headsets: HeadsetMedia | None = None,
        spool: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._x = Exchange(clock=clock, headsets=headsets or NoHeadsets())
        self._x.spool = spool
        self._parts = Parts(self._x)
        self._happenings = Happenings(self._parts)
        self._recovery = Recovery(self._parts, self._happenings)
        self._nodes = tuple(Node(one, self, region=region, clock=clock) for one in nodes)
        self._unsure: frozenset[LineId] = frozenset()

    @property
    def verbs(self) -> frozenset[Verb]:
        return VERBS

    def verbs_of(self, line: LineId) -> frozenset[Verb]:
        return VERBS

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self._nodes

    async def claim(self, owner: str) -> None:
        """Before all else: `owner` is this bridge's name on its recordings, over its restarts.
        Raises SwitchError "busy" where another bridge drives an application of ours; a node that
        is out of reach is asked once it is there."""
        self._x.owner = owner
        for node in self._nodes:
            node.open()
        await asyncio.gather(*(node.looked(FIRST_WORD) for node in self._nodes))
        for node in self._nodes:
            if node.taken:
                raise SwitchError("busy", f"asterisk {node.id}: {node.taken}")

    async def start(self, sink: Callable[[SwitchEvent], None]) -> None:
        """A node that is not there is tried again for ever, and told by its line."""
        for node in self._nodes:
            node.open()
        self._x.listen(sink)

    async def stop(self) -> None:
        await asyncio.gather(*(node.close() for node in self._nodes))
        await self._x.scope.close()

    def lines(self) -> tuple[LineStatus, ...]:
        return tuple(node.status for node in self._nodes)

    async def live_calls(self) -> tuple[LiveCall, ...]:
        for node in self._nodes:
            node.open()
        known = await asyncio.gather(*(node.settled(FIRST_WORD) for node in self._nodes))
        pairs = zip(self._nodes, known, strict=True)
        self._unsure = frozenset(node.id for node, sure in pairs if not sure)
        # What rings since this bridge came is told as delivered, once somebody listens.
        fresh = {one for one in self._x.book if one.told and not self._x.listening}
        return tuple(
            self._live(one)
            for one in self._x.book
            if one.node.id not in self._unsure and one not in fresh
        )

    def _live(self, call: Call) -> LiveCall:
        file, paused = self._parts.recordings.state(call)
        return live(call, file, paused=paused)

    def unsure(self) -> frozenset[LineId]:
        return self._unsure

    def owns(self, call: CallId) -> bool:
        return self._x.book.knows(call)

    def owns_monitor(self, monitor: CallId) -> bool:
        return self._parts.monitors.knows(monitor)

    # -- what the nodes say

    async def reconcile(self, node: Node, snapshot: Snapshot) -> None:
        await self._recovery.reconcile(node, snapshot)

    def happened(self, node: Node, event: AriEvent) -> None:
        self._happenings.happened(node, event)

    def line_changed(self, node: Node, status: LineStatus) -> None:
        kind = LineUp if status.up else LineDown
        self._x.emit(kind(line=node.id, at=status.since, detail=status.detail))

    # -- commands

    async def alert(self, call: CallId, device: Device) -> None:
        one = self._get(call)
        async with one.lock:
            require(one, Stage.RINGING, Stage.PARKED, Stage.TALKING)
            if one.stage is Stage.TALKING:
                if not one.held or one.joining is not None:
                    raise SwitchError("wrong_state", f"call {call} talks")
                await self._parts.leave_agent(one)
            await self._parts.telephones.alert(one, device)

    async def stop_alert(self, call: CallId) -> None:
        await self._parts.telephones.stop_alert(self._get(call))

    async def answer(self, call: CallId, device: Device) -> None:
        one = self._get(call)
        async with one.lock:
            require(one, Stage.RINGING, Stage.PARKED)
            await self._connect(one, device)

    async def connect(self, call: CallId, device: Device) -> None:
        one = self._get(call)
        async with one.lock:
            require(one, Stage.PARKED, Stage.TALKING)
            if self._x.book.target(one) is not None:
                raise SwitchError("wrong_state", f"call {call} is being transferred")
            if one.stage is Stage.TALKING and not one.held:
                await self._parts.rooms.hold(one)
            await self._connect(one, device)

    async def _connect(self, call: Call, device: Device) -> None:
        leg = await self._parts.telephones.take(call, device)
        if leg is not None:
            await self._parts.connect(call, leg)

    async def reject(self, call: CallId, cause: ClearCause) -> None:
        one = require(self._get(call), Stage.RINGING)
        one.ending = cause
        await self._x.ask(
            one.node,
            "DELETE",
            "channels",
            one.channel,
            reason_code=causes.to_reason(cause),
        )

    async def clear(self, call: CallId) -> None:
        """Of a node that is out of reach it is over at once, or its agent would wait for that node
        for ever; where it lives on there, it is hung up once the node is back."""
        one = self._x.book.get(call)
        one.ending = ClearCause.AGENT_CLEARED
        if not one.node.up:
            self._recovery.end_when_back(one)
            return
        if one.outgoing and not one.dialled:  # its agent's telephone still rings
            self._happenings.gone(one, ClearCause.AGENT_CLEARED, 0)
            return
        await self._x.ask(one.node, "DELETE", "channels", one.channel, reason_code=causes.NORMAL)

    async def hold(self, call: CallId) -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.hold(one)

    async def retrieve(self, call: CallId) -> None:
        """Where the agent's telephone was hung up meanwhile it is rung first."""
        one = self._get(call)
        async with one.lock:
            room = one.room
            if room is not None and room.leg is None and room.device is not None and one.held:
                one.returns = True
                try:
                    await self._connect(one, room.device)
                except SwitchError:
                    one.returns = False
                    raise
            else:
                await self._parts.transfers.retrieve(one)

    async def mute(self, call: CallId, muted: bool) -> None:
        one = self._x.book.talking(call)
        leg = one.room.leg if one.room is not None else None
        if leg is None:
            raise SwitchError("wrong_state", f"no device has call {call}")
        if leg.headset:
            self._x.headsets.mute(leg.channel, muted=muted)
        else:
            method = "POST" if muted else "DELETE"
            await self._x.ask(leg.node, method, "channels", leg.channel, "mute", direction="in")
        leg.muted = muted

    async def send_digits(self, call: CallId, digits: str) -> None:
        one = self._x.book.talking(call)
        if not _DIGITS.fullmatch(digits):
            raise SwitchError("invalid", "1 to 64 of 0-9, A-D, * and #")
        await self._x.ask(
            one.node, "POST", "channels", one.channel, "dtmf", dtmf=digits, duration=160
        )

    async def play(self, call: CallId, sound: str) -> None:
        one = self._x.book.talking(call)
        await self._parts.waiting.announce(one, (sound,), None)

    async def park(self, call: CallId, music: str) -> None:
        one = self._get(call)
        async with one.lock:
            if self._x.book.target(one) is not None:
                raise SwitchError("wrong_state", f"call {call} is being transferred")
            await self._parts.waiting.park(one, music)

    async def announce(self, call: CallId, sounds: tuple[str, ...], mark: str = "") -> None:
        await self._parts.waiting.announce(self._get(call), sounds, mark)

    async def record(self, call: CallId, file: str, limit_s: float, silence_s: float) -> None:
        await self._parts.recordings.message(self._get(call), file, limit_s, silence_s)

    async def record_call(self, call: CallId, file: str) -> None:
        await self._parts.recordings.begin(self._get(call), file)

    async def pause_recording(self, call: CallId, paused: bool) -> None:
        await self._parts.recordings.pause(self._get(call), paused)

    async def stop_recording(self, call: CallId) -> None:
        await self._parts.recordings.stop(self._get(call))

    async def monitor(
        self, call: CallId, monitor: CallId, device: Device, mode: MonitorMode
    ) -> None:
        await self._parts.monitors.join(self._x.book.talking(call), monitor, device, mode)

    async def stop_monitor(self, monitor: CallId) -> None:
        await self._parts.monitors.stop(monitor)

    async def originate(
        self, call: CallId, line: LineId | None, to: str, device: Device, caller_id: str = ""
    ) -> None:
        node = self._node(line, device)
        one = self._parts.calling.new(node, call, to, caller_id)
        async with one.lock:
            try:
                leg = await self._parts.telephones.take(one, device)
            except SwitchError:
                self._parts.calling.forget(one)
                raise
            self._parts.calling.say_originated(one)
            if leg is not None:
                await self._headset_calls(one, leg)

    async def _headset_calls(self, call: Call, leg: Leg) -> None:
        try:
            await self._parts.calling.agent_up(call, leg)
        except SwitchError as error:
            self._parts.calling.forget(call)
            at, detail = self._x.clock(), error.detail
            self._x.emit(CallFailed(call=call.id, at=at, cause=ClearCause.FAILED, detail=detail))
            if leg.room is not None:
                await self._parts.rooms.shut_if_empty(leg.room)

    async def blind_transfer(self, call: CallId, to: str, new_call: CallId) -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.blind(one, to, new_call)

    async def consult(self, call: CallId, to: str, new_call: CallId, caller_id: str = "") -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.consult(one, to, new_call, caller_id)

    async def complete_transfer(self, call: CallId, consult_call: CallId) -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.complete(one, self._get(consult_call))

    async def cancel_transfer(self, call: CallId, consult_call: CallId) -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.cancel(one, self._get(consult_call))

    async def swap(self, call: CallId, consult_call: CallId) -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.swap(one, self._get(consult_call))

    async def conference(self, call: CallId, consult_call: CallId) -> None:
        one = self._get(call)
        async with one.lock:
            await self._parts.transfers.conference(one, self._get(consult_call))

    # -- inside

    def _get(self, call: CallId) -> Call:
        """Raises SwitchError: "gone", and "line_down" at once where its node is out of reach."""
        one = self._x.book.get(call)
        if not one.node.up:
            raise SwitchError("line_down", one.node.status.detail)
        return one

    def _node(self, line: LineId | None, device: Device) -> Node:
        """Where a call goes out: the line asked for, the telephone's, or the first that is up."""
        where, slash, _ = device.removeprefix(PHONE).rpartition("/")
        wanted = LineId(where) if device.startswith(PHONE) and slash else line
        candidates = [one for one in self._nodes if wanted in (None, one.id)]
        if not candidates:
            raise SwitchError("invalid", f"no line {wanted}")
        for node in candidates:
            if node.up:
                return node
        raise SwitchError("line_down", candidates[0].status.detail)
