"""One step of the floor: what the inputs of a turn change, until it is stored and kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from cti_bridge.acd.agent import Agent, activity_of
from cti_bridge.acd.becoming import at_home, missed_at_home
from cti_bridge.acd.floor import Shelf, calls_of
from cti_bridge.acd.interaction import Interaction, evolve
from cti_bridge.acd.missed import Missed
from cti_bridge.acd.offer import Offer
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.writes import (
    AddStep,
    CloseMode,
    OpenMode,
    SaveAgent,
    SaveInteraction,
    SaveMissed,
    SaveOffer,
    SaveSegment,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Channel,
    InteractionState,
    OfferState,
    QueueId,
)
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set
    from datetime import datetime

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.inputs import SwitchAction, TimerKey
    from cti_bridge.acd.monitoring import Monitor
    from cti_bridge.acd.ports import Audience
    from cti_bridge.acd.queue import QueueFigures
    from cti_bridge.acd.rules import Rules
    from cti_bridge.acd.writes import Write
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import RoutingDecision
    from cti_bridge.protocol.vocabulary import InteractionId, OfferId, SegmentId
    from cti_bridge.telephony.ports import CallId, Number

Saved: TypeAlias = Interaction | Agent | Offer | Segment | Missed


@dataclass(slots=True)
class Effects:
    """What a step does besides changing values."""

    journey: list[AddStep] = field(default_factory=list)
    modes: list[OpenMode | CloseMode] = field(default_factory=list)
    told: list[tuple[AnyEvent, Audience]] = field(default_factory=list)
    actions: list[SwitchAction] = field(default_factory=list)
    timers: dict[TimerKey, datetime | None] = field(default_factory=dict)  # None: cancelled
    queues: set[QueueId] = field(default_factory=set)  # whose figures to show anew
    # what channels must be told besides the contact: do and reply of the queue's rules, messages
    overflowed: list[tuple[Interaction, str, str]] = field(default_factory=list)
    recordings: list[tuple[InteractionId, str, float]] = field(default_factory=list)
    recorded: list[tuple[InteractionId, str, str]] = field(default_factory=list)  # file, agent

    def copy(self) -> Effects:
        return Effects(
            list(self.journey),
            list(self.modes),
            list(self.told),
            list(self.actions),
            dict(self.timers),
            set(self.queues),
            list(self.overflowed),
            list(self.recordings),
            list(self.recorded),
        )


class Step:
    """Read and written by the rules; then sealed, stored, and kept, or thrown away."""

    def __init__(
        self,
        floor: Floor,
        rules: Rules,
        *,
        now: datetime,
        mono_ns: int,
        new_id: Callable[[], str],
    ) -> None:
        self.floor, self.rules, self.mono_ns = floor, rules, mono_ns
        self.now = self.present = now  # `now` is when the input in hand came: it may have waited
        self.new_id = new_id
        self.agents: Shelf[AgentId, Agent] = Shelf(floor.agents)
        self.interactions: Shelf[InteractionId, Interaction] = Shelf(floor.interactions)
        self.offers: Shelf[OfferId, Offer] = Shelf(floor.offers)
        self.segments: Shelf[SegmentId, Segment] = Shelf(floor.segments)
        self.missed: Shelf[InteractionId, Missed] = Shelf(floor.missed)
        self.monitors: Shelf[CallId, Monitor] = Shelf(floor.monitors)
        self.figures: Shelf[QueueId, QueueFigures] = Shelf(floor.figures)
        self.revived: dict[InteractionId, Interaction] = {}  # were over: as the store has them
        self.effects = Effects()
        self._fed: tuple[set[InteractionId], set[AgentId]] = (set(), set())

    @property
    def _shelves(self) -> tuple[Shelf[object, object], ...]:
        return (  # type: ignore[return-value]  # K and V differ; only `changed` is used
            self.agents,
            self.interactions,
            self.offers,
            self.segments,
            self.missed,
            self.monitors,
            self.figures,
        )

    def mark(self) -> Callable[[], None]:
        """Returns what takes back all that is changed from here on."""
        changed = [dict(shelf.changed) for shelf in self._shelves]
        effects = self.effects.copy()

        def undo() -> None:
            for shelf, before in zip(self._shelves, changed, strict=True):
                shelf.changed = before
            self.effects = effects

        return undo

    # -- reading

    def of_call(self, call: CallId) -> Interaction | None:
        for one in self.interactions.changed.values():
            if call in calls_of(one):
                return one
        found = self.interactions.get(self.floor.calls.get(call))
        return found if found is not None and call in calls_of(found) else None

    def work_of(self, agent: Agent) -> list[Interaction]:
        found = (self.interactions.get(name) for name in agent.work)
        return [one for one in found if one is not None]

    def missed_of(self, number: Number) -> Missed | None:
        """The open row of this number; callers who withhold theirs have a row each."""
        if number.kind is NumberKind.WITHHELD:
            return None
        for row in self.missed.changed.values():
            if row.closed_at is None and row.caller.number == number:
                return row
        found = self.missed.get(self.floor.missed_of.get(number))
        if found is None or found.closed_at is not None or found.caller.number != number:
            return None  # or its customer was erased, and the row is nobody's
        return found

    def before(self, name: InteractionId) -> Interaction | None:
        """The contact as it is stored."""
        return self.floor.interactions.get(name) or self.revived.get(name)

    def expected_wait(self, contact: Interaction) -> tuple[int, int | None]:
        """Its position (1: next) and the seconds to expect (None: not known)."""
        return self.floor.expected_wait(contact.id)

    def agent_name(self, name: AgentId | None) -> str:
        agent = self.agents.get(name)
        return agent.name if agent else ""

    # -- writing

    def save(self, *values: Saved) -> None:
        for value in values:
            match value:
                case Interaction():
                    contact = at_home(value, self.floor.homes)
                    self.interactions.put(contact.id, contact)
                    self._in_hand(contact)
                case Agent():
                    self.agents.put(value.id, value)
                case Offer():
                    self.offers.put(value.id, value)
                case Segment():
                    self.segments.put(value.id, value)
                case Missed():
                    self.missed.put(value.id, missed_at_home(value, self.floor.homes))

    def _in_hand(self, contact: Interaction) -> None:
        """What it takes of its agent follows from what it is: a chat that rests takes nothing,
        work with a call inside it is a call."""
        agent = self.agents.get(contact.agent)
        if agent is None or contact.id not in agent.work:
            return
        channel = Channel.VOICE if contact.call else contact.channel
        holding = agent.with_hand(contact.id, channel, counts=not contact.resting)
        if holding is not agent:
            self.agents.put(agent.id, holding)

    def revive(self, contact: Interaction) -> Interaction:
        """Takes up a contact that was over, as the store has it."""
        self.revived[contact.id] = contact
        return contact

    def journey(
        self,
        contact: InteractionId,
        what: str,
        detail: str = "",
        *,
        code: str = "",
        figures: Mapping[str, int] | None = None,
        decision: RoutingDecision | None = None,
    ) -> None:
        """As `JourneyStep`: `detail` is a name or a number, never a sentence."""
        self.effects.journey.append(
            AddStep(
                interaction=contact,
                at=self.now,
                what=what,
                detail=detail[:200],
                code=code,
                figures=figures or {},
                decision=decision,
            )
        )

    def tell(self, event: AnyEvent, to: Audience) -> None:
        self.effects.told.append((event, to))

    def act(self, action: SwitchAction) -> None:
        self.effects.actions.append(action)

    def timer(self, key: TimerKey, at: datetime | None) -> None:
        self.effects.timers[key] = at

    # -- the pool

    def feed(self) -> None:
        """The pool as this step would leave the floor; `keep` or `unfeed` makes it true."""
        pool, (contacts, agents) = self.floor.pool, self._fed
        self._put_back(
            contacts - self.interactions.changed.keys(), agents - self.agents.changed.keys()
        )
        for contact in self.interactions.changed.values():
            pool.put_contact(contact)
        for agent in self.agents.changed.values():
            pool.put_agent(agent)
        contacts.update(self.interactions.changed)
        agents.update(self.agents.changed)

    def unfeed(self) -> None:
        """Nothing of this step was stored: the pool is as the floor is."""
        self._put_back(*self._fed)

    def _put_back(self, contacts: Set[InteractionId], agents: Set[AgentId]) -> None:
        floor, pool = self.floor, self.floor.pool
        for name in contacts:
            contact = floor.interactions.get(name)
            if contact is None:
                pool.drop_contact(name)
            else:
                pool.put_contact(contact)
        for owner in agents:
            agent = floor.agents.get(owner)
            if agent is None:
                pool.drop_agent(owner)
            else:
                pool.put_agent(agent)

    # -- the end

    def seal(self) -> None:
        """Derives what is shown of the agents, and raises the versions by one; call once."""
        owners = {
            owner
            for contact in self.interactions.changed.values()
            for owner in (contact.agent, self._owner_before(contact.id))
            if owner is not None
        }
        for name in owners | self.agents.changed.keys():
            agent = self.agents.get(name)
            if agent is None:
                continue
            shown = self._shown(agent)
            if shown != self.floor.agents.get(name):
                self.agents.put(name, replace(shown, version=self._agent_version(agent) + 1))
            else:
                self.agents.changed.pop(name, None)
        for contact in list(self.interactions.changed.values()):
            old = self.before(contact.id)
            if contact == old:
                del self.interactions.changed[contact.id]
            else:
                version = (old.version if old else 0) + 1
                self.interactions.put(contact.id, evolve(contact, version=version))

    def _owner_before(self, name: InteractionId) -> AgentId | None:
        before = self.before(name)
        return before.agent if before else None

    def _agent_version(self, agent: Agent) -> int:
        was = self.floor.agents.get(agent.id)
        return was.version if was else agent.version

    def _shown(self, agent: Agent) -> Agent:
        doing = [
            contact.state
            for hand in agent.hands
            if hand.counts and (contact := self.interactions.get(hand.interaction)) is not None
        ]
        activity = activity_of(agent.mode, doing)
        before = self.floor.agents.get(agent.id)
        if before and (before.activity, before.reason) == (activity, agent.reason):
            return replace(agent, activity=activity, since=before.since)
        return replace(agent, activity=activity, since=self.now)

    def writes(self) -> list[Write]:
        """What the store must keep of this step, rows that others point to first."""
        floor = self.floor
        writes: list[Write] = []
        for contact in self.interactions.changed.values():
            old = self.before(contact.id)
            writes.append(
                SaveInteraction(
                    interaction=contact,
                    expected=old.version if old else None,
                    queue_name=self.rules.queue_name(contact.queue),
                    agent_name=self.agent_name(contact.agent),
                )
            )
        for agent in self.agents.changed.values():
            was = floor.agents.get(agent.id)
            writes.append(SaveAgent(agent=agent, expected=was.version if was else None))
        return [
            *writes,
            *(
                SaveOffer(offer=o, new=o.id not in floor.offers)
                for o in self.offers.changed.values()
            ),
            *(
                SaveSegment(segment=one, new=one.id not in floor.segments)
                for one in self.segments.changed.values()
            ),
            *(
                SaveMissed(missed=row, new=row.id not in floor.missed)
                for row in self.missed.changed.values()
            ),
            *self.effects.journey,
            *self.effects.modes,
        ]

    def changes(self) -> list[tuple[Interaction | None, Interaction]]:
        """Each contact that changed, before and after; after `seal` and before `keep`."""
        return [(self.before(one.id), one) for one in self.interactions.changed.values()]

    def keep(self) -> None:
        """Makes the changes; what is over leaves the memory."""
        floor, changes = self.floor, self.changes()
        self._note()
        self.agents.apply(lambda _: True)
        self.interactions.apply(lambda one: one.alive)
        self.offers.apply(self._offer_lives)
        self.segments.apply(lambda _: True)
        self.missed.apply(lambda one: one.closed_at is None)
        self.monitors.apply(lambda one: not one.over)
        self.figures.apply(lambda _: True)
        for before, contact in changes:
            if contact.state is InteractionState.CLOSED and before is not None:
                floor.handled(contact, before)
            if not contact.alive:
                floor.forget(contact)
        self.feed()
        self._put_back(*self._fed)

    def _note(self) -> None:
        """What is found by other keys than its own."""
        floor = self.floor
        for contact in self.interactions.changed.values():
            floor.index(contact)
        for row in self.missed.changed.values():
            if row.closed_at is None:
                floor.missed_of[row.caller.number] = row.id
            else:
                floor.missed_of.pop(row.caller.number, None)
        for agent in self.agents.changed.values():
            was = floor.agents.get(agent.id)
            if was is not None:
                floor.breaks.changed(was, agent)

    def _offer_lives(self, offer: Offer) -> bool:
        if offer.state is OfferState.PENDING:
            return True
        contact = self.interactions.get(offer.interaction)
        lives = contact is not None and contact.alive and contact.offer == offer.id
        if not lives:
            self.floor.sent_ns.pop(offer.id, None)
        return lives
