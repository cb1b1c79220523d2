"""Who hears whom: the voice path with legs turned by hand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.media.codec import FRAME_BYTES, mixed
from cti_bridge.telephony.media.mixer import Mixer
from cti_bridge.telephony.media.pacer import pacer_of
from cti_bridge.telephony.media.sounds import SoundError, Sounds
from cti_bridge.telephony.media.voicepath import VoicePath
from tests.helpers.voice import FakeHeadsets, FakeLeg, ToneSource

if TYPE_CHECKING:
    from cti_bridge.telephony.media.session import RtpSession

ANA, LUIS = AgentId("ana"), AgentId("luis")
WORD = bytes([1, 0]) * (FRAME_BYTES // 2)
OTHER = bytes([2, 0]) * (FRAME_BYTES // 2)


@pytest.fixture
def headsets() -> FakeHeadsets:
    return FakeHeadsets()


@pytest.fixture
def voice(headsets: FakeHeadsets) -> VoicePath:
    return VoicePath(headsets, Sounds())


def leg() -> Any:
    return FakeLeg()


def say(headsets: FakeHeadsets, agent: AgentId, frame: bytes, times: int = 2) -> None:
    for _ in range(times):
        headsets.say(agent, frame)


def test_talk_is_both_ways(voice: VoicePath, headsets: FakeHeadsets) -> None:
    one = leg()
    voice.talk(one, ANA)
    one.hear(WORD)
    assert headsets.heard == {ANA: [WORD]}
    say(headsets, ANA, OTHER)
    assert one.speak() == OTHER


def test_an_absent_headset_is_silence(voice: VoicePath) -> None:
    one = leg()
    voice.talk(one, ANA)
    assert one.speak() is None


def test_mute_is_silence_and_keeps_nothing_for_later(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    one = leg()
    voice.talk(one, ANA)
    voice.mute(one, True)
    say(headsets, ANA, WORD, 3)
    assert [one.speak() for _ in range(3)] == [None] * 3
    one.hear(OTHER)
    assert headsets.heard[ANA] == [OTHER]  # the agent still hears
    voice.mute(one, False)
    say(headsets, ANA, OTHER)
    assert [one.speak() for _ in range(2)] == [OTHER, OTHER]


def test_mute_outlives_hold_and_ends_with_release(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    one = leg()
    voice.talk(one, ANA)
    voice.mute(one, True)
    voice.hold(one, "hold")
    assert one.speak() is not None  # the music is not muted
    voice.talk(one, ANA)
    say(headsets, ANA, WORD)
    assert one.speak() is None
    voice.release(one)
    voice.talk(one, ANA)
    say(headsets, ANA, WORD)
    assert one.speak() == WORD


def test_hold_plays_music_and_the_agent_hears_nothing(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    one = leg()
    voice.talk(one, ANA)
    voice.hold(one, "hold")
    music = Sounds().get("hold").pcm
    assert [one.speak() for _ in range(3)] == [
        music[at : at + FRAME_BYTES] for at in range(0, 3 * FRAME_BYTES, FRAME_BYTES)
    ]
    one.hear(WORD)
    assert headsets.heard == {}
    assert headsets.listeners[ANA] == []


def test_unknown_music_leaves_the_call_as_it_was(voice: VoicePath, headsets: FakeHeadsets) -> None:
    one = leg()
    voice.talk(one, ANA)
    with pytest.raises(SoundError):
        voice.hold(one, "nothing")
    say(headsets, ANA, WORD)
    assert one.speak() == WORD


def test_relay_is_both_ways_without_the_agent(voice: VoicePath, headsets: FakeHeadsets) -> None:
    one, two = leg(), leg()
    voice.talk(one, ANA)
    voice.relay(one, two)
    one.hear(WORD)
    two.hear(OTHER)
    assert (one.speak(), two.speak()) == (OTHER, WORD)
    assert headsets.heard == {}
    assert headsets.listeners[ANA] == []


def test_an_agent_talks_on_one_leg_at_a_time(voice: VoicePath, headsets: FakeHeadsets) -> None:
    one, two = leg(), leg()
    voice.talk(one, ANA)
    voice.talk(two, ANA)
    say(headsets, ANA, WORD)
    one.hear(OTHER)
    assert (one.speak(), two.speak()) == (None, WORD)
    assert headsets.heard == {}


def test_two_agents_do_not_mix(voice: VoicePath, headsets: FakeHeadsets) -> None:
    one, two = leg(), leg()
    voice.talk(one, ANA)
    voice.talk(two, LUIS)
    one.hear(WORD)
    two.hear(OTHER)
    assert headsets.heard == {ANA: [WORD], LUIS: [OTHER]}


def conference_turn(legs: list[Any], said: list[bytes]) -> list[bytes | None]:
    """One turn as the pacer makes it: all hear, the mixer mixes, all speak."""
    for one, frame in zip(legs, said, strict=True):
        one.hear(frame)
    for mixer in tuple(pacer_of(asyncio.get_running_loop())._mixers):
        cast("Mixer", mixer).hear()
    return [one.speak() for one in legs]


async def test_in_a_conference_everyone_hears_the_others(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    legs = [leg(), leg()]
    one, two, agent = ToneSource(400)(), ToneSource(600)(), ToneSource(900)()
    voice.talk(legs[0], ANA)
    voice.conference(cast("list[RtpSession]", legs), ANA)
    say(headsets, ANA, agent)
    assert conference_turn(legs, [one, two]) == [mixed(agent, two), mixed(agent, one)]
    assert headsets.heard[ANA] == [mixed(one, two)]


async def test_muted_in_a_conference(voice: VoicePath, headsets: FakeHeadsets) -> None:
    legs = [leg(), leg()]
    voice.conference(cast("list[RtpSession]", legs), ANA)
    voice.mute(legs[1], True)
    say(headsets, ANA, ToneSource(900)())
    assert conference_turn(legs, [WORD, OTHER]) == [OTHER, WORD]
    voice.mute(legs[1], False)
    say(headsets, ANA, WORD)
    assert conference_turn(legs, [OTHER, OTHER])[0] == mixed(WORD, OTHER)


async def test_a_mute_outlives_the_leg_that_it_was_asked_for(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    legs = [leg(), leg(), leg()]
    voice.conference(cast("list[RtpSession]", legs), ANA)
    voice.mute(legs[0], True)
    voice.release(legs[0])
    voice.conference(cast("list[RtpSession]", legs[1:]), ANA)
    say(headsets, ANA, ToneSource(900)())
    assert conference_turn(legs[1:], [WORD, OTHER]) == [OTHER, WORD]


async def test_without_an_agent_the_others_hear_each_other(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    legs = [leg(), leg(), leg()]
    one, two, three = ToneSource(400)(), ToneSource(600)(), ToneSource(900)()
    voice.conference(cast("list[RtpSession]", legs), ANA)
    voice.conference(cast("list[RtpSession]", legs), None)
    assert headsets.listeners[ANA] == []
    said = conference_turn(legs, [one, two, three])
    assert said == [mixed(two, three), mixed(one, three), mixed(one, two)]
    for each in legs:
        voice.release(each)
    assert not pacer_of(asyncio.get_running_loop())._mixers


async def test_who_leaves_a_conference_is_gone_and_the_last_one_ends_it(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    legs = [leg(), leg()]
    voice.conference(cast("list[RtpSession]", legs), ANA)
    voice.release(legs[0])
    assert conference_turn(legs, [WORD, OTHER]) == [None, None]
    assert headsets.heard[ANA] == [OTHER]
    voice.release(legs[1])
    assert not pacer_of(asyncio.get_running_loop())._mixers
    assert headsets.listeners[ANA] == []
    assert len(voice) == 0


async def test_from_a_conference_to_a_relay(voice: VoicePath, headsets: FakeHeadsets) -> None:
    """The agent leaves the two alone: a transfer out of a conference."""
    legs = [leg(), leg()]
    voice.conference(cast("list[RtpSession]", legs), ANA)
    voice.relay(legs[0], legs[1])
    assert conference_turn(legs, [WORD, OTHER]) == [OTHER, WORD]
    assert headsets.listeners[ANA] == []


async def played(voice: VoicePath, one: Any, sound: str, turns: int) -> list[bytes | None]:
    task = asyncio.get_running_loop().create_task(voice.play(one, sound))
    await asyncio.sleep(0)
    heard = [one.speak() for _ in range(turns)]
    async with asyncio.timeout(30):
        await task
    return heard


async def test_a_sound_is_played_once_and_then_the_call_goes_on(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    one = leg()
    voice.talk(one, ANA)
    beep = Sounds().get("beep").pcm
    heard = await played(voice, one, "beep", len(beep) // FRAME_BYTES + 1)
    assert b"".join(frame for frame in heard if frame) == beep
    say(headsets, ANA, WORD)
    assert one.speak() == WORD


async def test_hold_during_a_sound_takes_effect_after_it(voice: VoicePath) -> None:
    one = leg()
    voice.talk(one, ANA)
    task = asyncio.get_running_loop().create_task(voice.play(one, "beep"))
    await asyncio.sleep(0)
    voice.hold(one, "hold")
    frames = len(Sounds().get("beep").pcm) // FRAME_BYTES + 1
    heard = [one.speak() for _ in range(frames)]
    assert heard[0] == Sounds().get("beep").pcm[:FRAME_BYTES]
    await task
    assert one.speak() == Sounds().get("hold").pcm[:FRAME_BYTES]


async def test_release_ends_a_sound(voice: VoicePath) -> None:
    one = leg()
    voice.talk(one, ANA)
    task = asyncio.get_running_loop().create_task(voice.play(one, "announcement"))
    await asyncio.sleep(0)
    voice.release(one)
    async with asyncio.timeout(30):
        await task
    assert one.connected == (None, None)


async def test_a_cancelled_sound_gives_the_call_back(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    one = leg()
    voice.talk(one, ANA)
    task = asyncio.get_running_loop().create_task(voice.play(one, "announcement"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    say(headsets, ANA, WORD)
    assert one.speak() == WORD


async def test_another_sound_cuts_the_first(voice: VoicePath) -> None:
    one = leg()
    first = asyncio.get_running_loop().create_task(voice.play(one, "announcement"))
    await asyncio.sleep(0)
    second = asyncio.get_running_loop().create_task(voice.play(one, "beep"))
    async with asyncio.timeout(30):
        await first
    assert one.speak() == Sounds().get("beep").pcm[:FRAME_BYTES]
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


def test_releasing_what_was_never_connected(voice: VoicePath) -> None:
    voice.release(leg())
    voice.mute(leg(), True)
    assert len(voice) == 0


def test_the_sum_of_many_saturates() -> None:
    mixer = Mixer()
    loud = ToneSource(500, 0.9)()
    ears: list[bytes] = []
    for _ in range(4):
        mixer.sit(lambda: loud)
    mixer.sit(None, ears.append)
    mixer.hear()
    samples = memoryview(ears[0]).cast("h")
    assert (max(samples), min(samples)) == (32767, -32768)


async def test_a_sound_that_is_cut_gives_way_to_what_the_leg_is_connected_to(
    voice: VoicePath, headsets: FakeHeadsets
) -> None:
    one = leg()
    voice.hold(one, "hold")
    task = asyncio.get_running_loop().create_task(voice.play(one, "announcement"))
    await asyncio.sleep(0)
    voice.talk(one, ANA)
    say(headsets, ANA, WORD)
    assert one.speak() == Sounds().get("announcement").pcm[:FRAME_BYTES]
    voice.cut(one)
    assert one.speak() == WORD
    async with asyncio.timeout(30):
        await task
    say(headsets, ANA, OTHER)
    voice.cut(one)  # nothing is played: nothing changes
    assert OTHER in (one.speak(), one.speak())
