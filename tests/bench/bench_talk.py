"""Fifty talking calls in one bridge: packets a second, their spacing, CPU, and flat memory."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.product import OTHER_DNIS, product
from tests.bench.results import Goal, Result
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load
    from tests.helpers.process import Program

CALLS: Final = 50
SAMPLE_SECONDS: Final = 5
SETTLED: Final = 0.2  # of the time, after which memory should not grow


async def run(load: Load, quick: bool) -> list[Result]:
    seconds = 20 if quick else 600
    at = f"{CALLS} calls, {seconds} s"
    with TemporaryDirectory(prefix="ficha-talk-") as name:
        folder = Path(name)
        async with (
            product(load, folder, desks=CALLS + 1) as running,
            program(
                "tests.bench.programs.wire_desks", running.url, "1", str(CALLS), "talk",
                name="desks", folder=folder,
            ) as desks,
        ):  # fmt: skip
            await desks.says("ready")
            async with program(
                "tests.bench.programs.talkers", running.sip[0], str(running.sip[1]), OTHER_DNIS,
                str(CALLS), str(seconds), *running.numbers[:CALLS], name="talkers", folder=folder,
            ) as talkers:  # fmt: skip
                await talkers.says("talking", within=120)
                await desks.says("heard")
                heard_before = _heard(desks)
                cpu, memory = await _weigh(running.bridge, seconds)
                heard = [
                    (now - before) / seconds
                    for now, before in zip(_heard(desks), heard_before, strict=True)
                ]
                line = await talkers.says("result", within=60)
    told = json.loads(line.removeprefix("result "))
    early = memory[int(len(memory) * SETTLED)]

    def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
        return Result(bench="talk", load=at, metric=metric, unit=unit, value=value, goal=goal)

    steady = Goal(at_least=49.9, at_most=50.1)
    return [
        figure("to the caller, least", "packets/s", min(told["received"]), steady),
        figure("to the caller, most", "packets/s", max(told["received"]), steady),
        figure("spacing p50", "ms", told["p50_us"] / 1000),
        figure("spacing p99", "ms", told["p99_us"] / 1000, Goal(at_most=30)),
        figure("spacing most", "ms", told["most_us"] / 1000),
        figure("to the headset, least", "frames/s", min(heard)),
        figure("CPU of the bridge", "cores", cpu),
        figure("memory at the end", "MB", memory[-1]),
        figure("memory grown since settled", "MB", memory[-1] - early, Goal(at_most=5)),
    ]


def _heard(desks: Program) -> list[int]:
    """Frames that each desk has heard so far: "heard NANOSECONDS COUNT COUNT …"."""
    last = next(line for line in reversed(desks.lines) if line.startswith("heard"))
    return [int(count) for count in last.split(" ")[2:]]


async def _weigh(bridge: Program, seconds: float) -> tuple[float, list[float]]:
    """Cores used, and the memory every few seconds, in MB."""
    before = bridge.cpu_seconds()
    memory = [bridge.memory_mb()]
    for _sample in range(int(seconds // SAMPLE_SECONDS)):
        await asyncio.sleep(SAMPLE_SECONDS)
        memory.append(bridge.memory_mb())
    return (bridge.cpu_seconds() - before) / seconds, memory
