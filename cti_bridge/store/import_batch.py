"""One batch of an import: found in the database by four statements, written by five."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, func, select, text, update

from cti_bridge.customers.drafts import MAX_IDENTITIES, MAX_TAGS
from cti_bridge.customers.text import fold_words
from cti_bridge.ids import new_id
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.tables import customers, identities, notes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.customers.rows import ImportRow

_Key = tuple[IdentityKind, str, str]
_Words = tuple[str, ...]
_CHUNK: Final = 5_000  # SQLite takes 32,766 parameters in a statement
CROWD: Final = 200
"""Of the customers behind one value, so many are compared: a placeholder such as 600000000 may
stand in half of a file."""

_ranked = (
    select(
        identities.c.customer_n,
        func.row_number()
        .over(partition_by=identities.c.value, order_by=identities.c.customer_n)
        .label("place"),
    )
    .where(identities.c.value.in_(bindparam("values", expanding=True)))
    .subquery()
)
_HOLDERS: Final = select(_ranked.c.customer_n).where(_ranked.c.place <= CROWD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    rows: tuple[ImportRow, ...]
    source: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(slots=True)
class _File:
    """A customer while a batch works on it."""

    values: dict[str, Any]
    name_words: _Words
    identities: dict[_Key, str] = field(default_factory=dict)  # to the source it came from
    new: bool = False
    changed: bool = False


@dataclass(slots=True)
class _Work:
    """What is known of the customers that the batch touches, and what is to be written."""

    files: dict[int, _File] = field(default_factory=dict)
    by_key: dict[tuple[str, str], int] = field(default_factory=dict)  # (key, its source)
    people: dict[tuple[_Key, _Words], int] = field(default_factory=dict)
    new_identities: list[dict[str, Any]] = field(default_factory=list)
    new_notes: list[dict[str, Any]] = field(default_factory=list)


def write(connection: Connection, batch: Batch) -> Counts:
    """Inside the caller's transaction."""
    work = _load(connection, {key[:3] for row in batch.rows for key in row.identities})
    fresh = iter(_row_numbers(connection, len(batch.rows)))
    created = updated = unchanged = 0
    for row in batch.rows:
        known = _find(work, row, batch.source)
        if known is None:
            _create(work, next(fresh), row, batch)
            created += 1
        elif _update(work, known, row, batch):
            updated += 1
        else:
            unchanged += 1
    _flush(connection, work)
    return Counts(created=created, updated=updated, unchanged=unchanged)


def _load(connection: Connection, wanted: Iterable[_Key]) -> _Work:
    work = _Work()
    values = sorted({value for _, value, _ in wanted})
    found: set[int] = set()
    for chunk in _chunks(values):
        found |= set(connection.execute(_HOLDERS, {"values": chunk}).scalars())
    for numbers in _chunks(sorted(found)):
        live = and_(customers.c.n.in_(numbers), customers.c.merged_into.is_(None))
        for row in connection.execute(select(customers).where(live)):
            work.files[row.n] = _File(values=dict(row._mapping), name_words=fold_words(row.name))
        columns = (
            identities.c.customer_n,
            identities.c.kind,
            identities.c.value,
            identities.c.extension,
            identities.c.source,
        )
        for n, kind, value, extension, source in connection.execute(
            select(*columns).where(identities.c.customer_n.in_(numbers))
        ):
            if n in work.files:
                _know(work, n, (kind, value, extension), source)
    return work


def _know(work: _Work, n: int, key: _Key, source: str) -> None:
    file = work.files[n]
    file.identities[key] = source
    if key[0] is IdentityKind.KEY:
        work.by_key.setdefault((key[1], source), n)
    work.people.setdefault((key, file.name_words), n)


def _find(work: _Work, row: ImportRow, source: str) -> int | None:
    for kind, value, _, _ in row.identities:
        if kind is IdentityKind.KEY and (value, source) in work.by_key:
            return work.by_key[value, source]
    words = fold_words(row.name)
    for identity in row.identities:
        if (known := work.people.get((identity[:3], words))) is not None:
            return known
    return None


