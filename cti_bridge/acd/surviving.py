"""Calls that outlived the bridge: what the switch kept, and what becomes of it here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cti_bridge.acd import calls, treatment
from cti_bridge.acd.interaction import TALKING
from cti_bridge.acd.transfer import consult_ended
from cti_bridge.acd.treating import Treating, hold
from cti_bridge.protocol.vocabulary import ClearCause, Direction, InteractionState
from cti_bridge.telephony.ports import (
    CallEstablished,
    CallHeld,
    CallRetrieved,
    CallTransferred,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cti_bridge.acd.inputs import Found
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId
    from cti_bridge.telephony.ports import CallId, LineId, LiveCall

S = InteractionState
CAUSE = ClearCause.BRIDGE_RESTARTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """The switch's word: what lives, and of which lines it could not say."""

    calls: Mapping[CallId, LiveCall] = field(default_factory=dict)
    unsure: frozenset[LineId] = frozenset()

    def of(self, call: CallId | None) -> LiveCall | None:
        return self.calls.get(call) if call is not None else None

    def may_be(self, contact: Interaction) -> bool:
        """Whether nobody could be asked about its call. A call that was being placed has no line
        yet: it may be on any."""
        if contact.call is None or contact.call in self.calls or not self.unsure:
            return False
        return contact.line is None or contact.line in self.unsure


def kept(step: Step, alive: Alive) -> dict[InteractionId, AgentId]:
    """Conversations that the switch kept together with their agents' telephones, or may have."""
    return {
        contact.id: agent
        for contact in step.interactions.values()
        if (agent := _keeper(step, contact, alive)) is not None
    }


def _keeper(step: Step, contact: Interaction, alive: Alive) -> AgentId | None:
    agent = step.agents.get(contact.agent)
    if agent is None or not agent.phone or contact.call is None:
        return None
    if contact.id not in agent.work:
        return None
    live = alive.of(contact.call)
    if live is None:
        return agent.id if contact.state in TALKING and alive.may_be(contact) else None
    second = alive.of(contact.consult.call) if contact.consult else None
    devices = (live.device, second.device if second else None)
    if agent.device not in devices and not _being_transferred(contact, second):
        return None
    dials = contact.state is S.NEW and contact.direction is Direction.OUTBOUND
    answers = contact.state is S.OFFERED and contact.segment is not None and live.established
    return agent.id if contact.state in TALKING or dials or answers else None


def _being_transferred(contact: Interaction, second: LiveCall | None) -> bool:
    """A blind transfer under way: its agent is out of both calls, and gets the first back where
    nobody answers."""
    blind = contact.consult is not None and contact.consult.blind
    return blind and second is not None and not second.established


def go_on(step: Step, contact: Interaction, alive: Alive) -> None:
    """The conversation as the switch has it now: what happened while nobody listened is done
    again, the rest stays as it is."""
    step.journey(contact.id, "went_on", step.agent_name(contact.agent), code=CAUSE.value)
    step.save(contact)
    live = alive.of(contact.call)
    if live is None:
        return
    contact = _with_consult(step, contact, alive)
    call, at = live.call, step.now
    if live.established and (contact.state not in TALKING or contact.call_state == "dialling"):
        calls.established(step, CallEstablished(call=call, at=at))
    contact = step.interactions[contact.id]
    if _being_transferred(contact, alive.of(contact.consult.call if contact.consult else None)):
        return
    if contact.state is S.CONNECTED and live.held:
        calls.held(step, CallHeld(call=call, at=at))
    elif contact.state is S.HELD and live.established and not live.held:
        calls.retrieved(step, CallRetrieved(call=call, at=at))


def _with_consult(step: Step, contact: Interaction, alive: Alive) -> Interaction:
    consult = contact.consult
    if consult is None:
        return contact
    second = alive.of(consult.call)
    if second is None:
        consult_ended(step, contact, CAUSE, was_placed=False)
        return step.interactions[contact.id]
    if second.established and not consult.blind:
        calls.established(step, CallEstablished(call=second.call, at=step.now))
        contact = step.interactions[contact.id]
        talks = replace(contact.consult or consult, active=not second.held)
        contact = replace(contact, consult=talks)
        step.save(contact)
    return contact


def left_to_each_other(step: Step, contact: Interaction, alive: Alive) -> bool:
    """Whether the agent had gone out of it while nobody listened: caller and outside party talk,
    which is a transfer."""
    live, consult = alive.of(contact.call), contact.consult
    if live is None or consult is None or live.device is not None:
        return False
    second = alive.of(consult.call)
    if live.other != consult.call or second is None or not second.established:
        return False
    told = CallTransferred(call=live.call, at=step.now, other=consult.call, to=consult.to)
    calls.transferred(step, told)
    return True


def waiting(step: Step, contact: Interaction, live: LiveCall | None) -> None:
    """A caller who waits, or waits again: with the music that is on already, or with some; `live`
    None: nobody is offered it before its node says that it is alive."""
    if live is None:
        step.save(replace(contact, treatment=Treating(doing="unsure")))
        return
    if live.established and not live.held and not live.parked:
        hold(step, live.call)
    step.save(replace(contact, treatment=Treating(parked=True) if live.parked else None))
    treatment.resume(step, step.interactions[contact.id])
    step.timer(("look", contact.id), step.present)


def found(step: Step, event: Found) -> None:
    """A node that was out of reach says that this call is alive."""
    contact = step.of_call(event.live.call)
    if contact is None or contact.state is not S.QUEUED:
        return
    if contact.treatment is not None and contact.treatment.doing == "unsure":
        waiting(step, contact, event.live)


def strangers(step: Step, alive: Alive) -> Iterator[CallId]:
    """Calls of no contact. Not those that ring (the switch will tell of them), nor two outside
    parties who talk to each other after a transfer that is over here."""
    for live in alive.calls.values():
        rings = not live.established and live.device is None
        if live.call not in step.floor.calls and not rings and not among_themselves(live):
            yield live.call


def among_themselves(live: LiveCall) -> bool:
    return live.other is not None and live.device is None
