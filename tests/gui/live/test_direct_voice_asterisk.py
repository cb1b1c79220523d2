"""A desktop and a real Asterisk that speak to each other past the bridge, by tones."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from agent_desktop.audio.direct import DirectVoice
from agent_desktop.audio.fake import FakeSound
from agent_desktop.audio.headset import Headset
from cti_bridge.protocol.codec import decode_answer, decode_audio
from cti_bridge.protocol.vocabulary import AgentId, MonitorMode
from cti_bridge.protocol.voice import DirectPath, PathTrouble, ReportVoicePath, VoicePathsChanged
from cti_bridge.server.headsets import Headsets
from cti_bridge.telephony.asterisk.direct import DirectHeadsets
from cti_bridge.telephony.asterisk.headset import HeadsetRelay
from cti_bridge.telephony.ports import (
    CallCleared,
    CallEstablished,
    CallId,
    Device,
    MonitorStarted,
)
from cti_bridge.telephony.simulator.tones import share_of, tones_heard
from tests.helpers import page_values as made
from tests.helpers import sound
from tests.helpers.asterisk import MUSIC_HZ, Asterisk
from tests.helpers.authority import authority
from tests.helpers.baresip import Baresip
from tests.helpers.desktop import FakeLink
from tests.integration.telephony.asterisk_desk import CALLER_HZ, desk_at, hears, ring

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from cti_bridge.protocol.commands import AnyCommand
    from tests.helpers.authority import Authority
    from tests.integration.telephony.asterisk_desk import Desk

pytestmark = [
    pytest.mark.peer("asterisk"),
    pytest.mark.peer("baresip"),
    pytest.mark.timeout(180),
]
ANA, ANAS = AgentId("ana"), Device("headset:ana")
AGENT_HZ = 600.0
PATIENT = 30.0  # seconds: a busy machine is not what is tried here


class Wire(FakeLink):
    """Between the desktop and the bridge's headsets: what the session's socket carries."""

    def __init__(self, headsets: Headsets, voices: DirectHeadsets) -> None:
        super().__init__()
        self.bridge_is(headsets, voices)
        self.told: list[VoicePathsChanged] = []

    def bridge_is(self, headsets: Headsets, voices: DirectHeadsets) -> None:
        self._headsets, self._voices = headsets, voices

    def request(self, command: AnyCommand, on_reply: Callable[[Any], None] | None = None) -> None:
        super().request(command, on_reply)
        if isinstance(command, ReportVoicePath):
            asyncio.get_running_loop().call_soon(self._voices.report, ANA, command)

    def send_audio(self, data: bytes) -> None:
        super().send_audio(data)
        self._headsets.heard(ANA, decode_audio(data))


class Socket:
    """Implements server.headsets.AudioSocket."""

    def __init__(self, link: Wire, headset: Headset) -> None:
        self._link, self._headset = link, headset

    def unsent(self) -> int:
        return 0

    def send_audio(self, data: bytes) -> None:
        self._headset.receive(data)

    def send(self, text: bytes) -> None:
        told = decode_answer(text)
        assert isinstance(told, VoicePathsChanged)
        self._link.told.append(told)
        self._link.emit(told)


class Office:
    """Ana's desktop beside the switch."""

    def __init__(self, folder: Path, *, ca: str | None = None) -> None:
        self.folder = folder
        self.headsets = Headsets()
        self.relay = HeadsetRelay(self.headsets)
        self.voices = DirectHeadsets(self.relay, self.headsets, patience=PATIENT)
        self.sound = FakeSound(pitch=AGENT_HZ)
        self.link = Wire(self.headsets, self.voices)
        self.headset = Headset(self.sound, self.link.send_audio)
        self.socket = Socket(self.link, self.headset)
        self.headsets.attach(ANA, self.socket)
        self.voice = DirectVoice(self.link, self.headset, ca=ca, patience=PATIENT)

    def another_bridge(self) -> None:
        """As after a kill -9: nothing of the first one's memory is left, and desks are away."""
        self.headsets = Headsets()
        self.relay = HeadsetRelay(self.headsets)
        self.voices = DirectHeadsets(self.relay, self.headsets, patience=PATIENT)
        self.link.bridge_is(self.headsets, self.voices)

    async def close(self) -> None:
        self.headset.close()
        await self.voice.close()
        await self.voices.stop()
        await self.relay.stop()

    async def answers(self, desk: Desk, pbx: Asterisk, caller: Baresip) -> CallId:
        delivered = await ring(desk, pbx, caller)
        await desk.switch.answer(delivered.call, ANAS)
        await desk.next(CallEstablished)
        self.headset.set_active(True)
        call: CallId = delivered.call
        return call

    async def hears(self, hertz: float, *, frames: int = 50) -> None:
        """A second of it, of what comes from now on."""
        start = len(self.sound.heard)

        def met() -> bool:
            newest = self.sound.heard[start:][-frames:]
            heard = tones_heard(b"".join(newest)) if len(newest) == frames else {}
            return bool(heard) and share_of(heard, [hertz]) > 0.8

        await until(met)


