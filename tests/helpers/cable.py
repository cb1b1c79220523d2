"""A network between the bridge and an Asterisk that can fail, as a TCP relay on loopback.

    async with Cable(pbx.http_port) as cable:      # cable.url instead of the Asterisk's own
        cable.silence()      # packets are lost both ways, and nobody is told
        await cable.cut()    # connections are reset, and nobody listens
        await cable.heal()   # what TCP would still deliver by then is delivered

Silence is kept as TCP keeps it: a sender that has given up with a reset sends no more of what was
under way, one that has closed in order still does.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self


class Cable:
    def __init__(self, port: int) -> None:
        self._to, self.port = port, 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._wires: set[asyncio.Task[None]] = set()
        self._passes, self._moved = asyncio.Event(), asyncio.Event()
        self._passes.set()
        self._held = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.heal()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()
        if self._wires:
            await asyncio.wait(self._wires, timeout=5)

    def silence(self) -> None:
        self._passes.clear()
        self._held = b""

    async def holds_back(self, words: bytes, *, within: float = 60) -> None:
        """Until these are under way. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while words not in self._held:
                self._moved.clear()
                await self._moved.wait()

    async def cut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self._passes.set()
        for end in tuple(self._ends):
            end.transport.abort()
        if server is not None:
            await server.wait_closed()

    async def heal(self) -> None:
        await asyncio.sleep(0.05)  # the loop hears of the senders that have given up by now
        self._passes.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        wire = asyncio.current_task()
        assert wire is not None
        self._wires.add(wire)
        wire.add_done_callback(self._wires.discard)
        try:
            await self._passes.wait()
            if reader.exception() is None:
                await self._join(reader, writer)
        finally:
            writer.transport.abort()
            self._ends.discard(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            return
        self._ends.add(back)
        try:
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        finally:
            back.transport.abort()
            self._ends.discard(back)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if not self._passes.is_set():
                    self._held += data
                    self._moved.set()
                    await self._passes.wait()
                if reader.exception() is not None:
                    break
                writer.write(data)
            await self._passes.wait()
        writer.transport.abort()
