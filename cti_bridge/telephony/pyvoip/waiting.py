"""Callers that no agent has (yet): music, announcements, a message for later."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.pool import NoPortError
from cti_bridge.telephony.media.recorder import Recorder
from cti_bridge.telephony.media.sdp import SdpError
from cti_bridge.telephony.media.sounds import SoundError
from cti_bridge.telephony.ports import CallParked, PlayEnded, RecordingEnded, SwitchError
from cti_bridge.telephony.pyvoip.incoming import IncomingCall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.tasks import Scope
    from cti_bridge.telephony.media.voicepath import VoicePath
    from cti_bridge.telephony.ports import SwitchEvent
    from cti_bridge.telephony.pyvoip.calls import Call, CallBook

logger = logging.getLogger(__name__)
BEEP: Final = "beep"
MAX_SOUNDS: Final = 40
LONGEST: Final = 600.0  # seconds of a recording
END_KEY: Final = "#"
FINISH_SECONDS: Final = 5.0


@dataclass(slots=True, eq=False)
class _Recording:
    recorder: Recorder
    task: asyncio.Task[None] | None = None


class Waiting:
    def __init__(
        self,
        *,
        book: CallBook,
        voice: VoicePath,
        scope: Scope,
        clock: Callable[[], datetime],
        emit: Callable[[SwitchEvent], None],
    ) -> None:
        self._book, self._voice, self._scope = book, voice, scope
        self._clock, self._emit = clock, emit
        self._music: dict[Call, str] = {}
        self._recordings: dict[Call, _Recording] = {}

    # -- commands

    def has(self, call: Call) -> bool:
        """Whether the bridge has answered it for itself; its ACK may still be to come."""
        return call in self._music and call.leg.media is not None

    async def park(self, call: Call, music: str) -> None:
        leg = call.leg
        if call in self._music and call.talking:
            self._play_music(call, music)
            return
        if call.talking and call.held:
            self._take_over(call, music)
            return
        if not isinstance(leg, IncomingCall) or call.device is not None:
            raise SwitchError("wrong_state", f"call {call.id} does not ring")
        self._music[call] = music
        try:
            taken = await leg.take()
            if taken:
                self._play_music(call, music)
        except (NoPortError, OSError, SdpError) as error:
            self._music.pop(call, None)
            code = "busy" if isinstance(error, NoPortError) else "failed"
            raise SwitchError(code, str(error)) from error
        # not taken: the caller's CANCEL was first, and CallCleared is out

    def _take_over(self, call: Call, music: str) -> None:
        """The agent left it on hold."""
        call.device = None
        self._voice.mute(call.session, False)
        self._play_music(call, music)
        self._emit(CallParked(call=call.id, at=self._clock()))

    def established(self, call: Call) -> bool:
        """Whether the call is the bridge's own: told as parked, not as established."""
        if call not in self._music or call.device is not None:
            return False
        self._emit(CallParked(call=call.id, at=self._clock()))
        return True

    async def announce(self, call: Call, sounds: tuple[str, ...], mark: str) -> None:
        session = call.session
        if not 0 < len(sounds) <= MAX_SOUNDS:
            raise SwitchError("invalid", f"1 to {MAX_SOUNDS} sounds")
        try:
            self._voice.known(*sounds)
        except SoundError as error:
            raise SwitchError("invalid", str(error)) from error

        async def run() -> None:
            try:
                await self._voice.play(session, *sounds)
            finally:
                if self._book.known(call.id):
                    self._emit(PlayEnded(call=call.id, at=self._clock(), mark=mark))

        task = self._scope.spawn(run(), f"announce {sounds[0][:40]}")
        await asyncio.wait({task}, timeout=0)

    async def record(self, call: Call, file: str, limit_s: float, silence_s: float) -> None:
        if call in self._recordings or call not in self._music or not call.talking:
            raise SwitchError("wrong_state", f"call {call.id} is not parked, or is recorded")
        loop = asyncio.get_running_loop()
        recorder = Recorder(
            Path(file),
            limit_s=min(limit_s, LONGEST),
            silence_s=silence_s,
            clock=loop.time,
        )
        recording = self._recordings[call] = _Recording(recorder)
        recording.task = self._scope.spawn(self._record(call, recorder, file), "record")

    # -- what happens

    def pressed(self, call: Call, digit: str) -> None:
        recording = self._recordings.get(call)
        if recording is not None and digit == END_KEY:
            recording.recorder.end("key")

    def connected(self, call: Call) -> None:
        """An agent has it: what it heard and said here is over."""
        if self._music.pop(call, None) is not None:
            self._voice.cut(call.session)
        self._end_recording(call, "key")

    def ended(self, call: Call, tell: Callable[[], None]) -> None:
        """The call is over; `tell` says so once its recording is whole."""
        self._music.pop(call, None)
        recording = self._recordings.get(call)
        if recording is None or recording.task is None:
            tell()
            return
        recording.recorder.end("cleared")
        recording.task.add_done_callback(lambda _: tell())

    async def finish(self) -> None:
        """Lets what is being written become whole; for the switch's stop."""
        tasks = {one.task for one in self._recordings.values() if one.task is not None}
        for one in self._recordings.values():
            one.recorder.end("cleared")
        if tasks:
            await asyncio.wait(tasks, timeout=FINISH_SECONDS)

    # -- inside

    def _play_music(self, call: Call, music: str) -> None:
        try:
            self._voice.hold(call.session, music)
        except SoundError as error:
            logger.error("the waiting caller of call %s hears nothing: %s", call.id, error)
        self._music[call], call.held = music, True

    def _end_recording(self, call: Call, cause: str) -> None:
        recording = self._recordings.get(call)
        if recording is not None:
            recording.recorder.end(cause)

    async def _record(self, call: Call, recorder: Recorder, file: str) -> None:
        cause = "failed"
        try:
            await self._voice.play(call.session, BEEP)
            if call.talking and call in self._music:
                self._voice.listen(call.session, recorder.write)
                recorder.begin()
            cause = await recorder.run()
        except (SwitchError, SoundError) as error:
            logger.error("call %s is not recorded: %s", call.id, error)
        except Exception:  # whoever waits for its end must hear of it
            logger.exception("call %s is not recorded", call.id)
        finally:
            self._recordings.pop(call, None)
        if call in self._music and call.talking:
            self._play_music(call, self._music[call])
        at = self._clock()
        self._emit(
            RecordingEnded(call=call.id, at=at, file=file, seconds=recorder.seconds, cause=cause)
        )
