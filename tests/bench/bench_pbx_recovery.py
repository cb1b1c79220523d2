"""A bridge killed by -9 with 100 live calls: until every contact is at its desk again.

The clock begins with the new process. The callers and the telephones say whether a call was
dropped; the desks, which sign in again by themselves, when they are shown as connected.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.load import every
from tests.bench.pbx import BRIDGE_DNIS
from tests.bench.pbx_callers import CARRIER, PbxCallers
from tests.bench.pbx_product import centre, key, noting
from tests.bench.results import Goal, Result, spread
from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.load import Load

CALLS: Final = 100
PICK_UP_MS: Final = 200
FILL_RATE: Final = 10
GOAL_MS: Final = 5000.0
GIVE_UP_SECONDS: Final = 60.0


async def run(load: Load, quick: bool) -> list[Result]:
    lives = 1 if quick else 3
    results: list[Result] = []
    for life in range(1, lives + 1):
        results += await _kill(load, f"{CALLS} calls, kill {life}")
    return results


async def _kill(load: Load, at: str) -> list[Result]:
    with TemporaryDirectory(prefix="ficha-pbx-recovery-") as name:
        async with (
            contextlib.AsyncExitStack() as stack,
            centre(
                load, Path(name), agents=CALLS, port=free_port(), answer_ms=PICK_UP_MS
            ) as running,
        ):
            callers = await PbxCallers.open(("127.0.0.1", running.pbx.port), ip=CARRIER)
            stack.callback(callers.close)
            async with running.bridge() as (bridge, url):
                desks = await stack.enter_async_context(running.desks(url))
                async for _n in every(1 / FILL_RATE, CALLS):
                    callers.wait_for_answer(next(running.numbers), BRIDGE_DNIS)
                numbers = {key(ring.number) for ring in callers.rings}
                before: dict[str, int] = {}
                for line in desks.lines:
                    noting("connected", before)(line)
                desks.on_line = noting("connected", before)
                await _until(lambda: numbers <= before.keys())
                was_up = len(callers.up)
                again: dict[str, int] = {}
                desks.on_line = noting("connected", again)
                bridge.process.kill()
                await bridge.process.wait()
            started = time.monotonic_ns()
            async with running.bridge():
                ready = time.monotonic_ns()
                await _until(lambda: numbers <= again.keys())
                phones = await running.count()
                dropped, up = len(callers.dropped), len(callers.up)
                callers.hang_up()
                closed: dict[str, int] = {}
                for line in desks.lines:
                    noting("closed", closed)(line)
                desks.on_line = noting("closed", closed)
                await _until(lambda: numbers <= closed.keys())

    def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
        return Result(
            bench="pbx-recovery", load=at, metric=metric, unit=unit, value=value, goal=goal
        )

    took = [(again[one] - started) / 1e6 for one in numbers if one in again]
    none = Goal(at_most=0)
    return [
        figure("calls up before", "calls", was_up, Goal(at_least=CALLS)),
        figure("calls up after, by the callers", "calls", up, Goal(at_least=CALLS)),
        figure("calls up after, by the telephones", "calls", phones["up"], Goal(at_least=CALLS)),
        figure("hung up on", "calls", dropped, none),
        figure("start to ready", "ms", (ready - started) / 1e6),
        *spread("pbx-recovery", at, "start to connected at the desk", took),
        figure(
            "start to the last one", "ms", max(took, default=float("nan")), Goal(at_most=GOAL_MS)
        ),
        figure("never at a desk again", "contacts", len(numbers - again.keys()), none),
        figure("not closed in the end", "contacts", len(numbers - closed.keys()), none),
    ]


async def _until(met: Callable[[], bool]) -> None:
    """Or given up: what is missing is counted."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while not met():
                await asyncio.sleep(0.02)
