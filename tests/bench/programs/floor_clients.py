"""The other desks: connected, told, not painted. `floor_clients WS_PORT FIRST LAST`."""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.client import connect


async def desk(port: str, number: int, ready: asyncio.Semaphore) -> None:
    async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
        await socket.send(str(number))
        ready.release()
        async for _text in socket:
            pass


async def main(port: str, first: int, last: int) -> None:
    ready = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        for number in range(first, last + 1):
            group.create_task(desk(port, number, ready))
        for _number in range(first, last + 1):
            await ready.acquire()
        print("ready", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
