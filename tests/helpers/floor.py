"""The distributor's core in a test's hand: no loop, no database, time moved by the test.

`World` does what `Distributor` does at its edge (turns, timers, the switch, the store) at once
and in order, so that a conversation reads as a ladder: what comes in, what must go out.
"""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from cti_bridge.acd import recovery
from cti_bridge.acd.agent import AgentRecord
from cti_bridge.acd.assigning import assign
from cti_bridge.acd.floor import Floor
from cti_bridge.acd.inputs import Arrived, Asked, Came, CameIn, Due, Left, Lost, Wrote
from cti_bridge.acd.loop import REFUSALS
from cti_bridge.acd.news import news_of
from cti_bridge.acd.ports import Arrival, StaleWrite, Taken
from cti_bridge.acd.rules import Rules
from cti_bridge.acd.step import Step
from cti_bridge.acd.surviving import Alive
from cti_bridge.acd.ticker import Ticker
from cti_bridge.acd.turns import take
from cti_bridge.acd.writes import (
    AddOutbox,
    DropOutbox,
    OpenWork,
    SaveAgent,
    SaveInteraction,
    SaveMissed,
    SaveOffer,
    SaveSegment,
)
from cti_bridge.config.values import Config, Queue
from cti_bridge.errors import StoreError
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged, OfferMade
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerCard, Match, MatchResult
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    CustomerId,
    InteractionId,
    MatchKind,
    MatchReason,
    OfferState,
    QueueId,
    RefusalCode,
)
from cti_bridge.telephony.ports import (
    WITHHELD,
    CallCleared,
    CallDelivered,
    Caller,
    CallId,
    Number,
    NumberKind,
    SwitchError,
)
from cti_bridge.telephony.simulator.switch import SimulatedSwitch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.ports import Audience
    from cti_bridge.acd.writes import Write
    from cti_bridge.protocol.events import AnyEvent

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NO_MATCH = MatchResult(kind=MatchKind.NONE)
CONFIG = Config(
    queues=(
        Queue(id="support", name="Support", dnis=("+34944210000",), offer_seconds=20),
        Queue(id="sales", name="Sales", dnis=("+34944210001",), wrap_up_seconds=60),
    )
)
E = TypeVar("E")


class ManualClock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic_ns(self) -> int:
        return round((self.at - START).total_seconds() * 1e9) + 1_000_000_000

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def caller(number: str = "+34612345099", name: str = "") -> Caller:
    if not number:
        return Caller(number=WITHHELD)
    return Caller(number=Number(kind=NumberKind.E164, value=number), display_name=name)


def record(name: str, *queues: str) -> AgentRecord:
    return AgentRecord(
        agent_id=AgentId(name),
        login=name,
        name=name.capitalize(),
        queues=frozenset(QueueId(one) for one in queues or ("support", "sales")),
    )


def one_match(name: str = "Ana Peña", customer: str = "c-1") -> MatchResult:
    card = CustomerCard(customer_id=CustomerId(customer), version=1, name=name)
    found = Match(card=card, reason=MatchReason.NUMBER_ON_FILE, matched_value="+34612345099")
    return MatchResult(kind=MatchKind.ONE, matches=(found,), total=1)


class MemoryStore:
    """An `AcdStore` that keeps rows and checks versions as the real one does."""

    def __init__(self) -> None:
        self.interactions: dict[str, Interaction] = {}
        self.agents: dict[str, Any] = {}
        self.offers: dict[str, Offer] = {}
        self.segments: dict[str, Any] = {}
        self.missed: dict[str, Any] = {}
        self.log: list[Write] = []
        self.outbox: dict[str, bytes] = {}
        self.commits = 0
        self.failure: Exception | None = None

    async def commit(self, writes: Sequence[Write]) -> None:
        self.commit_now(writes)

    def commit_now(self, writes: Sequence[Write]) -> None:
        if self.failure is not None:
            raise self.failure
        for write in writes:
            self._check(write)
        for write in writes:
            self._keep(write)
        self.log.extend(writes)
        self.commits += 1

    def _check(self, write: Write) -> None:
        match write:
            case SaveInteraction(interaction=one, expected=expected):
                self._version(self.interactions, one.id, expected)
            case SaveAgent(agent=agent, expected=expected):
                self._version(self.agents, agent.id, expected)
            case SaveOffer(offer=offer, new=new):
                assert (offer.id not in self.offers) is new
            case SaveSegment(segment=segment, new=new):
                assert (segment.id not in self.segments) is new
            case SaveMissed(missed=missed, new=new):
                assert (missed.id not in self.missed) is new

    def _version(self, rows: dict[str, Any], name: str, expected: int | None) -> None:
        found = rows[name].version if name in rows else None
        if found != expected:
            raise StaleWrite(f"{name}: {found}, not {expected}")

    def _keep(self, write: Write) -> None:  # one case for each kind of row
        match write:
            case SaveInteraction(interaction=one):
                self.interactions[one.id] = one
            case SaveAgent(agent=agent):
                self.agents[agent.id] = agent
            case SaveOffer(offer=offer):
                self.offers[offer.id] = offer
            case SaveSegment(segment=segment):
                self.segments[segment.id] = segment
            case SaveMissed(missed=missed):
                self.missed[missed.id] = missed
            case AddOutbox(id=name, frames=frames):
                self.outbox[name] = frames
            case DropOutbox(ids=names):
                self.outbox = {k: v for k, v in self.outbox.items() if k not in names}

    async def load(self, *, today: datetime) -> OpenWork:
        return self.load_now()

    async def contact(self, interaction: InteractionId) -> Interaction | None:
        return self.interactions.get(interaction)

    def load_now(self) -> OpenWork:
        return OpenWork(
            interactions=tuple(
                replace(one, match=None, treatment=None)
                for one in self.interactions.values()
                if one.state.value not in ("closed", "abandoned")
            ),
            segments=tuple(one for one in self.segments.values() if one.ended_at is None),
            offers=tuple(o for o in self.offers.values() if o.state is OfferState.PENDING),
            missed=tuple(row for row in self.missed.values() if row.closed_at is None),
            agents=tuple(replace(one, online=False) for one in self.agents.values()),
            outbox=tuple(self.outbox.items()),
        )


