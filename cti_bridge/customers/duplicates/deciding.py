"""Which pairs may be merged without anybody looking, and how many of them will be wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.values import Agreement, Field, Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

THRESHOLDS: Final = (0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999)
LEAST_AUTOMATIC: Final = 0.9
"""No threshold of automatic merging may be below: it would merge strangers by the hundred."""
MOST_JOINED: Final = 8
"""Records that may become one without anybody looking; more are mostly a chain of errors."""

_A = Agreement
_NAMED: Final = frozenset(
    {_A.SAME, _A.CONTAINED, _A.FAMILIAR, _A.SECOND_NAME, _A.EXCHANGED, _A.SIMILAR}
)
_SURNAMED: Final = frozenset(
    {_A.SAME, _A.EXCHANGED, _A.FIRST_SURNAME, _A.ONE_MISTYPED, _A.SIMILAR}
)
_OWN: Final = frozenset({(Field.BORN, _A.SAME), (Field.EMAIL, _A.SAME), (Field.KEY, _A.SAME)})
"""What is one person's and not a household's."""
_LIVED: Final = frozenset({_A.SAME_PHONE_AND_STREET, _A.SAME_STREET, _A.OTHER_PHONE})


class Held(StrEnum):
    """Why somebody must look."""

    UNSURE = "unsure"  # below the threshold
    NAME = "name"  # the names do not agree
    ONLY_PHONE = "only_phone"  # nothing but a telephone goes with the name
    BORN = "born"  # other dates of birth
    CHAIN = "chain"  # joins records that are not one by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a threshold would do."""

    threshold: float
    pairs: int
    wrong: float  # expected: the sum of 1 - probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`groups` may be merged, each into one; `wrong` of the pairs are expected not to be one."""

    groups: tuple[tuple[int, ...], ...] = ()
    pairs: tuple[Pair, ...] = ()
    held: tuple[tuple[Pair, Held], ...] = ()
    wrong: float = 0.0


def expected_wrong(pairs: Iterable[Pair]) -> float:
    """How many of them are not one customer, as far as the probabilities are true."""
    return sum(1 - pair.probability for pair in pairs)


def outlook(
    probabilities: Sequence[float], thresholds: Sequence[float] = THRESHOLDS
) -> tuple[Outlook, ...]:
    """For each threshold, which an administrator chooses by it."""
    return tuple(
        Outlook(
            threshold=threshold,
            pairs=sum(one >= threshold for one in probabilities),
            wrong=sum(1 - one for one in probabilities if one >= threshold),
        )
        for threshold in thresholds
    )


def holds(pair: Pair, threshold: float) -> Held | None:
    """Why the pair is not merged automatically; None where it may be.

    The names agree, and something besides a telephone does: a household has one, and so has a
    company of five thousand. Raises ValueError for a threshold below `LEAST_AUTOMATIC`.
    """
    if not LEAST_AUTOMATIC <= threshold <= 1:
        raise ValueError(f"the threshold is {threshold}: between {LEAST_AUTOMATIC} and 1")
    if pair.probability < threshold:
        return Held.UNSURE
    if not _names_agree(pair):
        return Held.NAME
    if pair.agreement(Field.BORN) in {_A.DIFFERENT, _A.SAME_YEAR, _A.NEAR}:
        return Held.BORN
    return None if _more_than_phone(pair) else Held.ONLY_PHONE


def decide(
    pairs: Sequence[Pair], threshold: float, apart: frozenset[tuple[int, int]] = frozenset()
) -> Decision:
    """What may be merged of the pairs of one search; `apart` are those (a < b) that somebody
    said are not the same.

    Raises ValueError for a threshold below `LEAST_AUTOMATIC`.
    """
    sure: list[Pair] = []
    held: list[tuple[Pair, Held]] = []
    for pair in pairs:
        if (pair.a, pair.b) in apart:
            continue
        why = holds(pair, threshold)
        if why is None:
            sure.append(pair)
        else:
            held.append((pair, why))
    doubted = {(pair.a, pair.b) for pair, why in held if why is not Held.UNSURE} | apart
    groups, merged, chained = _joined(sure, doubted)
    held += [(pair, Held.CHAIN) for pair in chained]
    return Decision(groups=groups, pairs=merged, held=tuple(held), wrong=expected_wrong(merged))


def groups_of(pairs: Iterable[Pair]) -> tuple[tuple[int, ...], ...]:
    """The records that pairs join, directly or through others; each group in order."""
    parent: dict[int, int] = {}
    for pair in pairs:
        parent[_root(parent, pair.a)] = _root(parent, pair.b)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for one in sorted(parent):
        members[_root(parent, one)].append(one)
    return tuple(sorted(map(tuple, members.values())))


def _names_agree(pair: Pair) -> bool:
    if (name := pair.agreement(Field.NAME)) is not _A.UNKNOWN:
        return name in _NAMED
    return pair.agreement(Field.GIVEN) in _NAMED and pair.agreement(Field.FAMILY) in _SURNAMED


def _more_than_phone(pair: Pair) -> bool:
    agreed = {(reason.field, reason.agreement) for reason in pair.reasons}
    return bool(agreed & _OWN) or pair.agreement(Field.HOME) in _LIVED


def _joined(
    sure: Sequence[Pair], doubted: frozenset[tuple[int, int]] | set[tuple[int, int]]
) -> tuple[tuple[tuple[int, ...], ...], tuple[Pair, ...], list[Pair]]:
    """Groups without a pair that is in doubt, and no larger than a person can have records."""
    by_record: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in doubted:
        by_record[a].add(b)
    groups: list[tuple[int, ...]] = []
    bad: set[int] = set()
    for group in groups_of(sure):
        inside = set(group)
        if len(group) > MOST_JOINED or any(by_record[one] & inside for one in group):
            bad |= inside
        else:
            groups.append(group)
    merged = tuple(pair for pair in sure if pair.a not in bad)
    return tuple(groups), merged, [pair for pair in sure if pair.a in bad]


def _root(parent: dict[int, int], one: int) -> int:
    parent.setdefault(one, one)
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one
