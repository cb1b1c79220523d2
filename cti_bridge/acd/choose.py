"""Who gets which contact: pure, and it says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cti_bridge.acd.explain import Asking, explain
from cti_bridge.acd.pool import Pool
from cti_bridge.acd.score import Place, Rank, micros, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.pool import Lane
    from cti_bridge.config.values import Queue
    from cti_bridge.protocol.values import RoutingDecision
    from cti_bridge.protocol.vocabulary import InteractionId

BEST_SKILL = "best_skill"
LONGEST_IDLE = "longest_idle"
TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    contact: Interaction
    agent: Agent
    why: str  # as RoutingDecision.why
    figures: Mapping[str, int]  # idle (seconds), able (agents)
    asking: Asking

    @property
    def decision(self) -> RoutingDecision:
        """The whole of the reasons; read it before the pool is changed."""
        return explain(self.asking, self.agent, self.why)


def choose(pool: Pool, now: datetime) -> Choice | None:
    """The first contact by score that somebody can take, and who is best for it: who has the
    least in hand, then who is most skilled in what is asked, then who is idle for longest.

    A contact that nobody can take does not hold up those behind it. None: nothing to do.
    """
    pool.at(now)
    if not pool.roster.any_ready:
        return None
    first = min(_heads(pool, micros(now)), default=None)
    if first is None:
        return None
    asking = _asking(pool, first[-1], now)
    best = next(pool.roster.best_first(asking.able, asking.need.asked))
    return Choice(
        contact=asking.contact,
        agent=best,
        why=asking.why or _why(asking, best),
        figures={"idle": idle_seconds(best, now), "able": asking.able.bit_count()},
        asking=asking,
    )


def taken(pool: Pool, contact: Interaction, agent: Agent, now: datetime) -> RoutingDecision:
    """The same explanation of a contact that an agent takes from the list, which must still
    wait."""
    pool.at(now)
    return explain(_asking(pool, contact.id, now), agent, TAKEN)


def choose_among(
    queues: Iterable[Queue],
    waiting: Iterable[Interaction],
    agents: Iterable[Agent],
    now: datetime,
) -> Choice | None:
    """`choose` of what is at hand, without a pool that is kept."""
    pool = Pool(queues)
    for agent in agents:
        pool.put_agent(agent)
    for contact in waiting:
        pool.put_contact(contact)
    return choose(pool, now)


def idle_seconds(agent: Agent, now: datetime) -> int:
    return max(0, round((now - agent.idle_since).total_seconds()))


def _heads(pool: Pool, now: int) -> Iterator[Rank]:
    """Of each lane the first that somebody can take, ranked among all; and of each agent who is
    free those that are kept for that agent."""
    for lane in pool.lanes.values():
        able = able_in(pool, lane)
        first = _first(pool, lane, able) if able else None
        if first is not None:
            yield rank(first, lane.ageing, now)
    roster, free = pool.roster, pool.roster.any_ready & pool.keepers
    while free:
        low = free & -free
        free ^= low
        keeper = roster.of_slot[low.bit_length() - 1]
        for (queue, channel, _), bucket in pool.kept[keeper.id].items():
            if roster.ready[channel] & low:
                yield rank(bucket[0], pool.lanes[queue, channel].ageing, now)


def _first(pool: Pool, lane: Lane, able: int) -> Place | None:
    """The places of one lane compare as they are. Who could take a bucket is only asked where its
    head would be the first."""
    first: Place | None = None
    for (asked, line), bucket in lane.buckets.items():
        head = bucket[0]
        if first is not None and head > first:
            continue
        fit = able & pool.roster.skilled(lane.queue, asked) if asked else able
        if fit & pool.roster.reached(line):
            first = head
    return first


def able_in(pool: Pool, lane: Lane) -> int:
    """Who could take a contact of this lane now, whatever skills it asks."""
    return pool.roster.ready[lane.channel] & pool.roster.of_queue(lane.queue)


def _asking(pool: Pool, name: InteractionId, now: datetime) -> Asking:
    standing = pool.standing[name]
    roster, lane = pool.roster, standing.lane
    if standing.keeper is not None:
        pond = 1 << roster.slots[standing.keeper]
    else:
        reached = roster.reached(standing.contact.on_line)
        pond = roster.skilled(lane.queue, standing.need.asked) & reached
    return Asking(pool=pool, standing=standing, able=pond & roster.ready[lane.channel], now=now)


def _why(asking: Asking, best: Agent) -> str:
    """By what the best one differs from the second."""
    roster, asked = asking.pool.roster, asking.need.asked
    if not asked:
        return LONGEST_IDLE
    two = roster.best_first(asking.able, asked)
    next(two)
    second = next(two, None)
    if second is None:
        return LONGEST_IDLE
    sums = [sum(one.skills.get(name, 0) for name, _ in asked) for one in (best, second)]
    return BEST_SKILL if sums[0] > sums[1] else LONGEST_IDLE
