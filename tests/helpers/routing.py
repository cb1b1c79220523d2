"""Routing told twice: the rules as plain loops over everybody, to hold the index against."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cti_bridge.acd.agent import Agent
from cti_bridge.acd.interaction import Interaction
from cti_bridge.config.values import Queue
from cti_bridge.protocol.vocabulary import (
    LIVE_CHANNELS,
    AgentId,
    AgentMode,
    Channel,
    InteractionId,
    InteractionState,
    QueueId,
)
from tests.helpers.floor import START, caller

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime


def waiting(name: str, queue: str = "support", *, at: float = 0, **fields: Any) -> Interaction:
    """A contact that waits since `at` seconds after START."""
    since = START + timedelta(seconds=at)
    fresh = Interaction(
        id=InteractionId(name),
        state=InteractionState.QUEUED,
        caller=caller(),
        queue=QueueId(queue),
        started_at=since,
        queued_at=since,
        changed_at=since,
    )
    return replace(fresh, **fields)


def ready(name: str, *queues: str, idle: float = 0, **fields: Any) -> Agent:
    """An agent who is ready, idle since `idle` seconds before START."""
    since = START - timedelta(seconds=idle)
    fresh = Agent(
        id=AgentId(name),
        name=name.capitalize(),
        queues=frozenset(map(QueueId, queues or ("support",))),
        mode=AgentMode.READY,
        mode_since=since,
        since=since,
        idle_since=since,
        online=True,
    )
    return replace(fresh, **fields)


def naive_choice(
    queues: Sequence[Queue],
    contacts: Iterable[Interaction],
    agents: Sequence[Agent],
    now: datetime,
) -> tuple[InteractionId, AgentId] | None:
    """What `choose` must say: every contact sorted by its score, every agent asked."""
    known = {one.id: one for one in queues}

    def turn(contact: Interaction) -> tuple[object, ...]:
        since = contact.queued_at or contact.started_at
        ahead = contact.established_at is not None and contact.channel in LIVE_CHANNELS
        return (not ahead, -naive_score(contact, _queue(known, contact), now), since, contact.id)

    for contact in sorted(contacts, key=turn):
        queue = _queue(known, contact)
        able = [one for one in agents if naive_can(one, contact, queue, agents, now)]
        if able:
            asked = naive_skills(contact, queue, now)
            keeper = naive_keeper(contact, queue, agents, now)
            names = asked if keeper is None else ()
            best = min(
                able,
                key=lambda one: (
                    naive_load(one),
                    -sum(one.skills.get(name, 0) for name in names),
                    one.idle_since,
                    one.id,
                ),
            )
            return contact.id, best.id
    return None


def _queue(known: Mapping[str, Queue], contact: Interaction) -> Queue:
    return known.get(contact.queue or "", Queue(id="none", name="-"))


def naive_score(contact: Interaction, queue: Queue, now: datetime) -> Fraction:
    waited = now - (contact.queued_at or contact.started_at)
    minutes = Fraction(waited // timedelta(microseconds=1), 60_000_000)
    ageing = Fraction(round(queue.ageing * 1000), 1000)
    return queue.priority + contact.priority + ageing * minutes


def naive_skills(contact: Interaction, queue: Queue, now: datetime) -> dict[str, int]:
    since = contact.queued_at or contact.started_at
    asked = {
        name: max(queue.skills.get(name, 0), contact.skills.get(name, 0))
        for name in {*queue.skills, *contact.skills}
    }
    due = [one for one in queue.relax if now >= since + timedelta(seconds=one.after)]
    for name in list(asked):
        mine = [one for one in due if one.skill == name]
        if mine:
            latest = max(one.after for one in mine)
            asked[name] = min(
                asked[name], next(one.level for one in reversed(mine) if one.after == latest)
            )
    return {name: level for name, level in asked.items() if level}


def naive_part(agent: Agent, channel: Channel) -> Fraction:
    most = agent.capacity.get(channel, 0)
    return Fraction(1, most) if most else Fraction(1)


def naive_load(agent: Agent) -> int:
    parts = (naive_part(agent, one.channel) for one in agent.hands if one.counts)
    return int(100 * sum(parts, Fraction(0)))


def naive_room(agent: Agent, channel: Channel) -> bool:
    taken = sum(
        (
            naive_part(agent, one.channel)
            for one in agent.hands
            if one.counts and channel not in agent.interrupted_by.get(one.channel, ())
        ),
        Fraction(0),
    )
    return bool(agent.capacity.get(channel, 0)) and taken + naive_part(agent, channel) <= 1


def naive_keeper(
    contact: Interaction, queue: Queue, agents: Sequence[Agent], now: datetime
) -> AgentId | None:
    """For whom it is kept, by the clock and by who is here."""
    for one in agents:
        if one.id == contact.wanted_agent:
            in_time = contact.wanted_until is None or now < contact.wanted_until
            here = one.mode is not AgentMode.LOGGED_OUT
            takes = one.capacity.get(contact.channel, 0) > 0
            if in_time and here and takes and naive_reaches(one, contact):
                return one.id
    for one in agents:
        if one.id == contact.prefer and contact.prefer_until and now < contact.prefer_until:
            asked = naive_skills(contact, queue, now)
            skilled = all(one.skills.get(name, 0) >= level for name, level in asked.items())
            takes = one.capacity.get(contact.channel, 0) > 0
            skilled = skilled and naive_reaches(one, contact)
            if naive_willing(one) and takes and contact.queue in one.queues and skilled:
                return one.id
    return None


def naive_willing(agent: Agent) -> bool:
    more = agent.next_mode is None or agent.next_mode is AgentMode.READY
    return agent.online and agent.mode is AgentMode.READY and more


def naive_can(
    agent: Agent,
    contact: Interaction,
    queue: Queue,
    agents: Sequence[Agent],
    now: datetime,
) -> bool:
    """Whether this agent may be offered this contact at this moment."""
    if not (contact.offerable and naive_willing(agent) and naive_room(agent, contact.channel)):
        return False
    keeper = naive_keeper(contact, queue, agents, now)
    if keeper is not None:
        return agent.id == keeper
    asked = naive_skills(contact, queue, now)
    skilled = all(agent.skills.get(name, 0) >= level for name, level in asked.items())
    return contact.queue in agent.queues and skilled and naive_reaches(agent, contact)


def naive_reaches(agent: Agent, contact: Interaction) -> bool:
    """A telephone hears the calls of its node."""
    is_call = contact.channel in (Channel.VOICE, Channel.CALLBACK) and contact.call is not None
    if not (is_call and contact.line and agent.phone and agent.node):
        return True
    return contact.line == agent.node
