"""Calls that are recorded: the leg of the first call is tapped, whatever it is joined with."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.tape import Tape
from cti_bridge.telephony.ports import CallRecorded, SwitchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.tasks import Scope
    from cti_bridge.telephony.ports import SwitchEvent
    from cti_bridge.telephony.pyvoip.calls import Call

logger = logging.getLogger(__name__)
FINISH_SECONDS: Final = 5.0


@dataclass(slots=True, eq=False)
class _Running:
    tape: Tape
    file: str
    task: asyncio.Task[None] | None = None


class Recordings:
    def __init__(
        self,
        *,
        scope: Scope,
        clock: Callable[[], datetime],
        emit: Callable[[SwitchEvent], None],
    ) -> None:
        self._scope, self._clock, self._emit = scope, clock, emit
        self._running: dict[Call, _Running] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def begin(self, call: Call, file: str) -> None:
        """Raises SwitchError."""
        if call in self._running:
            raise SwitchError("wrong_state", f"call {call.id} is recorded already")
        session, tape = call.session, Tape(Path(file))
        running = self._running[call] = _Running(tape, file)
        session.tap = tape.turn
        running.task = self._scope.spawn(self._run(call, running), "record call")

    def pause(self, call: Call, paused: bool) -> None:
        self._of(call).tape.paused = paused

    def stop(self, call: Call) -> None:
        self._of(call)
        self._end(call, "stopped")

    def ended(self, call: Call) -> None:
        """The call is over: its file becomes whole."""
        if call in self._running:
            self._end(call, "cleared")

    async def finish(self) -> None:
        """Lets what is being written become whole; for the switch's stop."""
        for call in tuple(self._running):
            self._end(call, "cleared")
        if self._ending:
            await asyncio.wait(set(self._ending), timeout=FINISH_SECONDS)

    def _of(self, call: Call) -> _Running:
        running = self._running.get(call)
        if running is None:
            raise SwitchError("wrong_state", f"call {call.id} is not recorded")
        return running

    def _end(self, call: Call, cause: str) -> None:
        running = self._running.pop(call)
        if call.leg.media is not None:
            call.leg.media.session.tap = None
        if running.task is not None and not running.task.done():
            self._ending.add(running.task)
            running.task.add_done_callback(self._ending.discard)
        running.tape.end(cause)

    async def _run(self, call: Call, running: _Running) -> None:
        cause = "failed"
        try:
            cause = await running.tape.run()
        except Exception:  # whoever waits for its end must hear of it
            logger.exception("call %s is not recorded", call.id)
        if self._running.get(call) is running:  # by itself: the disk, or its longest time
            self._end(call, cause)
        self._emit(
            CallRecorded(
                call=call.id,
                at=self._clock(),
                file=running.file,
                seconds=running.tape.seconds,
                cause=cause,
            )
        )