@dataclass
class World:
    config: Config = CONFIG
    match: MatchResult = NO_MATCH
    clock: ManualClock = field(default_factory=ManualClock)
    store: MemoryStore = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        self.switch = SimulatedSwitch(now=self.clock.now, monotonic_ns=self.clock.monotonic_ns)
        self.switch._sink = self._from_switch
        self.rules = Rules(self.config, self.switch.verbs)
        self.floor = Floor()
        self.inbox: deque[Input] = deque()
        self.timers: dict[tuple[str, str], datetime] = {}
        self.told: list[tuple[AnyEvent, Audience]] = []
        self._ids = 0
        self.observed: list[tuple[Interaction | None, Interaction]] = []
        self.overflowed: list[tuple[Interaction, str, str]] = []
        self.recorded: list[tuple[InteractionId, str, str]] = []
        self.ticker = Ticker(self.floor, self.rules, self.clock, self)
        recovery.fill(self.floor, self.store.load_now(), self.rules, self.clock.at.date())

    def restart(self, *, kept: bool = False, unsure: bool = False) -> World:
        """The bridge was killed: a new life on the same store, the calls gone with the old, or
        `kept` by the switch; `unsure`: it cannot say yet which."""
        after = World(config=self.config, match=self.match, clock=self.clock, store=self.store)
        after._ids = self._ids
        if kept:
            after.switch.calls = self.switch.calls
            after.switch._numbers = self.switch._numbers
            after.switch._conferences = self.switch._conferences
        live = () if unsure else result_now(after.switch.live_calls())
        lines = frozenset(one.line for one in after.switch.lines()) if unsure else frozenset()
        step = after._step()
        alive = Alive(calls={one.call: one for one in live}, unsure=lines)
        recovery.reconcile(step, alive, self.clock.at)
        after._finish(step)
        after.settle()
        return after

    def nothing(self) -> None:
        """A turn in which nothing comes in: who waits is offered."""
        self.give(Due(key=("choose", "")))

    # -- what comes in

    def come(self, name: str, *queues: str, ready: bool = True) -> AgentId:
        agent = AgentId(name)
        self.give(Came(record=self.rules.able(record(name, *queues))))
        if ready:
            self.ask(agent, c.SetMode(request_id=0, mode=AgentMode.READY))
        return agent

    def lose(self, agent: AgentId) -> None:
        self.give(Lost(agent=agent))

    def leave(self, agent: AgentId) -> None:
        self.give(Left(agent=agent))

    def ring(
        self, number: str = "+34612345099", dnis: str = "+34944210000", **fields: Any
    ) -> CallId:
        call = self.switch.ring(caller(number), dnis, **fields)
        self.settle()
        return call

    def arrive(self, name: str = "m-1", channel: Channel = Channel.EMAIL, **fields: Any) -> Taken:
        """A contact that a channel brings; `Taken` as the channel gets it."""
        given: dict[str, Any] = {"queue": QueueId("support"), "at": self.clock.at}
        number = Number(kind=NumberKind.EMAIL, value="ana@example.com")
        given["caller"] = Caller(number=number, display_name="Ana")
        arrival = Arrival(id=InteractionId(name), channel=channel, **(given | fields))
        taken = self.give(CameIn(arrival=arrival))
        assert isinstance(taken, Taken)
        return taken

    def wrote(self, name: str) -> bool:
        contact = InteractionId(name)
        stored = None if contact in self.floor.interactions else self.store.interactions[contact]
        return bool(self.give(Wrote(interaction=contact, at=self.clock.at, stored=stored)))

    def ask(self, agent: AgentId, command: Any, **looked_up: Any) -> c.Done:
        done = self.give(Asked(agent=agent, command=command, **looked_up))
        assert isinstance(done, c.Done)
        return done

    def give(self, given: Input) -> c.Done | Taken | bool | None:
        """One input to its end; raises CommandRefused of the rules or of the switch."""
        refused: list[CommandRefused] = []
        step = self._step()
        undo = step.mark()
        done = None
        try:
            done = take(step, given)
        except CommandRefused as refusal:
            undo()
            refused.append(refusal)
        assign(step)
        self._finish(step, refused)
        self.settle()
        if refused:
            raise refused[0]
        return done

    def give_cleared(self, call: str) -> None:
        """A clear of a call that the simulated switch does not know."""
        cause = ClearCause.CALLER_GAVE_UP
        self.give(CallCleared(call=CallId(call), at=self.clock.at, cause=cause))

    def settle(self) -> None:
        """What the switch says, to its end. Nobody asked: where it refuses, the loop logs it."""
        while self.inbox:
            with contextlib.suppress(CommandRefused):
                self.give(self.inbox.popleft())

    def advance(self, seconds: float) -> None:
        """Time passes; each deadline fires at its own time."""
        end = self.clock.at + timedelta(seconds=seconds)
        while due := [(at, key) for key, at in self.timers.items() if at <= end]:
            at, key = min(due)
            self.clock.at = max(self.clock.at, at)
            del self.timers[key]
            self.give(Due(key=key))
        self.clock.at = end

    def tick(self) -> None:
        """A period of the ticker is over."""
        self.ticker.flush()

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.told.append((event, to))

    # -- what came out

    def events(self, kind: type[E]) -> list[E]:
        return [event for event, _ in self.told if isinstance(event, kind)]

    def offers_to(self, agent: AgentId) -> list[Offer]:
        return [
            one
            for one in self.floor.offers.values()
            if one.agent == agent and one.state is OfferState.PENDING
        ]

    def offer(self) -> OfferMade:
        return self.events(OfferMade)[-1]

    def view(self) -> Any:
        return self.events(InteractionChanged)[-1].interaction

    def contact(self, call: CallId) -> Interaction:
        return next(
            one
            for one in self.store.interactions.values()
            if one.arrived_as == call or one.call == call
        )

    def journey(self, contact: Interaction) -> list[str]:
        return [
            w.what for w in self.store.log if hasattr(w, "what") and w.interaction == contact.id
        ]

    # -- the edge

    def _from_switch(self, event: Any) -> None:
        if isinstance(event, CallDelivered):
            event = Arrived(event=event, match=self.match)
        self.inbox.append(event)

    def new_id(self) -> str:
        self._ids += 1
        return f"{self._ids:06d}"

    def _step(self) -> Step:
        return Step(
            self.floor,
            self.rules,
            now=self.clock.now(),
            mono_ns=self.clock.monotonic_ns(),
            new_id=self.new_id,
        )

    def _finish(self, step: Step, refused: list[CommandRefused] | None = None) -> None:
        step.seal()
        news = news_of(step)
        writes = step.writes()
        if writes:
            self.store.commit_now(writes)
        changes = step.changes()
        step.keep()
        for before, after in changes:
            self.ticker.contact(before, after)
        self.observed.extend(changes)
        self.overflowed.extend(step.effects.overflowed)
        self.recorded.extend(step.effects.recorded)
        for event, _ in news:
            if isinstance(event, OfferMade):
                self.floor.sent_ns[event.offer.offer_id] = self.clock.monotonic_ns()
        self.told.extend(news)
        for key, at in step.effects.timers.items():
            self.timers.pop(key, None)
            if at is not None:
                self.timers[key] = at
        for action in step.effects.actions:
            self._command(action, refused)

    def _command(self, action: Any, refused: list[CommandRefused] | None) -> None:
        try:
            run_now(action.run(self.switch))
        except SwitchError as error:
            told = action.failed(error.code) if action.failed else None
            if told is not None:
                self.inbox.append(told)
            over = action.ends and error.code == "gone"
            if action.answers and refused is not None and not over:
                code = REFUSALS.get(error.code, RefusalCode.SWITCH_FAILED)
                refused.append(CommandRefused(code, error.detail))
            return
        if action.done is not None:
            self.inbox.append(action.done)


def result_now(awaitable: Any) -> Any:
    """What a coroutine that never waits returns."""
    try:
        awaitable.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("the simulated switch waited")


def run_now(awaitable: Any) -> None:
    """Runs a coroutine that never waits."""
    try:
        awaitable.send(None)
    except StopIteration:
        return
    raise AssertionError("the simulated switch waited")


LOCKED = StoreError("locked", "the database is locked", where="test")
