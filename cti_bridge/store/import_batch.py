"""One batch of an import: what is unchanged costs one look; the rest is found, decided, written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, update

from cti_bridge.customers.drafts import MAX_IDENTITIES, MAX_TAGS
from cti_bridge.customers.sources import said as saying
from cti_bridge.customers.sources.deciding import Standing, gone, single_values
from cti_bridge.customers.sources.runs import Counts
from cti_bridge.customers.sources.survivorship import DEFAULT, Rule
from cti_bridge.customers.text import MAX_WORDS, fold_words
from cti_bridge.ids import new_ids
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.import_load import (
    File,
    Identity,
    Known,
    Record,
    holders,
    load_files,
    load_records,
    load_said,
    row_numbers,
)
from cti_bridge.store.source_tables import source_records
from cti_bridge.store.tables import customers, identities, notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.customers.sources.rows import ImportRow
    from cti_bridge.customers.sources.said import Said

UNSAVED: Final = -1
"""The source of a dry run that nobody has imported from yet."""
_CHANGED: Final = ("version", "name", "organisation", "language", "tags", "since", "words",
                   "updated_at", "updated_by", "owner")  # fmt: skip
_NO_TAGS: Final[list[str]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    rows: tuple[ImportRow, ...]
    source: str  # as it stands at what it wrote: "import crm"
    source_n: int
    now: datetime
    rules: Mapping[str, Rule] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """What a batch knows, and what it will write."""

    batch: Batch
    known: Known
    records: dict[str, Record]
    numbers: Iterator[int]
    ids: Iterator[str]
    new_identities: list[dict[str, Any]] = field(default_factory=list)
    gone_identities: list[int] = field(default_factory=list)
    new_notes: list[dict[str, Any]] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)  # keys of records to be written


def write(connection: Connection, batch: Batch) -> Counts:
    """Inside the caller's transaction, and without effect outside of it."""
    read = [(saying.key_of(row), row, *saying.record(row)) for row in batch.rows]
    records = load_records(connection, batch.source_n, {key for key, *_ in read})
    differing = [one for one in read if not _same(records, one[0], one[3])]
    unchanged = len(read) - len(differing)
    if not differing:
        return Counts(unchanged=unchanged)
    work = _prepared(connection, batch, records, differing)
    created = updated = 0
    for key, row, text, digest in differing:
        outcome = _apply(work, key, row, text, digest)
        created += outcome == "created"
        updated += outcome == "updated"
        unchanged += outcome == "unchanged"
    _flush(connection, work)
    return Counts(created=created, updated=updated, unchanged=unchanged)


def _same(records: Mapping[str, Record], key: str, digest: bytes) -> bool:
    record = records.get(key)
    return record is not None and (record.customer_n is None or record.digest == digest)


def _prepared(
    connection: Connection,
    batch: Batch,
    records: dict[str, Record],
    differing: Sequence[tuple[str, ImportRow, str, bytes]],
) -> _Work:
    known_rows = {key: records[key] for key, *_ in differing if key in records}
    if known_rows:
        load_said(connection, batch.source_n, known_rows)
    strangers = [row for key, row, *_ in differing if key not in records]
    numbers = {n for one in known_rows.values() if (n := one.customer_n) is not None}
    numbers |= holders(connection, {key[1] for row in strangers for key in row.identities})
    known = load_files(connection, numbers) if numbers else Known()
    fresh = len(differing)
    return _Work(
        batch=batch,
        known=known,
        records=records,
        numbers=iter(row_numbers(connection, fresh)),
        ids=iter(new_ids(2 * fresh)),  # of customers and of notes
    )


def _apply(work: _Work, key: str, row: ImportRow, text: str, digest: bytes) -> str:
    record = work.records.get(key)
    if record is not None and record.digest == digest:
        return "unchanged"  # twice in the batch
    n = record.customer_n if record is not None else None
    said = saying.read(last) if record is not None and (last := record.said) else None
    if n not in work.known.files:
        n = _find(work, row)
    if n is None:
        n, outcome = _create(work, row), "created"
    else:
        outcome = "updated" if _update(work, n, row, said) else "unchanged"
    _remember(work, key, n, text, digest)
    return outcome


def _remember(work: _Work, key: str, n: int, text: str, digest: bytes) -> None:
    record = work.records.get(key)
    if record is None:
        record = work.records[key] = Record(customer_n=n, digest=digest, stored=False)
    before = record.said
    if not record.now:
        work.touched.append(key)
    record.now = text if before is None else saying.merged(before, text)
    record.customer_n, record.digest = n, digest


def _find(work: _Work, row: ImportRow) -> int | None:
    """By its key in this source, else by the name with any identity."""
    known, source = work.known, work.batch.source
    if not known.files:
        return None
    for kind, value, _ in row.identities:
        if kind is IdentityKind.KEY and (value, source) in known.by_key:
            return known.by_key[value, source]
    words = fold_words(row.name)
    for key in row.identities:
        if (n := known.people.get((key, words))) is not None:
            return n
    return None


