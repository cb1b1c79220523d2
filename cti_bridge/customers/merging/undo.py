"""Taking one merge back while others stand: what the files say then, and whose is what came
since: pure.

A merge wrote some fields of its survivor. Taking it back gives each of them what it was before,
where nobody wrote it since; and tells the later merges of the same survivor, which found the
value there, so that they can be taken back in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from cti_bridge.customers.merging.survivorship import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cti_bridge.customers.merging.fields import Fields, Flat

IdentityKey: TypeAlias = tuple[str, str, str]  # kind, value, extension


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a merge found on both sides, and what it left on the survivor."""

    survivor: Fields
    absorbed: Fields
    after: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    survivor: dict[str, Flat]  # its fields once the merge is taken back
    later: tuple[Written, ...]  # the later merges, as they are told from now on
    edited: tuple[str, ...]  # fields that the merge wrote and somebody wrote anew since
    since: tuple[str, ...]  # all fields that somebody wrote since, those included


def unwrite(merge: Written, later: Sequence[Written], now: Fields) -> Unwritten:
    """`later`: merges into the same survivor that stand, in their order; `now`: its fields."""
    chain = [[dict(one.survivor), dict(one.absorbed), dict(one.after)] for one in later]
    survivor = dict(now)
    edited: list[str] = []
    for field in sorted({*merge.survivor, *merge.after}):
        made, was = merge.after.get(field), merge.survivor.get(field)
        if made != was and not _pass_on(field, made, was, chain, survivor):
            edited.append(field)
    states = [merge.after, *(end for one in later for end in (one.survivor, one.after)), now]
    since = _since(states)
    return Unwritten(
        survivor=survivor,
        later=tuple(
            Written(survivor=before, absorbed=absorbed, after=after)
            for before, absorbed, after in chain
        ),
        edited=tuple(edited),
        since=since,
    )


def _pass_on(
    field: str,
    made: Flat | None,
    was: Flat | None,
    chain: list[list[dict[str, Flat]]],
    survivor: dict[str, Flat],
) -> bool:
    """Whether the field is settled; False: somebody else wrote it in between."""
    for before, absorbed, after in chain:
        if before.get(field) != made:
            return False
        _put(before, field, was)
        if after.get(field) != made:
            return True  # this merge wrote another value: that stands
        if absorbed.get(field) == made:
            return True  # it would have written the same: from now on it did
        _put(after, field, was)
    if survivor.get(field) != made:
        return False
    _put(survivor, field, was)
    return True


def _since(states: Sequence[Fields]) -> tuple[str, ...]:
    """Fields that changed between the end of one merge and the beginning of the next."""
    pairs = zip(states[::2], states[1::2], strict=True)
    return tuple(
        sorted(
            {
                field
                for before, after in pairs
                for field in {*before, *after}
                if before.get(field) != after.get(field)
            }
        )
    )


def give(
    unwritten: Unwritten, absorbed: Fields, now: Fields, was: Fields, taken: Iterable[str]
) -> tuple[dict[str, Flat], dict[str, Flat]]:
    """Fields of the survivor and of the absorbed, where the edits `taken` were meant for the
    absorbed: it gets the value of now, and the survivor what it had before the merge (`was`)."""
    first, second = dict(unwritten.survivor), dict(absorbed)
    for field in taken:
        if field in unwritten.since:
            _put(second, field, now.get(field))
            _put(first, field, was.get(field))
    return first, second


def _put(fields: dict[str, Flat], name: str, value: Flat | None) -> None:
    if value is None:
        fields.pop(name, None)
    else:
        fields[name] = value


# -- what came since -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """By what each side was known when they became one."""

    survivor: frozenset[IdentityKey]
    absorbed: frozenset[IdentityKey]

    def of(self, key: IdentityKey | None) -> Side:
        """Whose this number, address or key is; the survivor's, where it says nothing."""
        if key is None or key in self.survivor:
            return Side.SURVIVOR
        if key in self.absorbed or (key[0], key[1], "") in self.absorbed - self.survivor:
            return Side.ABSORBED
        return Side.SURVIVOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that came to the survivor after the merge."""

    kind: str  # "interaction", "note", "identity", …
    ref: str
    side: Side = Side.SURVIVOR  # where it goes unless the user says otherwise

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.ref}"


def sorted_out(items: Iterable[Item], picks: Mapping[str, Side]) -> tuple[Item, ...]:
    """With the side that the user picked, by `Item.key`."""
    return tuple(replace(item, side=picks.get(item.key, item.side)) for item in items)
