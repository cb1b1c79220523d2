"""Whole calls on an Asterisk: how many a second are carried, and 200 up with 200 desktops.

A whole call: INVITE, offer at the desk, the telephone rings and is picked up, some seconds of
talk, BYE by the caller, wrap-up completed at the desk. A rate is carried when every caller was
answered, half of them within a second more than the telephone takes, none was hung up on, and
every contact was closed. Nobody speaks.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.load import every
from tests.bench.pbx import BRIDGE_DNIS
from tests.bench.pbx_callers import CARRIER, PbxCallers
from tests.bench.pbx_product import centre, key
from tests.bench.results import Goal, Result, percentile, spread
from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from tests.bench.load import Load
    from tests.bench.pbx_product import Centre
    from tests.helpers.process import Program

AGENTS: Final = 200
CALLS: Final = 200
PICK_UP_MS: Final = 200
BACKLOG_MS: Final = 1000.0  # later than that at the median: more comes in than goes out
TALK_SECONDS: Final = 2.0
SETTLED_SECONDS: Final = 60.0
RATES: Final = (5, 10, 15, 20, 30, 40, 60)
SAMPLE_SECONDS: Final = 5
FILL_RATE: Final = 10  # calls a second until all are up
NONE: Final = Goal(at_most=0)


async def run(load: Load, quick: bool) -> list[Result]:
    with TemporaryDirectory(prefix="ficha-pbx-load-") as name:
        async with (
            centre(
                load, Path(name), agents=AGENTS, port=free_port(), answer_ms=PICK_UP_MS
            ) as running,
            running.bridge() as (bridge, url),
            running.desks(url) as desks,
        ):
            results = await _standing(running, bridge, desks, 30 if quick else 600)
            results += await _rates(running, bridge, desks, 10 if quick else 60)
            return results


async def _standing(
    running: Centre, bridge: Program, desks: Program, seconds: int
) -> list[Result]:
    at = f"{CALLS} calls, {seconds} s"
    callers = await PbxCallers.open(("127.0.0.1", running.pbx.port), ip=CARRIER)
    try:
        async for _n in every(1 / FILL_RATE, CALLS):
            callers.wait_for_answer(next(running.numbers), BRIDGE_DNIS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLED_SECONDS):
                while len(callers.up) < CALLS:
                    await asyncio.sleep(0.1)
        before, up = bridge.cpu_seconds(), len(callers.up)
        memory = [bridge.memory_mb()]
        for _sample in range(seconds // SAMPLE_SECONDS):
            await asyncio.sleep(SAMPLE_SECONDS)
            memory.append(bridge.memory_mb())
        cores = (bridge.cpu_seconds() - before) / seconds
        phones = await running.count()
        numbers = {key(ring.number) for ring in callers.rings}
        connected = numbers & _told(desks, "connected")
        callers.hang_up()
        closed = await _closed(desks, numbers)
    finally:
        callers.close()

    def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
        return Result(bench="pbx-load", load=at, metric=metric, unit=unit, value=value, goal=goal)

    return [
        figure("up, by the callers", "calls", up, Goal(at_least=CALLS)),
        figure("up at the end, by the telephones", "calls", phones["up"], Goal(at_least=CALLS)),
        figure("shown as connected at a desk", "calls", len(connected), Goal(at_least=CALLS)),
        figure("hung up on", "calls", len(callers.dropped), NONE),
        figure("not closed in the end", "contacts", CALLS - closed, NONE),
        figure("desktops cut", "desktops", sum(x.startswith("cut") for x in desks.lines), NONE),
        figure("CPU of the bridge", "cores", cores),
        figure("memory of the bridge, all up", "MB", memory[0]),
        figure("memory of the bridge, at the end", "MB", memory[-1]),
    ]


async def _rates(running: Centre, bridge: Program, desks: Program, seconds: int) -> list[Result]:
    """Rising rates, until one is not carried."""
    results: list[Result] = []
    carried = 0
    for rate in RATES:
        at = f"{rate}/s, {seconds} s"
        callers = await PbxCallers.open(("127.0.0.1", running.pbx.port), ip=CARRIER)
        callers.talk_seconds = TALK_SECONDS
        before = bridge.cpu_seconds()
        try:
            async for _n in every(1 / rate, rate * seconds):
                callers.wait_for_answer(next(running.numbers), BRIDGE_DNIS)
            cores = (bridge.cpu_seconds() - before) / seconds
            await callers.settled(within=90)
        finally:
            callers.close()
        numbers = {key(ring.number) for ring in callers.rings}
        lost = len(callers.rings) - len(callers.answered)
        still_open = len(numbers) - await _closed(desks, numbers)
        waited = [
            (callers.answered[ring.call_id] - ring.sent_ns) / 1e6
            for ring in callers.rings
            if ring.call_id in callers.answered
        ]
        results += spread("pbx-load", at, "INVITE to answer", waited)
        for metric, unit, value in (
            ("CPU of the bridge", "cores", cores),
            ("not answered", "calls", lost),
            ("hung up on", "calls", len(callers.dropped)),
            ("not closed", "contacts", still_open),
        ):
            results.append(
                Result(bench="pbx-load", load=at, metric=metric, unit=unit, value=value)
            )
        backlog = percentile(waited, 0.5) > PICK_UP_MS + BACKLOG_MS
        if lost or callers.dropped or still_open or backlog:
            break
        carried = rate
    results.append(
        Result(
            bench="pbx-load",
            load=f"{AGENTS} agents",
            metric="highest rate carried",
            unit="calls/s",
            value=carried,
        )
    )
    return results


def _told(desks: Program, word: str) -> set[str]:
    return {key(line.split(" ")[1]) for line in desks.lines if line.startswith(f"{word} ")}


async def _closed(desks: Program, numbers: set[str]) -> int:
    """How many of these are, waited for."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_SECONDS):
            while not numbers <= _told(desks, "closed"):
                await asyncio.sleep(0.2)
    return len(numbers & _told(desks, "closed"))
