"""Facts that the bridge tells its sessions."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from cti_bridge.protocol.frames import Event
from cti_bridge.protocol.values import (
    AgentView,
    InteractionView,
    LineView,
    MatchResult,
    MissedView,
    OfferView,
    QueueView,
)
from cti_bridge.protocol.vocabulary import (
    CustomerId,
    InteractionId,
    OfferId,
    OfferState,
    Permission,
)


class OfferMade(Event, frozen=True, kw_only=True, tag="offer-made"):
    """Rings at one agent; the customer's card is inside (`offer.interaction.match`)."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    offer: OfferView


class OfferEnded(Event, frozen=True, kw_only=True, tag="offer-ended"):
    """The offer is no longer pending, and why."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    offer_id: OfferId
    interaction_id: InteractionId
    state: OfferState


class InteractionChanged(Event, frozen=True, kw_only=True, tag="interaction-changed"):
    """A contact as it stands now; sent to its agent and, while it waits, to its queue."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction: InteractionView


class MatchFound(Event, frozen=True, kw_only=True, tag="match-found"):
    """A look-up that outran its time budget has ended."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId
    match: MatchResult


class AgentChanged(Event, frozen=True, kw_only=True, tag="agent-changed"):
    agent: AgentView


class QueueChanged(Event, frozen=True, kw_only=True, tag="queue-changed"):
    queue: QueueView


class MissedChanged(Event, frozen=True, kw_only=True, tag="missed-changed"):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    missed: MissedView


class MissedClosed(Event, frozen=True, kw_only=True, tag="missed-closed"):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId


class CustomerChanged(Event, frozen=True, kw_only=True, tag="customer-changed"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId
    version: int
    by: str


class LineChanged(Event, frozen=True, kw_only=True, tag="line-changed"):
    line: LineView


class SessionEnded(Event, frozen=True, kw_only=True, tag="session-ended"):
    """The bridge closes this session; `reason` is "taken_over", "signed_out", "stopping",
    "too_slow" or "disabled"."""

    reason: str


AnyEvent: TypeAlias = (
    OfferMade
    | OfferEnded
    | InteractionChanged
    | MatchFound
    | AgentChanged
    | QueueChanged
    | MissedChanged
    | MissedClosed
    | CustomerChanged
    | LineChanged
    | SessionEnded
)
