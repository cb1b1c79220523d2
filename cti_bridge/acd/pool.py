"""What waits and who is there, laid out so that a decision looks at little of it.

Contacts that ask the same of an agent stand in one bucket, in their order, which does not change
while they wait: a decision compares the heads of the buckets. A contact that is kept for one agent
(asked for, or preferred) stands in a bucket of that agent. What does change by the clock alone (a
skill is relaxed, the time for the preferred agent is over) is on a heap, and is done when the pool
is next read. So a reading depends on what was put in and on `now`, and on nothing else.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.agent import reaches
from cti_bridge.acd.roster import Roster
from cti_bridge.acd.score import Place, ageing_of, from_micros, place_of, queued_at
from cti_bridge.acd.skills import Asked, Need, has, need
from cti_bridge.config.values import Queue
from cti_bridge.protocol.vocabulary import AgentMode, Channel, InteractionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, QueueId
    from cti_bridge.telephony.ports import LineId

ASKED_FOR: Final = "asked_for"
LAST_AGENT: Final = "last_agent"
VOID_MOST: Final = 256  # entries of the heap beyond four for each contact
_NO_QUEUE: Final = Queue(id="none", name="-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A queue at a glance."""

    waiting: int = 0
    by_channel: dict[Channel, int] = field(default_factory=dict)
    oldest: datetime | None = None


@dataclass(slots=True)
class Lane:
    """The contacts of one queue on one channel."""

    queue: QueueId | None
    channel: Channel
    ageing: int
    places: list[Place] = field(default_factory=list)  # all of them, in their order
    times: list[int] = field(default_factory=list)  # when each was queued, the oldest first
    buckets: dict[tuple[Asked, LineId | None], list[Place]] = field(default_factory=dict)
    # for anybody who can: by what is asked, and by the line of the call


@dataclass(slots=True)
class Standing:
    """Where a contact stands now."""

    contact: Interaction
    lane: Lane
    place: Place
    need: Need
    keeper: AgentId | None = None  # only this agent is offered it for now
    why: str = ""
    bucket: list[Place] | None = None  # None: nobody is offered it for now
    turn: int = 0  # of the heap: an entry of an older turn is void


