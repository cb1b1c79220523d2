"""Two people changed the same customer: field by field, what each wrote, and the choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from cti_bridge.protocol.customer_values import ConsentView, RelationView
    from cti_bridge.protocol.values import CustomerDraft, CustomerFile, IdentityView

FIELDS: Final = (
    "kind",
    "status",
    "name",
    "given_name",
    "family_name",
    "organisation",
    "born",
    "language",
    "time_zone",
    "owner",
    "alerts",
    "tags",
    "identities",
    "addresses",
    "relations",
    "consents",
)
COLLECTIONS: Final = frozenset(
    {"alerts", "tags", "identities", "addresses", "relations", "consents"}
)
CUSTOM: Final = "custom."
"""Before the code of a custom field, each of which is a field of its own."""


class Take(Enum):
    MINE = auto()
    THEIRS = auto()
    BOTH = auto()  # collections: what either added, less what either removed


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldConflict:
    """One field on which the two versions differ."""

    name: str
    mine: Any
    theirs: Any
    both: Any = None  # for collections
    overlapping: bool  # both changed it: only a person can choose
    take: Take | None

    @property
    def value(self) -> Any:
        return {Take.MINE: self.mine, Take.THEIRS: self.theirs, Take.BOTH: self.both}[
            self.take or Take.THEIRS
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    file: CustomerFile  # as the other person saved it
    theirs: CustomerDraft
    mine: CustomerDraft
    fields: tuple[FieldConflict, ...] = field(default=())

    @classmethod
    def between(
        cls, *, base: CustomerDraft, mine: CustomerDraft, theirs: CustomerDraft, file: CustomerFile
    ) -> Conflict:
        """A three-way comparison: what only one side changed is chosen beforehand."""
        found = [
            _compare(name, getattr(base, name), getattr(mine, name), getattr(theirs, name))
            for name in FIELDS
            if _said(name, getattr(mine, name)) != _said(name, getattr(theirs, name))
        ]
        was, own, others = base.custom or {}, mine.custom or {}, theirs.custom or {}
        found += [
            _compare(f"{CUSTOM}{code}", was.get(code), own.get(code), others.get(code))
            for code in dict.fromkeys((*others, *own))
            if own.get(code) != others.get(code)
        ]
        return cls(file=file, theirs=theirs, mine=mine, fields=tuple(found))

    @property
    def settled(self) -> bool:
        return all(one.take is not None for one in self.fields)

    def take(self, name: str, take: Take) -> Conflict:
        fields = tuple(replace(one, take=take) if one.name == name else one for one in self.fields)
        return replace(self, fields=fields)

    def merged(self) -> CustomerDraft:
        """The draft that the choices make; meaningful once `settled`."""
        chosen = {one.name: one.value for one in self.fields}
        names = [name for name in chosen if name.startswith(CUSTOM)]
        if not names:
            return msgspec.structs.replace(self.theirs, **chosen)
        custom = dict(self.theirs.custom or {})
        for name in names:
            code, value = name.removeprefix(CUSTOM), chosen.pop(name)
            custom.pop(code, None)
            if value is not None:
                custom[code] = value
        return msgspec.structs.replace(self.theirs, **chosen, custom=custom)


def _said(name: str, value: Any) -> Any:
    """What counts of a value: the names of the related are the bridge's."""
    if name == "relations":
        return tuple((_relation_key(one), one.role) for one in value or ())
    return value


def _compare(name: str, base: Any, mine: Any, theirs: Any) -> FieldConflict:
    overlapping = base not in (mine, theirs)
    collection = name in COLLECTIONS
    if not overlapping:
        take: Take | None = Take.THEIRS if mine == base else Take.MINE
    else:
        take = Take.BOTH if collection else None
    return FieldConflict(
        name=name,
        mine=mine,
        theirs=theirs,
        both=_both(base or (), mine or (), theirs or (), KEYS[name]) if collection else None,
        overlapping=overlapping,
        take=take,
    )


def _identity_key(identity: IdentityView) -> Hashable:
    return identity.kind, identity.value


def _relation_key(relation: RelationView) -> Hashable:
    return relation.customer_id, relation.kind, relation.backward


def _consent_key(consent: ConsentView) -> Hashable:
    return consent.channel, consent.purpose


KEYS: Final[dict[str, Callable[[Any], Hashable]]] = {
    "alerts": str.casefold,
    "tags": str.casefold,
    "identities": _identity_key,
    "addresses": lambda address: address,  # an edited one is another: both stay
    "relations": _relation_key,
    "consents": _consent_key,
}


def _both(
    base: tuple[Any, ...],
    mine: tuple[Any, ...],
    theirs: tuple[Any, ...],
    key: Callable[[Any], Hashable],
) -> tuple[Any, ...]:
    """Theirs with my additions and changes, less what either side removed."""
    was = {key(one): one for one in base}
    own = {key(one): one for one in mine}
    kept = []
    for one in theirs:
        name = key(one)
        if name in was and name not in own:
            continue  # I removed it
        changed_by_me = name in own and own[name] != was.get(name)
        kept.append(own[name] if changed_by_me and one == was.get(name) else one)
    there = {key(one) for one in theirs}
    kept += [one for one in mine if key(one) not in there and key(one) not in was]
    return tuple(kept)
