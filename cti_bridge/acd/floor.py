"""What the distributor holds in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from cti_bridge.acd.ports import NoConversations
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.ports import Conversations
    from cti_bridge.acd.queue import QueueFigures
    from cti_bridge.acd.segment import Segment
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        Channel,
        InteractionId,
        OfferId,
        QueueId,
        SegmentId,
    )
    from cti_bridge.telephony.ports import CallId, Number

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
    figures: dict[QueueId, QueueFigures] = field(default_factory=dict)
    calls: dict[CallId, InteractionId] = field(default_factory=dict)
    waiting: set[InteractionId] = field(default_factory=set)
    missed_of: dict[Number, InteractionId] = field(default_factory=dict)
    sent_ns: dict[OfferId, int] = field(default_factory=dict)  # when its frame was written
    conversations: Conversations = field(default_factory=NoConversations)

    def position(self, name: InteractionId) -> int:
        """1: next in its queue; 0: not waiting."""
        return 0

    def staffed(self, queue: QueueId, channel: Channel) -> int:
        """Agents here who take this channel from the queue, busy or not."""
        return sum(
            1
            for one in self.agents.values()
            if one.willing and queue in one.queues and one.capacity.get(channel, 0)
        )

    def expected_wait(self, name: InteractionId) -> tuple[int, int | None]:
        return self.position(name), None

    def index(self, contact: Interaction) -> None:
        """Finds this contact by its calls as they are now."""
        old = self.interactions.get(contact.id)
        for call in calls_of(old) if old else ():
            self.calls.pop(call, None)
        for call in calls_of(contact):
            self.calls[call] = contact.id
        if contact.state is InteractionState.QUEUED:
            self.waiting.add(contact.id)
        else:
            self.waiting.discard(contact.id)

    def forget(self, contact: Interaction) -> None:
        """Nothing more comes of it; its parts leave the memory."""
        for name in [one.id for one in self.segments.values() if one.interaction == contact.id]:
            del self.segments[name]
        for offer in [one.id for one in self.offers.values() if one.interaction == contact.id]:
            del self.offers[offer]
            self.sent_ns.pop(offer, None)


def calls_of(contact: Interaction) -> tuple[CallId, ...]:
    consult = contact.consult.call if contact.consult else None
    return tuple(call for call in (contact.call, consult, contact.outside) if call)
