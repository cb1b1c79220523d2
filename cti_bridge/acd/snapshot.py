"""The whole state that one agent may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.acd.agent import Agent
from cti_bridge.acd.monitoring import seen_by
from cti_bridge.acd.views import (
    agent_view,
    missed_view,
    offer_view,
    queue_view,
    view_of,
)
from cti_bridge.protocol.values import Snapshot
from cti_bridge.protocol.vocabulary import InteractionState, OfferState

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.rules import Rules
    from cti_bridge.protocol.values import LineView
    from cti_bridge.protocol.vocabulary import AgentId, QueueId

Parts = Snapshot
MAX_WAITING: Final = 500
MAX_MISSED: Final = 500
"""A snapshot is one frame; after a night of lost calls the newest are shown first, and the
others follow as these are closed and the desktop signs in again."""


def parts_of(
    floor: Floor,
    rules: Rules,
    now: datetime,
    name: AgentId,
    queues: frozenset[QueueId],
    lines: tuple[LineView, ...],
) -> Snapshot:
    """Own contacts, those waiting in own queues, own offers, the missed calls of own queues."""
    agent = floor.agents.get(name) or Agent(id=name, mode_since=now, since=now, idle_since=now)
    contacts = [one for one in floor.interactions.values() if _sees(agent, queues, one)]
    contacts.sort(key=lambda one: (not one.agent, one.queued_at or one.started_at, one.id))
    missed = [row for row in floor.missed.values() if row.queue is None or row.queue in queues]
    missed.sort(key=lambda row: row.at, reverse=True)
    return Snapshot(
        agent=agent_view(agent, rules),
        offers=tuple(
            offer_view(floor, offer, floor.interactions[offer.interaction], rules, now)
            for offer in floor.offers.values()
            if offer.agent == name and offer.state is OfferState.PENDING
        ),
        interactions=tuple(
            view_of(floor, rules, one, floor.offers.get(one.offer) if one.offer else None)
            for one in contacts[:MAX_WAITING]
        ),
        queues=tuple(
            queue_view(floor, rules, queue, now) for queue in rules.queues if queue in queues
        ),
        missed=tuple(
            missed_view(row, rules, _name(floor, row.taken_by)) for row in missed[:MAX_MISSED]
        ),
        lines=lines,
        monitored=seen_by(floor, rules, name),
    )


def _sees(agent: Agent, queues: frozenset[QueueId], contact: Interaction) -> bool:
    if contact.id in agent.work:
        return True
    if contact.state is InteractionState.PARKED:
        return contact.agent == agent.id
    if contact.state is not InteractionState.QUEUED:
        return False
    return contact.queue in queues and contact.wanted_agent in (None, agent.id)


def _name(floor: Floor, agent: AgentId | None) -> str:
    known = floor.agents.get(agent) if agent is not None else None
    return known.name if known is not None else ""
