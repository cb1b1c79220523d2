"""Pairs that speak of the same records, weighed together: A is B or C, not both when B is not C.

Each pair has been judged by itself, as if there were no others. But "is the same customer as" is
an equivalence: of three records the first and the second, and the second and the third, can be
one only where the first and the third are. So the records that pairs join are parted into
customers in every possible way. A way is as likely as the odds of the pairs that make its
customers one, multiplied; a pair is as likely as the ways in which its two are together.

What speaks for one is counted once: of a customer's pairs those that hold its records together
best, a tree of them (Chow and Liu 1968). A sister who is like one copy of a record is like the
other copy too, and that is no second proof. What speaks against counts wherever it is.

That takes something from two namesakes who both fit a third record, which is one of them at most,
and gives something to two poor copies of one good record.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Two: TypeAlias = "tuple[int, int]"
"""Numbers of records, the lesser first."""

Customer: TypeAlias = "tuple[tuple[int, int, int], ...]"
"""The pairs of records that are taken for one: the place of each, and its two."""

MOST: Final = 8
"""Records that are weighed together: eight are parted in 4,140 ways. Where more are joined, by
what proves little, the weakest pairs that join them stay as they were."""
STRANGERS: Final = -6.0
"""Of two records that were not compared: they share too little to be asked about."""
LEAST: Final = 1e-12
"""Nothing is more certain, or less likely, than this leaves."""


def weighed(odds: Mapping[Two, float], joining: float) -> dict[Two, float]:
    """Binary logarithms of the odds of all pairs, from those that each has by itself. A pair of
    less than `joining` joins nothing, and speaks only where others do."""
    after = dict(odds)
    for group in _groups(odds, joining):
        if len(group) > 2:
            after.update(_parted(group, odds))
    return after


def _groups(odds: Mapping[Two, float], joining: float) -> list[list[int]]:
    """The likeliest pairs join first."""
    group_of: dict[int, list[int]] = {}
    strong = [pair for pair, one in odds.items() if one >= joining]
    for a, b in sorted(strong, key=lambda pair: (-odds[pair], pair)):
        one, other = group_of.setdefault(a, [a]), group_of.setdefault(b, [b])
        if one is not other and len(one) + len(other) <= MOST:
            one += other
            group_of.update(dict.fromkeys(other, one))
    return [sorted(group) for first, group in group_of.items() if first == group[0]]


def _parted(group: Sequence[int], odds: Mapping[Two, float]) -> dict[Two, float]:
    pairs = list(combinations(group, 2))
    given = [odds.get(pair, STRANGERS) for pair in pairs]
    customers, ways = _ways(len(group))
    held = [_held(customer, given) for customer in customers]
    weights = [sum(held[customer] for customer in way) for way in ways]
    most = max(weights)
    shares = [2.0 ** (weight - most) for weight in weights]
    whole = sum(shares)
    of_customers = [0.0] * len(customers)
    for way, share in zip(ways, shares, strict=True):
        for customer in way:
            of_customers[customer] += share
    one = [0.0] * len(pairs)
    for pairs_of, share in zip(customers, of_customers, strict=True):
        for at, _, _ in pairs_of:
            one[at] += share
    return {
        pair: _log_odds(share / whole)
        for pair, share in zip(pairs, one, strict=True)
        if pair in odds
    }


def _held(customer: Customer, given: Sequence[float]) -> float:
    """Log2 odds that the records of the pairs are one: the tree that holds them together best,
    and all that speaks against it besides."""
    if len(customer) == 1:
        return given[customer[0][0]]
    joined: dict[int, int] = {}
    held = 0.0
    for at, a, b in sorted(customer, key=lambda pair: -given[pair[0]]):
        one, other = joined.setdefault(a, a), joined.setdefault(b, b)
        held += given[at] if one != other else min(given[at], 0.0)
        joined = {record: other if label == one else label for record, label in joined.items()}
    return held


@lru_cache(maxsize=MOST)
def _ways(records: int) -> tuple[tuple[Customer, ...], tuple[tuple[int, ...], ...]]:
    """Customers of more than one record, and every way to part the records, as the places of its
    customers among those."""
    place = {pair: at for at, pair in enumerate(combinations(range(records), 2))}
    ways: list[list[list[int]]] = [[]]
    for one in range(records):
        ways = [
            [*(group if at != joined else [*group, one] for at, group in enumerate(way))]
            + ([[one]] if joined == len(way) else [])
            for way in ways
            for joined in range(len(way) + 1)
        ]
    several = sorted({tuple(group) for way in ways for group in way if len(group) > 1})
    at = {group: number for number, group in enumerate(several)}
    return (
        tuple(tuple((place[pair], *pair) for pair in combinations(group, 2)) for group in several),
        tuple(tuple(at[tuple(group)] for group in way if len(group) > 1) for way in ways),
    )


def _log_odds(share: float) -> float:
    bounded = min(max(share, LEAST), 1 - LEAST)
    return math.log2(bounded / (1 - bounded))
