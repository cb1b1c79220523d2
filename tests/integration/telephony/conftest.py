"""A switch of one line on loopback, with headsets that can be spoken into and listened to."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.config.values import Line
from cti_bridge.telephony.media.sounds import Sounds
from cti_bridge.telephony.media.voicepath import VoicePath
from cti_bridge.telephony.ports import LineId, SwitchEvent
from cti_bridge.telephony.pyvoip.switch import PyVoipSwitch
from cti_bridge.telephony.simulator.tones import Recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.vocabulary import AgentId


class Headsets:
    """Implements HeadsetDirectory: what each agent hears is recorded."""

    def __init__(self) -> None:
        self.ears: dict[str, Recording] = defaultdict(Recording)
        self._listeners: dict[str, list[Callable[[bytes], None]]] = defaultdict(list)

    def send(self, agent: AgentId, pcm: bytes) -> None:
        self.ears[agent].push(pcm)

    def listen(self, agent: AgentId, listener: Callable[[bytes], None]) -> Callable[[], None]:
        self._listeners[agent].append(listener)
        return lambda: self._listeners[agent].remove(listener)

    def say(self, agent: str, pcm: bytes) -> None:
        for listener in tuple(self._listeners[agent]):
            listener(pcm)


class Desk:
    """The switch and everything it said."""

    def __init__(self, switch: PyVoipSwitch, headsets: Headsets) -> None:
        self.switch, self.headsets = switch, headsets
        self.events: list[SwitchEvent] = []
        self.tasks: list[asyncio.Future[None]] = []
        self.refusals: list[str] = []
        self._moved = asyncio.Event()

    def sink(self, event: SwitchEvent) -> None:
        self.events.append(event)
        self._moved.set()

    @property
    def port(self) -> int:
        return self.switch.port_of(LineId("main"))

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    async def next(self, kind: type, *, after: int = 0, within: float = 30) -> Any:
        """The first event of a kind, past the first `after` events."""
        async with asyncio.timeout(within):
            while True:
                for event in self.events[after:]:
                    if isinstance(event, kind):
                        return event
                self._moved.clear()
                await self._moved.wait()


@asynccontextmanager
async def open_desk(**changes: Any) -> Any:
    headsets = Headsets()
    fields = {
        "id": "main",
        "mode": "trunk",
        "bind": "127.0.0.1",
        "peers": ("127.0.0.1",),
        "extensions": (r"1\d{3}",),
        "rtp_ports": (0, 0),
    }
    line = Line(**(fields | changes))
    switch = PyVoipSwitch([line], region="ES", voice=VoicePath(headsets, Sounds()))
    desk = Desk(switch, headsets)
    await switch.start(desk.sink)
    try:
        yield desk
    finally:
        await switch.stop()


@pytest.fixture
def desk_of() -> Any:
    return open_desk
