"""Erases a customer from every table that `holdings` names; implements
`privacy.erasing.EraseStore`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from cti_bridge.ids import new_id
from cti_bridge.privacy.erasing import Bar, BarredError, Erased, HeldError, Preview
from cti_bridge.protocol.subject_rights import HoldView
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind
from cti_bridge.store import holdings, wiping
from cti_bridge.store.access import append, erase_details
from cti_bridge.store.acd_tables import interactions, missed_calls
from cti_bridge.store.holdings import Holding, Subject, contacts_of
from cti_bridge.store.message_rows import storable
from cti_bridge.store.privacy_tables import erasures, legal_holds
from cti_bridge.store.tables import customers, identities, suppressions, vocabulary
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from cti_bridge.privacy.ports import Access
    from cti_bridge.store.engine import Database

CONTACTS_AT_ONCE: Final = 100
_WHO: Final = (customers.c.n, customers.c.id, customers.c.name, customers.c.words)
MAX_REASON: Final = 300
REFERENCES: Final = 50


class SqlErasing:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def preview(self, customer: CustomerId) -> Preview | None:
        return await self._database.reading(lambda c: _preview(c, customer))

    async def erase(
        self,
        customer: CustomerId,
        *,
        by: str,
        reason: str,
        at: datetime,
        note: Access,
        version: int | None = None,
    ) -> Erased | None:
        found = await self._database.reading(lambda c: subject_of(c, customer))
        if found is None:
            return None
        done: Counter[str] = Counter()
        after = ""
        while True:
            ids, touched = await self._database.writing(
                lambda c, after=after: _some_contacts(  # type: ignore[misc]
                    c, found, after, None if after else version
                )
            )
            done.update(touched)
            if not ids:
                break
            after = ids[-1]

        def rest(connection: Connection) -> Erased | None:
            return _rest(connection, customer, done, _row(customer, by, reason, at), note)

        return await self._database.writing(rest)

    async def hold(
        self, customer: CustomerId, *, by: str, reason: str, at: datetime, note: Access
    ) -> bool:
        def work(connection: Connection) -> bool:
            if _locked(connection, customer) is None or subject_of(connection, customer) is None:
                return False
            mine = legal_holds.c.customer_id == customer
            holder = connection.execute(select(legal_holds.c.by).where(mine)).scalar()
            if holder is not None and holder != storable(by):
                raise HeldError(holder)
            connection.execute(delete(legal_holds).where(mine))
            row = {"customer_id": customer, "at": at, "by": storable(by)}
            row["reason"] = storable(reason)[:MAX_REASON]
            connection.execute(insert(legal_holds), [row])
            append(connection, [note])
            return True

        return await self._database.writing(work)

    async def release(self, customer: CustomerId, note: Access) -> bool:
        def work(connection: Connection) -> bool:
            mine = legal_holds.c.customer_id == customer
            held = connection.execute(delete(legal_holds).where(mine)).rowcount
            if held:
                append(connection, [note])
            return bool(held)

        return await self._database.writing(work)


def subject_of(connection: Connection, customer: str) -> Subject | None:
    """With every row that was merged into it, one after the other."""
    row = connection.execute(
        select(*_WHO).where(customers.c.id == customer, customers.c.merged_into.is_(None))
    ).first()
    if row is None:
        return None
    rows, fresh = [row], [row.n]
    while fresh:
        absorbed = connection.execute(
            select(*_WHO).where(customers.c.merged_into.in_(fresh))
        ).all()
        known = {one.n for one in rows}
        rows += [one for one in absorbed if one.n not in known]
        fresh = [one.n for one in absorbed if one.n not in known]
    ns = tuple(one.n for one in rows)
    words = {word for one in rows for word in one.words.split()}
    mine = select(identities.c.value).where(identities.c.customer_n.in_(ns))
    others = identities.alias("others")
    shared = (
        select(others.c.value)
        .where(others.c.value == identities.c.value, others.c.customer_n.not_in(ns))
        .exists()
    )
    own = connection.execute(mine.where(~shared).distinct()).scalars()
    return Subject(
        id=row.id,
        n=row.n,
        ns=ns,
        ids=tuple(one.id for one in rows),
        names=tuple(dict.fromkeys(one.name for one in rows if one.name)),
        words=tuple(sorted(words)),
        own=tuple(own),
    )


def _preview(connection: Connection, customer: CustomerId) -> Preview | None:
    subject = subject_of(connection, customer)
    if subject is None:
        return None
    counts: dict[str, dict[str, int]] = {"delete": {}, "blank": {}}
    for table, holding in holdings.holdings():
        if holding.rows is None or holding.does not in counts:
            continue
        if found := wiping.count(connection, holding.rows(subject)):
            counts[holding.does][table.name] = found
    keys = select(identities.c.value).where(
        identities.c.customer_n.in_(subject.ns), identities.c.kind == IdentityKind.KEY
    )
    version = select(customers.c.version).where(customers.c.n == subject.n)
    return Preview(
        customer=customer,
        version=connection.execute(version).scalar_one(),
        name=subject.names[0] if subject.names else "",
        references=tuple(connection.execute(keys.limit(REFERENCES)).scalars()),
        deleted=counts["delete"],
        blanked=counts["blank"],
        kept=_kept(connection, subject),
        hold=_hold(connection, subject),
        bar=_bar(connection, subject),
    )


def _kept(connection: Connection, subject: Subject) -> dict[str, int]:
    """What stays as it is, beside what is said of it by law: offers, and the list of numbers
    that must not be called."""
    counts = {
        table.name: wiping.count(connection, holding.rows(subject))
        for table, holding in holdings.holdings()
        if holding.does == "keep" and holding.rows is not None and holding.told
    }
    mine = select(identities.c.value).where(identities.c.customer_n.in_(subject.ns))
    barred = select(suppressions.c.n).where(suppressions.c.value.in_(mine.scalar_subquery()))
    counts[suppressions.name] = wiping.count(connection, barred)
    return {name: found for name, found in counts.items() if found}


def _hold(connection: Connection, subject: Subject) -> HoldView | None:
    mine = select(legal_holds).where(legal_holds.c.customer_id.in_(subject.ids))
    row = connection.execute(mine.order_by(legal_holds.c.at).limit(1)).first()
    return HoldView(at=row.at, by=row.by, reason=row.reason) if row else None


def _locked(connection: Connection, customer: CustomerId) -> tuple[int, bool] | None:
    """The version of the row, held until the end, and whether it is another's file; None: there
    is no such row. A hold, a merge and an erasure of one customer go one after the other."""
    row = connection.execute(
        select(customers.c.version, customers.c.merged_into)
        .where(customers.c.id == customer)
        .with_for_update()
    ).first()
    return (row.version, row.merged_into is not None) if row else None


def _bar(connection: Connection, subject: Subject) -> Bar:
    held = select(legal_holds.c.customer_id).where(legal_holds.c.customer_id.in_(subject.ids))
    if connection.execute(held).first() is not None:
        return "held"
    mine = interactions.c.id.in_(contacts_of(subject).scalar_subquery())
    opened = select(interactions.c.id).where(mine, interactions.c.state.in_(wiping.OPEN)).limit(1)
    return "open" if connection.execute(opened).first() is not None else ""


def _some_contacts(
    connection: Connection, subject: Subject, after: str, version: int | None
) -> tuple[list[str], dict[str, int]]:
    """`version`: that the file must have; None: any."""
    stands = _locked(connection, CustomerId(subject.id))
    if stands is not None and stands[1]:
        raise BarredError("merged")
    if stands is not None and version not in (None, stands[0]):
        raise BarredError("changed")
    if bar := _bar(connection, subject):
        raise BarredError(bar)
    mine = contacts_of(subject).where(interactions.c.id > after)
    mine = mine.order_by(interactions.c.id).limit(CONTACTS_AT_ONCE)
    ids = list(connection.execute(mine).scalars())
    return ids, wiping.wipe_contacts(connection, ids)


def _rest(
    connection: Connection,
    customer: CustomerId,
    done: Counter[str],
    record: dict[str, Any],
    note: Access,
) -> Erased | None:
    stands = _locked(connection, customer)
    subject = subject_of(connection, customer)
    if stands is not None and stands[1]:
        raise BarredError("merged")
    if subject is None:
        return None  # somebody else has done it meanwhile
    if bar := _bar(connection, subject):
        raise BarredError(bar)
    late = list(
        connection.execute(contacts_of(subject).where(interactions.c.words != "")).scalars()
    )
    counts = done + Counter(wiping.wipe_contacts(connection, late))
    for table, holding in holdings.holdings():
        if holding.rows is not None:
            counts[table.name] += _let_go(connection, table, holding, subject)
    unsaid = delete(vocabulary).where(vocabulary.c.word.in_(subject.words))
    connection.execute(unsaid.where(vocabulary.c.holders < 1))  # PostgreSQL's only count down
    counts = +counts
    connection.execute(insert(erasures), [{**record, "counts": dict(counts)}])
    append(connection, [note])
    return Erased(counts=dict(counts), ids=tuple(map(CustomerId, subject.ids)), own=subject.own)


def _let_go(connection: Connection, table: Table, holding: Holding, subject: Subject) -> int:
    assert holding.rows is not None
    where = holding.rows(subject).whereclause
    if holding.does == "delete" and where is not None:
        return connection.execute(delete(table).where(where)).rowcount
    if holding.does == "blank" and table.name in _BLANK:
        return _BLANK[table.name](connection, table, where)
    return 0


def _blank_missed(connection: Connection, table: Table, where: Any) -> int:
    nobody = {"number": "", "number_extension": "", "display_name": "", "customer_name": ""}
    statement = update(missed_calls).where(where)
    statement = statement.values(number_kind=NumberKind.WITHHELD, **nobody)
    return connection.execute(statement).rowcount


def _blank_log(connection: Connection, table: Table, where: Any) -> int:
    rows = list(connection.execute(select(table.c.n).where(where)).scalars())
    return sum(
        erase_details(connection, rows[first : first + wiping.CHUNK])
        for first in range(0, len(rows), wiping.CHUNK)
    )


def _blank_source(connection: Connection, table: Table, where: Any) -> int:
    statement = update(table).where(where)
    return connection.execute(
        statement.values(customer_n=None, values={}, digest=bytes(16))
    ).rowcount


_BLANK: Final = {
    "missed_calls": _blank_missed,
    "access_log": _blank_log,
    "source_records": _blank_source,
}
"""What is not blanked with the contacts."""


def _row(customer: CustomerId, by: str, reason: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "customer_id": customer,
        "at": at,
        "by": storable(by),
        "reason": storable(reason)[:MAX_REASON],
    }
