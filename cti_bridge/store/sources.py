"""Named sources and the runs of imports, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from cti_bridge.customers.sources.mapping import Mapping, from_record
from cti_bridge.customers.sources.runs import TRANSITIONS, Counts, RunState, RunTrigger, counts_of
from cti_bridge.store.source_tables import (
    import_runs,
    source_links,
    source_records,
    sources,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSource:
    """A source that somebody named; `place` is what opens it, less its password."""

    n: int
    name: str
    place: Dict[str, str] | None  # None: imported from, and not saved
    mapping: Mapping | None
    updated_at: datetime
    rows: int = 0  # that are known of it
    last: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    n: int
    state: RunState
    position: int
    fingerprint: str
    counts: Counts
    started_at: datetime
    beat_at: datetime


class SqlSources:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, *, counted: bool = True) -> list[SavedSource]:
        """In the order of their names, with their last runs. To count the rows that are known
        takes its time where they are millions; not `counted`, they are 0."""

        def work(connection: Connection) -> list[SavedSource]:
            rows = connection.execute(select(sources).order_by(sources.c.name)).all()
            return [_source(connection, row, counted=counted) for row in rows]

        return await self._database.reading(work)

    async def named(self, name: str) -> SavedSource | None:
        def work(connection: Connection) -> SavedSource | None:
            row = connection.execute(select(sources).where(sources.c.name == name)).first()
            return None if row is None else _source(connection, row)

        return await self._database.reading(work)

    async def save(
        self, name: str, place: Dict[str, str], mapping: Mapping, now: datetime
    ) -> None:
        """Anew, or over the one of this name, whose records stay."""

        def work(connection: Connection) -> None:
            n = source_number(connection, name, now)
            connection.execute(
                update(sources)
                .where(sources.c.n == n)
                .values(place=dict(place), mapping=mapping.record(), updated_at=now)
            )

        await self._database.writing(work)

    async def save_mapping(self, name: str, mapping: Mapping, now: datetime) -> None:
        """How it is read; where it is stays as it was."""

        def work(connection: Connection) -> None:
            n = source_number(connection, name, now)
            connection.execute(
                update(sources)
                .where(sources.c.n == n)
                .values(mapping=mapping.record(), updated_at=now)
            )

        await self._database.writing(work)

    async def remove(self, name: str) -> bool:
        """With what it said and its runs; its customers stay. False: there is none."""

        def work(connection: Connection) -> bool:
            n = known_number(connection, name)
            if n is None:
                return False
            for table in (source_links, source_records, import_runs):
                connection.execute(delete(table).where(table.c.source_n == n))
            connection.execute(delete(sources).where(sources.c.n == n))
            return True

        return await self._database.writing(work)

    async def running(self) -> tuple[str, datetime] | None:
        """The import that has the lease, by its source's name, and since when."""
        query = (
            select(sources.c.name, import_runs.c.started_at)
            .join(sources, sources.c.n == import_runs.c.source_n)
            .where(import_runs.c.state == RunState.RUNNING)
            .order_by(import_runs.c.n.desc())
        )
        found = await self._database.reading(lambda c: c.execute(query).first())
        return None if found is None else (found.name, found.started_at)


def known_number(connection: Connection, name: str) -> int | None:
    n = connection.execute(select(sources.c.n).where(sources.c.name == name)).scalar()
    return None if n is None else int(n)


def source_number(connection: Connection, name: str, now: datetime) -> int:
    """Its number; made where nobody has imported from it yet."""
    n = known_number(connection, name)
    if n is None:
        made = insert(sources).values(name=name, created_at=now, updated_at=now)
        n = int(connection.execute(made.returning(sources.c.n)).scalar_one())
    return n


def begin_run(connection: Connection, source_n: int, fingerprint: str, now: datetime) -> int:
    """Under the lease of imports: whatever else says that it runs was killed."""
    _move(connection, RunTrigger.FIND_DEAD, import_runs.c.n.is_not(None), now)
    made = insert(import_runs).values(
        source_n=source_n,
        state=RunState.RUNNING,
        position=0,
        fingerprint=fingerprint,
        counts=Counts().record(),
        started_at=now,
        beat_at=now,
    )
    return int(connection.execute(made.returning(import_runs.c.n)).scalar_one())


def resume_run(
    connection: Connection, source_n: int, fingerprint: str, now: datetime
) -> Run | None:
    """The last run of the source, where it has stopped half-way in the same content."""
    _move(connection, RunTrigger.FIND_DEAD, import_runs.c.n.is_not(None), now)
    last = _last(connection, source_n)
    if last is None or last.state is not RunState.STOPPED:
        return None
    if not fingerprint or last.fingerprint != fingerprint:
        return None
    _move(connection, RunTrigger.RESUME, import_runs.c.n == last.n, now)
    return last


def beat(connection: Connection, run: int, position: int, counts: Counts, now: datetime) -> None:
    """With each batch, in its transaction: what is in and what is said of it are one."""
    connection.execute(
        update(import_runs)
        .where(import_runs.c.n == run)
        .values(position=position, counts=counts.record(), beat_at=now)
    )


def end_run(connection: Connection, run: int, trigger: RunTrigger, now: datetime) -> None:
    _move(connection, trigger, import_runs.c.n == run, now)


def _move(connection: Connection, trigger: RunTrigger, which: Any, now: datetime) -> None:
    for (state, by), to in TRANSITIONS.items():
        if by is trigger:
            connection.execute(
                update(import_runs)
                .where(which, import_runs.c.state == state)
                .values(state=to, beat_at=now)
            )


def _source(connection: Connection, row: Any, *, counted: bool = True) -> SavedSource:
    known = select(func.count()).where(source_records.c.source_n == row.n)
    return SavedSource(
        n=row.n,
        name=row.name,
        place=row.place,
        mapping=None if row.mapping is None else from_record(row.mapping),
        updated_at=row.updated_at,
        rows=connection.execute(known).scalar_one() if counted else 0,
        last=_last(connection, row.n),
    )


def _last(connection: Connection, source_n: int) -> Run | None:
    query = (
        select(import_runs)
        .where(import_runs.c.source_n == source_n)
        .order_by(import_runs.c.n.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Run(
        n=row.n,
        state=row.state,
        position=row.position,
        fingerprint=row.fingerprint,
        counts=counts_of(row.counts),
        started_at=row.started_at,
        beat_at=row.beat_at,
    )
