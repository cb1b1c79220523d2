"""Mouth to ear: caller to the headset's device and back, through SIP, bridge and WebSocket.

From the caller's RTP packet to the pull of the loudspeaker device, and from the push of the
microphone device to the arrival of the RTP packet at the caller. The desktop's own headset code
with its jitter buffer is in the way; the buffers of a sound card are not.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.product import OTHER_DNIS, product
from tests.bench.results import Goal, Result, spread
from tests.bench.talker import LOUD, SILENCE, Talkers
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load

EVERY_PACKETS: Final = 17
LATEST: Final = 0.3  # seconds in which a mark must have come out again
LEAST_LOUD: Final = 0.3  # part of a packet's bytes that are loud


async def run(load: Load, quick: bool) -> list[Result]:
    seconds = 10 if quick else 60
    with TemporaryDirectory(prefix="ficha-delay-") as name:
        folder = Path(name)
        async with (
            product(load, folder, desks=2) as running,
            program(
                "tests.bench.programs.headset_desk", running.url, "1", name="desk", folder=folder
            ) as desk,
        ):
            await desk.says("ready")
            said: list[int] = []
            came: list[int] = []

            def voice(n: int) -> bytes:
                if n % EVERY_PACKETS:
                    return SILENCE
                said.append(time.time_ns())
                return LOUD

            def arrived(payload: bytes, at_ns: int) -> None:
                if _loud(payload) and (not came or at_ns - came[-1] > 100_000_000):
                    came.append(at_ns)

            talkers = await Talkers.open(running.sip)
            talkers.on_voice = arrived
            try:
                await talkers.call(running.numbers[0], OTHER_DNIS)
                await talkers.talk(seconds, voice)
                await talkers.hang_up()
            finally:
                talkers.close()
            await asyncio.sleep(0.2)
            heard = _times(desk.lines, "heard")
            spoke = _times(desk.lines, "spoke")
    at = f"1 call, {seconds} s"
    to_ear, lost_in = _pairs(said[5:-2], heard)
    to_caller, lost_out = _pairs(spoke[3:-2], came)
    none = Goal(at_most=0)
    return [
        *spread("delay", at, "caller to headset", to_ear, goals={"p95": Goal(at_most=150)}),
        *spread("delay", at, "headset to caller", to_caller, goals={"p95": Goal(at_most=150)}),
        Result(
            bench="delay", load=at, metric="unheard", unit="marks", value=lost_in + lost_out,
            goal=none,
        ),
    ]  # fmt: skip


def _loud(payload: bytes) -> bool:
    """G.711 A-law with its bit inversion undone: an exponent of 6 or 7."""
    strong = sum(((byte ^ 0x55) & 0x70) >= 0x60 for byte in payload)
    return strong >= len(payload) * LEAST_LOUD


def _times(lines: list[str], word: str) -> list[int]:
    return [int(line.split(" ")[1]) for line in lines if line.startswith(f"{word} ")]


def _pairs(out: list[int], back: list[int]) -> tuple[list[float], int]:
    """Milliseconds from each mark to the first that came out after it, and how many did not."""
    delays = []
    for mark in out:
        after = [at - mark for at in back if 0 < at - mark < LATEST * 1e9]
        if after:
            delays.append(min(after) / 1e6)
    return delays, len(out) - len(delays)
