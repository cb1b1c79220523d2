"""One search from the store to where its pairs go."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from cti_bridge.customers.duplicates.deciding import Outlook, outlook
from cti_bridge.customers.duplicates.values import REVIEW, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from cti_bridge.customers.duplicates.values import Engine, Pair, Pairs, Records

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found."""

    records: int
    changed: int
    pairs: int  # at least as probable as asked
    outlook: tuple[Outlook, ...]
    seconds: float
    reading_seconds: float


async def find(
    records: Records,
    engine: Engine,
    sink: Pairs,
    *,
    since: datetime | None = None,
    threshold: float = REVIEW,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Found:
    """Compares all records, or those changed after `since` with all, and hands on the pairs of
    at least `threshold`.

    Cancelled, it stops the engine and leaves what was handed on. Closes the engine. Raises
    EngineError, and what the store and the sink raise.
    """
    started = time.monotonic()
    try:
        read = changed = 0
        async for page in records.pages(since):
            await _in_thread(engine, partial(engine.add, page))
            read += len(page)
            changed += sum(record.changed for record in page)
            progress(Progress(step="read", done=read, total=0))
        reading = time.monotonic() - started
        probabilities = await _compare(engine, sink, threshold, progress) if changed else []
    finally:
        await asyncio.to_thread(engine.close)
    return Found(
        records=read,
        changed=changed,
        pairs=len(probabilities),
        outlook=outlook(probabilities),
        seconds=time.monotonic() - started,
        reading_seconds=reading,
    )


async def _compare(
    engine: Engine, sink: Pairs, threshold: float, progress: Callable[[Progress], None]
) -> list[float]:
    found: Iterator[Sequence[Pair]] = iter(engine.pairs(progress))
    probabilities: list[float] = []
    while (page := await _in_thread(engine, partial(next, found, None))) is not None:
        likely = [pair for pair in page if pair.probability >= threshold]
        probabilities += [pair.probability for pair in likely]
        if likely:
            await sink.put(likely)
    return probabilities


async def _in_thread(engine: Engine, work: Callable[[], T]) -> T:
    """A thread cannot be cancelled, so the engine is, and the thread waited for: else it would
    work on in a folder that is being removed."""
    step = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        engine.cancel()
        await asyncio.wait([step])
        step.exception()
        raise
