"""A desktop without a face: signs in over the wire, is ready, and takes what is offered."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect

from cti_bridge.protocol.codec import (
    AUDIO_SAMPLES,
    MAX_EVENT_BYTES,
    AudioFrame,
    decode_answer,
    decode_audio,
    encode,
    encode_audio,
)
from cti_bridge.protocol.commands import Hello, Refused, SetMode, SignedIn, SignIn, Welcome
from cti_bridge.protocol.events import AnyEvent, Event
from cti_bridge.protocol.frames import Command, Reply
from cti_bridge.protocol.vocabulary import PROTOCOL_VERSIONS, AgentMode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from websockets.asyncio.client import ClientConnection


logger = logging.getLogger(__name__)


class RefusedCommand(Exception):
    """The bridge said no."""


class Desk:
    """Set `on_event` and `on_audio` before or after; commands are answered in `ask`. What came
    before there was an `on_event` is in `early`: an offer goes out before "ready" is answered."""

    def __init__(self, socket: ClientConnection) -> None:
        self.early: list[tuple[AnyEvent, int]] = []
        self.on_event: Callable[[AnyEvent, int], None] = lambda *event: self.early.append(event)
        self.on_audio: Callable[[bytes, int], None] = lambda _pcm, _at_ns: None
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._sequence = itertools.count()

    @classmethod
    @contextlib.asynccontextmanager
    async def signed_in(cls, url: str, login: str, password: str) -> AsyncIterator[Desk]:
        """Signed in and ready for calls, for the block. Raises RefusedCommand."""
        async with connect(url, compression=None, max_size=MAX_EVENT_BYTES) as socket:
            desk = cls(socket)
            reading = asyncio.get_running_loop().create_task(desk._read(), name=f"desk {login}")
            try:
                await desk.ask(
                    Hello(request_id=desk.next_id(), versions=PROTOCOL_VERSIONS), Welcome
                )
                await desk.ask(
                    SignIn(request_id=desk.next_id(), login=login, password=password), SignedIn
                )
                await desk.ask(SetMode(request_id=desk.next_id(), mode=AgentMode.READY))
                yield desk
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    def cut(self) -> None:
        """The socket goes without a word, as when the process is killed."""
        self._socket.transport.abort()

    def next_id(self) -> int:
        return next(self._ids)

    async def ask(
        self, command: Command, wanted: type[Reply] = Reply, *, within: float = 30
    ) -> Reply:
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[command.request_id] = waiting
        await self._socket.send(encode(command))
        reply = await asyncio.wait_for(waiting, within)
        if isinstance(reply, Refused) or not isinstance(reply, wanted):
            raise RefusedCommand(f"{type(command).__name__}: {reply}")
        return reply

    async def say(self, pcm: bytes) -> None:
        """20 ms of the microphone."""
        n = next(self._sequence)
        frame = AudioFrame(sequence=n & 0xFFFF, timestamp=n * AUDIO_SAMPLES, pcm=pcm)
        await self.send(encode_audio(frame))

    async def send(self, frame: bytes) -> None:
        """A binary frame as it is."""
        await self._socket.send(frame)

    async def _read(self) -> None:
        async for data in self._socket:
            try:
                self._came(data, time.monotonic_ns())
            except Exception:
                logger.exception("a frame was not taken")
                raise

    def _came(self, data: str | bytes, at_ns: int) -> None:
        if isinstance(data, bytes):
            self.on_audio(decode_audio(data).pcm, at_ns)
            return
        frame = decode_answer(data)
        if isinstance(frame, Event):
            self.on_event(frame, at_ns)
        else:
            waiting = self._waiting.pop(frame.request_id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
