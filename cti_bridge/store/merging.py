"""Makes two customers one, and two again; implements `customers.merging.ports.MergeStore`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from cti_bridge.customers.changes import changes
from cti_bridge.customers.merging.confirming import contacted, record_of, with_record
from cti_bridge.customers.merging.fields import with_fields
from cti_bridge.customers.merging.ports import Separated
from cti_bridge.protocol.vocabulary import FINAL, CustomerId, InteractionId, InteractionState
from cti_bridge.store import acd_tables as t
from cti_bridge.store.customer_changes import write_changes
from cti_bridge.store.customer_rows import columns_of, read_any
from cti_bridge.store.merge_moves import (
    FOLLOWERS,
    Names,
    give,
    hold_too,
    move_all,
    names,
    return_all,
)
from cti_bridge.store.merge_pairs import follow, unfollow
from cti_bridge.store.merge_reading import (
    known_by,
    later_rows,
    read_dossier,
    read_merges,
    read_standing,
)
from cti_bridge.store.merge_tables import merges
from cti_bridge.store.pairs import as_json
from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from cti_bridge.customers.merging.plan import Dossier, Plan
    from cti_bridge.customers.merging.ports import Evidence, Merge, Separation, Standing
    from cti_bridge.customers.merging.undo import Written
    from cti_bridge.customers.ports import Customer
    from cti_bridge.store.engine import Database

SOURCE: Final = "merge"
"""In the history of a field: what a merge wrote."""
UNDONE: Final = "unmerge"
_BY_ID: Final = tuple(one for one in FOLLOWERS if one.by_id)


class SqlMerges:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def dossiers(self, wanted: Sequence[CustomerId]) -> Mapping[CustomerId, Dossier]:
        def work(connection: Connection) -> dict[CustomerId, Dossier]:
            found = ((one, read_dossier(connection, one)) for one in dict.fromkeys(wanted))
            return {one: dossier for one, dossier in found if dossier is not None}

        return await self._database.reading(work)

    async def merges(
        self, customer: CustomerId | None, before: str, limit: int
    ) -> tuple[tuple[Merge, ...], bool]:
        return await self._database.reading(lambda c: read_merges(c, customer, before, limit))

    async def standing(self, merge_id: str) -> Standing | None:
        return await self._database.reading(lambda c: read_standing(c, merge_id))

    async def merge(
        self, plan: Plan, *, merge_id: str, by: str, at: datetime, evidence: Evidence
    ) -> bool:
        def work(connection: Connection) -> bool:
            both = _locked(connection, plan)
            if both is None:
                return False
            survivor, absorbed = both
            row = {
                "id": merge_id,
                "survivor_n": survivor.n,
                "absorbed_n": absorbed.n,
                "at": at,
                "by": by,
                "automatic": evidence.automatic,
                "probability": evidence.probability,
                "reasons": as_json(evidence.reasons),
                "survivor_was": record_of(plan.survivor.customer),
                "absorbed_was": record_of(plan.absorbed.customer),
                "written": record_of(plan.result),
                "known_by": known_by(connection, survivor.n, absorbed.n),
                "undone_by": "",
            }
            merge_n = connection.execute(insert(merges).returning(merges.c.n), row).scalar_one()
            move_all(connection, merge_n, absorbed, survivor)
            hold_too(connection, absorbed, survivor)
            follow(connection, merge_n, survivor.n, absorbed.n, by, at)
            after = _as_it_is(connection, survivor, plan.result)
            _write(connection, survivor.n, plan.survivor.customer, after, by, at, SOURCE)
            _absorb(connection, survivor.n, absorbed.n, by, at)
            return True

        return await self._database.writing(work)

    async def separate(self, done: Separation, *, by: str, at: datetime) -> Separated | None:
        def work(connection: Connection) -> Separated | None:
            return _separate(connection, done, by, at)

        return await self._database.writing(work)

    async def settle(self, newest: int) -> int:
        return await self._database.writing(lambda connection: _settle(connection, newest))

    async def hand_over(
        self, contacts: frozenset[InteractionId], source: CustomerId, target: CustomerId
    ) -> None:
        """Of these contacts, those that name `source`: what a writer wrote meanwhile."""

        def work(connection: Connection) -> None:
            for one in _BY_ID:
                connection.execute(
                    update(one.table)
                    .where(one.owner_column == source, one.ref.in_(contacts))
                    .values({one.owner: target})
                )

        if contacts:
            await self._database.writing(work)


# -- merging -------------------------------------------------------------------------------------


def _locked(connection: Connection, plan: Plan) -> tuple[Names, Names] | None:
    """Both rows, held until the end, in one order for everybody; None where either is no longer
    what the plan was made of."""
    wanted = {side.customer.customer_id: side.customer for side in (plan.survivor, plan.absorbed)}
    rows = connection.execute(
        select(customers.c.n, customers.c.id, customers.c.version, customers.c.merged_into)
        .where(customers.c.id.in_(list(wanted)))
        .order_by(customers.c.n)
        .with_for_update()
    ).all()
    same = all(row.merged_into is None and row.version == wanted[row.id].version for row in rows)
    if len(rows) != 2 or not same:
        return None
    by_id = {row.id: Names(n=row.n, id=row.id) for row in rows}
    first, second = (by_id[one] for one in wanted)
    return first, second


def _as_it_is(connection: Connection, who: Names, customer: Customer) -> Customer:
    """With the parts that it has in the database now, confirmed as `customer` says of them."""
    now = read_any(connection, CustomerId(who.id))
    if now is None:
        return customer
    said = {one.key: one.confirmed_at for one in customer.identities}
    return replace(
        customer,
        identities=tuple(
            replace(one, confirmed_at=said.get(one.key, one.confirmed_at))
            for one in now.identities
        ),
        addresses=now.addresses,
        relations=now.relations,
        consents=now.consents,
    )


def _absorb(connection: Connection, survivor: int, absorbed: int, by: str, at: datetime) -> None:
    """Never found again: neither by a word nor by a number."""
    own = customers.c.n == absorbed
    connection.execute(
        update(customers)
        .where(own)
        .values(
            merged_into=survivor,
            version=customers.c.version + 1,
            words="",
            updated_at=at,
            updated_by=by,
        )
    )
    followed = customers.c.merged_into == absorbed
    connection.execute(update(customers).where(followed).values(merged_into=survivor))


def _write(
    connection: Connection,
    n: int,
    before: Customer,
    after: Customer,
    by: str,
    at: datetime,
    source: str,
) -> None:
    """The file's own fields; its identities only where they are confirmed now and were not."""
    after = replace(after, updated_at=at, updated_by=by)
    more = {
        "since": after.since,
        "pinned_note": after.pinned_note,
        "last_contact_at": after.last_contact_at,
        "merged_into": None,
    }
    values = {**columns_of(after), **more}
    connection.execute(update(customers).where(customers.c.n == n).values(values))
    was = {one.key: one.confirmed_at for one in before.identities}
    for one in after.identities:
        if one.key in was and was[one.key] != one.confirmed_at:
            same = (
                (identities.c.kind == one.kind)
                & (identities.c.value == one.value)
                & (identities.c.extension == one.extension)
            )
            connection.execute(
                update(identities)
                .where(identities.c.customer_n == n, same)
                .values(confirmed_at=one.confirmed_at)
            )
    write_changes(connection, n, changes(before, after), at=at, by=by, source=source)


