"""A call with a real phone is recorded: both sides, over hold, without what a pause hides."""

from __future__ import annotations

import asyncio

import pytest

from cti_bridge.telephony.ports import (
    CallDelivered,
    CallEstablished,
    CallRecorded,
    Device,
    SwitchError,
)
from tests.helpers import sound
from tests.helpers.baresip import Baresip

ANA = Device("headset:ana")
CALLER, AGENT, SECRET = 700, 1300, 2100


async def say(desk, hertz, seconds):
    """The agent speaks in 20 ms frames."""
    pcm = sound.tone(hertz, seconds)
    for at in range(0, len(pcm) - 319, 320):
        desk.headsets.say("ana", pcm[at : at + 320])
        await asyncio.sleep(0.02)


@pytest.mark.peer("baresip")
async def test_both_sides_are_in_the_file_and_a_pause_is_not(desk_of, tmp_path):
    file = tmp_path / "c.wav"
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=CALLER) as phone:
        await phone.dial(f"sip:500@127.0.0.1:{desk.port}")
        call = (await desk.next(CallDelivered)).call
        with pytest.raises(SwitchError, match="wrong_state"):
            await desk.switch.record_call(call, str(file))
        await desk.switch.answer(call, ANA)
        await desk.next(CallEstablished)
        await desk.switch.record_call(call, str(file))
        with pytest.raises(SwitchError, match="wrong_state"):
            await desk.switch.record_call(call, str(file))
        await say(desk, AGENT, 1.5)
        await desk.switch.pause_recording(call, True)
        await say(desk, SECRET, 1.0)
        await desk.switch.pause_recording(call, False)
        await desk.switch.hold(call)
        await asyncio.sleep(0.5)
        await desk.switch.retrieve(call)
        await say(desk, AGENT, 1.0)
        await phone.hang_up()
        recorded = await desk.next(CallRecorded, within=60)
    assert (recorded.file, recorded.cause) == (str(file), "cleared")
    pcm = sound.read_wav(file)
    assert recorded.seconds == pytest.approx(len(pcm) / 16_000)
    assert sound.longest(pcm, CALLER, least=0.2) > 0.5
    assert sound.longest(pcm, AGENT, least=0.2) > 0.5
    assert sound.longest(pcm, SECRET, least=0.2) == 0


@pytest.mark.peer("baresip")
async def test_stopped_it_is_whole_while_the_call_goes_on(desk_of, tmp_path):
    file = tmp_path / "c.wav"
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=CALLER) as phone:
        await phone.dial(f"sip:500@127.0.0.1:{desk.port}")
        call = (await desk.next(CallDelivered)).call
        await desk.switch.answer(call, ANA)
        await desk.next(CallEstablished)
        await desk.switch.record_call(call, str(file))
        await asyncio.sleep(1.0)
        await desk.switch.stop_recording(call)
        recorded = await desk.next(CallRecorded, within=60)
        assert recorded.cause == "stopped"
        assert file.exists()
        with pytest.raises(SwitchError, match="wrong_state"):
            await desk.switch.pause_recording(call, True)
        await phone.hang_up()