async def until(met: Callable[[], object], within: float = 30) -> None:
    async with asyncio.timeout(within):
        while not met():
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def pbx(certificates: Authority) -> Iterator[Asterisk]:
    with Asterisk.started(ari=True, tls=certificates) as running:
        yield running


@contextlib.asynccontextmanager
async def office(
    pbx: Asterisk, folder: Path, *, ca: str | None = None, **node: Any
) -> AsyncIterator[tuple[Office, Desk, Baresip]]:
    here = Office(folder, ca=ca)
    phone = Baresip.at(pbx.address, pbx.extension("1004"), folder / "caller", says_hz=CALLER_HZ)
    async with phone as caller:
        await caller.registered()
        async with desk_at(pbx, headset="direct", headsets=here.voices, **node) as desk:
            try:
                yield here, desk, caller
            finally:
                for live in await desk.switch.live_calls() if desk.switch.nodes[0].up else ():
                    await desk.switch.clear(live.call)
                    await desk.next(CallCleared)
                await here.close()
    await until(lambda: not pbx.channels())


async def test_hold_mute_supervision_and_the_end_of_a_direct_call(
    pbx: Asterisk, tmp_path: Path
) -> None:
    async with office(pbx, tmp_path) as (here, desk, caller):
        call = await here.answers(desk, pbx, caller)
        assert here.relay.channels == ()
        [leg] = here.voices.channels
        await here.hears(CALLER_HZ)
        await hears(caller, AGENT_HZ)
        assert here.link.voice == []  # not a frame of it went to the bridge
        await the_token_is_worth_nothing(here)
        await desk.switch.mute(call, True)
        await silence(caller)
        await here.hears(CALLER_HZ)
        await desk.switch.mute(call, False)
        await hears(caller, AGENT_HZ)
        await desk.switch.hold(call)
        await hears(caller, MUSIC_HZ)
        await desk.switch.retrieve(call)
        await hears(caller, AGENT_HZ)
        await desk.switch.monitor(call, CallId("look"), ANAS, MonitorMode.LISTEN)
        await desk.next(MonitorStarted)
        await until(lambda: len(here.voices.channels) == 2)
        await desk.switch.stop_monitor(CallId("look"))
        await until(lambda: here.voices.channels == (leg,))
        await until(lambda: (told := here.voices.figures(leg)) and told.packets_received > 100)
        await desk.switch.clear(call)
        cleared = await desk.next(CallCleared)
        assert cleared.media.packets_sent > 100
        await until(lambda: not here.voices.channels and not here.voice.legs)
        assert {r.state for r in here.link.sent_of(ReportVoicePath)} == {"open"}


async def the_token_is_worth_nothing(here: Office) -> None:
    """While the call is on, and for one that never was."""
    [path] = here.link.told[-1].direct
    for leg, url in (("again", path.url), ("never", f"{path.url[:-1]}x")):
        other = FakeLink()
        thief = DirectVoice(other, Headset(FakeSound(), other.send_audio), patience=PATIENT)
        other.emit(VoicePathsChanged(direct=(DirectPath(leg=leg, url=url),)))
        await until(lambda told=other: told.sent_of(ReportVoicePath))
        [report] = other.sent_of(ReportVoicePath)
        assert (report.state, report.trouble) == ("failed", PathTrouble.REFUSED)
        await thief.close()


async def silence(caller: Baresip) -> None:
    async with asyncio.timeout(30):
        while True:
            before = len(caller.heard())
            await asyncio.sleep(1)
            if sound.level(caller.heard()[before:]) < 0.005 and len(caller.heard()) > before:
                return


