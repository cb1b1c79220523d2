"""What merging reads: two files with who wrote them, the merges on record, one with all that
came since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select

from cti_bridge.customers.changes import CUSTOM
from cti_bridge.customers.drafts import TYPED
from cti_bridge.customers.merging.fields import group_of
from cti_bridge.customers.merging.plan import Dossier
from cti_bridge.customers.merging.ports import Merge, Since, Standing
from cti_bridge.customers.merging.survivorship import Wrote
from cti_bridge.customers.merging.undo import Item, Owners, Written
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind
from cti_bridge.store import acd_tables as t
from cti_bridge.store.customer_rows import read_any
from cti_bridge.store.merge_moves import Names, counts, follower, moved, owned
from cti_bridge.store.merge_parts import PARTS
from cti_bridge.store.merge_tables import merges
from cti_bridge.store.pairs import reasons_of
from cti_bridge.store.tables import consents, customer_changes, customers, notes
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

    from cti_bridge.customers.ports import Customer

SINCE: Final = 5_000
"""Contacts, and notes, that are told one by one; of more the newest."""
SHOWN: Final = 120
_survivor, _absorbed = customers.alias("survivor"), customers.alias("absorbed")
_outer = merges.alias("outer_merge")


def read_dossier(connection: Connection, customer: CustomerId) -> Dossier | None:
    found = read_any(connection, customer)
    if found is None:
        return None
    row = connection.execute(
        select(customers.c.n, customers.c.created_at, customers.c.merged_into).where(
            customers.c.id == customer
        )
    ).one()
    into = customers.c.n == row.merged_into
    home = connection.execute(select(customers.c.id).where(into)).scalar()
    return Dossier(
        customer=found,
        wrote=_wrote(connection, row.n, found, row.created_at),
        merged_into=CustomerId(home) if home else None,
        counts=owned(connection, Names(n=row.n, id=customer)),
    )


def _wrote(connection: Connection, n: int, customer: Customer, made: datetime) -> dict[str, Wrote]:
    """Who wrote each group of fields last; what was never changed is as old as the file."""
    c = customer_changes.c
    newest = select(func.max(c.n)).where(c.customer_n == n).group_by(c.field)
    query = select(c.field, c.source, c.at).where(c.n.in_(newest)).order_by(c.n)
    found = {
        name: Wrote(at=made)
        for name in ("name", "organisation", "language", "kind", "status", "born", "time_zone")
    }
    found |= {f"{CUSTOM}{code}": Wrote(at=made) for code in customer.custom}
    for field, source, at in connection.execute(query):
        found[group_of(field)] = Wrote(agent=source == TYPED, at=at)
    return found


# -- merges on record ----------------------------------------------------------------------------


def merges_query() -> Select[Any]:
    return (
        select(
            merges,
            _survivor.c.id.label("survivor"),
            _survivor.c.name.label("survivor_name"),
            _absorbed.c.id.label("absorbed"),
            _outer.c.id.label("blocked_by"),
        )
        .join(_survivor, _survivor.c.n == merges.c.survivor_n)
        .join(_absorbed, _absorbed.c.n == merges.c.absorbed_n)
        .outerjoin(
            _outer,
            (_outer.c.absorbed_n == merges.c.survivor_n) & _outer.c.undone_at.is_(None),
        )
        .order_by(merges.c.n.desc())
    )


def merge_of(row: Row[Any]) -> Merge:
    return Merge(
        merge_id=row.id,
        survivor=CustomerId(row.survivor),
        survivor_name=row.survivor_name,
        absorbed=CustomerId(row.absorbed),
        absorbed_name=str(row.absorbed_was.get("name", "")),
        at=row.at,
        by=row.by,
        automatic=row.automatic,
        probability=row.probability,
        reasons=reasons_of(row.reasons),
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        blocked_by=row.blocked_by or "" if row.undone_at is None else "",
    )


def read_merges(
    connection: Connection, customer: CustomerId | None, before: str, limit: int
) -> tuple[tuple[Merge, ...], bool]:
    query = merges_query()
    if customer is not None:
        query = query.where(_survivor.c.id == customer, merges.c.undone_at.is_(None))
    if before:
        query = query.where(
            merges.c.n < select(merges.c.n).where(merges.c.id == before).scalar_subquery()
        )
    rows = connection.execute(query.limit(limit + 1)).all()
    return tuple(map(merge_of, rows[:limit])), len(rows) > limit


def written_of(row: Row[Any]) -> Written:
    return Written(survivor=row.survivor_was, absorbed=row.absorbed_was, after=row.written)


def later_rows(connection: Connection, row: Row[Any]) -> Sequence[Row[Any]]:
    """Merges into the same survivor since, that stand; oldest first."""
    query = select(merges).where(
        merges.c.survivor_n == row.survivor_n,
        merges.c.n > row.n,
        merges.c.undone_at.is_(None),
    )
    return connection.execute(query.order_by(merges.c.n)).all()


# -- one merge that stands, and what came since ---------------------------------------------------


def read_standing(connection: Connection, merge_id: str) -> Standing | None:
    row = connection.execute(merges_query().where(merges.c.id == merge_id)).first()
    if row is None:
        return None
    survivor = read_dossier(connection, CustomerId(row.survivor))
    absorbed = read_any(connection, CustomerId(row.absorbed))
    if survivor is None or absorbed is None:
        return None
    owners = _owners(row.known_by)
    since = [
        *_parts_since(connection, row),
        *_notes_since(connection, row),
        *_consents_since(connection, row),
        *_contacts_since(connection, row, owners),
    ]
    return Standing(
        merge=merge_of(row),
        written=written_of(row),
        later=tuple(map(written_of, later_rows(connection, row))),
        survivor=survivor,
        absorbed=absorbed,
        owners=owners,
        since=tuple(since),
        back=counts(connection, row.n),
    )


def _owners(known_by: Mapping[str, Mapping[str, Sequence[str]]]) -> Owners:
    def of(side: str) -> frozenset[tuple[str, str, str]]:
        split = (ref.split("|", 2) for ref in known_by[side].get("identity", ()))
        return frozenset((kind, value, extension) for kind, extension, value in split)

    return Owners(survivor=of("survivor"), absorbed=of("absorbed"))


def known_by(
    connection: Connection, survivor: int, absorbed: int
) -> dict[str, dict[str, list[str]]]:
    """The parts of both sides, before they become one."""
    return {
        side: {part.kind: list(part.read(connection, n)) for part in PARTS}
        for side, n in (("survivor", survivor), ("absorbed", absorbed))
    }


def _parts_since(connection: Connection, row: Row[Any]) -> Iterator[Since]:
    for part in PARTS:
        before = {ref for side in row.known_by.values() for ref in side.get(part.kind, ())}
        for ref, said in part.read(connection, row.survivor_n).items():
            if ref not in before:
                yield Since(item=Item(kind=part.kind, ref=ref), text=_told(part.kind, said))


def _told(kind: str, said: Mapping[str, Any]) -> str:
    if kind == "address":
        parts = (said["street"], said["postcode"], said["city"])
        return ", ".join(part for part in parts if part)
    return str(said.get("value") or said.get("role") or said.get("kind") or "")


def _notes_since(connection: Connection, row: Row[Any]) -> Iterator[Since]:
    one = follower("note")
    query = (
        select(notes.c.id, notes.c.at, notes.c.author, func.substr(notes.c.text, 1, SHOWN))
        .where(notes.c.customer_n == row.survivor_n, notes.c.at >= row.at)
        .where(one.ref.not_in(moved(one, row.n)))
        .order_by(notes.c.at.desc())
        .limit(SINCE)
    )
    for id_, at, author, text in connection.execute(query):
        yield Since(item=Item(kind="note", ref=id_), at=at, text=text, detail=author)


def _consents_since(connection: Connection, row: Row[Any]) -> Iterator[Since]:
    one = follower("consent")
    query = (
        select(consents.c.n, consents.c.at, consents.c.channel, consents.c.purpose)
        .where(consents.c.customer_n == row.survivor_n, consents.c.at >= row.at)
        .where(one.ref.not_in(moved(one, row.n)))
        .order_by(consents.c.at.desc())
        .limit(SINCE)
    )
    for n, at, channel, purpose in connection.execute(query):
        yield Since(
            item=Item(kind="consent", ref=str(n)), at=at, text=purpose, detail=channel.value
        )


def _contacts_since(connection: Connection, row: Row[Any], owners: Owners) -> Iterator[Since]:
    """Those that began or changed after the merge, with the side whose number it was."""
    i, one = t.interactions.c, follower("interaction")
    query = (
        select(
            i.id, i.channel, i.started_at, i.number_kind, i.number, i.number_extension, i.subject
        )
        .where(i.customer_id == row.survivor, or_(i.started_at >= row.at, i.changed_at >= row.at))
        .where(one.ref.not_in(moved(one, row.n)))
        .order_by(i.started_at.desc(), i.id.desc())
        .limit(SINCE)
    )
    for found in connection.execute(query):
        kind = _KINDS.get(found.number_kind, IdentityKind.PHONE)
        shown = found.number if kind is not IdentityKind.VISITOR else ""
        yield Since(
            item=Item(
                kind="interaction",
                ref=found.id,
                side=owners.of((kind.value, found.number, found.number_extension)),
            ),
            at=found.started_at,
            text=found.subject or shown,
            detail=found.channel.value,
        )


_KINDS: Final = {
    NumberKind.EMAIL: IdentityKind.EMAIL,
    NumberKind.VISITOR: IdentityKind.VISITOR,
}
