"""A real phone in the queue: music, what is announced, keys, and a message it leaves."""

from __future__ import annotations

import asyncio

import pytest

from cti_bridge.protocol.vocabulary import ClearCause, InteractionId
from cti_bridge.telephony.media.recorder import UNFINISHED
from cti_bridge.telephony.media.sounds import Sounds
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallParked,
    Device,
    DigitsReceived,
    PlayEnded,
    RecordingEnded,
    SwitchError,
)
from tests.helpers import sound
from tests.helpers.baresip import Baresip
from tests.helpers.prompts import likeness
from tests.helpers.sipp import Sipp

ANA = Device("headset:ana")
PROMPT = ("en-position", "en-n-3")


async def parked(desk, phone):
    """A call that rings in and is parked."""
    await phone.dial(f"sip:500@127.0.0.1:{desk.port}")
    delivered = await desk.next(CallDelivered)
    await desk.switch.park(delivered.call, "hold")
    await desk.next(CallParked)
    await phone.happens("CALL_ESTABLISHED")
    return delivered.call


@pytest.mark.peer("baresip")
async def test_music_then_words_then_music_then_an_agent(desk_of, tmp_path):
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=700) as phone:
        call = await parked(desk, phone)
        await asyncio.sleep(1.5)
        await desk.switch.announce(call, PROMPT)
        await desk.next(PlayEnded, within=60)
        await asyncio.sleep(1.0)
        await desk.switch.connect(call, ANA)
        await desk.next(CallEstablished)
        await asyncio.sleep(1.0)
        await phone.hang_up()
        cleared = await desk.next(CallCleared)
    assert cleared.cause is ClearCause.CALLER_CLEARED
    heard = phone.heard()
    for name in PROMPT:
        assert likeness(heard, name) > 0.9, name
    assert likeness(heard, "en-goodbye") < 0.5  # the measure tells one from another
    music = Sounds().get("hold").pcm[: 8000 * 2]
    assert sound.level(heard[: len(music)]) > 0.3 * sound.level(music)
    assert sound.longest(bytes(desk.headsets.ears["ana"].pcm), 700) > 0.5
    assert [name for name in desk.names if name.startswith("Call")] == [
        "CallDelivered",
        "CallParked",
        "CallEstablished",
        "CallCleared",
    ]


@pytest.mark.peer("baresip")
async def test_keys_come_while_words_are_said_and_new_words_cut_them_off(desk_of, tmp_path):
    async with desk_of() as desk, Baresip.at("", None, tmp_path) as phone:
        call = await parked(desk, phone)
        await desk.switch.announce(call, ("es-leave-message", "es-leave-message"))
        await phone.press("1")
        key = await desk.next(DigitsReceived)
        assert (key.call, key.digits) == (call, "1")
        assert "PlayEnded" not in desk.names
        await desk.switch.announce(call, ("en-goodbye",))
        for count in (1, 2):
            async with asyncio.timeout(30):
                while desk.names.count("PlayEnded") < count:
                    await asyncio.sleep(0.02)
        await desk.switch.clear(call)
        await phone.happens("CALL_CLOSED")


@pytest.mark.peer("baresip")
async def test_an_agent_who_accepts_cuts_the_words_off(desk_of, tmp_path):
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=700) as phone:
        call = await parked(desk, phone)
        await desk.switch.announce(call, ("en-leave-message", "en-leave-message"), "long")
        await asyncio.sleep(0.5)
        await desk.switch.connect(call, ANA)
        ended = await desk.next(PlayEnded)
        assert ended.mark == "long"
        await desk.switch.clear(call)
        await phone.happens("CALL_CLOSED")
    assert likeness(phone.heard(), "en-leave-message") < 0.5


@pytest.mark.peer("baresip")
async def test_an_answer_that_crosses_the_parking_is_a_talk(desk_of, tmp_path):
    """The bridge answered for itself, and the ACK is still to come: the agent accepts."""
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=700) as phone:
        await phone.dial(f"sip:500@127.0.0.1:{desk.port}")
        call = (await desk.next(CallDelivered)).call
        await desk.switch.park(call, "hold")
        await desk.switch.answer(call, ANA)
        await desk.next(CallEstablished)
        await asyncio.sleep(1.5)
        await phone.hang_up()
        await desk.next(CallCleared)
        assert "CallParked" not in desk.names
    assert sound.longest(bytes(desk.headsets.ears["ana"].pcm), 700) > 0.5


