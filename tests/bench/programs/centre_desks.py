"""Desks of a whole centre, many in one process, that serve what they are offered.

`centre_desks real|bare URL FIRST LAST`: opens `desk-FIRST` … `desk-LAST`, prints "ready", then
for each offer "offer KEY NANOSECONDS": the number that calls, the address that writes, or the
chat's id. `real`: accepts, serves and wraps up each one, and prints "done CHANNEL". A line
"refused …" for what the bridge did not do, "cut" for a desk that was cut, and on SIGUSR1 "told"
with a JSON object of what all desks have been told so far.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged, OfferMade
from cti_bridge.protocol.vocabulary import Channel, InteractionState, MessageId
from tests.bench.light_desk import LightDesk, LightSocket
from tests.helpers.desk import RefusedCommand

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import OfferView

LANES: Final = 4  # sign-ins at once: each costs the bridge a tenth of a second of a core
PICK_UP_SECONDS: Final = 0.3
SERVE_SECONDS: Final = 4.0
WRAP_UP_SECONDS: Final = 1.0
WANTED: Final = frozenset({b"offer-made", b"interaction-changed"})
SAYS: Final = "Buenos días, ahora mismo lo miro."
S = InteractionState


class Server:
    """One agent: every offer is served beside the others."""

    def __init__(self, desk: LightDesk) -> None:
        self.desk = desk
        self._states: dict[str, InteractionState] = {}
        self._moved = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        desk.on_event = self._came

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _came(self, event: AnyEvent, at_ns: int) -> None:
        match event:
            case OfferMade(offer=offer):
                view = offer.interaction
                print("offer", view.ani or view.interaction_id, at_ns, flush=True)
                self._states[view.interaction_id] = view.state
                self.spawn(self._serve(offer))
            case InteractionChanged(interaction=view) if view.interaction_id in self._states:
                self._states[view.interaction_id] = view.state
        self._moved.set()

    async def _serve(self, offer: OfferView) -> None:
        view = offer.interaction
        try:
            await self._ask(
                c.OfferShown, offer_id=offer.offer_id, painted_at=datetime.now(UTC), paint_ms=3.0
            )
            await asyncio.sleep(PICK_UP_SECONDS)
            await self._ask(c.AcceptOffer, offer_id=offer.offer_id)
            await self._work(view.interaction_id, view.channel)
            print("done", view.channel, flush=True)
        except (RefusedCommand, TimeoutError) as refusal:
            print("refused", view.channel, f"{refusal!r:.200}", flush=True)
        finally:
            self._states.pop(view.interaction_id, None)

    async def _work(self, key: str, channel: Channel) -> None:
        await self._until(key, S.CONNECTED)
        if channel is not Channel.VOICE:
            await self._ask(c.OpenConversation, interaction_id=key)
        if channel is Channel.CHAT:
            named = MessageId(str(uuid4()))
            await self._ask(c.SendMessage, interaction_id=key, message_id=named, text=SAYS)
        await asyncio.sleep(SERVE_SECONDS)
        if channel is not Channel.EMAIL:
            await self._ask(c.ClearCall, interaction_id=key)
            await self._until(key, S.WRAP_UP)
        await asyncio.sleep(WRAP_UP_SECONDS)
        await self._ask(
            c.CompleteWrapUp, interaction_id=key, disposition="resolved", notes="served"
        )

    async def _ask(self, command: type[c.AnyCommand], **fields: object) -> c.AnyReply:
        return await self.desk.ask(command(request_id=self.desk.next_id(), **fields))

    async def _until(self, key: str, state: InteractionState) -> None:
        async with asyncio.timeout(30):
            while self._states[key] is not state:
                self._moved.clear()
                await self._moved.wait()


class Bare:
    """A socket of the floor: what comes with a number in front is an offer."""

    def __init__(self, socket: LightSocket, number: int) -> None:
        socket.on_text = self._came
        socket.send(str(number).encode())

    def _came(self, text: bytes, at_ns: int) -> None:
        number, space, _rest = text[:20].partition(b" ")
        if space:
            print("offer", number.decode(), at_ns, flush=True)


def tell(sockets: list[LightSocket], servers: list[Server]) -> None:
    """Frames and bytes of all desks so far, the frames of the real ones by their tag."""
    by_tag: Counter[str] = Counter()
    for server in servers:
        by_tag.update({tag.decode(): count for tag, count in server.desk.told.items()})
    told = {
        "at_ns": time.monotonic_ns(),
        "frames": sum(socket.frames for socket in sockets),
        "bytes": sum(socket.bytes for socket in sockets),
        "by_tag": by_tag,
    }
    print("told", json.dumps(told), flush=True)


async def main(kind: str, url: str, first: int, last: int) -> None:
    password = os.environ["BENCH_PASSWORD"]
    lanes = asyncio.Semaphore(LANES)
    sockets: list[LightSocket] = []
    servers: list[Server] = []

    async def open_desk(number: int) -> None:
        async with lanes:
            socket = await LightSocket.connect(url)
            sockets.append(socket)
            if kind == "bare":
                Bare(socket, number)
                return
            server = Server(LightDesk(socket, WANTED))
            await server.desk.sign_in(f"desk-{number}", password)
            servers.append(server)

    async def watch(socket: LightSocket) -> None:
        await socket.lost.wait()
        print("cut", flush=True)

    async with asyncio.TaskGroup() as group:
        for number in range(first, last + 1):
            group.create_task(open_desk(number))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, tell, sockets, servers)
    print("ready", flush=True)
    async with asyncio.TaskGroup() as group:
        for socket in sockets:
            group.create_task(watch(socket))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
