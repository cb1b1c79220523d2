"""The floor's middle: a datagram comes in, SQLite is asked, a web socket is told. No Ficha code.

`floor_server DATABASE`: prints "ready UDP_PORT WS_PORT"; a datagram is "SEQ DESK NUMBER"; a
client says its desk's number in its first frame. The look-up is done in the event loop's own
thread: the shortest way that there is.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys

from websockets.asyncio.server import ServerConnection, serve

desks: dict[str, ServerConnection] = {}


class Door(asyncio.DatagramProtocol):
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.sending: set[asyncio.Task[None]] = set()

    def datagram_received(self, data: bytes, addr: object) -> None:
        sequence, desk, number = data.decode().split(" ")
        row = self.database.execute(
            "select customer.id, customer.name from identity join customer"
            " on customer.id = identity.customer where identity.value = ?",
            (number,),
        ).fetchone()
        text = json.dumps({"seq": int(sequence), "id": row[0], "name": row[1], "number": number})
        if client := desks.get(desk):
            loop = asyncio.get_running_loop()
            task = loop.create_task(client.send(text), name="send")
            self.sending.add(task)
            task.add_done_callback(self.sending.discard)


async def client(connection: ServerConnection) -> None:
    async for text in connection:
        desks[str(text)] = connection


async def main(file: str) -> None:
    database = sqlite3.connect(file)
    loop = asyncio.get_running_loop()
    transport, _door = await loop.create_datagram_endpoint(
        lambda: Door(database), local_addr=("127.0.0.1", 0)
    )
    async with serve(client, "127.0.0.1", 0, compression=None) as server:
        udp = transport.get_extra_info("sockname")[1]
        [socket] = server.sockets
        print("ready", udp, socket.getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
