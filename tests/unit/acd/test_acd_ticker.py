"""What is told to all is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd.ticker import AGENTS_EVERY, MOST_TOLD, Ticker
from cti_bridge.protocol.events import AgentsChanged, MissedChanged, QueueChanged
from cti_bridge.protocol.vocabulary import QueueId
from tests.helpers.floor import World

if TYPE_CHECKING:
    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent


class Told:
    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)

    def count(self, kind: type) -> int:
        return sum(isinstance(event, kind) for event in self.events)


async def test_many_changes_are_one_frame_of_the_newest_state() -> None:
    world, told = World(), Told()
    agent = world.come("ana")
    ticker = Ticker(world.floor, world.rules, world.clock, told)
    for _ in range(50):
        world.ring()
        ticker.mark({QueueId("support")}, {agent})
    for _ in range(AGENTS_EVERY):
        ticker.flush()
    assert (told.count(QueueChanged), told.count(AgentsChanged)) == (1, 1)
    view = next(e.queue for e in told.events if isinstance(e, QueueChanged))
    assert (view.waiting, view.ready_agents, view.signed_in_agents) == (49, 0, 1)
    ticker.flush()
    assert len(told.events) == 2  # nothing new, nothing told


async def test_a_queue_that_is_gone_from_the_configuration_is_not_told() -> None:
    world, told = World(), Told()
    ticker = Ticker(world.floor, world.rules, world.clock, told)
    ticker.mark({QueueId("old")}, set())
    ticker.flush()
    assert not told.events


async def test_all_agents_that_changed_are_one_frame() -> None:
    world, told = World(), Told()
    agents = {world.come(f"agent-{n}") for n in range(MOST_TOLD + 1)}
    ticker = Ticker(world.floor, world.rules, world.clock, told)
    ticker.mark(set(), agents)
    for _ in range(AGENTS_EVERY):
        ticker.flush()
    frames = [event for event in told.events if isinstance(event, AgentsChanged)]
    assert [len(frame.agents) for frame in frames] == [MOST_TOLD, 1]
    assert {view.agent_id for frame in frames for view in frame.agents} == agents


async def test_missed_calls_are_told_as_they_are_when_the_period_is_over() -> None:
    world, told = World(), Told()
    world.come("ana")
    for number in ("600000001", "600000002", "600000003"):
        world.switch.far_end_clears(world.ring(number))
        world.settle()
    first, second, third = (event.missed for event in world.events(MissedChanged))
    ticker = Ticker(world.floor, world.rules, world.clock, told)
    for row in (third, first, second, first):
        ticker.missed(row.interaction_id)
    world.floor.missed.pop(second.interaction_id)  # was called back
    ticker.flush()
    assert [event.missed for event in told.events if isinstance(event, MissedChanged)] == [
        third,
        first,
    ]
    ticker.flush()
    assert told.count(MissedChanged) == 2
