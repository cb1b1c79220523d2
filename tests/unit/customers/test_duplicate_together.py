"""What pairs say of each other."""

from __future__ import annotations

import math
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.customers.duplicates.together import LEAST, MOST, STRANGERS, weighed

SURE = math.log2(LEAST / (1 - LEAST))


def probability(log_odds: float) -> float:
    return 1 / (1 + 2**-log_odds)


def held(records: list[int], odds: dict[tuple[int, int], float]) -> float:
    """The best of all trees, and what is below nothing of the other pairs."""
    pairs = list(combinations(records, 2))
    given = {pair: odds.get(pair, STRANGERS) for pair in pairs}
    return max(
        sum(given[pair] if pair in tree else min(given[pair], 0.0) for pair in pairs)
        for tree in combinations(pairs, len(records) - 1)
        if joins(records, tree)
    )


def joins(records: list[int], tree: tuple[tuple[int, int], ...]) -> bool:
    reached = {records[0]}
    for _ in records:
        reached |= {one for pair in tree if reached & set(pair) for one in pair}
    return reached == set(records)


def by_hand(records: int, odds: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Of every labelling of the records, each partition once."""
    seen: dict[tuple[int, ...], float] = {}
    for labels in product(range(records), repeat=records):
        first = tuple(labels.index(one) for one in labels)
        customers = [[at for at in range(records) if first[at] == label] for label in set(first)]
        seen[first] = 2 ** sum(held(customer, odds) for customer in customers)
    whole = sum(seen.values())
    return {
        (a, b): sum(share for way, share in seen.items() if way[a] == way[b]) / whole
        for a, b in odds
    }


def test_a_pair_by_itself_stays_as_it_is() -> None:
    assert weighed({(1, 2): 3.0, (5, 9): -2.0}, -4) == {(1, 2): 3.0, (5, 9): -2.0}
    assert weighed({}, 0) == {}


def test_who_fits_two_that_are_not_one_is_one_of_them_at_most() -> None:
    """Two namesakes, and a third record that both of them fit equally well."""
    after = weighed({(1, 3): 3.0, (2, 3): 3.0, (1, 2): -20.0}, 0)
    assert probability(after[1, 3]) == pytest.approx(8 / 17, abs=1e-4)
    assert probability(after[2, 3]) == pytest.approx(8 / 17, abs=1e-4)
    better = weighed({(1, 3): 8.0, (2, 3): 3.0, (1, 2): -20.0}, 0)
    assert probability(better[1, 3]) > 0.96
    assert probability(better[2, 3]) < 0.04


def test_two_poor_copies_of_one_good_record_are_one() -> None:
    after = weighed({(1, 2): 10.0, (1, 3): 10.0, (2, 3): -4.0}, 0)
    assert probability(after[2, 3]) > 0.95
    assert after[1, 2] < 10.0  # and what they lack speaks against either a little


def test_two_copies_of_one_record_prove_nothing_twice() -> None:
    """A sister is as like the one as the other."""
    after = weighed({(1, 2): 20.0, (1, 3): 2.0, (2, 3): 2.0}, 0)
    assert probability(after[1, 3]) == pytest.approx(0.8, abs=1e-3)
    against = weighed({(1, 2): 20.0, (1, 3): 2.0, (2, 3): -2.0}, 0)
    assert probability(against[1, 3]) == pytest.approx(0.5, abs=1e-3)


def test_who_is_not_joined_says_nothing() -> None:
    odds = {(1, 2): 4.0, (2, 3): -3.0}
    assert weighed(odds, joining=-2) == odds
    assert weighed(odds, joining=-4)[1, 2] != 4.0


@given(
    st.integers(3, 4).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.fixed_dictionaries(
                {pair: st.floats(-12, 12) for pair in combinations(range(n), 2)}
            ),
        )
    )
)
def test_as_counted_by_hand(drawn: tuple[int, dict[tuple[int, int], float]]) -> None:
    records, odds = drawn
    after = weighed(odds, -13)
    for pair, share in by_hand(records, odds).items():
        assert probability(after[pair]) == pytest.approx(share, rel=1e-6, abs=1e-9)


def test_large_weights_neither_overflow_nor_tie() -> None:
    after = weighed({(1, 3): 900.0, (2, 3): 800.0, (1, 2): -900.0}, 0)
    assert after[1, 3] == pytest.approx(-SURE, abs=0.01)
    assert after[2, 3] == pytest.approx(SURE, abs=0.01)


def test_of_a_crowd_the_likeliest_are_weighed_together() -> None:
    """Twenty who are hardly joined: bounded work, whatever the order in which they come."""
    odds = {pair: 0.5 - 0.01 * (pair[1] - pair[0]) for pair in combinations(range(20), 2)}
    after = weighed(odds, 0)
    assert after == weighed(dict(reversed(odds.items())), 0)
    changed = {record for pair in odds if after[pair] != odds[pair] for record in pair}
    assert len(changed) > MOST
    groups = [pair for pair in odds if after[pair] != odds[pair]]
    assert len(groups) <= 20 / MOST * MOST * (MOST - 1) / 2
