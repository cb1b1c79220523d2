"""What the distributor needs of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import CustomerCard, MatchResult
    from cti_bridge.protocol.vocabulary import AgentId, CustomerId, QueueId
    from cti_bridge.telephony.ports import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is told of an event, beside the permission that its class declares.

    Both empty: everybody with the permission. Sessions that `watch` are told everything.
    """

    agents: frozenset[AgentId] = frozenset()
    queues: frozenset[QueueId] = frozenset()


class Publisher(Protocol):
    """The hub's door for the rooms: stamps `seq`, remembers, sends. Never blocks."""

    def publish(self, event: AnyEvent, to: Audience) -> None: ...


class Customers(Protocol):
    """The customer file as the distributor sees it."""

    async def match(self, caller: Caller) -> MatchResult:
        """Who the caller may be; the distributor puts the time budget on it."""

    async def card(self, customer: CustomerId) -> CustomerCard | None: ...

    async def teach(self, customer: CustomerId, caller: Caller, by: str) -> None:
        """An agent said that this caller is this customer: the index learns the number."""
