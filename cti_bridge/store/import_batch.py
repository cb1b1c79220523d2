"""One batch of an import: what is unchanged costs one look; the rest is found and decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cti_bridge.customers import changes
from cti_bridge.customers.changes import FieldChange
from cti_bridge.customers.details import MAX_ADDRESSES
from cti_bridge.customers.drafts import MAX_IDENTITIES, MAX_TAGS
from cti_bridge.customers.ports import Identity as Shown
from cti_bridge.customers.sources import deciding
from cti_bridge.customers.sources import said as saying
from cti_bridge.customers.sources.deciding import Standing, Writer
from cti_bridge.customers.sources.fields import consent_said
from cti_bridge.customers.sources.runs import Counts
from cti_bridge.customers.sources.survivorship import DEFAULT, Rule
from cti_bridge.customers.text import MAX_WORDS, fold_words
from cti_bridge.ids import new_ids
from cti_bridge.protocol.vocabulary import CustomerKind, CustomerStatus, IdentityKind
from cti_bridge.store.import_load import (
    File,
    Identity,
    Known,
    Record,
    holders,
    is_import,
    load_files,
    load_records,
    load_said,
    row_numbers,
    survivors,
)
from cti_bridge.store.import_write import KINDS, Pending, flush

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.customers.sources.rows import ImportRow, Key
    from cti_bridge.customers.sources.said import Said
    from cti_bridge.protocol.customer_values import AddressView

Read: TypeAlias = "tuple[str, ImportRow, str, bytes]"
"""A row with its key, its record and that one's digest (`customers.sources.said`)."""
_KEY: Final = IdentityKind.KEY
UNSAVED: Final = -1
"""The source of a dry run that nobody has imported from yet."""
_BLANK: Final[dict[str, Any]] = {
    "version": 1, "name": "", "organisation": "", "language": "", "tags": [], "since": None,
    "pinned_note": "", "owner": "", "kind": CustomerKind.PERSON,
    "status": CustomerStatus.ACTIVE, "given_name": "", "family_name": "", "born": None,
    "custom": {}, "alerts": [], "time_zone": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    rows: Sequence[Read]
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
    pending: Pending
    imported: Identity  # stands for all that the batch adds
    blank: dict[str, Any]  # a new customer of whom the row says nothing


def read(rows: Iterable[ImportRow]) -> Sequence[Read]:
    """Each with its key and what is kept of it: no work for a transaction."""
    return [(saying.key_of(row), row, *saying.record(row)) for row in rows]


def write(connection: Connection, batch: Batch) -> Counts:
    """Inside the caller's transaction, and without effect outside of it."""
    records = load_records(connection, batch.source_n, {one[0] for one in batch.rows})
    differing = [one for one in batch.rows if not _same(records, one[0], one[3])]
    unchanged = len(batch.rows) - len(differing)
    if not differing:
        return Counts(unchanged=unchanged)
    work = _prepared(connection, batch, records, differing)
    created = updated = held = 0
    for key, row, text, digest in differing:
        outcome = _apply(work, key, row, text, digest)
        held += outcome != "created" and _keeps(work, key, row)
        created += outcome == "created"
        updated += outcome == "updated"
        unchanged += outcome == "unchanged"
    records_of = batch.source_n if batch.source_n != UNSAVED else None
    flush(connection, work.known.files.values(), work.pending, records_of)
    return Counts(created=created, updated=updated, unchanged=unchanged, held=held)


def _same(records: Mapping[str, Record], key: str, digest: bytes) -> bool:
    record = records.get(key)
    return record is not None and (record.customer_n is None or record.digest == digest)


def _prepared(
    connection: Connection,
    batch: Batch,
    records: dict[str, Record],
    differing: Sequence[Read],
) -> _Work:
    known_rows = {key: records[key] for key, *_ in differing if key in records}
    if known_rows:
        load_said(connection, batch.source_n, known_rows)
        merged = survivors(
            connection, {n for one in known_rows.values() if (n := one.customer_n) is not None}
        )
        for record in known_rows.values():
            record.customer_n = merged.get(record.customer_n or 0, record.customer_n)
    strangers = [row for key, row, *_ in differing if key not in records]
    numbers = {n for one in known_rows.values() if (n := one.customer_n) is not None}
    numbers |= holders(connection, {key[1] for row in strangers for key in row.identities})
    fresh = len(differing)
    return _Work(
        batch=batch,
        known=load_files(connection, numbers) if numbers else Known(),
        records=records,
        numbers=iter(row_numbers(connection, fresh)),
        ids=_endless(len(strangers)),
        pending=Pending(source=batch.source, now=batch.now, records=records),
        imported=Identity(n=None, source=batch.source),
        blank={
            **_BLANK,
            "created_at": batch.now,
            "updated_at": batch.now,
            "updated_by": batch.source,
            "created_by": batch.source,
        },
    )


def _endless(first: int) -> Iterator[str]:
    """Of customers and of notes; the `first` in rising order."""
    while True:
        yield from new_ids(max(first, 100))


def _apply(work: _Work, key: str, row: ImportRow, text: str, digest: bytes) -> str:
    record = work.records.get(key)
    if record is not None and record.digest == digest:
        return "unchanged"  # twice in the batch
    work.pending.said.update(row.values)
    if row.custom:
        work.pending.said.add("custom")
    n = record.customer_n if record is not None else None
    said = saying.read(last) if record is not None and (last := record.said) else None
    if n not in work.known.files:
        n = _find(work, row)
    if n is None:
        n, outcome = _create(work, row), "created"
    else:
        outcome = "updated" if _update(work, n, row, said) else "unchanged"
    _remember(work, key, n, text, digest)
    if row.links:
        work.pending.links[key] = row
    return outcome


def _keeps(work: _Work, key: str, row: ImportRow) -> bool:
    """Whether the file says something else than the row, by the rules of survivorship."""
    n = work.records[key].customer_n
    file = work.known.files.get(n) if n is not None else None
    if file is None or file.new:
        return False
    stands = file.values
    return any(
        says != stands[name]
        for name, says in row.values.items()
        if name != "name" or fold_words(says) != file.name_words
    )


def _remember(work: _Work, key: str, n: int, text: str, digest: bytes) -> None:
    record = work.records.get(key)
    if record is None:
        record = work.records[key] = Record(customer_n=n, digest=digest, stored=False)
    before = record.said
    if not record.now:
        work.pending.touched.append(key)
    record.now = text if before is None else saying.merged(before, text)
    record.customer_n, record.digest = n, digest


def _find(work: _Work, row: ImportRow) -> int | None:
    """By its key in this source, else by the name with any identity."""
    known, source = work.known, work.batch.source
    if not known.files:
        return None
    for kind, value, _ in row.identities:
        if kind is _KEY and (value, source) in known.by_key:
            return known.by_key[value, source]
    words = fold_words(row.name)
    for key in row.identities:
        if (n := known.people.get((key, words))) is not None:
            return n
    return None


def _create(work: _Work, row: ImportRow) -> int:
    n, batch = next(work.numbers), work.batch
    name_words = fold_words(row.name)
    values = {**work.blank, **row.values}
    values["n"], values["id"] = n, next(work.ids)
    values["words"] = _words(name_words, values["organisation"])
    if row.tags:
        values["tags"] = list(row.tags)
    if row.custom:
        values["custom"] = dict(row.custom)
    given = row.identities
    if len(given) > MAX_IDENTITIES:
        given = dict(list(given.items())[:MAX_IDENTITIES])
    file = File(
        values=values,
        name_words=name_words,
        identities=dict.fromkeys(given, work.imported),
        new=True,
    )
    work.known.files[n] = file
    people, source, added = work.known.people, batch.source, work.pending.identities
    for key, label in given.items():
        people.setdefault((key, name_words), n)
        kind, value, extension = key
        added.append((n, KINDS[kind], value, extension, label, source, None))
    if row.address is not None:
        file.addresses.append(row.address)
        work.pending.add_address(n, row.address)
    for channel, allowed in row.consents.items():
        file.consents[channel] = allowed
        work.pending.add_consent(n, channel, allowed, row)
    if row.places:
        _further(work, n, row, None)
    _note(work, n, row.note)
    return n


def _update(work: _Work, n: int, row: ImportRow, said: Said | None) -> bool:
    """By the rules of survivorship; what the row does not say stays."""
    file, batch = work.known.files[n], work.batch
    before = file.values
    after = {**before, **deciding.single_values(batch.rules, row, said, _standing(file))}
    dropped = set(said.tags) - set(before["tags"]) if said else set()
    added = [tag for tag in row.tags if tag not in dropped]
    after["tags"] = list(dict.fromkeys([*before["tags"], *added]))[:MAX_TAGS]
    after["custom"] = {**before["custom"], **_custom(row, said, before["custom"])}
    made = [
        *_changed(before, after),
        *_identities(work, n, row, said),
        *_address(work, n, row, said),
        *_consents(work, n, row, said),
    ]
    if row.places:
        made += _further(work, n, row, said)
    if said is not None and row.note and row.note != said.note:
        _note(work, n, row.note)
    elif not made:
        return False
    file.name_words = fold_words(after["name"])
    after["words"] = _words(file.name_words, after["organisation"])
    if not file.new:
        work.pending.add_changes(n, made)
        if not file.changed:
            after["version"] = before["version"] + 1
            after["updated_at"], after["updated_by"] = batch.now, batch.source
    file.values, file.changed = after, True
    return True


def _standing(file: File) -> Standing:
    values = file.values
    maker = values["created_by"] or values["updated_by"]
    writer = Writer(by_hand=not is_import(maker), at=values["created_at"])
    return Standing(values=values, maker=writer, writers=file.writers)


def _custom(row: ImportRow, said: Said | None, stands: Mapping[str, Any]) -> dict[str, Any]:
    """What the source newly says, unless somebody has corrected what it said before."""
    last = said.custom if said is not None else {}
    return {
        code: value
        for code, value in row.custom.items()
        if last.get(code) != value and stands.get(code) in (None, last.get(code))
    }


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """As `customers.changes` has them."""
    for name in (*changes.SINGLE, "since", "born"):
        if before[name] != after[name]:
            yield FieldChange(field=name, old=_text(before[name]), new=_text(after[name]))
    for code, value in after["custom"].items():
        if (old := before["custom"].get(code)) != value:
            yield FieldChange(field=f"{changes.CUSTOM}{code}", old=old, new=value)
    for tag in after["tags"]:
        if tag not in before["tags"]:
            yield FieldChange(field="tags", new=tag)


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return str(value) if isinstance(value, str) else value.isoformat()[:10]


def _identities(work: _Work, n: int, row: ImportRow, said: Said | None) -> Iterator[FieldChange]:
    """Adds what is new, and takes away what it replaces."""
    file, batch = work.known.files[n], work.batch
    rule = batch.rules.get("identities", DEFAULT)
    kinds = {key[0] for key in file.identities}
    for key in deciding.gone(rule, row, said):
        identity = file.identities.get(key)
        if identity is None or identity.source != batch.source:
            continue
        if identity.confirmed and rule is not Rule.SOURCE_FIRST:
            continue
        del file.identities[key]
        work.pending.drop_identity(n, key, identity.n)
        yield FieldChange(field="identities", old=_shown(key, identity.label))
    for key, label in row.identities.items():
        by_hand = said is not None and key in said.identities and rule is not Rule.SOURCE_FIRST
        filled = rule is Rule.ONLY_IF_EMPTY and key[0] in kinds
        if key in file.identities or by_hand or filled or len(file.identities) >= MAX_IDENTITIES:
            continue  # on file; or taken away by somebody, since the source had said it before
        _identify(work, n, key, label)
        yield FieldChange(field="identities", new=_shown(key, label))


def _shown(key: Key, label: str) -> dict[str, str | bool]:
    kind, value, extension = key
    return changes.of_identity(Shown(kind=kind, value=value, extension=extension, label=label))


def _identify(work: _Work, n: int, key: Key, label: str) -> None:
    work.known.learn(n, key, work.imported)
    work.pending.add_identity(n, key, label)


def _address(work: _Work, n: int, row: ImportRow, said: Said | None) -> Iterator[FieldChange]:
    return _placed(work, n, row.address, said.address if said is not None else None)


def _further(work: _Work, n: int, row: ImportRow, said: Said | None) -> list[FieldChange]:
    """The addresses with a label, each by itself."""
    last = said.places if said is not None else {}
    return [
        change
        for label, address in (row.places or {}).items()
        for change in _placed(work, n, address, last.get(label))
    ]


def _placed(
    work: _Work, n: int, address: AddressView | None, last: AddressView | None
) -> Iterator[FieldChange]:
    """In the place of the one that the source said before, where that still stands."""
    file = work.known.files[n]
    if address is None or address in file.addresses or address == last:
        return
    old: AddressView | None = None
    if last is not None and last in file.addresses:
        old = last
        file.addresses[file.addresses.index(last)] = address
        work.pending.replace_address(n, last, address)
    elif last is not None or len(file.addresses) >= MAX_ADDRESSES:
        return  # somebody has corrected it
    else:
        file.addresses.append(address)
        work.pending.add_address(n, address)
    yield FieldChange(
        field="addresses",
        old=changes.of_address(old) if old is not None else None,
        new=changes.of_address(address),
    )


def _consents(work: _Work, n: int, row: ImportRow, said: Said | None) -> Iterator[FieldChange]:
    file = work.known.files[n]
    for key, given in deciding.consents(row, said, file.consents).items():
        file.consents[key] = given
        work.pending.add_consent(n, key, given, row)
        channel, purpose = consent_said(key)
        told: dict[str, str | bool] = {"channel": channel, "purpose": purpose, "given": given}
        source = row.consent_source or work.batch.source
        yield FieldChange(field="consents", new={**told, "source": source})


def _note(work: _Work, n: int, text: str) -> None:
    if text:
        work.pending.add_note(next(work.ids), n, text)


def _words(name_words: tuple[str, ...], organisation: str) -> str:
    """As `store.customer_rows` makes them: folded, of name and organisation."""
    if not organisation:
        return " ".join(name_words)
    return " ".join((name_words + fold_words(organisation))[:MAX_WORDS])
