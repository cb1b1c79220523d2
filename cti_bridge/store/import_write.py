"""What a batch of an import writes: a statement for each table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import bindparam, delete, update

from cti_bridge.customers.sources.fields import consent_said
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.bulk import insert_many, insert_records
from cti_bridge.store.customer_changes import change_rows
from cti_bridge.store.customer_parts import address_row
from cti_bridge.store.import_links import keep_links
from cti_bridge.store.source_tables import source_records
from cti_bridge.store.tables import (
    addresses,
    consents,
    customer_changes,
    customers,
    identities,
    notes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from cti_bridge.customers.changes import FieldChange
    from cti_bridge.customers.sources.rows import ImportRow, Key
    from cti_bridge.protocol.customer_values import AddressView
    from cti_bridge.store.import_load import File, Record

_CHANGED: Final = ("version", "name", "organisation", "language", "tags", "since", "words",
                   "updated_at", "updated_by", "owner", "kind", "status", "given_name",
                   "family_name", "born", "custom", "time_zone")  # fmt: skip
_ALWAYS: Final = ("n", "id", "version", "name", "organisation", "language", "tags", "since",
                  "pinned_note", "words", "created_at", "updated_at", "updated_by",
                  "created_by")  # fmt: skip
_DEFAULTED: Final = frozenset(
    ("owner", "kind", "status", "given_name", "family_name", "born", "custom", "time_zone")
)
"""Of new customers; where no row of a batch says one, the column's own default saves its time."""
_IDENTITY: Final = ("customer_n", "kind", "value", "extension", "label", "source", "confirmed_at")
KINDS: Final = {kind: kind.value for kind in IdentityKind}  # what the driver takes


@dataclass(slots=True)
class Pending:
    """What is to be written beside the customers themselves."""

    source: str
    now: datetime
    records: Mapping[str, Record]
    said: set[str] = field(default_factory=set)  # fields that the batch's rows say anything of
    touched: list[str] = field(default_factory=list)  # keys of records
    identities: list[tuple[Any, ...]] = field(default_factory=list)
    gone_identities: list[int] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)
    gone_addresses: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    links: dict[str, ImportRow] = field(default_factory=dict)  # by the row's key; the last says it

    def add_identity(self, n: int, key: Key, label: str) -> None:
        kind, value, extension = key
        self.identities.append((n, KINDS[kind], value, extension, label, self.source, None))

    def drop_identity(self, n: int, key: Key, row: int | None) -> None:
        """`row` is None for one that the batch itself has added."""
        if row is not None:
            self.gone_identities.append(row)
            return
        self.identities = [one for one in self.identities if one[:4] != (n, *key)]

    def add_note(self, note_id: str, n: int, text: str) -> None:
        self.notes.append(
            {
                "id": note_id,
                "customer_n": n,
                "at": self.now,
                "author": self.source,
                "text": text,
                "pinned": False,
            }
        )

    def add_address(self, n: int, address: AddressView) -> None:
        self.addresses.append(address_row(n, address))

    def replace_address(self, n: int, old: AddressView, new: AddressView) -> None:
        added = address_row(n, old)
        if added in self.addresses:
            self.addresses.remove(added)
        else:
            self.gone_addresses.append(added)
        self.add_address(n, new)

    def add_consent(self, n: int, key: str, given: bool, row: ImportRow) -> None:
        """`key` as `fields.consent_key` has it."""
        channel, purpose = consent_said(key)
        at = row.consent_at or row.changed
        self.consents.append(
            {
                "customer_n": n,
                "channel": channel,
                "purpose": purpose,
                "given": given,
                "source": row.consent_source or self.source,
                "at": min(at, self.now) if at is not None else self.now,
            }
        )

    def add_changes(self, n: int, made: Iterable[FieldChange]) -> None:
        self.changes += change_rows(n, made, at=self.now, by=self.source, source=self.source)


def flush(
    connection: Connection, files: Iterable[File], pending: Pending, source_n: int | None
) -> None:
    """`source_n` None: a dry run, whose source keeps no records."""
    made = [file.values for file in files if file.new]
    insert_many(connection, customers, made, names=[*_ALWAYS, *sorted(_DEFAULTED & pending.said)])
    _update(connection, [file.values for file in files if file.changed and not file.new])
    _delete(connection, identities, [{"n": n} for n in pending.gone_identities])
    _delete(connection, addresses, pending.gone_addresses)
    insert_records(connection, identities, _IDENTITY, pending.identities)
    insert_many(connection, notes, pending.notes)
    insert_many(connection, addresses, pending.addresses)
    insert_many(connection, consents, pending.consents)
    insert_many(connection, customer_changes, pending.changes)
    if source_n is not None:
        _keep_records(connection, source_n, [(k, pending.records[k]) for k in pending.touched])
        if pending.links:
            keep_links(connection, source_n, pending.links)


def _update(connection: Connection, changed: Sequence[Mapping[str, Any]]) -> None:
    if changed:
        connection.execute(
            update(customers)
            .where(customers.c.n == bindparam("row_n"))
            .values({column: bindparam(f"new_{column}") for column in _CHANGED}),
            [
                {"row_n": values["n"], **{f"new_{c}": values[c] for c in _CHANGED}}
                for values in changed
            ],
        )


def _delete(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows that have all of these values."""
    if rows:
        same = (table.c[name] == bindparam(f"row_{name}") for name in rows[0])
        connection.execute(
            delete(table).where(*same),
            [{f"row_{name}": value for name, value in row.items()} for row in rows],
        )


def _keep_records(
    connection: Connection, source_n: int, written: Sequence[tuple[str, Record]]
) -> None:
    again = [
        {
            "row_key": key,
            "row_n": one.customer_n,
            "row_digest": one.digest,
            "row_values": msgspec.json.decode(one.now),
        }
        for key, one in written
        if one.stored
    ]
    if again:
        connection.execute(
            update(source_records)
            .where(
                source_records.c.source_n == source_n,
                source_records.c.key == bindparam("row_key"),
            )
            .values(
                {
                    "customer_n": bindparam("row_n"),
                    "digest": bindparam("row_digest"),
                    "values": bindparam("row_values"),
                }
            ),
            again,
        )
    insert_records(
        connection,
        source_records,
        ("source_n", "key", "customer_n", "digest", "values"),
        [
            (source_n, key, one.customer_n, one.digest, one.now)
            for key, one in written
            if not one.stored
        ],
    )
