"""The bridge's door for desktops: one WebSocket server, `/v1`, and `/healthz` beside it."""

from __future__ import annotations

import asyncio
import errno
import http
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from cti_bridge.config.errors import ConfigError, Mistake, PortInUse
from cti_bridge.protocol.codec import MAX_COMMAND_BYTES
from cti_bridge.server import limits
from cti_bridge.server.auth import Authenticator
from cti_bridge.server.desk import Desk
from cti_bridge.server.limits import Close
from cti_bridge.server.metrics import Metrics
from cti_bridge.server.outlet import Outlet
from cti_bridge.server.session import Session
from cti_bridge.server.tls import server_context
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from websockets.asyncio.server import Server as WebSocketServer
    from websockets.http11 import Request, Response

    from cti_bridge.config.values import Server
    from cti_bridge.server.headsets import Headsets
    from cti_bridge.server.hub import Hub
    from cti_bridge.server.ports import Accounts, Rooms

logger = logging.getLogger(__name__)
PATH: Final = "/v1"
HEALTH: Final = "/healthz"
EXPEL_SECONDS: Final = 30.0
ROUTINE: Final = frozenset({"connection open", "connection closed", "HTTP response sent (200 OK)"})
"""What the WebSocket library tells and a session tells better."""


class Listener:
    """`bind`, then `addresses` says where; `start` lets in; `stop` tells every session."""

    def __init__(
        self,
        config: Server,
        accounts: Accounts,
        rooms: Rooms,
        hub: Hub,
        headsets: Headsets,
        *,
        site_name: str = "",
        server_name: str = "cti-bridge",
        auth: Authenticator | None = None,
        metrics: Metrics | None = None,
        slow_bytes: int = limits.SLOW_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._rooms, self._hub, self._headsets = config, rooms, hub, headsets
        self._site, self._name, self._clock, self._slow = site_name, server_name, clock, slow_bytes
        self.metrics = metrics or Metrics()
        self._auth = auth or Authenticator(accounts, clock=clock)
        self._desk = Desk(
            accounts=accounts,
            rooms=rooms,
            hub=hub,
            auth=self._auth,
            grace=config.session_grace,
            clock=clock,
        )
        self._scope = Scope("server")
        self._sessions: set[Session] = set()
        self._server: WebSocketServer | None = None
        self._stopping = False
        self.addresses: tuple[str, ...] = ()
        self.metrics_address = ""

    async def bind(self) -> None:
        """Takes the ports and lets nobody in yet: a bridge that cannot be reached by desktops must
        not begin to take calls. Who comes from here on waits at the door, as the system's backlog
        keeps it; turned away, each desktop would come again after a pause of its own.

        Raises `ConfigError` where TLS is missing or unusable, `PortInUse` where the port is.
        """
        context = server_context(self._config)
        self._server = await self._listen(context)
        for sock in self._server.sockets:
            with sock.dup() as same:  # asyncio itself listens only once it lets in
                same.listen(limits.AT_THE_DOOR)
        scheme = "wss" if context else "ws"
        names = (sock.getsockname()[:2] for sock in self._server.sockets)
        self.addresses = tuple(f"{scheme}://{_host(host)}:{port}{PATH}" for host, port in names)
        if self._config.metrics_port:
            self._serve_metrics(self._config.metrics_port)

    async def start(self) -> None:
        """Lets desktops in; what `bind` raises."""
        if self._server is None:
            await self.bind()
        if self._server is not None:
            await self._server.start_serving()
        self.metrics.sessions.set_function(lambda: self._desk.signed_in)
        self.metrics.connections.set_function(lambda: len(self._sessions))
        self.metrics.events.set_function(lambda: self._hub.seq)
        self.metrics.audio_dropped.set_function(lambda: self._headsets.dropped)
        self._scope.spawn(self._expel(), "expel")

    async def stop(self) -> None:
        """Safe to call twice, and where `start` failed."""
        self._stopping = True
        for session in tuple(self._sessions):
            session.end("stopping", Close.GOING_AWAY)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
        await self._scope.close()
        self.metrics.close()
        self._auth.close()

    async def _listen(self, context: ssl.SSLContext | None) -> WebSocketServer:
        where = f"{self._config.host}:{self._config.port}"
        tls: dict[str, Any] = {}
        if context is not None:
            tls = {"ssl": context, "ssl_handshake_timeout": limits.HELLO_SECONDS}
        try:
            return await serve(
                self._handle,
                self._config.host,
                self._config.port,
                process_request=self._admit,
                compression=None,  # latency before bandwidth: a frame is a kilobyte
                server_header=None,
                max_size=MAX_COMMAND_BYTES,
                open_timeout=limits.HELLO_SECONDS,
                close_timeout=2,
                ping_interval=limits.PING_SECONDS,
                ping_timeout=limits.PING_SECONDS,
                logger=wire_logger(),
                start_serving=False,
                backlog=limits.AT_THE_DOOR,
                **tls,
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(
                    "server",
                    Mistake(
                        what=f"{where} is in use by another program.",
                        fix="Stop it, or set server.port to a free one.",
                        where="server.port",
                    ),
                ) from error
            raise ConfigError(
                "server",
                Mistake(
                    what=f"cannot listen on {where} ({error.strerror or error}).",
                    fix="Set server.host to an address of this machine.",
                    where="server.host",
                ),
            ) from error

    def _serve_metrics(self, port: int) -> None:
        try:
            self.metrics_address = f"http://127.0.0.1:{self.metrics.serve(port)}/metrics"
        except OSError as error:
            raise PortInUse(
                "server",
                Mistake(
                    what=f"127.0.0.1:{port} is in use by another program.",
                    fix="Set server.metrics_port to a free one, or to 0 for none.",
                    where="server.metrics_port",
                ),
            ) from error

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets the WebSocket handshake go on."""
        path = request.path.partition("?")[0]
        if path == HEALTH:
            ready = not self._stopping
            status = http.HTTPStatus.OK if ready else http.HTTPStatus.SERVICE_UNAVAILABLE
            return connection.respond(status, "ok\n" if ready else "stopping\n")
        if path != PATH:
            return self._turn_away(connection, http.HTTPStatus.NOT_FOUND, "path")
        if "Origin" in request.headers:  # a browser: a page elsewhere must not speak for a user
            return self._turn_away(connection, http.HTTPStatus.FORBIDDEN, "origin")
        unsigned = sum(not session.signed_in for session in self._sessions)
        if len(self._sessions) >= self._config.max_sessions or unsigned >= limits.UNSIGNED:
            return self._turn_away(connection, http.HTTPStatus.SERVICE_UNAVAILABLE, "full")
        return None

    def _turn_away(
        self, connection: ServerConnection, status: http.HTTPStatus, why: str
    ) -> Response:
        self.metrics.turned_away.labels(why).inc()
        logger.info("turned away %s: %s", connection.remote_address, why)
        return connection.respond(status, f"{status.phrase}\n")

    async def _handle(self, connection: ServerConnection) -> None:
        session = Session(
            Outlet(connection, self._scope, limit=self._slow),
            desk=self._desk,
            rooms=self._rooms,
            hub=self._hub,
            headsets=self._headsets,
            auth=self._auth,
            metrics=self.metrics,
            scope=self._scope,
            server=self._name,
            site=self._site,
            clock=self._clock,
        )
        self._sessions.add(session)
        try:
            async for message in connection:
                await session.received(message)
        except ConnectionClosed as closed:
            logger.info("connection of %s lost: %s", connection.remote_address, closed)
        finally:
            self._sessions.discard(session)
            await session.closed(stopping=self._stopping)

    async def _expel(self) -> None:
        while True:
            await asyncio.sleep(EXPEL_SECONDS)
            try:
                await self._desk.expel_disabled()
            except Exception:
                logger.exception("users not checked")


def wire_logger() -> logging.Logger:
    """The logger of the WebSocket library; what a stranger sends before the handshake is one
    line of it and no error of ours. Frames are never logged, whatever the level: passwords and
    voice are in them."""
    wire = logging.getLogger("cti_bridge.server.wire")
    wire.setLevel(logging.INFO)
    if not wire.filters:
        wire.addFilter(_calm)
    return wire


def _calm(record: logging.LogRecord) -> bool:
    vars(record).pop("websocket", None)  # an object's address says nothing to a reader
    if record.getMessage() in ROUTINE:
        return False
    if record.getMessage() == "opening handshake failed" and record.exc_info:
        record.msg = f"opening handshake failed: {record.exc_info[1]!r:.200}"
        record.args, record.exc_info, record.exc_text = (), None, None
        record.levelno, record.levelname = logging.INFO, "INFO"
    return True


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
