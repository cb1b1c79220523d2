"""The UDP socket of a line, and which of our addresses a peer sees."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.pyvoip.transactions import Endpoint

logger = logging.getLogger(__name__)
BUFFER: Final = 1 << 20  # bytes: a second of a burst of 100 calls/s is about 400 kB
MAX_PEERS: Final = 256
_CSEQ: Final = re.compile(rb"\r\nCSeq[ \t]*:[ \t]*(\d{1,10}[ \t]+[A-Z]{1,20})\r\n", re.IGNORECASE)
ANY: Final = ("0.0.0.0", "::", "")


def headline(data: bytes) -> str:
    """A message in one line, `200 OK (2 INVITE)`; of its headers only CSeq: in others are
    credentials, and who calls."""
    first = data[:160].partition(b"\r\n")[0].removeprefix(b"SIP/2.0 ").removesuffix(b" SIP/2.0")
    cseq = _CSEQ.search(data, 0, 4096)
    text = first + (b" (%s)" % cseq[1] if cseq else b"")
    return "".join(filter(str.isprintable, text.decode("utf-8", "replace")))


class LineTransport(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes, Endpoint, int], None]) -> None:
        self._receive = receive
        self._transport: asyncio.DatagramTransport | None = None
        self.errors = 0

    @classmethod
    async def bind(
        cls, host: str, port: int, receive: Callable[[bytes, Endpoint, int], None]
    ) -> LineTransport:
        """Raises OSError when the address is in use or is none of this machine's."""
        transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: cls(receive), local_addr=(host, port)
        )
        sock = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # a smaller buffer is no reason not to start
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        protocol._transport = transport
        return protocol

    @property
    def port(self) -> int:
        assert self._transport is not None
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def send(self, data: bytes, to: Endpoint) -> None:
        """Never raises: what is lost is repeated by the transaction, or given up by it."""
        if self._transport is None or self._transport.is_closing():
            return
        self._trace("sent to", to, data)
        try:
            self._transport.sendto(data, to)
        except (OSError, ValueError, OverflowError) as error:
            self._failed(error)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        now = time.monotonic_ns()
        self._trace("from", addr, data)
        self._receive(data, (addr[0], addr[1]), now)

    def error_received(self, exc: Exception) -> None:
        self._failed(exc)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _trace(self, way: str, peer: Endpoint, data: bytes) -> None:
        """The ladder of a line, for one who looks for a fault."""
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("SIP %s %s:%d: %s", way, peer[0], peer[1], headline(data))

    def _failed(self, error: Exception) -> None:
        self.errors += 1
        if self.errors & (self.errors - 1) == 0:  # the 1st, 2nd, 4th, 8th …
            logger.warning("SIP could not be sent (%d times): %s", self.errors, error)


class OwnAddress:
    """The address under which a peer reaches us: what routes to it, unless configured."""

    def __init__(self, bind: str, advertise: str) -> None:
        self._fixed = advertise or ("" if bind in ANY else bind)
        self._known: dict[str, str] = {}

    def towards(self, peer: Endpoint) -> str:
        if self._fixed:
            return self._fixed
        known = self._known.get(peer[0])
        if known is None:
            if len(self._known) >= MAX_PEERS:
                self._known.clear()
            known = self._known[peer[0]] = _route(peer)
        return known

    def forget(self) -> None:
        """After an outage the route may be another."""
        self._known.clear()


def _route(peer: Endpoint) -> str:
    family = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((peer[0], peer[1] or 5060))  # UDP: nothing is sent
        except OSError as error:
            logger.warning("no route to %s: %s", peer[0], error)
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
        host: str = probe.getsockname()[0]
        return host


async def look_up(server: str, *, ipv6: bool) -> tuple[Endpoint, ...]:
    """The addresses of `host` or `host:port`. Raises OSError."""
    host, port = server_endpoint(server)
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, family=family, type=socket.SOCK_DGRAM
    )
    return tuple(dict.fromkeys((str(item[4][0]), int(item[4][1])) for item in found))


def server_endpoint(server: str) -> Endpoint:
    """Raises OSError for a port that is none."""
    if server.startswith("["):
        host, _, rest = server[1:].partition("]")
        port = rest.removeprefix(":")
    elif server.count(":") == 1:
        host, _, port = server.partition(":")
    else:
        host, port = server, ""
    if not host:
        raise OSError("no server is configured")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise OSError(f"{server!r} has no valid port")
    return host, int(port or 5060)
