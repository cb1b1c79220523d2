"""What one step asks of the store, and what the store gives back at the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.segment import Segment
    from cti_bridge.protocol.values import RoutingDecision
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        AgentMode,
        Channel,
        InteractionId,
        QueueId,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveInteraction:
    """`expected`: the version that the row must have; None: a new row."""

    interaction: Interaction
    expected: int | None
    queue_name: str
    agent_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAgent:
    """`expected`: the version that the row must have; None: a new row, or any."""

    agent: Agent
    expected: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOffer:
    offer: Offer
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSegment:
    segment: Segment
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveMissed:
    missed: Missed
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddStep:
    """One line of a contact's journey."""

    interaction: InteractionId
    at: datetime
    what: str
    detail: str = ""
    code: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
    decision: RoutingDecision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMode:
    """An agent is in this mode from `at` on."""

    id: str
    agent: AgentId
    mode: AgentMode
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMode:
    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOutbox:
    """Frames that must be told once this transaction stands (`acd.outbox`)."""

    id: str
    at: datetime
    frames: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOutbox:
    """Told; no longer owed."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StillAlive:
    """The bridge lives at `at`: bounds the end of what a crash leaves open."""

    at: datetime


Write: TypeAlias = (
    SaveInteraction
    | SaveAgent
    | SaveOffer
    | SaveSegment
    | SaveMissed
    | AddStep
    | OpenMode
    | CloseMode
    | AddOutbox
    | DropOutbox
    | StillAlive
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A live contact of today, for the queue's figures."""

    queue: QueueId
    channel: Channel
    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """An agent was not ready for a reason, today or until today; `until` None: it was still so
    when the last life ended."""

    agent: AgentId
    reason: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """What the last life left open."""

    interactions: tuple[Interaction, ...] = ()
    segments: tuple[Segment, ...] = ()
    offers: tuple[Offer, ...] = ()
    missed: tuple[Missed, ...] = ()
    agents: tuple[Agent, ...] = ()
    outbox: tuple[tuple[str, bytes], ...] = ()
    waited: tuple[Waited, ...] = field(default=())
    breaks: tuple[Break, ...] = ()
    alive_at: datetime | None = None
