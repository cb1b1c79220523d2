"""`cti-bridge demo`: a bridge of its own with sample customers, and callers that really ring it
by SIP and RTP over loopback. The desktop's `--demo` runs it as a child process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from cti_bridge.app import Bridge, share_the_interpreter
from cti_bridge.config.values import Config, Line, Queue, Server, Site, Store
from cti_bridge.customers.sample import SCRIPT
from cti_bridge.protocol.demo import (
    CallerChanged,
    CallerState,
    DemoCase,
    DemoFailed,
    DemoReady,
    HangUp,
    Heard,
    Listen,
    Preparing,
    Ring,
    decode_demo_command,
    encode_line,
)
from cti_bridge.protocol.demo import Line as DemoLine
from cti_bridge.protocol.vocabulary import Role
from cti_bridge.server.auth import new_hasher
from cti_bridge.store.engine import Database
from cti_bridge.store.populate import populate
from cti_bridge.tasks import Scope
from cti_bridge.telephony.simulator.caller import (
    CallOver,
    SimulatedCall,
    SimulatedCaller,
    is_hold_music,
    is_silent,
    tones_heard,
)
from cti_bridge.telephony.simulator.tones import CALLER_TONES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger(__name__)

LOGIN: Final = "demo"
DNIS: Final = "+34900100200"
SALES: Final = "+34900100300"
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
        self, bridge: Bridge, caller: SimulatedCaller, say: Callable[[DemoLine], None]
    ) -> None:
        self._bridge, self._caller, self._say = bridge, caller, say
        self._scope = Scope("demo")
        self._calls: dict[int, SimulatedCall] = {}
        self._count = 0

    async def close(self) -> None:
        await self._scope.close()
        await self._caller.close()

    def obey(self, command: Ring | Listen | HangUp) -> None:
        match command:
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
        line = self._bridge.switch.lines()[0].line
        return await self._caller.call(
            "127.0.0.1",
            self._bridge.switch.port_of(line),
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


def demo_config(folder: Path, callers: str = "") -> Config:
    """One line that takes calls from this machine alone, two queues, no fixed port.

    `callers`: where its outgoing calls go, host:port."""
    return Config(
        site=Site(name="Ficha demo", region="ES"),
        store=Store(url=f"sqlite:///{folder / 'ficha.db'}"),
        server=Server(host="127.0.0.1", port=0),
        lines=(
            Line(
                id="demo",
                name="Central",
                mode="trunk",
                queue="support",
                bind="127.0.0.1",
                port=0,
                server=callers,
                peers=("127.0.0.1",),
                extensions=(r"1\d{3}",),
                rtp_ports=(0, 0),
            ),
        ),
        queues=(
            Queue(id="support", name="Soporte", dnis=(DNIS,), offer_seconds=30),
            Queue(id="sales", name="Ventas", dnis=(SALES,), offer_seconds=30),
        ),
    )


async def run_demo(folder: Path, *, customers: int = 10_000) -> None:
    """Serves until standard input ends; its database is in `folder`, and gone at the end.

    Raises StoreError or ConfigError.
    """
    try:
        await _serve(folder, customers)
    except BrokenPipeError:
        logger.warning("the desktop of this demo is gone")
    finally:
        _forget(folder)


def _forget(folder: Path) -> None:
    for file in folder.glob("ficha.db*"):
        file.unlink(missing_ok=True)


async def _serve(folder: Path, customers: int) -> None:
    def say(line: DemoLine) -> None:
        sys.stdout.buffer.write(encode_line(line))
        sys.stdout.buffer.flush()

    share_the_interpreter()
    say(Preparing(what="customers"))
    password = secrets.token_urlsafe(18)
    caller = await SimulatedCaller.open()
    caller.phone.answer_after = PICKS_UP_AFTER
    config = demo_config(folder, f"127.0.0.1:{caller.port}")
    database = await Database.open(config.store.url)
    await populate(
        database,
        customers,
        now=datetime.now(UTC),
        contacts=CONTACTS,
        queue=("support", "Soporte"),
    )
    say(Preparing(what="bridge"))
    bridge = Bridge(config, database)
    await bridge.accounts.add(
        login=LOGIN,
        name=AGENT,
        role=Role.SUPERVISOR,
        password_hash=await asyncio.to_thread(new_hasher().hash, password),
    )
    await bridge.start()
    demo = Demo(bridge, caller, say)
    try:
        say(
            DemoReady(
                url=bridge.listener.addresses[0],
                login=LOGIN,
                password=password,
                customers=customers,
                known_name=SCRIPT.known_name,
                unknown_name=SCRIPT.unknown_name,
                caller_tones=CALLER_TONES,
            )
        )
        await _obey_lines(demo, say)
    finally:
        await demo.close()
        await bridge.stop()


async def _obey_lines(demo: Demo, say: Callable[[DemoLine], None]) -> None:
    """Until the end of standard input: the desktop is gone, however it went."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline, 4096):
        try:
            demo.obey(decode_demo_command(line))
        except msgspec.DecodeError as error:
            say(DemoFailed(what=f"line not understood: {error}"))
