"""A hundred thousand pairs that may be one customer: the next page, merge, later, one a second.

A desk without a face does at a bridge, over its socket, what the review page of the desktop does:
the next twenty pairs while ten are left, and of each pair a verdict with the sides that were
proposed. It does not wait to read, so the pairs a second are what the bridge can do at most.
"""

from __future__ import annotations

import shutil
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from agent_desktop.viewmodels.duplicates import AHEAD, PAGE
from cti_bridge.customers.merging.ports import Reason
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    MergeCustomers,
    PairsListed,
)
from cti_bridge.protocol.vocabulary import Role
from cti_bridge.server.auth import new_hasher
from cti_bridge.store.accounts import SqlAccounts
from cti_bridge.store.engine import Database
from cti_bridge.store.pairs import SqlPairs
from tests.bench.light_desk import LightDesk, LightSocket
from tests.bench.product import PASSWORD, filled, product
from tests.bench.results import Goal, Result, spread

if TYPE_CHECKING:
    from cti_bridge.protocol.frames import Command, Reply
    from cti_bridge.protocol.merge_values import PairView
    from tests.bench.load import Load

PAIRS: Final = 100_000
WHO: Final = "supervisor"
VERDICTS: Final = ("merge", "merge", "later", "distinct")
GOAL: Final = Goal(at_most=1_000)  # one pair a second, by the keyboard
REASONS: Final = (
    Reason(field="family", agreement="same", weight=8.1),
    Reason(field="given", agreement="similar", weight=4.2),
    Reason(field="home", agreement="same_street", weight=11.4),
    Reason(field="born", agreement="different", weight=-5.0),
)


@dataclass(frozen=True, slots=True)
class _Pair:
    a: int
    b: int
    probability: float
    reasons: tuple[Reason, ...] = REASONS


@dataclass(slots=True)
class _Times:
    """Milliseconds of each kind of command, and of a whole pair."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, began: float) -> None:
        self.of.setdefault(kind, []).append((time.perf_counter() - began) * 1000)


async def run(load: Load, quick: bool) -> list[Result]:
    pairs = PAIRS // 10 if quick else PAIRS
    judged = 100 if quick else 1_000
    with TemporaryDirectory(prefix="ficha-merging-") as name:
        file = Path(name) / "ficha.db"
        shutil.copyfile(await filled(load), file)
        await _find(file, min(pairs, load.customers // 2))
        async with product(load, Path(name), desks=1, database=file) as running:
            times, seconds = await _reviewed(running.url, judged)
    at = f"{pairs:,} pairs of {load.customers:,}"
    results: list[Result] = []
    for kind in ("next page", "merge", "later", "distinct", "one pair"):
        goals = {"p95": GOAL} if kind == "one pair" else None
        results += spread("merging", at, kind, times.of[kind], goals=goals)
    return [
        *results,
        Result(bench="merging", load=at, metric="pairs", unit="/s", value=judged / seconds,
               goal=Goal(at_least=1)),
    ]  # fmt: skip


async def _find(file: Path, count: int) -> None:
    """Pairs of neighbours, as a search would have put them on record; and who judges them."""
    draw = Random(3)
    found = [_Pair(2 * n - 1, 2 * n, draw.uniform(0.05, 1)) for n in range(1, count + 1)]
    database = await Database.open(f"sqlite:///{file}")
    try:
        await SqlAccounts(database).add(
            login=WHO, name="Sara Luna", role=Role.SUPERVISOR,
            password_hash=new_hasher().hash(PASSWORD),
        )  # fmt: skip
        store, now = SqlPairs(database), datetime.now(UTC)
        for start in range(0, count, 5_000):
            await store.put(found[start : start + 5_000], now)
    finally:
        await database.close()


async def _reviewed(url: str, judged: int) -> tuple[_Times, float]:
    desk = LightDesk(await LightSocket.connect(url), frozenset())
    await desk.sign_in(WHO, PASSWORD)
    times = _Times()
    in_hand: deque[PairView] = deque()
    cursor = await _next(desk, "", in_hand, _Times())
    began = time.perf_counter()
    for verdict, _ in zip(cycle(VERDICTS), range(judged), strict=False):
        started = time.perf_counter()
        await _timed(desk, times, verdict, _command(desk, in_hand.popleft(), verdict))
        if len(in_hand) < AHEAD:
            cursor = await _next(desk, cursor, in_hand, times)
        times.add("one pair", started)
    seconds = time.perf_counter() - began
    desk.socket.close()
    return times, seconds


async def _next(desk: LightDesk, cursor: str, in_hand: deque[PairView], times: _Times) -> str:
    command = DuplicatePairs(request_id=desk.next_id(), cursor=cursor, limit=PAGE)
    reply = await _timed(desk, times, "next page", command)
    assert isinstance(reply, PairsListed)
    in_hand.extend(reply.pairs)
    return reply.cursor


async def _timed(desk: LightDesk, times: _Times, kind: str, command: Command) -> Reply:
    began = time.perf_counter()
    reply = await desk.ask(command)
    times.add(kind, began)
    return reply


def _command(desk: LightDesk, pair: PairView, verdict: str) -> Command:
    survivor, absorbed = pair.plan.survivor, pair.plan.absorbed
    if verdict == "merge":
        return MergeCustomers(
            request_id=desk.next_id(),
            survivor=survivor.customer_id,
            survivor_version=survivor.version,
            absorbed=absorbed.customer_id,
            absorbed_version=absorbed.version,
            picks={one.name: one.side for one in pair.plan.fields if one.why != "same"},
        )
    return JudgePair(
        request_id=desk.next_id(),
        a=survivor.customer_id,
        b=absorbed.customer_id,
        verdict="later" if verdict == "later" else "distinct",
    )
