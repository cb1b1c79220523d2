"""Who gets which contact, case by case; `test_acd_pool.py` does it on floors at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cti_bridge.acd.choose import Choice, choose, choose_among, taken
from cti_bridge.acd.ledger import Hand
from cti_bridge.acd.pool import Pool
from cti_bridge.config.values import Queue, RelaxStep
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentId,
    AgentMode,
    Channel,
    InteractionId,
    InteractionState,
    QueueId,
)
from tests.helpers.floor import START
from tests.helpers.routing import ready, waiting

SUPPORT = Queue(id="support", name="Support")
NOW = START + timedelta(minutes=1)


def after(seconds: float):
    return START + timedelta(seconds=seconds)


def chosen(contacts, agents, *queues: Queue, at=NOW) -> tuple[str, str, str] | None:
    found = choose_among(queues or (SUPPORT,), contacts, agents, at)
    return (found.contact.id, found.agent.id, found.why) if found else None


def hand(channel: Channel, name: str = "x", *, counts: bool = True) -> Hand:
    return Hand(interaction=InteractionId(name), channel=channel, counts=counts)


def test_the_oldest_contact_goes_to_the_longest_idle() -> None:
    contacts = [waiting("a", at=5), waiting("b", at=0)]
    found = choose_among((SUPPORT,), contacts, [ready("bea", idle=5), ready("ana", idle=60)], NOW)
    assert found is not None
    assert (found.contact.id, found.agent.id) == ("b", "ana")
    assert (found.why, found.figures) == ("longest_idle", {"idle": 120, "able": 2})


def test_no_contact_or_no_agent_is_no_choice() -> None:
    assert chosen([], [ready("ana")]) is None
    assert chosen([waiting("a")], []) is None


@pytest.mark.parametrize(
    "cannot",
    [
        {"mode": AgentMode.NOT_READY},
        {"mode": AgentMode.LOGGED_OUT},
        {"online": False},
        {"next_mode": AgentMode.NOT_READY},
        {"next_mode": AgentMode.LOGGED_OUT},
        {"hands": (hand(Channel.VOICE),)},
        {"hands": (hand(Channel.CHAT),)},  # a third of an agent leaves no whole one
        {"capacity": {Channel.VOICE: 0, Channel.CHAT: 3}},
        {"capacity": {}},
        {"queues": frozenset({QueueId("sales")})},
    ],
)
def test_who_cannot_take_a_call_is_passed_over(cannot) -> None:
    assert chosen([waiting("a")], [ready("ana", **cannot)]) is None


@pytest.mark.parametrize(
    "can",
    [
        {"next_mode": AgentMode.READY},
        {"hands": (hand(Channel.EMAIL),)},  # a call may interrupt it
        {"hands": (hand(Channel.CHAT, counts=False),)},  # it rests
    ],
)
def test_who_can_take_a_call_on_top_is_chosen(can) -> None:
    assert chosen([waiting("a")], [ready("ana", **can)]) is not None


def test_whoever_was_served_and_is_still_there_goes_before_every_priority() -> None:
    served = waiting("b", at=50, established_at=START)
    first = [waiting("a", priority=1000), served, waiting("c")]
    assert chosen(first, [ready("ana")]) == ("b", "ana", "longest_idle")
    mail = replace(served, channel=Channel.EMAIL)  # nobody is there to be kept waiting
    assert chosen([waiting("a"), mail], [ready("ana")]) == ("a", "ana", "longest_idle")


def test_priority_and_ageing_are_two_levers() -> None:
    fast = Queue(id="fast", name="F", priority=10, ageing=0)
    slow = Queue(id="slow", name="S", priority=0, ageing=2)
    contacts = [waiting("f", "fast", at=0), waiting("s", "slow", at=0)]
    agents = [ready("ana", "fast", "slow")]
    assert chosen(contacts, agents, fast, slow, at=after(299)) == ("f", "ana", "longest_idle")
    # 5 minutes of 2 points are 10: even, so who came first, then the smaller id
    assert chosen(contacts, agents, fast, slow, at=after(300)) == ("f", "ana", "longest_idle")
    assert chosen(contacts, agents, fast, slow, at=after(301)) == ("s", "ana", "longest_idle")


def test_a_contact_that_nobody_can_take_does_not_block_those_behind_it() -> None:
    contacts = [waiting("a", priority=500, skills={"basque": 5}), waiting("b", at=9)]
    assert chosen(contacts, [ready("ana")]) == ("b", "ana", "longest_idle")


def test_the_best_skilled_of_those_who_have_least_in_hand() -> None:
    asks = [waiting("a", channel=Channel.CHAT, skills={"french": 3})]
    good, better = ready("good", skills={"french": 3}, idle=99), ready("top", skills={"french": 8})
    assert chosen(asks, [good, better]) == ("a", "top", "best_skill")
    assert chosen(asks, [good, replace(better, skills={"french": 3})])[1:] == (
        "good",
        "longest_idle",
    )
    busy = replace(better, hands=(hand(Channel.CHAT),))
    assert chosen(asks, [good, busy])[1:] == ("good", "longest_idle")
    assert chosen(asks, [ready("weak", skills={"french": 2})]) is None


def test_skills_relax_by_steps() -> None:
    queue = Queue(
        id="support",
        name="S",
        skills={"french": 5},
        relax=(
            RelaxStep(after=30, skill="french", level=3),
            RelaxStep(after=60, skill="french", level=0),
        ),
    )
    contacts = [waiting("a")]
    some, none = ready("some", skills={"french": 3}), ready("none")
    pool = Pool((queue,))
    for one in (some, none):
        pool.put_agent(one)
    pool.put_contact(contacts[0])
    assert choose(pool, after(29)) is None
    assert pool.next_change(after(29)) == after(30)
    at_30 = choose(pool, after(30))
    assert at_30 is not None
    assert (at_30.agent.id, at_30.decision.relaxed) == ("some", 1)
    assert at_30.decision.skills == {"french": 3}
    assert pool.next_change(after(30)) == after(60)
    pool.put_agent(replace(some, mode=AgentMode.NOT_READY))
    assert choose(pool, after(59)) is None
    at_60 = choose(pool, after(60))
    assert at_60 is not None
    assert (at_60.agent.id, at_60.decision.skills) == ("none", {})
    assert pool.next_change(after(60)) is None


def test_the_clock_may_be_set_back() -> None:
    queue = Queue(
        id="support", name="S", skills={"x": 5}, relax=(RelaxStep(after=30, skill="x", level=0),)
    )
    pool = Pool((queue,))
    pool.put_agent(ready("ana"))
    pool.put_contact(waiting("a"))
    assert choose(pool, after(30)) is not None
    assert choose(pool, after(10)) is None
    assert choose(pool, after(31)) is not None


# -- kept for one agent


def kept(**fields):
    return waiting("k", **fields)


def test_who_is_asked_for_is_waited_for_while_signed_in() -> None:
    asked = kept(wanted_agent=AgentId("bea"), wanted_until=after(90))
    ana = ready("ana")
    busy = ready("bea", hands=(hand(Channel.VOICE),))
    assert chosen([asked, waiting("b", at=9)], [ana, busy])[:2] == ("b", "ana")
    assert chosen([asked], [ana, replace(busy, hands=())]) == ("k", "bea", "asked_for")
    assert chosen([asked], [ana, replace(busy, queues=frozenset(), hands=())])[1] == "bea"
    assert chosen([asked], [ana, replace(busy, mode=AgentMode.NOT_READY)]) is None
    assert chosen([asked], [ana, replace(busy, mode=AgentMode.LOGGED_OUT)])[1:] == (
        "ana",
        "longest_idle",
    )
    assert chosen([asked], [ana])[1] == "ana"
    no_calls = replace(busy, capacity={Channel.CHAT: 3})
    assert chosen([asked], [ana, no_calls])[1] == "ana"
    assert chosen([asked], [ana, busy], at=after(89)) is None
    assert chosen([asked], [ana, busy], at=after(90))[1] == "ana"
    forever = replace(asked, wanted_until=None)
    assert chosen([forever], [ana, busy], at=after(86_400)) is None


def test_who_is_preferred_is_waited_for_while_ready() -> None:
    liked = kept(prefer=AgentId("bea"), prefer_until=after(90), prefer_why="owner")
    ana = ready("ana", idle=500)
    busy = ready("bea", hands=(hand(Channel.VOICE),))
    assert chosen([liked], [ana, busy]) is None
    assert chosen([liked], [ana, replace(busy, hands=())]) == ("k", "bea", "owner")
    assert chosen([liked], [ana, busy], at=after(90))[1:] == ("ana", "longest_idle")
    for gone in (
        {"mode": AgentMode.NOT_READY},
        {"online": False},
        {"next_mode": AgentMode.NOT_READY},
        {"queues": frozenset()},
        {"capacity": {Channel.CHAT: 1}},
    ):
        assert chosen([liked], [ana, replace(busy, **gone)])[1] == "ana"
    skilled = replace(liked, skills={"french": 1})
    french = replace(ana, skills={"french": 1})
    assert chosen([skilled], [french, replace(busy, hands=())])[1] == "ana"
    assert chosen([replace(liked, prefer_until=None)], [ana, replace(busy, hands=())])[1] == "ana"


def test_what_was_kept_for_somebody_is_anybodys_once_they_leave() -> None:
    pool = Pool((SUPPORT,))
    bea = ready("bea", hands=(hand(Channel.VOICE),))
    for one in (ready("ana"), bea):
        pool.put_agent(one)
    pool.put_contact(kept(wanted_agent=AgentId("bea")))
    assert choose(pool, NOW) is None
    pool.put_agent(replace(bea, mode=AgentMode.LOGGED_OUT))
    assert chosen_of(choose(pool, NOW)) == ("k", "ana")
    pool.put_agent(bea)
    assert choose(pool, NOW) is None
    pool.drop_agent(AgentId("bea"))
    assert chosen_of(choose(pool, NOW)) == ("k", "ana")
    pool.drop_agent(AgentId("nobody"))


def chosen_of(found: Choice | None) -> tuple[str, str] | None:
    return (found.contact.id, found.agent.id) if found else None


def test_a_contact_that_is_busy_keeps_its_place_and_is_not_offered() -> None:
    class Busy:
        busy = True

    pool = Pool((SUPPORT,))
    pool.put_agent(ready("ana"))
    recording = waiting("a", treatment=Busy())
    for one in (recording, waiting("b", at=1)):
        pool.put_contact(one)
    assert chosen_of(choose(pool, NOW)) == ("b", "ana")
    assert (pool.position(recording.id), pool.line(QueueId("support")).waiting) == (1, 2)
    pool.put_contact(replace(recording, treatment=None))
    assert chosen_of(choose(pool, NOW)) == ("a", "ana")


# -- what is told


def test_a_line_at_a_glance() -> None:
    pool = Pool((SUPPORT,))
    pool.put_agent(ready("ana", hands=(hand(Channel.VOICE),)))
    pool.put_agent(ready("bea", capacity={Channel.CHAT: 2}))
    pool.put_agent(ready("zoe", mode=AgentMode.NOT_READY))
    mail = waiting("m", at=-5, channel=Channel.EMAIL)
    for one in (waiting("a", at=3), mail, waiting("b", at=1), waiting("s", "sales")):
        pool.put_contact(one)
    line = pool.line(QueueId("support"))
    assert (line.waiting, line.oldest) == (3, after(-5))
    assert line.by_channel == {Channel.VOICE: 2, Channel.EMAIL: 1}
    assert [one.id for one in pool.waiting(QueueId("support"))] == ["b", "a", "m"]
    assert [pool.position(InteractionId(name)) for name in ("b", "a", "m", "none")] == [1, 2, 1, 0]
    assert pool.staffed(QueueId("support"), Channel.VOICE) == 1
    assert pool.staffed(QueueId("support"), Channel.CHAT) == 2
    pool.drop_contact(mail.id)
    pool.put_contact(waiting("a", state=InteractionState.OFFERED))
    assert pool.line(QueueId("support")).by_channel == {Channel.VOICE: 1}
    assert pool.line(QueueId("none")).oldest is None


def test_the_decision_says_who_could_have_had_it_and_who_could_not() -> None:
    queue = Queue(id="support", name="S", priority=5, ageing=3, skills={"french": 2})
    agents = [
        ready("win", skills={"french": 9}, idle=1),
        ready("second", skills={"french": 4}, idle=2),
        ready("weak", skills={"french": 1}, idle=9),
        ready("off", skills={"french": 9}, mode=AgentMode.NOT_READY, idle=8),
        ready("away", skills={"french": 9}, online=False, idle=7),
        ready("full", skills={"french": 9}, hands=(hand(Channel.VOICE),), idle=6),
        ready(
            "rings",
            skills={"french": 9},
            hands=(hand(Channel.VOICE),),
            activity=AgentActivity.RESERVED,
            idle=5,
        ),
        ready("pause", skills={"french": 9}, next_mode=AgentMode.NOT_READY, idle=4),
        ready("writer", skills={"french": 9}, capacity={Channel.EMAIL: 1}, idle=3),
        ready("out", mode=AgentMode.LOGGED_OUT),
        ready("else", "sales"),
    ]
    contacts = [waiting("a"), waiting("b", at=30)]
    found = choose_among((queue,), contacts, agents, NOW)
    assert found is not None
    told = found.decision
    assert (told.why, told.score, told.queue_position) == ("best_skill", 8.0, 1)
    assert (told.waited_seconds, told.relaxed, told.skills) == (60, 0, {"french": 2})
    assert (told.able, told.barred) == (2, 7)
    assert [(one.agent_id, one.rank, one.bar) for one in told.candidates] == [
        ("win", 1, ""),
        ("second", 2, ""),
        ("weak", 0, "skill:french"),
        ("off", 0, "not_ready"),
        ("away", 0, "away"),
        ("full", 0, "no_capacity"),
        ("rings", 0, "reserved"),
        ("pause", 0, "pause_asked"),
        ("writer", 0, "not_this_channel"),
    ]
    first, full = told.candidates[0], told.candidates[5]
    assert (first.name, first.idle_seconds, first.skill, first.load) == ("Win", 61, 9, 0)
    assert full.load == 100


def test_a_decision_among_many_tells_ten_of_them() -> None:
    able = [ready(f"a{n:03}", idle=n) for n in range(80)]
    barred = [ready(f"b{n:03}", mode=AgentMode.NOT_READY, idle=n) for n in range(80)]
    found = choose_among((SUPPORT,), [waiting("a")], [*able, *barred], NOW)
    assert found is not None
    told = found.decision
    assert [one.agent_id for one in told.candidates[:7]] == [f"a{n:03}" for n in range(79, 72, -1)]
    assert [one.bar for one in told.candidates[7:]] == ["not_ready"] * 3
    assert (told.able, told.barred) == (80, 80)


def test_what_is_taken_from_the_list_is_explained_too() -> None:
    pool = Pool((SUPPORT,))
    ana, bea = ready("ana"), ready("bea", idle=9)
    for one in (ana, bea):
        pool.put_agent(one)
    first, second = waiting("a"), waiting("b", at=1)
    for one in (first, second):
        pool.put_contact(one)
    told = taken(pool, second, ana, NOW)
    assert (told.why, told.queue_position, told.able) == ("taken", 2, 2)
    assert [(one.agent_id, one.rank) for one in told.candidates] == [("ana", 1), ("bea", 2)]


def test_a_kept_contact_bars_the_others() -> None:
    agents = [ready("ana"), ready("bea")]
    found = choose_among((SUPPORT,), [kept(wanted_agent=AgentId("ana"))], agents, NOW)
    assert found is not None
    assert [(one.agent_id, one.bar) for one in found.decision.candidates] == [
        ("ana", ""),
        ("bea", "kept"),
    ]
