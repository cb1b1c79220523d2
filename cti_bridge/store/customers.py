"""Customers, identities and notes in the database; implements `customers.ports.CustomerStore`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update

from cti_bridge.customers.changes import FieldChange, changes, of_identity
from cti_bridge.customers.drafts import TYPED
from cti_bridge.customers.ports import Findings, Found
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind
from cti_bridge.store import search
from cti_bridge.store.customer_changes import read_changes, write_changes
from cti_bridge.store.customer_parts import (
    add_addresses,
    add_consents,
    write_addresses,
)
from cti_bridge.store.customer_relations import write_relations
from cti_bridge.store.customer_rows import (
    FILE,
    HOME,
    IDENTITY,
    RECENT_FIRST,
    cards_of,
    columns_of,
    customers_of,
    identity_row,
    read_any,
    read_whole,
)
from cti_bridge.store.history import read_last_contacts
from cti_bridge.store.notes import edit_note, note_of, show_pinned
from cti_bridge.store.prepared import PreparedSelect
from cti_bridge.store.tables import customers, identities, notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select, Update

    from cti_bridge.customers.ports import Customer, History, Identity, Terms
    from cti_bridge.protocol.values import NoteView
    from cti_bridge.store.engine import Database

    AnyRow = Row[*tuple[Any, ...]]
    AnySelect = Select[*tuple[Any, ...]]


def _phone_query(*, extension: bool) -> AnySelect:
    """The pop: from (value, kind) to the ranked customers with all their identities.

    Without an extension every one behind the main number counts; with one, the customers who
    have it and those who have the main number alone.
    """
    mine = identities.alias("mine")
    exact = func.max(case((mine.c.extension == bindparam("extension"), 1), else_=0))
    wanted = and_(
        mine.c.value == bindparam("value"), mine.c.kind == bindparam("kind", IdentityKind.PHONE)
    )
    if extension:
        wanted = and_(
            wanted, or_(mine.c.extension == bindparam("extension"), mine.c.extension == "")
        )
    matched = (
        select(
            mine.c.customer_n,
            exact.label("exact"),
            func.sum(exact).over().label("exact_total"),
            func.count().over().label("total"),
        )
        .join(customers, customers.c.n == mine.c.customer_n)
        .where(wanted, customers.c.merged_into.is_(None))
        .group_by(mine.c.customer_n, customers.c.last_contact_at)
        .order_by(exact.desc(), customers.c.last_contact_at.desc().nulls_last())
        .limit(bindparam("most"))
        .cte("matched")
    )
    return (
        select(*FILE, *IDENTITY, matched.c.exact_total, matched.c.total)
        .select_from(matched)
        .join(customers, customers.c.n == matched.c.customer_n)
        .outerjoin(identities, identities.c.customer_n == matched.c.customer_n)
        .order_by(matched.c.exact.desc(), *RECENT_FIRST, identities.c.n)
    )


_HOLDERS: Final = PreparedSelect(
    select(identities.c.customer_n, identities.c.extension)
    .join(customers, customers.c.n == identities.c.customer_n)
    .where(
        identities.c.value == bindparam("value"),
        identities.c.kind == bindparam("kind", IdentityKind.PHONE),
        customers.c.merged_into.is_(None),
    )
    .limit(bindparam("rows"))
)
_BY_NUMBER: Final = PreparedSelect(_phone_query(extension=False))
_BY_EXTENSION: Final = PreparedSelect(_phone_query(extension=True))
_NOTES: Final[AnySelect] = (
    select(notes)
    .join(customers, customers.c.n == notes.c.customer_n)
    .where(customers.c.n == HOME)
    .order_by(notes.c.pinned.desc(), notes.c.at.desc(), notes.c.id.desc())
    .limit(bindparam("most"))
)


LAST: Final = 3
"""Last contacts on a card."""
FEW: Final = 20
"""Identities with one value; so many are ranked here, on SQLite: three plain statements take it a
third of the time of the one that ranks any number of them. PostgreSQL would be asked thrice."""
VISITORS: Final = 5
"""Browsers that a customer is known by."""


class SqlCustomers:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._alone = database.dialect == "sqlite"  # no network between statements

    async def find_phone(self, value: str, extension: str, limit: int) -> Found:
        query = _BY_EXTENSION if extension else _BY_NUMBER
        parameters = {"value": value, "extension": extension, "most": limit}
        return await self._found(query, parameters)

    async def find(self, kind: IdentityKind, value: str, limit: int) -> Found:
        return await self._found(
            _BY_NUMBER, {"value": value, "kind": kind, "extension": "", "most": limit}
        )

    async def _found(self, query: PreparedSelect, parameters: Mapping[str, object]) -> Found:
        def work(connection: Connection) -> Found:
            found = _of_few(connection, parameters) if self._alone else None
            if found is None:
                found = _of_many(connection, query, parameters)
            shown = [one.customer_id for one in found.customers]
            return replace(found, last=read_last_contacts(connection, shown, LAST))

        return await self._database.reading(work, urgent=True)

    async def get(self, customer: CustomerId) -> Customer | None:
        return await self._database.reading(lambda c: read_whole(c, customer), urgent=True)

    async def home(self, customer: CustomerId) -> CustomerId | None:
        query = select(customers.c.id).where(customers.c.n == HOME)
        found = await self._database.reading(
            lambda connection: connection.execute(query, {"customer_id": customer}).scalar()
        )
        return CustomerId(found) if found is not None else None

    async def open(
        self, customer: CustomerId, notes: int
    ) -> tuple[Customer, tuple[NoteView, ...]] | None:
        def work(connection: Connection) -> tuple[Customer | None, Sequence[AnyRow]]:
            parameters = {"customer_id": customer, "most": notes}
            return read_whole(connection, customer), connection.execute(_NOTES, parameters).all()

        found, written = await self._database.reading(work)
        return None if found is None else (found, tuple(map(note_of, written)))

    async def changes(
        self, customer: CustomerId, field: str, before: int | None, limit: int
    ) -> History | None:
        return await self._database.reading(
            lambda connection: read_changes(connection, customer, field, before, limit)
        )

    async def search(self, terms: Terms, limit: int) -> Findings:
        def work(connection: Connection) -> Findings:
            hits = search.rows(connection, terms, limit + 1)
            return Findings(
                customers=_in_order(connection, [hit.n for hit in hits[:limit]]),
                more=len(hits) > limit,
                alike=sum(hit.alike for hit in hits[:limit]),
            )

        return await self._database.reading(work)

    async def create(self, customer: Customer) -> dict[CustomerId, int]:
        def work(connection: Connection) -> dict[CustomerId, int]:
            row = {
                **columns_of(customer),
                "id": customer.customer_id,
                "since": customer.since,
                "pinned_note": customer.pinned_note,
                "created_at": customer.updated_at,
                "created_by": customer.created_by,
            }
            made = connection.execute(insert(customers).returning(customers.c.n), row)
            n = made.scalar_one()
            _add(connection, n, customer.identities)
            add_addresses(connection, n, customer.addresses)
            add_consents(connection, n, customer.consents)
            return write_relations(connection, n, customer, (), TYPED)

        return await self._database.writing(work)

    async def save(self, customer: Customer, source: str = TYPED) -> dict[CustomerId, int] | None:
        """Identities, addresses and relations of the file that are not among the customer's are
        forgotten."""
        if customer.partial:
            raise ValueError("a customer of a look-up was not read whole")

        def work(connection: Connection) -> dict[CustomerId, int] | None:
            before = read_any(connection, customer.customer_id)
            if before is None or before.version != customer.version - 1:
                return None
            done = connection.execute(
                update(customers)
                .where(
                    customers.c.id == customer.customer_id,
                    customers.c.version == customer.version - 1,
                    customers.c.merged_into.is_(None),
                )
                .values(**columns_of(customer))
            )
            return _replace(connection, before, customer, source) if done.rowcount == 1 else None

        return await self._database.writing(work)

    async def add_note(self, customer: CustomerId, note: NoteView) -> int | None:
        def work(connection: Connection) -> int | None:
            file = _held(connection, customer)
            if file is None:
                return None
            connection.execute(
                insert(notes).values(
                    id=note.note_id,
                    customer_n=file.n,
                    at=note.at,
                    author=note.author,
                    text=note.text,
                    pinned=note.pinned,
                )
            )
            if note.pinned:
                show_pinned(connection, file.n)
            return int(file.version)

        return await self._database.writing(work)

    async def edit_note(
        self, customer: CustomerId, note: NoteView
    ) -> tuple[int | None, NoteView | None]:
        return await self._database.writing(lambda c: edit_note(c, customer, note))

    async def learn(
        self, customer: CustomerId, identity: Identity, *, by: str, at: datetime, most: int
    ) -> int | None:
        def work(connection: Connection) -> int | None:
            file = _held(connection, customer)
            if file is None:
                return None
            visitor = identity.kind is IdentityKind.VISITOR
            if visitor:
                _take_over(connection, file.n, identity)
            confirmed = connection.execute(
                update(identities)
                .where(
                    identities.c.customer_n == file.n,
                    identities.c.kind == identity.kind,
                    identities.c.value == identity.value,
                    identities.c.extension == identity.extension,
                )
                .values(confirmed_at=identity.confirmed_at)
            )
            if confirmed.rowcount:
                return int(file.version)
            kept = select(func.count()).where(
                identities.c.customer_n == file.n, identities.c.kind != IdentityKind.VISITOR
            )
            if not visitor and connection.execute(kept).scalar_one() >= most:
                return None
            _add(connection, file.n, (identity,))
            if visitor:
                _keep_newest(connection, file.n)
                return int(file.version)
            connection.execute(
                update(customers)
                .where(customers.c.n == file.n)
                .values(version=customers.c.version + 1, updated_at=at, updated_by=by)
            )
            learnt = FieldChange(field="identities", new=of_identity(identity))
            write_changes(connection, file.n, [learnt], at=at, by=by, source=identity.source)
            return int(file.version) + 1

        return await self._database.writing(work)


def _of_many(
    connection: Connection, query: PreparedSelect, parameters: Mapping[str, object]
) -> Found:
    rows = query.all(connection, parameters)
    if not rows:
        return Found()
    return Found(
        customers=tuple(customers_of(rows)),
        exact_total=int(rows[0].exact_total),
        total=rows[0].total,
    )


def _of_few(connection: Connection, parameters: Mapping[str, Any]) -> Found | None:
    """As `_phone_query` ranks them; None where too many have the value."""
    rows = _HOLDERS.all(connection, {**parameters, "rows": FEW + 1})
    if len(rows) > FEW:
        return None
    extension = parameters["extension"]
    exact: dict[int, bool] = {}
    for n, its in rows:
        if not extension or its in (extension, ""):
            exact[n] = exact.get(n, False) or its == extension
    cards = cards_of(connection, list(exact))
    ranked = sorted(cards, key=lambda n: (not exact[n], *_recent_first(n, cards[n])))
    return Found(
        customers=tuple(cards[n] for n in ranked[: parameters["most"]]),
        exact_total=sum(exact.values()),
        total=len(exact),
    )


def by_rows(connection: Connection, rows: Sequence[int]) -> list[Customer]:
    """The customers of these row numbers, by recent contact."""
    found = cards_of(connection, rows)
    return [found[n] for n in sorted(found, key=lambda n: _recent_first(n, found[n]))]


def _recent_first(n: int, customer: Customer) -> tuple[float, int]:
    """As the order RECENT_FIRST has it."""
    at = customer.last_contact_at
    return (-at.timestamp() if at is not None else math.inf, -n)


def _in_order(connection: Connection, rows: Sequence[int]) -> tuple[Customer, ...]:
    """The customers of these rows, in their order; less what a merge took meanwhile."""
    found = cards_of(connection, rows)
    return tuple(found[n] for n in rows if n in found)


def last_contact_update(customer: CustomerId, at: datetime) -> Update:
    """For the transaction that stores a contact: what matches and searches are ranked by."""
    return (
        update(customers)
        .where(
            customers.c.id == customer,
            or_(customers.c.last_contact_at.is_(None), customers.c.last_contact_at < at),
        )
        .values(last_contact_at=at)
    )


def _held(connection: Connection, customer: CustomerId) -> AnyRow | None:
    """Nobody merges it until the transaction is over; None: nobody, or merged already."""
    return connection.execute(
        select(customers.c.n, customers.c.version)
        .where(customers.c.id == customer, customers.c.merged_into.is_(None))
        .with_for_update()
    ).first()


def _add(connection: Connection, customer_n: int, added: Sequence[Identity]) -> None:
    if added:
        connection.execute(insert(identities), [identity_row(customer_n, i) for i in added])


def _take_over(connection: Connection, customer_n: int, visitor: Identity) -> None:
    """A browser is one customer's: the last word counts."""
    connection.execute(
        delete(identities).where(
            identities.c.kind == IdentityKind.VISITOR,
            identities.c.value == visitor.value,
            identities.c.customer_n != customer_n,
        )
    )


