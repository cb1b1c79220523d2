"""A real Asterisk, a caller and an agent's telephone: the trip of a call, verb by verb."""

from __future__ import annotations

import asyncio

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.ports import (
    CallCleared,
    CallConferenced,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallParked,
    CallRetrieved,
    CallTransferred,
    Device,
    DeviceAnswered,
    DeviceFailed,
    DigitsReceived,
    PlayEnded,
    RecordingEnded,
    SwitchError,
)
from tests.helpers import sound
from tests.helpers.asterisk import MUSIC_HZ, OTHER_MUSIC_HZ, Asterisk
from tests.integration.telephony.asterisk_desk import (
    AGENT,
    AGENT_HZ,
    CALLER_HZ,
    THIRD_HZ,
    desk_at,
    hears,
    people,
    ring,
    talk,
)

SOUND_HZ = 850.0
SECOND = CallId("second")
pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]


@pytest.fixture(scope="module")
def pbx():
    with Asterisk.started(ari=True) as running:
        for name in ("notice", "one"):
            sound.write_wav(running.sounds / f"{name}.wav", sound.tone(SOUND_HZ, 1.2))
        sound.write_wav(running.sounds / "beep.wav", sound.tone(SOUND_HZ, 0.3))
        yield running


@pytest.fixture(autouse=True)
async def nothing_is_left(pbx):
    yield
    async with asyncio.timeout(60):
        while pbx.channels():
            await asyncio.sleep(0.1)


async def test_a_call_is_delivered_rung_picked_up_and_talked(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path) as (caller, agent):
        delivered = await ring(desk, pbx, caller)
        assert delivered.caller.number.value == "+34612345099"
        assert delivered.caller.display_name == "Ana Prieto"
        assert delivered.dnis == "8001"
        assert delivered.variables == {"customer": "C-4711", "choice": "2"}
        await desk.switch.alert(delivered.call, AGENT)
        ringing = await agent.happens("CALL_INCOMING")
        assert "612345099" in ringing["peeruri"]
        await agent.accept()
        answered = await desk.next(DeviceAnswered)
        assert answered.device == AGENT
        await desk.switch.answer(delivered.call, AGENT)
        await desk.next(CallEstablished)
        await hears(caller, AGENT_HZ)
        await hears(agent, CALLER_HZ)
        await desk.switch.mute(delivered.call, True)
        (live,) = await desk.switch.live_calls()
        assert (live.established, live.held, live.device) == (True, False, AGENT)
        await desk.switch.mute(delivered.call, False)
        await hears(caller, AGENT_HZ)
        await caller.hang_up()
        cleared = await desk.next(CallCleared)
        assert cleared.cause is ClearCause.CALLER_CLEARED
        await agent.happens("CALL_CLOSED")
        assert await desk.switch.live_calls() == ()


async def test_hold_park_announce_and_digits(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path) as (caller, agent):
        call = await talk(desk, pbx, caller, agent)
        await desk.switch.hold(call)
        await desk.next(CallHeld, by_agent=True)
        await hears(caller, MUSIC_HZ)
        await desk.switch.retrieve(call)
        await desk.next(CallRetrieved)
        await hears(caller, AGENT_HZ)
        await desk.switch.hold(call)
        await desk.switch.park(call, "other")
        await desk.next(CallParked)
        await agent.happens("CALL_CLOSED")
        await hears(caller, OTHER_MUSIC_HZ)
        await desk.switch.announce(call, ("notice", "one"), "m1")
        await hears(caller, SOUND_HZ, 1.5)
        await desk.next(PlayEnded, mark="m1")
        await hears(caller, OTHER_MUSIC_HZ)
        await desk.switch.announce(call, ("notice",), "m2")
        await caller.press("4")
        await desk.next(DigitsReceived, digits="4")
        await desk.switch.connect(call, AGENT)  # dialled with the headers of auto-answer
        await agent.happens("CALL_INCOMING", count=2)
        await agent.accept()
        await desk.next(CallEstablished)
        await hears(caller, AGENT_HZ)
        await agent.hang_up()
        assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED
        await caller.happens("CALL_CLOSED")


async def test_a_message_is_taken(pbx, tmp_path):
    file = tmp_path / "message.wav"
    async with desk_at(pbx) as desk, people(pbx, tmp_path) as (caller, _):
        delivered = await ring(desk, pbx, caller)
        await desk.switch.park(delivered.call, "hold")
        await desk.next(CallParked)
        await desk.switch.record(delivered.call, str(file), 60, 5)
        await asyncio.sleep(2)
        await caller.press("#")
        ended = await desk.next(RecordingEnded)
        assert (ended.file, ended.cause) == (str(file), "key")
        assert ended.seconds > 0.5
        assert sound.longest(sound.read_wav(file), CALLER_HZ) > 0.4
        await hears(caller, MUSIC_HZ)
        await desk.switch.record(delivered.call, str(tmp_path / "second.wav"), 60, 5)
        await asyncio.sleep(1.5)
        await caller.hang_up()
        ended = await desk.next(RecordingEnded)
        assert ended.cause == "cleared"
        await desk.next(CallCleared)
    assert not [*pbx.recordings.iterdir()]


