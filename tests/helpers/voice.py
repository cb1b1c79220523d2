"""Sounds, legs and headsets for the tests of the voice path."""

from __future__ import annotations

import asyncio
import math
from array import array
from typing import TYPE_CHECKING

from cti_bridge.telephony.media.codec import FRAME_BYTES, SAMPLE_RATE
from cti_bridge.telephony.media.rtp import HEADER_BYTES, Packet, pack_header
from cti_bridge.telephony.simulator.tones import tone

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.media.session import Sink, Source


def frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]


class ToneSource:
    """An endless sine as a source; 50 frames are a whole number of periods for whole Hz."""

    def __init__(self, hertz: float, level: float = 0.3) -> None:
        self._frames = frames(tone(hertz, 1.0, level))
        self._at = 0

    def __call__(self) -> bytes:
        self._at += 1
        return self._frames[(self._at - 1) % len(self._frames)]


def sinad_db(pcm: bytes, hertz: float) -> float:
    """Signal to noise and distortion of a sine: what is left after the best fitting sine of this
    frequency was taken away counts as noise (IEEE 1241, three-parameter fit)."""
    samples = array("h", pcm)
    count = len(samples)
    step = 2 * math.pi * hertz / SAMPLE_RATE
    real = sum(s * math.cos(step * n) for n, s in enumerate(samples)) * 2 / count
    imag = sum(s * math.sin(step * n) for n, s in enumerate(samples)) * 2 / count
    fitted = [real * math.cos(step * n) + imag * math.sin(step * n) for n in range(count)]
    noise = sum((s - f) ** 2 for s, f in zip(samples, fitted, strict=True))
    signal = sum(f * f for f in fitted)
    return 10 * math.log10(signal / noise) if noise else math.inf


def rtp(
    payload: bytes,
    sequence: int,
    *,
    timestamp: int | None = None,
    ssrc: int = 7,
    payload_type: int = 8,
    marker: bool = False,
) -> bytes:
    packet = bytearray(HEADER_BYTES)
    pack_header(
        packet,
        marker=marker,
        payload_type=payload_type,
        sequence=sequence,
        timestamp=sequence * 160 if timestamp is None else timestamp,
        ssrc=ssrc,
    )
    return bytes(packet) + payload


def packet(sequence: int, *, ssrc: int = 7, payload: bytes = b"x") -> Packet:
    return Packet(False, 8, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF, ssrc, payload)


class FakeLeg:
    """A leg for the patch panel: turned by hand instead of by the clock."""

    port = 4000

    def __init__(self) -> None:
        self.connected: tuple[Source | None, Sink | None] = (None, None)

    def connect(self, source: Source | None, sink: Sink | None) -> None:
        self.connected = source, sink

    def speak(self) -> bytes | None:
        """What the far end hears in this turn."""
        source = self.connected[0]
        return source() if source is not None else None

    def hear(self, pcm: bytes) -> None:
        """The far end said this."""
        sink = self.connected[1]
        if sink is not None:
            sink(pcm)


class FakeHeadsets:
    """A directory of headsets; `say` is an agent's mouth, `heard` an agent's ear."""

    def __init__(self) -> None:
        self.heard: dict[AgentId, list[bytes]] = {}
        self.listeners: dict[AgentId, list[Callable[[bytes], None]]] = {}

    def send(self, agent: AgentId, pcm: bytes) -> None:
        self.heard.setdefault(agent, []).append(pcm)

    def listen(self, agent: AgentId, listener: Callable[[bytes], None]) -> Callable[[], None]:
        listeners = self.listeners.setdefault(agent, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def say(self, agent: AgentId, pcm: bytes) -> None:
        for listener in tuple(self.listeners.get(agent, ())):
            listener(pcm)


def run_quick(main: Callable[[], Coroutine[None, None, None]]) -> None:
    """Runs a test on a QuickLoop. Loopback sockets deliver within the send, so that real UDP is
    as punctual there as the clock, however busy the machine."""
    loop = QuickLoop()
    try:
        loop.run_until_complete(main())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


class QuickLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer: 20 ms take no time, and none is late."""

    now = 1000.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]
