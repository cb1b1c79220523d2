"""What a step tells, and to whom: derived from what changed, in the order of urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd.ports import Audience
from cti_bridge.acd.views import (
    agent_view,
    missed_view,
    offer_view,
    same_to_see,
    view_of,
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
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.step import Step

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
            view = offer_view(step.floor, offer, contact, step.rules, step.now)
            yield OfferMade(offer=view), Audience(agents=frozenset({offer.agent}))


def _contacts(step: Step) -> Iterator[Told]:
    """To those who have it, or had it until now; those who see it wait are told by the ticker."""
    for contact in step.interactions.changed.values():
        before = step.before(contact.id)
        offer = step.offers.get(contact.offer)
        fresh = offer is not None and _rings(offer) and offer.id not in step.floor.offers
        if fresh and (before is None or before.agent in (None, contact.agent)):
            continue  # inside the OfferMade
        if same_to_see(before, contact) and not fresh and not _answering(step, contact):
            continue
        agents = {one.agent for one in (before, contact) if one is not None}
        to = frozenset(agent for agent in agents if agent is not None)
        if to:
            view = view_of(step.floor, step.rules, contact, offer)
            yield InteractionChanged(interaction=view), Audience(agents=to)


def _rings(offer: Offer) -> bool:
    return offer.state is OfferState.PENDING


def _answering(step: Step, contact: Interaction) -> bool:
    """The offer was accepted in this step: the button to answer goes."""
    return contact.offer in step.offers.changed and contact.state is InteractionState.OFFERED


def _agents(step: Step) -> Iterator[Told]:
    for agent in step.agents.changed.values():
        to = Audience(agents=frozenset({agent.id}))
        yield AgentChanged(agent=agent_view(agent, step.rules)), to


def _missed(step: Step) -> Iterator[Told]:
    for row in step.missed.changed.values():
        to = Audience(queues=frozenset({row.queue} if row.queue else ()))
        if row.closed_at is not None:
            yield MissedClosed(interaction_id=row.id), to
        else:
            taken_by = step.agent_name(row.taken_by)
            yield MissedChanged(missed=missed_view(row, step.rules, taken_by)), to
