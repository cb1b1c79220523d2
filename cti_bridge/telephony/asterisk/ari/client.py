"""Requests to one Asterisk, and its stream of events."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import socket
import ssl
import struct
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from cti_bridge.telephony.asterisk.ari.errors import MAX_DETAIL, UNREACHABLE, AriError, reason
from cti_bridge.telephony.asterisk.ari.over_socket import SocketRequests, is_quick

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from aiohttp.connector import AddrInfoType

    from cti_bridge.telephony.asterisk.ari.events import RESTResponse

T = TypeVar("T")
Param = str | int | float | bool
TIMEOUT: Final = 5.0  # seconds, of a request
CONNECT_TIMEOUT: Final = 3.0
HEARTBEAT: Final = 10.0
MAX_FRAME: Final = 1 << 20
MAX_ANSWER: Final = 64 << 20  # of a list of every channel
IDLE: Final = 8.0
"""Seconds an idle connection is kept. Asterisk closes it after 15 by default, and a request that
crosses that is lost."""
CONNECTIONS: Final = 64
CHUNK: Final = 256 << 10
_LINGER: Final = struct.pack("ii", 1, 0)


class Ari:
    """One Asterisk's ARI under one user. Every failure is an AriError."""

    def __init__(self, url: str, user: str, password: str, *, ca_file: str = "") -> None:
        self._base = url.rstrip("/")
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"}  # never in a URL: those are logged
        self._ca_file = ca_file
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._over_socket: SocketRequests | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """Raises AriError: the CA file, or it is closed."""
        if self._closed:
            raise AriError(UNREACHABLE, "the bridge stops")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS,
                    keepalive_timeout=IDLE,
                    ssl=self._tls(),
                    socket_factory=_forgetful,
                ),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT, connect=CONNECT_TIMEOUT),
            )
        return self._session

    def _tls(self) -> ssl.SSLContext | bool:
        if not self._ca_file:
            return True
        try:
            return ssl.create_default_context(cafile=self._ca_file)
        except (OSError, ssl.SSLError) as error:
            raise AriError(UNREACHABLE, f"ca_file {self._ca_file}: {error}") from error

    def open(self) -> None:
        """After a close."""
        self._closed = False

    async def close(self) -> None:
        """What is asked later is refused: no connection outlives the bridge."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None

    # -- requests

    async def get(self, kind: type[T], *path: str, **params: Param) -> T:
        """What is there, as `kind`."""
        body = await self.request("GET", *path, **params)
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, UnicodeError) as error:
            detail = f"the answer to GET {'/'.join(path)} was not understood: {error}"
            raise AriError(UNREACHABLE, detail[:MAX_DETAIL]) from error

    async def post(self, *path: str, body: object = None, **params: Param) -> bytes:
        return await self.request("POST", *path, body=body, **params)

    async def put(self, *path: str, body: object = None, **params: Param) -> bytes:
        return await self.request("PUT", *path, body=body, **params)

    async def delete(self, *path: str, **params: Param) -> bytes:
        return await self.request("DELETE", *path, **params)

    async def request(
        self, method: str, *path: str, body: object = None, **params: Param
    ) -> bytes:
        """The body of a 2xx answer. Raises AriError."""
        if self._over_socket is not None and is_quick(method, path):
            texts = {name: _text(value) for name, value in params.items()}
            return await self._over_socket.ask(method, path, texts, body)
        async with self._ask(method, path, params, body) as answer:
            content = bytearray()
            async for piece in answer.content.iter_chunked(CHUNK):
                content += piece
                if len(content) > MAX_ANSWER:
                    raise AriError(UNREACHABLE, f"the answer is over {MAX_ANSWER >> 20} MB")
            return bytes(content)

    async def download(self, *path: str) -> AsyncIterator[bytes]:
        """A body in pieces, however long it takes as long as it goes on. Raises AriError."""
        patient = aiohttp.ClientTimeout(connect=CONNECT_TIMEOUT, sock_read=TIMEOUT)
        async with self._ask("GET", path, {}, None, timeout=patient) as answer:
            async for piece in answer.content.iter_chunked(CHUNK):
                yield piece

    @contextlib.asynccontextmanager
    async def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        params: Mapping[str, Param],
        body: object,
        **options: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        url = self._url(path, params)
        data = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"} if data is not None else None
        with _told():
            async with self.session.request(
                method, url, data=data, headers=headers, **options
            ) as answer:
                if answer.status >= 300:
                    raise AriError(answer.status, await _reason(answer))
                yield answer

    def _url(self, path: tuple[str, ...], params: Mapping[str, Param]) -> URL:
        parts = "/".join(quote(part, safe="") for part in path)
        url = URL(f"{self._base}/ari/{parts}", encoded=True)
        return url.with_query({name: _text(value) for name, value in params.items()})

    # -- requests beside the events

    def goes_over(
        self, socket: aiohttp.ClientWebSocketResponse, lost: Callable[[str], None]
    ) -> None:
        """Quick requests go over this socket from now on, until `goes_alone`."""
        self._over_socket = SocketRequests(socket, lost, TIMEOUT)

    def goes_alone(self) -> None:
        """Those that wait for an answer are refused."""
        if self._over_socket is not None:
            self._over_socket.end()
            self._over_socket = None

    def answered(self, told: RESTResponse) -> None:
        if self._over_socket is not None:
            self._over_socket.answered(told)

    # -- events

    @contextlib.asynccontextmanager
    async def events(self, app: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """The application's socket: while it is open the application is there. Raises AriError;
        what is read from it may be too big, or end, as aiohttp tells."""
        with _told():
            socket = await self.session.ws_connect(
                self._url(("events",), {"app": app}),
                max_msg_size=MAX_FRAME,
                heartbeat=HEARTBEAT,
                timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
            )
        try:
            yield socket
        finally:
            await socket.close()


def _forgetful(address: AddrInfoType) -> socket.socket:
    """A socket whose end is a reset: what was not delivered by then is thrown away. TCP would go
    on delivering it, and an Asterisk that a cut network gives back would do, minutes later, what
    the agent was told was not done."""
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    return made


def _text(value: Param) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _reason(answer: aiohttp.ClientResponse) -> str:
    text = (await answer.content.read(4096)).decode(errors="replace")
    return reason(text, answer.reason or "")


def _plainly(error: OSError) -> str:
    """The system's words: asyncio's own repeat the address."""
    return os.strerror(error.errno) if error.errno else str(error)


def _broken(error: Exception) -> str:
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError)):
        return "Asterisk closed the connection"
    return str(error) or type(error).__name__


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    """What to do about it."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} does not resolve: check url, and the name service"
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {error.host} is not trusted: set ca_file ({error})"
        case aiohttp.ClientConnectorSSLError():
            return (
                f"{error.host}:{error.port} does not speak TLS: set tlsenable in its http.conf, "
                "and url to the port of tlsbindaddr"
            )
        case _:
            return (
                f"nothing listens at {error.host}:{error.port}: is Asterisk running, and is its "
                f"http.conf enabled there? ({_plainly(error.os_error)})"
            )


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Whatever the network does, as an AriError that says what to do."""
    try:
        yield
    except aiohttp.WSServerHandshakeError as error:
        raise AriError(error.status, error.message[:MAX_DETAIL]) from error
    except aiohttp.ClientConnectorError as error:
        raise AriError(UNREACHABLE, _unconnected(error)[:MAX_DETAIL]) from error
    except TimeoutError as error:
        raise AriError(UNREACHABLE, f"no answer within {TIMEOUT:g} s") from error
    except UnicodeError as error:
        raise AriError(UNREACHABLE, f"the name in url is none of a host ({error})") from error
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        raise AriError(UNREACHABLE, _broken(error)[:MAX_DETAIL]) from error
