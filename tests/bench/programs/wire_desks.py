"""Desks without a face, many in one process.

`wire_desks URL FIRST LAST idle|talk`: signs `desk-FIRST` … `desk-LAST` in, prints "ready", then
"offer NUMBER NANOSECONDS" for each offer that arrives. `talk` accepts each offer and speaks
20 ms frames at an even beat until the end, and prints "heard DESK FRAMES" each second.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

from cti_bridge.protocol.commands import AcceptOffer
from cti_bridge.protocol.events import OfferMade
from tests.bench.load import every
from tests.helpers import sound
from tests.helpers.desk import Desk, RefusedCommand

if TYPE_CHECKING:
    from cti_bridge.protocol.events import AnyEvent

HOURS = 4


async def accept(desk: Desk, event: OfferMade) -> None:
    with contextlib.suppress(RefusedCommand):  # the caller gave up meanwhile
        await desk.ask(AcceptOffer(request_id=desk.next_id(), offer_id=event.offer.offer_id))


async def speak(desks: list[Desk]) -> None:
    """Every desk's frame each 20 ms, the desks spread evenly over that time."""
    frame = sound.tone(1000, 0.02)
    async for n in every(0.02 / len(desks), HOURS * 3600 * 50 * len(desks)):
        await desks[n % len(desks)].say(frame)


async def main(url: str, first: int, last: int, mode: str) -> None:
    password = os.environ["BENCH_PASSWORD"]
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        desks = []
        heard = dict.fromkeys(range(first, last + 1), 0)
        for number in range(first, last + 1):
            desk = await stack.enter_async_context(Desk.signed_in(url, f"desk-{number}", password))
            desks.append(desk)

            def told(event: AnyEvent, at_ns: int, desk: Desk = desk) -> None:
                if isinstance(event, OfferMade):
                    print("offer", event.offer.interaction.ani, at_ns, flush=True)
                    if mode == "talk":
                        group.create_task(accept(desk, event))

            def hears(_pcm: bytes, _at_ns: int, number: int = number) -> None:
                heard[number] += 1

            desk.on_event, desk.on_audio = told, hears
        print("ready", flush=True)
        if mode == "talk":
            group.create_task(speak(desks))
            while True:
                await asyncio.sleep(1)
                print("heard", time.monotonic_ns(), *heard.values(), flush=True)
        await asyncio.sleep(HOURS * 3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
