"""Every event to the sessions that may see it: stamped, remembered, never waiting."""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, TypeVar
from uuid import uuid4

from msgspec.structs import replace

from cti_bridge.protocol.codec import encode
from cti_bridge.protocol.events import OfferMade
from cti_bridge.protocol.vocabulary import Role
from cti_bridge.server.permissions import permits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.vocabulary import AgentId, Permission, QueueId

    Veil: TypeAlias = Callable[[Role, AnyEvent, bool], AnyEvent]
logger = logging.getLogger(__name__)
K = TypeVar("K")
RING_EVENTS: Final = 10_000
RING_BYTES: Final = 64 * 1024 * 1024
REPLAY_FRAMES: Final = 1000  # a longer replay costs more than a new snapshot
REPLAY_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """What decides which events a session is shown."""

    agent: AgentId | None
    queues: frozenset[QueueId] = frozenset()
    permissions: frozenset[Permission]
    watch: bool = False  # everything, whatever its audience and permission
    role: Role | None = None  # what is hidden from it


class Subscriber(Protocol):
    @property
    def viewer(self) -> Viewer: ...

    def deliver(self, text: bytes, *, at_once: bool) -> None:
        """One encoded event, in order; must not block and must not raise. What is not an offer may
        wait for the end of this turn of the loop, to go with other frames."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event in the ring; `at` is the clock's reading in seconds when it was published. Its
    text is kept and the event is not: ten thousand of them are many objects."""

    seq: int
    at: float
    kind: type[AnyEvent]
    offer: OfferMade | None
    to: Audience
    text: bytes
    owner: AgentId | None  # who has the contact in hand that it tells of
    veiled: Mapping[tuple[Role, bool], bytes]
    """As roles are shown it from which something is hidden; whether it is the viewer's own."""

    def shown(self, viewer: Viewer) -> bytes:
        if not self.veiled or viewer.role is None:
            return self.text
        own = self.owner is not None and viewer.agent == self.owner
        return self.veiled.get((viewer.role, own), self.text)


def may_see(viewer: Viewer, event: AnyEvent | type[AnyEvent], to: Audience) -> bool:
    """Permission and audience of one event, for one session."""
    if viewer.watch:
        return True
    if not permits(viewer.permissions, event):
        return False
    if not to.agents and not to.queues:
        return True
    return viewer.agent in to.agents or not to.queues.isdisjoint(viewer.queues)


