"""What a batch of an import must know of the database: a statement for each kind of thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import func, select, text

from cti_bridge.customers.sources.deciding import Writer
from cti_bridge.customers.sources.fields import consent_key
from cti_bridge.customers.sources.said import decoded
from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.customer_parts import address_of
from cti_bridge.store.source_tables import source_records
from cti_bridge.store.tables import (
    addresses,
    consents,
    customer_changes,
    customers,
    identities,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from cti_bridge.customers.sources.rows import Key
    from cti_bridge.protocol.customer_values import AddressView

CROWD: Final = 200
"""Of the customers behind one value, so many are compared: a placeholder such as 600000000 may
stand in half of a file."""
_CHUNK: Final = 5_000  # SQLite takes 32,766 parameters in a statement
LISTS: Final = {
    "sqlite": "(SELECT value FROM json_each(:values))",
    "postgresql": "(SELECT unnest(CAST(:values AS text[])))",
}
_JOINED: Final = {
    # CROSS JOIN: in the order of the list, which is that of the index, and not sorted once more
    "sqlite": "json_each(:values) AS asked CROSS JOIN",
    "postgresql": "unnest(CAST(:values AS text[])) AS asked(value) JOIN",
}
_HOLDERS: Final = {
    dialect: text(
        "SELECT DISTINCT customer_n FROM (SELECT customer_n, row_number() OVER"
        " (PARTITION BY asked.value ORDER BY customer_n) AS place"
        f" FROM {asked} identities ON identities.value = asked.value) AS ranked"
        f" WHERE place <= {CROWD}"
    )
    for dialect, asked in _JOINED.items()
}
_RECORDS: Final = {
    dialect: text(
        f"SELECT source_records.key, customer_n, digest FROM {asked} source_records"
        " ON source_records.key = asked.value WHERE source_n = :source_n"
    )
    for dialect, asked in _JOINED.items()
}


@dataclass(slots=True)
class Record:
    """What is kept of a source's row."""

    customer_n: int | None  # None: the customer was erased
    digest: bytes
    stored: bool = True
    values: Mapping[str, Any] | None = None  # of rows that differ only
    now: str = ""  # what it says in this batch, to be written

    @property
    def said(self) -> Mapping[str, Any] | None:
        """What the source said last, in this batch or before."""
        return decoded(self.now) if self.now else self.values


@dataclass(slots=True)
class Identity:
    n: int | None  # None: new in this batch
    source: str
    confirmed: bool = False
    label: str = ""


@dataclass(slots=True)
class File:
    """A customer while a batch works on it."""

    values: dict[str, Any]
    name_words: tuple[str, ...]
    identities: dict[Key, Identity] = field(default_factory=dict)
    new: bool = False
    changed: bool = False
    writers: dict[str, Writer] = field(default_factory=dict)
    addresses: list[AddressView] = field(default_factory=list)
    consents: dict[str, bool] = field(default_factory=dict)  # that count, by `consent_key`


@dataclass(slots=True)
class Known:
    """What is known of the customers that the batch touches."""

    files: dict[int, File] = field(default_factory=dict)
    by_key: dict[tuple[str, str], int] = field(default_factory=dict)  # (key, its source)
    people: dict[tuple[Key, tuple[str, ...]], int] = field(default_factory=dict)

    def learn(self, n: int, key: Key, identity: Identity) -> None:
        file = self.files[n]
        file.identities[key] = identity
        if key[0] is IdentityKind.KEY:
            self.by_key.setdefault((key[1], identity.source), n)
        self.people.setdefault((key, file.name_words), n)


def load_records(
    connection: Connection, source_n: int, keys: Collection[str]
) -> dict[str, Record]:
    found = connection.execute(
        _RECORDS[connection.dialect.name],
        {"source_n": source_n, "values": listed(connection, keys)},
    )
    return {
        key: Record(customer_n=customer_n, digest=bytes(digest))
        for key, customer_n, digest in found
    }


def load_said(connection: Connection, source_n: int, records: Mapping[str, Record]) -> None:
    """What those rows said last."""
    columns = (source_records.c.key, source_records.c["values"])
    for keys in _chunks(sorted(records)):
        query = select(*columns).where(
            source_records.c.source_n == source_n, source_records.c.key.in_(keys)
        )
        for key, values in connection.execute(query):
            records[key].values = values


