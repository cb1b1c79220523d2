"""Which rule answers which input: the core of the distributor, without a loop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from cti_bridge.acd import (
    becoming,
    call_recording,
    calls,
    contacts,
    dialling,
    handling,
    intake,
    keypad,
    monitoring,
    overflowing,
    parties,
    presence,
    surviving,
    telephones,
    transfer,
    treating,
    treatment,
    work,
    wrapup,
)
from cti_bridge.acd.agent import RONA
from cti_bridge.acd.departure import depart
from cti_bridge.acd.inputs import (
    AnswerFailed,
    Arrived,
    Asked,
    CallGone,
    Came,
    CameIn,
    CustomerGone,
    CustomersErased,
    CustomersMerged,
    CustomersSeparated,
    DialFailed,
    Due,
    Found,
    Left,
    Lost,
    MatchedLate,
    MonitorFailed,
    MonitorIs,
    Muted,
    NotParked,
    NotRecorded,
    OriginateFailed,
    RecordingIs,
    Rests,
    SecondCallFailed,
    Wrote,
)
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.router import end_offer, give_back
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentId,
    ClearCause,
    InteractionId,
    OfferId,
    OfferState,
    QueueId,
    RefusalCode,
)
from cti_bridge.telephony import ports as t

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.ports import Taken
    from cti_bridge.acd.step import Step

logger = logging.getLogger(__name__)


def take(step: Step, given: Input) -> c.Done | Taken | bool | None:
    """One input; what its asker is told, or raises CommandRefused. The step is changed in
    place, and must be taken back to its mark when this raises."""
    if isinstance(given, Asked):
        return _command(step, given)
    rule = EVENTS.get(type(given))
    if rule is None:
        return None
    told: Taken | bool | None = rule(step, given)
    return told


# -- commands ------------------------------------------------------------------------------------

ABOUT_A_CALL: dict[type, Callable[..., c.Done]] = {
    c.HoldCall: handling.hold_or_retrieve,
    c.RetrieveCall: handling.hold_or_retrieve,
    c.ClearCall: handling.clear,
    c.MuteCall: handling.mute,
    c.SendDigits: handling.send_digits,
    c.BlindTransfer: transfer.transfer,
    c.Consult: transfer.consult,
    c.CompleteTransfer: transfer.on_both,
    c.CancelTransfer: transfer.on_both,
    c.SwapCalls: transfer.on_both,
    c.Conference: transfer.on_both,
    c.DropParty: parties.drop,
    c.CompleteWrapUp: wrapup.complete,
    c.ExtendWrapUp: wrapup.extend,
    c.SaveNotes: wrapup.save_notes,
    c.StartRecording: call_recording.start,
    c.PauseRecording: call_recording.pause_or_resume,
    c.ResumeRecording: call_recording.pause_or_resume,
    c.StopRecording: call_recording.stop,
    c.ParkContact: work.park,
    c.DialContact: dialling.dial,
}
OF_AN_AGENT: dict[type, Callable[..., c.Done]] = {
    c.SetMode: presence.set_mode,
    c.AcceptOffer: handling.accept,
    c.DeclineOffer: handling.decline,
    c.OfferShown: handling.shown,
    c.CloseMissed: wrapup.close_missed,
    c.TakeContact: work.take,
    c.MonitorCall: monitoring.monitor,
    c.StopMonitor: monitoring.stop,
}
LOOKED_UP: dict[type, Callable[..., c.Done]] = {
    c.Originate: handling.originate,
    c.AttachCustomer: handling.attach,
    c.SplitContact: work.split,
}
COMMANDS = frozenset({*ABOUT_A_CALL, *OF_AN_AGENT, *LOOKED_UP})


def _command(step: Step, asked: Asked) -> c.Done:
    agent = step.agents.get(asked.agent)
    if agent is None:
        raise CommandRefused(RefusalCode.WRONG_STATE, "not signed in as an agent")
    command: Any = asked.command
    kind = type(command)
    if kind in ABOUT_A_CALL:
        contact = handling.own_contact(step, agent, command.interaction_id)
        return ABOUT_A_CALL[kind](step, contact, command)
    if kind in LOOKED_UP:
        return LOOKED_UP[kind](step, agent, asked, command)
    return OF_AN_AGENT[kind](step, agent, command)


# -- timers --------------------------------------------------------------------------------------


def _due(step: Step, due: Due) -> None:
    kind, name = due.key
    DUE[kind](step, name)


def _offer_due(step: Step, name: str) -> None:
    """RONA: ring on no answer."""
    offer = step.offers.get(OfferId(name))
    if offer is None or offer.state is not OfferState.PENDING or step.now < offer.expires_at:
        return
    end_offer(step, offer, OfferTrigger.TIME_OUT)
    give_back(step, step.interactions[offer.interaction], RONA, RONA)


def _answer_due(step: Step, name: str) -> None:
    handling.answer_failed(step, AnswerFailed(offer=OfferId(name), code="failed"))


def _wrap_up_due(step: Step, name: str) -> None:
    contact = step.interactions.get(InteractionId(name))
    if contact is not None:
        wrapup.overdue(step, contact)


def _wake_due(step: Step, name: str) -> None:
    contact = step.interactions.get(InteractionId(name))
    if contact is not None:
        contacts.wake_due(step, contact)


def _look_due(step: Step, name: str) -> None:
    contact = step.interactions.get(InteractionId(name))
    if contact is not None:
        overflowing.look(step, contact)


def _rules_due(step: Step, name: str) -> None:
    """The queue has just closed, or its rules were not done with all who wait there."""
    overflowing.look_at_queue(step, QueueId(name))


def _choose_due(_step: Step, _name: str) -> None:
    """Each turn chooses anew; nothing else is to be done."""


def _grace_due(step: Step, name: str) -> None:
    agent = step.agents.get(AgentId(name))
    if agent is not None and not agent.online:
        depart(step, agent)


DUE: dict[str, Callable[[Step, str], None]] = {
    "offer": _offer_due,
    "answer": _answer_due,
    "wrap-up": _wrap_up_due,
    "grace": _grace_due,
    "wake": _wake_due,
    "look": _look_due,
    "choose": _choose_due,
    overflowing.CLOSING: _rules_due,
    overflowing.AGAIN: _rules_due,
    treating.TIMER: treatment.due,
}


# -- everything else -----------------------------------------------------------------------------


def _came(step: Step, event: Came) -> None:
    presence.came(step, event.record)


def _with_agent(rule: Callable[[Step, Agent], None]) -> Callable[[Step, Lost | Left], None]:
    def run(step: Step, event: Lost | Left) -> None:
        agent = step.agents.get(event.agent)
        if agent is not None:
            rule(step, agent)

    return run


def _second_failed(step: Step, event: SecondCallFailed) -> None:
    contact = step.of_call(event.call)
    if contact is not None:
        transfer.consult_ended(step, contact, ClearCause.FAILED, was_placed=False)


def _gone(step: Step, event: CallGone) -> None:
    calls.cleared(
        step, t.CallCleared(call=event.call, at=step.now, cause=ClearCause.CALLER_CLEARED)
    )


EVENTS: dict[type, Callable[[Step, Any], Any]] = {
    Arrived: intake.arrived,
    CameIn: contacts.came_in,
    Wrote: contacts.wrote,
    CustomerGone: contacts.left,
    Rests: contacts.rests,
    DialFailed: dialling.failed,
    MatchedLate: intake.matched_late,
    t.CallOriginated: calls.originated,
    t.CallEstablished: calls.established,
    t.CallHeld: calls.held,
    t.CallRetrieved: calls.retrieved,
    t.CallTransferred: calls.transferred,
    t.CallConferenced: calls.conferenced,
    t.CallCleared: calls.cleared,
    t.CallFailed: calls.cleared,
    t.DigitsReceived: calls.digits,
    t.CallParked: treatment.parked,
    t.PlayEnded: treatment.said,
    t.RecordingEnded: keypad.recorded,
    t.DeviceAnswered: telephones.picked_up,
    t.DeviceFailed: telephones.failed,
    t.CallRecorded: call_recording.recorded,
    t.MonitorStarted: monitoring.started,
    t.MonitorEnded: monitoring.ended,
    Came: _came,
    Lost: _with_agent(presence.lost),
    Left: _with_agent(depart),
    Due: _due,
    Muted: handling.muted,
    RecordingIs: call_recording.is_now,
    MonitorIs: monitoring.is_now,
    MonitorFailed: monitoring.failed,
    NotRecorded: call_recording.not_recorded,
    AnswerFailed: handling.answer_failed,
    OriginateFailed: handling.unplaced,
    SecondCallFailed: _second_failed,
    CallGone: _gone,
    Found: surviving.found,
    NotParked: treatment.not_parked,
    CustomersErased: becoming.erased,
    CustomersMerged: becoming.merged,
    CustomersSeparated: becoming.separated,
}