# -- taking it back ------------------------------------------------------------------------------


def _separate(connection: Connection, done: Separation, by: str, at: datetime) -> Separated | None:
    row = connection.execute(
        select(merges).where(merges.c.id == done.merge_id).with_for_update()
    ).first()
    if row is None or row.undone_at is not None:
        return None
    survivor, absorbed = names(connection, row.survivor_n), names(connection, row.absorbed_n)
    if not _stands(connection, row, done.version):
        return None
    before = read_any(connection, CustomerId(survivor.id))
    gone = read_any(connection, CustomerId(absorbed.id))
    later = later_rows(connection, row)
    if before is None or gone is None or len(later) != len(done.later):
        return None
    for merge, told in zip(later, done.later, strict=True):
        _tell(connection, merge, told)
    connection.execute(
        update(merges).where(merges.c.n == row.n).values(undone_at=at, undone_by=by)
    )
    return_all(connection, row.n, survivor, absorbed)
    for kind in dict.fromkeys(item.kind for item in done.given):
        refs = [item.ref for item in done.given if item.kind == kind]
        give(connection, kind, refs, survivor, absorbed)
    unfollow(connection, row.n, survivor.n, absorbed.n, distinct=done.distinct, by=by, at=at)
    _release(connection, survivor.n, absorbed.n)
    kept = _kept(connection, survivor, before, done, row)
    back = _given_back(connection, absorbed, gone, done)
    _write(connection, survivor.n, before, kept, by, at, UNDONE)
    _write(connection, absorbed.n, gone, back, by, at, UNDONE)
    return Separated(
        survivor_version=kept.version,
        absorbed_version=back.version,
        contacts=_open_contacts(connection, absorbed.id),
    )


