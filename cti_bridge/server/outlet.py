"""One desktop's WebSocket as the session sees it: written at once, bounded, never waited for."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Final

from websockets.frames import Opcode
from websockets.protocol import State

from cti_bridge.server.limits import SLOW_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.asyncio.server import ServerConnection

    from cti_bridge.tasks import Scope

logger = logging.getLogger(__name__)
UNSENT_IN_KERNEL: Final = 32 * 1024
CLOSE_SECONDS: Final = 2.0


class Outlet:
    """Frames go straight to the transport: no queue and no task stand between an event and the
    wire. What the peer does not read piles up in the transport's buffer, which is the bounded
    queue: past `SLOW_BYTES` the client is cut.

    What need not go at once goes with whatever else this turn of the loop tells the peer, in one
    write: a system call costs ten times what a frame does (measured with 300 desktops). Frames
    are framed here, for the library would frame the same text anew for each peer.
    """

    def __init__(
        self, connection: ServerConnection, scope: Scope, *, limit: int = SLOW_BYTES
    ) -> None:
        self._connection, self._scope, self._limit = connection, scope, limit
        self._closing = False
        self._held: list[bytes] = []  # heads and payloads, in their order
        self._held_bytes = 0
        self._loop = asyncio.get_running_loop()
        self.on_slow: Callable[[], None] = lambda: self.close(1008, "")
        tune(connection)

    @property
    def address(self) -> str:
        """The peer's, for the log and the throttle."""
        peer = self._connection.remote_address
        return str(peer[0]) if isinstance(peer, tuple) and peer else "unknown"

    def unsent(self) -> int:
        return self._connection.transport.get_write_buffer_size() + self._held_bytes

    def send(self, text: bytes, *, at_once: bool = True) -> None:
        """In order with everything else; not `at_once`: at the end of this turn of the loop."""
        if self._closing:
            return
        if self.unsent() > self._limit:
            self.on_slow()
            return
        if not at_once and not self._held:
            self._loop.call_soon(self._flush)
        self._hold(Opcode.TEXT, text)
        if at_once:
            self._flush()

    def send_audio(self, data: bytes) -> None:
        if not self._closing:
            self._hold(Opcode.BINARY, data)
            self._flush()

    def close(self, code: int, reason: str, *, last: bytes = b"") -> None:
        """Says `last`, closes, and tears the socket down where the peer does not answer."""
        if self._closing:
            return
        if last:
            self._hold(Opcode.TEXT, last)
        self._flush()
        self._closing = True
        self._scope.spawn(self._close(code, reason), "close")

    def _hold(self, opcode: Opcode, payload: bytes) -> None:
        self._held += (head(opcode, len(payload)), payload)
        self._held_bytes += len(payload)

    def _flush(self) -> None:
        held, self._held, self._held_bytes = self._held, [], 0
        if not held or self._closing or self._connection.protocol.state is not State.OPEN:
            return
        self._connection.transport.write(b"".join(held))

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close(code, reason)
        except TimeoutError:
            logger.info("%s did not answer the close", self.address)
        finally:
            self._connection.transport.abort()


def head(opcode: Opcode, size: int) -> bytes:
    """Of a whole, unmasked frame, as servers send them (RFC 6455 section 5.2)."""
    first = 0x80 | opcode
    if size < 126:
        return bytes((first, size))
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2)
    return bytes((first, 127)) + size.to_bytes(8)


def tune(connection: ServerConnection) -> None:
    """No delay for small frames; little unsent data hidden in the kernel, so that a slow client
    is seen as one and its voice does not run seconds late."""
    raw = connection.transport.get_extra_info("socket")
    if raw is None:
        return
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_IN_KERNEL)
