"""The network between bridge and Asterisk goes, silently or with a reset: conversations go on,
what happened meanwhile is caught up, and what was asked is refused or done once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk.ari import client
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallHeld,
    CallId,
    CallRetrieved,
    Device,
    DeviceAnswered,
    DeviceFailed,
    LineDown,
    LineUp,
    SwitchError,
)
from tests.helpers.ari import FakeAri
from tests.helpers.asterisk import Asterisk
from tests.helpers.cable import Cable
from tests.integration.telephony.asterisk_desk import (
    AGENT,
    AGENT_HZ,
    CALLER_HZ,
    desk_at,
    hears,
    people,
    ring,
    talk,
)

CALL, SECOND = CallId("pbx:c1"), CallId("second")


@pytest.fixture
def soon(monkeypatch):
    """A silent network is found out within three seconds, not twenty."""
    monkeypatch.setattr(client, "HEARTBEAT", 2.0)
    monkeypatch.setattr(client, "TIMEOUT", 1.0)


# -- on a pretended Asterisk: each can be looked at


class At:
    """What `desk_at` wants of a pretended one."""

    def __init__(self, url):
        self.ari_url = url


@asynccontextmanager
async def fake_desk(version="22.10.1"):
    async with FakeAri.started() as asterisk, Cable(urlsplit(asterisk.url).port) as cable:
        asterisk.password, asterisk.version = "ficha", version
        async with desk_at(At(cable.url), variables=()) as desk:
            yield asterisk, cable, desk


async def talking(asterisk, desk):
    """c1 talks with the agent's leg, whose name this is."""
    asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=[])
    await desk.next(CallDelivered)
    await desk.switch.answer(CALL, AGENT)
    leg = (await asterisk.asked("POST", "channels")).params["channelId"]
    asterisk.picked_up(leg)
    await desk.next(CallEstablished)
    return leg


def inside(asterisk):
    return {name for members in asterisk.bridges.values() for name in members}


def asked(asterisk, path):
    return [one for one in asterisk.requests if one.path.endswith(path)]


async def until(holds):
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


async def test_what_is_asked_in_a_short_silence_is_done_once_when_it_is_over():
    async with fake_desk() as (asterisk, cable, desk):
        await talking(asterisk, desk)
        await desk.switch.hold(CALL)
        await desk.next(CallHeld)
        await desk.switch.retrieve(CALL)
        await desk.next(CallRetrieved)  # over a connection that is open now
        cable.silence()
        holding = asyncio.ensure_future(desk.switch.hold(CALL))
        await cable.holds_back(b"removeChannel")
        assert len(asked(asterisk, "removeChannel")) == 1
        await cable.heal()
        await holding
        await desk.next(CallHeld)
        assert len(asked(asterisk, "removeChannel")) == 2
        assert "LineDown" not in desk.names


async def test_what_was_refused_in_the_silence_is_not_done_after_it(soon):
    async with fake_desk() as (asterisk, cable, desk):
        await talking(asterisk, desk)
        cable.silence()
        with pytest.raises(SwitchError, match=r"line_down: no answer"):
            await desk.switch.hold(CALL)
        await desk.next(LineDown)
        with pytest.raises(SwitchError, match="line_down"):
            await desk.switch.hold(CALL)
        await cable.heal()
        await desk.next(LineUp)
        assert not asked(asterisk, "removeChannel")
        assert "c1" in inside(asterisk)
        await desk.switch.hold(CALL)
        assert len(asked(asterisk, "removeChannel")) == 1


async def test_a_telephone_that_was_not_dialled_in_the_silence_does_not_ring_after_it(soon):
    """What was asked on the socket of the events goes with it, or is taken back."""
    async with fake_desk() as (asterisk, cable, desk):
        asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=[])
        await desk.next(CallDelivered)
        await asterisk.asked("POST", "channels/c1/ring")
        assert asterisk.over_socket == 1
        cable.silence()
        with pytest.raises(SwitchError, match=r"line_down: no answer"):
            await desk.switch.alert(CALL, AGENT)
        await desk.next(LineDown)
        await cable.heal()
        await desk.next(LineUp)
        await until(lambda: {*asterisk.channels} == {"c1"})
        await desk.switch.alert(CALL, AGENT)
        await asterisk.asked("POST", "channels")
        assert len(asterisk.channels) == 2


async def test_an_older_asterisk_is_asked_over_http():
    async with fake_desk(version="22.3.0") as (asterisk, _cable, desk):
        leg = await talking(asterisk, desk)
        await desk.switch.clear(CALL)
        await until(lambda: not asterisk.channels)
        assert asterisk.requests
        assert asterisk.over_socket == 0
        assert leg not in inside(asterisk)


async def test_an_answer_that_was_not_asked_for_is_left(caplog):
    async with fake_desk() as (asterisk, _cable, desk):
        for odd in ({}, {"request_id": "no"}, {"request_id": "1", "status_code": 500}):
            asterisk.tell("RESTResponse", **odd)
        asterisk.tell("RESTResponse", request_id={"a": 1})
        await talking(asterisk, desk)
        assert "LineDown" not in desk.names
        assert "was not understood" in caplog.text


async def test_a_refusal_on_the_socket_is_one():
    async with fake_desk() as (asterisk, _cable, desk):
        asterisk.refuses("POST", "channels", 400)
        asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=[])
        await desk.next(CallDelivered)
        await desk.switch.alert(CALL, AGENT)
        failed = await desk.next(DeviceFailed, device=AGENT)
        assert failed.detail == "refused by the test"


