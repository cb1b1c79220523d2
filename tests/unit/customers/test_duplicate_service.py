"""One search with an engine, a store and a sink that are played."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers.duplicates.service import find
from cti_bridge.customers.duplicates.values import Cancelled, EngineError, Pair, Progress, Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

PAGES = ((Record(n=1), Record(n=2, changed=False)), (Record(n=3),))
FOUND = ((Pair(a=1, b=2, probability=0.9),), (Pair(a=2, b=3, probability=0.3),), ())


@dataclass
class Played:
    """Engine, store and sink in one, and what was asked of them."""

    told: list[str] = field(default_factory=list)
    put_pairs: list[Pair] = field(default_factory=list)
    fails: Exception | None = None
    holds: threading.Event | None = None

    async def pages(self, since: datetime | None) -> AsyncIterator[Sequence[Record]]:
        for page in PAGES:
            yield page

    def add(self, records: Sequence[Record]) -> None:
        self.told.append(f"add {len(records)}")

    def pairs(self, progress: Callable[[Progress], None]) -> Iterator[Sequence[Pair]]:
        progress(Progress(step="compare", done=0, total=1))
        if self.fails is not None:
            raise self.fails
        if self.holds is not None:
            self.holds.wait(30)
            raise Cancelled
        yield from FOUND

    def cancel(self) -> None:
        self.told.append("cancel")
        assert self.holds is not None
        self.holds.set()

    def close(self) -> None:
        self.told.append("close")

    async def put(self, pairs: Sequence[Pair]) -> None:
        self.put_pairs += pairs


async def test_pairs_of_the_threshold_are_handed_on_and_counted() -> None:
    played = Played()
    steps: list[str] = []
    found = await find(played, played, played, progress=lambda now: steps.append(now.step))
    assert (found.records, found.changed, found.pairs) == (3, 2, 1)
    assert [pair.a for pair in played.put_pairs] == [1]
    assert played.told == ["add 2", "add 1", "close"]
    assert steps == ["read", "read", "compare"]
    assert found.outlook[0].wrong == pytest.approx(0.1)


async def test_a_lower_threshold_gives_more() -> None:
    played = Played()
    await find(played, played, played, threshold=0.2, since=datetime(2026, 3, 2, tzinfo=UTC))
    assert len(played.put_pairs) == 2


async def test_the_engine_is_closed_when_it_fails() -> None:
    played = Played(fails=EngineError("no disk"))
    with pytest.raises(EngineError):
        await find(played, played, played)
    assert played.told[-1] == "close"


async def test_cancelled_the_engine_is_stopped_before_it_is_closed() -> None:
    played = Played(holds=threading.Event())
    comparing = asyncio.Event()
    loop = asyncio.get_running_loop()

    def progress(now: Progress) -> None:
        if now.step == "compare":
            loop.call_soon_threadsafe(comparing.set)

    task = loop.create_task(find(played, played, played, progress=progress))
    await comparing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert played.told[-2:] == ["cancel", "close"]