class Hub:
    """Implements `acd.ports.Publisher`.

    `seq` ascends by one with each event of this `epoch` (one life of the bridge). A session is
    shown a part of them, so it sees gaps; it resumes after the last one it saw.
    """

    def __init__(
        self,
        *,
        ring: int = RING_EVENTS,
        ring_bytes: int = RING_BYTES,
        clock: Callable[[], float] = time.monotonic,
        veil: Veil = lambda role, event, own: event,
        owner: Callable[[AnyEvent], AgentId | None] = lambda event: None,
    ) -> None:
        self._veil, self._owner = veil, owner
        self.epoch = uuid4().hex
        self.seq = 0
        self._ring: deque[Stamped] = deque()
        self._ring_limit, self._ring_bytes, self._bytes = ring, ring_bytes, 0
        self._clock = clock
        self._all: set[Subscriber] = set()
        self._watching: set[Subscriber] = set()
        self._of_agent: dict[AgentId, set[Subscriber]] = {}
        self._of_queue: dict[QueueId, set[Subscriber]] = {}

    def publish(self, event: AnyEvent, to: Audience) -> None:
        """Encodes once and hands to each session that may see it; an event that cannot be
        encoded is logged and takes no `seq`."""
        stamped = replace(event, seq=self.seq + 1)
        try:
            text = encode(stamped).encode()
            veiled, owner = self._veiled(stamped), self._owner(stamped)
        except (UnicodeError, TypeError, ValueError):
            logger.exception("%s cannot be written as a frame", type(event).__name__)
            return
        self.seq += 1
        offer = stamped if isinstance(stamped, OfferMade) else None
        kept = Stamped(self.seq, self._clock(), type(event), offer, to, text, owner, veiled)
        self._remember(kept)
        at_once = offer is not None  # with what was told before it; the rest goes in one write
        for subscriber in self._addressed(to):
            viewer = subscriber.viewer
            if may_see(viewer, stamped, to):
                subscriber.deliver(kept.shown(viewer), at_once=at_once)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Every later event goes to it; no await between this and `missed`, or one is lost."""
        viewer = subscriber.viewer
        self._all.add(subscriber)
        if viewer.watch:
            self._watching.add(subscriber)
        if viewer.agent is not None:
            self._of_agent.setdefault(viewer.agent, set()).add(subscriber)
        for queue in viewer.queues:
            self._of_queue.setdefault(queue, set()).add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Safe to call twice."""
        viewer = subscriber.viewer
        self._all.discard(subscriber)
        self._watching.discard(subscriber)
        if viewer.agent is not None:
            _drop(self._of_agent, viewer.agent, subscriber)
        for queue in viewer.queues:
            _drop(self._of_queue, queue, subscriber)

    def missed(self, viewer: Viewer, after: int) -> list[bytes] | None:
        """The events later than `after` that this viewer may see, encoded, oldest first.

        None where the ring no longer holds them all, where `after` is not of this epoch, or
        where they are so many that a snapshot is cheaper.
        """
        first = self.seq - len(self._ring) + 1
        if not first - 1 <= after <= self.seq:
            return None
        frames: list[bytes] = []
        size = 0
        for stamped in self._since(after):
            if may_see(viewer, stamped.kind, stamped.to):
                frames.append(self._aged(stamped, viewer))
                size += len(frames[-1])
                if len(frames) > REPLAY_FRAMES or size > REPLAY_BYTES:
                    return None
        return frames

    def _since(self, after: int) -> Iterator[Stamped]:
        """The tail of the ring; walks from the newest, for a resume misses few."""
        tail: list[Stamped] = []
        for stamped in reversed(self._ring):
            if stamped.seq <= after:
                break
            tail.append(stamped)
        return reversed(tail)

    def _veiled(self, stamped: AnyEvent) -> Mapping[tuple[Role, bool], bytes]:
        """Encoded once for each role from which something of it is hidden, and for whose it is."""
        shown = {
            (role, own): self._veil(role, stamped, own) for role in Role for own in (False, True)
        }
        return {key: encode(one).encode() for key, one in shown.items() if one is not stamped}

    def _aged(self, stamped: Stamped, viewer: Viewer) -> bytes:
        """The frame as written now: an offer's remaining time has gone on running."""
        if stamped.offer is None:
            return stamped.shown(viewer)
        offer = stamped.offer.offer
        left = max(0, offer.expires_in_ms - int((self._clock() - stamped.at) * 1000))
        aged: AnyEvent = replace(stamped.offer, offer=replace(offer, expires_in_ms=left))
        role = viewer.role
        return encode(self._veil(role, aged, False) if role else aged).encode()

    def _addressed(self, to: Audience) -> tuple[Subscriber, ...]:
        """Who may be concerned, without asking each session of a large site."""
        if not to.agents and not to.queues:
            return tuple(self._all)
        found = set(self._watching)
        for agent in to.agents:
            found |= self._of_agent.get(agent, set())
        for queue in to.queues:
            found |= self._of_queue.get(queue, set())
        return tuple(found)

    def _remember(self, stamped: Stamped) -> None:
        self._ring.append(stamped)
        self._bytes += len(stamped.text)
        while len(self._ring) > self._ring_limit or (
            self._bytes > self._ring_bytes and len(self._ring) > 1
        ):
            self._bytes -= len(self._ring.popleft().text)


def _drop(index: dict[K, set[Subscriber]], key: K, subscriber: Subscriber) -> None:
    members = index.get(key)
    if members is None:
        return
    members.discard(subscriber)
    if not members:
        del index[key]
