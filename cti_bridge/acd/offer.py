"""One contact ringing at one agent; the bridge owns the deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from cti_bridge.acd.machine import InvalidTransition
from cti_bridge.protocol.vocabulary import OfferState

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, OfferId

S = OfferState


class Trigger(Enum):
    ACCEPT = auto()
    DECLINE = auto()
    TIME_OUT = auto()
    RESCIND = auto()  # the caller gave up, or the agent is gone


TRANSITIONS: dict[tuple[OfferState, Trigger], OfferState] = {
    (S.PENDING, Trigger.ACCEPT): S.ACCEPTED,
    (S.PENDING, Trigger.DECLINE): S.DECLINED,
    (S.PENDING, Trigger.TIME_OUT): S.TIMED_OUT,
    (S.PENDING, Trigger.RESCIND): S.RESCINDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    id: OfferId
    interaction: InteractionId
    agent: AgentId
    state: OfferState = S.PENDING
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    shown_at: datetime | None = None
    base_ns: int = 0  # monotonic: the INVITE's arrival, or the end of the wait in the queue

    def apply(self, trigger: Trigger, *, at: datetime) -> Offer:
        """The offer after `trigger`; raises InvalidTransition."""
        try:
            state = TRANSITIONS[self.state, trigger]
        except KeyError:
            raise InvalidTransition(self.state, trigger) from None
        return replace(self, state=state, ended_at=at)