async def test_a_closed_port_is_gone_round_and_said(pbx: Asterisk, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"ws://127.0.0.1:{free.getsockname()[1]}"
        async with office(pbx, tmp_path, direct_url=closed) as (here, desk, caller):
            call = await here.answers(desk, pbx, caller)
            assert here.voices.channels == ()
            assert len(here.relay.channels) == 1
            assert here.link.told[-1].trouble is PathTrouble.UNREACHABLE
            assert here.voices.opened == {PathTrouble.UNREACHABLE: 1}
            await here.hears(CALLER_HZ)
            await hears(caller, AGENT_HZ)
            await desk.switch.clear(call)
            await desk.next(CallCleared)
            await until(lambda: here.link.told[-1] == VoicePathsChanged())


async def test_a_direct_voice_that_breaks_off_goes_on_through_the_bridge(
    pbx: Asterisk, tmp_path: Path
) -> None:
    async with office(pbx, tmp_path) as (here, desk, caller):
        call = await here.answers(desk, pbx, caller)
        await hears(caller, AGENT_HZ)
        [path] = here.voice._paths.values()
        assert path.ws is not None
        path.ws.transport.abort()
        await until(lambda: here.relay.channels or here.voice.legs)
        await here.hears(CALLER_HZ)
        await hears(caller, AGENT_HZ)
        (live,) = await desk.switch.live_calls()
        assert (live.call, live.device, live.held) == (call, ANAS, False)


async def test_a_bridge_that_is_started_anew_goes_on_with_what_is_said(
    pbx: Asterisk, tmp_path: Path
) -> None:
    async with office(pbx, tmp_path) as (here, desk, caller):
        call = await here.answers(desk, pbx, caller)
        await desk.switch.mute(call, True)
        await silence(caller)
        await desk.switch.stop()
        here.another_bridge()
        async with desk_at(pbx, headset="direct", headsets=here.voices) as again:
            (live,) = await again.switch.live_calls()
            assert (live.call, live.device, live.held) == (call, ANAS, False)
            here.link.emit(msgspec.structs.replace(made.signed_in(now=made.NOW), epoch="another"))
            here.headsets.attach(ANA, here.socket)
            assert here.voice.legs == here.voices.channels
            await here.hears(CALLER_HZ)
            await silence(caller)
            await again.switch.mute(call, False)
            await hears(caller, AGENT_HZ)
            await again.switch.clear(call)
            await again.next(CallCleared)
            await until(lambda: not here.voices.channels and not here.voice.legs)


async def test_a_bridge_that_relays_by_now_gives_the_caller_music(
    pbx: Asterisk, tmp_path: Path
) -> None:
    async with office(pbx, tmp_path) as (here, desk, caller):
        call = await here.answers(desk, pbx, caller)
        await hears(caller, AGENT_HZ)
        await desk.switch.stop()
        here.another_bridge()
        async with desk_at(pbx, headset="relay", headsets=here.voices) as again:
            (live,) = await again.switch.live_calls()
            assert (live.call, live.device, live.held) == (call, None, True)
            await hears(caller, MUSIC_HZ)
            await again.switch.clear(call)
            await again.next(CallCleared)


async def test_by_tls_with_an_authority_of_the_house(
    pbx: Asterisk, certificates: Authority, tmp_path: Path
) -> None:
    ca = str(certificates.ca)
    async with office(pbx, tmp_path, ca=ca, url=pbx.https_url, ca_file=ca) as (here, desk, caller):
        await here.answers(desk, pbx, caller)
        assert here.link.told[-1].direct[0].url.startswith("wss://localhost:")
        assert here.voice.legs == here.voices.channels
        await here.hears(CALLER_HZ)
        await hears(caller, AGENT_HZ)


async def test_a_desktop_that_does_not_believe_the_certificate_is_relayed(
    pbx: Asterisk, certificates: Authority, tmp_path: Path
) -> None:
    ca = str(certificates.ca)
    async with office(pbx, tmp_path, url=pbx.https_url, ca_file=ca) as (here, desk, caller):
        await here.answers(desk, pbx, caller)
        assert here.link.told[-1].trouble is PathTrouble.CERTIFICATE
        assert len(here.relay.channels) == 1  # by TLS, with the authority
        await here.hears(CALLER_HZ)
        await hears(caller, AGENT_HZ)
