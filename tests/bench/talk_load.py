"""Many talking legs in this process, their far ends in another one: how even is the voice?

    python -m tests.bench.talk_load [CALLS] [SECONDS]

The far ends send 50 packets/s each on absolute deadlines and note when ours arrive. What is
measured is the voice path alone: sessions, headsets' frames, pacing; not SIP, not WebSockets.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import selectors
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.media.codec import PCMA
from cti_bridge.telephony.media.pacer import PERIOD
from cti_bridge.telephony.media.pool import PortPool
from cti_bridge.telephony.media.sdp import Direction
from cti_bridge.telephony.media.session import RtpSession
from cti_bridge.telephony.media.sounds import Sounds
from cti_bridge.telephony.media.voicepath import VoicePath
from tests.helpers.voice import FakeHeadsets, ToneSource, rtp

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = "127.0.0.1"


class Ears(FakeHeadsets):
    """Headsets that count, and keep nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = 0

    def send(self, agent: AgentId, pcm: bytes) -> None:
        self.frames += 1


async def measure_talk(calls: int = 50, seconds: float = 20) -> dict[str, float]:
    """Talks on `calls` legs for so long. What comes back, times in ms: `packets_per_second` of
    one leg as its far end counts them, `spacing_p50`, `spacing_p99`, `spacing_max` between
    arrivals, `lost_percent` both ways, `heard_per_second` frames at one headset, `cpu_percent`
    of one core in this process, `memory_growth_mb` over the second half."""
    ears, pool = Ears(), PortPool(0, 0)
    voice = VoicePath(ears, Sounds())
    legs = [await RtpSession.open(HERE, pool) for _ in range(calls)]
    far = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.talk_load", "far", str(seconds), *(str(leg.port) for leg in legs)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert far.stdout is not None
    for number, (leg, port) in enumerate(
        zip(legs, json.loads(await far.stdout.readline()), strict=True)
    ):
        leg.negotiate((HERE, port), PCMA, 101, Direction.SENDRECV)
        voice.talk(leg, AgentId(str(number)))
        leg.start()
    mouths = asyncio.get_running_loop().create_task(_speak(ears))
    cpu, began = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds / 2)
    memory = _resident_mb()
    await asyncio.sleep(seconds / 2)
    spent, lasted = time.process_time() - cpu, time.monotonic() - began
    growth, heard = _resident_mb() - memory, ears.frames
    result: dict[str, float] = json.loads(await far.stdout.readline())
    await far.wait()
    mouths.cancel()
    await asyncio.gather(mouths, return_exceptions=True)
    figures = [leg.figures() for leg in legs]
    for leg in legs:
        voice.release(leg)
        leg.close()
    expected = sum(figure.packets_received + figure.packets_lost for figure in figures)
    lost = sum(figure.packets_lost for figure in figures)
    return {
        **result,
        "lost_percent_received": 100 * lost / max(1, expected),
        "late_percent": 100 * sum(figure.packets_late for figure in figures) / max(1, expected),
        "heard_per_second": heard / calls / lasted,
        "cpu_percent": 100 * spent / lasted,
        "memory_growth_mb": growth,
        "jitter_ms": sum(figure.jitter_ms for figure in figures) / calls,
    }


async def _speak(ears: Ears) -> None:
    """All agents speak: a frame each 20 ms into every headset."""
    loop, source = asyncio.get_running_loop(), ToneSource(440)
    due = loop.time()
    while True:
        frame = source()
        for agent in tuple(ears.listeners):
            ears.say(agent, frame)
        due += PERIOD
        await asyncio.sleep(max(0.0, due - loop.time()))


def _resident_mb() -> float:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1e6


def _far_ends(seconds: float, targets: Sequence[int]) -> dict[str, Any]:
    """The other process: one socket a call, one clock for all."""
    selector = selectors.DefaultSelector()
    arrivals: list[list[float]] = [[] for _ in targets]
    sockets = []
    for number in range(len(targets)):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((HERE, 0))
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, number)
        sockets.append(sock)
    print(json.dumps([sock.getsockname()[1] for sock in sockets]), flush=True)
    source = ToneSource(440)
    due, turn = time.monotonic() + 0.2, 0
    end = due + seconds
    while due < end:
        for key, _ in selector.select(max(0.0, due - time.monotonic())):
            key.fileobj.recv(2048)  # type: ignore[union-attr]
            arrivals[key.data].append(time.monotonic())
        if time.monotonic() >= due:
            payload = PCMA.encode(source())
            for number, sock in enumerate(sockets):
                sock.sendto(rtp(payload, turn, ssrc=number), (HERE, targets[number]))
            turn += 1
            due += PERIOD
    return _account(arrivals)


def _account(arrivals: list[list[float]]) -> dict[str, float]:
    gaps = sorted(
        1000 * (after - before)
        for times in arrivals
        for before, after in itertools.pairwise(times)
    )
    rates = [(len(times) - 1) / (times[-1] - times[0]) for times in arrivals if len(times) > 1]
    return {
        "legs_heard": len(rates),
        "packets_per_second": sum(rates) / max(1, len(rates)),
        "packets_per_second_lowest": min(rates, default=0.0),
        "spacing_p50": gaps[len(gaps) // 2] if gaps else 0.0,
        "spacing_p99": gaps[len(gaps) * 99 // 100] if gaps else 0.0,
        "spacing_max": gaps[-1] if gaps else 0.0,
    }


def main() -> None:
    if sys.argv[1:2] == ["far"]:
        print(json.dumps(_far_ends(float(sys.argv[2]), [int(port) for port in sys.argv[3:]])))
        return
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    for name, value in asyncio.run(measure_talk(calls, seconds)).items():
        print(f"{name:28} {value:10.3f}")


if __name__ == "__main__":
    main()
