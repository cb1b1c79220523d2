"""Browsers without a face, many in one process.

`chat_visitors bare|real URL COUNT`: begins COUNT chats and prints "ready" when an agent is in
each. Then each says "c CHAT N NANOSECONDS" each 5 s, for BENCH_SECONDS of the environment, and
notes when "a CHAT N NANOSECONDS" of its agent arrives. At the end: "result JSON".
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field

import aiohttp

from cti_bridge.channels.chat import frames as f
from cti_bridge.channels.web.simulator import SimulatedVisitor
from tests.bench.load import every

EACH_SECONDS = 5.0
SETTLED_SECONDS = 8.0
STARTS_PER_SECOND = 25
SITE, ORIGIN = "bench", "http://shop.example"


@dataclass(slots=True)
class Heard:
    """What one side has heard of the other."""

    ms: list[float] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)
    doubled: int = 0

    def take(self, text: str, mark: str, at_ns: int) -> bool:
        """Whether it was one of the load's."""
        who, chat, n, said_ns = (*text.split(" "), "", "", "", "")[:4]
        if who != mark:
            return False
        if (chat, n) in self.keys:
            self.doubled += 1
        self.keys.add((chat, n))
        self.ms.append(round((at_ns - int(said_ns)) / 1e6, 3))
        return True

    async def settled(self) -> None:
        """Until nothing more has come for a while: what is late is late, and not lost."""
        async with asyncio.timeout(120):
            before = -1
            while before != len(self.ms):
                before = len(self.ms)
                await asyncio.sleep(SETTLED_SECONDS)


class Real:
    """A visitor of the product."""

    def __init__(self, url: str, heard: Heard) -> None:
        self._url, self._heard = url, heard
        self.receipts = 0

    async def open(self, http: aiohttp.ClientSession) -> None:
        self._visitor = await SimulatedVisitor.open(self._url, SITE, origin=ORIGIN, http=http)
        self._visitor.on_frame = self._came
        session = await self._visitor.start({"name": "Marta Gil"}, "Hola")
        self.chat = session.chat
        await self._visitor.gets(f.Joined, within=120)

    def _came(self, frame: f.ForBrowser, at_ns: int) -> None:
        if isinstance(frame, f.Entry) and self._heard.take(frame.text, "a", at_ns):
            self._got = asyncio.get_running_loop().create_task(
                self._visitor.send(f.Got(seq=frame.seq))
            )
        elif isinstance(frame, f.Receipt):
            self.receipts += 1

    async def say(self, n: int) -> None:
        await self._visitor.say(f"c {self.chat} {n} {time.monotonic_ns()}")


class Bare:
    """A socket of the floor."""

    def __init__(self, url: str, heard: Heard, number: int) -> None:
        self._url, self._heard, self.chat = url, heard, str(number)
        self.receipts = 0

    async def open(self, http: aiohttp.ClientSession) -> None:
        self._socket = await http.ws_connect(self._url, compress=0)
        await self._socket.send_str(self.chat)
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            self._heard.take(str(message.data), "a", time.monotonic_ns())

    async def say(self, n: int) -> None:
        await self._socket.send_str(f"c {self.chat} {n} {time.monotonic_ns()}")


async def main(kind: str, url: str, count: int) -> None:
    heard, said = Heard(), 0
    seconds = float(os.environ["BENCH_SECONDS"])
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    visitors: list[Real | Bare] = []
    opening = []
    async with asyncio.TaskGroup() as group:
        async for n in every(1 / STARTS_PER_SECOND, count):
            one = Real(url, heard) if kind == "real" else Bare(url, heard, n)
            visitors.append(one)
            opening.append(group.create_task(one.open(http)))
    print("ready", flush=True)
    await asyncio.sleep(3)  # the desks begin too
    async for n in every(EACH_SECONDS / count, int(seconds / EACH_SECONDS * count)):
        await visitors[n % count].say(n)
        said += 1
    print("said", said, flush=True)
    await heard.settled()
    result = {
        "said": said,
        "receipts": sum(one.receipts for one in visitors),
        "heard": len(heard.keys),
        "doubled": heard.doubled,
        "ms": heard.ms,
    }
    print("result", json.dumps(result), flush=True)
    await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
