"""Gives waiting contacts to agents, and takes them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.acd.choose import choose
from cti_bridge.acd.interaction import Trigger
from cti_bridge.acd.offer import Offer
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.ports import Audience
from cti_bridge.acd.presence import release
from cti_bridge.protocol.events import OfferEnded
from cti_bridge.protocol.vocabulary import AgentMode, InteractionState, OfferId, OfferState

if TYPE_CHECKING:
    from cti_bridge.acd.choose import Choice
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step


def assign(step: Step) -> None:
    """Offers waiting contacts until no free agent can take one."""
    while choice := choose(step.waiting(), step.agents.values(), step.now):
        reserve(step, choice)


def reserve(step: Step, choice: Choice) -> Offer:
    """The contact rings at the agent, and nobody else is offered either."""
    contact, agent = choice.contact, choice.agent
    known = step.floor.interactions.get(contact.id)
    fresh = known is None or known.state is InteractionState.NEW
    expires = step.now + timedelta(seconds=step.rules.queue(contact.queue).offer_seconds)
    offer = Offer(
        id=OfferId(step.new_id()),
        interaction=contact.id,
        agent=agent.id,
        made_at=step.now,
        expires_at=expires,
        base_ns=contact.received_ns if fresh and contact.received_ns else step.mono_ns,
    )
    offered = replace(contact.apply(Trigger.OFFER, at=step.now), agent=agent.id, offer=offer.id)
    step.save(offer, offered, agent.with_work(contact.id, contact.channel))
    step.journey(contact.id, "offered", agent.name, code=choice.why, figures=choice.figures)
    step.timer(("offer", offer.id), expires)
    if contact.queue is not None:
        step.effects.queues.add(contact.queue)
    return offer


def end_offer(step: Step, offer: Offer, trigger: OfferTrigger) -> Offer:
    """The offer is no longer pending; its agent is told."""
    ended = offer.apply(trigger, at=step.now)
    step.save(ended)
    step.timer(("offer", offer.id), None)
    step.tell(
        OfferEnded(offer_id=offer.id, interaction_id=offer.interaction, state=ended.state),
        Audience(agents=frozenset({offer.agent})),
    )
    return ended


def give_back(step: Step, contact: Interaction, what: str, reason: str = "") -> None:
    """An offer that came to nothing: back to its place in the queue (`queued_at` stays).

    `reason`: why the agent is not ready from now on; "" leaves the agent as it is.
    """
    agent = contact.agent
    back = replace(
        contact.apply(Trigger.RETURN, at=step.now),
        agent=None,
        offer=None,
        segment=None,
        wanted_agent=None,
    )
    if back.queue is None:
        back = replace(back, queue=step.rules.default_queue)
    step.save(back)
    step.journey(contact.id, what, step.agent_name(agent))
    if back.queue is not None:
        step.effects.queues.add(back.queue)
    if agent is not None:
        mode = (AgentMode.NOT_READY, reason) if reason else None
        release(step, agent, contact.id, served=False, then=mode)


def rescind(step: Step, contact: Interaction) -> None:
    """Ends the offer of a contact, where it is still pending."""
    offer = step.offers.get(contact.offer)
    if offer is not None and offer.state is OfferState.PENDING:
        end_offer(step, offer, OfferTrigger.RESCIND)
    elif offer is not None:
        step.timer(("answer", offer.id), None)


def pending_offer(step: Step, contact: Interaction) -> Offer | None:
    offer = step.offers.get(contact.offer)
    return offer if offer is not None and offer.state is OfferState.PENDING else None
