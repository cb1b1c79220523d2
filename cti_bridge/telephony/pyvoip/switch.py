"""The Switch port over N pyVoIP lines: CSTA words on this side, SIP legs on the other."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause, Verb
from cti_bridge.tasks import Scope
from cti_bridge.telephony.identity import read_identity
from cti_bridge.telephony.media.pool import NoPortError
from cti_bridge.telephony.media.sdp import SdpError
from cti_bridge.telephony.media.sounds import SoundError
from cti_bridge.telephony.numbers import dial_string
from cti_bridge.telephony.optional import (
    WithoutMonitoring,
    WithoutTelephones,
)
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallRetrieved,
    Device,
    DigitsReceived,
    LineId,
    LineStatus,
    LiveCall,
    SwitchError,
    SwitchEvent,
)
from cti_bridge.telephony.pyvoip.call import Ending, LineCall
from cti_bridge.telephony.pyvoip.calls import Call, CallBook, agent_of
from cti_bridge.telephony.pyvoip.incoming import IncomingCall
from cti_bridge.telephony.pyvoip.line import PyVoipLine
from cti_bridge.telephony.pyvoip.recordings import Recordings
from cti_bridge.telephony.pyvoip.transfers import Transfers
from cti_bridge.telephony.pyvoip.waiting import Waiting
from cti_bridge.telephony.pyvoip.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.config.values import Line
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.media.voicepath import VoicePath
    from cti_bridge.telephony.ports import MediaFigures

logger = logging.getLogger(__name__)
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
    }
)
REFUSALS: Final = {
    ClearCause.BUSY: 486,
    ClearCause.REJECTED: 603,
    ClearCause.UNREACHABLE: 404,
    ClearCause.LINE_DOWN: 503,
    ClearCause.FAILED: 500,
}
"""SIP status for a refused call; 480 for every other cause."""
MAX_DIGITS: Final = 64


class PyVoipSwitch(WithoutTelephones, WithoutMonitoring):
    """Implements `telephony.ports.Switch`; also the listener of every leg of its lines."""

    def __init__(
        self,
        lines: Sequence[Line],
        *,
        region: str,
        voice: VoicePath,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._voice, self._clock = voice, clock
        self._sink: Callable[[SwitchEvent], None] | None = None
        self._book = CallBook()
        self._scope = Scope("pyvoip")
        self._lines = tuple(
            PyVoipLine(line, self, region=region, clock=clock, tell=self._emit) for line in lines
        )
        self._transfers = Transfers(
            book=self._book, voice=voice, clock=clock, emit=self._emit, dial=self._dial
        )
        self._waiting = Waiting(
            book=self._book, voice=voice, scope=self._scope, clock=clock, emit=self._emit
        )

        self._recordings = Recordings(scope=self._scope, clock=clock, emit=self._emit)

    @property
    def verbs(self) -> frozenset[Verb]:
        return VERBS

    def verbs_of(self, line: LineId) -> frozenset[Verb]:
        return VERBS

    async def start(self, sink: Callable[[SwitchEvent], None]) -> None:
        self._sink = sink
        try:
            for line in self._lines:
                await line.start()
        except BaseException:
            await self.stop()
            raise
        self._scope.spawn(Watch(self._book).run(), "watch")

    async def stop(self) -> None:
        for call in self._book:
            call.leg.hang_up(Ending(cause=ClearCause.BRIDGE_RESTARTED, code=503))
        await self._waiting.finish()
        await self._recordings.finish()
        await asyncio.gather(*(line.stop() for line in self._lines))
        await self._scope.close()

    def lines(self) -> tuple[LineStatus, ...]:
        return tuple(line.status for line in self._lines)

    def port_of(self, line: LineId) -> int:
        """The UDP port a line listens on (bridge.toml may have asked for any)."""
        return next(one.port for one in self._lines if one.id == line)

    async def live_calls(self) -> tuple[LiveCall, ...]:
        return self._book.live()

    # Commands

    async def answer(self, call: CallId, device: Device) -> None:
        one, agent = self._book.get(call), agent_of(device)
        leg = one.leg
        if self._waiting.has(one):
            self._out_of_waiting(one, device, agent)
            return
        if not isinstance(leg, IncomingCall) or one.device is not None:
            raise SwitchError("wrong_state", f"call {call} does not ring")
        one.device = device
        try:
            taken = await leg.take()
        except (NoPortError, OSError, SdpError) as error:
            one.device = None
            code = "busy" if isinstance(error, NoPortError) else "failed"
            raise SwitchError(code, str(error)) from error
        if taken:
            self._voice.talk(one.session, agent)
        # else: the caller's CANCEL was first, and CallCleared is out.

    async def reject(self, call: CallId, cause: ClearCause) -> None:
        one = self._book.get(call)
        code = REFUSALS.get(cause, 480)
        leg = one.leg
        if not isinstance(leg, IncomingCall) or not leg.refuse(
            code, Ending(cause=cause, code=code)
        ):
            raise SwitchError("wrong_state", f"call {call} does not ring")

    async def clear(self, call: CallId) -> None:
        self._book.get(call).leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))

    async def hold(self, call: CallId) -> None:
        one = self._book.talking(call)
        if one.held or one.relayed:
            raise SwitchError("wrong_state", f"call {call} is held or transferred")
        self._transfers.hold(one)
        self._transfers.say_held(one)

    async def retrieve(self, call: CallId) -> None:
        one = self._book.talking(call)
        if not one.held or self._transfers.pending(one):
            raise SwitchError("wrong_state", f"call {call} is not on hold")
        self._transfers.talk(one)
        self._transfers.say_retrieved(one)

    async def connect(self, call: CallId, device: Device) -> None:
        one, agent = self._book.talking(call), agent_of(device)
        if one.relayed or self._transfers.pending(one):
            raise SwitchError("wrong_state", f"call {call} is transferred")
        self._out_of_waiting(one, device, agent)

    def _out_of_waiting(self, call: Call, device: Device, agent: AgentId) -> None:
        session = call.session
        call.device, call.held = device, False
        self._waiting.connected(call)
        self._voice.mute(session, False)  # the mute was of the agent that left
        self._voice.talk(session, agent)
        if call.talking:
            self._emit(CallEstablished(call=call.id, at=self._clock()))
        # else: our 200 is out, and its ACK tells

    async def mute(self, call: CallId, muted: bool) -> None:
        self._voice.mute(self._book.talking(call).session, muted)

    async def send_digits(self, call: CallId, digits: str) -> None:
        session = self._book.talking(call).session
        if not 0 < len(digits) <= MAX_DIGITS:
            raise SwitchError("invalid", f"1 to {MAX_DIGITS} digits")
        try:
            session.send_digits(digits)
        except ValueError as error:
            raise SwitchError("invalid", str(error)) from error

    async def play(self, call: CallId, sound: str) -> None:
        session = self._book.talking(call).session
        problem: list[SoundError] = []

        async def run() -> None:
            try:
                await self._voice.play(session, sound)
            except SoundError as error:
                problem.append(error)

        task = self._scope.spawn(run(), f"play {sound[:40]}")
        await asyncio.wait({task}, timeout=0)  # long enough for a sound that does not exist
        if problem:
            raise SwitchError("invalid", str(problem[0]))

    async def park(self, call: CallId, music: str) -> None:
        one = self._book.get(call)
        if one.relayed or self._transfers.pending(one):
            raise SwitchError("wrong_state", f"call {call} is transferred")
        await self._waiting.park(one, music)

    async def announce(self, call: CallId, sounds: tuple[str, ...], mark: str = "") -> None:
        await self._waiting.announce(self._book.talking(call), sounds, mark)

    async def record(self, call: CallId, file: str, limit_s: float, silence_s: float) -> None:
        await self._waiting.record(self._book.talking(call), file, limit_s, silence_s)

    async def record_call(self, call: CallId, file: str) -> None:
        self._recordings.begin(self._book.talking(call), file)

    async def pause_recording(self, call: CallId, paused: bool) -> None:
        self._recordings.pause(self._book.talking(call), paused)

    async def stop_recording(self, call: CallId) -> None:
        self._recordings.stop(self._book.talking(call))

    async def originate(
        self, call: CallId, line: LineId | None, to: str, device: Device, caller_id: str = ""
    ) -> None:
        agent_of(device)
        self._transfers.say_originated(await self._dial(call, self._line(line), to, device))

    async def blind_transfer(self, call: CallId, to: str, new_call: CallId) -> None:
        await self._transfers.blind(self._book.talking(call), to, new_call)

    async def consult(self, call: CallId, to: str, new_call: CallId, caller_id: str = "") -> None:
        await self._transfers.consult(self._book.talking(call), to, new_call)

    async def complete_transfer(self, call: CallId, consult_call: CallId) -> None:
        self._transfers.complete(self._book.talking(call), self._book.get(consult_call))

    async def cancel_transfer(self, call: CallId, consult_call: CallId) -> None:
        self._transfers.cancel(self._book.talking(call), self._book.get(consult_call))

    async def swap(self, call: CallId, consult_call: CallId) -> None:
        self._transfers.swap(self._book.talking(call), self._book.get(consult_call))

    async def conference(self, call: CallId, consult_call: CallId) -> None:
        self._transfers.conference(self._book.talking(call), self._book.get(consult_call))

    def _line(self, wanted: LineId | None) -> PyVoipLine:
        candidates = [one for one in self._lines if wanted in (None, one.id)]
        if not candidates:
            raise SwitchError("invalid", f"no line {wanted}")
        for line in candidates:
            if line.can_call:
                return line
        raise SwitchError("line_down", candidates[0].status.detail)

    async def _dial(self, call: CallId, line: PyVoipLine, to: str, device: Device | None) -> Call:
        if self._book.known(call):
            raise SwitchError("invalid", f"call {call} exists")
        try:
            number = dial_string(to, line.plan)
        except ValueError as error:
            raise SwitchError("invalid", str(error)) from error
        if not line.can_call:
            raise SwitchError("line_down", line.status.detail)
        if line.phone.full:
            raise SwitchError("busy", f"line {line.id} has its {line.config.max_calls} calls")
        try:
            leg = await line.dial(number)
        except NoPortError as error:
            raise SwitchError("busy", str(error)) from error
        except OSError as error:
            raise SwitchError("failed", str(error)) from error
        new = Call(id=call, line=line, leg=leg, to=number, outgoing=True, device=device)
        self._book.add(new)
        return new

    # What the legs tell

    def ringing(self, line: PyVoipLine, leg: IncomingCall, received_ns: int) -> None:
        """A call came in on a line; told before its 180 leaves."""
        config = line.config
        who = read_identity(
            leg.invite, line.plan, trusted=config.trust_identity, own_user=config.user
        )
        call = Call(id=CallId(uuid.uuid4().hex), line=line, leg=leg)
        self._book.add(call)
        self._emit(
            CallDelivered(
                call=call.id,
                at=self._clock(),
                line=line.id,
                caller=who.caller,
                dnis=who.dnis,
                first_dialled=who.first_dialled,
                received_ns=received_ns,
            )
        )

    def established(self, leg: LineCall) -> None:
        call = self._book.of(leg)
        if call is None:
            return
        call.established, call.established_at = True, time.monotonic()
        if call.outgoing and call.device is not None:
            self._voice.talk(call.session, call.agent)
        if self._waiting.established(call):
            return
        self._emit(CallEstablished(call=call.id, at=self._clock()))
        if call.transfer_of is not None:
            self._transfers.join(call.transfer_of, call)

    def early_media(self, leg: LineCall) -> None:
        call = self._book.of(leg)
        if call is not None and call.device is not None:
            self._voice.talk(call.session, call.agent)

    def far_hold(self, leg: LineCall, *, held: bool) -> None:
        call = self._book.of(leg)
        if call is not None:
            kind = CallHeld if held else CallRetrieved
            self._emit(kind(call=call.id, at=self._clock(), by_agent=False))

    def digits(self, leg: LineCall, digits: str) -> None:
        call = self._book.of(leg)
        if call is not None:
            self._waiting.pressed(call, digits)
            self._emit(DigitsReceived(call=call.id, at=self._clock(), digits=digits))

    def ended(self, leg: LineCall, ending: Ending) -> None:
        call = self._book.of(leg)
        if call is None:
            return
        figures = leg.figures()
        self._recordings.ended(call)
        if leg.media is not None:
            self._voice.release(leg.media.session)
        self._book.remove(call)
        self._waiting.ended(call, partial(self._tell_end, call, ending, figures))

    def _tell_end(self, call: Call, ending: Ending, figures: MediaFigures | None) -> None:
        by_agent = ending.cause is ClearCause.AGENT_CLEARED
        failed = call.outgoing and not call.established and not by_agent
        at, cause, code = self._clock(), ending.cause, ending.code
        self._emit(
            CallFailed(call=call.id, at=at, cause=cause, code=code, detail=ending.detail)
            if failed
            else CallCleared(call=call.id, at=at, cause=cause, code=code, media=figures)
        )
        self._transfers.ended(call)

    def _emit(self, event: SwitchEvent) -> None:
        if self._sink is None:
            return
        try:
            self._sink(event)
        except Exception:  # an ear that fails must not end the call it was told of
            logger.exception("the sink failed on %s", type(event).__name__)
