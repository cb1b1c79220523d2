"""What an agent asks about offers and calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import call_recording, work
from cti_bridge.acd.agent import ANSWER_FAILED, DECLINED, fits
from cti_bridge.acd.departure import clear as clear_call
from cti_bridge.acd.dialling import busy_on_a_call, dialled, placing
from cti_bridge.acd.ending import abandon, close, end_segment
from cti_bridge.acd.hands import answer, not_connected
from cti_bridge.acd.inputs import (
    AnswerFailed,
    Muted,
    OriginateFailed,
    SwitchAction,
    when_gone,
)
from cti_bridge.acd.intake import identified
from cti_bridge.acd.interaction import TALKING, Interaction
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.recording import DO_NOT_RECORD
from cti_bridge.acd.router import end_offer, give_back
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.verbs import require
from cti_bridge.protocol.commands import (
    AcceptOffer,
    DeclineOffer,
    Done,
    HoldCall,
    RetrieveCall,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Channel,
    ClearCause,
    Direction,
    InteractionId,
    InteractionState,
    OfferState,
    RefusalCode,
    SegmentId,
    Verb,
)
from cti_bridge.telephony.ports import Caller, CallId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.inputs import Asked
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import (
        AttachCustomer,
        ClearCall,
        MuteCall,
        OfferShown,
        Originate,
        SendDigits,
    )
    from cti_bridge.protocol.vocabulary import OfferId
    from cti_bridge.telephony.ports import Switch

MAX_DIGITS: Final = 64
MAX_PAINT_MS: Final = 60_000.0
_DIGITS: Final = frozenset("0123456789*#ABCD")


def own_offer(step: Step, agent: Agent, name: OfferId) -> Offer:
    offer = step.offers.get(name)
    if offer is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "no such offer is pending")
    if offer.agent != agent.id:
        raise CommandRefused(RefusalCode.NOT_YOURS, "the offer rings at somebody else")
    return offer


def own_contact(step: Step, agent: Agent, name: InteractionId) -> Interaction:
    contact = step.interactions.get(name)
    if contact is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "no such contact is open")
    if contact.agent != agent.id or contact.id not in agent.work:
        raise CommandRefused(RefusalCode.NOT_YOURS, "the contact is with somebody else")
    return contact


def accept(step: Step, agent: Agent, command: AcceptOffer) -> Done:
    offer = own_offer(step, agent, command.offer_id)
    contact = step.interactions[offer.interaction]
    over = contact.channel is Channel.VOICE and contact.call is None
    if offer.state is not OfferState.PENDING or step.now >= offer.expires_at or over:
        raise CommandRefused(RefusalCode.TOO_LATE, "the offer is over")
    answer(step, agent, offer)
    return Done(request_id=command.request_id)


def answer_failed(step: Step, event: AnswerFailed) -> None:
    """Nothing was heard, and the caller still waits: back to its place.

    The agent is not ready, or the same contact would ring and fail again for ever.
    """
    offer = step.offers.get(event.offer)
    contact = step.interactions.get(offer.interaction) if offer else None
    if offer is None or contact is None or contact.offer != offer.id:
        return
    if contact.state is not InteractionState.OFFERED or offer.state is not OfferState.ACCEPTED:
        return
    if event.code == "gone":
        step.timer(("answer", offer.id), None)
        abandon(step, contact, ClearCause.CALLER_GAVE_UP)
    else:
        not_connected(step, contact, ANSWER_FAILED)


def decline(step: Step, agent: Agent, command: DeclineOffer) -> Done:
    """Back to its place; the agent is not ready, so that it does not ring there again."""
    offer = own_offer(step, agent, command.offer_id)
    if offer.state is not OfferState.PENDING:
        raise CommandRefused(RefusalCode.TOO_LATE, "the offer is over")
    end_offer(step, offer, OfferTrigger.DECLINE)
    give_back(step, step.interactions[offer.interaction], "declined", DECLINED)
    return Done(request_id=command.request_id)


def shown(step: Step, agent: Agent, command: OfferShown) -> Done:
    """INVITE to painted, once for a contact: the bridge's part by its own clock, plus
    the desktop's; a contact that waited counts from the end of its wait."""
    if not 0 <= command.paint_ms <= MAX_PAINT_MS:
        raise CommandRefused(RefusalCode.INVALID, "0 to 60000", field="paint_ms")
    offer = own_offer(step, agent, command.offer_id)
    contact = step.interactions[offer.interaction]
    sent = step.floor.sent_ns.get(offer.id)
    if offer.shown_at is not None or sent is None:
        return Done(request_id=command.request_id)
    pop_ms = max(0.0, (sent - offer.base_ns) / 1e6) + command.paint_ms
    step.save(replace(offer, shown_at=step.now))
    if contact.pop_ms is None:
        step.save(replace(contact, pop_ms=pop_ms))
    step.journey(contact.id, "shown", figures={"ms": round(pop_ms)})
    return Done(request_id=command.request_id)


