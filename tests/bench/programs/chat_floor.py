"""The floor's middle of a chat: a browser's socket on one side, a desk's on the other. No Ficha
code, no store: what is said here is passed on there.

Prints "ready WEB_URL DESK_URL". The first frame of a browser is its number; desk N is told what
browsers with number % desks == N say, as "NUMBER TEXT", and answers in the same form.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import WSMsgType, web
from websockets.asyncio.server import ServerConnection, serve

browsers: dict[int, web.WebSocketResponse] = {}
desks: dict[int, ServerConnection] = {}


async def browser(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    number = int((await socket.receive()).data)
    browsers[number] = socket
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await desks[number % len(desks)].send(f"{number} {message.data}")
    return socket


async def desk(connection: ServerConnection) -> None:
    desks[int(await connection.recv())] = connection
    async for text in connection:
        number, _space, said = str(text).partition(" ")
        await browsers[int(number)].send_str(said)


async def main() -> None:
    app = web.Application()
    app.router.add_get("/", browser)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with serve(desk, "127.0.0.1", 0, compression=None) as server:
        [socket] = server.sockets
        print(f"ready http://{host}:{port} ws://127.0.0.1:{socket.getsockname()[1]}", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
