"""An import from its first row to its last: batches, each one transaction, under one lease."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.drafts import MAX_SOURCE
from cti_bridge.customers.sources.rows import ImportRow, RowReader
from cti_bridge.customers.sources.runs import Counts, RunTrigger
from cti_bridge.customers.text import clean_line
from cti_bridge.errors import StoreError
from cti_bridge.store.import_batch import UNSAVED, Batch, read, write
from cti_bridge.store.import_pace import Pace, some
from cti_bridge.store.import_relations import Unrelated, relate
from cti_bridge.store.sources import (
    SqlSources,
    beat,
    begin_run,
    end_run,
    known_number,
    resume_run,
    source_number,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.customers.sources.mapping import Mapping
    from cti_bridge.customers.sources.records import Raw, RowError, Source
    from cti_bridge.customers.sources.rows import Outcome
    from cti_bridge.protocol.customer_values import FieldView
    from cti_bridge.store.engine import Database
    from cti_bridge.store.import_batch import Read

BATCH: Final = 20_000
"""Rows in a transaction where no bridge waits for it. In a file of a million each row changes two
pages somewhere in the indexes of numbers, and half of them are changed twice in so many rows."""
KEPT_ERRORS: Final = 200
LEASE_SECONDS: Final = 0.5
"""Between two tries of an import that waits."""
CACHE: Final = "PRAGMA cache_size = -131072"
ALONE: Final = "PRAGMA wal_autocheckpoint = 32000"
BESIDE: Final = "PRAGMA wal_autocheckpoint = 8000"
"""For the writer's connection from then on: 128 MiB of pages, and the WAL is folded in at 128 MiB,
or at 32 where a bridge reads beside it. None of them makes a commit less safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked of an import."""

    source: str  # the name of the system that the data come from
    mapping: Mapping
    region: str  # of national numbers (ISO 3166)
    now: datetime
    dry_run: bool = False
    resume: bool = False  # go on where the last run of this source stopped
    wait: bool = False  # for another import to end, in place of being refused
    fields: Sequence[FieldView] = ()  # that the configuration adds to a customer
    batch: int = 0  # rows in a transaction, at most; 0: BATCH, or few where a bridge waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is."""

    rows: int
    refused: int
    counts: Counts
    fraction: float | None  # of the source, 0..1; None where nobody knows how long it is
    rows_per_second: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do."""

    counts: Counts
    errors: tuple[RowError, ...]  # the first 200
    seconds: float
    dry_run: bool
    resumed_at: int = 0  # the row after which a resumed import went on; 0: from the beginning
    unrelated: Unrelated = field(default_factory=Unrelated)


@dataclass(slots=True)
class _Going:
    """An import while it runs."""

    source_n: int = UNSAVED
    run: int | None = None
    position: int = 0
    resumed_at: int = 0
    counts: Counts = field(default_factory=Counts)
    errors: list[RowError] = field(default_factory=list)
    unrelated: Unrelated = field(default_factory=Unrelated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A batch that was read."""

    good: Sequence[Read]
    bad: Sequence[RowError]
    first: int  # numbers of its rows in the source
    last: int
    done: float | None  # of the source, when the batch was read


class _Undo(Exception):
    """Ends a dry run's transaction without keeping it."""

    def __init__(self, counts: Counts) -> None:
        super().__init__("dry run")
        self.counts = counts


async def import_customers(
    database: Database,
    source: Source,
    job: Job,
    *,
    progress: Callable[[Progress], None] | None = None,
    refused: Callable[[RowError], None] | None = None,
    between: Callable[[float], Awaitable[float]] | None = None,
) -> Report:
    """Doing it twice changes nothing the second time.

    A customer is known by what the source is known to have said of it, by a key of the same
    source, or by a name together with any identity. In a dry run, rows that repeat an earlier
    row count as new ones. `refused` is told each row that is left out, after its batch is in.
    `between` is awaited after each batch, with the seconds that its transaction took; it gives
    back the seconds that are not to be counted as work, and may raise to end the import there.
    Raises customers.sources.records.SourceError and StoreError; what is in by then, stays.
    """
    started = time.monotonic()
    going = _Going()
    if not job.dry_run:
        await _lease(database, job)
    try:
        await _begin(database, source, job, going)
        try:
            await _batches(database, source, job, going, started, progress, refused, between)
            if not job.dry_run:
                going.unrelated = await relate(
                    database, going.source_n, _written(job), job.now, between
                )
        except BaseException:
            await _end(database, job, going, RunTrigger.BREAK)
            raise
        await _end(database, job, going, RunTrigger.FINISH)
    finally:
        if not job.dry_run:
            await database.release("import")
    return Report(
        counts=going.counts,
        errors=tuple(going.errors),
        seconds=time.monotonic() - started,
        dry_run=job.dry_run,
        resumed_at=going.resumed_at,
        unrelated=going.unrelated,
    )


async def _lease(database: Database, job: Job) -> None:
    """One import at a time: two would each make the customers that the other is making."""
    while True:
        try:
            return await database.claim("import")
        except StoreError as error:
            if error.kind != "in_use":
                raise
            if not job.wait:
                raise await _refusal(database, error) from error
            await asyncio.sleep(LEASE_SECONDS)


async def _refusal(database: Database, error: StoreError) -> StoreError:
    running = await SqlSources(database).running()
    if running is None:
        return error
    name, since = running
    return StoreError(
        "in_use",
        f'an import of "{name}" is running, since {since:%Y-%m-%d %H:%M} UTC',
        where=error.where,
        todo="Try again when it has ended, or say --wait",
    )


