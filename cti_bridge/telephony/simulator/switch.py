"""A switch without a network: for tests, and to try a bridge without a line.

Callers and far ends are moved by the methods that are no commands of the port (`ring`,
`far_end_*`); every command is kept in `commands`, and can be made to fail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause, Verb
from cti_bridge.telephony.ports import (
    CallCleared,
    CallConferenced,
    CallDelivered,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallOriginated,
    CallParked,
    CallRecorded,
    CallRetrieved,
    CallTransferred,
    Device,
    DeviceAnswered,
    DeviceFailed,
    DigitsReceived,
    LineDown,
    LineId,
    LineStatus,
    LineUp,
    LiveCall,
    MediaFigures,
    MonitorEnded,
    MonitorStarted,
    PlayEnded,
    RecordingEnded,
    SwitchError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cti_bridge.protocol.vocabulary import MonitorMode
    from cti_bridge.telephony.ports import Caller, SwitchEvent

ALL_VERBS: Final = frozenset(Verb)
_LINE: Final = LineId("simulator")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCall:
    """One leg. `other`: the leg it is joined with, once the agent has left."""

    id: CallId
    line: LineId = _LINE
    outgoing: bool = False
    established: bool = False
    held: bool = False
    muted: bool = False
    parked: bool = False
    hears: tuple[str, ...] = ()  # the music, or what is announced
    mark: str = ""  # of what is announced
    recording: str = ""  # the file of a message that is taken
    recorded: str = ""  # the file that the call is recorded to
    paused: bool = False
    alerting: Device | None = None  # a telephone that rings for it
    device: Device | None = None
    transferring: CallId | None = None  # the blind transfer under way
    other: CallId | None = None


class SimulatedSwitch:
    """Implements `telephony.ports.Switch`; the far end answers when told to, or at once."""

    def __init__(
        self,
        *,
        verbs: frozenset[Verb] = ALL_VERBS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic_ns: Callable[[], int] = lambda: 0,
        answers_at_once: bool = False,
    ) -> None:
        self.calls: dict[CallId, SimulatedCall] = {}
        self.commands: list[tuple[str, ...]] = []
        self.failures: dict[str, SwitchError] = {}  # by the command's name, until taken away
        self.answers_at_once = answers_at_once
        self._verbs, self._now, self._monotonic_ns = verbs, now, monotonic_ns
        self._numbers = count(1)
        self._conferences: list[set[CallId]] = []
        self.monitors: dict[CallId, tuple[CallId, Device, MonitorMode]] = {}
        self._line = LineStatus(line=_LINE, name="Simulator", up=True, since=now())
        self._sink: Callable[[SwitchEvent], None] | None = None

    # -- what happens in the network

    def ring(
        self,
        caller: Caller,
        dnis: str = "",
        *,
        first_dialled: str = "",
        call: CallId | None = None,
        line: LineId = _LINE,
        variables: Mapping[str, str] | None = None,
    ) -> CallId:
        name = call or CallId(f"call-{next(self._numbers)}")
        self.calls[name] = SimulatedCall(id=name, line=line)
        self._emit(
            CallDelivered(
                call=name,
                at=self._now(),
                line=line,
                caller=caller,
                dnis=dnis,
                first_dialled=first_dialled,
                received_ns=self._monotonic_ns(),
                variables=variables or {},
            )
        )
        return name

    def far_end_answers(self, call: CallId) -> None:
        mine = self.calls[call]
        self._change(call, established=True)
        self._emit(CallEstablished(call=call, at=self._now()))
        first = next((one for one in self.calls.values() if one.transferring == mine.id), None)
        if first is not None:
            self._join(first.id, call)

    def far_end_clears(
        self, call: CallId, cause: ClearCause | None = None, media: MediaFigures | None = None
    ) -> None:
        mine = self.calls.get(call)
        if mine is None:
            return
        if cause is None:
            cause = ClearCause.CALLER_CLEARED if mine.established else ClearCause.CALLER_GAVE_UP
        self._end(call, cause, media)

    def far_end_refuses(self, call: CallId, cause: ClearCause = ClearCause.BUSY) -> None:
        """An outgoing call comes to nothing."""
        self.calls.pop(call)
        for one in list(self.calls.values()):
            if one.transferring == call:
                self._change(one.id, transferring=None, held=True)
        self._emit(CallFailed(call=call, at=self._now(), cause=cause, code=486))

    def far_end_presses(self, call: CallId, digits: str) -> None:
        self._emit(DigitsReceived(call=call, at=self._now(), digits=digits))

    def announcement_ends(self, call: CallId) -> None:
        """Nothing where nothing is said."""
        mine = self.calls[call]
        if mine.mark:
            self.calls[call] = replace(mine, mark="", hears=())
            self._emit(PlayEnded(call=call, at=self._now(), mark=mine.mark))

    def telephone_answers(self, call: CallId) -> None:
        """The telephone that rings for a call is picked up."""
        device = self.calls[call].alerting
        assert device is not None
        self._emit(DeviceAnswered(call=call, at=self._now(), device=device))

    def telephone_fails(self, call: CallId, cause: ClearCause, detail: str = "") -> None:
        device = self.calls[call].alerting or self.calls[call].device
        assert device is not None
        self.calls[call] = replace(self.calls[call], alerting=None)
        self._emit(
            DeviceFailed(call=call, at=self._now(), device=device, cause=cause, detail=detail)
        )

    def telephone_sends_on(self, call: CallId, to: str) -> None:
        """A transfer by the telephone's own keys, to somebody whom this switch did not call."""
        self._change(call, device=None)
        other = CallId(f"{call}-on")
        self._emit(CallTransferred(call=call, at=self._now(), other=other, to=to))

    def monitor_ends(self, monitor: CallId, cause: ClearCause) -> None:
        call, _, _ = self.monitors.pop(monitor)
        self._emit(MonitorEnded(call=call, at=self._now(), monitor=monitor, cause=cause))

    def recording_ends(self, call: CallId, seconds: float, cause: str = "key") -> None:
        """What was said is whole; the file itself is the test's to write."""
        file = self.calls[call].recording
        self.calls[call] = replace(self.calls[call], recording="")
        self._emit(
            RecordingEnded(call=call, at=self._now(), file=file, seconds=seconds, cause=cause)
        )

    def line_goes(self, *, up: bool, detail: str = "") -> None:
        self._line = replace(self._line, up=up, since=self._now(), detail=detail)
        kind = LineUp if up else LineDown
        self._emit(kind(line=_LINE, at=self._now(), detail=detail))

    # -- the port

    @property
    def verbs(self) -> frozenset[Verb]:
        return self._verbs

    async def start(self, sink: Callable[[SwitchEvent], None]) -> None:
        self._sink = sink

    async def stop(self) -> None:
        for call in list(self.calls):
            self._end(call, ClearCause.AGENT_CLEARED)
        self._sink = None

    def lines(self) -> tuple[LineStatus, ...]:
        return (self._line,)

    def verbs_of(self, line: LineId) -> frozenset[Verb]:
        return self._verbs

    def unsure(self) -> frozenset[LineId]:
        return frozenset()

    async def live_calls(self) -> tuple[LiveCall, ...]:
        return tuple(
            LiveCall(
                call=one.id,
                line=one.line,
                established=one.established,
                held=one.held,
                device=one.device,
                other=one.other,
                parked=one.parked,
                recording=one.recorded,
                paused=one.paused,
            )
            for one in self.calls.values()
        )

    async def answer(self, call: CallId, device: Device) -> None:
        mine = self._command("answer", call, device)
        if mine.parked:
            self._connect(call, device)
            return
        self._require(not mine.established and not mine.outgoing)
        self._change(call, established=True, device=device)
        self._emit(CallEstablished(call=call, at=self._now()))

    async def connect(self, call: CallId, device: Device) -> None:
        mine = self._command("connect", call, device)
        self._require(mine.established)
        self._connect(call, device)

    async def reject(self, call: CallId, cause: ClearCause) -> None:
        mine = self._command("reject", call, cause)
        self._require(not mine.established)
        self._end(call, cause)

    async def clear(self, call: CallId) -> None:
        self._command("clear", call)
        self._end(call, ClearCause.AGENT_CLEARED)

    async def hold(self, call: CallId) -> None:
        mine = self._command("hold", call)
        self._require(mine.established and not mine.held)
        self._hold(call)

    async def retrieve(self, call: CallId) -> None:
        mine = self._command("retrieve", call)
        self._require(mine.held)
        self._retrieve(call)

    async def mute(self, call: CallId, muted: bool) -> None:
        self._command("mute", call, str(muted))
        self._change(call, muted=muted)

    async def send_digits(self, call: CallId, digits: str) -> None:
        mine = self._command("send_digits", call, digits)
        self._require(mine.established)

    async def play(self, call: CallId, sound: str) -> None:
        mine = self._command("play", call, sound)
        self._require(mine.established)

    async def park(self, call: CallId, music: str) -> None:
        mine = self._command("park", call, music)
        rings = not mine.established and not mine.outgoing
        self._require(mine.parked or mine.held or rings)
        self.calls[call] = replace(mine, established=True, parked=True, held=True, hears=(music,))
        if not mine.parked:
            self._emit(CallParked(call=call, at=self._now()))

    async def announce(self, call: CallId, sounds: tuple[str, ...], mark: str = "") -> None:
        mine = self._command("announce", call, *sounds)
        self._require(mine.established)
        self.announcement_ends(call)
        self.calls[call] = replace(self.calls[call], hears=sounds, mark=mark)

    async def record(self, call: CallId, file: str, limit_s: float, silence_s: float) -> None:
        mine = self._command("record", call, file, str(limit_s), str(silence_s))
        self._require(mine.parked and not mine.recording)
        self.calls[call] = replace(mine, recording=file)

    async def alert(self, call: CallId, device: Device) -> None:
        mine = self._command("alert", call, device)
        self.calls[call] = replace(mine, alerting=device)

    async def stop_alert(self, call: CallId) -> None:
        mine = self._command("stop_alert", call)
        self.calls[call] = replace(mine, alerting=None)

    async def record_call(self, call: CallId, file: str) -> None:
        mine = self._command("record_call", call, file)
        self._require(mine.established and not mine.recorded)
        self.calls[call] = replace(mine, recorded=file, paused=False)

    async def pause_recording(self, call: CallId, paused: bool) -> None:
        mine = self._command("pause_recording", call, str(paused))
        self._require(bool(mine.recorded))
        self.calls[call] = replace(mine, paused=paused)

    async def stop_recording(self, call: CallId) -> None:
        mine = self._command("stop_recording", call)
        self._require(bool(mine.recorded))
        self._recorded(call, "stopped")

    async def monitor(
        self, call: CallId, monitor: CallId, device: Device, mode: MonitorMode
    ) -> None:
        mine = self._command("monitor", call, monitor, device, mode)
        self._require(mine.established)
        fresh = monitor not in self.monitors
        self.monitors[monitor] = (call, device, mode)
        if fresh:
            self._emit(MonitorStarted(call=call, at=self._now(), monitor=monitor))

    async def stop_monitor(self, monitor: CallId) -> None:
        self._note("stop_monitor", monitor)
        if monitor not in self.monitors:
            raise SwitchError("gone", f"no monitor {monitor}")
        self.monitor_ends(monitor, ClearCause.AGENT_CLEARED)

    async def originate(
        self, call: CallId, line: LineId | None, to: str, device: Device, caller_id: str = ""
    ) -> None:
        shown = (caller_id,) if caller_id else ()
        self._note("originate", call, to, device, *shown)
        if not self._line.up:
            raise SwitchError("line_down", "no line is up")
        self._dial(call, to, device)

    async def blind_transfer(self, call: CallId, to: str, new_call: CallId) -> None:
        mine = self._command("blind_transfer", call, to, new_call)
        self._require(mine.established)
        self._change(call, transferring=new_call)
        self._dial(new_call, to, mine.device)

    async def consult(self, call: CallId, to: str, new_call: CallId, caller_id: str = "") -> None:
        shown = (caller_id,) if caller_id else ()
        mine = self._command("consult", call, to, new_call, *shown)
        self._require(mine.established)
        if not mine.held:
            self._hold(call)
        self._dial(new_call, to, mine.device)

    async def complete_transfer(self, call: CallId, consult_call: CallId) -> None:
        self._command("complete_transfer", call, consult_call)
        self._require(self._known(consult_call).established)
        self._join(call, consult_call)

    async def cancel_transfer(self, call: CallId, consult_call: CallId) -> None:
        mine = self._command("cancel_transfer", call, consult_call)
        self._end(self._known(consult_call).id, ClearCause.AGENT_CLEARED)
        if mine.held:
            self._retrieve(call)

    async def swap(self, call: CallId, consult_call: CallId) -> None:
        mine = self._command("swap", call, consult_call)
        talking, waiting = (consult_call, call) if mine.held else (call, consult_call)
        self._require(self._known(consult_call).established)
        self._hold(talking)
        self._retrieve(waiting)

    async def conference(self, call: CallId, consult_call: CallId) -> None:
        self._command("conference", call, consult_call)
        self._require(self._known(consult_call).established)
        for one in self._together(call, consult_call):
            self._change(one, held=False)
        self._emit(CallConferenced(call=call, at=self._now(), other=consult_call))

    # -- inside

    def _connect(self, call: CallId, device: Device) -> None:
        self.announcement_ends(call)
        self.calls[call] = replace(self.calls[call], parked=False, hears=())
        self._change(call, held=False, device=device)
        self._emit(CallEstablished(call=call, at=self._now()))

    def _note(self, name: str, *words: str) -> None:
        self.commands.append((name, *map(str, words)))
        if name in self.failures:
            raise self.failures[name]

    def _command(self, name: str, call: CallId, *words: str) -> SimulatedCall:
        self._note(name, call, *words)
        return self._known(call)

    def _known(self, call: CallId) -> SimulatedCall:
        if call not in self.calls:
            raise SwitchError("gone", f"no call {call}")
        return self.calls[call]

    def _require(self, fits: bool) -> None:
        if not fits:
            raise SwitchError("wrong_state", "not now")

    def _change(
        self,
        call: CallId,
        *,
        established: bool | None = None,
        held: bool | None = None,
        muted: bool | None = None,
        device: Device | None = None,
        transferring: CallId | None = None,
        other: CallId | None = None,
    ) -> None:
        old = self.calls[call]
        self.calls[call] = replace(
            old,
            established=old.established if established is None else established,
            held=old.held if held is None else held,
            muted=old.muted if muted is None else muted,
            device=device or old.device,
            alerting=None if device else old.alerting,
            transferring=transferring,
            other=other or old.other,
        )

    def _dial(self, call: CallId, to: str, device: Device | None) -> None:
        self.calls[call] = SimulatedCall(id=call, outgoing=True, device=device)
        self._emit(CallOriginated(call=call, at=self._now(), line=_LINE, to=to))
        if self.answers_at_once:
            self.far_end_answers(call)

    def _of(self, call: CallId) -> set[CallId]:
        """The conference, or the call alone."""
        return next((one for one in self._conferences if call in one), {call})

    def _together(self, call: CallId, other: CallId) -> set[CallId]:
        joined = self._of(call) | self._of(other)
        apart = [one for one in self._conferences if not one & joined]
        self._conferences = [*apart, joined]
        return joined

    def _hold(self, call: CallId) -> None:
        for one in self._of(call):
            self._change(one, held=True)
        self._emit(CallHeld(call=call, at=self._now()))

    def _retrieve(self, call: CallId) -> None:
        for one in self._of(call):
            self._change(one, held=False)
        self._emit(CallRetrieved(call=call, at=self._now()))

    def _join(self, call: CallId, other: CallId) -> None:
        joined = self._together(call, other)
        for one in joined:
            self._change(one, held=False, other=min(joined - {one}))
            self.calls[one] = replace(self.calls[one], device=None)
        self._emit(CallTransferred(call=call, at=self._now(), other=other, to=str(other)))

    def _end(self, call: CallId, cause: ClearCause, media: MediaFigures | None = None) -> None:
        mine = self.calls.pop(call, None)
        if mine is None:
            return
        for monitor in [m for m, (seen, _, _) in self.monitors.items() if seen == call]:
            self.monitor_ends(monitor, cause)
        self._emit(CallCleared(call=call, at=self._now(), cause=cause, media=media))
        if mine.recorded:
            self._tell_recorded(call, mine.recorded, "cleared")
        table = self._of(call)
        rest = table - {call}
        table.discard(call)
        for one in rest:
            theirs = self.calls[one]
            next_one = min(rest - {one}, default=None) if theirs.other == call else theirs.other
            self.calls[one] = replace(theirs, other=next_one)
        if mine.other is not None and len(rest) < 2:  # nobody is left to talk to
            self._end(next(iter(rest), mine.other), cause)

    def recording_breaks_off(self, call: CallId) -> None:
        """The disk is full."""
        self._recorded(call, "cut")

    def _recorded(self, call: CallId, cause: str) -> None:
        file = self.calls[call].recorded
        self.calls[call] = replace(self.calls[call], recorded="", paused=False)
        self._tell_recorded(call, file, cause)

    def _tell_recorded(self, call: CallId, file: str, cause: str) -> None:
        self._emit(CallRecorded(call=call, at=self._now(), file=file, seconds=1.0, cause=cause))

    def _emit(self, event: SwitchEvent) -> None:
        if self._sink is not None:
            self._sink(event)
