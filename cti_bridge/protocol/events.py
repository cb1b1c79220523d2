"""Facts that the bridge tells its sessions."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from cti_bridge.protocol.frames import Event
from cti_bridge.protocol.importing import ImportChanged, ImportDropped
from cti_bridge.protocol.privacy import VolumeAlert
from cti_bridge.protocol.subject_rights import CustodyChanged, CustomerErased
from cti_bridge.protocol.values import (
    AgentView,
    InteractionView,
    LineView,
    MatchResult,
    MessageView,
    MissedView,
    OfferView,
    QueueView,
)
from cti_bridge.protocol.vocabulary import (
    CustomerId,
    InteractionId,
    MessageId,
    MonitorMode,
    OfferId,
    OfferState,
    Permission,
)
from cti_bridge.protocol.voice import VoicePathsChanged


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


class WaitingChanged(Event, frozen=True, kw_only=True, tag="waiting-changed"):
    """What waits in queues, as it changed in the last moment: told together, some times a
    second. `gone`: with the version that it went with."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    changed: tuple[InteractionView, ...] = ()
    gone: tuple[tuple[InteractionId, int], ...] = ()


class MessageAdded(Event, frozen=True, kw_only=True, tag="message-added"):
    """To the agent who has the contact, and to those who look at it."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    message: MessageView


class MessageChanged(Event, frozen=True, kw_only=True, tag="message-changed"):
    """Its delivery, or what became of it."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    message: MessageView


class ConversationChanged(Event, frozen=True, kw_only=True, tag="conversation-changed"):
    """The running state of a conversation, beside the contact's own; fields as in
    `InteractionView`. Sent to its agent, and to those who look at it."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId
    unread: int = 0
    waiting_reply_since: datetime | None = None
    last_text: str = ""
    customer_typing: bool = False
    customer_here: bool = True
    read_to: MessageId | None = None
    preview: str = ""  # what the customer is typing, where the chat's `sneak_peek` is on
    readers: tuple[str, ...] = ()


class AgentChanged(Event, frozen=True, kw_only=True, tag="agent-changed"):
    """To the agent, at once; the others learn of it by `AgentsChanged`."""

    agent: AgentView


class AgentsChanged(Event, frozen=True, kw_only=True, tag="agents-changed"):
    """Everybody's states as they changed in the last moment: told together, once a second."""

    agents: tuple[AgentView, ...]


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
    merged_into: CustomerId | None = None  # it is this one's file from now on


class LineChanged(Event, frozen=True, kw_only=True, tag="line-changed"):
    line: LineView


class MonitorChanged(Event, frozen=True, kw_only=True, tag="monitor-changed"):
    """To a supervisor: how their taking part in a call stands; `state` "" is its end."""

    permission: ClassVar[Permission] = Permission.MONITOR
    interaction_id: InteractionId
    mode: MonitorMode
    state: Literal["asked", "on", ""]


class CallMonitored(Event, frozen=True, kw_only=True, tag="call-monitored"):
    """To the agent of a call: who takes part in it; `mode` None: no longer."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId
    by: str
    mode: MonitorMode | None


class SessionEnded(Event, frozen=True, kw_only=True, tag="session-ended"):
    """The bridge closes this session; `reason` is "taken_over", "signed_out", "stopping",
    "too_slow" or "disabled"."""

    reason: str


AnyEvent: TypeAlias = (
    OfferMade
    | OfferEnded
    | InteractionChanged
    | MatchFound
    | WaitingChanged
    | MessageAdded
    | MessageChanged
    | ConversationChanged
    | AgentChanged
    | AgentsChanged
    | QueueChanged
    | MissedChanged
    | MissedClosed
    | CustomerChanged
    | CustomerErased
    | CustodyChanged
    | LineChanged
    | MonitorChanged
    | CallMonitored
    | VolumeAlert
    | VoicePathsChanged
    | ImportChanged
    | ImportDropped
    | SessionEnded
)
