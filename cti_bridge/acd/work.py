"""Work in an agent's hands that is no call: taken, put aside, split, dialled out of, finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import contacts
from cti_bridge.acd.agent import reaches
from cti_bridge.acd.dialling import busy_on_a_call
from cti_bridge.acd.ending import close, end_agent_part, wrap_up
from cti_bridge.acd.hands import answer, take_in_hand
from cti_bridge.acd.interaction import Interaction, Trigger
from cti_bridge.acd.presence import release
from cti_bridge.acd.router import offer_to
from cti_bridge.acd.texts import checked_note
from cti_bridge.acd.verbs import require
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    FINAL,
    AgentMode,
    Channel,
    ClearCause,
    InteractionState,
    RefusalCode,
    Verb,
)

if TYPE_CHECKING:
    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.inputs import Asked
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import ParkContact, SplitContact, TakeContact

S = InteractionState
MOST_IN_HAND: Final = 50
LONGEST_PARK: Final = timedelta(days=180)
LONGEST_SUBJECT: Final = 200


def take(step: Step, agent: Agent, command: TakeContact) -> Done:
    """From the queue, or out of one's own parked ones; the second who asks is too late."""
    contact = step.interactions.get(command.interaction_id)
    if contact is None or contact.state in FINAL:
        raise CommandRefused(RefusalCode.TOO_LATE, "no such contact is open")
    _may_take(step, agent, contact)
    if contact.state is S.PARKED:
        contact = contacts.wake(step, contact, "taken")
    answer(step, step.agents[agent.id], offer_to(step, contact, agent))
    return Done(request_id=command.request_id, id=contact.id)


def _may_take(step: Step, agent: Agent, contact: Interaction) -> None:
    own = contact.state is S.PARKED and contact.agent == agent.id
    if contact.state is not S.QUEUED and not own:
        raise CommandRefused(RefusalCode.TOO_LATE, "somebody has it")
    if not own and contact.queue not in agent.queues:
        raise CommandRefused(RefusalCode.NOT_YOURS, "another queue's contact")
    if agent.mode is AgentMode.LOGGED_OUT or not agent.online:
        raise CommandRefused(RefusalCode.WRONG_STATE, "logged out")
    if not reaches(agent, contact.on_line):
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "the telephone is at another switch")
    if len(agent.work) >= MOST_IN_HAND:
        raise CommandRefused(RefusalCode.BUSY, "finish some of the contacts in hand first")
    if not contact.offerable and not own:
        raise CommandRefused(RefusalCode.TOO_LATE, "the caller is leaving a message")
    if contact.channel in (Channel.VOICE, Channel.CALLBACK) and busy_on_a_call(step, agent):
        raise CommandRefused(RefusalCode.BUSY, "finish the call in hand first")


def park(step: Step, contact: Interaction, command: ParkContact) -> Done:
    """Put aside until a time; it takes nothing of its agent meanwhile."""
    require(contact, Verb.PARK, step.rules.can(contact))
    if command.until.tzinfo is None:
        raise CommandRefused(RefusalCode.INVALID, "a time without its zone", field="until")
    if not step.now < command.until <= step.now + LONGEST_PARK:
        raise CommandRefused(RefusalCode.INVALID, "from now to 180 days", field="until")
    note = checked_note(command.note)
    done = end_agent_part(step, contact, ClearCause.PARKED)
    parked = replace(
        done.apply(Trigger.PARK, at=step.now),
        offer=None,
        segment=None,
        wake_at=command.until,
        handover=note or contact.handover,
    )
    step.save(parked)
    step.journey(contact.id, "put_aside", command.until.isoformat(timespec="seconds"))
    step.timer(("wake", contact.id), command.until)
    if contact.agent is not None:
        release(step, contact.agent, contact.id, served=True)
    return Done(request_id=command.request_id)


def split(step: Step, agent: Agent, asked: Asked, command: SplitContact) -> Done:
    """A contact of its own; its messages were copied already, under the id `asked.made`."""
    contact, name = may_split(step, agent, command), asked.made
    if name is None or step.interactions.get(name) is not None:
        raise CommandRefused(RefusalCode.INTERNAL, "no id for the new contact")
    made = Interaction(
        id=name,
        channel=contact.channel,
        direction=contact.direction,
        queue=command.queue_id or contact.queue,
        caller=contact.caller,
        subject=command.subject.strip() or contact.subject,
        language=contact.language,
        customer=contact.customer,
        customer_name=contact.customer_name,
        parent=contact.id,
        started_at=step.now,
        changed_at=step.now,
    )
    step.journey(contact.id, "split", made.subject)
    step.journey(name, "split_from", contact.subject)
    if command.queue_id is None:
        take_in_hand(step, agent, made, since=step.now)
    else:
        step.save(replace(made.apply(Trigger.ENQUEUE, at=step.now), queued_at=step.now))
        step.journey(name, "queued", step.rules.queue_name(command.queue_id))
        step.effects.queues.add(command.queue_id)
    return Done(request_id=command.request_id, id=name)


def may_split(step: Step, agent: Agent, command: SplitContact) -> Interaction:
    """The contact that is split; raises CommandRefused."""
    contact = step.interactions.get(command.interaction_id)
    if contact is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "no such contact is open")
    if contact.agent != agent.id or contact.id not in agent.work:
        raise CommandRefused(RefusalCode.NOT_YOURS, "the contact is with somebody else")
    require(contact, Verb.SPLIT, step.rules.can(contact))
    if command.queue_id is not None and command.queue_id not in step.rules.queues:
        raise CommandRefused(RefusalCode.INVALID, "no such queue", field="queue_id")
    if len(command.subject) > LONGEST_SUBJECT:
        raise CommandRefused(RefusalCode.INVALID, "at most 200 characters", field="subject")
    if len(agent.work) >= MOST_IN_HAND:
        raise CommandRefused(RefusalCode.BUSY, "finish some of the contacts in hand first")
    return contact


def hold(step: Step, contact: Interaction) -> None:
    """A chat that its agent puts aside, until the customer writes or the agent goes on."""
    require(contact, Verb.HOLD, step.rules.can(contact))
    contacts.rest(step, contact, "agent")


def retrieve(step: Step, contact: Interaction) -> None:
    require(contact, Verb.RETRIEVE, step.rules.can(contact))
    contacts.go_on(step, contact)


def clear(step: Step, contact: Interaction) -> None:
    """The end of a chat, or of the work itself: wrap-up follows."""
    require(contact, Verb.CLEAR, step.rules.can(contact))
    live = contact.channel is Channel.CHAT
    wrap_up(step, contact, ClearCause.AGENT_CLEARED if live else ClearCause.FINISHED)


def finish(step: Step, contact: Interaction, disposition: str, notes: str) -> None:
    """In one go: what no customer waits at needs no wrap-up of its own."""
    if contact.live or contact.call is not None:
        raise CommandRefused(RefusalCode.WRONG_STATE, "it is not over")
    wrap_up(step, replace(contact, disposition=disposition, notes=notes), ClearCause.FINISHED)
    done = step.interactions[contact.id]
    if done.state is S.WRAP_UP:
        close(step, done)
