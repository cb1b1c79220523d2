"""The demo's callers, on command."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sample import SCRIPT
from cti_bridge.demo.setup import DNIS, SALES
from cti_bridge.protocol.demo import (
    CallerChanged,
    CallerState,
    DemoCase,
    DemoFailed,
    HangUp,
    Heard,
    Listen,
    Ring,
    Say,
)
from cti_bridge.protocol.demo import Line as DemoLine
from cti_bridge.tasks import Scope
from cti_bridge.telephony.simulator.caller import (
    CallOver,
    SimulatedCall,
    SimulatedCaller,
    is_hold_music,
    is_silent,
    tones_heard,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.app import Bridge
    from cti_bridge.demo.writers import DemoWriters
    from cti_bridge.protocol.demo import DemoCommand

logger = logging.getLogger(__name__)


LOGIN: Final = "demo"
PATIENCE: Final = 90.0  # seconds a caller rings
GIVES_UP_AFTER: Final = 2.5
TALKS_FOR: Final = 300.0
PICKS_UP_AFTER: Final = 3.0  # whom the agent calls, or transfers to
MOST_CALLERS: Final = 12
CONTACTS: Final = 2.2  # of each customer in two years: some forty on a working day
AGENT: Final = "Irene Salas"
BETWEEN_THREE: Final = 0.15


class Demo:
    """Callers on command; `say` gets the news."""

    def __init__(
        self,
        bridge: Bridge,
        caller: SimulatedCaller,
        writers: DemoWriters,
        say: Callable[[DemoLine], None],
    ) -> None:
        self._bridge, self._caller, self._writers, self._say = bridge, caller, writers, say
        self._scope = Scope("demo")
        self._calls: dict[int, SimulatedCall] = {}
        self._count = 0

    async def close(self) -> None:
        await self._scope.close()
        await self._caller.close()

    def obey(self, command: DemoCommand) -> None:
        match command:
            case Ring(case=DemoCase.CHAT | DemoCase.EMAIL as case):
                self._writers.begin(case)
            case Say(text=text):
                self._writers.more(text)
            case Ring(case=DemoCase.THREE):
                for number, case in enumerate(
                    (DemoCase.KNOWN, DemoCase.LONG_NAME, DemoCase.UNKNOWN)
                ):
                    self._start(case, after=number * BETWEEN_THREE)
            case Ring(case=case):
                self._start(case)
            case Listen():
                self._scope.spawn(self._listen(command.caller, command.seconds), "listen")
            case HangUp():
                self._scope.spawn(self._hang_up(command.caller), "hang-up")

    def _start(self, case: DemoCase, after: float = 0.0) -> None:
        if len(self._calls) >= MOST_CALLERS:
            self._say(DemoFailed(what=f"{MOST_CALLERS} callers ring already"))
            return
        self._count += 1
        self._scope.spawn(self._ring(self._count, case, after), f"caller {self._count}")

    async def _ring(self, number: int, case: DemoCase, after: float) -> None:
        await asyncio.sleep(after)
        call = await self._invite(case)
        self._calls[number] = call
        call.changed = lambda changed: self._tell(number, case, changed)
        self._tell(number, case, call)
        try:
            await call.answered(GIVES_UP_AFTER if case is DemoCase.GIVES_UP else PATIENCE)
            await call.ended(TALKS_FOR)
        except TimeoutError:
            await self._leave(call)
        except CallOver as over:
            logger.info("caller %s: %s", number, over)
        finally:
            del self._calls[number]

    async def _invite(self, case: DemoCase) -> SimulatedCall:
        who = {
            DemoCase.KNOWN: (SCRIPT.known_number, SCRIPT.known_name),
            DemoCase.GIVES_UP: (SCRIPT.english_number, SCRIPT.english_name),
            DemoCase.SEVERAL: (SCRIPT.shared_number, "ORTEGA RUIZ"),
            DemoCase.UNKNOWN: (SCRIPT.unknown_number, SCRIPT.unknown_name),
            DemoCase.LONG_NAME: (SCRIPT.long_number, ""),
            DemoCase.WITHHELD: (SCRIPT.unknown_number, ""),
        }
        number, name = who[case]
        lines = self._bridge.switching.lines
        assert lines is not None  # the demo's own configuration names one
        line = lines.lines()[0].line
        return await self._caller.call(
            "127.0.0.1",
            lines.port_of(line),
            SALES if case is DemoCase.UNKNOWN else DNIS,
            number=number,
            display_name=name,
            asserted=number,
            withheld=case is DemoCase.WITHHELD,
        )

    def _tell(self, number: int, case: DemoCase, call: SimulatedCall) -> None:
        at = call.changes[-1].at_ns if call.changes else call.invited_ns
        self._say(
            CallerChanged(
                caller=number,
                case=case,
                state=CallerState(call.state.value),
                invited_ns=call.invited_ns,
                at_ns=at,
                code=call.code,
            )
        )

    async def _listen(self, number: int, seconds: float) -> None:
        call = self._calls.get(number)
        if call is None:
            self._say(DemoFailed(what=f"caller {number} is not in a call"))
            return
        try:
            pcm = await call.heard(min(seconds, 30.0), within=seconds + 5)
        except TimeoutError:
            self._say(DemoFailed(what=f"caller {number} hears nothing"))
            return
        tones = await asyncio.to_thread(tones_heard, pcm)
        music = await asyncio.to_thread(is_hold_music, pcm)
        self._say(
            Heard(
                caller=number,
                seconds=seconds,
                tones=tuple(tones),
                hold_music=music,
                silent=is_silent(pcm),
            )
        )

    async def _hang_up(self, number: int) -> None:
        calls = list(self._calls.values()) if number == 0 else [self._calls.get(number)]
        for call in calls:
            if call is not None:
                await self._leave(call)

    async def _leave(self, call: SimulatedCall) -> None:
        match call.state.value:
            case "answered":
                await call.hang_up()
            case "ended":
                pass
            case _:
                call.cancel()
                with contextlib.suppress(TimeoutError):
                    await call.ended(5)
