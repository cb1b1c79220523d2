"""A burst: 100 calls a second for a minute ring and give up; none is lost or left ringing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.load import every
from tests.bench.product import OTHER_DNIS, product
from tests.bench.results import Goal, Result, spread
from tests.bench.ringer import Ending, Ringer
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load

RATE: Final = 100
RINGS_SECONDS: Final = 0.5


async def run(load: Load, quick: bool) -> list[Result]:
    seconds = 10 if quick else 60
    at = f"{RATE}/s for {seconds} s"
    with TemporaryDirectory(prefix="ficha-burst-") as name:
        folder = Path(name)
        async with (
            product(load, folder, desks=load.desks) as running,
            program(
                "tests.bench.programs.wire_desks", running.url, "1", str(load.desks - 1), "idle",
                name="desks", folder=folder,
            ) as desks,
        ):  # fmt: skip
            await desks.says("ready")
            ringer = await Ringer.open(running.sip)
            before = running.bridge.cpu_seconds()
            try:
                async for n in every(1 / RATE, RATE * seconds):
                    number = running.numbers[n % len(running.numbers)]
                    ringer.ring(number, OTHER_DNIS, seconds=RINGS_SECONDS)
                await ringer.settled()
            finally:
                ringer.close()
            busy = (running.bridge.cpu_seconds() - before) / seconds
            await asyncio.sleep(1)
            ringing = len({line for line in desks.lines if line.startswith("offer")})
            memory = running.bridge.memory_mb()
        rung = [(r.ringing_ns - r.sent_ns) / 1e6 for r in ringer.rings if r.ringing_ns]
        ended = dict.fromkeys(Ending, 0)
        for ring in ringer.rings:
            ended[ring.ending] += 1

        def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
            return Result(bench="burst", load=at, metric=metric, unit=unit, value=value, goal=goal)

        none = Goal(at_most=0)
        return [
            *spread("burst", at, "INVITE to 180", rung),
            figure("calls", "calls", len(ringer.rings)),
            figure("lost", "calls", ended[Ending.LOST], none),
            figure("refused", "calls", ended[Ending.REFUSED], none),
            figure("left ringing", "calls", ended[Ending.PENDING], none),
            figure("never rang", "calls", len(ringer.rings) - len(rung), none),
            figure("INVITEs sent again", "messages", sum(r.retransmissions for r in ringer.rings)),
            figure("offers that reached a desk", "offers", ringing),
            figure("CPU of the bridge", "cores", busy),
            figure("memory of the bridge", "MB", memory),
        ]
