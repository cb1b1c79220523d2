"""INVITE to the offer at the desk and to the ringing telephone, against Asterisk's app_queue.

The same Asterisk, callers and telephones for both: a call is dialled, rings for a moment, and
gives up. Both times end where the far end read the packet: the offer at the desk's socket, the
INVITE at the telephone's.
"""

from __future__ import annotations

import asyncio
import math
import random
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.load import every
from tests.bench.pbx import BRIDGE_DNIS, QUEUE_DNIS
from tests.bench.pbx_callers import CARRIER
from tests.bench.pbx_product import centre, key, noting
from tests.bench.results import Goal, Result, percentile, spread
from tests.bench.ringer import Ending, Ringer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.load import Load
    from tests.bench.pbx_product import Centre
    from tests.helpers.process import Program

AGENTS: Final = 30
RINGS_SECONDS: Final = (0.15, 0.35)
"""Each caller's own patience, the same for both: where all gave up after as long a time, each end
fell on the beat of a later beginning."""
SEED: Final = 20261130
WITHIN_MS: Final = 8.0  # of app_queue, at the median
WARM_UP: Final = 10


async def run(load: Load, quick: bool) -> list[Result]:
    beats = {1: 8, 10: 60, 30: 150} if quick else {1: 60, 10: 300, 30: 900}
    with TemporaryDirectory(prefix="ficha-pbx-") as name:
        async with centre(load, Path(name), agents=AGENTS, port=0, answer_ms=None) as running:
            bare: dict[int, list[float]] = {}
            await calls_of(running, QUEUE_DNIS, 10, WARM_UP)
            for rate, calls in beats.items():
                made = await calls_of(running, QUEUE_DNIS, rate, calls)
                bare[rate] = times(made.sent, made.rang)
            async with running.bridge() as (_bridge, url), running.desks(url) as desks:
                results: list[Result] = []
                await calls_of(running, BRIDGE_DNIS, 10, WARM_UP, desks)
                for rate, calls in beats.items():
                    made = await calls_of(running, BRIDGE_DNIS, rate, calls, desks)
                    results += _figures(rate, calls, made, bare[rate])
        return results


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Of each number when its call was sent, was at a desk and rang; time.monotonic_ns()."""

    sent: dict[str, int]
    told: dict[str, int]
    rang: dict[str, int]


def _figures(rate: int, calls: int, made: Made, bare: Sequence[float]) -> list[Result]:
    at = f"{rate}/s"
    told, rang = times(made.sent, made.told), times(made.sent, made.rang)
    both = made.told.keys() & made.rang.keys() & made.sent.keys()
    early = sum(made.rang[one] < made.told[one] for one in both)

    def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
        return Result(bench="pbx", load=at, metric=metric, unit=unit, value=value, goal=goal)

    behind = percentile(rang, 0.5) - percentile(bare, 0.5) if rang and bare else math.nan
    none = Goal(at_most=0)
    return [
        *spread("pbx", at, "INVITE to offer at the desk", told, reference=bare),
        *spread("pbx", at, "INVITE to the telephone", rang, reference=bare),
        figure("behind app_queue, p50", "ms", behind, Goal(at_most=WITHIN_MS)),
        figure("calls", "calls", calls),
        figure("never at a desk", "calls", calls - len(told), none),
        figure("never at a telephone", "calls", calls - len(rang), none),
        figure("never at a telephone, app_queue", "calls", calls - len(bare)),
        figure("telephone before the desk", "calls", early, none),
    ]


async def calls_of(
    running: Centre, dnis: str, rate: int, calls: int, desks: Program | None = None
) -> Made:
    """So many calls of numbers that did not call before, each given up within RINGS_SECONDS."""
    told: dict[str, int] = {}
    rang: dict[str, int] = {}
    running.phones.on_line = noting("rang", rang)
    if desks is not None:
        desks.on_line = noting("offer", told)
    patience = random.Random(SEED)
    ringer = await Ringer.open(("127.0.0.1", running.pbx.port), ip=CARRIER)
    try:
        async for _n in every(1 / rate, calls):
            ringer.ring(next(running.numbers), dnis, seconds=patience.uniform(*RINGS_SECONDS))
        await ringer.settled()
        await asyncio.sleep(0.5)
    finally:
        ringer.close()
    if odd := [ring for ring in ringer.rings if ring.ending is not Ending.CANCELLED]:
        raise RuntimeError(f"{len(odd)} calls did not end as they should, first: {odd[0]}")
    sent = {key(ring.number): ring.sent_ns for ring in ringer.rings}
    return Made(sent=sent, told=told, rang=rang)


def times(sent: dict[str, int], came: dict[str, int]) -> list[float]:
    """Milliseconds, of those that came."""
    return [(came[one] - at) / 1e6 for one, at in sent.items() if one in came]
