"""Customers in bulk for the search for duplicates; implements `duplicates.values.Records`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from cti_bridge.customers.duplicates.values import Address, Kind, Record
from cti_bridge.protocol.vocabulary import CustomerKind, IdentityKind
from cti_bridge.store.tables import addresses, customers, identities

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from cti_bridge.store.engine import Database

    AnyRow = Row[*tuple[Any, ...]]

PAGE: Final = 5_000
_CUSTOMERS: Final = (
    select(
        customers.c.n,
        customers.c.kind,
        customers.c.name,
        customers.c.given_name,
        customers.c.family_name,
        customers.c.organisation,
        customers.c.born,
        customers.c.updated_at,
    )
    .where(customers.c.n > bindparam("after"), customers.c.merged_into.is_(None))
    .order_by(customers.c.n)
    .limit(bindparam("most"))
)
_IDENTITIES: Final = (
    select(
        identities.c.customer_n,
        identities.c.kind,
        identities.c.value,
        identities.c.extension,
        identities.c.source,
    )
    .where(
        identities.c.customer_n > bindparam("after"),
        identities.c.customer_n <= bindparam("last"),
        identities.c.kind != IdentityKind.VISITOR,  # a browser, which a household shares
    )
    .order_by(identities.c.n)
)
_ADDRESSES: Final = (
    select(
        addresses.c.customer_n,
        addresses.c.street,
        addresses.c.postcode,
        addresses.c.city,
        addresses.c.region,
        addresses.c.country,
    )
    .where(
        addresses.c.customer_n > bindparam("after"), addresses.c.customer_n <= bindparam("last")
    )
    .order_by(addresses.c.n)
)


class SqlRecords:
    """Each page is a transaction of its own: a search takes minutes, and holds up nobody."""

    def __init__(self, database: Database, page: int = PAGE) -> None:
        self._database, self._page = database, page

    async def pages(self, since: datetime | None) -> AsyncIterator[Sequence[Record]]:
        after = 0
        while rows := await self._read(after, since):
            after = rows[-1].n
            yield rows

    async def _read(self, after: int, since: datetime | None) -> list[Record]:
        def work(connection: Connection) -> list[Record]:
            rows = connection.execute(_CUSTOMERS, {"after": after, "most": self._page}).all()
            if not rows:
                return []
            between = {"after": after, "last": rows[-1].n}
            known: defaultdict[int, list[AnyRow]] = defaultdict(list)
            for row in connection.execute(_IDENTITIES, between):
                known[row.customer_n].append(row)
            lived: defaultdict[int, list[Address]] = defaultdict(list)
            for n, street, postcode, city, region, country in connection.execute(
                _ADDRESSES, between
            ):
                lived[n].append(
                    Address(
                        street=street,
                        postcode=postcode,
                        city=city,
                        region=region,
                        country=country,
                    )
                )
            return [_record(row, known[row.n], tuple(lived[row.n]), since) for row in rows]

        return await self._database.reading(work)


def _record(
    row: AnyRow,
    known: Sequence[AnyRow],
    lived: tuple[Address, ...],
    since: datetime | None,
) -> Record:
    of_kind: dict[IdentityKind, list[str]] = {IdentityKind.PHONE: [], IdentityKind.EMAIL: []}
    keys: list[tuple[str, str]] = []
    for _, kind, value, extension, source in known:
        if kind is IdentityKind.KEY:
            keys.append((source, value))
        else:
            of_kind[kind].append(f"{value};ext={extension}" if extension else value)
    return Record(
        n=row.n,
        kind=_kind(row),
        name=row.name,
        given=row.given_name,
        family=row.family_name,
        organisation=row.organisation,
        born=row.born,
        addresses=lived,
        phones=tuple(of_kind[IdentityKind.PHONE]),
        emails=tuple(of_kind[IdentityKind.EMAIL]),
        keys=tuple(keys),
        changed=since is None or row.updated_at > since,
    )


def _kind(row: AnyRow) -> Kind | None:
    """Who was stored before there were kinds counts as a person: the name tells then."""
    if row.kind is CustomerKind.ORGANISATION:
        return Kind.ORGANISATION
    return Kind.PERSON if row.given_name or row.family_name or row.born else None
