"""The bridge's routing under drawn traffic, against theory: caller by caller, then on average."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice

import pytest

from cti_bridge.acd.erlang import Leaving, Waiting
from cti_bridge.acd.simulation.figures import Figures
from cti_bridge.acd.simulation.run import Scenario, simulate
from cti_bridge.acd.simulation.traffic import Stream, traffic
from cti_bridge.config.values import Queue, RelaxStep
from cti_bridge.protocol.vocabulary import Channel, QueueId
from tests.helpers.routing import ready
from tests.helpers.routing_theory import one_queue, waits

AGENTS = 10


def outcomes(figures: Figures) -> list[tuple[int, bool]]:
    return [(wait, bool(yes)) for wait, yes in zip(figures.waits, figures.answered, strict=True)]


@pytest.mark.parametrize("patience", [None, 120])
@pytest.mark.parametrize("load", [0.6, 0.8, 0.95])
def test_each_caller_waits_as_long_as_in_one_queue_of_the_textbook(load, patience) -> None:
    scenario = one_queue(AGENTS, load, patience=patience)
    contacts = list(islice(traffic(scenario.streams, seed=3), 2000))
    result = simulate(scenario, contacts)
    assert outcomes(result.streams[0]) == list(waits(contacts, AGENTS))


def test_chats_three_to_an_agent_wait_as_with_three_times_as_many_agents() -> None:
    base = one_queue(12, 0.85)
    chats = replace(base.streams[0], channel=Channel.CHAT)
    scenario = Scenario(queues=base.queues, agents=base.agents[:4], streams=(chats,))
    contacts = list(islice(traffic(scenario.streams, seed=4), 2000))
    result = simulate(scenario, contacts)
    assert outcomes(result.streams[0]) == list(waits(contacts, 12))


@pytest.mark.parametrize("load", [0.6, 0.8])
def test_the_textbook_s_queue_is_erlang_c(load) -> None:
    """Within its own interval, which is narrow; `make bench ONLY=erlang` draws enough for 2 %."""
    scenario = one_queue(AGENTS, load)
    figures = Figures()
    for wait, answered in waits(islice(traffic(scenario.streams, seed=11), 400_000), AGENTS):
        figures.ended(figures.came(), wait, answered=answered)
    rate = scenario.streams[0].per_second
    theory = Waiting(per_second=rate, handling=180, agents=AGENTS)
    error = 1.5 * figures.mean_wait_error()  # three standard deviations
    assert error < 0.13 * theory.mean_wait
    assert figures.mean_wait == pytest.approx(theory.mean_wait, abs=error)
    assert figures.waited == pytest.approx(theory.waits, rel=0.03)
    assert figures.answered_within(20) == pytest.approx(theory.answered_within(20), abs=0.01)


def test_with_giving_up_it_is_erlang_a() -> None:
    scenario = one_queue(AGENTS, 0.95, patience=120)
    stream = scenario.streams[0]
    contacts = islice(traffic(scenario.streams, seed=12), 100_000)
    found = list(waits(contacts, AGENTS))
    theory = Leaving(per_second=stream.per_second, handling=180, agents=AGENTS, patience=120)
    assert sum(one for one, _ in found) / len(found) / 1e6 == pytest.approx(
        theory.mean_wait, rel=0.03
    )
    gone = sum(not answered for _, answered in found) / len(found)
    assert gone == pytest.approx(theory.abandoned, rel=0.03)


def test_the_same_traffic_gives_the_same_result_and_more_agents_the_same_traffic() -> None:
    few, many = one_queue(5, 0.9, patience=60), one_queue(9, 0.5, patience=60)
    streams = few.streams
    first = list(traffic(streams, seed=1, seconds=20_000))
    assert first == list(traffic(streams, seed=1, seconds=20_000))
    assert first != list(traffic(streams, seed=2, seconds=20_000))
    one = simulate(few, first)
    assert one == simulate(few, first)
    helped = simulate(replace(many, streams=streams), first)
    assert helped.streams[0].abandoned < one.streams[0].abandoned
    assert helped.occupancy < one.occupancy


def test_a_stream_does_not_change_for_what_else_comes() -> None:
    streams = one_queue(5, 0.9).streams
    alone = [one for one in traffic(streams, seed=1, seconds=5000) if one.stream == 0]
    both = traffic((*streams, *one_queue(2, 0.5).streams), seed=1, seconds=5000)
    assert [one for one in both if one.stream == 0] == alone


def two_queues(**changes) -> Scenario:
    vip = Queue(id="vip", name="V", priority=100)
    plain = Queue(id="plain", name="P", **changes)
    kinds = [
        Stream(queue=QueueId(name), per_second=0.02, handling=100, patience=300)
        for name in ("vip", "plain")
    ]
    agents = tuple(ready(f"a{n}", "vip", "plain", skills={"fr": n}) for n in (1, 2, 3, 4))
    return Scenario(queues=(vip, plain), agents=agents, streams=tuple(kinds))


def test_priority_is_felt() -> None:
    scenario = two_queues()
    result = simulate(scenario, traffic(scenario.streams, seed=5, seconds=50_000))
    vip, plain = result.streams
    assert len(vip) > 500
    assert vip.mean_wait * 2 < plain.mean_wait
    assert vip.answered_within(20) > plain.answered_within(20)
    assert 0 < vip.waited < plain.waited + 0.1


def test_a_skill_that_is_relaxed_is_waited_for_until_then() -> None:
    scenario = two_queues(skills={"fr": 9}, relax=(RelaxStep(after=30, skill="fr", level=0),))
    scenario = replace(scenario, streams=scenario.streams[1:])
    result = simulate(scenario, traffic(scenario.streams, seed=6, seconds=20_000))
    waits_ = [one for one, yes in outcomes(result.streams[0]) if yes]
    assert min(waits_) == 30_000_000


def test_who_can_never_be_served_is_left_waiting() -> None:
    scenario = replace(two_queues(skills={"de": 1}), streams=two_queues().streams[1:])
    patient = replace(scenario.streams[0], patience=None)
    scenario = replace(scenario, streams=(patient,))
    result = simulate(scenario, islice(traffic(scenario.streams, seed=6), 50))
    assert set(result.streams[0].waits) == {-1}
    assert math.isnan(result.streams[0].mean_wait)
    assert math.isnan(result.streams[0].abandoned)
    assert result.occupancy == 0.0
    assert math.isnan(Figures().mean_wait_error())


def test_the_interval_of_the_mean_covers_the_truth() -> None:
    """In 40 runs a 95 % interval misses a few times; batches that depend on each other, more."""
    theory = Waiting(per_second=0.04, handling=180, agents=AGENTS).mean_wait
    covered = 0
    for seed in range(40):
        scenario = one_queue(AGENTS, 0.72)
        figures = Figures()
        for wait, answered in waits(islice(traffic(scenario.streams, seed), 15_000), AGENTS):
            figures.ended(figures.came(), wait, answered=answered)
        assert scenario.streams[0].per_second == pytest.approx(0.04)
        covered += abs(figures.mean_wait - theory) <= figures.mean_wait_error()
    assert covered >= 32
