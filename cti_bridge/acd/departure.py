"""What becomes of a contact whose agent is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd.ending import (
    close,
    end_agent_part,
    end_call_part,
    end_segment,
    wrap_up,
)
from cti_bridge.acd.inputs import SwitchAction
from cti_bridge.acd.interaction import TALKING, Trigger
from cti_bridge.acd.presence import grace, log_out, release
from cti_bridge.acd.router import give_back, pending_offer, rescind
from cti_bridge.acd.wishes import preferring
from cti_bridge.protocol.vocabulary import (
    Channel,
    ClearCause,
    Direction,
    InteractionState,
    Verb,
)

if TYPE_CHECKING:
    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.telephony.ports import CallId

LOOK_AGAIN = 5.0
"""Seconds, at least, after which it is asked again whether a call by telephone is over."""
TRANSFERRED = 1
AGENT_LOST = 2
"""Priorities of those who were served already: they wait in front."""


def depart(step: Step, agent: Agent) -> None:
    """Signed out, or lost for longer than the grace time: nothing stays locked. A call by
    telephone needs no desktop: it goes on, and its agent is looked at again after the grace
    time."""
    if any(on_telephone(agent, contact) for contact in step.work_of(agent)):
        _only_talks(step, agent)
        return
    log_out(step, agent)
    for contact in step.work_of(agent):
        without_agent(step, contact)


def on_telephone(agent: Agent, contact: Interaction) -> bool:
    """Whether the agent talks there by an own telephone, or is about to."""
    talks = contact.state in TALKING or contact.state is InteractionState.NEW
    return bool(agent.phone) and contact.call is not None and talks


def _only_talks(step: Step, agent: Agent) -> None:
    step.save(replace(agent, online=False))
    for contact in step.work_of(agent):
        if not on_telephone(agent, contact):
            without_agent(step, contact)
    grace(step, agent, least=LOOK_AGAIN)


def without_agent(step: Step, contact: Interaction) -> None:
    if contact.state is InteractionState.OFFERED:
        if pending_offer(step, contact) is not None:
            rescind(step, contact)
            give_back(step, contact, "agent_lost")
        # else the switch is answering: seen to when it has
    elif contact.state in TALKING:
        _talking_without_agent(step, contact)
    elif contact.state is InteractionState.WRAP_UP:
        close(step, contact)
    elif contact.state is InteractionState.NEW and contact.call is not None:
        clear(step, contact.call)


def _talking_without_agent(step: Step, contact: Interaction) -> None:
    second = contact.consult.call if contact.consult else None
    if second is not None:
        end_segment(
            step, contact.consult.segment if contact.consult else None, ClearCause.AGENT_LOST
        )
        clear(step, second)
        contact = replace(contact, consult=None)
    for party in contact.parties:
        end_segment(step, party.segment, ClearCause.AGENT_LOST)
        clear(step, party.call)
    contact = replace(contact, parties=())
    if contact.call is not None and contact.call_state and not _goes_on(contact):
        clear(step, contact.call)
        contact = end_call_part(step, contact, ClearCause.AGENT_LOST)
    if _waits_for_another(step, contact):
        if not contact.live:
            contact = preferring(step, contact, contact.agent)
        requeue(step, contact, ClearCause.AGENT_LOST, AGENT_LOST)
        return
    if contact.call is not None:
        clear(step, contact.call)
    wrap_up(step, contact, ClearCause.AGENT_LOST)


def _goes_on(contact: Interaction) -> bool:
    """Who was called back waits with music, as a caller does; another call ends."""
    return contact.like_a_call and contact.call_state == "talking" and not contact.caller_left


def _waits_for_another(step: Step, contact: Interaction) -> bool:
    if contact.queue is None:
        return False
    if contact.call is None:
        return contact.channel is not Channel.VOICE
    waits = contact.direction is Direction.INBOUND and not contact.caller_left
    return waits and Verb.HOLD in step.rules.can(contact)


def requeue(step: Step, contact: Interaction, cause: ClearCause, priority: int) -> Interaction:
    """Back to the queue, a caller with music; who was served before those who were not."""
    call = contact.call
    if contact.state is InteractionState.CONNECTED and call is not None:
        step.act(SwitchAction(name="hold", call=call, run=lambda switch: switch.hold(call)))
    agent = contact.agent
    ended = end_agent_part(step, contact, cause)
    waiting = replace(
        ended.apply(Trigger.RETURN, at=step.now),
        agent=None,
        offer=None,
        segment=None,
        priority=max(priority, contact.priority) if contact.live else contact.priority,
        queued_at=contact.queued_at or step.now,
    )
    step.save(waiting)
    step.journey(contact.id, "requeued", code=cause.value)
    if waiting.queue is not None:
        step.effects.queues.add(waiting.queue)
    if agent is not None:
        release(step, agent, contact.id, served=True)
    return waiting


def clear(step: Step, call: CallId) -> None:
    step.act(SwitchAction(name="clear", call=call, run=lambda switch: switch.clear(call)))