_SIMPLE: dict[type, tuple[Verb, Callable[[Switch, CallId], Awaitable[None]]]] = {
    HoldCall: (Verb.HOLD, lambda switch, call: switch.hold(call)),
    RetrieveCall: (Verb.RETRIEVE, lambda switch, call: switch.retrieve(call)),
}


def hold_or_retrieve(step: Step, contact: Interaction, command: HoldCall | RetrieveCall) -> Done:
    if contact.channel is not Channel.VOICE and contact.call is None:
        rule = work.hold if isinstance(command, HoldCall) else work.retrieve
        rule(step, contact)
        return Done(request_id=command.request_id)
    verb, run = _SIMPLE[type(command)]
    call = checked(step, contact, verb)
    step.act(
        SwitchAction(
            name=verb.value,
            call=call,
            run=lambda s: run(s, call),
            answers=True,
            failed=when_gone(call),
        )
    )
    return Done(request_id=command.request_id)


def clear(step: Step, contact: Interaction, command: ClearCall) -> Done:
    """Hangs up; where there is no call, it ends the chat, or the work."""
    if contact.channel is not Channel.VOICE and contact.call is None:
        work.clear(step, contact)
        return Done(request_id=command.request_id)
    call = checked(step, contact, Verb.CLEAR)
    for party in contact.parties:
        clear_call(step, party.call)
    step.act(
        SwitchAction(
            name="clear",
            call=call,
            run=lambda s: s.clear(call),
            answers=True,
            failed=when_gone(call),
            ends=True,
        )
    )
    return Done(request_id=command.request_id)


def mute(step: Step, contact: Interaction, command: MuteCall) -> Done:
    checked(step, contact, Verb.MUTE)
    call, muted = talked_to(contact), command.muted
    step.act(
        SwitchAction(
            name="mute",
            call=call,
            run=lambda s: s.mute(call, muted),
            answers=True,
            done=Muted(interaction=contact.id, muted=muted),
        )
    )
    return Done(request_id=command.request_id)


def muted(step: Step, event: Muted) -> None:
    contact = step.interactions.get(event.interaction)
    if contact is not None:
        step.save(replace(contact, muted=event.muted))


def send_digits(step: Step, contact: Interaction, command: SendDigits) -> Done:
    checked(step, contact, Verb.DIGITS)
    keys = command.digits.upper()
    if not keys or len(keys) > MAX_DIGITS or not _DIGITS.issuperset(keys):
        raise CommandRefused(RefusalCode.INVALID, "0-9 * # A-D, at most 64", field="digits")
    call = talked_to(contact)
    step.act(
        SwitchAction(
            name="send_digits", call=call, run=lambda s: s.send_digits(call, keys), answers=True
        )
    )
    return Done(request_id=command.request_id)


