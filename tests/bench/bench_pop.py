"""INVITE to painted: one million customers, fifty desktops, at 1, 10 and 50 calls a second.

Each load runs first on the bare floor (see floor.py), then on the product, with the same numbers
of calls to the same desks: up to five a second to the one desktop that is painted (a call rings
there for 120 ms and gives up), all others to desks without a face. The time is from the
sending of the INVITE to the end of the paint, on one clock.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.floor import PAINTED_DESK, fill, floor, number_of
from tests.bench.load import every
from tests.bench.product import OTHER_DNIS, PAINTED_DNIS, product
from tests.bench.results import Goal, Result, percentile, spread
from tests.bench.ringer import Ending, Ringer
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load
    from tests.bench.product import Product
    from tests.helpers.process import Program

PAINTED_PER_SECOND: Final = 5
RINGS_SECONDS: Final = 0.12
GOAL: Final = 2.5  # times the floor's p95
WARM_UP: Final = 10  # calls before the counted ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Calls a second, and how many are counted at the painted desktop."""

    rate: int
    painted: int

    @property
    def step(self) -> int:
        """Every so manieth call goes to the painted desktop."""
        return max(1, self.rate // PAINTED_PER_SECOND)

    @property
    def calls(self) -> int:
        return self.painted * self.step


def beats(quick: bool) -> tuple[Beat, ...]:
    if quick:
        return (Beat(rate=1, painted=8), Beat(rate=10, painted=40), Beat(rate=50, painted=40))
    return (Beat(rate=1, painted=60), Beat(rate=10, painted=300), Beat(rate=50, painted=300))


async def run(load: Load, quick: bool) -> list[Result]:
    with TemporaryDirectory(prefix="ficha-pop-") as name:
        folder = Path(name)
        bare = {beat: await _floor_pops(load, folder, beat) for beat in beats(quick)}
        async with (
            product(load, folder, desks=load.desks) as running, program(
                "tests.bench.programs.painted_desktop", running.url, str(folder),
                name="desktop", folder=folder,
            ) as desktop,
            program(
                "tests.bench.programs.wire_desks", running.url, "1", str(load.desks - 1),
                "idle", name="desks", folder=folder,
            ) as desks,
        ):  # fmt: skip
            await desktop.says("ready")
            await desks.says("ready")
            await pops(running, desktop, desks, Beat(rate=5, painted=WARM_UP))
            results: list[Result] = []
            for beat in beats(quick):
                painted, told, lost = await pops(running, desktop, desks, beat)
                results += _figures(beat, painted, told, lost, bare[beat])
        return results


def _figures(
    beat: Beat, painted: list[float], told: list[float], lost: int, bare: list[float]
) -> list[Result]:
    at = f"{beat.rate}/s"
    floor_p95 = percentile(bare, 0.95)
    figures = spread("pop", at, "INVITE to painted", painted, reference=bare)
    figures.append(
        Result(
            bench="pop",
            load=at,
            metric="p95 to floor",
            unit="times",
            value=percentile(painted, 0.95) / floor_p95,
            goal=Goal(at_most=GOAL),
        )
    )
    if told:
        figures += spread("pop", at, "INVITE to offer at the socket", told)
    figures.append(
        Result(
            bench="pop", load=at, metric="calls without a pop", unit="calls", value=lost,
            goal=Goal(at_most=0),
        )
    )  # fmt: skip
    return figures


async def _floor_pops(load: Load, folder: Path, beat: Beat) -> list[float]:
    database = folder / "floor.db"
    if not database.exists():
        fill(database, load.customers)
    draw = random.Random(beat.rate)
    async with floor(database, load.desks, folder) as bare:
        async for n in every(1 / beat.rate, beat.calls):
            desk = PAINTED_DESK if n % beat.step == 0 else 1 + n % (load.desks - 1)
            bare.call(n, desk, number_of(draw.randrange(load.customers)))
        await asyncio.sleep(0.5)
        return bare.pops_ms()


async def pops(
    running: Product, desktop: Program, desks: Program, beat: Beat
) -> tuple[list[float], list[float], int]:
    """Milliseconds to the paint, to the socket of the others, and calls without either."""
    numbers = random.sample(running.numbers, beat.calls)  # the pops are told apart by it
    painted: dict[str, int] = {}
    told: dict[str, int] = {}

    def note(line: str, into: dict[str, int]) -> None:
        word, number, at = (*line.split(" "), "", "")[:3]
        if word in ("painted", "offer"):
            into.setdefault(number, int(at))

    desktop.on_line = lambda line: note(line, painted)
    desks.on_line = lambda line: note(line, told)
    ringer = await Ringer.open(running.sip)
    try:
        async for n in every(1 / beat.rate, beat.calls):
            dnis = PAINTED_DNIS if n % beat.step == 0 else OTHER_DNIS
            ringer.ring(numbers[n], dnis, seconds=RINGS_SECONDS)
        await ringer.settled()
        await asyncio.sleep(0.3)
    finally:
        ringer.close()
    if odd := [ring for ring in ringer.rings if ring.ending is not Ending.CANCELLED]:
        raise RuntimeError(f"{len(odd)} calls did not end as they should, first: {odd[0]}")
    times = {PAINTED_DNIS: painted, OTHER_DNIS: told}
    came: dict[str, list[float]] = {PAINTED_DNIS: [], OTHER_DNIS: []}
    for ring in ringer.rings:
        if at := times[ring.dnis].get(ring.number):
            came[ring.dnis].append((at - ring.sent_ns) / 1e6)
    lost = beat.calls - sum(map(len, came.values()))
    return came[PAINTED_DNIS], came[OTHER_DNIS], lost
