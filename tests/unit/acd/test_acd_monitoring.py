"""Who listens to whom, as ladders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from cti_bridge.acd.monitoring import live_calls
from cti_bridge.acd.snapshot import parts_of
from cti_bridge.config.values import Supervision
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import CallMonitored, MonitorChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentId,
    ClearCause,
    MonitorMode,
    Permission,
    QueueId,
    RefusalCode,
    Role,
)
from cti_bridge.server.permissions import granted
from cti_bridge.telephony.ports import SwitchError
from tests.helpers.floor import CONFIG, World

if TYPE_CHECKING:
    from cti_bridge.telephony.ports import CallId

LISTEN, WHISPER, BARGE = MonitorMode.LISTEN, MonitorMode.WHISPER, MonitorMode.BARGE
SUSANA = AgentId("susana")


@pytest.fixture
def world() -> World:
    return World()


def talking(world: World, name: str = "ana") -> CallId:
    agent = world.come(name)
    call = world.ring()
    world.ask(agent, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    if SUSANA not in world.floor.agents:
        world.come("susana", ready=False)
    return call


def look(world: World, call: CallId, mode: MonitorMode = LISTEN, by: AgentId = SUSANA) -> None:
    contact = world.contact(call)
    world.ask(by, c.MonitorCall(request_id=1, interaction_id=contact.id, mode=mode))


def states(world: World) -> list[tuple[str, str]]:
    return [(e.mode.value, e.state) for e in world.events(MonitorChanged)]


def noticed(world: World) -> list[tuple[str, str]]:
    return [(e.by, e.mode or "") for e in world.events(CallMonitored)]


def way(world: World, call: CallId) -> list[str]:
    return [s for s in world.journey(world.contact(call)) if s.startswith("monitor")]


def test_a_supervisor_listens_and_leaves_and_it_is_written_down(world: World) -> None:
    call = talking(world)
    look(world, call)
    ((seen, device, mode),) = world.switch.monitors.values()
    assert (seen, device, mode) == (call, "headset:susana", LISTEN)
    assert states(world) == [("listen", "asked"), ("listen", "on")]
    world.ask(SUSANA, c.StopMonitor(request_id=2))
    assert world.switch.monitors == {}
    assert states(world)[-1] == ("listen", "")
    assert way(world, call) == ["monitor_listen", "monitor_ended"]
    assert noticed(world) == []  # the house does not announce it
    assert world.floor.monitors == {}


def test_who_is_heard_is_seen(world: World) -> None:
    call = talking(world)
    look(world, call)
    look(world, call, BARGE)
    assert [m for _, _, m in world.switch.monitors.values()] == [BARGE]
    assert noticed(world) == [("Susana", "barge")]
    look(world, call, WHISPER)
    assert noticed(world)[1:] == [("Susana", ""), ("Susana", "whisper")]
    assert way(world, call) == ["monitor_listen", "monitor_barge", "monitor_whisper"]
    world.switch.monitor_ends(next(iter(world.switch.monitors)), ClearCause.AGENT_CLEARED)
    world.settle()
    assert noticed(world)[-1] == ("Susana", "")


def test_an_agent_who_comes_back_is_told_who_is_there_already(world: World) -> None:
    call = talking(world)
    look(world, call)

    def seen() -> list[tuple[str, str]]:
        queues = frozenset({QueueId("support")})
        parts = parts_of(world.floor, world.rules, world.clock.at, AgentId("ana"), queues, ())
        assert {one.interaction_id for one in parts.monitored} <= {world.contact(call).id}
        return [(one.by, one.mode) for one in parts.monitored]

    assert seen() == []  # listening is not announced
    look(world, call, WHISPER)
    assert seen() == [("Susana", "whisper")]
    world.ask(SUSANA, c.StopMonitor(request_id=2))
    assert seen() == []


def test_listening_is_announced_where_the_house_says_so() -> None:
    supervision = Supervision(announce_listening=True)
    world = World(config=msgspec.structs.replace(CONFIG, supervision=supervision))
    look(world, talking(world))
    assert noticed(world) == [("Susana", "listen")]


@pytest.mark.parametrize("how", ["call", "session", "signed out", "own call", "transfer"])
def test_it_ends_with_the_call_the_session_and_a_call_of_ones_own(how: str, world: World) -> None:
    call = talking(world)
    look(world, call)
    match how:
        case "call":
            world.switch.far_end_clears(call)
            world.settle()
        case "session":
            world.lose(SUSANA)
        case "signed out":
            world.leave(SUSANA)
        case "own call":
            world.ask(SUSANA, c.Originate(request_id=1, to="+34612345678"))
        case "transfer":
            contact = world.contact(call)
            world.ask(
                AgentId("ana"),
                c.BlindTransfer(request_id=1, interaction_id=contact.id, to="queue:sales"),
            )
    assert world.switch.monitors == {}
    assert world.floor.monitors == {}
    assert states(world)[-1] == ("listen", "")
    assert way(world, call) == ["monitor_listen", "monitor_ended"]


def test_one_call_at_a_time(world: World) -> None:
    first, second = talking(world), talking(world, "ben")
    look(world, first)
    look(world, second)
    assert [seen for seen, _, _ in world.switch.monitors.values()] == [second]
    assert way(world, first) == ["monitor_listen", "monitor_ended"]


def test_what_cannot_be_is_refused(world: World) -> None:
    call = talking(world)
    for by, code in ((AgentId("ana"), RefusalCode.INVALID),):
        with pytest.raises(CommandRefused) as caught:
            look(world, call, by=by)
        assert caught.value.code is code
    world.ask(SUSANA, c.Originate(request_id=1, to="+34612345678"))
    with pytest.raises(CommandRefused) as caught:
        look(world, call)
    assert caught.value.code is RefusalCode.BUSY
    with pytest.raises(CommandRefused) as caught:
        world.ask(AgentId("ana"), c.StopMonitor(request_id=1))
    assert caught.value.code is RefusalCode.TOO_LATE
    world.switch.far_end_clears(call)
    world.settle()
    with pytest.raises(CommandRefused) as caught:
        look(world, call)
    assert caught.value.code is RefusalCode.TOO_LATE


def test_a_switch_that_refuses_leaves_nothing_behind(world: World) -> None:
    call = talking(world)
    world.switch.failures["monitor"] = SwitchError("busy", "no port")
    with pytest.raises(CommandRefused):
        look(world, call)
    assert world.floor.monitors == {}
    assert states(world)[-1] == ("listen", "")
    assert way(world, call) == []


def test_the_list_tells_whose_calls_there_are(world: World) -> None:
    talking(world)
    (row,) = live_calls(world.floor, world.rules, SUSANA)
    assert (row.agent_name, row.number, row.queue_name) == ("Ana", "+34612345099", "Support")
    assert row.modes == (LISTEN, WHISPER, BARGE)
    assert live_calls(world.floor, world.rules, AgentId("ana")) == ()


def test_only_supervisors_may() -> None:
    assert Permission.MONITOR not in granted(Role.AGENT, watch=False)
    assert Permission.MONITOR in granted(Role.SUPERVISOR, watch=False)
    assert {c.ListCalls.permission, c.MonitorCall.permission, c.StopMonitor.permission} == {
        Permission.MONITOR
    }