async def _begin(database: Database, source: Source, job: Job, going: _Going) -> None:
    mark = source.about.fingerprint
    beside = bool(job.batch) or await database.bridge_waits()

    def look(connection: Connection) -> int:
        return known_number(connection, job.source) or UNSAVED

    def work(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            for pragma in (CACHE, BESIDE if beside else ALONE):
                connection.exec_driver_sql(pragma)
        going.source_n = source_number(connection, job.source, job.now)
        before = resume_run(connection, going.source_n, mark, job.now) if job.resume else None
        if before is None:
            going.run = begin_run(connection, going.source_n, mark, job.now)
            return
        going.run, going.counts = before.n, before.counts
        going.position = going.resumed_at = before.position

    if job.dry_run:
        going.source_n = await database.reading(look)
    else:
        await database.writing(work)


async def _end(database: Database, job: Job, going: _Going, trigger: RunTrigger) -> None:
    if job.dry_run or going.run is None:
        return
    run = going.run
    try:
        await database.writing(lambda connection: end_run(connection, run, trigger, job.now))
    except StoreError:
        if trigger is RunTrigger.FINISH:
            raise
        # what broke the import is told; the next one finds this run dead


async def _batches(
    database: Database,
    source: Source,
    job: Job,
    going: _Going,
    started: float,
    progress: Callable[[Progress], None] | None,
    refused: Callable[[RowError], None] | None,
    between: Callable[[float], Awaitable[float]] | None,
) -> None:
    begun_with = going.counts.rows
    pace = Pace(database, job.batch, BATCH)
    batches = _taken(database, source, _outcomes(source, job, going.position), pace)
    async with aclosing(batches):
        async for taken in batches:
            began = time.monotonic()
            await _write(database, taken, job, going)
            took = time.monotonic() - began
            going.errors += taken.bad[: KEPT_ERRORS - len(going.errors)]
            if refused is not None:
                for error in taken.bad:
                    refused(error)
            if progress is not None:
                progress(_progress(taken.done, going, begun_with, time.monotonic() - started))
            await pace.rest(took)
            if between is not None:
                started += await between(took)


async def _taken(
    database: Database, source: Source, outcomes: Iterator[Outcome], pace: Pace
) -> AsyncGenerator[_Taken, None]:
    """Batch after batch, read in a thread. Where the database works elsewhere, the next one
    meanwhile; SQLite works in this process, and would wait for the interpreter with its lock."""
    ahead = database.dialect == "postgresql"
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "import-read") as reader:
        taking = loop.run_in_executor(reader, _take, source, outcomes, await pace.rows())
        while (taken := await taking) is not None:
            if not ahead:
                yield taken
            taking = loop.run_in_executor(reader, _take, source, outcomes, await pace.rows())
            taking.add_done_callback(_seen)
            if ahead:
                yield taken


def _seen(taking: asyncio.Future[_Taken | None]) -> None:
    """Nobody asks any more where the batch before could not be written."""
    if not taking.cancelled():
        taking.exception()


def _take(source: Source, outcomes: Iterator[Outcome], most: int) -> _Taken | None:
    several = some(outcomes, most)
    if not several:
        return None
    return _Taken(
        good=read(one for one in several if isinstance(one, ImportRow)),
        bad=[one for one in several if not isinstance(one, ImportRow)],
        first=several[0].line,
        last=several[-1].line,
        done=source.done,
    )


def _outcomes(source: Source, job: Job, position: int) -> Iterator[Outcome]:
    rows = source.rows()
    if position:
        rows = (row for row in rows if _number(row) > position)
    return RowReader(job.mapping, job.region, job.fields).outcomes(rows)


def _written(job: Job) -> str:
    """The source, as it stands at what it writes."""
    return f"import {clean_line(job.source)}"[:MAX_SOURCE]


def _number(row: Raw | RowError) -> int:
    return row[0] if isinstance(row, tuple) else row.line


async def _write(database: Database, taken: _Taken, job: Job, going: _Going) -> None:
    """One batch in, and the run's place with it."""
    batch = Batch(
        rows=taken.good,
        source=_written(job),
        source_n=going.source_n,
        now=job.now,
        rules=job.mapping.rules,
    )
    before = going.counts + Counts(refused=len(taken.bad))

    def work(connection: Connection) -> Counts:
        counts = before + write(connection, batch)
        if job.dry_run or going.run is None:
            raise _Undo(counts)
        beat(connection, going.run, taken.last, counts, job.now)
        return counts

    try:
        going.counts = await database.writing(work)
    except _Undo as undone:
        going.counts = undone.counts
    except StoreError as error:
        raise _half_way(error, taken.first) from error
    going.position = taken.last


def _progress(done: float | None, going: _Going, begun_with: int, took: float) -> Progress:
    rows = going.counts.rows
    took = max(took, 1e-6)
    return Progress(
        rows=rows,
        refused=going.counts.refused,
        counts=going.counts,
        fraction=done,
        rows_per_second=(rows - begun_with) / took,
        seconds_left=took * (1 - done) / done if done else None,
    )


def _half_way(error: StoreError, line: int) -> StoreError:
    todo = f"{error.todo}. " if error.todo else ""
    return StoreError(
        error.kind,
        f"{error.what} (the rows before {line} are in)",
        where=error.where,
        todo=f"{todo}Then run the same import again: it goes on where it stopped",
    )
