"""A call placed from inside work: a call-back, a voicemail's answer, an e-mail, a chat."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ending import end_call_part, wrap_up
from cti_bridge.acd.inputs import DialFailed, SwitchAction
from cti_bridge.acd.interaction import TALKING, Interaction, Trigger
from cti_bridge.acd.ports import Outward
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.verbs import require
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    Channel,
    ClearCause,
    Direction,
    InteractionState,
    RefusalCode,
    SegmentId,
    Verb,
)
from cti_bridge.telephony.ports import CallId, LineId, NumberKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import DialContact
    from cti_bridge.protocol.vocabulary import CustomerId
    from cti_bridge.telephony.ports import MediaFigures, Switch

S = InteractionState
MAX_TARGET: Final = 120
MUST_NOT: Final = frozenset(
    {
        RefusalCode.SUPPRESSED,
        RefusalCode.DECEASED,
        RefusalCode.ACCOUNT_CLOSED,
        RefusalCode.NO_CONSENT,
    }
)
"""Whom the customer file says not to call."""
DIALLABLE: Final = frozenset({NumberKind.E164, NumberKind.EXTENSION})


def dial(step: Step, contact: Interaction, command: DialContact) -> Done:
    """The number given, else whom the contact is about; the call belongs to the contact."""
    require(contact, Verb.DIAL, step.rules.can(contact))
    agent = step.agents[contact.agent] if contact.agent else None
    if agent is None or busy_on_a_call(step, agent):
        raise CommandRefused(RefusalCode.BUSY, "finish the call in hand first")
    to = dialled(step, command.to or default_number(contact))
    place(step, agent, contact, to, answers=True)
    return Done(request_id=command.request_id)


def dial_by_itself(step: Step, agent: Agent, contact: Interaction) -> None:
    """On accept of a call-back; where that cannot be, it is in hand and says so."""
    number = default_number(contact)
    if Verb.ORIGINATE not in step.rules.verbs or not number or busy_on_a_call(step, agent):
        step.save(replace(contact, failure=ClearCause.FAILED))
        step.journey(contact.id, "not_dialled", number)
        return
    try:
        to = dialled(step, number)
    except CommandRefused:
        step.save(replace(contact, failure=ClearCause.FAILED))
        step.journey(contact.id, "not_dialled", number)
        return
    place(step, agent, contact, to, answers=False)


def default_number(contact: Interaction) -> str:
    """Whom the contact would dial; "" where nobody is known."""
    for number in (contact.call_to, contact.caller.number):
        if number is not None and number.kind in DIALLABLE:
            return number.value
    return ""


def place(step: Step, agent: Agent, contact: Interaction, to: str, *, answers: bool) -> None:
    call, part = CallId(step.new_id()), SegmentId(step.new_id())
    out = placing(step, agent, contact)
    step.save(
        Segment(id=part, interaction=contact.id, party=to, started_at=step.now),
        replace(contact, call=call, call_part=part, call_state="dialling", failure=None),
    )
    step.journey(contact.id, "dialled", f"{agent.name}: {to}")
    step.act(
        SwitchAction(
            name="originate",
            call=call,
            run=lambda s: out(s, call, to),
            answers=answers,
            failed=lambda code: DialFailed(call=call, code=code),
            calls=Outward(
                number=step.rules.read_number(to),
                customer=customer_of(contact, to),
                answering=contact.direction is Direction.INBOUND,
            ),
        )
    )


def customer_of(contact: Interaction, to: str) -> CustomerId | None:
    """Whom a call from inside the contact reaches, where it is to whom the contact is about."""
    return contact.customer if to == default_number(contact) else None


def placing(
    step: Step, agent: Agent, contact: Interaction
) -> Callable[[Switch, CallId, str], Awaitable[None]]:
    """How a call is placed: from the agent's device, by its telephone's node, with the number
    that is shown to whoever is called."""
    device, shown = agent.device, partial(step.rules.caller_id, contact.queue)
    line = LineId(agent.node) if agent.phone and agent.node else None
    return lambda switch, call, to: switch.originate(call, line, to, device, shown(to))


def busy_on_a_call(step: Step, agent: Agent) -> bool:
    """One headset, one call."""
    return any(one.call is not None for one in step.work_of(agent))


def dialled(step: Step, typed: str) -> str:
    """What to dial; raises CommandRefused where it is no number."""
    if len(typed) > MAX_TARGET:
        raise CommandRefused(RefusalCode.INVALID, "too long", field="to")
    try:
        return step.rules.dial_string(typed)
    except ValueError as error:
        raise CommandRefused(RefusalCode.INVALID, str(error), field="to") from None


# -- what becomes of it --------------------------------------------------------------------------


def answered(step: Step, contact: Interaction) -> None:
    part = step.segments.get(contact.call_part)
    if part is not None:
        step.save(part.answered(step.now))
    step.save(replace(contact, call_state="talking", failure=None, changed_at=step.now))
    step.journey(contact.id, "established", part.party if part else "")


def over(
    step: Step, contact: Interaction, cause: ClearCause, media: MediaFigures | None = None
) -> None:
    """A call-back that was talked through goes to wrap-up; other work stays in hand, and so
    does one that nobody answered, with the reason."""
    talked = contact.call_state == "talking"
    done = end_call_part(step, contact, cause, media)
    step.journey(contact.id, "call_ended", code=cause.value)
    if talked and contact.channel is Channel.CALLBACK and contact.state in TALKING:
        wrap_up(step, done, cause)
        return
    if done.state is S.HELD and contact.channel is not Channel.CHAT:
        segment = step.segments.get(contact.segment)
        if segment is not None:
            step.save(segment.retrieved(step.now))
        done = done.apply(Trigger.RETRIEVE, at=step.now)
    step.save(replace(done, failure=None if talked else cause, changed_at=step.now))


def failed(step: Step, event: DialFailed) -> None:
    contact = step.of_call(event.call)
    if contact is not None and contact.call_state:
        if event.code in MUST_NOT:
            step.journey(contact.id, "not_dialled", code=event.code)
        over(step, contact, ClearCause.FAILED)
