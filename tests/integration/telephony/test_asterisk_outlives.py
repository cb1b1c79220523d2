"""What outlives what: bridges that go, an Asterisk that goes, a network that goes; and what is
recorded and listened to, on a real Asterisk."""

from __future__ import annotations

import asyncio
import wave

import pytest

from cti_bridge.protocol.vocabulary import ClearCause, MonitorMode
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallHeld,
    CallId,
    CallParked,
    CallRecorded,
    CallRetrieved,
    CallTransferred,
    Device,
    LineDown,
    LineUp,
    MonitorEnded,
    MonitorStarted,
)
from tests.helpers import sound
from tests.helpers.asterisk import MUSIC_HZ, Asterisk
from tests.helpers.cable import Cable
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

LOOK, SECOND = CallId("look"), CallId("second")
SUPERVISOR = Device("phone:1006")
pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]


@pytest.fixture(scope="module")
def pbx():
    with Asterisk.started(ari=True) as running:
        yield running


async def test_a_new_bridge_takes_over_what_is_alive(pbx, tmp_path):
    file = str(tmp_path / "call.wav")
    async with people(pbx, tmp_path, third=True) as (caller, agent, third):
        async with desk_at(pbx) as desk:
            call = await talk(desk, pbx, caller, agent)
            await desk.switch.record_call(call, file)
            await third.dial(f"sip:8002@{pbx.address}")
            waiting = (await desk.next(CallDelivered)).call
            await desk.switch.park(waiting, "hold")
            await desk.next(CallParked)
        await hears(caller, AGENT_HZ)  # nobody drives it, and they talk
        await hears(third, MUSIC_HZ)
        async with desk_at(pbx) as desk:
            live = {one.call: one for one in await desk.switch.live_calls()}
            assert live.keys() == {call, waiting}
            assert (live[call].established, live[call].device) == (True, AGENT)
            assert (live[call].held, live[call].recording) == (False, file)
            assert live[waiting].parked
            await hears(caller, AGENT_HZ)
            await desk.switch.hold(call)
            await desk.next(CallHeld)
            await hears(caller, MUSIC_HZ)
        async with desk_at(pbx) as desk:
            (one,) = [one for one in await desk.switch.live_calls() if one.call == call]
            assert (one.held, one.device) == (True, AGENT)
            await desk.switch.retrieve(call)
            await desk.next(CallRetrieved)
            await hears(agent, CALLER_HZ)
            await third.hang_up()
            await desk.next(CallCleared, call=waiting)
        await caller.hang_up()  # nobody hears of it
        await caller.happens("CALL_CLOSED")
        async with desk_at(pbx) as desk:
            await agent.happens("CALL_CLOSED")
            recorded = await desk.next(CallRecorded)
            assert (recorded.call, recorded.file, recorded.cause) == (call, file, "cleared")
            assert recorded.seconds > 1
            assert await desk.switch.live_calls() == ()
    await everything_gone(pbx)


async def test_what_is_said_in_a_pause_is_not_recorded(pbx, tmp_path):
    file = tmp_path / "call.wav"
    async with desk_at(pbx) as desk, people(pbx, tmp_path, third=True) as (caller, agent, _):
        call = await talk(desk, pbx, caller, agent)
        await desk.switch.record_call(call, str(file))
        await hears(caller, AGENT_HZ, 1.0)
        await desk.switch.pause_recording(call, True)
        await desk.switch.consult(call, "1006", SECOND)
        await desk.next(CallEstablished, call=SECOND)
        await hears(caller, MUSIC_HZ, 1.0)
        await desk.switch.cancel_transfer(call, SECOND)
        await desk.next(CallRetrieved, call=call)
        await hears(caller, AGENT_HZ)  # the last of the music is through
        await desk.switch.pause_recording(call, False)
        await hears(caller, AGENT_HZ, 1.0)
        await desk.switch.stop_recording(call)
        recorded = await desk.next(CallRecorded)
        assert (recorded.file, recorded.cause) == (str(file), "stopped")
        await caller.hang_up()
        await desk.next(CallCleared)
    with wave.open(str(file)) as taken:
        assert taken.getsampwidth() == 2
    pcm = sound.read_wav(file)
    assert sound.longest(pcm, MUSIC_HZ) == 0
    assert sound.share(pcm, MUSIC_HZ) < 0.05
    assert sound.share(pcm, CALLER_HZ) > 0.2
    assert sound.share(pcm, AGENT_HZ) > 0.2
    assert not [*pbx.recordings.iterdir()]


