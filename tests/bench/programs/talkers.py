"""Callers who talk, as a process. `talkers HOST PORT DNIS CALLS SECONDS NUMBER…`

Prints "talking" when all are answered, and at the end "result" with a JSON object: packets a
second received by each caller, and the spacing of arrivals in microseconds (p50, p99, most).
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.bench.results import percentile
from tests.bench.talker import Leg, Talkers


def rate(leg: Leg) -> float:
    """Packets a second between the first and the last that arrived."""
    between = sum(leg.spacing_us) / 1e6
    return len(leg.spacing_us) / between if between else 0.0


async def main(host: str, port: int, dnis: str, seconds: float, numbers: list[str]) -> None:
    talkers = await Talkers.open((host, port))
    try:
        for number in numbers:
            await talkers.call(number, dnis)
        print("talking", flush=True)
        for leg in talkers.legs.values():
            leg.received, leg.last_ns = 0, 0  # what came while others were still ringing
            del leg.spacing_us[:]
        await talkers.talk(seconds)
        spacing = [gap for leg in talkers.legs.values() for gap in leg.spacing_us]
        result = {
            "received": [rate(leg) for leg in talkers.legs.values()],
            "p50_us": percentile(spacing, 0.5),
            "p99_us": percentile(spacing, 0.99),
            "most_us": max(spacing, default=0),
        }
        print("result", json.dumps(result), flush=True)
        await talkers.hang_up()
    finally:
        talkers.close()


if __name__ == "__main__":
    where, door, dialled, calls, length, *callers = sys.argv[1:]
    asyncio.run(main(where, int(door), dialled, float(length), callers[: int(calls)]))
