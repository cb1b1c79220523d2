"""One desktop's WebSocket as the session sees it: written at once, bounded, never waited for."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Final

from websockets.asyncio.server import broadcast

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
    """

    def __init__(
        self, connection: ServerConnection, scope: Scope, *, limit: int = SLOW_BYTES
    ) -> None:
        self._connection, self._scope, self._limit = connection, scope, limit
        self._only = (connection,)
        self._closing = False
        self.on_slow: Callable[[], None] = lambda: self.close(1008, "")
        tune(connection)

    @property
    def address(self) -> str:
        """The peer's, for the log and the throttle."""
        peer = self._connection.remote_address
        return str(peer[0]) if isinstance(peer, tuple) and peer else "unknown"

    def unsent(self) -> int:
        return self._connection.transport.get_write_buffer_size()

    def send(self, text: bytes) -> None:
        if self._closing:
            return
        if self.unsent() > self._limit:
            self.on_slow()
            return
        broadcast(self._only, text, text=True)

    def send_audio(self, data: bytes) -> None:
        if not self._closing:
            broadcast(self._only, data)

    def close(self, code: int, reason: str, *, last: bytes = b"") -> None:
        """Says `last`, closes, and tears the socket down where the peer does not answer."""
        if self._closing:
            return
        if last:
            broadcast(self._only, last, text=True)
        self._closing = True
        self._scope.spawn(self._close(code, reason), "close")

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close(code, reason)
        except TimeoutError:
            logger.info("%s did not answer the close", self.address)
        finally:
            self._connection.transport.abort()


def tune(connection: ServerConnection) -> None:
    """No delay for small frames; little unsent data hidden in the kernel, so that a slow client
    is seen as one and its voice does not run seconds late."""
    raw = connection.transport.get_extra_info("socket")
    if raw is None:
        return
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_IN_KERNEL)
