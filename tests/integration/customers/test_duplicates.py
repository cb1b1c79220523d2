"""The search for duplicates from the store to the pairs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from cti_bridge.customers.duplicates.generated import generate
from cti_bridge.customers.duplicates.service import find
from cti_bridge.customers.duplicates.values import (
    Agreement,
    EngineError,
    Field,
    Kind,
    Limits,
    Record,
)
from cti_bridge.linkage.engine import SplinkEngine
from cti_bridge.linkage.workspace import Workspace
from cti_bridge.store.duplicates import SqlRecords
from cti_bridge.store.engine import Database
from cti_bridge.store.tables import customers
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.duplicates import FILLED_AT, Kept, febrl3, febrl4, fill, quality, true_pairs
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from cti_bridge.customers.duplicates.generated import Known
    from cti_bridge.customers.duplicates.service import Found
    from cti_bridge.customers.duplicates.values import Pair, Progress

SOME = 2_500
SWITCHBOARD = ("+34915550000",)
HOSTILE = ("'; DROP TABLE records; --", '"', "\\", "=cmd|' /C calc'!A0", "𝕬𝖓𝖆 🦆", "a" * 200)


async def search(
    file: Database,
    folder: Path,
    since: datetime | None = None,
    limits: Limits | None = None,
) -> tuple[Kept, Found]:
    engine = SplinkEngine(limits or Limits(), region="ES", since=since is not None, within=folder)
    kept = Kept()
    found = await find(SqlRecords(file), engine, kept, since=since)
    assert left(folder) == []
    return kept, found


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def tell(known: Sequence[Known], kept: Kept) -> float:
    return quality(kept.numbers(), true_pairs(known)).f1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "temporary"
    made.mkdir()
    return made


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_with_tables(tmp_path))
    yield opened
    await opened.close()


async def test_febrl_3(sqlite: Database, folder: Path) -> None:
    known = febrl3()
    await fill(sqlite, [one.record for one in known])
    kept, found = await search(sqlite, folder)
    assert found.records == 5_000
    assert tell(known, kept) >= 0.985


async def test_febrl_4(sqlite: Database, folder: Path) -> None:
    known = febrl4()
    await fill(sqlite, [one.record for one in known])
    kept, found = await search(sqlite, folder)
    assert found.records == 10_000
    assert tell(known, kept) >= 0.995


async def test_spanish_customers_and_what_changed_since(sqlite: Database, folder: Path) -> None:
    """The pairs of the records that changed are those of a full search, number for number; and a
    switchboard that every second one gives as the number joins nobody."""
    known = [
        replace(one, record=replace(one.record, phones=SWITCHBOARD)) if one.entity % 2 else one
        for one in generate(SOME)
    ]
    await fill(sqlite, [one.record for one in known])
    full, _ = await search(sqlite, folder)
    assert tell(known, full) >= 0.92  # of 119 pairs some lost their one tie to the switchboard
    assert all(
        pair.agreement(Field.HOME) is not Agreement.SAME_PHONE
        for pair in full.pairs
        if {known[pair.a - 1].record.phones, known[pair.b - 1].record.phones} == {SWITCHBOARD}
    )
    changed = set(range(SOME - 200, SOME + 1))
    later = FILLED_AT + timedelta(days=1)
    await sqlite.writing(
        lambda c: c.execute(
            update(customers).where(customers.c.n.in_(changed)).values(updated_at=later)
        )
    )
    part, found = await search(sqlite, folder, since=FILLED_AT)
    assert found.changed == len(changed)
    assert part.pairs
    assert sorted(part.pairs, key=_key) == sorted(
        (one for one in full.pairs if {one.a, one.b} & changed), key=_key
    )


def _key(pair: Pair) -> tuple[int, int]:
    return pair.a, pair.b


async def test_records_are_read_whole_from_both_databases(database: Database) -> None:  # noqa: F811
    """In pages, without who was merged, and with what changed since."""
    written = [one.record for one in generate(230)]
    await fill(database, written)
    later = FILLED_AT + timedelta(seconds=1)
    await database.writing(
        lambda c: c.execute(update(customers).where(customers.c.n == 7).values(merged_into=9))
    )
    await database.writing(
        lambda c: c.execute(update(customers).where(customers.c.n > 200).values(updated_at=later))
    )
    pages = [page async for page in SqlRecords(database, page=100).pages(FILLED_AT)]
    assert [len(page) for page in pages] == [100, 100, 29]
    read = [one for page in pages for one in page]
    assert {one.n for one in read if one.changed} == set(range(201, 231))
    for one in read:
        there = written[one.n - 1]
        assert replace(one, kind=there.kind, changed=True) == there


async def test_nothing_changed(sqlite: Database, folder: Path) -> None:
    await fill(sqlite, [one.record for one in generate(50)])
    kept, found = await search(sqlite, folder, since=FILLED_AT)
    assert (kept.pairs, found.changed) == ([], 0)


async def test_an_empty_file_and_one_customer(sqlite: Database, folder: Path) -> None:
    assert (await search(sqlite, folder))[1].records == 0
    await fill(sqlite, [Record(n=1, name="Ana Ruiz")])
    assert (await search(sqlite, folder))[0].pairs == []


async def test_a_file_too_small_to_learn_from(sqlite: Database, folder: Path) -> None:
    """Two doubles among fifty, and what people try: what was written down beforehand finds them,
    and says why."""
    known = [one.record for one in generate(50) if one.record.kind is Kind.PERSON]
    one = next(record for record in known if record.born and record.phones)
    double = replace(one, n=900, name=one.name.upper(), given="", family="", emails=())
    hostile = [
        Record(n=n, name=text, given=text, family=text, organisation=text, emails=(text,))
        for n, text in enumerate(HOSTILE * 3, start=1_000)
    ]
    await fill(sqlite, [*known, double, *hostile])
    kept, found = await search(sqlite, folder)
    assert found.records == len(known) + 1 + len(hostile)
    (pair,) = [found for found in kept.pairs if (found.a, found.b) == (one.n, 900)]
    assert pair.probability > 0.9
    assert pair.agreement(Field.GIVEN) is Agreement.SAME
    assert pair.agreement(Field.BORN) is Agreement.SAME
    assert pair.agreement(Field.EMAIL) is Agreement.UNKNOWN


async def test_cancelled_it_stops_and_leaves_nothing(sqlite: Database, folder: Path) -> None:
    await fill(sqlite, [one.record for one in generate(SOME)])
    engine = SplinkEngine(Limits(), within=folder)
    comparing = asyncio.Event()
    loop = asyncio.get_running_loop()

    def progress(now: Progress) -> None:
        if now.step.startswith("train"):
            loop.call_soon_threadsafe(comparing.set)

    task = loop.create_task(find(SqlRecords(sqlite), engine, Kept(), progress=progress))
    await asyncio.wait_for(comparing.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left(folder) == []


def test_too_little_memory_and_disk_are_said(folder: Path) -> None:
    work = Workspace(Limits(memory_mb=16, disk_mb=1), folder)
    try:
        with pytest.raises(EngineError, match=r"needs more memory or disk.*--memory"):
            work.execute(
                "CREATE TABLE t AS SELECT md5(range::VARCHAR) AS a FROM range(3000000) ORDER BY a"
            )
    finally:
        work.close()
    assert left(folder) == []


def test_a_search_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(EngineError, match="cannot start"):
        Workspace(Limits(threads=-1), folder)
    assert left(folder) == []
