"""Who gets which contact: pure, and it says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    contact: Interaction
    agent: Agent
    why: str  # "longest_idle" or "asked_for": the journey shows it
    figures: Mapping[str, int]  # of the longest idle: idle (seconds), able (agents)


def in_turn(contact: Interaction) -> tuple[int, datetime, str]:
    """The order of a queue: priority, then the longest wait."""
    return (-contact.priority, contact.queued_at or contact.started_at, contact.id)


def can_take(agent: Agent, contact: Interaction) -> bool:
    if contact.wanted_agent is not None:
        return agent.id == contact.wanted_agent and agent.free_for(contact.channel)
    return agent.free_for(contact.channel) and contact.queue in agent.queues


def choose(
    waiting: Iterable[Interaction], agents: Iterable[Agent], now: datetime
) -> Choice | None:
    """The first contact in turn that somebody can take, and the longest-idle agent for it.

    A contact that nobody can take does not hold up those behind it. None: nothing to do.
    """
    free = [agent for agent in agents if agent.free]
    if not free:
        return None
    for contact in sorted(waiting, key=in_turn):
        able = [agent for agent in free if can_take(agent, contact)]
        if able:
            best = min(able, key=lambda agent: (agent.idle_since, agent.id))
            return _chosen(contact, best, len(able), now)
    return None


def _chosen(contact: Interaction, agent: Agent, able: int, now: datetime) -> Choice:
    if contact.wanted_agent is not None:
        return Choice(contact=contact, agent=agent, why="asked_for", figures={})
    idle = max(0, round((now - agent.idle_since).total_seconds()))
    figures = {"idle": idle, "able": able}
    return Choice(contact=contact, agent=agent, why="longest_idle", figures=figures)