async def test_offers_that_come_to_nothing(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path) as (caller, agent):
        delivered = await ring(desk, pbx, caller)
        await desk.switch.alert(delivered.call, Device("phone:1099"))
        failed = await desk.next(DeviceFailed)
        assert failed.cause is ClearCause.UNREACHABLE
        await desk.switch.alert(delivered.call, AGENT)
        await agent.happens("CALL_INCOMING")
        await agent.hang_up()
        failed = await desk.next(DeviceFailed)
        assert failed.cause in (ClearCause.REJECTED, ClearCause.BUSY)
        await desk.switch.alert(delivered.call, AGENT)
        await agent.happens("CALL_INCOMING", count=2)
        await desk.switch.stop_alert(delivered.call)
        await agent.happens("CALL_CLOSED", count=2)
        await desk.switch.alert(delivered.call, AGENT)
        await agent.happens("CALL_INCOMING", count=3)
        await caller.hang_up()
        assert (await desk.next(CallCleared)).cause is ClearCause.CALLER_GAVE_UP
        await agent.happens("CALL_CLOSED", count=3)
        assert "DeviceFailed" not in desk.names
        delivered = await ring(desk, pbx, caller)
        await desk.switch.reject(delivered.call, ClearCause.BUSY)
        assert (await desk.next(CallCleared)).cause is ClearCause.BUSY
        with pytest.raises(SwitchError, match="gone"):
            await desk.switch.answer(delivered.call, AGENT)


async def test_a_consultation_swapped_and_given(pbx, tmp_path):
    async with (
        desk_at(pbx) as desk,
        people(pbx, tmp_path, third=True) as (caller, agent, third),
    ):
        call = await talk(desk, pbx, caller, agent)
        await desk.switch.consult(call, "1006", SECOND)
        await desk.next(CallHeld)
        await desk.next(CallEstablished, call=SECOND)
        await hears(caller, MUSIC_HZ)
        await hears(agent, THIRD_HZ)
        await desk.switch.swap(call, SECOND)
        await desk.next(CallRetrieved, call=call)
        await hears(agent, CALLER_HZ)
        await desk.switch.conference(call, SECOND)
        await desk.next(CallConferenced)
        async with asyncio.timeout(60):
            while not all(
                sound.share(third.heard()[-4000:], hertz) > 0.2 for hertz in (CALLER_HZ, AGENT_HZ)
            ):
                await asyncio.sleep(0.1)
        await desk.switch.complete_transfer(call, SECOND)
        transferred = await desk.next(CallTransferred)
        assert (transferred.call, transferred.other, transferred.to) == (call, SECOND, "1006")
        await agent.happens("CALL_CLOSED")
        await hears(third, CALLER_HZ)
        await caller.hang_up()
        await desk.next(CallCleared, call=call)
        await desk.next(CallCleared, call=SECOND)


async def test_a_blind_transfer_and_one_that_is_busy(pbx, tmp_path):
    async with (
        desk_at(pbx) as desk,
        people(pbx, tmp_path, third=True) as (caller, agent, third),
    ):
        call = await talk(desk, pbx, caller, agent)
        await desk.switch.blind_transfer(call, "702", CallId("busy"))
        failed = await desk.next(CallFailed, call="busy")
        assert failed.cause is ClearCause.BUSY
        await hears(caller, MUSIC_HZ)
        await desk.switch.retrieve(call)
        await hears(caller, AGENT_HZ)
        await desk.switch.blind_transfer(call, "1006", SECOND)
        await desk.next(CallTransferred, call=call, other=SECOND)
        await agent.happens("CALL_CLOSED")
        await hears(third, CALLER_HZ)
        await hears(caller, THIRD_HZ)
        await third.hang_up()
        await desk.next(CallCleared, call=SECOND)
        await desk.next(CallCleared, call=call)


async def test_the_agent_calls(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path) as (_, agent):
        await desk.switch.originate(SECOND, None, "701", AGENT)
        await agent.happens("CALL_INCOMING")
        await agent.accept()
        await desk.next(CallEstablished, call=SECOND)
        await hears(agent, 440.0)
        await desk.switch.clear(SECOND)
        assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED
        await agent.happens("CALL_CLOSED")
        await desk.switch.originate(CallId("busy"), None, "702", AGENT)
        await agent.happens("CALL_INCOMING", count=2)
        await agent.accept()
        assert (await desk.next(CallFailed)).cause is ClearCause.BUSY
        await desk.switch.originate(CallId("refused"), None, "701", AGENT)
        await agent.happens("CALL_INCOMING", count=3)
        await agent.hang_up()
        await desk.next(CallFailed, call="refused")
