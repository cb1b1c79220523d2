"""A conference: who is in it besides the agent, and what becomes of it as they come and go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import call_recording
from cti_bridge.acd.ending import end_segment, wrap_up
from cti_bridge.acd.inputs import SwitchAction, when_gone
from cti_bridge.acd.interaction import TALKING, Party
from cti_bridge.acd.verbs import require
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import PartyView
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState, RefusalCode, Verb

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import DropParty
    from cti_bridge.telephony.ports import (
        CallCleared,
        CallFailed,
        CallId,
        CallTransferred,
        MediaFigures,
    )

CALLER: Final = "caller"
"""The name of the contact's own customer among the parties; the others go by their segment."""


# -- what an agent asks


def drop(step: Step, contact: Interaction, command: DropParty) -> Done:
    require(contact, Verb.DROP_PARTY, step.rules.can(contact))
    call = _named(contact, command.party)
    if call is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "not in the conference (any more)")
    step.act(
        SwitchAction(
            name="clear",
            call=call,
            run=lambda switch: switch.clear(call),
            answers=True,
            failed=when_gone(call),
            ends=True,
        )
    )
    return Done(request_id=command.request_id)


def views(contact: Interaction) -> tuple[PartyView, ...]:
    """The first is whom the contact's own call reaches: the caller, while there."""
    first = contact.instead
    if contact.state not in TALKING or not (contact.parties or first):
        return ()
    held = contact.state is InteractionState.HELD
    others = (first, *contact.parties) if first is not None else contact.parties
    told = tuple(PartyView(party=one.segment, number=one.to, held=held) for one in others)
    return told if first else (PartyView(party=CALLER, caller=True, held=held), *told)


def _named(contact: Interaction, name: str) -> CallId | None:
    first = contact.instead
    if name == (first.segment if first is not None else CALLER):
        return contact.call
    return next((one.call for one in contact.parties if one.segment == name), None)


# -- what the switch says


def joined(step: Step, contact: Interaction) -> None:
    """Who was consulted is with the others now."""
    consult = contact.consult
    if consult is None:
        return
    party = Party(call=consult.call, to=consult.to, segment=consult.segment)
    step.save(replace(contact, consult=None, parties=(*contact.parties, party)))
    step.journey(contact.id, "conferenced", consult.to)


def left(
    step: Step,
    contact: Interaction,
    event: CallCleared | CallFailed,
    media: MediaFigures | None,
) -> None:
    """One is gone; the others stay with the agent, or with each other where the agent left."""
    party = next((one for one in contact.parties if one.call == event.call), None)
    if party is not None:
        end_segment(step, party.segment, event.cause, media)
        step.journey(contact.id, "party_left", party.to, code=event.cause.value)
        rest = tuple(one for one in contact.parties if one is not party)
        step.save(replace(contact, parties=rest))
    elif event.call == contact.outside:
        end_segment(step, contact.outside_segment, event.cause, media)
        step.journey(contact.id, "party_left", code=event.cause.value)
        step.save(_outside(contact))
    elif event.call == contact.call:
        _first_left(step, contact, event.cause, media)


def _first_left(
    step: Step, contact: Interaction, cause: ClearCause, media: MediaFigures | None
) -> None:
    """The next takes its place: the contact goes on with whoever is there."""
    end_segment(step, contact.call_part, cause, media)
    old = contact.instead
    what, who = ("party_left", old.to) if old is not None else ("caller_left", "")
    step.journey(contact.id, what, who, code=cause.value)
    next_one, *rest = contact.parties
    if contact.outside is not None and contact.outside_segment is not None:
        outside = Party(call=contact.outside, to="", segment=contact.outside_segment)
        step.save(_outside(_led_by(contact, outside)))
    else:
        step.save(replace(_led_by(contact, next_one), parties=tuple(rest)))
        call_recording.goes_on(step, contact)


def _led_by(contact: Interaction, party: Party) -> Interaction:
    return replace(contact, call=party.call, call_part=party.segment, instead=party)


def on_their_own(step: Step, contact: Interaction, event: CallTransferred) -> None:
    """The agent left a conference; who was being consulted meanwhile is one of it, or goes."""
    consult = contact.consult
    if consult is not None and consult.call in (event.call, event.other):
        joined(step, contact)
        contact = step.interactions[contact.id]
    elif consult is not None:
        end_segment(step, consult.segment, ClearCause.AGENT_CLEARED)
        second = consult.call
        step.act(SwitchAction(name="clear", call=second, run=lambda switch: switch.clear(second)))
    step.journey(contact.id, "transferred", ", ".join(one.to for one in contact.parties))
    contact = call_recording.left(step, contact)
    part = contact.call_part if contact.caller_left else None
    gone = replace(_outside(contact), consult=None, transfers=contact.transfers + 1)
    if contact.state not in TALKING:
        step.save(gone)
        return
    wrap_up(step, replace(gone, call_part=None) if part else gone, ClearCause.TRANSFERRED)
    if part is not None:  # still there: its part is not over with the agent's
        step.save(replace(step.interactions[contact.id], call_part=part))


def _outside(contact: Interaction) -> Interaction:
    """The first of the parties as the one whom the contact's call talks to."""
    first, *rest = contact.parties
    return replace(contact, outside=first.call, outside_segment=first.segment, parties=tuple(rest))