def _create(work: _Work, row: ImportRow) -> int:
    n, batch, values = next(work.numbers), work.batch, row.values
    words = fold_words(row.name)
    organisation = values["organisation"]
    file = File(
        values={
            "n": n,
            "id": next(work.ids),
            "version": 1,
            "name": row.name,
            "organisation": organisation,
            "language": values["language"],
            "tags": list(row.tags) if row.tags else _NO_TAGS,
            "since": values["since"],
            "pinned_note": "",
            "words": _words(row.name, organisation),
            "created_at": batch.now,
            "updated_at": batch.now,
            "updated_by": batch.source,
            "owner": values["owner"],
        },
        name_words=words,
        new=True,
    )
    work.known.files[n] = file
    for key, label in list(row.identities.items())[:MAX_IDENTITIES]:
        _identify(work, n, key, label)
    _note(work, n, row.note)
    return n


def _update(work: _Work, n: int, row: ImportRow, said: Said | None) -> bool:
    """By the rules of survivorship; what the row does not say stays."""
    file, batch = work.known.files[n], work.batch
    before = file.values
    imported = str(before["updated_by"]).startswith("import ")
    standing = Standing(values=before, imported=imported, written_at=before["updated_at"])
    after = {**before, **single_values(batch.rules, row, said, standing)}
    dropped = set(said.tags) - set(before["tags"]) if said else set()
    added = [tag for tag in row.tags if tag not in dropped]
    after["tags"] = list(dict.fromkeys([*before["tags"], *added]))[:MAX_TAGS]
    changed = after != before
    changed |= _identities(work, n, row, said)
    if said is not None and row.note and row.note != said.note:
        _note(work, n, row.note)
        changed = True
    if not changed:
        return False
    file.name_words = fold_words(after["name"])
    after["words"] = _words(after["name"], after["organisation"])
    if not file.new and not file.changed:
        after["version"] = before["version"] + 1
        after["updated_at"], after["updated_by"] = batch.now, batch.source
    file.values, file.changed = after, True
    return True


def _identities(work: _Work, n: int, row: ImportRow, said: Said | None) -> bool:
    """Adds what is new, and takes away what it replaces; whether there was anything."""
    file, batch = work.known.files[n], work.batch
    rule = batch.rules.get("identities", DEFAULT)
    kinds = {key[0] for key in file.identities}
    changed = False
    for key in gone(rule, row, said):
        identity = file.identities.get(key)
        if identity is None or identity.source != batch.source:
            continue
        if identity.confirmed and rule is not Rule.SOURCE_FIRST:
            continue
        _forget(work, n, key, identity)
        changed = True
    for key, label in row.identities.items():
        by_hand = said is not None and key in said.identities and rule is not Rule.SOURCE_FIRST
        filled = rule is Rule.ONLY_IF_EMPTY and key[0] in kinds
        if key in file.identities or by_hand or filled or len(file.identities) >= MAX_IDENTITIES:
            continue  # on file; or taken away by somebody, since the source had said it before
        _identify(work, n, key, label)
        changed = True
    return changed


def _identify(work: _Work, n: int, key: tuple[IdentityKind, str, str], label: str) -> None:
    source = work.batch.source
    work.known.learn(n, key, Identity(n=None, source=source, confirmed=False))
    kind, value, extension = key
    work.new_identities.append(
        {
            "customer_n": n,
            "kind": kind,
            "value": value,
            "extension": extension,
            "label": label,
            "source": source,
            "confirmed_at": None,
        }
    )


def _forget(work: _Work, n: int, key: tuple[IdentityKind, str, str], identity: Identity) -> None:
    del work.known.files[n].identities[key]
    if identity.n is not None:
        work.gone_identities.append(identity.n)
        return
    work.new_identities = [
        one
        for one in work.new_identities
        if (one["customer_n"], one["kind"], one["value"], one["extension"]) != (n, *key)
    ]


def _note(work: _Work, n: int, text: str) -> None:
    if text:
        work.new_notes.append(
            {
                "id": next(work.ids),
                "customer_n": n,
                "at": work.batch.now,
                "author": work.batch.source,
                "text": text,
                "pinned": False,
            }
        )


def _flush(connection: Connection, work: _Work) -> None:
    files = work.known.files.values()
    insert_many(connection, customers, [file.values for file in files if file.new])
    changed = [file.values for file in files if file.changed and not file.new]
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
    if work.gone_identities:
        connection.execute(
            delete(identities).where(identities.c.n == bindparam("row_n")),
            [{"row_n": n} for n in work.gone_identities],
        )
    insert_many(connection, identities, work.new_identities)
    insert_many(connection, notes, work.new_notes)
    _keep_records(connection, work)


def _keep_records(connection: Connection, work: _Work) -> None:
    source_n = work.batch.source_n
    if source_n == UNSAVED:
        return
    written = [(key, work.records[key]) for key in work.touched]
    again = [
        {"row_key": key, "row_n": one.customer_n, "row_digest": one.digest,
         "row_values": saying.decoded(one.now)}
        for key, one in written if one.stored
    ]  # fmt: skip
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
    insert_many(
        connection,
        source_records,
        [
            {"source_n": source_n, "key": key, "customer_n": one.customer_n,
             "digest": one.digest, "values": one.now}
            for key, one in written if not one.stored
        ],
        as_they_are={"values"},
    )  # fmt: skip


def _words(name: str, organisation: str) -> str:
    """As `store.customers` makes them: folded, of both."""
    words = fold_words(name)
    return " ".join((words + fold_words(organisation))[:MAX_WORDS] if organisation else words)
