"""A customer's own fields, flat: each a name and one value that JSON can hold.

A label of `tags` or `alerts` is a field of its own (`tags[VIP]`, true where it is there), and so
is each custom field (`custom.contract`): so one rule serves all of them, in merging and in undo.
What is empty has no entry. Identities, addresses, notes and contacts are no fields: they move.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cti_bridge.customers.ports import Customer

Flat: TypeAlias = str | int | float | bool
Fields: TypeAlias = "Mapping[str, Flat]"

NAMES: Final = ("name", "given_name", "family_name")
"""One choice for the three: a given name from here and a surname from there is nobody."""
SCALARS: Final = (
    *NAMES,
    "organisation",
    "kind",
    "status",
    "born",
    "language",
    "time_zone",
    "owner",
    "since",
    "pinned_note",
)
LABELS: Final = ("tags", "alerts")
CUSTOM: Final = "custom"
_LABEL: Final = re.compile(r"^(\w+)\[(.*)\]$", re.DOTALL)


def fields_of(customer: Customer) -> dict[str, Flat]:
    """What is not empty."""
    found: dict[str, Flat] = {}
    for name in SCALARS:
        value = _flat(getattr(customer, name))
        if value is not None:
            found[name] = value
    for name in LABELS:
        found.update({f"{name}[{label}]": True for label in getattr(customer, name)})
    found.update({f"{CUSTOM}.{code}": value for code, value in customer.custom.items()})
    return found


def with_fields(customer: Customer, fields: Fields) -> Customer:
    """The customer with these fields and no others; labels that it has keep their order."""
    changed: dict[str, Any] = {name: _deep(name, fields.get(name), customer) for name in SCALARS}
    for name in LABELS:
        changed[name] = _ordered(getattr(customer, name), labels(fields, name))
    prefix = f"{CUSTOM}."
    changed[CUSTOM] = {
        name.removeprefix(prefix): value
        for name, value in fields.items()
        if name.startswith(prefix)
    }
    return replace(customer, **changed)


def labels(fields: Iterable[str], name: str) -> tuple[str, ...]:
    """The labels of `tags` or `alerts` among flat fields."""
    found = (_LABEL.match(field) for field in fields)
    return tuple(one[2] for one in found if one is not None and one[1] == name)


def group_of(field: str) -> str:
    """What a person sees and picks as one: "tags" of `tags[VIP]`, "name" of the given name."""
    label = _LABEL.match(field)
    if label is not None:
        return label[1]
    return "name" if field in NAMES else field


def _ordered(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(label for label in before if label in now)
    return kept + tuple(label for label in now if label not in kept)


def _flat(value: object) -> Flat | None:
    match value:
        case None | "":
            return None
        case Enum():
            return str(value.value)
        case datetime() | date():
            return value.isoformat()
        case str() | bool() | int() | float():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} is no field")


def _deep(name: str, value: Flat | None, customer: Customer) -> Any:
    """As `Customer` holds it."""
    was = getattr(customer, name)
    if name == "since":
        return datetime.fromisoformat(str(value)) if value is not None else None
    if name == "born":
        return date.fromisoformat(str(value)) if value is not None else None
    if isinstance(was, Enum):
        return type(was)(value) if value is not None else was
    return "" if value is None else str(value)
