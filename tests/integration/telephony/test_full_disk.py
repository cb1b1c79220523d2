"""Disks that are full while calls are recorded: Asterisk's, and the bridge's own."""

from __future__ import annotations

import asyncio
import wave

import pytest

from cti_bridge.telephony.media.tape import Tape
from cti_bridge.telephony.ports import CallDelivered, CallEstablished, CallRecorded
from tests.helpers import sound
from tests.helpers.ari import FakeAri
from tests.helpers.asterisk import Asterisk
from tests.helpers.small_disk import small_disk
from tests.integration.telephony.asterisk_desk import (
    AGENT,
    AGENT_HZ,
    CALLER_HZ,
    desk_at,
    hears,
    people,
    talk,
)

pytestmark = pytest.mark.right("small-disk")
TURN = bytes(range(160)) * 2


async def taped(file, seconds):
    tape = Tape(file)
    running = asyncio.ensure_future(tape.run())
    for _ in range(seconds * 50):
        tape.turn(TURN, None)
    return tape, await asyncio.wait_for(running, 60)


async def test_what_the_disk_took_of_a_call_at_a_line_is_kept(tmp_path):
    with small_disk(tmp_path, kilobytes=64) as disk:
        tape, cause = await taped(tmp_path / "c.wav", 10)
        assert (cause, disk.free) == ("cut", 0)
        assert [file.name for file in tmp_path.iterdir()] == ["c.wav"]
        with wave.open(str(tmp_path / "c.wav")) as kept:
            assert kept.getnframes() / 8000 == tape.seconds == pytest.approx(4.1, abs=0.2)
            assert kept.readframes(160) == TURN
        nothing, cause = await taped(tmp_path / "d.wav", 1)
        assert (cause, nothing.seconds) == ("failed", 0)
        assert not (tmp_path / "d.wav.part").exists()


async def test_what_the_bridge_has_no_room_for_stays_at_asterisk(tmp_path):
    async with FakeAri.started() as asterisk:
        asterisk.password = "ficha"
        with small_disk(tmp_path, kilobytes=8) as disk:
            async with desk_at(At(asterisk.url), variables=()) as desk:
                asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=[])
                call = (await desk.next(CallDelivered)).call
                await desk.switch.answer(call, AGENT)
                asterisk.picked_up((await asterisk.asked("POST", "channels")).params["channelId"])
                await desk.next(CallEstablished)
                file = tmp_path / "call.wav"
                await desk.switch.record_call(call, str(file))
                await desk.switch.stop_recording(call)
                told = await desk.next(CallRecorded)
                assert (told.cause, told.seconds) == ("failed", 0)
                assert [*tmp_path.iterdir()] == []
                assert len(asterisk.files) == 1
                disk.grow(256)
                await asterisk.cut()
                told = await desk.next(CallRecorded)
                assert (told.call, told.file, told.seconds) == (call, str(file), 1.0)
                assert file.exists()
                assert not asterisk.files


@pytest.mark.peer("asterisk")
@pytest.mark.peer("baresip")
async def test_a_call_goes_on_when_the_disk_of_its_asterisk_is_full(tmp_path):
    with (
        Asterisk.started(ari=True) as pbx,
        small_disk(pbx.recordings, kilobytes=48) as disk,
    ):
        async with desk_at(pbx) as desk, people(pbx, tmp_path) as (caller, agent):
            call = await talk(desk, pbx, caller, agent)
            file = tmp_path / "call.wav"
            await desk.switch.record_call(call, str(file))
            told = await desk.next(CallRecorded, within=30)
            assert (told.call, told.file, told.cause) == (call, str(file), "cut")
            assert sound.longest(sound.read_wav(file), CALLER_HZ, least=0.2) > 0.5
            assert told.seconds == pytest.approx(len(sound.read_wav(file)) / 16_000)
            await hears(caller, AGENT_HZ)
            (live,) = await desk.switch.live_calls()
            assert (live.established, live.recording) == (True, "")
            disk.grow(4096)
            again = tmp_path / "again.wav"
            await desk.switch.record_call(call, str(again))
            await hears(agent, CALLER_HZ, 1.0)
            await caller.hang_up()
            told = await desk.next(CallRecorded, file=str(again))
            assert told.cause == "cleared"


class At:
    """What `desk_at` wants of a pretended Asterisk."""

    def __init__(self, url):
        self.ari_url = url
