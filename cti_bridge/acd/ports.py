"""What the distributor needs of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cti_bridge.acd.writes import OpenWork, Write
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import (
        ContactSummary,
        CustomerCard,
        HistoryFilter,
        InteractionFile,
        MatchResult,
    )
    from cti_bridge.protocol.vocabulary import AgentId, CustomerId, InteractionId, QueueId
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


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in UTC."""

    def monotonic_ns(self) -> int: ...


class StaleWrite(Exception):
    """Another writer changed the row first; nothing of the transaction was kept."""


class AcdStore(Protocol):
    """Where contacts stand. Raises `cti_bridge.errors.StoreError`."""

    async def commit(self, writes: Sequence[Write]) -> None:
        """All of it in one transaction, or none; raises StaleWrite."""

    async def load(self, *, today: datetime) -> OpenWork:
        """What was open when the last life ended, and the contacts since `today`."""


class History(Protocol):
    """What is on record of contacts. Raises `cti_bridge.errors.StoreError`."""

    async def page(
        self,
        customer: CustomerId,
        before: datetime | None,
        before_id: InteractionId | None,
        limit: int,
    ) -> tuple[tuple[ContactSummary, ...], bool]:
        """A customer's contacts, newest first, and whether there are more."""

    async def search(
        self, wanted: HistoryFilter, cursor: str, limit: int
    ) -> tuple[tuple[ContactSummary, ...], str]:
        """Newest first, and the next page's cursor ("" at the end); ValueError: bad cursor."""

    async def open(self, interaction: InteractionId) -> InteractionFile | None: ...
