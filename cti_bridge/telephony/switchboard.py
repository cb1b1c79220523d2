"""One switch made of several: SIP lines and Asterisks side by side. A command goes to the one
whose call it is."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallFailed,
    CallOriginated,
    MonitorEnded,
    SwitchError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.protocol.vocabulary import ClearCause, MonitorMode, Verb
    from cti_bridge.telephony.ports import (
        CallId,
        Device,
        LineId,
        LineStatus,
        LiveCall,
        Switch,
        SwitchEvent,
    )

PHONE = "phone:"


class Switchboard:
    """Implements `telephony.ports.Switch`. `telephones`: the member where agents' telephones
    are; None where there is none."""

    def __init__(self, members: Sequence[Switch], *, telephones: Switch | None = None) -> None:
        self._members, self._telephones = tuple(members), telephones
        self._owners: dict[CallId, Switch] = {}
        self._monitors: dict[CallId, Switch] = {}

    @property
    def verbs(self) -> frozenset[Verb]:
        return frozenset().union(*(one.verbs for one in self._members))

    def verbs_of(self, line: LineId) -> frozenset[Verb]:
        """Nothing of a line that is not there."""
        member = self._with(line)
        return member.verbs_of(line) if member is not None else frozenset()

    async def start(self, sink: Callable[[SwitchEvent], None]) -> None:
        try:
            for member in self._members:
                await member.start(partial(self._hear, member, sink))
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        await asyncio.gather(*(member.stop() for member in self._members))

    def lines(self) -> tuple[LineStatus, ...]:
        return tuple(line for member in self._members for line in member.lines())

    async def live_calls(self) -> tuple[LiveCall, ...]:
        told = await asyncio.gather(*(member.live_calls() for member in self._members))
        for member, calls in zip(self._members, told, strict=True):
            self._owners.update((one.call, member) for one in calls)
        return tuple(one for calls in told for one in calls)

    def unsure(self) -> frozenset[LineId]:
        return frozenset().union(*(member.unsure() for member in self._members))

    # -- whose it is

    def _hear(
        self, member: Switch, sink: Callable[[SwitchEvent], None], event: SwitchEvent
    ) -> None:
        if isinstance(event, CallDelivered | CallOriginated):
            self._owners[event.call] = member
        elif isinstance(event, CallCleared | CallFailed):
            self._owners.pop(event.call, None)
        elif isinstance(event, MonitorEnded):
            self._monitors.pop(event.monitor, None)
        sink(event)

    def _of(self, call: CallId) -> Switch:
        """Raises SwitchError "gone"."""
        owner = self._owners.get(call)
        if owner is None:
            raise SwitchError("gone", f"no call {call}")
        return owner

    def _with(self, line: LineId) -> Switch | None:
        return next(
            (one for one in self._members if any(line == two.line for two in one.lines())), None
        )

    def _for(self, line: LineId | None, device: Device) -> Switch:
        """Where an agent calls from: a telephone's own switch; with a headset the line's, or the
        first that has one up. Raises SwitchError."""
        if device.startswith(PHONE):
            if self._telephones is None:
                raise SwitchError("invalid", f"there is no switch with the telephone {device}")
            return self._telephones
        if line is not None:
            member = self._with(line)
            if member is None:
                raise SwitchError("invalid", f"no line {line}")
            return member
        for member in self._members:
            if any(one.up for one in member.lines()):
                return member
        raise SwitchError("line_down", "no line is up")

    # -- commands

    async def alert(self, call: CallId, device: Device) -> None:
        await self._of(call).alert(call, device)

    async def stop_alert(self, call: CallId) -> None:
        await self._of(call).stop_alert(call)

    async def answer(self, call: CallId, device: Device) -> None:
        await self._of(call).answer(call, device)

    async def reject(self, call: CallId, cause: ClearCause) -> None:
        await self._of(call).reject(call, cause)

    async def clear(self, call: CallId) -> None:
        await self._of(call).clear(call)

    async def hold(self, call: CallId) -> None:
        await self._of(call).hold(call)

    async def retrieve(self, call: CallId) -> None:
        await self._of(call).retrieve(call)

    async def connect(self, call: CallId, device: Device) -> None:
        await self._of(call).connect(call, device)

    async def mute(self, call: CallId, muted: bool) -> None:
        await self._of(call).mute(call, muted)

    async def send_digits(self, call: CallId, digits: str) -> None:
        await self._of(call).send_digits(call, digits)

    async def play(self, call: CallId, sound: str) -> None:
        await self._of(call).play(call, sound)

    async def park(self, call: CallId, music: str) -> None:
        await self._of(call).park(call, music)

    async def announce(self, call: CallId, sounds: tuple[str, ...], mark: str = "") -> None:
        await self._of(call).announce(call, sounds, mark)

    async def record(self, call: CallId, file: str, limit_s: float, silence_s: float) -> None:
        await self._of(call).record(call, file, limit_s, silence_s)

    async def record_call(self, call: CallId, file: str) -> None:
        await self._of(call).record_call(call, file)

    async def pause_recording(self, call: CallId, paused: bool) -> None:
        await self._of(call).pause_recording(call, paused)

    async def stop_recording(self, call: CallId) -> None:
        await self._of(call).stop_recording(call)

    async def monitor(
        self, call: CallId, monitor: CallId, device: Device, mode: MonitorMode
    ) -> None:
        owner = self._of(call)
        await owner.monitor(call, monitor, device, mode)
        self._monitors[monitor] = owner

    async def stop_monitor(self, monitor: CallId) -> None:
        owner = self._monitors.get(monitor)
        if owner is None:
            raise SwitchError("gone", f"no monitor {monitor}")
        await owner.stop_monitor(monitor)

    async def originate(
        self, call: CallId, line: LineId | None, to: str, device: Device, caller_id: str = ""
    ) -> None:
        await self._for(line, device).originate(call, line, to, device, caller_id)

    async def blind_transfer(self, call: CallId, to: str, new_call: CallId) -> None:
        await self._of(call).blind_transfer(call, to, new_call)

    async def consult(self, call: CallId, to: str, new_call: CallId, caller_id: str = "") -> None:
        await self._of(call).consult(call, to, new_call, caller_id)

    async def complete_transfer(self, call: CallId, consult_call: CallId) -> None:
        await self._of(call).complete_transfer(call, consult_call)

    async def cancel_transfer(self, call: CallId, consult_call: CallId) -> None:
        await self._of(call).cancel_transfer(call, consult_call)

    async def swap(self, call: CallId, consult_call: CallId) -> None:
        await self._of(call).swap(call, consult_call)

    async def conference(self, call: CallId, consult_call: CallId) -> None:
        await self._of(call).conference(call, consult_call)
