"""What the switch says of calls, and what it makes of the contacts."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd import call_recording, dialling, keypad, parties, treatment
from cti_bridge.acd.departure import without_agent
from cti_bridge.acd.ending import abandon, count_answered, end_segment, wrap_up
from cti_bridge.acd.inputs import SwitchAction
from cti_bridge.acd.interaction import TALKING, Trigger
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.transfer import consult_ended
from cti_bridge.acd.wishes import unbound
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    ClearCause,
    Direction,
    InteractionState,
    SegmentId,
)

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.telephony.ports import (
        CallCleared,
        CallConferenced,
        CallEstablished,
        CallFailed,
        CallHeld,
        CallOriginated,
        CallRetrieved,
        CallTransferred,
        DigitsReceived,
    )

logger = logging.getLogger(__name__)
S = InteractionState
DIGITS_KEPT = 32


def originated(step: Step, event: CallOriginated) -> None:
    contact = step.of_call(event.call)
    if contact is not None:
        if contact.line is None:
            step.save(replace(contact, line=event.line))
        step.journey(contact.id, "ringing", event.to)


def established(step: Step, event: CallEstablished) -> None:
    contact = step.of_call(event.call)
    if contact is None:
        return
    if contact.consult is not None and event.call == contact.consult.call:
        _second_answered(step, contact)
    elif contact.call_state == "dialling":
        dialling.answered(step, contact)
        call_recording.by_rule(step, step.interactions[contact.id])
    elif contact.state is S.OFFERED and contact.segment is not None:
        if contact.offer is not None:
            step.timer(("answer", contact.offer), None)
        _connected(step, contact)
    elif contact.state is S.NEW and contact.direction is Direction.OUTBOUND:
        _connected(step, contact)


def _connected(step: Step, contact: Interaction) -> None:
    count_answered(step, contact)
    segment = step.segments.get(contact.segment)
    if segment is not None:
        step.save(segment.answered(step.now))
    talking = replace(
        contact.apply(Trigger.ESTABLISH, at=step.now),
        established_at=contact.established_at or step.now,
        treatment=None,
        failure=None,
    )
    talking = unbound(talking)
    step.save(talking)
    step.journey(contact.id, "established", step.agent_name(contact.agent))
    row = step.missed.get(contact.missed)
    if row is not None and row.closed_at is None:
        step.save(row.closed(contact.agent, "called_back", step.now))
    agent = step.agents.get(contact.agent)
    if agent is not None and agent.mode is AgentMode.LOGGED_OUT:
        without_agent(step, talking)  # went while the switch was answering
        return
    call_recording.by_rule(step, talking)


def _second_answered(step: Step, contact: Interaction) -> None:
    consult = contact.consult
    assert consult is not None
    segment = step.segments.get(consult.segment)
    if segment is not None:
        step.save(segment.answered(step.now))
    if consult.state == "dialling":
        step.save(replace(contact, consult=replace(consult, state="talking")))
        step.journey(contact.id, "consult_answered", consult.to)


def held(step: Step, event: CallHeld) -> None:
    contact = step.of_call(event.call)
    if contact is None:
        return
    if not event.by_agent:
        step.journey(contact.id, "held_by_caller")
    elif contact.consult is not None and event.call == contact.consult.call:
        step.save(replace(contact, consult=replace(contact.consult, active=False)))
    elif contact.state is S.CONNECTED and event.call == contact.call:
        segment = step.segments.get(contact.segment)
        if segment is not None:
            step.save(segment.held(step.now))
        step.save(contact.apply(Trigger.HOLD, at=step.now))
        step.journey(contact.id, "held")


def retrieved(step: Step, event: CallRetrieved) -> None:
    contact = step.of_call(event.call)
    if contact is None:
        return
    if not event.by_agent:
        step.journey(contact.id, "retrieved_by_caller")
    elif contact.consult is not None and event.call == contact.consult.call:
        step.save(replace(contact, consult=replace(contact.consult, active=True)))
    elif contact.state is S.HELD and event.call == contact.call:
        _unheld(step, contact)
        step.journey(contact.id, "retrieved")


def _unheld(step: Step, contact: Interaction) -> Interaction:
    segment = step.segments.get(contact.segment)
    if segment is not None:
        step.save(segment.retrieved(step.now))
    consult = replace(contact.consult, active=False) if contact.consult else None
    talking = replace(contact.apply(Trigger.RETRIEVE, at=step.now), consult=consult)
    step.save(talking)
    return talking


def conferenced(step: Step, event: CallConferenced) -> None:
    contact = step.of_call(event.call)
    if contact is None or contact.consult is None or contact.consult.call != event.other:
        return
    if contact.state is S.HELD:
        contact = _unheld(step, contact)
    parties.joined(step, contact)


def transferred(step: Step, event: CallTransferred) -> None:
    """The agent left; the outside party's segment runs until the call clears."""
    contact = step.of_call(event.call)
    if contact is None:
        return
    consult = contact.consult
    if contact.parties:
        parties.on_their_own(step, contact, event)
        return
    if consult is None or consult.call != event.other:
        _sent_on(step, contact, event)
        return
    segment = step.segments.get(consult.segment)
    if segment is not None:
        step.save(segment.answered(step.now))
    step.journey(contact.id, "transferred", consult.to)
    contact = call_recording.left(step, contact)
    gone = replace(
        contact,
        outside=consult.call,
        outside_segment=consult.segment,
        transfers=contact.transfers + 1,
        consult=None,
    )
    if contact.state in TALKING:
        wrap_up(step, gone, ClearCause.TRANSFERRED)
    else:
        step.save(gone)