def holders(connection: Connection, values: Collection[str]) -> set[int]:
    """Who has one of these identities."""
    if not values:
        return set()
    statement = _HOLDERS[connection.dialect.name]
    return set(connection.execute(statement, {"values": listed(connection, values)}).scalars())


def load_files(connection: Connection, numbers: Collection[int]) -> Known:
    """Locked, so that who edits one of them meanwhile is not overwritten. One that was merged
    into another is not among them."""
    known = Known()
    for some in _chunks(sorted(numbers)):
        rows = (
            select(customers)
            .where(customers.c.n.in_(some), customers.c.merged_into.is_(None))
            .order_by(customers.c.n)
        )
        for row in connection.execute(rows.with_for_update()):
            values = dict(row._mapping)
            known.files[row.n] = File(values=values, name_words=fold_words(row.name))
        for one in connection.execute(
            select(identities).where(identities.c.customer_n.in_(some)).order_by(identities.c.n)
        ):
            if one.customer_n in known.files:
                identity = Identity(
                    n=one.n,
                    source=one.source,
                    confirmed=one.confirmed_at is not None,
                    label=one.label,
                )
                known.learn(one.customer_n, (one.kind, one.value, one.extension), identity)
        _load_writers(connection, known, some)
        _load_parts(connection, known, some)
    return known


def survivors(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    """Of customers that were merged, into whom; a chain of merges to its end."""
    found: dict[int, int] = {}
    asked = set(numbers)
    while asked:
        into: dict[int, int] = {}
        for some in _chunks(sorted(asked)):
            query = select(customers.c.n, customers.c.merged_into).where(
                customers.c.n.in_(some), customers.c.merged_into.is_not(None)
            )
            into.update({n: other for n, other in connection.execute(query) if other not in found})
        found.update(into)
        asked = set(into.values())
    return {n: _end(found, n) for n in found}


def _end(merged: Mapping[int, int], n: int) -> int:
    while n in merged:
        n = merged[n]
    return n


def _load_writers(connection: Connection, known: Known, some: Sequence[int]) -> None:
    """Who changed each field last."""
    newest = (
        select(func.max(customer_changes.c.n))
        .where(customer_changes.c.customer_n.in_(some))
        .group_by(customer_changes.c.customer_n, customer_changes.c.field)
    )
    columns = (
        customer_changes.c.customer_n,
        customer_changes.c.field,
        customer_changes.c.source,
        customer_changes.c.at,
    )
    for n, name, source, at in connection.execute(
        select(*columns).where(customer_changes.c.n.in_(newest))
    ):
        if n in known.files:
            known.files[n].writers[name] = Writer(by_hand=not is_import(source), at=at)


def _load_parts(connection: Connection, known: Known, some: Sequence[int]) -> None:
    for row in connection.execute(
        select(addresses).where(addresses.c.customer_n.in_(some)).order_by(addresses.c.n)
    ):
        if row.customer_n in known.files:
            known.files[row.customer_n].addresses.append(address_of(row))
    columns = (consents.c.customer_n, consents.c.channel, consents.c.purpose, consents.c.given)
    for n, channel, purpose, given in connection.execute(
        select(*columns)
        .where(consents.c.customer_n.in_(some))
        .order_by(consents.c.at, consents.c.n)
    ):
        if n in known.files:
            known.files[n].consents[consent_key(channel, purpose)] = given


def is_import(source: str) -> bool:
    return source.startswith("import ")


def row_numbers(connection: Connection, count: int) -> Iterable[int]:
    """Numbers that nobody else will use, so that identities need not wait for their customers."""
    if connection.dialect.name == "postgresql":
        query = text(
            "SELECT nextval(pg_get_serial_sequence('customers', 'n'))"
            " FROM generate_series(1, :count)"
        )
        return list(connection.execute(query, {"count": count}).scalars())
    last = connection.execute(select(func.max(customers.c.n))).scalar() or 0
    return range(last + 1, last + 1 + count)  # the only writer is this transaction


def listed(connection: Connection, values: Collection[str]) -> object:
    """Each once, in the order of the indexes: half the time of any other order."""
    several = sorted(values)
    if connection.dialect.name == "postgresql":
        return several
    return msgspec.json.encode(several).decode()


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))
