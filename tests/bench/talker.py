"""Callers who talk: RTP at 50 packets a second from plain sockets, arrivals stamped by the kernel.

Nothing of the product's media code, so that it measures and does not mirror it.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.bench.load import every
from tests.bench.ringer import Ending, Ring, Ringer
from tests.helpers.ports import free_range

if TYPE_CHECKING:
    from collections.abc import Callable

PACKET_SECONDS: Final = 0.02
PAYLOAD: Final = 160
PCMA: Final = 8
SILENCE: Final = bytes([0xD5]) * PAYLOAD  # A-law's zero
LOUD: Final = bytes([0xAA, 0x2A]) * (PAYLOAD // 2)  # A-law's greatest, up and down
_SO_TIMESTAMPNS: Final = 35
_HEAD: Final = struct.Struct("!BBHII")
_SPEC: Final = struct.Struct("qq")
_MEDIA = re.compile(rb"^m=audio (\d+) ", re.MULTILINE)
_HOST = re.compile(rb"^c=IN IP4 (\S+)", re.MULTILINE)


@dataclass(slots=True)
class Leg:
    """One caller's voice. `spacing_us` holds the time between arrivals, in microseconds."""

    voice: socket.socket
    to: str = ""
    peer: tuple[str, int] | None = None
    sent: int = 0
    received: int = 0
    spacing_us: array[int] = field(default_factory=lambda: array("I"))
    last_ns: int = 0


class Talkers(Ringer):
    """`call` rings and waits for the answer; `talk` speaks in all calls; `hang_up` ends them."""

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__(target)
        self.legs: dict[str, Leg] = {}
        self.on_voice: Callable[[bytes, int], None] | None = None
        self._picked_up = asyncio.Semaphore(0)
        self._coming: Leg | None = None

    async def call(self, number: str, dnis: str, *, within: float = 20) -> None:
        """Raises TimeoutError where nobody answers."""
        voice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        voice.setblocking(False)
        voice.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        voice.bind(("127.0.0.1", free_range(2)[0]))
        self._coming = Leg(voice)
        ring = self.ring(number, dnis, seconds=None)
        self.legs[ring.call_id] = self._coming
        asyncio.get_running_loop().add_reader(voice, self._arrived, self._coming)
        await asyncio.wait_for(self._picked_up.acquire(), within)

    async def talk(self, seconds: float, voice: Callable[[int], bytes] | None = None) -> None:
        """A packet from each caller every 20 ms, the callers spread evenly over that time.
        `voice` gives the 160 bytes of the n-th packet; else silence."""
        legs = [leg for leg in self.legs.values() if leg.peer]
        async for n in every(PACKET_SECONDS / len(legs), int(seconds * 50) * len(legs)):
            leg = legs[n % len(legs)]
            assert leg.peer is not None
            head = _HEAD.pack(0x80, PCMA, leg.sent & 0xFFFF, leg.sent * PAYLOAD, id(leg) & 0xFFFF)
            leg.voice.sendto(head + (voice(leg.sent) if voice else SILENCE), leg.peer)
            leg.sent += 1

    async def hang_up(self) -> None:
        for ring in self.rings:
            leg = self.legs[ring.call_id]
            if leg.peer:
                self._send(self._request(ring, "BYE", 2, to=leg.to))
                self._end(ring, Ending.ANSWERED, 200)
        await asyncio.sleep(0.5)

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        for leg in self.legs.values():
            loop.remove_reader(leg.voice)
            leg.voice.close()
        super().close()

    def _answered(self, ring: Ring, to: str, answer: bytes) -> bool:
        leg, port, host = self.legs[ring.call_id], _MEDIA.search(answer), _HOST.search(answer)
        if port and host and leg.peer is None:
            leg.to, leg.peer = to, (host[1].decode(), int(port[1]))
            self._picked_up.release()
        return True

    def _voice_port(self, ring: Ring) -> int:
        leg = self.legs.get(ring.call_id, self._coming)
        assert leg is not None
        return int(leg.voice.getsockname()[1])

    def _arrived(self, leg: Leg) -> None:
        while True:
            try:
                data, extra, _flags, _address = leg.voice.recvmsg(2048, 64)
            except BlockingIOError:
                return
            [stamp] = [value for _level, kind, value in extra if kind == _SO_TIMESTAMPNS]
            seconds, nanos = _SPEC.unpack(stamp)
            at_ns = seconds * 1_000_000_000 + nanos
            if leg.last_ns:
                leg.spacing_us.append(min(at_ns - leg.last_ns, 2**32 * 1000 - 1) // 1000)
            leg.last_ns = at_ns
            leg.received += 1
            if self.on_voice is not None:
                self.on_voice(data[12:], at_ns)