def _keep_newest(connection: Connection, customer_n: int) -> None:
    mine = and_(identities.c.customer_n == customer_n, identities.c.kind == IdentityKind.VISITOR)
    newest = select(identities.c.n).where(mine).order_by(identities.c.n.desc()).limit(VISITORS)
    kept = list(connection.execute(newest).scalars())
    connection.execute(delete(identities).where(mine, identities.c.n.not_in(kept)))


def _replace(
    connection: Connection, before: Customer, customer: Customer, source: str
) -> dict[CustomerId, int]:
    """What is not a column of the customer, and the history of all."""
    n = connection.execute(
        select(customers.c.n).where(customers.c.id == customer.customer_id)
    ).scalar_one()
    _replace_identities(connection, n, customer)
    if customer.addresses != before.addresses:
        write_addresses(connection, n, customer)
    known = set(before.consents)
    add_consents(connection, n, [one for one in customer.consents if one not in known])
    others = write_relations(connection, n, customer, before.relations, source)
    at, by = customer.updated_at, customer.updated_by
    write_changes(connection, n, changes(before, customer), at=at, by=by, source=source)
    return others


def _replace_identities(connection: Connection, customer_n: int, customer: Customer) -> None:
    rows = connection.execute(
        select(identities.c.n, *IDENTITY).where(identities.c.customer_n == customer_n)
    ).all()
    known = {(row.kind, row.value, row.extension): row for row in rows}
    wanted = {identity.key: identity for identity in customer.identities}
    gone = [row.n for key, row in known.items() if key not in wanted]
    if gone:
        connection.execute(delete(identities).where(identities.c.n.in_(gone)))
    for key, identity in wanted.items():
        if key in known and known[key].label != identity.label:
            one = identities.c.n == known[key].n
            connection.execute(update(identities).where(one).values(label=identity.label))
    _add(connection, customer_n, [i for key, i in wanted.items() if key not in known])
