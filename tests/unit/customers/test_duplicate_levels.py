"""What is compared, as a table."""

from __future__ import annotations

import re

import pytest

from cti_bridge.customers.duplicates.preparing import COLUMNS
from cti_bridge.customers.duplicates.values import Agreement
from cti_bridge.linkage import blocking
from cti_bridge.linkage.comparing import HOUSEHOLDS, ORGANISATIONS, PEOPLE, Comparison

MADE = {
    "straight",
    "crossed",
    "mail",
    "value",
    "rootmet",
    "firstmet",
    "secondmet",
}  # by the engine, of the columns of a record
ALL = list(dict.fromkeys([*PEOPLE, *HOUSEHOLDS, *ORGANISATIONS]))


@pytest.mark.parametrize("comparison", ALL, ids=lambda one: f"{one.name} {len(one.levels)}")
def test_every_comparison(comparison: Comparison) -> None:
    assert [level.sql for level in comparison.levels].count("ELSE") == 1
    assert comparison.levels[-1].sql == "ELSE"
    used = {column[:-2] for level in comparison.levels for column in level.columns}
    assert used <= {*COLUMNS, *MADE}
    gammas = range(len(comparison.levels))
    assert [comparison.agreement(gamma) for gamma in reversed(gammas)] == [
        level.agreement for level in comparison.levels
    ]
    assert comparison.agreement(-1) is Agreement.UNKNOWN


@pytest.mark.parametrize(
    "comparison", list(dict.fromkeys([*PEOPLE, *ORGANISATIONS])), ids=lambda one: one.name
)
def test_what_is_written_down_for_small_files_is_a_distribution(comparison: Comparison) -> None:
    assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.02)
    assert all(0 < level.u < 1 for level in comparison.levels)
    for level in comparison.levels:
        assert comparison.agreement(comparison.gamma(level.agreement)) is level.agreement
    if not comparison.levels[-1].fixed:
        assert comparison.levels[0].m > comparison.levels[0].u
        assert comparison.levels[-1].m < comparison.levels[-1].u


def test_who_shares_a_home_has_levels_without_the_frequency_of_a_name() -> None:
    for plain, split in zip(PEOPLE, HOUSEHOLDS, strict=True):
        homed = [level for level in split.levels if level.homed]
        assert not any(level.frequency for level in homed)
        for label in {level.homed for level in homed}:
            assert [level.agreement for level in homed if level.homed == label] == [
                level.agreement for level in plain.levels
            ]


@pytest.mark.parametrize("rule", [*blocking.PEOPLE, *blocking.ORGANISATIONS])
def test_every_blocking_rule_asks_for_what_there_is(rule: blocking.Rule) -> None:
    words = set(re.findall(r"\b[a-z]+\b", " ".join((*rule.columns, *rule.finer, rule.each))))
    functions = {"left", "least", "greatest", "coalesce", "hash", "list", "sort", "string"}
    assert words <= {*COLUMNS, *MADE, *functions, "split", "part"}
    assert bool(rule.each) is ("value" in rule.columns)