@pytest.mark.parametrize("held", [False, True])
async def test_what_was_done_although_it_was_refused_is_taken_back(held):
    """The answer was lost, not the question."""
    async with fake_desk() as (asterisk, cable, desk):
        await talking(asterisk, desk)
        if held:
            await desk.switch.hold(CALL)
            await desk.next(CallHeld)
        members = next(iter(asterisk.bridges.values()))
        members.append("c1") if held else members.remove("c1")
        await cable.cut()
        await desk.next(LineDown)
        await cable.heal()
        await desk.next(LineUp)
        await until(lambda: ("c1" in inside(asterisk)) is not held)
        (live,) = await desk.switch.live_calls()
        assert live.held is held
        assert not {"CallHeld", "CallRetrieved"} & {*desk.names}
        await (desk.switch.retrieve if held else desk.switch.hold)(CALL)
        await desk.next(CallRetrieved if held else CallHeld)


async def test_who_picked_up_meanwhile_has_picked_up_once():
    async with fake_desk() as (asterisk, cable, desk):
        asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=[])
        await desk.next(CallDelivered)
        await desk.switch.alert(CALL, AGENT)
        leg = (await asterisk.asked("POST", "channels")).params["channelId"]
        await cable.cut()
        await desk.next(LineDown)
        asterisk.channels[leg]["state"] = "Up"
        await cable.heal()
        await desk.next(DeviceAnswered, device=AGENT)
        await desk.next(LineUp)
        asterisk.picked_up(leg)  # its event, late
        await desk.switch.answer(CALL, AGENT)
        await desk.next(CallEstablished)
        assert leg in inside(asterisk)
        assert "DeviceAnswered" not in desk.names


async def test_a_far_end_that_answered_meanwhile_is_talked_to():
    async with fake_desk() as (asterisk, cable, desk):
        await talking(asterisk, desk)
        await desk.switch.consult(CALL, "700", SECOND)
        await cable.cut()
        await desk.next(LineDown)
        asterisk.channels[f"ficha.call.{SECOND}"]["state"] = "Up"
        await cable.heal()
        await desk.next(CallEstablished, call=SECOND)
        assert f"ficha.call.{SECOND}" in inside(asterisk)
        asterisk.picked_up(f"ficha.call.{SECOND}")
        await desk.switch.swap(CALL, SECOND)
        assert "CallEstablished" not in desk.names


async def test_who_was_sent_on_by_the_telephone_meanwhile_is_not_hung_up():
    async with fake_desk() as (asterisk, cable, desk):
        leg = await talking(asterisk, desk)
        await cable.cut()
        await desk.next(LineDown)
        asterisk.channels["c1"].update(state="Up", dialplan={"app_name": "Dial"})
        del asterisk.channels[leg]
        await cable.heal()
        cleared = await desk.next(CallCleared, call=CALL)
        assert cleared.cause is ClearCause.TRANSFERRED
        await desk.next(LineUp)
        assert "c1" in asterisk.channels


# -- on a real one


@pytest.fixture(scope="module")
def pbx():
    with Asterisk.started(ari=True) as running:
        yield running


@pytest.mark.peer("asterisk")
@pytest.mark.peer("baresip")
async def test_a_silent_network_that_is_found_out(pbx, tmp_path, soon):
    async with (
        people(pbx, tmp_path) as (caller, agent),
        Cable(pbx.http_port) as cable,
        desk_at(pbx, url=cable.url) as desk,
    ):
        call = await talk(desk, pbx, caller, agent)
        cable.silence()
        with pytest.raises(SwitchError, match="line_down"):
            await desk.switch.hold(call)
        await desk.next(LineDown)
        await hears(caller, AGENT_HZ)
        await hears(agent, CALLER_HZ)
        await cable.heal()
        await desk.next(LineUp)
        (live,) = await desk.switch.live_calls()
        assert (live.call, live.held, live.device) == (call, False, AGENT)
        await hears(caller, AGENT_HZ)
        await desk.switch.hold(call)
        await desk.next(CallHeld)
        cable.silence()
        await desk.next(LineDown)
        await caller.hang_up()
        await caller.happens("CALL_CLOSED")
        await cable.heal()
        cleared = await desk.next(CallCleared, call=call)
        assert cleared.cause is ClearCause.CALLER_CLEARED
        await agent.happens("CALL_CLOSED")
        await desk.next(LineUp)
        second = await ring(desk, pbx, caller)  # and new ones are told
        cable.silence()
        await desk.next(LineDown)
        await caller.hang_up()
        await cable.heal()
        await desk.next(CallCleared, call=second.call)


@pytest.mark.peer("asterisk")
@pytest.mark.peer("baresip")
async def test_an_agent_that_picks_up_in_the_silence(pbx, tmp_path, soon):
    async with (
        people(pbx, tmp_path) as (caller, agent),
        Cable(pbx.http_port) as cable,
        desk_at(pbx, url=cable.url) as desk,
    ):
        delivered = await ring(desk, pbx, caller)
        await desk.switch.alert(delivered.call, AGENT)
        await agent.happens("CALL_INCOMING")
        cable.silence()
        await agent.accept()
        await agent.happens("CALL_ESTABLISHED")
        await desk.next(LineDown)
        await cable.heal()
        await desk.next(DeviceAnswered, device=Device("phone:1005"))
        await desk.next(LineUp)
        await desk.switch.answer(delivered.call, AGENT)
        await desk.next(CallEstablished)
        await hears(caller, AGENT_HZ)
        await caller.hang_up()
        await desk.next(CallCleared)
