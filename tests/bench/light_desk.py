"""A desktop that costs next to nothing: RFC 6455 by hand, and only frames that matter are decoded.

Three hundred of them must not take the processor from the bridge that they measure.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import secrets
import time
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from cti_bridge.protocol.codec import decode_answer, encode
from cti_bridge.protocol.commands import Hello, Refused, SetMode, SignedIn, SignIn, Welcome
from cti_bridge.protocol.events import AnyEvent, Event
from cti_bridge.protocol.vocabulary import PROTOCOL_VERSIONS, AgentMode
from tests.helpers.desk import RefusedCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.frames import Command, Reply

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_TAG: Final = b'{"type":"'


class LightSocket(asyncio.Protocol):
    """A client's WebSocket: whole text frames in and out, pings answered."""

    def __init__(self) -> None:
        self.on_text: Callable[[bytes, int], None] = lambda _text, _at_ns: None
        self.frames = self.bytes = 0
        self.lost = asyncio.Event()
        self._open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unread = bytearray()
        self._transport: asyncio.Transport

    @classmethod
    async def connect(cls, url: str) -> Self:
        """Raises OSError, or ConnectionError where the handshake is refused."""
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        _transport, socket = await loop.create_connection(cls, parts.hostname, parts.port)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        socket._transport.write(
            f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await socket._open
        return socket

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        size = len(payload)
        if size < 126:
            head = bytes((0x80 | opcode, 0x80 | size))
        elif size < 1 << 16:
            head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2)
        else:
            head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8)
        # a mask of zeros is a mask, and leaves the payload as it is
        self._transport.write(head + b"\0\0\0\0" + payload)

    def close(self) -> None:
        self._transport.abort()

    # -- asyncio.Protocol --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.set()
        if not self._open.done():
            self._open.set_exception(ConnectionError("closed in the handshake"))

    def data_received(self, data: bytes) -> None:
        at_ns = time.monotonic_ns()
        self._unread += data
        if not self._open.done():
            head, end, rest = self._unread.partition(b"\r\n\r\n")
            if not end:
                return
            self._unread = rest
            if not head.startswith(b"HTTP/1.1 101"):
                self._open.set_exception(ConnectionError(head[:80].decode(errors="replace")))
                return
            self._open.set_result(None)
        while self._take(at_ns):
            pass

    def _take(self, at_ns: int) -> bool:
        """One frame; False where it is not all there. Servers neither mask nor split here."""
        unread = self._unread
        if len(unread) < 2:
            return False
        size, first = unread[1], 2
        if size > 125:
            first = 4 if size == 126 else 10
            size = int.from_bytes(unread[2:first])
        if len(unread) < first + size:
            return False
        payload, opcode = bytes(unread[first : first + size]), unread[0] & 0xF
        del unread[: first + size]
        self.frames += 1
        self.bytes += first + size
        if opcode == TEXT:
            self.on_text(payload, at_ns)
        elif opcode == PING:
            self.send(payload, PONG)
        return True


class LightDesk:
    """Signed in and ready. Events of the tags in `wanted` go to `on_event`; the others are
    counted, by tag, in `told`."""

    def __init__(self, socket: LightSocket, wanted: frozenset[bytes]) -> None:
        self.told: dict[bytes, int] = {}
        self.on_event: Callable[[AnyEvent, int], None] = lambda _event, _at_ns: None
        self.socket, self._wanted = socket, wanted
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        socket.on_text = self._came

    async def sign_in(self, login: str, password: str) -> SignedIn:
        """What the bridge says to it. Raises RefusedCommand, TimeoutError."""
        versions = PROTOCOL_VERSIONS
        await self.ask(Hello(request_id=self.next_id(), versions=versions), Welcome)
        signing = SignIn(request_id=self.next_id(), login=login, password=password)
        signed_in = await self.ask(signing, SignedIn, within=120)
        assert isinstance(signed_in, SignedIn)
        await self.ask(SetMode(request_id=self.next_id(), mode=AgentMode.READY))
        return signed_in

    def next_id(self) -> int:
        return next(self._ids)

    async def ask(
        self, command: Command, wanted: type[Reply] | None = None, *, within: float = 30
    ) -> Reply:
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[command.request_id] = waiting
        self.socket.send(encode(command).encode())
        reply = await asyncio.wait_for(waiting, within)
        if isinstance(reply, Refused) or (wanted and not isinstance(reply, wanted)):
            raise RefusedCommand(f"{type(command).__name__}: {reply}")
        return reply

    def _came(self, text: bytes, at_ns: int) -> None:
        tag = text[len(_TAG) : text.index(b'"', len(_TAG))]
        self.told[tag] = self.told.get(tag, 0) + 1
        if tag not in self._wanted and text[len(_TAG) + len(tag) + 2 :].startswith(b'"seq"'):
            return
        frame = decode_answer(text.decode())
        if isinstance(frame, Event):
            self.on_event(frame, at_ns)
        elif (waiting := self._waiting.pop(frame.request_id, None)) and not waiting.done():
            waiting.set_result(frame)
