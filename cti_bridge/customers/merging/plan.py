"""What a merge will do, before it is done: pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.details import MAX_ADDRESSES, MAX_ALERTS
from cti_bridge.customers.drafts import MAX_IDENTITIES, MAX_TAGS
from cti_bridge.customers.merging.fields import (
    LABELS,
    fields_of,
    group_of,
    labels,
    with_fields,
)
from cti_bridge.customers.merging.survivorship import Choice, Side, choose, groups
from cti_bridge.customers.ports import HIDDEN
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.customers.merging.fields import Flat
    from cti_bridge.customers.merging.survivorship import Wrote
    from cti_bridge.customers.ports import Customer, Identity
    from cti_bridge.protocol.vocabulary import CustomerId

MOST: Final = {"tags": MAX_TAGS, "alerts": MAX_ALERTS}


class Doubt(StrEnum):
    """What speaks against a merge; it is told, and forbids nothing."""

    BORN = "born"  # on two days
    KIND = "kind"  # a person and an organisation
    TWO_KEYS = "two_keys"  # two numbers of one other system
    DISTINCT = "distinct"  # somebody said that they are two
    LABELS_CUT = "labels_cut"  # more labels than a file holds


class Impossible(Exception):
    """No merge can be made of these; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A customer, and what the rules ask of it beside the file."""

    customer: Customer
    wrote: Mapping[str, Wrote] = field(default_factory=dict)  # by group of fields
    merged_into: CustomerId | None = None
    counts: Mapping[str, int] = field(default_factory=dict)  # of "note", "interaction", …


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    survivor: Dossier
    absorbed: Dossier
    choices: tuple[Choice, ...]
    result: Customer  # the survivor as it will be; at the next version
    shared: tuple[Identity, ...]  # the absorbed's that the survivor has too
    doubts: tuple[Doubt, ...]


def plan(
    survivor: Dossier,
    absorbed: Dossier,
    picks: Mapping[str, Side] | None = None,
    *,
    distinct: bool = False,
) -> Plan:
    """`picks`: by group of fields (`survivorship.groups`), the others by rule.

    Raises Impossible: "same" (one and the same), "merged" (one of them is another's already),
    "identities" or "addresses" (together more than a file holds).
    """
    first, second = survivor.customer, absorbed.customer
    if first.customer_id == second.customer_id:
        raise Impossible("same", "a customer cannot be merged with itself")
    if survivor.merged_into is not None or absorbed.merged_into is not None:
        raise Impossible("merged", "one of them was merged already")
    choices = _choices(survivor, absorbed, picks or {})
    fields, cut = _fields(first, second, choices)
    together, shared = _identities(first, second)
    if sum(one.kind not in HIDDEN for one in together) > MAX_IDENTITIES:
        raise Impossible("identities", f"together more than {MAX_IDENTITIES} identities")
    if len({*first.addresses, *second.addresses}) > MAX_ADDRESSES:
        raise Impossible("addresses", f"together more than {MAX_ADDRESSES} addresses")
    result = replace(
        with_fields(first, fields),
        version=first.version + 1,
        identities=together,
        last_contact_at=_latest(first, second),
    )
    return Plan(
        survivor=survivor,
        absorbed=absorbed,
        choices=choices,
        result=result,
        shared=shared,
        doubts=_doubts(first, second, distinct=distinct, cut=cut),
    )


def _choices(
    survivor: Dossier, absorbed: Dossier, picks: Mapping[str, Side]
) -> tuple[Choice, ...]:
    mine, other = fields_of(survivor.customer), fields_of(absorbed.customer)
    wrote = survivor.wrote, absorbed.wrote
    return tuple(choose(name, mine, other, wrote, picks.get(name)) for name in groups(mine, other))


def _fields(
    survivor: Customer, absorbed: Customer, choices: tuple[Choice, ...]
) -> tuple[dict[str, Flat], bool]:
    """What the survivor will say; and whether labels had to be left out."""
    mine, other = fields_of(survivor), fields_of(absorbed)
    side = {choice.name: choice.side for choice in choices}
    found = {
        **{f: v for f, v in mine.items() if side[group_of(f)] is not Side.ABSORBED},
        **{f: v for f, v in other.items() if side[group_of(f)] is not Side.SURVIVOR},
    }
    surplus = [
        f"{name}[{label}]" for name in LABELS for label in labels(found, name)[MOST[name] :]
    ]
    return {f: v for f, v in found.items() if f not in surplus}, bool(surplus)


def _identities(
    survivor: Customer, absorbed: Customer
) -> tuple[tuple[Identity, ...], tuple[Identity, ...]]:
    """The survivor's then the absorbed's, each once, confirmed where either was; and those that
    both have, as the absorbed has them."""
    have = {identity.key: identity for identity in survivor.identities}
    shared = tuple(one for one in absorbed.identities if one.key in have)
    for one in shared:
        mine = have[one.key]
        if mine.confirmed_at is None:
            have[one.key] = replace(mine, confirmed_at=one.confirmed_at)
    moved = tuple(one for one in absorbed.identities if one.key not in have)
    return (*have.values(), *moved), shared


def _doubts(
    survivor: Customer, absorbed: Customer, *, distinct: bool, cut: bool
) -> tuple[Doubt, ...]:
    born = survivor.born, absorbed.born
    found = {
        Doubt.BORN: None not in born and born[0] != born[1],
        Doubt.KIND: survivor.kind is not absorbed.kind,
        Doubt.TWO_KEYS: _two_keys(survivor, absorbed),
        Doubt.DISTINCT: distinct,
        Doubt.LABELS_CUT: cut,
    }
    return tuple(doubt for doubt, so in found.items() if so)


def _two_keys(survivor: Customer, absorbed: Customer) -> bool:
    mine, other = _keys(survivor), _keys(absorbed)
    return any(source in mine and mine[source].isdisjoint(other[source]) for source in other)


def _keys(customer: Customer) -> dict[str, set[str]]:
    """Numbers of other systems, by system."""
    found: dict[str, set[str]] = {}
    for identity in customer.identities:
        if identity.kind is IdentityKind.KEY and identity.source:
            found.setdefault(identity.source, set()).add(identity.value)
    return found


def _latest(survivor: Customer, absorbed: Customer) -> datetime | None:
    found = (survivor.last_contact_at, absorbed.last_contact_at)
    return max((at for at in found if at is not None), default=None)