class Pool:
    def __init__(self, queues: Iterable[Queue] = ()) -> None:
        self.roster = Roster()
        self.standing: dict[InteractionId, Standing] = {}
        self.lanes: dict[tuple[QueueId | None, Channel], Lane] = {}
        self.kept: dict[AgentId, dict[tuple[QueueId | None, Channel, str], list[Place]]] = {}
        self.keepers = 0  # bits of the agents that something is kept for
        self._queues: dict[str, Queue] = {one.id: one for one in queues}
        self._tied: dict[AgentId, set[InteractionId]] = {}  # wish for this agent, kept or not
        self._changes: list[tuple[datetime, InteractionId, int]] = []
        self._turn = 0
        self._now: datetime | None = None

    # -- contacts

    def put_contact(self, contact: Interaction) -> None:
        """As it stands now; one that does not wait is dropped."""
        known = self.standing.get(contact.id)
        if known is not None:
            if known.contact is contact:
                return
            self._take_out(known)
        if contact.state is InteractionState.QUEUED:
            self._put_in(contact)

    def drop_contact(self, name: InteractionId) -> None:
        known = self.standing.get(name)
        if known is not None:
            self._take_out(known)

    def _put_in(self, contact: Interaction) -> None:
        queue = self.queue(contact.queue)
        lane = self._lane(contact, queue)
        place = place_of(contact, queue)
        standing = Standing(contact=contact, lane=lane, place=place, need=Need())
        self.standing[contact.id] = standing
        insort(lane.places, place)
        insort(lane.times, place.queued)
        for name in (contact.wanted_agent, contact.prefer):
            if name is not None:
                self._tied.setdefault(name, set()).add(contact.id)
        if self._now is not None:
            self._settle(standing, self._now)

    def _take_out(self, standing: Standing) -> None:
        contact, lane, place = standing.contact, standing.lane, standing.place
        self._unsettle(standing)
        del self.standing[contact.id]
        del lane.places[bisect_left(lane.places, place)]
        del lane.times[bisect_left(lane.times, place.queued)]
        if not lane.places:
            del self.lanes[lane.queue, lane.channel]
        for name in (contact.wanted_agent, contact.prefer):
            if name is not None and name in self._tied:
                self._tied[name].discard(contact.id)
                if not self._tied[name]:
                    del self._tied[name]

    def _lane(self, contact: Interaction, queue: Queue) -> Lane:
        key = (contact.queue, contact.channel)
        lane = self.lanes.get(key)
        if lane is None:
            lane = self.lanes[key] = Lane(contact.queue, contact.channel, ageing_of(queue))
        return lane

    def queue(self, name: QueueId | None) -> Queue:
        return self._queues.get(name, _NO_QUEUE) if name is not None else _NO_QUEUE

    # -- agents

    def put_agent(self, agent: Agent) -> None:
        old = self.roster.agents.get(agent.id)
        if old is agent:
            return
        if old is not None and _weighs(old) == _weighs(agent):
            self.roster.renew(agent)
            return
        self.roster.put(agent)
        if agent.id in self._tied and (old is None or _promises(old) != _promises(agent)):
            self._again(agent.id)

    def drop_agent(self, name: AgentId) -> None:
        if name in self.roster.agents:
            self.keepers &= ~(1 << self.roster.slots[name])
            self.roster.drop(name)
            self._again(name)

    def _again(self, name: AgentId) -> None:
        """What wishes for this agent may be kept now, or no longer."""
        if self._now is None:
            return
        for contact in sorted(self._tied.get(name, ())):
            standing = self.standing[contact]
            self._unsettle(standing)
            self._settle(standing, self._now)

    # -- the clock

    def at(self, now: datetime) -> None:
        """Moves what the clock has moved; each reading begins so."""
        if self._now is None or now < self._now:
            for standing in self.standing.values():
                self._unsettle(standing)
                self._settle(standing, now)
        self._now = now
        while self._changes and self._changes[0][0] <= now:
            change = heappop(self._changes)
            if self._holds(change):
                due = self.standing[change[1]]
                self._unsettle(due)
                self._settle(due, now)

    def next_change(self, now: datetime) -> datetime | None:
        """When the clock alone may make a contact somebody else's."""
        self.at(now)
        while self._changes:
            if self._holds(self._changes[0]):
                return self._changes[0][0]
            heappop(self._changes)
        return None

    # -- where a contact stands

    def _settle(self, standing: Standing, now: datetime) -> None:
        contact, lane = standing.contact, standing.lane
        queue = self.queue(contact.queue)
        standing.need = need(queue, contact.skills, queued_at(contact), now)
        standing.keeper, standing.why = self._keeper(contact, standing.need, now)
        self._turn += 1
        standing.turn = self._turn
        self._wake_up(standing, now)
        if not contact.offerable:
            return
        if standing.keeper is not None:
            kept = self.kept.setdefault(standing.keeper, {})
            bucket = kept.setdefault((lane.queue, lane.channel, standing.why), [])
            self.keepers |= 1 << self.roster.slots[standing.keeper]
        else:
            bucket = lane.buckets.setdefault((standing.need.asked, contact.on_line), [])
        standing.bucket = bucket
        insort(bucket, standing.place)

    def _unsettle(self, standing: Standing) -> None:
        bucket, lane = standing.bucket, standing.lane
        standing.bucket = None
        if bucket is None:
            return
        del bucket[bisect_left(bucket, standing.place)]
        if bucket:
            return
        if standing.keeper is None:
            del lane.buckets[standing.need.asked, standing.contact.on_line]
            return
        kept = self.kept[standing.keeper]
        del kept[lane.queue, lane.channel, standing.why]
        if not kept:
            del self.kept[standing.keeper]
            slot = self.roster.slots.get(standing.keeper)
            if slot is not None:
                self.keepers &= ~(1 << slot)

    def _wake_up(self, standing: Standing, now: datetime) -> None:
        contact = standing.contact
        ends = (standing.need.until, contact.wanted_until, contact.prefer_until)
        when = min((end for end in ends if end is not None and end > now), default=None)
        if when is not None:
            heappush(self._changes, (when, contact.id, standing.turn))
            if len(self._changes) > VOID_MOST + 4 * len(self.standing):
                self._changes = [one for one in self._changes if self._holds(one)]
                heapify(self._changes)

    def _holds(self, change: tuple[datetime, InteractionId, int]) -> bool:
        """Whether this entry of the heap is of the contact as it stands."""
        _, name, turn = change
        standing = self.standing.get(name)
        return standing is not None and standing.turn == turn

    def _keeper(
        self, contact: Interaction, asks: Need, now: datetime
    ) -> tuple[AgentId | None, str]:
        """For whom the contact is kept now, and why; nobody: it is anybody's."""
        wanted = self.roster.agents.get(contact.wanted_agent) if contact.wanted_agent else None
        in_time = contact.wanted_until is None or now < contact.wanted_until
        if wanted is not None and in_time and may_be_asked(wanted, contact):
            return wanted.id, ASKED_FOR
        liked = self.roster.agents.get(contact.prefer) if contact.prefer else None
        if liked is None or contact.prefer_until is None or now >= contact.prefer_until:
            return None, ""
        able = contact.queue in liked.queues and has(liked.skills, asks.asked)
        able = able and reaches(liked, contact.on_line)
        if able and liked.willing and liked.capacity.get(contact.channel, 0) > 0:
            return liked.id, contact.prefer_why or LAST_AGENT
        return None, ""

    # -- reading

    def position(self, name: InteractionId) -> int:
        """1: next of its queue on its channel; 0: it does not wait."""
        standing = self.standing.get(name)
        return bisect_left(standing.lane.places, standing.place) + 1 if standing else 0

    def line(self, queue: QueueId | None) -> Line:
        lanes = self._lanes_of(queue)
        oldest = min((from_micros(lane.times[0]) for lane in lanes), default=None)
        return Line(
            waiting=sum(len(lane.places) for lane in lanes),
            by_channel={lane.channel: len(lane.places) for lane in lanes},
            oldest=oldest,
        )

    def waiting(self, queue: QueueId | None) -> Iterator[Interaction]:
        """Those of a queue: by channel, in their order."""
        for lane in self._lanes_of(queue):
            for place in lane.places:
                yield self.standing[place.id].contact

    def behind(self, name: InteractionId) -> Iterator[Interaction]:
        """Those who wait behind it in its queue, on its channel, in their order."""
        standing = self.standing.get(name)
        if standing is None:
            return
        places = standing.lane.places
        for at in range(bisect_left(places, standing.place) + 1, len(places)):
            yield self.standing[places[at].id].contact

    def staffed(self, queue: QueueId, channel: Channel) -> int:
        """Agents of the queue who are here and take this channel, busy or not."""
        return (self.roster.staff[channel] & self.roster.of_queue(queue)).bit_count()

    def _lanes_of(self, queue: QueueId | None) -> list[Lane]:
        found = (self.lanes.get((queue, channel)) for channel in Channel)
        return [lane for lane in found if lane is not None]


def may_be_asked(agent: Agent, contact: Interaction) -> bool:
    """Whether somebody who was asked for by name is here, and could take it one day."""
    here = agent.mode is not AgentMode.LOGGED_OUT and reaches(agent, contact.on_line)
    return here and agent.capacity.get(contact.channel, 0) > 0


def _weighs(agent: Agent) -> tuple[object, ...]:
    """What decides where an agent stands among the others."""
    wish = (agent.mode, agent.next_mode, agent.online, agent.idle_since)
    can = (agent.queues, agent.skills, agent.capacity, agent.interrupted_by)
    return (*wish, agent.hands, *can, agent.phone, agent.node)


def _promises(agent: Agent) -> tuple[object, ...]:
    """What decides for whom a contact is kept."""
    signed_in = agent.mode is not AgentMode.LOGGED_OUT
    at = (agent.phone, agent.node)
    return (signed_in, agent.willing, agent.queues, agent.skills, agent.capacity, at)
