"""An agent's own telephone: it rings while an offer does, and picking it up accepts the offer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.agent import PHONE_BUSY, PHONE_REFUSED, PHONE_UNREACHABLE, RONA
from cti_bridge.acd.hands import answer, not_connected
from cti_bridge.acd.inputs import SwitchAction
from cti_bridge.acd.offer import Trigger
from cti_bridge.acd.router import end_offer, give_back, stop_alert
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState, OfferState
from cti_bridge.telephony.ports import DeviceFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.step import Step
    from cti_bridge.telephony.ports import CallId, Device, DeviceAnswered

logger = logging.getLogger(__name__)
FAILURES: Final[dict[ClearCause, tuple[str, str, Trigger]]] = {
    ClearCause.NOT_ANSWERED: (RONA, RONA, Trigger.TIME_OUT),
    ClearCause.BUSY: ("phone_busy", PHONE_BUSY, Trigger.DECLINE),
    ClearCause.REJECTED: ("phone_refused", PHONE_REFUSED, Trigger.DECLINE),
}
"""What the journey says, why the agent is not ready, and how the offer ends."""
UNREACHABLE: Final = ("phone_unreachable", PHONE_UNREACHABLE, Trigger.DECLINE)


def alert(step: Step, offer: Offer) -> None:
    """Rings the telephone of who is offered a call; a headset's desktop rings by itself. Given
    to the switch after the offer is stored and told: the file is on screen first."""
    agent, contact = step.agents[offer.agent], step.interactions[offer.interaction]
    if not agent.phone or not contact.like_a_call or contact.call is None:
        return
    call, device = contact.call, agent.device
    step.act(
        SwitchAction(
            name="alert",
            call=call,
            run=lambda switch: switch.alert(call, device),
            failed=_when_not_alerted(call, device, step.now),
        )
    )


def _when_not_alerted(call: CallId, device: Device, at: datetime) -> Callable[[str], Input | None]:
    def failed(code: str) -> Input | None:
        if code == "gone":
            return None  # `CallCleared` says the rest
        return DeviceFailed(
            call=call, at=at, device=device, cause=ClearCause.UNREACHABLE, detail=code
        )

    return failed


def picked_up(step: Step, event: DeviceAnswered) -> None:
    """As good as a click on "accept". Too late, or of a telephone that was not asked for: it is
    hung up, unless another one rings for the same call."""
    contact = step.of_call(event.call)
    if contact is None:
        logger.info("%s was picked up for call %s, which is over", event.device, event.call)
        return
    offer, agent = _asked(step, contact)
    mine = agent is not None and agent.device == event.device
    if offer is not None and agent is not None and mine and offer.state is OfferState.PENDING:
        step.journey(contact.id, "phone_answered", agent.name)
        answer(step, agent, offer)
    elif mine:
        pass  # the desktop was first, or it is said twice: the switch is connecting, or has
    elif contact.state is not InteractionState.OFFERED:
        stop_alert(step, event.call)


def failed(step: Step, event: DeviceFailed) -> None:
    """The telephone will not be picked up: the caller waits on, at the same place, and the agent
    is not ready, or it would ring and fail again for ever."""
    contact = step.of_call(event.call)
    if contact is None or contact.state is not InteractionState.OFFERED:
        return
    offer, agent = _asked(step, contact)
    if offer is None or agent is None or agent.device != event.device:
        return
    why = f"{event.cause.replace('_', ' ')} ({event.detail or 'no more is known'})"
    if event.cause is ClearCause.UNREACHABLE:
        why += ": is it registered at its PBX, and is `phone` of [[agents]] its name there?"
    logger.info("telephone %s of %s: %s", agent.phone, agent.login, why)
    what, reason, trigger = FAILURES.get(event.cause, UNREACHABLE)
    if offer.state is OfferState.PENDING:
        end_offer(step, offer, trigger)
        give_back(step, contact, what, reason)
    else:
        step.journey(contact.id, what, agent.name)
        not_connected(step, contact, reason)


def _asked(step: Step, contact: Interaction) -> tuple[Offer | None, Agent | None]:
    """The contact's offer, over or not, and whom it rings at, or who has the contact."""
    offer = step.offers.get(contact.offer)
    return offer, step.agents.get(offer.agent if offer else contact.agent)