def _stands(connection: Connection, row: Row[Any], version: int) -> bool:
    """Both rows are held, and the survivor is nobody else's and as it was read."""
    both = connection.execute(
        select(customers.c.n, customers.c.version, customers.c.merged_into)
        .where(customers.c.n.in_((row.survivor_n, row.absorbed_n)))
        .order_by(customers.c.n)
        .with_for_update()
    ).all()
    found = {one.n: one for one in both}
    survivor, absorbed = found[row.survivor_n], found[row.absorbed_n]
    return (
        survivor.merged_into is None
        and survivor.version == version
        and absorbed.merged_into == row.survivor_n
    )


def _tell(connection: Connection, merge: Row[Any], told: Written) -> None:
    values = {"survivor_was": dict(told.survivor), "written": dict(told.after)}
    connection.execute(update(merges).where(merges.c.n == merge.n).values(values))


def _release(connection: Connection, survivor: int, absorbed: int) -> None:
    """Whoever was the absorbed's before is the absorbed's again."""
    level = [absorbed]
    while level:
        inside = select(merges.c.absorbed_n).where(
            merges.c.survivor_n.in_(level), merges.c.undone_at.is_(None)
        )
        level = list(connection.execute(inside).scalars())
        if level:
            connection.execute(
                update(customers).where(customers.c.n.in_(level)).values(merged_into=absorbed)
            )


def _kept(
    connection: Connection, who: Names, before: Customer, done: Separation, row: Row[Any]
) -> Customer:
    """The survivor at its next version. Where there was contact since, it is dated anew by the
    contacts that it keeps."""
    after = with_record(before, done.survivor)
    if after.last_contact_at == before.last_contact_at:
        at = _last_contact(connection, who) or contacted(row.survivor_was)
        after = replace(after, last_contact_at=at)
    return _as_it_is(connection, who, replace(after, version=before.version + 1))


def _given_back(connection: Connection, who: Names, gone: Customer, done: Separation) -> Customer:
    """The absorbed at its next version, with the contacts that it was given."""
    after = with_fields(gone, done.absorbed)
    times = (gone.last_contact_at, _last_contact(connection, who))
    at = max((one for one in times if one is not None), default=None)
    after = replace(after, last_contact_at=at, version=gone.version + 1)
    return _as_it_is(connection, who, after)


def _last_contact(connection: Connection, who: Names) -> datetime | None:
    i = t.interactions.c
    closed = i.state == InteractionState.CLOSED
    query = select(func.max(i.started_at)).where(i.customer_id == who.id, closed)
    return connection.execute(query).scalar()


def _open_contacts(connection: Connection, customer: str) -> frozenset[InteractionId]:
    i = t.interactions.c
    query = select(i.id).where(i.customer_id == customer, i.state.not_in(FINAL))
    return frozenset(InteractionId(one) for one in connection.execute(query).scalars())


def _settle(connection: Connection, newest: int) -> int:
    home = customers.alias("home")
    recent = (
        select(merges.c.absorbed_n)
        .where(merges.c.undone_at.is_(None))
        .order_by(merges.c.n.desc())
        .limit(newest)
    )
    pairs = connection.execute(
        select(customers.c.id, home.c.id.label("home"))
        .join(home, home.c.n == customers.c.merged_into)
        .where(customers.c.n.in_(recent))
    ).all()
    moved = 0
    for row in pairs:
        for one in _BY_ID:
            mine = one.owner_column == row.id
            done = connection.execute(update(one.table).where(mine).values({one.owner: row.home}))
            moved += done.rowcount
    return moved
