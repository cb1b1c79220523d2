"""The importing process: one task, read from its standard input, and its answers on the output.

It takes few rows at a time and leaves the database to the bridge in between. When the bridge is
gone its input ends: the run is stopped then at the end of its batch, and can be gone on with.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.records import SourceError
from cti_bridge.customers.sources.surveying import Placed, survey
from cti_bridge.customers.sources.survivorship import RULED, Rule
from cti_bridge.errors import StoreError
from cti_bridge.importer import messages as m
from cti_bridge.importer import shown
from cti_bridge.readers.opening import Place, open_source
from cti_bridge.readers.refusals import RefusalFile
from cti_bridge.store.engine import Database
from cti_bridge.store.import_pace import BESIDE, LEAST_REST
from cti_bridge.store.importing import Job, import_customers
from cti_bridge.store.sources import SqlSources

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

    from cti_bridge.customers.sources.mapping import Mapping
    from cti_bridge.customers.sources.records import Source
    from cti_bridge.customers.sources.surveying import Survey
    from cti_bridge.store.importing import Progress, Report

TELL_SECONDS: Final = 0.3
SHOWN_REFUSALS: Final = 100
NICE: Final = 10


class Cancelled(Exception):
    """Somebody has stopped the run, or the bridge is gone."""


class Wheel:
    """What somebody says while it runs; set by a thread, asked between two batches."""

    def __init__(self) -> None:
        self._going = threading.Event()
        self._going.set()
        self._cancelled = False

    def steer(self, do: str) -> None:
        if do == "pause":
            self._going.clear()
        else:
            self._cancelled = self._cancelled or do == "cancel"
            self._going.set()

    async def turn(self, took: float) -> float:
        """Rests as long as the last transaction took; gives back the seconds of a pause. Raises
        Cancelled."""
        await asyncio.sleep(max(took, LEAST_REST))
        paused = time.monotonic()
        if not self._going.is_set():
            await asyncio.to_thread(self._going.wait)
            paused = time.monotonic() - paused
        else:
            paused = 0.0
        if self._cancelled:
            raise Cancelled
        return paused


def main() -> int:
    _step_back()
    # without a buffer: the thread that waits for a line would hold its lock when all ends
    source = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115
    task = m.decode_task(source.readline())
    wheel = Wheel()
    threading.Thread(target=_listen, args=(source, wheel), daemon=True).start()
    gc.freeze()  # as the command does: a batch makes many values and no circles of them
    gc.set_threshold(1_000_000, 50, 100)
    _tell(asyncio.run(work(task, wheel, _tell)))
    return 0


async def work(task: m.Task, wheel: Wheel, tell: Callable[[m.Answer], None]) -> m.Answer:
    """The last word on the task; `tell` hears how far it is."""
    try:
        database = await Database.open(task.database)
        try:
            return await _done(database, task, wheel, tell)
        finally:
            await database.close()
    except Cancelled:
        return m.Failed(code="cancelled", what="stopped; what is in by then stays")
    except SourceError as error:
        return m.Failed(code="source", what=_named(task, str(error)))
    except StoreError as error:
        return m.Failed(code="in_use" if error.kind == "in_use" else "store", what=error.what)
    except OSError as error:
        return m.Failed(code="source", what=f"{task.shown}: {error.strerror}")


async def _done(
    database: Database, task: m.Task, wheel: Wheel, tell: Callable[[m.Answer], None]
) -> m.Answer:
    sources = SqlSources(database)
    saved = await sources.named(task.name)
    source = await asyncio.to_thread(_open, task)
    kept = saved.mapping if saved else None
    found = await asyncio.to_thread(_survey, task, source, kept)
    if task.do == "look":
        return shown.looked(source, found)
    if found.problems:
        return m.Failed(code="problems", what=found.problems[0].code)
    mapping = _ruled(task, found.mapping)
    now = datetime.now(UTC)
    if task.do == "run":
        await sources.save_mapping(task.name, mapping, now)
    job = Job(
        source=task.name,
        mapping=mapping,
        region=task.region,
        now=now,
        dry_run=task.do == "try",
        resume=task.resume,
        fields=task.fields,
        batch=BESIDE,
    )
    report = await _import(database, source, job, task, wheel, tell)
    return m.Ended(
        counts=shown.counts(report.counts, report.unrelated.count),
        refused=tuple(map(shown.row, report.errors[:SHOWN_REFUSALS])),
        seconds=report.seconds,
    )


async def _import(
    database: Database,
    source: Source,
    job: Job,
    task: m.Task,
    wheel: Wheel,
    tell: Callable[[m.Answer], None],
) -> Report:
    refusals = RefusalFile(Path(task.refusals), source.headings) if task.refusals else None
    try:
        return await import_customers(
            database,
            source,
            job,
            progress=_telling(tell),
            refused=refusals.add if refusals is not None else None,
            between=wheel.turn,
        )
    finally:
        if refusals is not None:
            refusals.close()


def _telling(tell: Callable[[m.Answer], None]) -> Callable[[Progress], None]:
    told_at = float("-inf")

    def progress(one: Progress) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < TELL_SECONDS:
            return
        told_at = time.monotonic()
        tell(
            m.Advanced(
                counts=shown.counts(one.counts),
                fraction=one.fraction,
                rows_per_second=one.rows_per_second,
                seconds_left=one.seconds_left,
            )
        )

    return progress


def _open(task: m.Task) -> Source:
    place = Place(location=task.location, sheet=task.sheet, table=task.table, query=task.query)
    return open_source(place, task.password)


def _survey(task: m.Task, source: Source, saved: Mapping | None) -> Survey:
    chosen = None
    if task.columns:
        orders = [Order(one) if one else None for one in task.orders]
        chosen = Placed(fields=task.columns, orders=orders)
    return survey(source, task.region, chosen, saved, task.fields)


def _ruled(task: m.Task, mapping: Mapping) -> Mapping:
    if not task.rule:
        return mapping
    return mapping.changed({}, None, dict.fromkeys(RULED, Rule(task.rule)))


def _named(task: m.Task, text: str) -> str:
    """By the name that it has for people: where it lies is the bridge's own affair."""
    path = Path(task.location)
    return text.replace(task.location, task.shown).replace(path.name, task.shown)


def _listen(source: FileIO, wheel: Wheel) -> None:
    for line in source:
        wheel.steer(m.decode_steer(line).do)
    wheel.steer("cancel")


def _tell(answer: m.Answer) -> None:
    with contextlib.suppress(BrokenPipeError):  # the bridge is gone
        sys.stdout.buffer.write(m.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


def _step_back() -> None:
    """Behind the bridge, for the processor and where memory is short."""
    os.nice(NICE)
    with contextlib.suppress(OSError):  # Linux has it
        Path("/proc/self/oom_score_adj").write_text("500")
