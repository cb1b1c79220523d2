"""Desks that chat, many in one process.

`chat_desks bare|real URL DESKS CHATS`: signs `desk-0` … in, prints "ready", takes each chat that
is offered. When CHATS are in hand, says "a CHAT N NANOSECONDS" in each, each 5 s, for
BENCH_SECONDS of the environment, and notes when "c CHAT N NANOSECONDS" arrives, which it marks as
read. At the end: "result JSON".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from websockets.asyncio.client import connect

from cti_bridge.protocol.commands import AcceptOffer, MarkRead, SendMessage
from cti_bridge.protocol.events import MessageAdded, OfferMade
from cti_bridge.protocol.vocabulary import InteractionId, MessageId
from tests.bench.load import every
from tests.bench.programs.chat_visitors import EACH_SECONDS, Heard
from tests.helpers.desk import Desk, RefusedCommand

if TYPE_CHECKING:
    from cti_bridge.protocol.events import AnyEvent


class Real:
    """All desks of the product."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self.chats: list[tuple[Desk, str]] = []
        self.refused = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, stack: contextlib.AsyncExitStack, url: str, desks: int) -> None:
        password = os.environ["BENCH_PASSWORD"]
        for number in range(desks):
            desk = await stack.enter_async_context(Desk.signed_in(url, f"desk-{number}", password))
            desk.on_event = lambda event, at_ns, desk=desk: self._came(desk, event, at_ns)

    def _came(self, desk: Desk, event: AnyEvent, at_ns: int) -> None:
        if isinstance(event, OfferMade):
            self._spawn(self._accept(desk, event))
        elif isinstance(event, MessageAdded) and self._heard.take(event.message.text, "c", at_ns):
            self._spawn(self._read(desk, event))

    def _spawn(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, desk: Desk, event: OfferMade) -> None:
        await desk.ask(AcceptOffer(request_id=desk.next_id(), offer_id=event.offer.offer_id))
        self.chats.append((desk, event.offer.interaction.interaction_id))

    async def _read(self, desk: Desk, event: MessageAdded) -> None:
        message = event.message
        await desk.ask(
            MarkRead(
                request_id=desk.next_id(),
                interaction_id=message.interaction_id,
                message_id=message.message_id,
            )
        )

    def say(self, n: int) -> None:
        desk, chat = self.chats[n % len(self.chats)]
        self._spawn(self._say(desk, chat, n))

    async def _say(self, desk: Desk, chat: str, n: int) -> None:
        try:
            await desk.ask(
                SendMessage(
                    request_id=desk.next_id(),
                    interaction_id=InteractionId(chat),
                    message_id=MessageId(str(uuid4())),
                    text=f"a {chat} {n} {time.monotonic_ns()}",
                )
            )
        except (RefusedCommand, TimeoutError) as error:
            self.refused += 1
            print("refused", error, flush=True)


class Bare:
    """All desks of the floor."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self.chats: list[int] = []
        self.refused = 0
        self._sockets: list = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, stack: contextlib.AsyncExitStack, url: str, desks: int) -> None:
        for number in range(desks):
            socket = await stack.enter_async_context(connect(url, compression=None))
            await socket.send(str(number))
            self._sockets.append(socket)
            self._spawn(self._listen(socket))

    async def _listen(self, socket) -> None:
        async for text in socket:
            self._heard.take(str(text).partition(" ")[2], "c", time.monotonic_ns())

    def _spawn(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def say(self, n: int) -> None:
        chat = self.chats[n % len(self.chats)]
        socket = self._sockets[chat % len(self._sockets)]
        self._spawn(socket.send(f"{chat} a {chat} {n} {time.monotonic_ns()}"))


async def main(kind: str, url: str, desks: int, chats: int) -> None:
    heard, said = Heard(), 0
    seconds = float(os.environ["BENCH_SECONDS"])
    side = Real(heard) if kind == "real" else Bare(heard)
    async with contextlib.AsyncExitStack() as stack:
        await side.open(stack, url, desks)
        print("ready", flush=True)
        if isinstance(side, Bare):
            side.chats = list(range(chats))
            while not heard.keys:  # the browsers are there
                await asyncio.sleep(0.1)
        while len(side.chats) < chats:
            await asyncio.sleep(0.1)
        print("all", flush=True)
        await asyncio.sleep(4)
        async for n in every(EACH_SECONDS / chats, int(seconds / EACH_SECONDS * chats)):
            side.say(n)
            said += 1
        await heard.settled()
        result = {
            "said": said,
            "refused": side.refused,
            "heard": len(heard.keys),
            "doubled": heard.doubled,
            "ms": heard.ms,
        }
        print("result", json.dumps(result), flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
