"""Connections before anything is known of them: how many, from where, and for how long."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp.web_protocol import RequestHandler

from cti_bridge.channels.web import limits
from cti_bridge.channels.web.addresses import key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.web_server import Server

    from cti_bridge.channels.web.addresses import Proxies
    from cti_bridge.channels.web.limits import Limits

FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class Book:
    """All connections of a listener. When it is full, the oldest of those that have no chat
    makes room: who only holds connections open keeps nobody out."""

    def __init__(
        self,
        *,
        most: int,
        per_address: int,
        proxies: Proxies,
        limits: Limits,
        figures: Counter[str],
        clock: Callable[[], float],
    ) -> None:
        self._most, self._per_address = most, per_address
        self._proxies, self._limits = proxies, limits
        self._figures, self._clock = figures, clock
        self._idle: OrderedDict[Connection, None] = OrderedDict()  # without a chat, oldest first
        self._of_address: Counter[str] = Counter()
        self.open = 0

    def came(self, connection: Connection, peer: str) -> bool:
        """Whether it may stay."""
        self.open += 1
        self._idle[connection] = None
        if not self._proxies.trusts(peer):
            connection.address = key_of(peer)
            self._of_address[connection.address] += 1
            if self._of_address[connection.address] > self._per_address:
                self._figures["connections_of_address"] += 1
                return False
        if not self._limits.connections.take(self._clock()):
            self._figures["connections_too_fast"] += 1
            return False
        if self.open > self._most:
            self._figures["connections_full"] += 1
            oldest = next(iter(self._idle))
            if oldest is connection:
                return False
            self._idle.pop(oldest)
            oldest.end()
        return True

    def went(self, connection: Connection) -> None:
        self.open -= 1
        self._idle.pop(connection, None)
        if connection.address:
            self.drop_address(connection.address)

    def serves(self, connection: Connection) -> None:
        """It has a chat: nobody takes its place."""
        self._idle.pop(connection, None)

    def take_address(self, address: str) -> bool:
        """One more of an address behind a proxy; give it back by `drop_address`."""
        if self._of_address[address] >= self._per_address:
            self._figures["connections_of_address"] += 1
            return False
        self._of_address[address] += 1
        return True

    def drop_address(self, address: str) -> None:
        self._of_address[address] -= 1
        if self._of_address[address] <= 0:
            del self._of_address[address]


class Connection(RequestHandler):
    """aiohttp's connection, with a limit on the time for a request's head, which it has not."""

    def __init__(self, book: Book, manager: Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self._book = book
        self._late: asyncio.TimerHandle | None = None
        self._counted = False
        self.address = ""  # counted under this key; "": behind a proxy

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        name = transport.get_extra_info("peername")
        self._counted = True
        if self._book.came(self, str(name[0]) if name else ""):
            self._wait(limits.HEAD_SECONDS)
        else:
            cast("asyncio.Transport", transport).write(FULL)
            self.end()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_waiting()
        if self._counted:
            self._counted = False
            self._book.went(self)
        super().connection_lost(exc)

    def began(self) -> None:
        """The head of a request is whole; what follows has limits of its own."""
        self._stop_waiting()

    def ended(self) -> None:
        """The request was answered: another one may follow, and soon."""
        if self.transport is not None:
            self._wait(limits.KEEP_SECONDS)

    def end(self) -> None:
        self.force_close()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._late = asyncio.get_running_loop().call_later(seconds, self.end)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
