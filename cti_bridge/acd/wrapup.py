"""After the call: what was it, what was said, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ending import close
from cti_bridge.acd.interaction import TALKING
from cti_bridge.acd.work import finish
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import FINAL, InteractionState, RefusalCode

if TYPE_CHECKING:
    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import (
        CloseMissed,
        CompleteWrapUp,
        ExtendWrapUp,
        SaveNotes,
    )

MAX_NOTES: Final = 10_000
MAX_REASON: Final = 200


def complete(step: Step, contact: Interaction, command: CompleteWrapUp) -> Done:
    """Closes it; work that no customer waits at is finished and closed in one go."""
    at_once = contact.state in TALKING and not contact.live
    if not at_once:
        _require_wrap_up(contact)
    optional = step.rules.queue(contact.queue).wrap_up != "required"
    if command.disposition not in step.rules.dispositions and (
        command.disposition or not optional
    ):
        raise CommandRefused(RefusalCode.INVALID, "no such disposition", field="disposition")
    _check_notes(command.notes)
    if at_once:
        finish(step, contact, command.disposition, command.notes)
    else:
        close(step, contact, command.disposition, command.notes)
    return Done(request_id=command.request_id)


def extend(step: Step, contact: Interaction, command: ExtendWrapUp) -> Done:
    """A few times, by the queue's measure."""
    _require_wrap_up(contact)
    if contact.wrap_up_extensions_left < 1 or contact.wrap_up_until is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "no extension is left")
    queue = step.rules.queue(contact.queue)
    until = contact.wrap_up_until + timedelta(seconds=queue.wrap_up_extension_seconds)
    step.save(
        replace(
            contact,
            wrap_up_until=until,
            wrap_up_extensions_left=contact.wrap_up_extensions_left - 1,
            changed_at=step.now,
        )
    )
    step.timer(("wrap-up", contact.id), until)
    return Done(request_id=command.request_id)


def save_notes(step: Step, contact: Interaction, command: SaveNotes) -> Done:
    """Kept as it is typed; the deadline closes the contact with what stands here."""
    if contact.state in FINAL:
        raise CommandRefused(RefusalCode.TOO_LATE, "the contact is closed")
    if command.disposition and command.disposition not in step.rules.dispositions:
        raise CommandRefused(RefusalCode.INVALID, "no such disposition", field="disposition")
    _check_notes(command.notes)
    step.save(replace(contact, notes=command.notes, disposition=command.disposition))
    return Done(request_id=command.request_id)


def overdue(step: Step, contact: Interaction) -> None:
    """The deadline: closed as it stands, without anybody's press of a button."""
    until = contact.wrap_up_until
    if contact.state is InteractionState.WRAP_UP and until is not None and step.now >= until:
        step.journey(contact.id, "wrap_up_timed_out")
        close(step, contact)


def close_missed(step: Step, agent: Agent, command: CloseMissed) -> Done:
    row = step.missed.get(command.interaction_id)
    if row is None or row.closed_at is not None:
        raise CommandRefused(RefusalCode.TOO_LATE, "the missed call is closed")
    if row.queue is not None and row.queue not in agent.queues:
        raise CommandRefused(RefusalCode.NOT_YOURS, "another queue's missed call")
    if len(command.reason) > MAX_REASON:
        raise CommandRefused(RefusalCode.INVALID, "at most 200 characters", field="reason")
    step.save(row.closed(agent.id, command.reason or "closed", step.now))
    return Done(request_id=command.request_id)


def _require_wrap_up(contact: Interaction) -> None:
    if contact.state in FINAL:
        raise CommandRefused(RefusalCode.TOO_LATE, "the contact is closed")
    if contact.state is not InteractionState.WRAP_UP:
        raise CommandRefused(RefusalCode.WRONG_STATE, "the call is not over")


def _check_notes(notes: str) -> None:
    if len(notes) > MAX_NOTES:
        raise CommandRefused(RefusalCode.INVALID, "at most 10000 characters", field="notes")
    if "\x00" in notes:
        raise CommandRefused(RefusalCode.INVALID, "holds a NUL character", field="notes")
