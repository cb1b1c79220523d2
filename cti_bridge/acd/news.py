"""What a step tells, and to whom: derived from what changed, in the order of urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd.ports import Audience
from cti_bridge.acd.views import (
    agent_view,
    interaction_view,
    missed_view,
    offer_view,
    same_to_see,
)
from cti_bridge.protocol.events import (
    AgentChanged,
    AnyEvent,
    InteractionChanged,
    MissedChanged,
    MissedClosed,
    OfferMade,
)
from cti_bridge.protocol.vocabulary import InteractionState, OfferState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.vocabulary import AgentId, QueueId

Told = tuple[AnyEvent, Audience]


def news_of(step: Step) -> list[Told]:
    """Call it after `seal` and before `keep`: it compares with what was."""
    return [
        *_offers(step),
        *step.effects.told,
        *_contacts(step),
        *_agents(step),
        *_missed(step),
    ]


def _offers(step: Step) -> Iterator[Told]:
    for offer in step.offers.changed.values():
        if offer.state is OfferState.PENDING and offer.id not in step.floor.offers:
            contact = step.interactions[offer.interaction]
            view = offer_view(offer, contact, step.rules, step.now)
            yield OfferMade(offer=view), Audience(agents=frozenset({offer.agent}))


def _contacts(step: Step) -> Iterator[Told]:
    for contact in step.interactions.changed.values():
        before = step.floor.interactions.get(contact.id)
        offer = step.offers.get(contact.offer)
        fresh = offer is not None and offer.id not in step.floor.offers
        if fresh and not _seen_by_others(before, contact):
            continue  # inside the OfferMade
        if same_to_see(before, contact) and not fresh and not _answering(step, contact):
            continue
        to = _audience(before, contact)
        if to is not None:
            view = interaction_view(contact, offer, step.rules)
            yield InteractionChanged(interaction=view), to


def _seen_by_others(before: Interaction | None, now: Interaction) -> bool:
    """It waited in a queue, or was with another agent: it goes from their screens."""
    if before is None:
        return False
    return before.state is InteractionState.QUEUED or before.agent not in (None, now.agent)


def _answering(step: Step, contact: Interaction) -> bool:
    """The offer was accepted in this step: the button to answer goes."""
    return contact.offer in step.offers.changed and contact.state is InteractionState.OFFERED


def _audience(before: Interaction | None, now: Interaction) -> Audience | None:
    """Its agent and the one before; the queue where it waits, or waited until now."""
    agents: set[AgentId] = set()
    queues: set[QueueId] = set()
    for one in (before, now):
        if one is None:
            continue
        if one.agent is not None:
            agents.add(one.agent)
        if one.state is InteractionState.QUEUED and one.queue is not None:
            queues.add(one.queue)
    if not agents and not queues:
        return None
    return Audience(agents=frozenset(agents), queues=frozenset(queues))


def _agents(step: Step) -> Iterator[Told]:
    for agent in step.agents.changed.values():
        to = Audience(agents=frozenset({agent.id}))
        yield AgentChanged(agent=agent_view(agent)), to


def _missed(step: Step) -> Iterator[Told]:
    for row in step.missed.changed.values():
        to = Audience(queues=frozenset({row.queue} if row.queue else ()))
        if row.closed_at is not None:
            yield MissedClosed(interaction_id=row.id), to
        else:
            taken_by = step.agent_name(row.taken_by)
            yield MissedChanged(missed=missed_view(row, step.rules, taken_by)), to
