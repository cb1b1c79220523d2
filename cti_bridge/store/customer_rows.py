"""Rows of customers and identities to values, and back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.values import NoteView
from cti_bridge.protocol.vocabulary import CustomerId, NoteId
from cti_bridge.store.customer_parts import read_parts
from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row, Select

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


_BY_ID: Final[AnySelect] = (
    select(*WHOLE, *IDENTITY)
    .outerjoin(identities, identities.c.customer_n == customers.c.n)
    .where(customers.c.id == bindparam("customer_id"), customers.c.merged_into.is_(None))
    .order_by(identities.c.n)
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
    """The whole of it."""
    rows = connection.execute(_BY_ID, {"customer_id": customer}).all()
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


def customers_of(rows: Iterable[AnyRow]) -> list[Customer]:
    """One for each customer, in the order of their first rows, identities gathered; what a card
    shows of them."""
    first: dict[int, AnyRow] = {}
    gathered: defaultdict[int, list[Identity]] = defaultdict(list)
    for row in rows:
        first.setdefault(row.n, row)
        if row.kind is not None:
            gathered[row.n].append(
                Identity(
                    kind=row.kind,
                    value=row.value,
                    extension=row.extension,
                    label=row.label,
                    source=row.source,
                    confirmed_at=row.confirmed_at,
                )
            )
    return [
        Customer(
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
            identities=tuple(gathered[n]),
            partial=True,
        )
        for n, row in first.items()
    ]


def note_of(row: AnyRow) -> NoteView:
    return NoteView(
        note_id=NoteId(row.id), text=row.text, author=row.author, at=row.at, pinned=row.pinned
    )
