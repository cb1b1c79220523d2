"""The public door: the widget, and the chats of visitors. Nothing of the agents is behind it."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from aiohttp import web

from cti_bridge.channels.web import limits, statics
from cti_bridge.channels.web.addresses import Proxies
from cti_bridge.channels.web.guard import Book, Connection
from cti_bridge.channels.web.handlers import Handlers
from cti_bridge.channels.web.limits import Limits
from cti_bridge.channels.web.origins import canonical
from cti_bridge.channels.web.tls import server_context
from cti_bridge.config.errors import ConfigError, Mistake, PortInUse
from cti_bridge.config.loopback import is_loopback
from cti_bridge.resources import resources
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cti_bridge.channels.chat.service import ChatService
    from cti_bridge.config.values import ChatSite, Web

logger = logging.getLogger(__name__)
TELL_SECONDS: Final = 60.0
BACKLOG: Final = 512


class WebListener:
    """`bind`, then `addresses` says where; `start` lets in; `stop` ends every socket."""

    def __init__(
        self,
        config: Web,
        sites: tuple[ChatSite, ...],
        chats: ChatService,
        *,
        folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.figures: Counter[str] = Counter()
        """What was let in, and what was not and why, since the start."""
        self._config, self._sites, self._chats = config, sites, chats
        self._folder = folder or resources() / "widget"
        self._scope = Scope("web")
        self._told: Counter[str] = Counter()
        proxies, bounds = Proxies(config.behind_proxy), Limits(config)
        self._book = Book(
            most=config.max_connections,
            per_address=config.per_address,
            proxies=proxies,
            limits=bounds,
            figures=self.figures,
            clock=clock,
        )
        self._handlers = Handlers(
            chats=chats,
            proxies=proxies,
            limits=bounds,
            book=self._book,
            scope=self._scope,
            figures=self.figures,
            clock=clock,
        )
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self.addresses: tuple[str, ...] = ()

    @property
    def connections(self) -> int:
        return self._book.open

    @property
    def pages(self) -> int:
        """WebSockets that are open."""
        return len(self._handlers.pages)

    async def bind(self) -> None:
        """Takes the port and lets nobody in yet. Raises `ConfigError` where TLS is missing or
        unusable, `PortInUse` where the port is."""
        context = server_context(self._config)
        self._handlers.secure = context is not None
        runner = web.AppRunner(
            self._handlers.application(), handle_signals=False, shutdown_timeout=1.0
        )
        await runner.setup()
        self._runner = runner
        loop = asyncio.get_running_loop()
        manager = runner.server
        assert manager is not None
        factory = partial(
            Connection,
            self._book,
            manager,
            loop=loop,
            access_log=None,
            keepalive_timeout=limits.KEEP_SECONDS,
            lingering_time=2.0,
            max_line_size=limits.MAX_LINE,
            max_field_size=limits.MAX_FIELD,
            max_headers=limits.MAX_HEADERS,
            auto_decompress=False,  # nobody has to send us anything packed
            logger=_CALM,
        )
        try:
            self._server = await loop.create_server(
                factory,
                self._config.host,
                self._config.port,
                ssl=context,
                backlog=BACKLOG,
                start_serving=False,
                ssl_handshake_timeout=limits.HEAD_SECONDS if context else None,
            )
        except OSError as error:
            raise _cannot(self._config, error) from error
        scheme = "https" if context else "http"
        names = [sock.getsockname()[:2] for sock in self._server.sockets]
        self.addresses = tuple(f"{scheme}://{_host(host)}:{port}" for host, port in names)
        self._admit(names, scheme)

    async def start(self) -> None:
        """Lets browsers in; what `bind` raises."""
        if self._server is None:
            await self.bind()
        if self._server is not None:
            await self._server.start_serving()
        self._scope.spawn(self._tell(), "tell")

    async def stop(self) -> None:
        """Safe to call twice, and where `start` failed."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._handlers.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._scope.close()

    def _admit(self, names: list[tuple[str, int]], scheme: str) -> None:
        """The sites' origins; the sample page's own is added for the first site."""
        demo = self._config.demo_page and bool(self._sites)
        own = {f"{scheme}://{_host(host)}:{port}" for host, port in names}
        if any(is_loopback(host) for host, _port in names):
            own |= {f"{scheme}://localhost:{port}" for _host_, port in names}
        own.add(canonical(self._config.public_url))
        self._handlers.admit(self._sites, own if demo else ())
        first = self._sites[0].id if self._sites else ""
        self._handlers.files = statics.read_files(self._folder, demo=demo, site=first)

    async def _tell(self) -> None:
        """What was turned away, once a minute and not once each: a flood fills no disk."""
        while True:
            await asyncio.sleep(TELL_SECONDS)
            now = Counter(
                {
                    name: count
                    for name, count in self.figures.items()
                    if name.startswith(("refused_", "connections_", "too_slow", "cut_off"))
                }
            )
            new = now - self._told
            self._told = now
            if new:
                told = ", ".join(f"{name} {count}" for name, count in sorted(new.items()))
                logger.warning("web: turned away within a minute: %s", told)


def _calm() -> logging.Logger:
    """aiohttp's own words: what strangers send that is no HTTP is no error of ours."""
    wire = logging.getLogger("cti_bridge.channels.web.wire")
    wire.setLevel(logging.CRITICAL)
    return wire


_CALM: Final = _calm()


def _cannot(config: Web, error: OSError) -> ConfigError:
    where = f"{config.host}:{config.port}"
    if error.errno == errno.EADDRINUSE:
        return PortInUse(
            "web",
            Mistake(
                what=f"{where} is in use by another program.",
                fix="Stop it, or set web.port to a free one.",
                where="web.port",
            ),
        )
    return ConfigError(
        "web",
        Mistake(
            what=f"cannot listen on {where} ({error.strerror or error}).",
            fix="Set web.host to an address of this machine.",
            where="web.host",
        ),
    )


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
