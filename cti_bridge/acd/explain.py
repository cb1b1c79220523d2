"""Why a contact went where it went, for people who ask afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.agent import reaches
from cti_bridge.acd.ledger import load
from cti_bridge.acd.roster import level_sum
from cti_bridge.acd.score import micros, points, queued_at
from cti_bridge.protocol.values import Candidate, RoutingDecision
from cti_bridge.protocol.vocabulary import AgentActivity, AgentMode

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.pool import Pool, Standing
    from cti_bridge.acd.skills import Asked, Need
    from cti_bridge.protocol.vocabulary import Channel
    from cti_bridge.telephony.ports import LineId

MOST: Final = 10  # candidates that are told
BARRED: Final = 3  # of them who could not have it, where as many others are there


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A contact whose turn it is, and who could take it."""

    pool: Pool
    standing: Standing
    able: int  # bits of the roster
    now: datetime

    @property
    def contact(self) -> Interaction:
        return self.standing.contact

    @property
    def need(self) -> Need:
        return self.standing.need

    @property
    def why(self) -> str:
        return self.standing.why


def explain(asking: Asking, winner: Agent, why: str) -> RoutingDecision:
    """As the desktop shows it. The winner is the first candidate; those who could have had it
    follow in their order; who could not have it stands last, with the reason as `bar`."""
    standing, lane = asking.standing, asking.standing.lane
    roster, asked = asking.pool.roster, standing.need.asked
    barred = _barred(asking)
    told = min(barred.bit_count(), MOST - 1)
    others = (one for one in roster.best_first(asking.able, asked) if one.id != winner.id)
    able = [winner, *islice(others, MOST - 1 - min(told, BARRED))]
    rest = (one for one in roster.longest_idle(barred) if one.id != winner.id)
    return RoutingDecision(
        why=why,
        score=round(points(standing.place, lane.ageing, micros(asking.now)), 3),
        queue_position=asking.pool.position(standing.contact.id),
        waited_seconds=_seconds(asking.now, queued_at(standing.contact)),
        relaxed=standing.need.relaxed,
        skills=dict(asked),
        candidates=(
            *(_candidate(one, asking, n) for n, one in enumerate(able, 1)),
            *(_candidate(one, asking, 0) for one in islice(rest, MOST - len(able))),
        ),
        able=asking.able.bit_count(),
        barred=barred.bit_count(),
    )


def _barred(asking: Asking) -> int:
    """Who is of the queue and signed in, and could not have it."""
    roster = asking.pool.roster
    return roster.signed_in & roster.of_queue(asking.standing.lane.queue) & ~asking.able


def _candidate(agent: Agent, asking: Asking, rank: int) -> Candidate:
    asked, channel = asking.need.asked, asking.standing.lane.channel
    return Candidate(
        agent_id=agent.id,
        name=agent.name,
        rank=rank,
        bar="" if rank else bar_of(agent, channel, asked, asking.contact.on_line) or "kept",
        idle_seconds=_seconds(asking.now, agent.idle_since),
        skill=level_sum(agent.skills, (name for name, _ in asked)),
        load=load(agent.hands, agent.capacity),
    )


def bar_of(agent: Agent, channel: Channel, asked: Asked, line: LineId | None = None) -> str:
    """Why this agent cannot take a contact of its queue; "": nothing is in the way."""
    if not agent.online:
        return "away"
    if agent.mode is not AgentMode.READY:
        return "not_ready"
    if not agent.willing:
        return "pause_asked"
    if not agent.capacity.get(channel, 0):
        return "not_this_channel"
    if not reaches(agent, line):
        return "other_node"
    lacking = (skill for skill, level in asked if agent.skills.get(skill, 0) < level)
    if (skill := next(lacking, None)) is not None:
        return f"skill:{skill}"
    if agent.free_for(channel):
        return ""
    return "reserved" if agent.activity is AgentActivity.RESERVED else "no_capacity"


def _seconds(now: datetime, since: datetime) -> int:
    return max(0, round((now - since).total_seconds()))
