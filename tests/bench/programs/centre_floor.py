"""The floor's middle of a centre: a datagram comes in, one of many web sockets is told of it,
and all of them are told something four times a second. No Ficha code, no store, no rule.

`centre_floor OFFER_BYTES ALL_BYTES`: prints "ready UDP_PORT WS_PORT". A datagram is "KEY DESK"; a
client says its desk's number in its first frame, and is sent "KEY …", OFFER_BYTES long. What all
are sent is ALL_BYTES long and has no space in it.
"""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

PERIOD = 0.25
desks: dict[str, ServerConnection] = {}


class Door(asyncio.DatagramProtocol):
    def __init__(self, size: int) -> None:
        self._size = size

    def datagram_received(self, data: bytes, addr: object) -> None:
        key, desk = data.decode().split(" ")
        if client := desks.get(desk):
            broadcast((client,), f"{key} ".ljust(self._size, "x"))


async def client(connection: ServerConnection) -> None:
    async for text in connection:
        desks[str(text)] = connection


async def main(offer_bytes: int, all_bytes: int) -> None:
    loop = asyncio.get_running_loop()
    transport, _door = await loop.create_datagram_endpoint(
        lambda: Door(offer_bytes), local_addr=("127.0.0.1", 0)
    )
    async with serve(client, "127.0.0.1", 0, compression=None) as server:
        udp = transport.get_extra_info("sockname")[1]
        [socket] = server.sockets
        print("ready", udp, socket.getsockname()[1], flush=True)
        while True:
            broadcast(desks.values(), "x" * all_bytes)
            await asyncio.sleep(PERIOD)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
