"""Two people changed the same customer: field by field, what each wrote, and the choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from cti_bridge.protocol.values import CustomerDraft, CustomerFile, IdentityView

FIELDS: Final = ("name", "organisation", "language", "owner", "tags", "identities")
COLLECTIONS: Final = frozenset({"tags", "identities"})


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
        found = tuple(
            _compare(name, getattr(base, name), getattr(mine, name), getattr(theirs, name))
            for name in FIELDS
            if getattr(mine, name) != getattr(theirs, name)
        )
        return cls(file=file, theirs=theirs, mine=mine, fields=found)

    @property
    def settled(self) -> bool:
        return all(one.take is not None for one in self.fields)

    def take(self, name: str, take: Take) -> Conflict:
        fields = tuple(replace(one, take=take) if one.name == name else one for one in self.fields)
        return replace(self, fields=fields)

    def merged(self) -> CustomerDraft:
        """The draft that the choices make; meaningful once `settled`."""
        return msgspec.structs.replace(self.theirs, **{one.name: one.value for one in self.fields})


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
        both=_both(base, mine, theirs, KEYS[name]) if collection else None,
        overlapping=overlapping,
        take=take,
    )


def _identity_key(identity: IdentityView) -> Hashable:
    return identity.kind, identity.value


KEYS: Final[dict[str, Callable[[Any], Hashable]]] = {
    "tags": str.casefold,
    "identities": _identity_key,
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
