"""An agent's headset at a real Asterisk: who hears what, through chan_websocket."""

from __future__ import annotations

import asyncio
import contextlib
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from cti_bridge.config.values import Asterisk as Config
from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.asterisk.ari.client import Ari
from cti_bridge.telephony.asterisk.ari.events import EventReader, StasisStart
from cti_bridge.telephony.asterisk.headset import HeadsetRelay
from cti_bridge.telephony.media.codec import SAMPLE_RATE, SILENCE
from cti_bridge.telephony.ports import CallId
from cti_bridge.telephony.simulator.tones import Recording, share_of, tones_heard
from tests.helpers import sound
from tests.helpers.asterisk import MUSIC_HZ, Asterisk
from tests.helpers.baresip import Baresip
from tests.helpers.voice import ToneSource, sinad_db

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]
ANA = AgentId("ana")
CALL = CallId("call")
CALLER_HZ, AGENT_HZ = 1000.0, 600.0


class Headset:
    """Implements HeadsetDirectory for one agent: it speaks a tone while it is there."""

    def __init__(self) -> None:
        self.ear = Recording()
        self.there = True
        self._listeners: list[Callable[[bytes], None]] = []

    def send(self, agent: AgentId, pcm: bytes) -> None:
        assert agent == ANA
        if self.there:
            self.ear.push(pcm)

    def listen(self, agent: AgentId, listener: Callable[[bytes], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def speak(self) -> None:
        source, due = ToneSource(AGENT_HZ), asyncio.get_running_loop().time()
        while True:
            if self.there:
                for listener in tuple(self._listeners):
                    listener(source())
            due += 0.02
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """As much of a node as the relay asks for."""

    config: Config
    ari: Ari


@dataclass(slots=True, kw_only=True)
class Office:
    """A caller's channel in a bridge with the agent's headset."""

    pbx: Asterisk
    ari: Ari
    headset: Headset
    relay: HeadsetRelay
    caller: Baresip
    caller_channel: str
    channel: str
    bridge: str

    async def heard_by_caller(self, hertz: float, seconds: float = 1.0) -> None:
        """Waits until the newest that the caller heard is this tone."""
        size = int(seconds * SAMPLE_RATE) * 2

        def met() -> bool:
            newest = self.caller.heard()[-size:]
            tone = sound.share(newest, hertz) > 0.9 and sound.level(newest) > 0.02
            return len(newest) == size and tone

        await until(met)

    def packets_to_caller(self) -> int:
        """By Asterisk's own count."""
        [row] = re.findall(r"\balaw +(.*)", self.pbx.command("pjsip show channelstats"))
        return int(row.split()[4])

    async def silent_for_caller(self) -> None:
        """Waits until the caller has heard nothing for a second; no packets are silence too."""
        async with asyncio.timeout(60):
            while True:
                before = len(self.caller.heard())
                await asyncio.sleep(1)
                if sound.level(self.caller.heard()[before:]) < 0.005:
                    return

    async def heard_by_agent(self, hertz: float, seconds: float = 1.0) -> None:
        await self.headset.ear.grown_by(seconds)
        await until(lambda: self._agent_hears(hertz, seconds))

    def _agent_hears(self, hertz: float, seconds: float) -> bool:
        return share_of(tones_heard(self.headset.ear.last(seconds)), [hertz]) > 0.8


async def until(met: Callable[[], object], within: float = 60) -> None:
    async with asyncio.timeout(within):
        while not met():
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def pbx() -> Iterator[Asterisk]:
    with Asterisk.started(ari=True) as running:
        yield running


@pytest.fixture
async def office(pbx: Asterisk, tmp_path: Path) -> AsyncIterator[Office]:
    async with talking(pbx, tmp_path) as found:
        yield found


@asynccontextmanager
async def talking(pbx: Asterisk, folder: Path) -> AsyncIterator[Office]:
    ari = Ari(pbx.ari_url, "ficha", "ficha")
    node: Any = Node(config=Config(id="pbx", url=pbx.ari_url), ari=ari)
    headset = Headset()
    relay = HeadsetRelay(headset)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(ari.close)
        stack.push_async_callback(relay.stop)
        speaking = asyncio.get_running_loop().create_task(headset.speak())
        stack.push_async_callback(asyncio.gather, speaking, return_exceptions=True)
        stack.callback(speaking.cancel)
        events = await stack.enter_async_context(ari.events("ficha"))
        caller = await stack.enter_async_context(
            Baresip.at(pbx.address, pbx.extension("1004"), folder, says_hz=CALLER_HZ)
        )
        await caller.registered()
        await caller.dial(f"sip:8001@{pbx.address}")
        reader, started = EventReader(), None
        async with asyncio.timeout(60):
            while not isinstance(started, StasisStart):
                started = reader.read((await events.receive()).data)
        channel = await relay.open(node, CALL, ANA)
        bridge = uuid4().hex
        await ari.post("bridges", bridgeId=bridge, type="mixing")
        await ari.post("channels", started.channel.id, "answer")
        both = f"{started.channel.id},{channel}"
        await ari.post("bridges", bridge, "addChannel", channel=both)
        await caller.happens("CALL_ESTABLISHED")
        yield Office(
            pbx=pbx,
            ari=ari,
            headset=headset,
            relay=relay,
            caller=caller,
            caller_channel=started.channel.id,
            channel=channel,
            bridge=bridge,
        )
        await ari.delete("bridges", bridge)
        with contextlib.suppress(Exception):
            await ari.delete("channels", started.channel.id)
        await relay.close(channel)
        await until(lambda: not pbx.channels())


async def test_both_hear_each_other_as_clearly_as_a_telephone(office: Office) -> None:
    await office.heard_by_agent(CALLER_HZ)
    await office.heard_by_caller(AGENT_HZ)
    await until(lambda: len(office.caller.heard()) > 3 * SAMPLE_RATE * 2)
    figures = office.relay.figures(office.channel)
    assert figures is not None
    assert figures.packets_received > 50
    assert figures.packets_sent > 50
    heard = office.caller.heard()
    best = max(
        sinad_db(heard[start : start + 3200], AGENT_HZ)
        for start in range(2 * SAMPLE_RATE, len(heard) - 3200, 1600)
    )
    assert best > 30  # A-law gives 38


async def test_a_muted_agent_is_not_heard_and_hears_on(office: Office) -> None:
    await office.heard_by_caller(AGENT_HZ)
    office.relay.mute(office.channel, muted=True)
    await office.silent_for_caller()
    before = office.packets_to_caller()
    await until(lambda: office.packets_to_caller() > before + 50)
    await office.heard_by_agent(CALLER_HZ)
    office.relay.mute(office.channel, muted=False)
    await office.heard_by_caller(AGENT_HZ)


async def test_a_call_on_hold_hears_music_and_the_agent_nothing(office: Office) -> None:
    await office.heard_by_caller(AGENT_HZ)
    await office.ari.post("bridges", office.bridge, "removeChannel", channel=office.caller_channel)
    await office.ari.post("channels", office.caller_channel, "moh")
    await office.heard_by_caller(MUSIC_HZ)
    before = office.headset.ear.heard_seconds
    await asyncio.sleep(1)
    assert office.headset.ear.heard_seconds - before < 0.5
    await office.ari.delete("channels", office.caller_channel, "moh")
    await office.ari.post("bridges", office.bridge, "addChannel", channel=office.caller_channel)
    await office.heard_by_caller(AGENT_HZ)
    await office.heard_by_agent(CALLER_HZ)


async def test_a_desktop_that_dies_and_comes_back_in_the_call(office: Office) -> None:
    await office.heard_by_caller(AGENT_HZ)
    office.headset.there = False
    await office.silent_for_caller()
    before = office.packets_to_caller()  # a provider may cut a call that is sent nothing
    await until(lambda: office.packets_to_caller() > before + 50)
    office.headset.there = True
    await office.heard_by_caller(AGENT_HZ)
    await office.heard_by_agent(CALLER_HZ)


async def test_a_delay_that_grew_at_asterisk_is_caught_up(office: Office) -> None:
    """Half a minute of sound at once: more than Asterisk takes before it says stop."""
    await office.heard_by_caller(AGENT_HZ)
    opened = office.relay._legs[office.channel]
    office.headset.there = False
    for _ in range(1500):
        opened.leg.talk._socket.send_sound(SILENCE)
    office.headset.there = True
    await office.heard_by_caller(AGENT_HZ)  # and not after 18 s


async def test_a_channel_that_is_hung_up_ends_the_leg_and_closing_it_the_channel(
    office: Office, pbx: Asterisk
) -> None:
    await office.ari.delete("channels", office.channel)
    await until(lambda: not office.relay.channels)
    node: Any = Node(config=Config(id="pbx", url=pbx.ari_url), ari=office.ari)
    again = await office.relay.open(node, CALL, ANA)
    await office.ari.post("bridges", office.bridge, "addChannel", channel=again)
    await office.heard_by_caller(AGENT_HZ)
    await office.relay.close(again)
    await until(lambda: len(pbx.channels()) == 1)
