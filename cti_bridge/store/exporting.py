"""Exports of customers on record, and what is needed to know one again; implements
`privacy.exporting.ExportStore`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select

from cti_bridge.customers.identities import IdentityError, normalise
from cti_bridge.privacy.sheets import plain
from cti_bridge.privacy.watermark import Export
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.access import append
from cti_bridge.store.customers import SqlCustomers, by_rows
from cti_bridge.store.message_rows import storable
from cti_bridge.store.privacy_tables import exports
from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from cti_bridge.customers.ports import Customer, Terms
    from cti_bridge.privacy.ports import Access
    from cti_bridge.store.engine import Database

AT_ONCE: Final = 400
MAX_CELLS: Final = 60
KINDS: Final = (IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.KEY)
_ID: Final = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


class SqlExports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def customers(self, wanted: Terms, limit: int) -> tuple[tuple[Customer, ...], bool]:
        if not wanted.empty:
            found = await SqlCustomers(self._database).search(wanted, limit)
            return found.customers[: len(found.customers) - found.alike], found.more
        newest = (
            select(customers.c.n)
            .where(customers.c.merged_into.is_(None))
            .order_by(customers.c.last_contact_at.desc().nulls_last(), customers.c.n.desc())
            .limit(limit + 1)
        )

        def work(connection: Connection) -> tuple[tuple[Customer, ...], bool]:
            rows = list(connection.execute(newest).scalars())
            found: list[Customer] = []
            for first in range(0, len(rows[:limit]), AT_ONCE):
                found += by_rows(connection, rows[first : min(first + AT_ONCE, limit)])
            return tuple(found), len(rows) > limit

        return await self._database.reading(work)

    async def record(self, export: Export, access: Access) -> None:
        row = {
            "id": export.id,
            "at": export.at,
            "agent_id": export.agent,
            "agent_name": storable(export.name),
            "reason": storable(export.reason),
            "rows": export.rows,
            "secret": export.secret,
        }

        def work(connection: Connection) -> None:
            connection.execute(insert(exports), [row])
            append(connection, [access])

        await self._database.writing(work)

    async def exports(self) -> Sequence[Export]:
        query = select(exports).order_by(exports.c.at.desc())
        rows = await self._database.reading(lambda c: c.execute(query).all())
        return [
            Export(
                id=row.id,
                at=row.at,
                agent=row.agent_id,
                name=row.agent_name,
                reason=row.reason,
                rows=row.rows,
                secret=bytes(row.secret),
            )
            for row in rows
        ]

    async def whose(self, cells: Sequence[Sequence[str]], region: str) -> list[str | None]:
        found: list[str | None] = []
        for first in range(0, len(cells), AT_ONCE):
            some = cells[first : first + AT_ONCE]
            found += await self._database.reading(
                lambda c, rows=some: _whose(c, rows, region)  # type: ignore[misc]
            )
        return found


def _whose(connection: Connection, rows: Sequence[Sequence[str]], region: str) -> list[str | None]:
    """Ids first; of the rows without one, what one customer alone has."""
    ids = {cell for row in rows for cell in row[:MAX_CELLS] if _ID.match(cell)}
    known = set(_in(connection, select(customers.c.id), customers.c.id, ids))
    by_id = [next((cell for cell in row if cell in known), None) for row in rows]
    values = [
        () if customer else tuple(_values(row, region))
        for row, customer in zip(rows, by_id, strict=True)
    ]
    owner = _owners(connection, {value for row in values for value in row})
    return [
        customer or next((owner[value] for value in row if value in owner), None)
        for customer, row in zip(by_id, values, strict=True)
    ]


def _values(row: Sequence[str], region: str) -> Iterable[tuple[IdentityKind, str]]:
    for cell in row[:MAX_CELLS]:
        text = plain(cell.strip())
        for kind in KINDS if text else ():
            try:
                value, _extension = normalise(kind, text, region)
            except IdentityError:
                continue
            yield kind, storable(value)


def _owners(
    connection: Connection, wanted: set[tuple[IdentityKind, str]]
) -> dict[tuple[IdentityKind, str], str]:
    query = (
        select(identities.c.kind, identities.c.value, func.min(customers.c.id))
        .join(customers, customers.c.n == identities.c.customer_n)
        .group_by(identities.c.kind, identities.c.value)
        .having(func.count(identities.c.customer_n.distinct()) == 1)
    )
    found: dict[tuple[IdentityKind, str], str] = {}
    values = sorted({value for _kind, value in wanted})
    for first in range(0, len(values), AT_ONCE):
        some = query.where(identities.c.value.in_(values[first : first + AT_ONCE]))
        found |= {(kind, value): owner for kind, value, owner in connection.execute(some)}
    return {key: owner for key, owner in found.items() if key in wanted}


def _in(connection: Connection, query: Any, column: Any, values: set[str]) -> Iterable[str]:
    wanted = sorted(values)
    for first in range(0, len(wanted), AT_ONCE):
        some = query.where(column.in_(wanted[first : first + AT_ONCE]))
        yield from connection.execute(some).scalars()
