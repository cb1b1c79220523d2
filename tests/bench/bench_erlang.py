"""The bridge's own routing in a simulated centre, against Erlang C and Erlang A.

The mean wait of a queue at 95 % load needs tens of millions of callers to be known within 2 %. So
it is estimated in two steps that need no faith in the formula: the textbook's recursion (Kiefer
and Wolfowitz) is run for that many callers; and the bridge's `choose` is run for some of them, and
each caller's wait is compared with the recursion's, to the microsecond. The estimate is the long
run's mean, corrected by what linear regression on the drawn times explains, plus the mean
difference of the compared callers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from heapq import heapreplace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cti_bridge.acd.erlang import Leaving, Waiting
from cti_bridge.acd.simulation.run import simulate
from cti_bridge.acd.simulation.traffic import traffic
from tests.bench.results import Goal, Result
from tests.helpers.routing_theory import one_queue, waits

if TYPE_CHECKING:
    from tests.bench.load import Load

AGENTS: Final = 10
HANDLING: Final = 180.0
PATIENCE: Final = 120.0
CHUNK: Final = 200_000
CALLERS: Final = {0.6: 8, 0.7: 8, 0.8: 10, 0.9: 16, 0.95: 40}
"""Millions of the long run, by load."""
QUICK: Final = (0.6, 0.8)  # loads of the short form, in full: fewer callers would not tell 2 %
SEED: Final = 2026


async def run(load: Load, quick: bool) -> list[Result]:
    """`load` is not needed: no peer is asked."""
    return await asyncio.to_thread(_all, quick)


def _all(quick: bool) -> list[Result]:
    results: list[Result] = []
    compared = 2_000 if quick else 20_000
    for part, millions in CALLERS.items():
        if quick and part not in QUICK:
            continue
        results += _erlang_c(part, millions * 1_000_000, compared)
        results += _erlang_a(part, 4_000_000, compared)
    return results


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Callers of both, the bridge's routing and the recursion."""

    different: int
    more: float  # seconds of mean wait, the bridge's less the recursion's
    more_gone: float  # the part that gave up, likewise


def _compare(part: float, patience: float | None, callers: int) -> Compared:
    scenario = one_queue(AGENTS, part, HANDLING, patience)
    contacts = list(islice(traffic(scenario.streams, SEED), callers))
    figures = simulate(scenario, contacts).streams[0]
    ours = list(zip(figures.waits, map(bool, figures.answered), strict=True))
    theirs = list(waits(contacts, AGENTS))
    return Compared(
        different=sum(one != other for one, other in zip(ours, theirs, strict=True)),
        more=sum(one - other for (one, _), (other, _) in zip(ours, theirs, strict=True))
        / callers
        / 1e6,
        more_gone=sum(yes for _, yes in theirs) / callers - sum(yes for _, yes in ours) / callers,
    )


def _erlang_c(part: float, callers: int, compared: int) -> list[Result]:
    rate = AGENTS * part / HANDLING
    theory = Waiting(per_second=rate, handling=HANDLING, agents=AGENTS).mean_wait
    found = _compare(part, None, compared)
    long, error = _long_run(rate, None, callers)[0]
    mean = long + found.more
    at = f"load {part:g}, {AGENTS} agents"
    return [
        _different(at, found, compared),
        _figure(at, "mean wait", "s", mean, theory, None),
        _figure(at, "off Erlang C", "%", abs(100 * (mean / theory - 1)), None, 2),
        _figure(at, "95 % interval, half", "%", 196 * error / theory, None, None),
    ]


def _erlang_a(part: float, callers: int, compared: int) -> list[Result]:
    rate = AGENTS * part / HANDLING
    theory = Leaving(per_second=rate, handling=HANDLING, agents=AGENTS, patience=PATIENCE)
    found = _compare(part, PATIENCE, compared)
    (long, _), (gone, _) = _long_run(rate, PATIENCE, callers)
    mean, left = long + found.more, gone + found.more_gone
    at = f"load {part:g}, {AGENTS} agents, patience {PATIENCE:g} s"
    return [
        _different(at, found, compared),
        _figure(at, "mean wait", "s", mean, theory.mean_wait, None),
        _figure(at, "off Erlang A", "%", abs(100 * (mean / theory.mean_wait - 1)), None, 3),
        _figure(at, "give up", "%", 100 * left, 100 * theory.abandoned, None),
        _figure(
            at, "give up, off Erlang A", "%", abs(100 * (left / theory.abandoned - 1)), None, 3
        ),
    ]


def _different(at: str, found: Compared, callers: int) -> Result:
    metric = f"waits unlike the recursion's, of {callers}"
    return _figure(at, metric, "callers", found.different, None, 0)


def _figure(
    at: str, metric: str, unit: str, value: float, theory: float | None, most: float | None
) -> Result:
    goal = None if most is None else Goal(at_most=most)
    return Result(
        bench="erlang",
        load=at,
        metric=metric,
        unit=unit,
        value=value,
        reference=theory,
        goal=goal,
    )


def _long_run(
    rate: float, patience: float | None, callers: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Mean wait and the part that gives up, each with its standard error, of the recursion."""
    draw = np.random.default_rng(SEED)
    free = [0.0] * AGENTS
    clock = 0.0
    rows: list[tuple[float, float, float, float]] = []
    for _ in range(callers // CHUNK):
        between = draw.exponential(1 / rate, CHUNK)
        handling = draw.exponential(HANDLING, CHUNK)
        leaving = draw.exponential(patience, CHUNK) if patience else np.full(CHUNK, np.inf)
        at = np.cumsum(between) + clock
        clock = float(at[-1])
        total, gone = _chunk(free, at.tolist(), handling.tolist(), leaving.tolist())
        rows.append((total / CHUNK, gone / CHUNK, float(between.mean()), float(handling.mean())))
    table = np.array(rows)
    known = np.column_stack([table[:, 2] * rate - 1, table[:, 3] / HANDLING - 1])
    return _controlled(table[:, 0], known), _controlled(table[:, 1], known)


def _chunk(
    free: list[float], at: list[float], handling: list[float], leaving: list[float]
) -> tuple[float, int]:
    total, gone = 0.0, 0
    for came, takes, most in zip(at, handling, leaving, strict=True):
        wait = max(free[0] - came, 0.0)
        if wait > most:
            total += most
            gone += 1
        else:
            total += wait
            heapreplace(free, came + wait + takes)
    return total, gone


def _controlled(means: Any, known: Any) -> tuple[float, float]:
    """The mean of batch means, less what the known errors of the drawn times explain (A. Law,
    "Simulation modeling and analysis", 11.4), and its standard error."""
    design = np.column_stack([np.ones(len(means)), known])
    fitted, *_ = np.linalg.lstsq(design, means, rcond=None)
    left = means - design @ fitted
    variance = left @ left / (len(means) - design.shape[1])
    spread = variance * np.linalg.inv(design.T @ design)
    return float(fitted[0]), float(np.sqrt(spread[0, 0]))