def _create(work: _Work, n: int, row: ImportRow, batch: Batch) -> None:
    file = _File(
        values={
            "n": n,
            "id": new_id(),
            "version": 1,
            "name": row.name,
            "organisation": row.organisation,
            "language": row.language,
            "tags": list(row.tags),
            "since": row.since,
            "pinned_note": "",
            "words": _words(row.name, row.organisation),
            "created_at": batch.now,
            "updated_at": batch.now,
            "updated_by": batch.source,
            "owner": row.owner,
            "created_by": batch.source,
        },
        name_words=fold_words(row.name),
        new=True,
    )
    work.files[n] = file
    _identify(work, n, file, row, batch)
    if row.note:
        work.new_notes.append(
            {
                "id": new_id(),
                "customer_n": n,
                "at": batch.now,
                "author": batch.source,
                "text": row.note,
                "pinned": False,
            }
        )


def _update(work: _Work, n: int, row: ImportRow, batch: Batch) -> bool:
    """What the row says replaces what stood there; what it does not say stays."""
    file = work.files[n]
    before = file.values
    same_name = fold_words(row.name) == file.name_words  # but for case and accents
    file.name_words = fold_words(row.name)
    tags = list(dict.fromkeys([*before["tags"], *row.tags]))[:MAX_TAGS]
    after = {
        **before,
        "name": before["name"] if same_name else row.name,
        "organisation": row.organisation or before["organisation"],
        "language": row.language or before["language"],
        "tags": tags,
        "since": before["since"] or row.since,
        "owner": row.owner or before["owner"],
    }
    added = _identify(work, n, file, row, batch)
    if after == before and not added:
        return False
    after["words"] = _words(after["name"], after["organisation"])
    if not file.new and not file.changed:
        after["version"] = before["version"] + 1
        after["updated_at"], after["updated_by"] = batch.now, batch.source
    file.values, file.changed = after, True
    return True


def _identify(work: _Work, n: int, file: _File, row: ImportRow, batch: Batch) -> bool:
    added = False
    for kind, value, extension, label in row.identities:
        key = (kind, value, extension)
        if key in file.identities or len(file.identities) >= MAX_IDENTITIES:
            continue
        _know(work, n, key, batch.source)
        work.new_identities.append(
            {
                "customer_n": n,
                "kind": kind,
                "value": value,
                "extension": extension,
                "label": label,
                "source": batch.source,
                "confirmed_at": None,
            }
        )
        added = True
    return added


def _flush(connection: Connection, work: _Work) -> None:
    made = [file.values for file in work.files.values() if file.new]
    changed = [file.values for file in work.files.values() if file.changed and not file.new]
    insert_many(connection, customers, made)
    if changed:
        columns = ("version", "name", "organisation", "language", "tags", "since", "words",
                   "updated_at", "updated_by", "owner")  # fmt: skip
        connection.execute(
            update(customers)
            .where(customers.c.n == bindparam("row_n"))
            .values({column: bindparam(f"new_{column}") for column in columns}),
            [
                {"row_n": values["n"], **{f"new_{c}": values[c] for c in columns}}
                for values in changed
            ],
        )
    insert_many(connection, identities, work.new_identities)
    insert_many(connection, notes, work.new_notes)


def _row_numbers(connection: Connection, count: int) -> list[int]:
    """Numbers that nobody else will use, so that identities need not wait for their customers."""
    if connection.dialect.name == "postgresql":
        query = text(
            "SELECT nextval(pg_get_serial_sequence('customers', 'n'))"
            " FROM generate_series(1, :count)"
        )
        return list(connection.execute(query, {"count": count}).scalars())
    last = connection.execute(select(func.max(customers.c.n))).scalar() or 0
    return list(range(last + 1, last + 1 + count))  # the only writer is this transaction


def _words(name: str, organisation: str) -> str:
    return " ".join(fold_words(f"{name} {organisation}"))


def _chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))
