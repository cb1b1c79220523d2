"""How a contact comes into an agent's hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.dialling import dial_by_itself
from cti_bridge.acd.ending import count_answered, end_segment
from cti_bridge.acd.inputs import AnswerFailed, SwitchAction
from cti_bridge.acd.interaction import Trigger, evolve
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.router import end_offer, give_back, silence
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.wishes import unbound
from cti_bridge.protocol.vocabulary import Channel, ClearCause, SegmentId
from cti_bridge.telephony.ports import CallId, Device

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.step import Step

ANSWER_SECONDS: Final = 40
"""Longer than a 2xx is retransmitted for want of its ACK (RFC 3261, 64*T1 = 32 s)."""


def answer(step: Step, agent: Agent, offer: Offer) -> None:
    """ACCEPTED. A call is CONNECTED once the switch says established; what is no call at once,
    and a call-back dials by itself."""
    contact = step.interactions[offer.interaction]
    end_offer(step, offer, OfferTrigger.ACCEPT)
    step.timer(("look", contact.id), None)
    if contact.like_a_call:
        _connect(step, agent, contact, offer)
        return
    mine = take_in_hand(step, agent, contact, since=offer.made_at)
    step.journey(contact.id, "accepted", agent.name)
    if mine.channel is Channel.CALLBACK:
        dial_by_itself(step, agent, mine)


def _connect(step: Step, agent: Agent, contact: Interaction, offer: Offer) -> None:
    segment = Segment(
        id=SegmentId(step.new_id()),
        interaction=contact.id,
        agent=agent.id,
        party=agent.name,
        started_at=offer.made_at,
    )
    step.save(segment, evolve(contact, segment=segment.id, changed_at=step.now))
    step.journey(contact.id, "accepted", agent.name)
    step.timer(("answer", offer.id), step.now + timedelta(seconds=ANSWER_SECONDS))
    call, device = CallId(contact.call or ""), device_of(agent)
    parked = contact.treatment is not None and contact.treatment.parked
    on_music = contact.served or parked
    step.act(
        SwitchAction(
            name="connect" if on_music else "answer",
            call=call,
            run=lambda s: s.connect(call, device) if on_music else s.answer(call, device),
            answers=True,
            failed=lambda code: AnswerFailed(offer=offer.id, code=code),
        )
    )


def not_connected(step: Step, contact: Interaction, reason: str) -> None:
    """Accepted, and nothing was heard: back to its place; the agent is not ready for `reason`."""
    if contact.offer is not None:
        step.timer(("answer", contact.offer), None)
    silence(step, contact)
    end_segment(step, contact.segment, ClearCause.FAILED)
    give_back(step, contact, "answer_failed", reason)


def take_in_hand(step: Step, agent: Agent, contact: Interaction, since: datetime) -> Interaction:
    """What is no call is in hand the moment it is accepted: nobody must be connected first."""
    count_answered(step, contact)
    segment = Segment(
        id=SegmentId(step.new_id()),
        interaction=contact.id,
        agent=agent.id,
        party=agent.name,
        started_at=since,
        answered_at=step.now,
    )
    mine = replace(
        unbound(contact.apply(Trigger.ESTABLISH, at=step.now)),
        agent=agent.id,
        segment=segment.id,
        established_at=contact.established_at or step.now,
        failure=None,
    )
    step.save(segment, step.agents[agent.id].with_work(contact.id, contact.channel), mine)
    step.timer(("look", contact.id), None)
    return mine


def device_of(agent: Agent) -> Device:
    """Where calls are brought to the agent: an own telephone, or the headset."""
    return agent.device
