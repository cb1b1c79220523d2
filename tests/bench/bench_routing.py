"""One decision of the distributor: 1,000 agents, 5,000 waiting. Times are the processor's.

Beside it the floor: the same rules by sorting all that waits and asking every agent, which is how
the bridge chose before it had an index.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.choose import choose
from cti_bridge.acd.ledger import Hand
from cti_bridge.acd.pool import Pool
from cti_bridge.acd.skills import has, need
from cti_bridge.config.values import Queue, RelaxStep
from cti_bridge.protocol.vocabulary import AgentId, Channel, InteractionId, QueueId
from tests.bench.results import Goal, Result, spread
from tests.helpers.floor import START
from tests.helpers.routing import ready, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from tests.bench.load import Load

AGENTS: Final = 1000
WAITING: Final = 5000
QUEUES: Final = 25
SKILLS: Final = ("french", "german", "billing", "technical", "sales")
FAST: Final = Goal(at_most=1)
NOW: Final = START + timedelta(minutes=30)
SPEAKING: Final = (Hand(interaction=InteractionId("in-hand")),)


async def run(load: Load, quick: bool) -> list[Result]:
    """`load` is not needed: nothing but arithmetic is measured."""
    turns = 200 if quick else 2000
    floor = Centre(random.Random(2026))
    return [
        *_one_becomes_free(floor, turns),
        *_nobody_fits(floor, turns),
        *_morning(floor, turns),
        *_kept(floor, turns),
    ]


class Centre:
    """Queues with priorities and skills that relax; agents of three queues each, in calls."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.queues = tuple(self._queue(n) for n in range(QUEUES))
        self.agents = [self.agent(n) for n in range(AGENTS)]
        self.contacts = [self.contact(n) for n in range(WAITING)]

    def _queue(self, n: int) -> Queue:
        skill = self.draw.choice(SKILLS)
        asked = {skill: self.draw.randint(2, 6)} if n % 2 else {}
        return Queue(
            id=f"q{n}",
            name=f"Queue {n}",
            priority=self.draw.randint(0, 20),
            ageing=self.draw.choice([0.5, 1, 2]),
            skills=asked,
            relax=tuple(
                RelaxStep(after=600 * step, skill=skill, level=asked[skill] // (step + 1))
                for step in (1, 2)
                if asked
            ),
        )

    def agent(self, n: int) -> Agent:
        names = self.draw.sample(range(QUEUES), 3)
        return ready(
            f"a{n:04}",
            *(f"q{name}" for name in names),
            idle=self.draw.randint(0, 3000),
            skills={name: self.draw.randint(1, 10) for name in self.draw.sample(SKILLS, 3)},
            hands=SPEAKING,
        )

    def contact(self, n: int, **fields: object) -> Interaction:
        channel = self.draw.choices(list(Channel), [6, 2, 4, 1, 1])[0]
        at = -self.draw.randint(0, 1800)
        queue = f"q{self.draw.randrange(QUEUES)}"
        extra = {self.draw.choice(SKILLS): 3} if self.draw.random() < 0.1 else {}
        made = waiting(f"c{n:06}", queue, at=at, channel=channel, skills=extra)
        if self.draw.random() < 0.1:
            liked = AgentId(f"a{self.draw.randrange(AGENTS):04}")
            made = replace(made, prefer=liked, prefer_until=NOW + timedelta(minutes=5))
        return replace(made, **fields)  # type: ignore[arg-type]

    def pool(self, agents: Sequence[Agent], contacts: Sequence[Interaction]) -> Pool:
        pool = Pool(self.queues)
        for agent in agents:
            pool.put_agent(agent)
        for contact in contacts:
            pool.put_contact(contact)
        choose(pool, NOW)  # lays out what the clock has moved
        return pool


def _one_becomes_free(floor: Centre, turns: int) -> list[Result]:
    """All work is in hand; somebody ends a call, and another customer comes."""
    pool = floor.pool(floor.agents, floor.contacts)
    agents, contacts = list(floor.agents), {one.id: one for one in floor.contacts}
    decided: list[float] = []
    whole: list[float] = []
    by_sorting: list[float] = []
    for n in range(turns):
        who = floor.draw.randrange(AGENTS)
        agents[who] = replace(agents[who], hands=())
        begun = time.thread_time()
        pool.put_agent(agents[who])
        ready_at = time.thread_time()
        found = choose(pool, NOW)
        chosen_at = time.thread_time()
        if found is None:  # nothing that this agent can do waits
            agents[who] = replace(agents[who], hands=SPEAKING)
            pool.put_agent(agents[who])
            continue
        decision = found.decision
        taken = found.agent.with_work(found.contact.id, found.contact.channel)
        pool.drop_contact(found.contact.id)
        pool.put_agent(taken)
        done = time.thread_time()
        if not decision.candidates:
            raise RuntimeError("a decision without its reasons")
        decided.append((chosen_at - ready_at) * 1000)
        whole.append((done - begun) * 1000)
        if n % (turns // 20) == 0:
            by_sorting.append(_timed(lambda: sorted_choice(floor.queues, contacts, agents), found))
        agents[who] = replace(taken, hands=SPEAKING)
        pool.put_agent(agents[who])
        del contacts[found.contact.id]
        fresh = floor.contact(WAITING + n)
        contacts[fresh.id] = fresh
        pool.put_contact(fresh)
    if len(decided) < turns / 2:
        raise RuntimeError("for most agents nothing waits")
    name = "one agent becomes free"
    return [
        *_spread(name, "choose", decided, by_sorting),
        *_spread(name, "choose, explain, keep", whole, by_sorting),
    ]


def _nobody_fits(floor: Centre, turns: int) -> list[Result]:
    """Half of the agents are free, and none is of a queue in which somebody waits."""
    idle = [
        replace(one, hands=(), queues=frozenset({QueueId("other")})) if n % 2 else one
        for n, one in enumerate(floor.agents)
    ]
    skilled = [replace(one, hands=(), skills={}) for one in floor.agents]
    hard = [replace(one, skills={"basque": 5}, prefer=None) for one in floor.contacts]
    results: list[Result] = []
    for name, agents, contacts in (
        ("nobody fits: other queues", idle, floor.contacts),
        ("nobody fits: no skill", skilled, hard),
        ("nobody is free", floor.agents, floor.contacts),
    ):
        pool = floor.pool(agents, contacts)
        times = [_timed(lambda pool=pool: choose(pool, NOW), None) for _ in range(turns)]
        known = {one.id: one for one in contacts}
        rounds = 1 if contacts is hard else 5
        slow = [
            _timed(lambda: sorted_choice(floor.queues, known, agents), None)  # noqa: B023
            for _ in range(rounds)
        ]
        results += _spread(name, "choose", times, slow)
    return results


def _morning(floor: Centre, turns: int) -> list[Result]:
    """Everybody is free at once, and the night's work is given out."""
    agents = [replace(one, hands=()) for one in floor.agents]
    pool = floor.pool(agents, floor.contacts)
    times: list[float] = []
    for _ in range(min(turns, AGENTS // 2)):
        begun = time.thread_time()
        found = choose(pool, NOW)
        times.append((time.thread_time() - begun) * 1000)
        if found is None:
            raise RuntimeError("work is left, and agents too")
        pool.drop_contact(found.contact.id)
        pool.put_agent(found.agent.with_work(found.contact.id, found.contact.channel))
    return _spread("all agents are free", "choose", times, [])


def _kept(floor: Centre, turns: int) -> list[Result]:
    """Each of the waiting is kept for an agent who is in a call; then one of those is free."""
    everywhere = frozenset(QueueId(one.id) for one in floor.queues)
    expert = dict.fromkeys(SKILLS, 10)
    agents = [replace(one, queues=everywhere, skills=expert) for one in floor.agents]
    contacts = [
        replace(one, prefer=AgentId(f"a{n % AGENTS:04}"), prefer_until=NOW + timedelta(minutes=5))
        for n, one in enumerate(floor.contacts)
    ]
    pool = floor.pool(agents, contacts)
    times: list[float] = []
    for n in range(min(turns, AGENTS)):
        pool.put_agent(replace(agents[n], hands=()))
        begun = time.thread_time()
        found = choose(pool, NOW)
        times.append((time.thread_time() - begun) * 1000)
        if found is None or found.agent.id != agents[n].id:
            raise RuntimeError("kept for somebody else")
        pool.put_agent(agents[n])
    return _spread("each kept for a busy agent", "choose", times, [])


def _timed(what: Callable[[], object], expected: object) -> float:
    """Milliseconds; what comes out must be there, or not, as expected."""
    begun = time.thread_time()
    found = what()
    took = (time.thread_time() - begun) * 1000
    if (found is None) != (expected is None):
        raise RuntimeError("the two ways do not agree")
    return took


def _spread(
    name: str, metric: str, values: Sequence[float], floor: Sequence[float]
) -> list[Result]:
    at = f"{AGENTS} agents, {WAITING} waiting, {name}"
    goals = dict.fromkeys(("p50", "p95", "p99"), FAST)
    return spread("routing", at, metric, values, reference=floor or None, goals=goals)


def sorted_choice(
    queues: Sequence[Queue],
    contacts: dict[InteractionId, Interaction],
    agents: Sequence[Agent],
    now: datetime = NOW,
) -> tuple[InteractionId, AgentId] | None:
    """The first by score that a free agent can take, by looking at all."""
    known = {one.id: one for one in queues}
    free = [one for one in agents if one.free]
    if not free:
        return None

    def score(one: Interaction) -> float:
        queue = known[one.queue or ""]
        waited = (now - (one.queued_at or one.started_at)).total_seconds()
        return -(queue.priority + one.priority + queue.ageing * waited / 60)

    by_name = {one.id: one for one in agents}
    for contact in sorted(contacts.values(), key=lambda one: (score(one), one.id)):
        queue = known[contact.queue or ""]
        asks = need(queue, contact.skills, contact.queued_at or contact.started_at, now)
        liked = by_name.get(contact.prefer) if contact.prefer else None
        if liked is not None and not (
            liked.willing and contact.queue in liked.queues and has(liked.skills, asks.asked)
        ):
            liked = None
        able = [
            one
            for one in ([liked] if liked is not None else free)
            if contact.queue in one.queues
            and has(one.skills, asks.asked)
            and one.free_for(contact.channel)
        ]
        if able:
            return contact.id, min(able, key=lambda one: (one.idle_since, one.id)).id
    return None
