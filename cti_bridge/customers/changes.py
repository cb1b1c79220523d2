"""What differs between two versions of a customer, field by field. Pure.

Whoever writes a customer (an agent's save, a call that teaches a number, an import, a merge)
keeps these with who, when and from where: the history of each field, and the answer to who
wrote it last. What a file had when it was made is told by who made it, and not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cti_bridge.customers import consents, relations
from cti_bridge.customers.ports import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from cti_bridge.customers.ports import Customer, Identity
    from cti_bridge.protocol.customer_values import (
        AddressView,
        ChangedValue,
        ConsentView,
        RelationView,
    )

    Entries = Mapping[Hashable, ChangedValue]

SINGLE: Final = (
    "name",
    "organisation",
    "language",
    "owner",
    "kind",
    "status",
    "given_name",
    "family_name",
    "time_zone",
)
CUSTOM: Final = "custom."
"""Before the code of a custom field: `custom.contract`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, or one entry of a list: `old` None was not there, `new` None is gone."""

    field: str
    old: ChangedValue = None
    new: ChangedValue = None


def changes(old: Customer, new: Customer) -> tuple[FieldChange, ...]:
    """From `old` to `new`, in the order of the file; a text that is empty counts as none."""
    return tuple(_changes(old, new))


def _changes(old: Customer, new: Customer) -> Iterator[FieldChange]:
    for name in SINGLE:
        yield from _one(name, str(getattr(old, name)) or None, str(getattr(new, name)) or None)
    yield from _one("born", _day(old), _day(new))
    for code in sorted(old.custom.keys() | new.custom.keys()):
        yield from _one(f"{CUSTOM}{code}", old.custom.get(code), new.custom.get(code))
    for name, entries in _LISTS.items():
        before, after = entries(old), entries(new)
        for key in dict.fromkeys((*before, *after)):
            yield from _one(name, before.get(key), after.get(key))


def _one(field: str, old: ChangedValue, new: ChangedValue) -> Iterator[FieldChange]:
    # 1 == True, and 1 == 1.0: of a field whose type was changed, the value did
    if old != new or type(old) is not type(new):
        yield FieldChange(field=field, old=old, new=new)


def _day(customer: Customer) -> str | None:
    return customer.born.isoformat() if customer.born else None


def _identities(customer: Customer) -> Entries:
    shown = (one for one in customer.identities if one.kind not in HIDDEN)
    return {one.key: of_identity(one) for one in shown}


def _addresses(customer: Customer) -> Entries:
    """The first "home" of one version is the first "home" of the other."""
    found: dict[Hashable, ChangedValue] = {}
    for one in customer.addresses:
        number = 0
        while (one.label, number) in found:
            number += 1
        found[one.label, number] = of_address(one)
    return found


def _relations(customer: Customer) -> Entries:
    return {relations.key(one): of_relation(one) for one in customer.relations}


def _consents(customer: Customer) -> Entries:
    counting = consents.current(customer.consents)
    return {(one.channel, one.purpose): of_consent(one) for one in counting}


_LISTS: Final = {
    "tags": lambda customer: {one: one for one in customer.tags},
    "alerts": lambda customer: {one: one for one in customer.alerts},
    "identities": _identities,
    "addresses": _addresses,
    "relations": _relations,
    "consents": _consents,
}


def of_identity(identity: Identity) -> dict[str, str | bool]:
    parts = {"kind": identity.kind.value, "value": identity.written, "label": identity.label}
    return {name: text for name, text in parts.items() if text}


def of_address(address: AddressView) -> dict[str, str | bool]:
    names = ("label", "street", "postcode", "city", "region", "country")
    return {name: text for name in names if (text := getattr(address, name))}


def of_relation(relation: RelationView) -> dict[str, str | bool]:
    """Less the other's name: a name that changes there is no change here."""
    parts: dict[str, str | bool] = {"customer_id": relation.customer_id}
    parts |= {"kind": relation.kind.value, "role": relation.role, "backward": relation.backward}
    return {name: value for name, value in parts.items() if value}


def of_consent(consent: ConsentView) -> dict[str, str | bool]:
    return {
        "channel": consent.channel.value,
        "purpose": consent.purpose,
        "given": consent.given,
        "source": consent.source,
    }
