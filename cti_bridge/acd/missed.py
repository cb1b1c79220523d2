"""A call that nobody answered: a row that stays until somebody closes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import AgentId, CustomerId, InteractionId, QueueId
    from cti_bridge.telephony.ports import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """`id` is the first contact of the row; later calls of the number only count up."""

    id: InteractionId
    caller: Caller
    customer: CustomerId | None = None
    customer_name: str = ""
    queue: QueueId | None = None
    at: datetime  # of the latest attempt
    waited_seconds: float = 0.0
    attempts: int = 1
    taken_by: AgentId | None = None  # calling back right now
    closed_at: datetime | None = None
    closed_by: AgentId | None = None
    closed_reason: str = ""

    def again(self, newer: Missed) -> Missed:
        """One more call of the same number."""
        return replace(
            self,
            caller=newer.caller,
            customer=newer.customer or self.customer,
            customer_name=newer.customer_name or self.customer_name,
            queue=newer.queue,
            at=newer.at,
            waited_seconds=newer.waited_seconds,
            attempts=self.attempts + 1,
        )

    def closed(self, by: AgentId | None, reason: str, at: datetime) -> Missed:
        return replace(self, taken_by=None, closed_at=at, closed_by=by, closed_reason=reason)
