"""What becomes of a contact whose agent is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd.ending import close, end_agent_part, end_segment, wrap_up
from cti_bridge.acd.inputs import SwitchAction
from cti_bridge.acd.interaction import TALKING, Trigger
from cti_bridge.acd.presence import log_out, release
from cti_bridge.acd.router import give_back, pending_offer, rescind
from cti_bridge.protocol.vocabulary import ClearCause, Direction, InteractionState, Verb

if TYPE_CHECKING:
    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.telephony.ports import CallId

TRANSFERRED = 1
AGENT_LOST = 2
"""Priorities of those who were served already: they wait in front."""


def depart(step: Step, agent: Agent) -> None:
    """Signed out, or lost for longer than the grace time: nothing stays locked."""
    log_out(step, agent)
    for contact in step.work_of(agent):
        without_agent(step, contact)


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
    inbound = contact.direction is Direction.INBOUND and contact.queue is not None
    second = contact.consult.call if contact.consult else None
    if second is not None:
        end_segment(
            step, contact.consult.segment if contact.consult else None, ClearCause.AGENT_LOST
        )
        clear(step, second)
        contact = replace(contact, consult=None)
    if inbound and Verb.HOLD in step.rules.verbs and contact.call is not None:
        park(step, contact, ClearCause.AGENT_LOST, AGENT_LOST)
        return
    if contact.call is not None:
        clear(step, contact.call)
    wrap_up(step, contact, ClearCause.AGENT_LOST)


def park(step: Step, contact: Interaction, cause: ClearCause, priority: int) -> Interaction:
    """Back to the queue with music, before those who have not been served."""
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
        priority=max(priority, contact.priority),
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
