"""Recording of calls: what the queue says, what the agent asks, what the switch wrote."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd.inputs import NotRecorded, RecordingIs, SwitchAction
from cti_bridge.acd.recording import RUNS, Recording, contact_of, new_file, running
from cti_bridge.acd.verbs import require
from cti_bridge.protocol.commands import Done, PauseRecording, ResumeRecording
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode, Verb

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.recording import State
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import StartRecording, StopRecording
    from cti_bridge.telephony.ports import CallId, CallRecorded

logger = logging.getLogger(__name__)


# -- what an agent asks --------------------------------------------------------------------------


def start(step: Step, contact: Interaction, command: StartRecording) -> Done:
    _checked(step, contact, Verb.RECORD)
    if contact.unrecorded:
        raise CommandRefused(RefusalCode.DO_NOT_RECORD, "an alert of the customer's file")
    _begin(step, contact, answers=True)
    return Done(request_id=command.request_id)


def pause_or_resume(
    step: Step, contact: Interaction, command: PauseRecording | ResumeRecording
) -> Done:
    paused = isinstance(command, PauseRecording)
    call, mine = _checked(step, contact, Verb.PAUSE_RECORDING if paused else Verb.RESUME_RECORDING)
    if not mine.file:
        _begin(step, contact, answers=True)
        return Done(request_id=command.request_id)
    step.act(
        SwitchAction(
            name="pause_recording",
            call=call,
            run=lambda s: s.pause_recording(call, paused),
            answers=True,
            done=RecordingIs(call=call, file=mine.file, state="paused" if paused else "on"),
        )
    )
    return Done(request_id=command.request_id)


def stop(step: Step, contact: Interaction, command: StopRecording) -> Done:
    call, mine = _checked(step, contact, Verb.STOP_RECORDING)
    if mine.file:
        _end(step, call, answers=True)
    else:
        step.save(replace(contact, recording=mine.told("", step.now)))
    return Done(request_id=command.request_id)


def _checked(step: Step, contact: Interaction, verb: Verb) -> tuple[CallId, Recording]:
    require(contact, verb, step.rules.can(contact), record=step.rules.record(contact.queue))
    if contact.call is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "the call is over")
    return contact.call, contact.recording or Recording()


# -- what the queue says -------------------------------------------------------------------------


def by_rule(step: Step, contact: Interaction) -> None:
    """An agent and the far end talk from now on, or it is said who the far end is. A queue that
    records nothing ends what another one began; so does a customer who is not to be recorded."""
    rule, mine = step.rules.record(contact.queue), running(contact)
    if contact.unrecorded:
        if mine is not None:
            left(step, contact)
        if rule == "all" or mine is not None:
            step.journey(contact.id, "not_recorded")
        return
    if rule == "all" and mine is None and Verb.RECORD in step.rules.can(contact):
        _begin(step, contact, answers=False)
    elif rule == "none" and mine is not None:
        left(step, contact)


def left(step: Step, contact: Interaction) -> Interaction:
    """Nobody of this house talks on the call any more: the others are not recorded."""
    mine = running(contact)
    if mine is None or contact.call is None:
        return contact
    if mine.file:
        _end(step, contact.call, answers=False)
        return contact
    contact = replace(contact, recording=mine.told("", step.now))
    step.save(contact)
    return contact


def goes_on(step: Step, before: Interaction) -> None:
    """The call that was recorded has left its conference: who took its place is recorded on, in
    a file of their own. Where it was paused nothing is written of them until the agent says "go
    on": begun and paused at once it would hear their first words."""
    was, contact = running(before), step.interactions[before.id]
    if was is None or contact.call is None:
        return
    if was.state == "on":
        _begin(step, contact, answers=False)
    else:
        rests = Recording(state="paused", call=contact.call, begun=was.begun)
        step.save(replace(contact, recording=rests))


def _begin(step: Step, contact: Interaction, *, answers: bool) -> None:
    call, spool = contact.call, step.rules.spool
    if call is None or spool is None or contact.unrecorded:
        return
    file = new_file(spool, contact.id, step.new_id())
    step.act(
        SwitchAction(
            name="record_call",
            call=call,
            run=lambda s: s.record_call(call, file),
            answers=answers,
            done=RecordingIs(call=call, file=file, state="on"),
            failed=lambda code: (
                None if answers else NotRecorded(interaction=contact.id, code=code)
            ),
        )
    )


def _end(step: Step, call: CallId, *, answers: bool) -> None:
    step.act(
        SwitchAction(
            name="stop_recording",
            call=call,
            run=lambda s: s.stop_recording(call),
            answers=answers,
        )
    )


# -- what the switch says ------------------------------------------------------------------------

_STEPS = {
    ("", "on"): "recording",
    ("on", "paused"): "record_paused",
    ("paused", "on"): "record_on",
}


def is_now(step: Step, event: RecordingIs) -> None:
    """It took the word; where the call has ended meanwhile, `CallRecorded` says the rest."""
    contact = step.of_call(event.call)
    if contact is None or contact.call != event.call:
        return
    mine = contact.recording or Recording()
    if mine.file != event.file:
        mine = Recording(call=event.call, file=event.file, begun=mine.begun + 1)
    elif mine.state not in RUNS:
        return  # ended before this was heard of
    what = _STEPS.get((mine.state, event.state))
    if what is None:
        return
    step.save(replace(contact, recording=mine.told(event.state, step.now)))
    step.journey(contact.id, what, step.agent_name(contact.agent))


def not_recorded(step: Step, event: NotRecorded) -> None:
    """The queue wants it recorded, and the switch could not."""
    if event.code == "gone":
        return
    logger.error("contact %s is not recorded: %s", event.interaction, event.code)
    step.journey(event.interaction, "record_failed")
    contact = step.interactions.get(event.interaction)
    if contact is not None and contact.call is not None:
        begun = contact.recording.begun if contact.recording else 0
        step.save(
            replace(contact, recording=Recording(state="failed", call=contact.call, begun=begun))
        )


def recorded(step: Step, event: CallRecorded) -> None:
    """Whole on the disk, or failed; also of a contact that is over."""
    name, lost = contact_of(event.file), event.cause in ("failed", "cut")
    contact = step.interactions.get(name)
    if contact is not None:
        _ended(step, contact, event, "failed" if lost else "")
    if lost:
        logger.error("the recording of contact %s %s", name, _HOW[event.cause])
        step.journey(name, f"record_{event.cause}")
    if event.cause == "failed":
        return
    step.journey(name, "recorded", figures={"seconds": max(0, round(event.seconds))})
    who = step.agent_name(contact.agent) if contact else ""
    step.effects.recorded.append((name, event.file, who))


_HOW = {"failed": "failed", "cut": "broke off: what there is of it is kept"}


def _ended(step: Step, contact: Interaction, event: CallRecorded, state: State) -> None:
    mine = contact.recording or Recording()
    if mine.file == event.file:
        step.save(replace(contact, recording=mine.told(state, step.now)))
    elif state and contact.call == event.call and mine.state not in RUNS:
        # It failed before the switch's own "it runs" was heard of.
        broken = Recording(state=state, call=event.call, file=event.file, begun=mine.begun + 1)
        step.save(replace(contact, recording=broken))