def originate(step: Step, agent: Agent, asked: Asked, command: Originate) -> Done:
    """An outgoing call, which is a contact from its first moment; `Done.id` is its id."""
    if Verb.ORIGINATE not in step.rules.verbs:
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "the switch cannot call out")
    if agent.mode is AgentMode.LOGGED_OUT or not agent.online:
        raise CommandRefused(RefusalCode.WRONG_STATE, "logged out")
    if not fits(agent, Channel.VOICE) or busy_on_a_call(step, agent):
        raise CommandRefused(RefusalCode.BUSY, "finish the contact in hand first")
    if command.queue_id is not None and command.queue_id not in step.rules.queues:
        raise CommandRefused(RefusalCode.INVALID, "no such queue", field="queue_id")
    to = dialled(step, command.to)
    row = step.missed.get(command.missed_id)
    if command.missed_id is not None:
        if row is None or row.closed_at is not None:
            raise CommandRefused(RefusalCode.TOO_LATE, "the missed call is closed")
        if row.taken_by not in (None, agent.id):
            raise CommandRefused(RefusalCode.BUSY, "somebody is calling back")
        row = replace(row, taken_by=agent.id)
        step.save(row)
    contact = _outgoing(step, agent, asked, command, to)
    step.save(agent.with_work(contact.id, contact.channel))
    step.journey(contact.id, "dialled", f"{agent.name}: {to}")
    call, place = CallId(contact.call or ""), placing(step, agent, contact)
    step.act(
        SwitchAction(
            name="originate",
            call=call,
            run=lambda s: place(s, call, to),
            answers=True,
            failed=lambda _code: OriginateFailed(interaction=contact.id),
        )
    )
    return Done(request_id=command.request_id, id=contact.id)


def _outgoing(step: Step, agent: Agent, asked: Asked, command: Originate, to: str) -> Interaction:
    name, segment = InteractionId(step.new_id()), SegmentId(step.new_id())
    row = step.missed.get(command.missed_id)
    contact = Interaction(
        id=name,
        direction=Direction.OUTBOUND,
        queue=command.queue_id or (row.queue if row else None),
        agent=agent.id,
        segment=segment,
        call=CallId(step.new_id()),
        caller=Caller(number=step.rules.read_number(to), display_name=""),
        started_at=step.now,
        changed_at=step.now,
        missed=row.id if row else None,
    )
    if asked.match is not None:
        contact = identified(contact, asked.match)
    if asked.card is not None:
        card = asked.card
        contact = replace(
            contact,
            match=None,
            customer=card.customer_id,
            customer_name=card.name,
            unrecorded=DO_NOT_RECORD in card.alerts,
        )
    part = Segment(
        id=segment, interaction=name, agent=agent.id, party=agent.name, started_at=step.now
    )
    step.save(contact, part)
    return contact


def attach(step: Step, agent: Agent, asked: Asked, command: AttachCustomer) -> Done:
    """Who the caller is, by an agent's word; the index learns after this stands."""
    contact = own_contact(step, agent, command.interaction_id)
    card = asked.card
    step.save(
        replace(
            contact,
            match=None,
            customer=card.customer_id if card else None,
            customer_name=card.name if card else "",
            unrecorded=card is not None and DO_NOT_RECORD in card.alerts,
            changed_at=step.now,
        )
    )
    now = step.interactions[contact.id]
    if now.unrecorded is not contact.unrecorded and now.state in TALKING:
        call_recording.by_rule(step, now)
    step.journey(contact.id, "attached" if card else "detached", card.name if card else "")
    return Done(request_id=command.request_id)


def unplaced(step: Step, event: OriginateFailed) -> None:
    """Refused by the switch: the contact closes with its cause, the agent is free."""
    contact = step.interactions.get(event.interaction)
    if contact is not None and contact.call is not None:
        end_segment(step, contact.segment, ClearCause.FAILED)
        close(step, replace(contact, call=None, failure=ClearCause.FAILED))


def checked(step: Step, contact: Interaction, verb: Verb) -> CallId:
    require(contact, verb, step.rules.can(contact))
    if contact.call is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "the call is over")
    return contact.call


def talked_to(contact: Interaction) -> CallId:
    """The call that the agent hears now: the consultation, or the first."""
    second = contact.consult
    if second is not None and second.active and second.state == "talking":
        return second.call
    if contact.call is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "the call is over")
    return contact.call
