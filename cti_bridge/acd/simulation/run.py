"""Contacts come, wait, are given to agents by `choose` as in the bridge, are served, or give up.

The time is the simulation's own, in whole microseconds; nothing is drawn here, so a run of the
same traffic gives the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.choose import choose
from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.pool import Pool
from cti_bridge.acd.simulation.figures import Figures
from cti_bridge.protocol.vocabulary import InteractionId, InteractionState
from cti_bridge.telephony.ports import WITHHELD, Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.simulation.traffic import Coming, Stream
    from cti_bridge.config.values import Queue

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
NOBODY: Final = Caller(number=WITHHELD)
# Of events at the same moment an end comes first: who is answered just in time does not give up.
END, COME, LOOK, GIVE_UP = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Agents must be ready; they stay so."""

    queues: tuple[Queue, ...]
    agents: tuple[Agent, ...]
    streams: tuple[Stream, ...]


@dataclass(slots=True)
class Result:
    """By stream, and how long it took until the last contact had come."""

    streams: list[Figures]
    agents: int
    lasted: int = 0  # microseconds
    busy_until: int = 0  # microseconds: when the last contact was done

    @property
    def occupancy(self) -> float:
        """The part of their time that agents worked; of agents who have one contact at once."""
        busy = sum(one.busy for one in self.streams)
        return busy / (self.agents * self.busy_until) if self.busy_until else 0.0


def simulate(scenario: Scenario, contacts: Iterable[Coming]) -> Result:
    """What becomes of the contacts, which come in the order of their times. Ends when the last
    is done or gave up; one that nobody can take, and who never gives up, is left waiting."""
    run = _Run(scenario)
    for coming in contacts:
        run.until(coming.at, COME)
        run.come(coming)
    run.until(None, COME)
    return run.result


@dataclass(slots=True)
class _Run:
    scenario: Scenario
    pool: Pool = field(init=False)
    result: Result = field(init=False)
    now: int = 0
    events: list[tuple[int, int, int, InteractionId]] = field(default_factory=list)
    handling: dict[InteractionId, tuple[Coming, int]] = field(default_factory=dict)
    working: dict[InteractionId, Agent] = field(default_factory=dict)
    looked_for: int = -1
    made: int = 0

    def __post_init__(self) -> None:
        self.pool = Pool(self.scenario.queues)
        self.result = Result([Figures() for _ in self.scenario.streams], len(self.scenario.agents))
        for agent in self.scenario.agents:
            self.pool.put_agent(agent)

    def until(self, at: int | None, kind: int) -> None:
        """Does all that comes before `kind` at `at`; all there is where that is None."""
        while self.events and (at is None or self.events[0][:2] < (at, kind)):
            self.now, what, _, name = heappop(self.events)
            if what == END:
                self._end(name)
            elif what == GIVE_UP:
                self._give_up(name)
            self._assign()

    def come(self, coming: Coming) -> None:
        self.now, stream = coming.at, self.scenario.streams[coming.stream]
        self.made += 1
        name = InteractionId(f"{self.made:012}")
        at = START + timedelta(microseconds=coming.at)
        contact = Interaction(
            id=name,
            channel=stream.channel,
            state=InteractionState.QUEUED,
            queue=stream.queue,
            priority=stream.priority,
            skills=stream.skills,
            caller=NOBODY,
            started_at=at,
            queued_at=at,
            changed_at=at,
        )
        self.handling[name] = (coming, self.result.streams[coming.stream].came())
        self.pool.put_contact(contact)
        self.result.lasted = coming.at
        if coming.patience is not None:
            self._later(coming.at + coming.patience, GIVE_UP, name)
        self._assign()

    def _assign(self) -> None:
        now = START + timedelta(microseconds=self.now)
        while choice := choose(self.pool, now):
            name = choice.contact.id
            coming, number = self.handling[name]
            figures = self.result.streams[coming.stream]
            figures.ended(number, self.now - coming.at, answered=True)
            figures.busy += coming.handling
            agent = choice.agent.with_work(name, choice.contact.channel)
            self.working[name] = agent
            self.pool.drop_contact(name)
            self.pool.put_agent(agent)
            self._later(self.now + coming.handling, END, name)
        change = self.pool.next_change(now)
        if change is not None:
            at = -((START - change) // timedelta(microseconds=1))
            if at != self.looked_for:
                self.looked_for = at
                self._later(at, LOOK, InteractionId(""))

    def _end(self, name: InteractionId) -> None:
        del self.handling[name]
        done = self.working.pop(name)
        agent = self.pool.roster.agents[done.id].without_work(name)
        self.result.busy_until = self.now
        idle = START + timedelta(microseconds=self.now)
        self.pool.put_agent(replace(agent, idle_since=idle))

    def _give_up(self, name: InteractionId) -> None:
        if name in self.working or name not in self.handling:
            return
        coming, number = self.handling.pop(name)
        self.result.streams[coming.stream].ended(number, self.now - coming.at, answered=False)
        self.pool.drop_contact(name)

    def _later(self, at: int, kind: int, name: InteractionId) -> None:
        heappush(self.events, (at, kind, self.made, name))