def _sent_on(step: Step, contact: Interaction, event: CallTransferred) -> None:
    """By the keys of the agent's telephone, to somebody whom nobody called from here."""
    if contact.call != event.call or contact.consult is not None or contact.state not in TALKING:
        return
    step.journey(contact.id, "transferred", event.to)
    contact = call_recording.left(step, contact)
    part = Segment(
        id=SegmentId(step.new_id()), interaction=contact.id, party=event.to, started_at=step.now
    ).answered(step.now)
    gone = replace(
        contact,
        outside=event.other,
        outside_segment=part.id,
        transfers=contact.transfers + 1,
    )
    step.save(part)
    wrap_up(step, gone, ClearCause.TRANSFERRED)


def digits(step: Step, event: DigitsReceived) -> None:
    if keypad.pressed(step, event):
        return
    contact = step.of_call(event.call)
    if contact is not None:
        kept = (contact.last_digits + event.digits)[-DIGITS_KEPT:]
        step.save(replace(contact, last_digits=kept))


def cleared(step: Step, event: CallCleared | CallFailed) -> None:
    """A call is over, or an outgoing one never was."""
    contact = step.of_call(event.call)
    if contact is None:
        logger.debug("call %s cleared, of no open contact", event.call)
        return
    if treatment.hung_up(step, contact, event):
        return
    media = getattr(event, "media", None)
    if contact.consult is not None and event.call == contact.consult.call:
        consult_ended(step, contact, event.cause, media)
    elif contact.parties:
        parties.left(step, contact, event, media)
    elif contact.outside is not None:
        # The caller and the outside party talked to each other: one gone, both are.
        end_segment(step, contact.outside_segment, event.cause, media)
        end_segment(step, contact.call_part, event.cause, media)
        none = replace(contact, call=None, call_part=None, outside=None, outside_segment=None)
        step.save(none)
        step.journey(contact.id, "transfer_ended", code=event.cause.value)
    else:
        _first_cleared(step, replace(contact, call=None), event)


def _first_cleared(step: Step, contact: Interaction, event: CallCleared | CallFailed) -> None:
    media = getattr(event, "media", None)
    if contact.consult is not None:
        second = contact.consult.call
        end_segment(step, contact.consult.segment, event.cause)
        step.act(SwitchAction(name="clear", call=second, run=lambda switch: switch.clear(second)))
        contact = replace(contact, consult=None)
    if contact.call_state and contact.state in TALKING:
        dialling.over(step, contact, event.cause, media)
    elif contact.state in TALKING:
        wrap_up(step, contact, event.cause, media)
    elif contact.state is S.NEW and contact.direction is Direction.OUTBOUND:
        wrap_up(step, contact, event.cause, media, failure=True)
    elif contact.state in (S.NEW, S.QUEUED, S.OFFERED):
        abandon(step, contact, event.cause)
    else:
        step.save(contact)
