"""Desks of agents with telephones, many in one process.

`pbx_desks URL FIRST LAST`: opens `desk-FIRST` … `desk-LAST`, prints "ready", then "offer NUMBER
NANOSECONDS" for each offer, "connected NUMBER NANOSECONDS" when the call talks, and completes the
wrap-up at once, "closed NUMBER". Nobody clicks: calls are picked up at the telephones. A desk
that is cut signs in again, as a desktop does, and the calls that it finds are told in the same
words.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged, OfferMade
from cti_bridge.protocol.vocabulary import InteractionState
from tests.bench.light_desk import LightDesk, LightSocket
from tests.helpers.desk import RefusedCommand

if TYPE_CHECKING:
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import InteractionView

WANTED: Final = frozenset({b"offer-made", b"interaction-changed"})
LANES: Final = 8  # sign-ins at once
AGAIN_SECONDS: Final = 0.5  # and up to twice that: a hundred desktops must not take a core
PASSWORD: Final = os.environ["BENCH_PASSWORD"]
S = InteractionState


class Agent:
    def __init__(self, number: int, url: str, lanes: asyncio.Semaphore) -> None:
        self.number, self._url, self._lanes = number, url, lanes
        self._told: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.ready = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                async with self._lanes:
                    socket = await LightSocket.connect(self._url)
                    desk = LightDesk(socket, WANTED)
                    desk.on_event = lambda event, at_ns, desk=desk: self._came(desk, event, at_ns)
                    told = await desk.sign_in(f"desk-{self.number}", PASSWORD)
            except (OSError, RefusedCommand, TimeoutError):
                await asyncio.sleep(AGAIN_SECONDS * random.uniform(1, 2))
                continue
            for view in told.snapshot.interactions if told.snapshot else ():
                self._changed(desk, view, time.monotonic_ns())
            self.ready.set()
            await socket.lost.wait()
            self._told.clear()
            print("cut", self.number, flush=True)

    def _came(self, desk: LightDesk, event: AnyEvent, at_ns: int) -> None:
        match event:
            case OfferMade(offer=offer):
                self._say("offer", offer.interaction.ani, at_ns)
            case InteractionChanged(interaction=view):
                self._changed(desk, view, at_ns)

    def _changed(self, desk: LightDesk, view: InteractionView, at_ns: int) -> None:
        if view.state is S.CONNECTED:
            self._say("connected", view.ani, at_ns)
        elif view.state is S.WRAP_UP:
            task = asyncio.get_running_loop().create_task(self._close(desk, view))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _close(self, desk: LightDesk, view: InteractionView) -> None:
        closing = c.CompleteWrapUp(
            request_id=desk.next_id(), interaction_id=view.interaction_id, disposition="resolved"
        )
        try:
            await desk.ask(closing)
            self._say("closed", view.ani, time.monotonic_ns())
        except (RefusedCommand, TimeoutError) as refusal:
            print("refused", f"{refusal!r:.200}", flush=True)

    def _say(self, word: str, ani: str, at_ns: int) -> None:
        if (word, ani) not in self._told:
            self._told.add((word, ani))
            print(word, ani, at_ns, flush=True)


async def main(url: str, first: int, last: int) -> None:
    lanes = asyncio.Semaphore(LANES)
    agents = [Agent(number, url, lanes) for number in range(first, last + 1)]
    async with asyncio.TaskGroup() as group:
        for agent in agents:
            group.create_task(agent.run())
        await asyncio.gather(*(agent.ready.wait() for agent in agents))
        print("ready", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
