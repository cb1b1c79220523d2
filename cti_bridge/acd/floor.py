"""What the distributor holds in memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from cti_bridge.acd.breaks import Breaks
from cti_bridge.acd.ledger import USUAL
from cti_bridge.acd.pool import Pool
from cti_bridge.acd.ports import NoConversations
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.monitoring import Monitor
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.ports import Conversations
    from cti_bridge.acd.queue import QueueFigures
    from cti_bridge.acd.segment import Segment
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        Channel,
        CustomerId,
        InteractionId,
        OfferId,
        QueueId,
        SegmentId,
    )
    from cti_bridge.telephony.ports import CallId, Number

RECENT: Final = 50
FEWEST: Final = 5
"""Contacts whose handling times are remembered, and how many make a mean."""
K = TypeVar("K")
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """A dict seen through changes that are not yet made."""

    def __init__(self, base: dict[K, V]) -> None:
        self.base = base
        self.changed: dict[K, V] = {}

    def get(self, key: K | None) -> V | None:
        if key is None:
            return None
        return self.changed.get(key) or self.base.get(key)

    def __getitem__(self, key: K) -> V:
        return self.changed[key] if key in self.changed else self.base[key]

    def put(self, key: K, value: V) -> V:
        self.changed[key] = value
        return value

    def values(self) -> Iterator[V]:
        for key, value in self.base.items():
            yield self.changed.get(key, value)
        for key, value in self.changed.items():
            if key not in self.base:
                yield value

    def apply(self, keep: Callable[[V], bool]) -> None:
        for key, value in self.changed.items():
            if keep(value):
                self.base[key] = value
            else:
                self.base.pop(key, None)


@dataclass(slots=True)
class Floor:
    """Everything alive; the store holds the same, and what is over besides."""

    agents: dict[AgentId, Agent] = field(default_factory=dict)
    interactions: dict[InteractionId, Interaction] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    segments: dict[SegmentId, Segment] = field(default_factory=dict)
    missed: dict[InteractionId, Missed] = field(default_factory=dict)
    monitors: dict[CallId, Monitor] = field(default_factory=dict)
    figures: dict[QueueId, QueueFigures] = field(default_factory=dict)
    calls: dict[CallId, InteractionId] = field(default_factory=dict)
    missed_of: dict[Number, InteractionId] = field(default_factory=dict)
    # who was merged lately, and into whom; None: erased (`acd.becoming`)
    homes: dict[CustomerId, CustomerCard | None] = field(default_factory=dict)
    sent_ns: dict[OfferId, int] = field(default_factory=dict)  # when its frame was written
    conversations: Conversations = field(default_factory=NoConversations)

    pool: Pool = field(default_factory=Pool)  # who waits and who is there, for `choose`
    pace: dict[tuple[QueueId, Channel], deque[float]] = field(default_factory=dict)
    breaks: Breaks = field(default_factory=Breaks)
    at_once: Mapping[Channel, int] = field(default_factory=lambda: USUAL)

    def position(self, name: InteractionId) -> int:
        """1: next of its queue and channel; 0: not waiting."""
        return self.pool.position(name)

    def expected_wait(self, name: InteractionId) -> tuple[int, int | None]:
        """Position, and seconds: none before enough were served here to tell."""
        contact, position = self.interactions.get(name), self.position(name)
        if contact is None or contact.queue is None or not position:
            return position, None
        return position, self.seconds_to(contact.queue, contact.channel, position)

    def seconds_to(self, queue: QueueId, channel: Channel, position: int) -> int | None:
        """How long until those in front were served: position × mean handling time ÷ how many
        are served at once. None: nobody is there, or too few were served in this life."""
        recent = self.pace.get((queue, channel), ())
        served = self.pool.staffed(queue, channel) * max(1, self.at_once.get(channel, 1))
        if len(recent) < FEWEST or not served:
            return None
        return round(position * sum(recent) / len(recent) / served)

    def handled(self, contact: Interaction, before: Interaction) -> None:
        """A live contact was served to its end: how long that took."""
        if before.state is InteractionState.CLOSED or not contact.live:
            return
        if contact.queue is None or contact.established_at is None:
            return
        seconds = (contact.changed_at - contact.established_at).total_seconds()
        key = (contact.queue, contact.channel)
        self.pace.setdefault(key, deque(maxlen=RECENT)).append(max(0.0, seconds))

    def index(self, contact: Interaction) -> None:
        """Finds this contact by its calls as they are now."""
        old = self.interactions.get(contact.id)
        for call in calls_of(old) if old else ():
            self.calls.pop(call, None)
        for call in calls_of(contact):
            self.calls[call] = contact.id

    def forget(self, contact: Interaction) -> None:
        """Nothing more comes of it; its parts leave the memory."""
        for name in [one.id for one in self.segments.values() if one.interaction == contact.id]:
            del self.segments[name]
        for offer in [one.id for one in self.offers.values() if one.interaction == contact.id]:
            del self.offers[offer]
            self.sent_ns.pop(offer, None)


def calls_of(contact: Interaction) -> tuple[CallId, ...]:
    consult = contact.consult.call if contact.consult else None
    joined = (party.call for party in contact.parties)
    return tuple(call for call in (contact.call, consult, contact.outside, *joined) if call)
