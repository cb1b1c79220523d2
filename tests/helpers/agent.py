"""An agent in a test: a desk over the wire that remembers, speaks a tone and listens."""

from __future__ import annotations

import asyncio
import contextlib
import math
import struct
import time
from typing import TYPE_CHECKING

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged, MissedChanged, OfferMade
from cti_bridge.protocol.vocabulary import InteractionState
from tests.helpers import sound
from tests.helpers.desk import Desk
from tests.helpers.serving import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import InteractionView, OfferView

TONE = 600.0


class TestAgent:
    """`heard` is PCM of 8 kHz; `contacts` the newest view of each interaction."""

    __test__ = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.events: list[AnyEvent] = []
        self.contacts: dict[str, InteractionView] = {}
        self.heard = bytearray()
        self._moved = asyncio.Event()
        desk.on_event = self._event
        for event, at_ns in desk.early:
            self._event(event, at_ns)
        desk.on_audio = lambda pcm, _at: self.heard.extend(pcm)

    @classmethod
    @contextlib.asynccontextmanager
    async def signed_in(
        cls, url: str, login: str = "ana", *, tone: float = TONE
    ) -> AsyncIterator[TestAgent]:
        """Ready, with a microphone that speaks a tone all the time."""
        async with Desk.signed_in(url, login, PASSWORD) as desk:
            agent = cls(desk)
            speaking = asyncio.get_running_loop().create_task(agent._speak(tone))
            try:
                yield agent
            finally:
                speaking.cancel()
                await asyncio.gather(speaking, return_exceptions=True)

    async def do(self, command: type[c.AnyCommand], **fields: object) -> c.AnyReply:
        return await self.desk.ask(command(request_id=self.desk.next_id(), **fields))

    async def until(self, met: Callable[[], object], within: float = 60) -> None:
        async with asyncio.timeout(within):
            while not met():
                self._moved.clear()
                await self._moved.wait()

    async def offer(self, number: int = 1, within: float = 60) -> OfferView:
        """The `number`th offer of this session."""
        await self.until(lambda: len(self.offers()) >= number, within)
        return self.offers()[number - 1]

    def offers(self) -> list[OfferView]:
        return [event.offer for event in self.events if isinstance(event, OfferMade)]

    def missed(self) -> list[MissedChanged]:
        return [event for event in self.events if isinstance(event, MissedChanged)]

    async def reaches(
        self, interaction: str, state: InteractionState, within: float = 60
    ) -> InteractionView:
        await self.until(
            lambda: interaction in self.contacts and self.contacts[interaction].state is state,
            within,
        )
        return self.contacts[interaction]

    async def answer(self, number: int = 1, within: float = 60) -> InteractionView:
        offer = await self.offer(number, within)
        await self.do(c.AcceptOffer, offer_id=offer.offer_id)
        return await self.reaches(
            offer.interaction.interaction_id, InteractionState.CONNECTED, within
        )

    async def listen(self, seconds: float) -> bytes:
        """The PCM of the next seconds."""
        start = len(self.heard)
        size = int(16_000 * seconds)
        async with asyncio.timeout(seconds + 10):
            while len(self.heard) < start + size:
                await asyncio.sleep(0.05)
        return bytes(self.heard[start : start + size])

    async def hears(self, *hertz: float, share: float = 0.95, within: float = 60) -> None:
        """Waits for a second in which each of these tones has more than its `share` of what is
        heard, from now on."""
        start = len(self.heard)

        def met() -> bool:
            newest = bytes(self.heard[start:][-16_000:])
            return len(newest) == 16_000 and all(sound.share(newest, hz) > share for hz in hertz)

        async with asyncio.timeout(within):
            while not met():
                await asyncio.sleep(0.1)

    def _event(self, event: AnyEvent, _at_ns: int) -> None:
        self.events.append(event)
        if isinstance(event, InteractionChanged):
            self.contacts[event.interaction.interaction_id] = event.interaction
        elif isinstance(event, OfferMade):
            view = event.offer.interaction
            self.contacts[view.interaction_id] = view
        self._moved.set()

    async def _speak(self, tone: float) -> None:
        step = 2 * math.pi * tone / 8000
        at, due = 0, time.monotonic()
        while True:
            samples = (int(8000 * math.sin(step * (at + n))) for n in range(160))
            await self.desk.say(struct.pack("<160h", *samples))
            at += 160
            due += 0.02
            await asyncio.sleep(max(0.0, due - time.monotonic()))
