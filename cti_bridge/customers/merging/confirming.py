"""The record of a file that a merge keeps: its fields, and what else a merge writes on it: which
of its identities somebody had confirmed, and when there was contact last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.merging.fields import fields_of, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.customers.merging.fields import Fields, Flat
    from cti_bridge.customers.ports import Customer, Identity

HIDDEN: Final = "|"
"""Begins what is no field of the file."""
CONTACTED: Final = f"{HIDDEN}contacted"


def record_of(customer: Customer) -> dict[str, Flat]:
    found = fields_of(customer)
    for one in customer.identities:
        if one.confirmed_at is not None:
            found[_name(one)] = one.confirmed_at.isoformat()
    if customer.last_contact_at is not None:
        found[CONTACTED] = customer.last_contact_at.isoformat()
    return found


def with_record(customer: Customer, record: Fields) -> Customer:
    return replace(
        with_fields(customer, record),
        identities=tuple(
            replace(one, confirmed_at=_time(record, _name(one))) for one in customer.identities
        ),
        last_contact_at=_time(record, CONTACTED),
    )


def fields_only(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not name.startswith(HIDDEN))


def contacted(record: Fields) -> datetime | None:
    return _time(record, CONTACTED)


def _time(record: Fields, name: str) -> datetime | None:
    at = record.get(name)
    return datetime.fromisoformat(str(at)) if at is not None else None


def _name(identity: Identity) -> str:
    return f"{HIDDEN}confirmed|{identity.kind.value}|{identity.value}|{identity.extension}"
