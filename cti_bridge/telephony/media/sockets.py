"""The two UDP sockets of a leg, read without a copy or an allocation for each datagram."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.telephony.media.pool import NoPortError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.media.pool import PortPool

logger = logging.getLogger(__name__)

MAX_DATAGRAM: Final = 2048
AT_ONCE: Final = 16  # datagrams read before others of the loop have their turn
TRIES: Final = 20
TOS_VOICE: Final = 0xB8  # DSCP 46, expedited forwarding (RFC 3246)
_MARKING: Final = {
    socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TOS),
    socket.AF_INET6: (socket.IPPROTO_IPV6, getattr(socket, "IPV6_TCLASS", 67)),
}
Address = tuple[Any, ...]  # (host, port) or, for IPv6, (host, port, flow, scope)


class UdpSocket:
    """One bound socket in the loop. asyncio's own transport allocates 256 KiB for each datagram
    it reads; this one reads all into one buffer (which needs a selector loop: on Windows
    asyncio.SelectorEventLoop)."""

    def __init__(self, sock: socket.socket, received: Callable[[memoryview, Address], None]):
        self._sock = sock
        self._received = received
        self._buffer = memoryview(bytearray(MAX_DATAGRAM))
        self._loop = asyncio.get_running_loop()
        self.port: int = sock.getsockname()[1]
        self.unsent = self.unread = 0
        self._closed = False
        self._loop.add_reader(sock.fileno(), self._read)

    def send(self, data: bytes | bytearray, address: Address) -> bool:
        """False, and counted, when the system did not take it: sound is not worth waiting for."""
        try:
            self._sock.sendto(data, address)
        except OSError as error:
            if self.unsent == 0 and error.errno not in (errno.EAGAIN, errno.ECONNREFUSED):
                logger.warning("cannot send to %s port %s: %s", address[0], address[1], error)
            self.unsent += 1
            return False
        return True

    def close(self) -> None:
        """Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()

    def _read(self) -> None:
        for _ in range(AT_ONCE):
            if self._closed:
                return
            try:
                size, address = self._sock.recvfrom_into(self._buffer)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in (errno.ECONNREFUSED, errno.ECONNRESET):
                    continue  # an ICMP message about something we sent
                if self.unread == 0:
                    logger.warning("cannot read RTP port %d: %s", self.port, error)
                self.unread += 1
                return
            self._received(self._buffer[:size], address)


def bind_pair(bind: str, pool: PortPool) -> tuple[socket.socket, socket.socket, int]:
    """An even port for RTP, the one above for RTCP, and what to give back to the pool.

    Ports that other programs hold are passed over. Raises NoPortError, or OSError when `bind`
    is no address of this machine.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(bind).version == 6 else socket.AF_INET
    passed_over: list[int] = []
    try:
        for _ in range(TRIES):
            port = pool.take()
            try:
                rtp, rtcp = _pair(family, bind, port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    pool.release(port)
                    raise
                passed_over.append(port)
                continue
            return rtp, rtcp, port
    finally:
        for port in passed_over:
            pool.release(port)
    raise NoPortError(f"{TRIES} RTP ports in a row are held by other programs")


def _pair(
    family: socket.AddressFamily, bind: str, port: int
) -> tuple[socket.socket, socket.socket]:
    with contextlib.ExitStack() as undo:
        rtp = undo.enter_context(_bound(family, bind, port))
        chosen = rtp.getsockname()[1]
        if chosen % 2:
            raise OSError(errno.EADDRINUSE, "the system chose an odd port")
        rtcp = undo.enter_context(_bound(family, bind, chosen + 1))
        undo.pop_all()
    return rtp, rtcp


def _bound(family: socket.AddressFamily, bind: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((bind, port))
        with contextlib.suppress(OSError):  # marking is a wish; some systems refuse it
            sock.setsockopt(*_MARKING[family], TOS_VOICE)
    except BaseException:
        sock.close()
        raise
    return sock
