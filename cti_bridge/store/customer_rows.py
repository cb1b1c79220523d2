"""Rows of customers and identities to values, and back."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, String, any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.vocabulary import CustomerId
from cti_bridge.store.customer_parts import read_parts
from cti_bridge.store.prepared import PreparedSelect
from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, Connection, Row, Select

    AnyRow = Row[*tuple[Any, ...]]
    AnySelect = Select[*tuple[Any, ...]]

FILE: Final = (
    customers.c.n,
    customers.c.id,
    customers.c.version,
    customers.c.name,
    customers.c.organisation,
    customers.c.language,
    customers.c.tags,
    customers.c.since,
    customers.c.pinned_note,
    customers.c.last_contact_at,
    customers.c.updated_at,
    customers.c.updated_by,
    customers.c.owner,
    customers.c.kind.label("customer_kind"),
    customers.c.status,
    customers.c.alerts,
)
WHOLE: Final = (
    *FILE,
    customers.c.given_name,
    customers.c.family_name,
    customers.c.born,
    customers.c.time_zone,
    customers.c.custom,
    customers.c.created_by,
)
IDENTITY: Final = (
    identities.c.kind,
    identities.c.value,
    identities.c.extension,
    identities.c.label,
    identities.c.source,
    identities.c.confirmed_at,
)
RECENT_FIRST: Final = (customers.c.last_contact_at.desc().nulls_last(), customers.c.n.desc())


_named = customers.alias("named")
_WHOLE: Final[AnySelect] = (
    select(*WHOLE, *IDENTITY)
    .outerjoin(identities, identities.c.customer_n == customers.c.n)
    .order_by(identities.c.n)
)
HOME: Final = (
    select(func.coalesce(_named.c.merged_into, _named.c.n))
    .where(_named.c.id == bindparam("customer_id"))
    .scalar_subquery()
)
"""`customers.n` of whoever has the id `customer_id`: of the survivor, where it was merged."""
_BY_ID: Final[AnySelect] = _WHOLE.where(customers.c.n == HOME)
_AS_IT_IS: Final[AnySelect] = _WHOLE.where(customers.c.id == bindparam("customer_id"))


def _of_rows(query: AnySelect, column: Column[int]) -> tuple[PreparedSelect, PreparedSelect]:
    """For SQLite, and for PostgreSQL: neither statement changes with how many rows there are."""
    listed = text("SELECT value FROM json_each(:rows)").bindparams(bindparam("rows", type_=String))
    array = bindparam("rows", type_=ARRAY(BigInteger))
    return (
        PreparedSelect(query.where(column.in_(listed.columns(customers.c.n)))),
        PreparedSelect(query.where(column == any_(array))),
    )


_CARDS: Final = _of_rows(select(*FILE), customers.c.n)
_KNOWN_BY: Final = _of_rows(
    select(identities.c.customer_n, *IDENTITY).order_by(identities.c.n), identities.c.customer_n
)


def columns_of(customer: Customer) -> dict[str, object]:
    """What a save may change."""
    return {
        "version": customer.version,
        "name": customer.name,
        "organisation": customer.organisation,
        "language": customer.language,
        "tags": list(customer.tags),
        "words": " ".join(fold_words(f"{customer.name} {customer.organisation}")),
        "updated_at": customer.updated_at,
        "updated_by": customer.updated_by,
        "owner": customer.owner,
        "kind": customer.kind,
        "status": customer.status,
        "alerts": list(customer.alerts),
        "given_name": customer.given_name,
        "family_name": customer.family_name,
        "born": customer.born,
        "time_zone": customer.time_zone,
        "custom": dict(customer.custom),
    }


def identity_row(customer_n: int, identity: Identity) -> dict[str, object]:
    return {
        "customer_n": customer_n,
        "kind": identity.kind,
        "value": identity.value,
        "extension": identity.extension,
        "label": identity.label,
        "source": identity.source,
        "confirmed_at": identity.confirmed_at,
    }


def read_whole(connection: Connection, customer: CustomerId) -> Customer | None:
    """The whole of it; of the survivor's, where it was merged."""
    return _read(connection, _BY_ID, customer)


def read_any(connection: Connection, customer: CustomerId) -> Customer | None:
    """The whole of what stands under this id itself, merged or not."""
    return _read(connection, _AS_IT_IS, customer)


def _read(connection: Connection, query: AnySelect, customer: CustomerId) -> Customer | None:
    rows = connection.execute(query, {"customer_id": customer}).all()
    if not rows:
        return None
    row = rows[0]
    return replace(
        customers_of(rows)[0],
        given_name=row.given_name,
        family_name=row.family_name,
        born=row.born,
        time_zone=row.time_zone,
        custom=row.custom,
        created_by=row.created_by,
        partial=False,
        **read_parts(connection, row.n).fields(),
    )


def cards_of(connection: Connection, rows: Sequence[int]) -> dict[int, Customer]:
    """What a card shows of the customers of these rows, by row, in no order.

    The files by themselves, and then what they are known by: joined, a wide row would be read
    again for each number.
    """
    if not rows:
        return {}
    postgresql = connection.dialect.name == "postgresql"
    asked = {"rows": list(rows) if postgresql else json.dumps(list(rows))}
    at = 1 if postgresql else 0
    gathered: defaultdict[int, list[Identity]] = defaultdict(list)
    for one in _KNOWN_BY[at].all(connection, asked):
        gathered[one.customer_n].append(_identity(one))
    return {row.n: _card(row, gathered[row.n]) for row in _CARDS[at].all(connection, asked)}


def customers_of(rows: Iterable[AnyRow]) -> list[Customer]:
    """One for each customer, in the order of their first rows, identities gathered; what a card
    shows of them."""
    first: dict[int, AnyRow] = {}
    gathered: defaultdict[int, list[Identity]] = defaultdict(list)
    for row in rows:
        first.setdefault(row.n, row)
        if row.kind is not None:
            gathered[row.n].append(_identity(row))
    return [_card(row, gathered[n]) for n, row in first.items()]


def _identity(row: AnyRow) -> Identity:
    return Identity(
        kind=row.kind,
        value=row.value,
        extension=row.extension,
        label=row.label,
        source=row.source,
        confirmed_at=row.confirmed_at,
    )


def _card(row: AnyRow, known_by: Sequence[Identity]) -> Customer:
    return Customer(
        customer_id=CustomerId(row.id),
        version=row.version,
        name=row.name,
        organisation=row.organisation,
        language=row.language,
        tags=tuple(row.tags),
        since=row.since,
        pinned_note=row.pinned_note,
        last_contact_at=row.last_contact_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        owner=row.owner,
        kind=row.customer_kind,
        status=row.status,
        alerts=tuple(row.alerts),
        identities=tuple(known_by),
        partial=True,
    )
