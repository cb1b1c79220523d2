"""The voice path between real sessions and telephones: what each party hears."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.media.codec import PCMA
from cti_bridge.telephony.media.pacer import PERIOD
from cti_bridge.telephony.media.pool import PortPool
from cti_bridge.telephony.media.sdp import Direction
from cti_bridge.telephony.media.session import RtpSession
from cti_bridge.telephony.media.sounds import Sounds
from cti_bridge.telephony.media.voicepath import VoicePath
from cti_bridge.telephony.simulator.tones import (
    Recording,
    is_hold_music,
    is_silent,
    share_of,
    tones_heard,
)
from tests.helpers.voice import FakeHeadsets, ToneSource, run_quick, sinad_db

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HERE = "127.0.0.1"
ANA = AgentId("ana")


class Outside:
    """A far end: it speaks a tone and records what it hears; `leg` is our side of it."""

    def __init__(self, leg: RtpSession, far: RtpSession, hertz: float) -> None:
        self.leg, self.far, self.recording = leg, far, Recording()
        far.connect(ToneSource(hertz, 0.25), self.recording.push)
        for one, other in ((leg, far), (far, leg)):
            one.negotiate((HERE, other.port), PCMA, 101, Direction.SENDRECV)
            one.start()

    def heard(self, seconds: float = 0.5) -> bytes:
        return self.recording.last(seconds)

    def close(self) -> None:
        self.leg.close()
        self.far.close()


class Office:
    """An agent with a headset that speaks 1,004 Hz, and a voice path."""

    def __init__(self) -> None:
        self.headsets = FakeHeadsets()
        self.voice = VoicePath(self.headsets, Sounds())
        self.outside: list[Outside] = []
        self._pool = PortPool(0, 0)

    async def rings(self, hertz: float) -> Outside:
        leg, far = [await RtpSession.open(HERE, self._pool) for _ in range(2)]
        self.outside.append(Outside(leg, far, hertz))
        return self.outside[-1]

    async def speak(self) -> None:
        source, loop = ToneSource(1004, 0.25), asyncio.get_running_loop()
        due = loop.time()
        while True:
            self.headsets.say(ANA, source())
            due += PERIOD
            await asyncio.sleep(due - loop.time())

    def ear(self, seconds: float = 0.5) -> bytes:
        return b"".join(self.headsets.heard.get(ANA, []))[-int(seconds * 16_000) :]


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    one = Office()
    mouth = asyncio.get_running_loop().create_task(one.speak())
    try:
        yield one
    finally:
        mouth.cancel()
        await asyncio.gather(mouth, return_exceptions=True)
        for outside in one.outside:
            one.voice.release(outside.leg)
            outside.close()


def test_the_headset_and_the_caller_hear_each_other_clean() -> None:
    async def main() -> None:
        async with office() as here:
            caller = await here.rings(697)
            here.voice.talk(caller.leg, ANA)
            await asyncio.sleep(3)
            assert sinad_db(caller.heard(1), 1004) >= 37
            assert sinad_db(here.ear(1), 697) >= 37

    run_quick(main)


def test_hold_mute_and_back() -> None:
    async def main() -> None:
        async with office() as here:
            caller = await here.rings(697)
            here.voice.talk(caller.leg, ANA)
            await asyncio.sleep(0.5)
            here.voice.hold(caller.leg, "hold")
            await asyncio.sleep(0.2)
            heard = len(here.ear(60))
            await asyncio.sleep(3)
            assert is_hold_music(caller.heard(2.5))
            assert len(here.ear(60)) == heard  # not a frame
            here.voice.talk(caller.leg, ANA)
            await asyncio.sleep(1)
            assert share_of(tones_heard(caller.heard()), (1004,)) == 1
            here.voice.mute(caller.leg, True)
            await asyncio.sleep(1)
            assert is_silent(caller.heard())
            here.voice.mute(caller.leg, False)
            await asyncio.sleep(1)
            assert share_of(tones_heard(caller.heard()), (1004,)) == 1

    run_quick(main)


def test_relay_after_a_consultation() -> None:
    async def main() -> None:
        async with office() as here:
            caller, third = await here.rings(697), await here.rings(440)
            here.voice.hold(caller.leg, "hold")
            here.voice.talk(third.leg, ANA)
            await asyncio.sleep(2)
            assert is_hold_music(caller.heard(1.5))
            assert share_of(tones_heard(third.heard()), (1004,)) == 1
            here.voice.relay(caller.leg, third.leg)
            await asyncio.sleep(2)
            assert sinad_db(caller.heard(1), 440) >= 33  # twice through the codec
            assert sinad_db(third.heard(1), 697) >= 33
            heard = len(here.ear(60))
            await asyncio.sleep(1)
            assert len(here.ear(60)) == heard

    run_quick(main)


def test_a_conference_of_three() -> None:
    async def main() -> None:
        async with office() as here:
            caller, third = await here.rings(697), await here.rings(440)
            here.voice.conference([caller.leg, third.leg], ANA)
            await asyncio.sleep(2)
            for pcm, tones in (
                (caller.heard(), (440, 1004)),
                (third.heard(), (697, 1004)),
                (here.ear(), (440, 697)),
            ):
                assert share_of(tones_heard(pcm), tones) == 1
                for hertz in (440, 697, 1004):
                    # Each tone of a mix of two is half of it; one's own is not in it.
                    level = sinad_db(pcm, hertz)
                    assert (level == pytest.approx(0, abs=1)) == (hertz in tones)
            here.voice.release(third.leg)
            await asyncio.sleep(1)
            assert share_of(tones_heard(caller.heard()), (1004,)) == 1
            assert is_silent(third.heard())

    run_quick(main)


def test_an_announcement_is_heard_whole_and_the_call_goes_on() -> None:
    async def main() -> None:
        async with office() as here:
            caller = await here.rings(697)
            here.voice.talk(caller.leg, ANA)
            await asyncio.sleep(0.5)
            loop = asyncio.get_running_loop()
            began = loop.time()
            await here.voice.play(caller.leg, "announcement")
            assert loop.time() - began == pytest.approx(1.8, abs=0.05)
            await asyncio.sleep(0.06)
            heard = tones_heard(caller.heard(1.8))
            # E5, C5, G4; only these, and in this order: the agent is not heard below them.
            assert share_of(heard[:-1], (659.3, 523.3, 392.0)) == 1
            assert [heard[at] for at in (2, 6, 10)] == [
                pytest.approx(hertz, rel=0.01) for hertz in (659.3, 523.3, 392.0)
            ]
            await asyncio.sleep(1)
            assert share_of(tones_heard(caller.heard()), (1004,)) == 1

    run_quick(main)


def test_music_that_nobody_takes_ends_by_itself() -> None:
    """A leg that is not started asks for no frames: `play` returns nevertheless."""

    async def main() -> None:
        voice, pool = VoicePath(FakeHeadsets(), Sounds()), PortPool(0, 0)
        leg = await RtpSession.open(HERE, pool)
        async with asyncio.timeout(30):
            await voice.play(leg, "beep")
        voice.release(leg)
        leg.close()

    run_quick(main)
