"""Customers of whom it is known who is in the file twice."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers.duplicates.generated import Mix, generate, surnames
from cti_bridge.customers.sample_words import SURNAMES_ES
from cti_bridge.customers.text import fold

if TYPE_CHECKING:
    from cti_bridge.customers.duplicates.values import Record

SOME = 3_000
SIBLINGS = Mix(organisations=0, doubled=0, families=0.9, twins=0.3, namesakes=0)
SONS = Mix(organisations=0, doubled=0, families=0.9, twins=0, namesakes=1)


def records(mix: Mix, seed: int) -> list[Record]:
    return [known.record for known in generate(SOME, seed=seed, mix=mix)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_brothers_and_sisters_have_names_of_their_own(seed: int) -> None:
    """Of a whole household, not only of two who follow each other."""
    largest = 0
    for (family, _), home in groupby(
        records(SIBLINGS, seed), lambda one: (one.family, one.addresses)
    ):
        if surnames(family)[1] in SURNAMES_ES:
            continue  # a son may have both by chance, and his father's name
        called = [fold(one.given) for one in home]
        assert len(set(called)) == len(called)
        largest = max(largest, len(called))
    assert largest > 4


def test_twins_have_one_birthday_and_two_names() -> None:
    twins = [
        (one, other)
        for one, other in pairwise(records(SIBLINGS, 4))
        if one.family == other.family and one.born == other.born is not None
    ]
    assert len(twins) > 100
    assert all(one.given != other.given for one, other in twins)


def test_sons_are_still_named_after_their_fathers() -> None:
    people = records(SONS, 5)
    after = [other for one, other in pairwise(people) if one.given == other.given]
    assert len(after) > SOME * 0.8


def test_a_mailbox_is_one_customers() -> None:
    holders: dict[str, set[int]] = {}
    for known in generate(30_000, seed=8, mix=Mix(organisations=0.5, doubled=0.5)):
        for email in known.record.emails:
            holders.setdefault(email, set()).add(known.entity)
    assert len(holders) > 10_000
    assert max(map(len, holders.values())) == 1


def test_one_seed_makes_one_file() -> None:
    assert list(generate(500, seed=6)) == list(generate(500, seed=6))
    assert list(generate(500, seed=6)) != list(generate(500, seed=7))
