"""Many callers on hold at a bridge of its own: how even is the music, and what does it cost?

    python -m tests.bench.waiting_load [CALLS] [SECONDS]

The bridge is a process of its own on SQLite, its queue has music and an announcement each 5 s,
and nobody is signed in. The callers are in this process: real SIP, real RTP, speaking too.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from cti_bridge.telephony.media.session import RtpSession
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from cti_bridge.telephony.simulator.tones import is_hold_music
from tests.bench.talk_load import _account
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import configure, serving, trunk

if TYPE_CHECKING:
    from cti_bridge.telephony.media.rtp import Packet
    from cti_bridge.telephony.simulator.call import SimulatedCall

WAITING = """
[queues.waiting]
kind = "music"
answer_after = 0.5
every = 5
language = "en"
"""
DNIS = "+34900100200"


def timed() -> dict[RtpSession, list[float]]:
    """When each packet of voice came to each session, from now on."""
    arrivals: dict[RtpSession, list[float]] = defaultdict(list)
    take = RtpSession._sound

    def sound(self: RtpSession, packet: Packet, address: tuple[str, int], now: float) -> None:
        arrivals[self].append(now)
        take(self, packet, address, now)

    RtpSession._sound = sound  # type: ignore[method-assign]
    return arrivals


async def measure_waiting(calls: int = 50, seconds: float = 20) -> dict[str, float]:
    """As `measure_talk`, of callers on hold; `music` is how many of them heard it, `cpu_percent`
    of one core and `memory_mb` the bridge's."""
    sip = free_port()
    with tempfile.TemporaryDirectory() as name:
        line = trunk(sip, free_range(4 * calls)).replace(
            "max_calls = 20", f"max_calls = {2 * calls}"
        )
        async with serving(configure(Path(name), WAITING + line), measured=True) as served:
            caller = await SimulatedCaller.open()
            try:
                process = psutil.Process(served.process.process.pid)
                return await _measured(caller, sip, process, calls, seconds)
            finally:
                await caller.close()


async def _measured(
    caller: SimulatedCaller, sip: int, process: psutil.Process, calls: int, seconds: float
) -> dict[str, float]:
    ringing: list[SimulatedCall] = []
    for n in range(calls):
        ringing.append(
            await caller.call("127.0.0.1", sip, DNIS, number=f"6123{n:05d}", asserted="")
        )
        await asyncio.sleep(0.02)
    for call in ringing:
        await call.answered(30)
    await asyncio.sleep(2)
    arrivals = timed()
    before = sum(process.cpu_times()[:2])
    music: set[int] = set()
    for _ in range(round(seconds)):
        await asyncio.sleep(1)
        for number, call in enumerate(ringing):
            if number not in music and is_hold_music(call.recording.last(1)):
                music.add(number)
    spent = sum(process.cpu_times()[:2]) - before
    figures = [call.rtp.figures() for call in ringing]
    return {
        **_account(list(arrivals.values())),
        "lost": sum(one.packets_lost for one in figures),
        "jitter_ms": sum(one.jitter_ms for one in figures) / calls,
        "music": len(music),
        "cpu_percent": 100 * spent / seconds,
        "memory_mb": process.memory_info().rss / 1e6,
    }


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    for name, value in asyncio.run(measure_waiting(calls, seconds)).items():
        print(f"{name:28} {value:10.3f}")


if __name__ == "__main__":
    main()
