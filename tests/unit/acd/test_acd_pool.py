"""The index against plain loops, on floors at random; and what must hold on all of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cti_bridge.acd.choose import choose, choose_among
from cti_bridge.acd.ledger import Hand
from cti_bridge.acd.pool import Pool
from cti_bridge.config.values import Queue, RelaxStep
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    InteractionId,
    InteractionState,
    QueueId,
)
from cti_bridge.telephony.ports import CallId, LineId
from tests.helpers.floor import START
from tests.helpers.routing import (
    naive_can,
    naive_choice,
    naive_keeper,
    naive_part,
    naive_score,
    ready,
    waiting,
)

QUEUE_NAMES = ("q1", "q2")
AGENT_NAMES = ("ana", "bea", "eva", "zoe")
CONTACT_NAMES = tuple(f"c{n}" for n in range(8))
SKILL_NAMES = ("fr", "de")
SEEDS = st.integers(0, 2**32).map(random.Random)
"""Floors are drawn by a seed, dense, so that most of them have something to decide."""


def some_skills(draw: random.Random, often: float) -> dict[str, int]:
    return {name: draw.randint(1, 4) for name in SKILL_NAMES if draw.random() < often}


def some_queues(draw: random.Random) -> tuple[Queue, ...]:
    return tuple(
        Queue(
            id=name,
            name=name,
            priority=draw.randint(-2, 2),
            ageing=draw.choice([0, 0.001, 1, 1.5, 60]),
            skills=some_skills(draw, 0.4),
            relax=tuple(
                RelaxStep(
                    after=draw.choice([0, 10, 60, 60, 120]),
                    skill=draw.choice(SKILL_NAMES),
                    level=draw.randint(0, 4),
                )
                for _ in range(draw.choice([0, 1, 3]))
            ),
        )
        for name in QUEUE_NAMES
    )


def some_time(draw: random.Random):
    return START + timedelta(seconds=draw.choice([0, 60, 90, 120, 240]))


def some_contact(draw: random.Random, name: str = ""):
    states = [InteractionState.QUEUED] * 7 + [InteractionState.OFFERED]
    return waiting(
        name or draw.choice(CONTACT_NAMES),
        draw.choice(QUEUE_NAMES),
        at=draw.choice([-60, 0, 0, 30, 60, draw.randint(-100, 100)]),
        channel=draw.choice([Channel.VOICE, Channel.CHAT, *Channel]),
        state=draw.choice(states),
        priority=draw.choice([0, 0, 0, 1, 2]),
        skills=some_skills(draw, 0.2),
        established_at=draw.choice([None, None, None, START]),
        wanted_agent=draw.choice([None, None, None, *AGENT_NAMES]),
        wanted_until=draw.choice([None, some_time(draw)]),
        prefer=draw.choice([None, *AGENT_NAMES]),
        prefer_until=draw.choice([None, some_time(draw), some_time(draw)]),
        prefer_why="owner",
        call=draw.choice([None, CallId("call")]),
        line=draw.choice([None, LineId("a"), LineId("b")]),
    )


def some_agent(draw: random.Random, name: str = ""):
    usual = {one: draw.choice([1, 1, 2, 3, 3]) for one in Channel}
    return ready(
        name or draw.choice(AGENT_NAMES),
        *draw.choice([QUEUE_NAMES, QUEUE_NAMES, QUEUE_NAMES[:1], QUEUE_NAMES[1:]]),
        idle=draw.randint(0, 3),
        mode=draw.choice([AgentMode.READY] * 6 + list(AgentMode)),
        next_mode=draw.choice([None] * 6 + list(AgentMode)),
        online=draw.random() < 0.9,
        skills=some_skills(draw, 0.8),
        capacity=usual if draw.random() < 0.8 else {Channel.VOICE: 1, Channel.CHAT: 0},
        hands=tuple(
            Hand(
                interaction=InteractionId(f"h{n}"),
                channel=draw.choice(list(Channel)),
                counts=draw.random() < 0.7,
            )
            for n in range(draw.choice([0, 0, 0, 1, 1, 2]))
        ),
        phone=draw.choice(["", "1003"]),
        node=draw.choice(["", "a", "b"]),
        interrupted_by={Channel.EMAIL: frozenset({Channel.VOICE, Channel.CHAT})},
    )


def some_floor(draw: random.Random):
    """Queues, contacts and agents."""
    contacts = [some_contact(draw, name) for name in CONTACT_NAMES]
    return some_queues(draw), contacts, [some_agent(draw, name) for name in AGENT_NAMES]


@settings(deadline=None)
@given(draw=SEEDS)
def test_the_index_says_what_plain_loops_say_after_every_change(draw) -> None:
    queues = some_queues(draw)
    pool, floor, crew, now = Pool(queues), {}, {}, START + timedelta(seconds=30)
    for _ in range(40):
        match draw.choices(["contact", "agent", "clock", "gone", "out"], [6, 5, 3, 1, 0.5])[0]:
            case "contact":
                contact = some_contact(draw)
                floor[contact.id] = contact
                pool.put_contact(contact)
            case "agent":
                agent = some_agent(draw)
                crew[agent.id] = agent
                pool.put_agent(agent)
            case "clock":
                now += timedelta(seconds=draw.choice([0, 10, 30, 30, 60, -20]))
            case "gone":
                name = draw.choice(CONTACT_NAMES)
                floor.pop(name, None)
                pool.drop_contact(InteractionId(name))
            case "out":
                name = draw.choice(AGENT_NAMES)
                crew.pop(name, None)
                pool.drop_agent(AgentId(name))
        found = choose(pool, now)
        said = (found.contact.id, found.agent.id) if found else None
        assert said == naive_choice(queues, floor.values(), list(crew.values()), now)
        _explained(found, queues, floor, list(crew.values()), now)
        _lines(pool, floor)


def _explained(found, queues, floor, crew, now) -> None:
    if found is None:
        return
    told, contact = found.decision, found.contact
    queue = next(one for one in queues if one.id == contact.queue)
    assert told.why == found.why
    able = {one.id for one in crew if naive_can(one, contact, queue, crew, now)}
    assert told.able == len(able)
    assert next(one.agent_id for one in told.candidates if one.rank) == found.agent.id
    assert {one.agent_id for one in told.candidates if one.rank} == able
    assert all(one.bar for one in told.candidates if not one.rank)
    assert abs(told.score - float(naive_score(contact, queue, now))) < 0.001
    assert 1 <= told.queue_position <= len(floor)
    if found.why in ("owner", "asked_for"):
        assert naive_keeper(contact, queue, crew, now) == found.agent.id


def _lines(pool, floor) -> None:
    waits = [one for one in floor.values() if one.state is InteractionState.QUEUED]
    for name in QUEUE_NAMES:
        mine = [one for one in waits if one.queue == name]
        line = pool.line(QueueId(name))
        assert line.waiting == len(mine)
        assert line.oldest == min((one.queued_at for one in mine), default=None)
        for channel in Channel:
            in_lane = [one.id for one in mine if one.channel is channel]
            assert line.by_channel.get(channel, 0) == len(in_lane)
            assert sorted(pool.position(one) for one in in_lane) == list(
                range(1, len(in_lane) + 1)
            )


@settings(deadline=None)
@given(draw=SEEDS)
def test_the_same_floor_gives_the_same_choice_in_whatever_order_it_was_told(draw) -> None:
    queues, floor, crew = some_floor(draw)
    now = START + timedelta(seconds=120)
    first = choose_among(queues, floor, crew, now)
    draw.shuffle(floor)
    draw.shuffle(crew)
    again = choose_among(queues, floor, crew, now)
    assert (first is None) == (again is None)
    if first is not None and again is not None:
        assert (first.contact.id, first.agent.id) == (again.contact.id, again.agent.id)
        assert first.decision == again.decision


@settings(deadline=None)
@given(draw=SEEDS)
def test_until_nothing_fits_nobody_is_idle_and_nobody_has_too_much(draw) -> None:
    queues, floor, crew = some_floor(draw)
    now = START + timedelta(seconds=120)
    pool, left, team = Pool(queues), {one.id: one for one in floor}, {one.id: one for one in crew}
    for one in crew:
        pool.put_agent(one)
    for contact in floor:
        pool.put_contact(contact)
    while found := choose(pool, now):
        contact, agent = found.contact, found.agent
        in_the_way = [
            one
            for one in agent.hands
            if one.counts and contact.channel not in agent.interrupted_by.get(one.channel, ())
        ]
        before = sum((naive_part(agent, one.channel) for one in in_the_way), Fraction(0))
        assert before + naive_part(agent, contact.channel) <= 1
        left[contact.id] = replace(contact, state=InteractionState.OFFERED, agent=agent.id)
        team[agent.id] = agent.with_work(contact.id, contact.channel)
        pool.put_contact(left[contact.id])
        pool.put_agent(team[agent.id])
    known = {one.id: one for one in queues}
    for contact in left.values():
        for agent in team.values():
            everybody = list(team.values())
            assert not naive_can(agent, contact, known[contact.queue], everybody, now)


@settings(deadline=None)
@given(
    ageing=st.sampled_from([0.001, 0.5, 1, 1000]),
    ahead=st.integers(0, 1000),
    every=st.integers(1, 30),
)
def test_nobody_starves_while_there_is_ageing(ageing, ahead, every) -> None:
    """However far ahead the others are, a new one each `every` seconds: the first is served
    before any that came more than `ahead` ÷ `ageing` minutes after it."""
    vip = Queue(id="vip", name="V", priority=ahead, ageing=ageing)
    plain = Queue(id="plain", name="P", ageing=ageing)
    patience = timedelta(minutes=ahead / ageing)
    pool = Pool((vip, plain))
    pool.put_agent(ready("ana", "vip", "plain"))
    pool.put_contact(waiting("first", "plain"))
    late = waiting("late", "vip", at=(patience + timedelta(seconds=every)).total_seconds())
    early = waiting("early", "vip", at=max(0.0, patience.total_seconds() - every))
    pool.put_contact(late)
    found = choose(pool, late.queued_at or START)
    assert found is not None
    assert found.contact.id == "first"
    if ahead and patience.total_seconds() > every:
        pool.put_contact(early)
        found = choose(pool, late.queued_at or START)
        assert found is not None
        assert found.contact.id == "early"


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9), st.integers(0, 8))
def test_a_contact_that_comes_back_has_its_place_again(times, which) -> None:
    pool = Pool((Queue(id="q1", name="Q"),))
    line = [waiting(f"c{n}", "q1", at=at) for n, at in enumerate(times)]
    for one in line:
        pool.put_contact(one)
    places = [pool.position(one.id) for one in line]
    away = line[which % len(line)]
    pool.put_contact(replace(away, state=InteractionState.OFFERED))
    pool.put_contact(waiting("new", "q1", at=10))
    pool.put_contact(away)  # declined, or rung out
    assert [pool.position(one.id) for one in line] == places


def test_a_contact_that_changes_often_leaves_no_heap_behind() -> None:
    pool = Pool((Queue(id="q1", name="Q"),))
    pool.put_agent(ready("ana", "q1", hands=(Hand(interaction=InteractionId("x")),)))
    until = START + timedelta(days=1)
    for n in range(2000):
        contact = waiting("c", "q1", prefer=AgentId("ana"), prefer_until=until, subject=str(n))
        pool.put_contact(contact)
        assert choose(pool, START) is None
    assert len(pool._changes) < 300
    assert pool.next_change(START) == until


def test_a_thousand_changes_leave_nothing_behind() -> None:
    """What leaves the pool is gone from all its parts."""
    draw = random.Random(7)
    pool = Pool((Queue(id="q1", name="Q", skills={"fr": 2}),))
    for n in range(1000):
        pool.put_agent(ready(f"a{draw.randrange(9)}", "q1", skills={"fr": draw.randrange(1, 4)}))
        prefer = AgentId(f"a{draw.randrange(12)}")
        until = START + timedelta(seconds=draw.randrange(2000))
        pool.put_contact(
            waiting(f"c{draw.randrange(50)}", "q1", at=n, prefer=prefer, prefer_until=until)
        )
        choose(pool, START + timedelta(seconds=n))
    for n in range(50):
        pool.drop_contact(InteractionId(f"c{n}"))
    for n in range(9):
        pool.drop_agent(AgentId(f"a{n}"))
    assert not pool.standing
    assert not pool.lanes
    assert not pool.kept
    assert not pool._tied
    assert pool.next_change(START + timedelta(days=1)) is None
    assert not pool._changes
    roster = pool.roster
    assert not roster.agents
    assert not roster._idle
    assert not roster._loads
    masks = (pool.keepers, roster.any_ready, roster.signed_in)
    assert not any((*masks, *roster.ready.values(), *roster._queues.values()))
    assert not any((*roster.staff.values(), *roster._levels.values()))
