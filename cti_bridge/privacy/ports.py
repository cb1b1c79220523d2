"""What the room of privacy knows and needs of others, in values of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cti_bridge.protocol.privacy import AccessView
    from cti_bridge.protocol.vocabulary import (
        AccessKind,
        AgentId,
        CustomerId,
        InteractionId,
        Role,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks, from the session."""

    agent_id: AgentId
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One line of the access log, before it has its number."""

    at: datetime
    agent: AgentId
    name: str
    kind: AccessKind
    customer: CustomerId | None = None
    contact: InteractionId | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessQuery:
    """Newest first; empty fields do not filter."""

    customer: CustomerId | None = None
    agent: AgentId | None = None
    kinds: tuple[AccessKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of the whole log found."""

    entries: int
    first: int  # the oldest entry that is kept; 0: none
    last: int
    digest: str  # of the newest one, hexadecimal: noted elsewhere it vouches for all before
    fault: str = ""  # of the first entry that is not as it was written; "": all are


class AccessStore(Protocol):
    """Append-only. Raises `cti_bridge.errors.StoreError`."""

    async def append(self, entries: Sequence[Access]) -> None:
        """All of them in one transaction. Where a contact is named and no customer, the
        contact's customer is put in."""

    async def page(self, query: AccessQuery) -> tuple[tuple[AccessView, ...], bool]:
        """And whether there are more."""

    async def usual(self, since: datetime) -> Mapping[AgentId, float]:
        """Looks outside of contacts in an hour in which there was any, by agent; of agents with
        too few such hours none."""

    async def verify(self) -> Verdict: ...


class Work(Protocol):
    """What an agent has in hand; asked at each look, so without a trip."""

    def contact_with(self, agent: AgentId, customer: CustomerId) -> InteractionId | None:
        """The agent's open contact with this customer, or with somebody who may be this one."""

    def in_hand(self, agent: AgentId, contact: InteractionId) -> bool: ...

    def holder(self, contact: InteractionId) -> AgentId | None:
        """Who has it in hand."""


class Floor(Protocol):
    """Contacts and missed calls in memory."""

    async def erased(self, customers: frozenset[CustomerId], own: frozenset[str]) -> None:
        """There are no such customers any more: whatever names one is nobody's, and so is a
        missed call from one of these numbers, which were theirs alone."""
