"""Erlang's formulas against values that others published, and against the chain itself."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.acd.erlang import Leaving, Waiting, agents_needed, erlang_b, erlang_c

HALF_HOUR = Waiting(per_second=100 / 1800, handling=180, agents=14)


def test_the_usual_example() -> None:
    """100 calls in 30 minutes of 180 s with 14 agents (www.callcentrehelper.com,
    "Erlang C formula")."""
    assert HALF_HOUR.load == pytest.approx(10)
    assert round(100 * HALF_HOUR.answered_within(20), 1) == 88.8
    assert round(HALF_HOUR.mean_wait, 1) == 7.8
    assert round(100 * HALF_HOUR.occupancy, 1) == 71.4
    assert round(100 * HALF_HOUR.waits, 1) == 17.4
    assert agents_needed(100 / 1800, 180, within=20, target=0.8) == 14


@pytest.mark.parametrize(
    ("load", "agents", "lost"),
    [
        (1, 1, 0.5),
        (1, 2, 0.2),
        (2, 2, 0.4),
        (10, 10, 0.2146),
        (4.4612, 10, 0.01),
        (20, 20, 0.1589),
    ],
)
def test_erlang_b_as_in_the_tables(load, agents, lost) -> None:
    assert erlang_b(load, agents) == pytest.approx(lost, abs=0.00005)


def test_erlang_c_in_closed_form() -> None:
    """One agent: the load. Two: 2 ρ² ÷ (1 + ρ)."""
    for rho in (0.1, 0.5, 0.9):
        assert erlang_c(rho, 1) == pytest.approx(rho)
        assert erlang_c(2 * rho, 2) == pytest.approx(2 * rho * rho / (1 + rho))
    assert erlang_c(14, 14) == 1.0


def test_erlang_a_as_published() -> None:
    """50 agents, 48 calls a minute of a minute, patience of two minutes: 3.1 % give up, the mean
    wait is 3.7 s, agents are 93 % busy; without giving up 20.8 s and 96 % (O. Garnett,
    A. Mandelbaum, M. Reiman, "Designing a call center with impatient customers", 2002)."""
    leaving = Leaving(per_second=0.8, handling=60, agents=50, patience=120)
    assert round(100 * leaving.abandoned, 1) == 3.1
    assert round(leaving.mean_wait, 1) == 3.7
    assert round(100 * leaving.occupancy) == 93
    staying = Waiting(per_second=0.8, handling=60, agents=50)
    assert round(staying.mean_wait, 1) == 20.8
    assert round(100 * staying.occupancy) == 96


def test_erlang_a_as_another_program_has_it() -> None:
    """pyworkforce's guide: 100 calls in 30 minutes of 3 minutes, patience of 5, 13 agents."""
    found = Leaving(per_second=100 / 1800, handling=180, agents=13, patience=300)
    assert round(found.waits, 3) == 0.226
    assert round(found.abandoned, 3) == 0.025
    assert round(found.occupancy, 3) == 0.750
    assert round(found.mean_wait / 60, 3) == 0.125


@given(
    agents=st.integers(1, 30),
    rho=st.floats(0.05, 2),
    patience=st.floats(10, 1000),
)
def test_erlang_a_is_what_the_chain_of_the_number_present_says(agents, rho, patience) -> None:
    handling = 100.0
    rate = agents * rho / handling
    weights = [1.0]
    while len(weights) < 20_000 and (weights[-1] > 1e-18 * sum(weights) or len(weights) <= agents):
        n = len(weights)
        death = min(n, agents) / handling + max(0, n - agents) / patience
        weights.append(weights[-1] * rate / death)
        if weights[-1] > 1e200:
            weights = [one / 1e200 for one in weights]
    whole = sum(weights)
    waiting = sum(max(0, n - agents) * one for n, one in enumerate(weights)) / whole
    found = Leaving(per_second=rate, handling=handling, agents=agents, patience=patience)
    assert found.waits == pytest.approx(sum(weights[agents:]) / whole, rel=1e-6)
    assert found.mean_wait == pytest.approx(waiting / rate, rel=1e-6)
    assert found.abandoned == pytest.approx(waiting / patience / rate, rel=1e-6)
    talking = sum(min(n, agents) * one for n, one in enumerate(weights)) / whole
    assert found.occupancy == pytest.approx(talking / agents, rel=1e-6)


def test_who_never_gives_up_is_erlang_c() -> None:
    long = Leaving(per_second=100 / 1800, handling=180, agents=14, patience=1e7)
    assert long.mean_wait == pytest.approx(HALF_HOUR.mean_wait, rel=1e-3)
    assert long.waits == pytest.approx(HALF_HOUR.waits, rel=1e-3)


def test_too_much_work_and_large_centres() -> None:
    flooded = Waiting(per_second=1, handling=180, agents=180)
    assert (flooded.mean_wait, flooded.answered_within(20)) == (math.inf, 0.0)
    assert (flooded.occupancy, flooded.waits) == (1.0, 1.0)
    huge = Waiting(per_second=50, handling=180, agents=9100)
    assert 0 < huge.waits < 1
    assert Leaving(per_second=50, handling=180, agents=8000, patience=60).abandoned > 0.1
    nobody = Leaving(per_second=1, handling=10, agents=0, patience=10)
    assert nobody.abandoned == pytest.approx(1)
    assert nobody.occupancy == 1.0


@given(rate=st.floats(0.001, 2), within=st.integers(0, 60), target=st.floats(0.1, 0.99))
def test_the_agents_needed_are_the_fewest(rate, within, target) -> None:
    found = agents_needed(rate, 180, within=within, target=target)
    assert Waiting(per_second=rate, handling=180, agents=found).answered_within(within) >= target
    fewer = Waiting(per_second=rate, handling=180, agents=found - 1)
    assert found == 1 or fewer.answered_within(within) < target


def test_what_no_number_of_agents_can_do() -> None:
    with pytest.raises(ValueError, match="less than 1"):
        agents_needed(1, 180, within=20, target=1)
    with pytest.raises(ValueError, match="more agents"):
        agents_needed(10_000, 180, within=20, target=0.8)
