"""Writes the rows of an import: known customers are brought up to date, others are made."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.drafts import MAX_SOURCE
from cti_bridge.customers.importing import CsvFile
from cti_bridge.customers.rows import ImportRow, RowError
from cti_bridge.customers.text import clean_line
from cti_bridge.errors import StoreError
from cti_bridge.store.import_batch import Batch, Counts, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from cti_bridge.customers.importing import Outcome
    from cti_bridge.store.engine import Database

BATCH: Final = 1_000
KEPT_ERRORS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is."""

    rows: int
    refused: int
    fraction: float  # of the file, 0..1
    rows_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do."""

    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    errors: tuple[RowError, ...]  # the first 200
    ignored_columns: tuple[str, ...]
    encoding: str
    delimiter: str
    seconds: float
    dry_run: bool


class _Undo(Exception):
    """Ends a dry run's transaction without keeping it."""

    def __init__(self, counts: Counts) -> None:
        super().__init__("dry run")
        self.counts = counts


async def import_customers(
    database: Database,
    path: Path,
    *,
    source: str,
    region: str,
    now: datetime,
    dry_run: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Imports a CSV file; doing it twice changes nothing the second time.

    A customer is known by a key of the same `source`, or by a name together with any identity.
    A thousand rows are one transaction: what is in when it is stopped, stays. In a dry run, rows
    that repeat an earlier row of the file count as new ones.
    Raises customers.importing.ImportFileError and StoreError.
    """
    started = time.monotonic()
    name = f"import {clean_line(source)}"[:MAX_SOURCE]
    file = CsvFile(path, region)
    totals, errors, rows, refused = Counts(), list[RowError](), 0, 0
    outcomes = file.rows()
    while several := list(islice(outcomes, BATCH)):
        good, bad = _part(several)
        rows, refused = rows + len(several), refused + len(bad)
        errors += bad[: KEPT_ERRORS - len(errors)]
        batch = Batch(rows=good, source=name, now=now)
        try:
            totals = totals + await _write(database, batch, dry_run)
        except StoreError as error:
            raise _half_way(error, several[0].line) from error
        if progress is not None:
            took = max(time.monotonic() - started, 1e-6)
            done = file.bytes_read / max(file.layout.size, 1)
            progress(
                Progress(
                    rows=rows,
                    refused=refused,
                    fraction=min(done, 1.0),
                    rows_per_second=rows / took,
                )
            )
    return Report(
        rows=rows,
        created=totals.created,
        updated=totals.updated,
        unchanged=totals.unchanged,
        refused=refused,
        errors=tuple(errors),
        ignored_columns=file.layout.columns.ignored,
        encoding=file.layout.encoding,
        delimiter=file.layout.delimiter,
        seconds=time.monotonic() - started,
        dry_run=dry_run,
    )


async def _write(database: Database, batch: Batch, dry_run: bool) -> Counts:
    def work(connection: Connection) -> Counts:
        counts = write(connection, batch)
        if dry_run:
            raise _Undo(counts)
        return counts

    try:
        return await database.writing(work)
    except _Undo as undone:
        return undone.counts


def _part(outcomes: Sequence[Outcome]) -> tuple[tuple[ImportRow, ...], list[RowError]]:
    good = tuple(o for o in outcomes if isinstance(o, ImportRow))
    return good, [o for o in outcomes if isinstance(o, RowError)]


def _half_way(error: StoreError, line: int) -> StoreError:
    todo = f"{error.todo}. " if error.todo else ""
    return StoreError(
        error.kind,
        f"{error.what} (the lines before {line} are in)",
        where=error.where,
        todo=f"{todo}Then run the same import again: it goes on where it stopped",
    )
