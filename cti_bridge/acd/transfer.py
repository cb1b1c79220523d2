"""Transfers and consultations: outside by a second call, inside through the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd.agent import reaches
from cti_bridge.acd.departure import TRANSFERRED, requeue
from cti_bridge.acd.dialling import dialled
from cti_bridge.acd.ending import end_segment
from cti_bridge.acd.inputs import SecondCallFailed, SwitchAction
from cti_bridge.acd.interaction import Consult, Trigger
from cti_bridge.acd.ports import Outward
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.texts import checked_note
from cti_bridge.acd.verbs import require
from cti_bridge.acd.wishes import unbound, wanting
from cti_bridge.protocol.commands import (
    BlindTransfer,
    CancelTransfer,
    CompleteTransfer,
    Conference,
    Done,
    SwapCalls,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    ClearCause,
    InteractionState,
    QueueId,
    RefusalCode,
    SegmentId,
    Verb,
)
from cti_bridge.telephony.ports import CallId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import Consult as ConsultCommand
    from cti_bridge.telephony.ports import MediaFigures, Switch


def transfer(step: Step, contact: Interaction, command: BlindTransfer) -> Done:
    require(contact, Verb.BLIND_TRANSFER, step.rules.can(contact))
    if note := checked_note(command.note):
        contact = replace(contact, handover=note)
    if command.to.startswith("agent:"):
        _to_agent(step, contact, AgentId(command.to.removeprefix("agent:")))
    elif command.to.startswith("queue:"):
        _to_queue(step, contact, QueueId(command.to.removeprefix("queue:")))
    elif contact.call is None:
        raise CommandRefused(RefusalCode.INVALID, "to an agent or a queue", field="to")
    else:
        to = dialled(step, command.to)
        first = _call(contact)
        consult = _second_call(step, contact, to, blind=True)
        step.journey(contact.id, "transferring", to)
        _place(step, consult, to, lambda s: s.blind_transfer(first, to, consult.call))
    return Done(request_id=command.request_id)


def consult(step: Step, contact: Interaction, command: ConsultCommand) -> Done:
    require(contact, Verb.CONSULT, step.rules.can(contact))
    if command.to.startswith(("agent:", "queue:")):
        # No call stands between two headsets of one bridge; a transfer reaches them.
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "consult by number", field="to")
    to = dialled(step, command.to)
    first = _call(contact)
    second = _second_call(step, contact, to, blind=False)
    step.journey(contact.id, "consulting", to)
    shown = step.rules.caller_id(contact.queue, to)
    _place(step, second, to, lambda s: s.consult(first, to, second.call, shown))
    return Done(request_id=command.request_id)


_ON_BOTH: dict[type, tuple[Verb, str]] = {
    CompleteTransfer: (Verb.COMPLETE_TRANSFER, "complete_transfer"),
    CancelTransfer: (Verb.CANCEL_TRANSFER, "cancel_transfer"),
    SwapCalls: (Verb.SWAP, "swap"),
    Conference: (Verb.CONFERENCE, "conference"),
}


def on_both(
    step: Step,
    contact: Interaction,
    command: CompleteTransfer | CancelTransfer | SwapCalls | Conference,
) -> Done:
    """Commands about the first call and the consultation call together, or a conference."""
    verb, name = _ON_BOTH[type(command)]
    require(contact, verb, step.rules.can(contact))
    first = _call(contact)
    second = contact.consult.call if contact.consult else contact.parties[0].call

    def run(switch: Switch) -> Awaitable[None]:
        done: Awaitable[None] = getattr(switch, name)(first, second)
        return done

    step.act(SwitchAction(name=name, call=first, run=run, answers=True))
    return Done(request_id=command.request_id)


def consult_ended(
    step: Step,
    contact: Interaction,
    cause: ClearCause,
    media: MediaFigures | None = None,
    *,
    was_placed: bool = True,
) -> None:
    """The second call is over; the first stays with the agent, held where it was.

    A blind transfer that failed gives it back held; one that the switch did not even take
    (`was_placed` False) left it as it is.
    """
    second = contact.consult
    if second is None:
        return
    end_segment(step, second.segment, cause, media)
    step.journey(contact.id, "consult_ended", code=cause.value)
    failure = cause if second.state == "dialling" and cause not in _BY_AGENT else None
    back = replace(contact, consult=None, failure=failure)
    if was_placed and second.blind and back.state is InteractionState.CONNECTED:
        segment = step.segments.get(back.segment)
        if segment is not None:
            step.save(segment.held(step.now))
        back = back.apply(Trigger.HOLD, at=step.now)  # given back by the switch, held
    step.save(back)


_BY_AGENT = frozenset({ClearCause.AGENT_CLEARED, ClearCause.TRANSFERRED})


def _to_agent(step: Step, contact: Interaction, name: AgentId) -> None:
    agent = step.agents.get(name)
    if agent is None or name == contact.agent:
        raise CommandRefused(RefusalCode.INVALID, "no such agent to transfer to", field="to")
    if not reaches(agent, contact.on_line):
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "that telephone is at another switch")
    waits = contact.call is None  # a caller would hear music until the agent has time
    here = agent.online and agent.mode is not AgentMode.LOGGED_OUT
    if not (here if waits else agent.free_for(contact.channel)):
        raise CommandRefused(RefusalCode.BUSY, "the agent is not ready", field="to")
    _inside(step, wanting(step, contact, name), agent.name)


def _to_queue(step: Step, contact: Interaction, name: QueueId) -> None:
    if name not in step.rules.queues:
        raise CommandRefused(RefusalCode.INVALID, "no such queue", field="to")
    if contact.queue is not None:
        step.effects.queues.add(contact.queue)
    moved = replace(unbound(contact), queue=name, came_to=(), overflowed=())
    _inside(step, moved, step.rules.queue_name(name))


def _inside(step: Step, contact: Interaction, to: str) -> None:
    """The agent's part ends TRANSFERRED; the caller hears music until the next answers."""
    step.journey(contact.id, "transferred", to)
    moved = replace(
        contact, transfers=contact.transfers + 1, queue=contact.queue or step.rules.default_queue
    )
    requeue(step, moved, ClearCause.TRANSFERRED, TRANSFERRED)


def _second_call(step: Step, contact: Interaction, to: str, *, blind: bool) -> Consult:
    segment = Segment(
        id=SegmentId(step.new_id()), interaction=contact.id, party=to, started_at=step.now
    )
    second = Consult(call=CallId(step.new_id()), to=to, segment=segment.id, blind=blind)
    step.save(segment, replace(contact, consult=second, failure=None))
    return second


def _place(step: Step, second: Consult, to: str, run: Callable[[Switch], Awaitable[None]]) -> None:
    step.act(
        SwitchAction(
            name="blind_transfer" if second.blind else "consult",
            call=second.call,
            run=run,
            answers=True,
            failed=lambda _code: SecondCallFailed(call=second.call),
            calls=Outward(number=step.rules.read_number(to)),
        )
    )


def _call(contact: Interaction) -> CallId:
    if contact.call is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "the call is over")
    return contact.call
