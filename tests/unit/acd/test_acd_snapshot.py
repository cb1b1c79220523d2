"""What one agent sees on signing in, bounded."""

from __future__ import annotations

from cti_bridge.acd.snapshot import MAX_MISSED, MAX_WAITING, parts_of
from cti_bridge.protocol.vocabulary import AgentId, InteractionState, QueueId
from tests.helpers.floor import World


def test_own_first_then_the_longest_waiting_and_the_newest_missed() -> None:
    world = World()
    agent = world.come("ana", "support")
    for n in range(MAX_WAITING + 20):
        world.clock.advance(1)
        world.ring(f"+34600{n:06d}")
    for n in range(MAX_MISSED + 5):
        world.clock.advance(1)
        world.switch.far_end_clears(world.ring(f"+34700{n:06d}", "+34944210001"))
        world.settle()
    both = frozenset({QueueId("support"), QueueId("sales")})
    seen = parts_of(world.floor, world.rules, world.clock.now(), agent, both, ())
    assert seen.interactions[0].state is InteractionState.OFFERED
    assert [one.ani for one in seen.interactions[1:3]] == ["+34600000001", "+34600000002"]
    assert len(seen.interactions) == MAX_WAITING
    assert len(seen.missed) == MAX_MISSED
    assert seen.missed[0].number == f"+34700{MAX_MISSED + 4:06d}"


def test_other_queues_are_not_shown() -> None:
    world = World()
    world.ring()
    sales = frozenset({QueueId("sales")})
    seen = parts_of(world.floor, world.rules, world.clock.now(), AgentId("zoe"), sales, ())
    assert (seen.interactions, seen.missed) == ((), ())
    assert [one.queue_id for one in seen.queues] == ["sales"]
