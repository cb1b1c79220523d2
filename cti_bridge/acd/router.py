"""Gives waiting contacts to agents, and takes them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.acd.choose import taken
from cti_bridge.acd.inputs import SwitchAction
from cti_bridge.acd.interaction import Trigger
from cti_bridge.acd.offer import Offer
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.ports import Audience
from cti_bridge.acd.presence import release
from cti_bridge.acd.wishes import unbound
from cti_bridge.protocol.events import OfferEnded
from cti_bridge.protocol.vocabulary import AgentMode, InteractionState, OfferId, OfferState

if TYPE_CHECKING:
    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.choose import Choice
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.telephony.ports import CallId


def reserve(step: Step, choice: Choice) -> Offer:
    """The contact rings at the agent, and nobody else is offered either."""
    contact = step.interactions[choice.contact.id]
    decision = choice.decision
    offer = _offered(step, contact, step.agents[choice.agent.id])
    step.journey(
        contact.id,
        "offered",
        choice.agent.name,
        code=choice.why,
        figures=choice.figures,
        decision=decision,
    )
    step.timer(("offer", offer.id), offer.expires_at)
    return offer


def offer_to(step: Step, contact: Interaction, agent: Agent) -> Offer:
    """An agent takes it from the queue: an offer that does not ring."""
    step.feed()
    decision = taken(step.floor.pool, contact, agent, step.now)
    step.journey(contact.id, "taken", agent.name, code=decision.why, decision=decision)
    return _offered(step, contact, agent)


def _offered(step: Step, contact: Interaction, agent: Agent) -> Offer:
    known = step.before(contact.id)
    fresh = known is None or known.state is InteractionState.NEW
    seconds = step.rules.queue(contact.queue).offer_seconds
    offer = Offer(
        id=OfferId(step.new_id()),
        interaction=contact.id,
        agent=agent.id,
        made_at=step.now,
        expires_at=step.now + timedelta(seconds=seconds),
        base_ns=contact.received_ns if fresh and contact.received_ns else step.mono_ns,
    )
    offered = contact.apply(Trigger.OFFER, at=step.now, agent=agent.id, offer=offer.id)
    step.save(offer, agent.with_work(contact.id, contact.channel), offered)
    if contact.queue is not None:
        step.effects.queues.add(contact.queue)
    return offer


def end_offer(
    step: Step, offer: Offer, trigger: OfferTrigger, contact: Interaction | None = None
) -> Offer:
    """The offer is no longer pending; its agent is told, where it knew of it, and a telephone
    that rings for it stops. `contact`: as it is, where that is not saved yet."""
    ended = offer.apply(trigger, at=step.now)
    step.save(ended)
    step.timer(("offer", offer.id), None)
    contact = contact or step.interactions.get(offer.interaction)
    if trigger is not OfferTrigger.ACCEPT and contact is not None:
        silence(step, contact)
    if offer.id in step.floor.offers:
        step.tell(
            OfferEnded(offer_id=offer.id, interaction_id=offer.interaction, state=ended.state),
            Audience(agents=frozenset({offer.agent})),
        )
    return ended


def silence(step: Step, contact: Interaction) -> None:
    """The telephone that rings for this contact stops; nothing where the agent has a headset,
    or where the call is over."""
    agent = step.agents.get(contact.agent)
    if agent is not None and agent.phone and contact.like_a_call and contact.call is not None:
        stop_alert(step, contact.call)


def stop_alert(step: Step, call: CallId) -> None:
    step.act(SwitchAction(name="stop_alert", call=call, run=lambda s: s.stop_alert(call)))


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
        wanted_until=None,
    )
    if back.prefer == agent:
        back = unbound(back)
    if back.queue is None:
        back = replace(back, queue=step.rules.default_queue)
    step.save(back)
    if step.rules.queue(back.queue).overflow:
        step.timer(("look", back.id), step.present)  # what was due while it rang
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
        end_offer(step, offer, OfferTrigger.RESCIND, contact)
    elif offer is not None:
        step.timer(("answer", offer.id), None)


def pending_offer(step: Step, contact: Interaction) -> Offer | None:
    offer = step.offers.get(contact.offer)
    return offer if offer is not None and offer.state is OfferState.PENDING else None