@pytest.mark.peer("baresip")
async def test_a_call_that_its_agent_left_on_hold_is_the_bridges_own(desk_of, tmp_path):
    file = tmp_path / "c-3.wav"
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=900) as phone:
        await phone.dial(f"sip:500@127.0.0.1:{desk.port}")
        call = (await desk.next(CallDelivered)).call
        await desk.switch.answer(call, ANA)
        await desk.next(CallEstablished)
        with pytest.raises(SwitchError, match="does not ring"):
            await desk.switch.park(call, "hold")
        await desk.switch.hold(call)
        await desk.switch.park(call, "hold")
        await desk.next(CallParked)
        await desk.switch.record(call, str(file), 60, 10)
        await asyncio.sleep(2.5)
        await phone.press("#")
        assert (await desk.next(RecordingEnded)).seconds > 1
        await desk.switch.connect(call, ANA)
        await asyncio.sleep(0.5)
        await phone.hang_up()
        await desk.next(CallCleared)
    assert sound.longest(sound.read_wav(file), 900) > 1


@pytest.mark.peer("baresip")
async def test_a_message_holds_what_was_said(desk_of, tmp_path):
    file = tmp_path / f"{InteractionId('c-1')}.wav"
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=900) as phone:
        call = await parked(desk, phone)
        await desk.switch.record(call, str(file), 60, 10)
        with pytest.raises(SwitchError, match="is recorded"):
            await desk.switch.record(call, str(file), 60, 10)
        await asyncio.sleep(3.0)
        await phone.press("#")
        ended = await desk.next(RecordingEnded)
        assert (ended.cause, ended.file) == ("key", str(file))
        assert ended.seconds > 1.5
        await desk.switch.clear(call)
        await desk.next(CallCleared)
    said = sound.read_wav(file)
    assert len(said) == round(ended.seconds * 16_000)
    assert sound.longest(said, 900) > 1.5
    assert sound.longest(said, 1000) == 0.0  # the tone before it is not in it


@pytest.mark.peer("baresip")
async def test_who_hangs_up_in_the_middle_has_left_what_was_said(desk_of, tmp_path):
    file = tmp_path / "c-2.wav"
    async with desk_of() as desk, Baresip.at("", None, tmp_path, says_hz=900) as phone:
        call = await parked(desk, phone)
        await desk.switch.record(call, str(file), 60, 10)
        await asyncio.sleep(2.0)
        await phone.hang_up()
        await desk.next(CallCleared)
        names = desk.names
        assert names.index("RecordingEnded") < names.index("CallCleared")
        assert (await desk.next(RecordingEnded)).cause == "cleared"
    assert sound.longest(sound.read_wav(file), 900) > 0.8
    assert not file.with_name(file.name + UNFINISHED).exists()


@pytest.mark.peer("baresip")
async def test_a_folder_that_is_gone_ends_the_message_and_not_the_call(desk_of, tmp_path):
    async with desk_of() as desk, Baresip.at("", None, tmp_path) as phone:
        call = await parked(desk, phone)
        await desk.switch.record(call, str(tmp_path / "no" / "c.wav"), 60, 10)
        assert (await desk.next(RecordingEnded)).cause == "failed"
        await desk.switch.announce(call, ("en-sorry",))
        await desk.next(PlayEnded)
        with pytest.raises(SwitchError, match="no sound 'nix'"):
            await desk.switch.announce(call, ("nix",))
        assert len(await desk.switch.live_calls()) == 1


@pytest.mark.peer("sipp")
async def test_cancel_crosses_the_parking_and_every_call_ends_once(desk_of, tmp_path):
    async with desk_of(max_calls=100) as desk:
        parking = asyncio.gather(_park_all(desk, 40, after=0.1))
        await Sipp(folder=tmp_path).run(
            "ring_and_cancel", f"127.0.0.1:{desk.port}", calls=40, rate=40, hold_ms=101
        )
        await parking
        async with asyncio.timeout(30):
            while desk.names.count("CallCleared") < 40:
                await asyncio.sleep(0.05)
        assert desk.names.count("CallCleared") == 40
        assert "CallEstablished" not in desk.names
        assert await desk.switch.live_calls() == ()


async def _park_all(desk, count: int, after: float) -> None:
    seen = 0
    async with asyncio.timeout(30):
        while seen < count:
            fresh = [e for e in desk.events if isinstance(e, CallDelivered)][seen:]
            seen += len(fresh)
            await asyncio.sleep(after)
            for event in fresh:
                try:
                    await desk.switch.park(event.call, "hold")
                except SwitchError as error:
                    desk.refusals.append(error.code)
