"""Who must not be contacted, in the database; and how somebody stands who is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, delete, func, insert, select

from cti_bridge.customers.contacting import Suppression
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.customer_parts import read_consents
from cti_bridge.store.customer_rows import FILE, IDENTITY, customers_of
from cti_bridge.store.prepared import PreparedSelect
from cti_bridge.store.tables import customers, identities, suppressions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

    from cti_bridge.customers.contacting import Reached
    from cti_bridge.customers.ports import Customer
    from cti_bridge.protocol.vocabulary import CustomerId
    from cti_bridge.store.engine import Database

CHUNK: Final = 500
LISTED: Final = 1_000


def _people(*, named: bool) -> PreparedSelect:
    mine = identities.alias("mine")
    whose: Any = customers.c.id == bindparam("customer")
    if not named:
        has = and_(mine.c.value == bindparam("value"), mine.c.kind == bindparam("kind"))
        whose = customers.c.n.in_(
            select(mine.c.customer_n).where(has).limit(bindparam("most")).correlate(None)
        )
    query: Select[Any] = (
        select(*FILE, *IDENTITY)
        .outerjoin(identities, identities.c.customer_n == customers.c.n)
        .where(whose, customers.c.merged_into.is_(None))
        .order_by(customers.c.n, identities.c.n)
    )
    return PreparedSelect(query)


_NAMED: Final = _people(named=True)
_HAVING: Final = _people(named=False)


class SqlSuppressions:
    """Implements `customers.permits.StandingStore`, and keeps the list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(
        self, to: Reached, customer: CustomerId | None, limit: int
    ) -> tuple[tuple[Customer, ...], frozenset[Reached]]:
        kind, value = to

        def work(connection: Connection) -> tuple[tuple[Customer, ...], frozenset[Reached]]:
            rows: Sequence[Any] = ()
            if customer is not None:
                rows = _NAMED.all(connection, {"customer": customer})
            else:
                given = {"kind": kind, "value": value, "most": limit}
                rows = _HAVING.all(connection, given)
            numbers = list(dict.fromkeys(row.n for row in rows))
            people = tuple(
                read_consents(connection, n, one)
                for n, one in zip(numbers, customers_of(rows), strict=True)
            )
            keys = (
                (one.kind, one.value)
                for person in people
                for one in person.identities
                if one.kind is IdentityKind.KEY
            )
            return people, _hit(connection, {to, *keys})

        return await self._database.reading(work, urgent=True)

    async def listed(self, wanted: Collection[Reached]) -> tuple[Suppression, ...]:
        """What of these is on it, newest first; implements `customers.ports.NoContact`."""

        def work(connection: Connection) -> tuple[Suppression, ...]:
            rows = [
                row
                for values in _chunks({value for _, value in wanted})
                for row in connection.execute(
                    select(suppressions).where(suppressions.c.value.in_(values))
                )
            ]
            found = [_suppression(row) for row in sorted(rows, key=lambda row: -row.n)]
            return tuple(one for one in found if one.reached in wanted)

        return await self._database.reading(work) if wanted else ()

    async def add(self, added: Sequence[Suppression]) -> int:
        """How many were not there before; one that is there stays as it is."""

        def work(connection: Connection) -> int:
            news: dict[Reached, Suppression] = {}
            for one in added:
                news.setdefault(one.reached, one)
            for known in _hit(connection, set(news)):
                del news[known]
            if news:
                connection.execute(insert(suppressions), [_row(one) for one in news.values()])
            return len(news)

        return await self._database.writing(work)

    async def remove(self, kind: IdentityKind, value: str) -> bool:
        """False: it was not there."""

        def work(connection: Connection) -> bool:
            mine = and_(suppressions.c.kind == kind, suppressions.c.value == value)
            return bool(connection.execute(delete(suppressions).where(mine)).rowcount)

        return await self._database.writing(work)

    async def list(
        self, contains: str = "", limit: int = LISTED
    ) -> tuple[tuple[Suppression, ...], int]:
        """The newest, and how many there are in all."""
        wanted = suppressions.c.value.contains(contains, autoescape=True) if contains else None

        def work(connection: Connection) -> tuple[tuple[Suppression, ...], int]:
            query = select(suppressions).order_by(suppressions.c.n.desc()).limit(limit)
            count = select(func.count()).select_from(suppressions)
            if wanted is not None:
                query, count = query.where(wanted), count.where(wanted)
            found = tuple(_suppression(row) for row in connection.execute(query))
            return found, int(connection.execute(count).scalar_one())

        return await self._database.reading(work)


def _hit(connection: Connection, wanted: set[Reached]) -> frozenset[Reached]:
    """Those of `wanted` that are suppressed."""
    found: set[Reached] = set()
    for values in _chunks({value for _, value in wanted}):
        rows = connection.execute(
            select(suppressions.c.kind, suppressions.c.value).where(
                suppressions.c.value.in_(values)
            )
        )
        found |= {(row.kind, row.value) for row in rows}
    return frozenset(found & wanted)


def _chunks(values: set[str]) -> Iterator[list[str]]:
    several = sorted(values)
    for at in range(0, len(several), CHUNK):
        yield several[at : at + CHUNK]


def _row(one: Suppression) -> dict[str, object]:
    return {
        "kind": one.kind,
        "value": one.value,
        "reason": one.reason,
        "source": one.source,
        "at": one.at,
    }


def _suppression(row: Row[Any]) -> Suppression:
    return Suppression(
        kind=row.kind, value=row.value, reason=row.reason, source=row.source, at=row.at
    )
