"""Addresses, relations and consents of one customer in the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, delete, insert, or_, select

from cti_bridge.protocol.customer_values import AddressView, ConsentView, RelationView
from cti_bridge.protocol.vocabulary import MUTUAL_RELATIONS, CustomerId
from cti_bridge.store.tables import addresses, consents, customers, relations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import BindParameter, Connection, Row, Select

    from cti_bridge.customers.ports import Customer

RELATIONS: Final = 100
"""That a file shows."""
CONSENTS: Final = 200

_ADDRESSES: Final = (
    select(addresses)
    .where(addresses.c.customer_n == bindparam("customer_n"))
    .order_by(addresses.c.n)
)
_CONSENTS: Final = (
    select(consents)
    .where(consents.c.customer_n == bindparam("customer_n"))
    .order_by(consents.c.at.desc(), consents.c.n.desc())
    .limit(CONSENTS)
)


def _relations_query() -> Select[Any]:
    """From both sides, newest first, each with the other one."""
    mine: BindParameter[int] = bindparam("customer_n")
    forward = relations.c.customer_n == mine
    other = case((forward, relations.c.other_n), else_=relations.c.customer_n)
    return (
        select(
            relations.c.n,
            relations.c.kind,
            relations.c.role,
            case((forward, False), else_=True).label("backward"),
            customers.c.id,
            customers.c.name,
            customers.c.kind.label("other_kind"),
        )
        .join(customers, customers.c.n == other)
        .where(or_(forward, relations.c.other_n == mine), customers.c.merged_into.is_(None))
        .order_by(relations.c.n.desc())
        .limit(RELATIONS + 1)
    )


_RELATIONS: Final = _relations_query()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """As `Customer` has them."""

    addresses: tuple[AddressView, ...]
    relations: tuple[RelationView, ...]
    relations_more: bool
    consents: tuple[ConsentView, ...]

    def fields(self) -> Mapping[str, Any]:
        return {
            "addresses": self.addresses,
            "relations": self.relations,
            "relations_more": self.relations_more,
            "consents": self.consents,
        }


def read_parts(connection: Connection, customer_n: int) -> Parts:
    given = {"customer_n": customer_n}
    related = connection.execute(_RELATIONS, given).all()
    return Parts(
        addresses=tuple(address_of(row) for row in connection.execute(_ADDRESSES, given)),
        relations=tuple(_relation(row) for row in related[:RELATIONS]),
        relations_more=len(related) > RELATIONS,
        consents=tuple(_consent(row) for row in connection.execute(_CONSENTS, given)),
    )


def read_consents(connection: Connection, customer_n: int, customer: Customer) -> Customer:
    """The customer with its consents, of all parts."""
    rows = connection.execute(_CONSENTS, {"customer_n": customer_n})
    return replace(customer, consents=tuple(map(_consent, rows)))


def write_addresses(connection: Connection, customer_n: int, customer: Customer) -> None:
    """In place of those that are there."""
    connection.execute(delete(addresses).where(addresses.c.customer_n == customer_n))
    add_addresses(connection, customer_n, customer.addresses)


def add_addresses(connection: Connection, customer_n: int, added: Sequence[AddressView]) -> None:
    if added:
        rows = [address_row(customer_n, one) for one in added]
        connection.execute(insert(addresses), rows)


def add_consents(connection: Connection, customer_n: int, added: Sequence[ConsentView]) -> None:
    """Oldest first, so that of two of one moment the later row is the newer."""
    if added:
        rows = [consent_row(customer_n, one) for one in reversed(added)]
        connection.execute(insert(consents), rows)


def address_row(customer_n: int, address: AddressView) -> dict[str, object]:
    return {
        "customer_n": customer_n,
        "label": address.label,
        "street": address.street,
        "postcode": address.postcode,
        "city": address.city,
        "region": address.region,
        "country": address.country,
    }


def consent_row(customer_n: int, consent: ConsentView) -> dict[str, object]:
    return {
        "customer_n": customer_n,
        "channel": consent.channel,
        "purpose": consent.purpose,
        "given": consent.given,
        "source": consent.source,
        "at": consent.at,
    }


def address_of(row: Row[Any]) -> AddressView:
    return AddressView(
        label=row.label,
        street=row.street,
        postcode=row.postcode,
        city=row.city,
        region=row.region,
        country=row.country,
    )


def _consent(row: Row[Any]) -> ConsentView:
    return ConsentView(
        channel=row.channel, purpose=row.purpose, given=row.given, source=row.source, at=row.at
    )


def _relation(row: Row[Any]) -> RelationView:
    return RelationView(
        customer_id=CustomerId(row.id),
        kind=row.kind,
        role=row.role,
        backward=bool(row.backward) and row.kind not in MUTUAL_RELATIONS,
        name=row.name,
        other_kind=row.other_kind,
    )
