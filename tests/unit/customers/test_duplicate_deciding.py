"""What may be merged without anybody looking."""

from __future__ import annotations

import pytest

from cti_bridge.customers.duplicates.deciding import (
    MOST_JOINED,
    Held,
    decide,
    expected_wrong,
    groups_of,
    holds,
    outlook,
)
from cti_bridge.customers.duplicates.values import Agreement as A
from cti_bridge.customers.duplicates.values import Field as F
from cti_bridge.customers.duplicates.values import Pair, Reason


def pair(a: int = 1, b: int = 2, probability: float = 0.9999, **said: A) -> Pair:
    given = {"given": A.SAME, "family": A.SAME, "born": A.SAME} | said
    return Pair(
        a=a,
        b=b,
        probability=probability,
        reasons=tuple(
            Reason(field=F(name), agreement=agreement, weight=5.0)
            for name, agreement in given.items()
            if agreement is not A.UNKNOWN
        ),
    )


def test_name_and_birthday_are_enough() -> None:
    assert holds(pair(), 0.999) is None


def test_never_on_a_shared_phone_alone() -> None:
    shared = pair(born=A.UNKNOWN, home=A.SAME_PHONE, probability=1.0)
    assert holds(shared, 0.9) is Held.ONLY_PHONE
    place = pair(born=A.UNKNOWN, home=A.SAME_PHONE, place=A.SAME, probability=1.0)
    assert holds(place, 0.9) is Held.ONLY_PHONE


@pytest.mark.parametrize(
    "more",
    [
        {"home": A.SAME_PHONE_AND_STREET},
        {"home": A.SAME_STREET},
        {"email": A.SAME},
        {"key": A.SAME},
    ],
)
def test_something_else_goes_with_the_name(more: dict[str, A]) -> None:
    assert holds(pair(born=A.UNKNOWN, **more), 0.999) is None


@pytest.mark.parametrize("given", [A.DIFFERENT, A.NEAR, A.INITIAL, A.UNKNOWN])
def test_other_given_names_are_looked_at(given: A) -> None:
    assert holds(pair(given=given, email=A.SAME, probability=1.0), 0.9) is Held.NAME


@pytest.mark.parametrize("family", [A.DIFFERENT, A.ONE_SURNAME, A.CONTAINED, A.UNKNOWN])
def test_other_surnames_are_looked_at(family: A) -> None:
    assert holds(pair(family=family, email=A.SAME, probability=1.0), 0.9) is Held.NAME


def test_father_and_son_are_looked_at() -> None:
    assert holds(pair(born=A.DIFFERENT, home=A.SAME_STREET), 0.9) is Held.BORN


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.89, 1.01, float("nan")])
def test_a_threshold_that_would_merge_strangers_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match=r"between 0\.9 and 1"):
        holds(pair(), threshold)


def test_the_expected_error_is_the_sum_of_the_doubts() -> None:
    pairs = [pair(1, 2, 0.99), pair(3, 4, 0.95), pair(5, 6, 0.5)]
    assert expected_wrong(pairs) == pytest.approx(0.56)
    at = {one.threshold: one for one in outlook([one.probability for one in pairs])}
    assert (at[0.95].pairs, at[0.95].wrong) == (2, pytest.approx(0.06))
    assert (at[0.999].pairs, at[0.999].wrong) == (0, 0)


def test_a_decision_says_what_is_merged_and_what_is_not() -> None:
    unsure, sure = pair(3, 4, 0.6), pair(1, 2, 0.9999)
    found = decide([unsure, sure], 0.99)
    assert found.groups == ((1, 2),)
    assert found.held == ((unsure, Held.UNSURE),)
    assert found.wrong == pytest.approx(0.0001)


def test_what_somebody_said_is_two_stays_two() -> None:
    assert decide([pair(1, 2)], 0.99, frozenset({(1, 2)})).groups == ()
    chain = decide([pair(1, 2), pair(2, 3)], 0.99, frozenset({(1, 3)}))
    assert chain.groups == ()
    assert [why for _, why in chain.held] == [Held.CHAIN, Held.CHAIN]


def test_two_that_may_not_be_one_are_not_joined_by_a_third() -> None:
    son = pair(1, 3, born=A.DIFFERENT, home=A.SAME_STREET)
    found = decide([pair(1, 2), pair(2, 3), son, pair(8, 9)], 0.99)
    assert found.groups == ((8, 9),)
    assert [why for _, why in found.held] == [Held.BORN, Held.CHAIN, Held.CHAIN]


def test_a_long_chain_is_looked_at() -> None:
    chain = [pair(n, n + 1) for n in range(MOST_JOINED)]
    assert decide(chain, 0.99).groups == ()
    assert decide(chain[:-1], 0.99).groups == (tuple(range(MOST_JOINED)),)


def test_groups_of_a_chain_of_100_000() -> None:
    (group,) = groups_of(pair(n, n + 1) for n in range(100_000))
    assert len(group) == 100_001