async def test_a_supervisor_listens_whispers_and_joins(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path, third=True) as (caller, agent, boss):
        call = await talk(desk, pbx, caller, agent)
        await desk.switch.monitor(call, LOOK, SUPERVISOR, MonitorMode.LISTEN)
        await desk.next(MonitorStarted, monitor=LOOK)
        await hears_in_part(boss, CALLER_HZ, AGENT_HZ)
        assert not in_part(agent, THIRD_HZ)
        assert not in_part(caller, THIRD_HZ)
        await desk.switch.monitor(call, LOOK, SUPERVISOR, MonitorMode.WHISPER)
        await hears_in_part(agent, THIRD_HZ)
        await hears_in_part(boss, CALLER_HZ, AGENT_HZ)
        assert not in_part(caller, THIRD_HZ)
        await desk.switch.monitor(call, LOOK, SUPERVISOR, MonitorMode.BARGE)
        await hears_in_part(caller, THIRD_HZ, AGENT_HZ)
        await hears_in_part(agent, THIRD_HZ, CALLER_HZ)
        await desk.switch.monitor(call, LOOK, SUPERVISOR, MonitorMode.LISTEN)
        await hears(caller, AGENT_HZ)
        await desk.switch.stop_monitor(LOOK)
        assert (await desk.next(MonitorEnded)).cause is ClearCause.AGENT_CLEARED
        await boss.happens("CALL_CLOSED")
        await desk.switch.monitor(call, LOOK, SUPERVISOR, MonitorMode.LISTEN)
        await desk.next(MonitorStarted)
        await caller.hang_up()
        await desk.next(MonitorEnded)
        await boss.happens("CALL_CLOSED", count=2)
    await everything_gone(pbx)


async def test_the_keys_of_a_telephone_hold(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path) as (caller, agent):
        call = await talk(desk, pbx, caller, agent)
        await agent.hold()
        await desk.next(CallHeld, call=call, by_agent=True)
        await hears(caller, MUSIC_HZ)
        await agent.resume()
        await desk.next(CallRetrieved, call=call, by_agent=True)
        await hears(caller, AGENT_HZ)
        await caller.hold()
        await desk.next(CallHeld, by_agent=False)
        await caller.resume()
        await desk.next(CallRetrieved, by_agent=False)
        await agent.hang_up()
        assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED
    await everything_gone(pbx)


async def test_a_telephone_sends_its_caller_on(pbx, tmp_path):
    async with desk_at(pbx) as desk, people(pbx, tmp_path, third=True) as (caller, agent, third):
        call = await talk(desk, pbx, caller, agent)
        await agent.command("transfer", f"sip:1006@{pbx.address}")
        transferred = await desk.next(CallTransferred, call=call)
        assert transferred.to == "1006"
        await hears(third, CALLER_HZ)
        await caller.hang_up()
        await desk.next(CallCleared, call=call)
        await desk.next(CallCleared, call=transferred.other)
    await everything_gone(pbx)


async def test_a_cut_and_a_crash(pbx, tmp_path):
    async with people(pbx, tmp_path) as (caller, agent):
        cable = Cable(pbx.http_port)
        async with cable, desk_at(pbx, url=cable.url) as desk:
            call = await talk(desk, pbx, caller, agent)
            await cable.cut()
            await desk.next(LineDown)
            await hears(caller, AGENT_HZ)
            await cable.heal()
            await desk.next(LineUp)
            await desk.switch.hold(call)
            await desk.next(CallHeld)
            await cable.cut()
            await desk.next(LineDown)
            await caller.hang_up()
            await caller.happens("CALL_CLOSED")
            await cable.heal()
            cleared = await desk.next(CallCleared, call=call)
            assert cleared.cause is ClearCause.CALLER_CLEARED
            await agent.happens("CALL_CLOSED")
            delivered = await ring(desk, pbx, caller)
            pbx.kill()
            await desk.next(LineDown)
            assert await asyncio.wait_for(desk.switch.live_calls(), 20) == ()
            assert desk.switch.unsure() == {"pbx"}
            await asyncio.to_thread(pbx.start)
            cleared = await desk.next(CallCleared, call=delivered.call, within=30)
            assert cleared.cause is ClearCause.LINE_DOWN


def in_part(phone, *tones):
    """Whether each is in the last half second of what it heard."""
    return all(sound.share(phone.heard()[-8000:], hz) > 0.1 for hz in tones)


async def hears_in_part(phone, *tones):
    async with asyncio.timeout(60):
        while not in_part(phone, *tones):
            await asyncio.sleep(0.1)


async def everything_gone(pbx):
    async with asyncio.timeout(60):
        while pbx.channels():
            await asyncio.sleep(0.1)
