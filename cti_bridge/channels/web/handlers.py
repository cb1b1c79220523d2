"""The requests that browsers may make, one by one."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from aiohttp import WSCloseCode, web

from cti_bridge.channels.chat import files
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.web import http, limits
from cti_bridge.channels.web.addresses import key_of
from cti_bridge.channels.web.guard import Connection
from cti_bridge.channels.web.origins import Origins
from cti_bridge.channels.web.socket import Page, Talking
from cti_bridge.errors import StoreError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from typing import TypeAlias

    from cti_bridge.channels.chat.service import ChatService
    from cti_bridge.channels.conversation.ports import Attachment
    from cti_bridge.channels.web.addresses import Proxies
    from cti_bridge.channels.web.guard import Book
    from cti_bridge.channels.web.limits import Limits
    from cti_bridge.channels.web.statics import StaticFile
    from cti_bridge.config.values import ChatSite
    from cti_bridge.tasks import Scope

    Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger(__name__)
SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""Types that a browser may show in its place; all others are saved."""
BODY: Final = 64 * 1024
PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}


class Handlers:
    """One method for each route, and what is asked of every request before it."""

    def __init__(
        self,
        *,
        chats: ChatService,
        proxies: Proxies,
        limits: Limits,
        book: Book,
        scope: Scope,
        figures: Counter[str],
        clock: Callable[[], float],
    ) -> None:
        self._chats, self._proxies, self._limits, self._book = chats, proxies, limits, book
        self._scope, self._figures, self._clock = scope, figures, clock
        self._origins: dict[str, Origins] = {}
        self._stopping = False
        self.secure = False  # over TLS, here
        self.files: dict[str, StaticFile] = {}
        self.pages: set[Page] = set()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._before], client_max_size=BODY)
        site = "/chat/v1/{site:[a-z0-9][a-z0-9_-]{0,39}}"
        app.router.add_get("/healthz", self._health)
        app.router.add_get(f"{site}/config", self._config)
        app.router.add_get(f"{site}/socket", self._socket, allow_head=False)
        app.router.add_post(f"{site}/upload", self._upload)
        app.router.add_get(f"{site}/file/{{file}}", self._file, allow_head=False)
        app.router.add_route("OPTIONS", f"{site}/{{what:config|upload}}", self._preflight)
        app.router.add_get("/{path:.*}", self._static)
        return app

    def admit(self, sites: Iterable[ChatSite], own: Iterable[str]) -> None:
        """`own` origins are the first site's."""
        own = tuple(own)
        for number, site in enumerate(sites):
            self._origins[site.id] = Origins(site, () if number else own)

    async def close(self) -> None:
        self._stopping = True
        pages = tuple(self.pages)
        await asyncio.gather(*(page.close(WSCloseCode.GOING_AWAY) for page in pages))

    # -- before and after each request ---------------------------------------------------------

    @web.middleware
    async def _before(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        connection.began()
        self._figures["requests"] += 1
        try:
            response = await self._answered(request, handler)
        finally:
            connection.ended()
        if not response.prepared:
            http.harden(response.headers, secure=self.secure)
        return response

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._slow_down(request)
            return await handler(request)
        except ChatRefused as refused:
            self._figures[f"refused_{refused.code}"] += 1
            return http.refused(refused)
        except StoreError as error:
            logger.warning("%s: %s", request.path[:40], error)
            return http.refused(ChatRefused("unavailable", retry_after_s=3.0))
        except web.HTTPException as error:  # 404, 405, 413: aiohttp's own
            return web.Response(status=error.status, text=f"{error.reason}\n")
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            logger.exception("%s was not answered", request.path[:40])
            return http.refused(ChatRefused("unavailable", retry_after_s=3.0))

    def _slow_down(self, request: web.Request) -> None:
        is_chat = request.path.startswith("/chat/")
        weight = 1.0 if is_chat else 1 / limits.STATIC_FACTOR
        wait = self._limits.requests.take(self._address(request), self._clock(), weight)
        if wait is not None:
            raise ChatRefused("throttled", retry_after_s=round(wait + 0.05, 2))

    def _address(self, request: web.Request) -> str:
        peer = (request.transport.get_extra_info("peername") if request.transport else None) or (
            "",
        )
        forwarded = request.headers.getall("X-Forwarded-For", [])
        return key_of(self._proxies.client(str(peer[0]), forwarded))

    def _page_of(self, request: web.Request) -> tuple[ChatSite, str]:
        """The site, and the origin of the page that asks; raises ChatRefused."""
        site = self._chats.site(request.match_info["site"])
        origin = request.headers.get("Origin", "")
        if not self._origins[site.id].allow(origin):
            raise ChatRefused("origin")
        return site, origin

    # -- the widget ----------------------------------------------------------------------------

    async def _health(self, request: web.Request) -> web.StreamResponse:
        if self._stopping:
            return web.Response(status=503, text="stopping\n")
        return web.Response(text="ok\n")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        file = self.files.get(request.path)
        if file is None:
            raise web.HTTPNotFound
        return file.answer(request)

    async def _preflight(self, request: web.Request) -> web.StreamResponse:
        """What a browser asks before it shows a page's token to another origin."""
        _site, origin = self._page_of(request)
        answer = web.Response(status=204, headers=PREFLIGHT)
        http.allow_page(answer.headers, origin)
        return answer

    async def _config(self, request: web.Request) -> web.StreamResponse:
        site, origin = self._asking(request)
        answer = http.said(self._chats.site_config(site, request.query.get("language", "")[:40]))
        if origin:
            http.allow_page(answer.headers, origin)
        return answer

    def _asking(self, request: web.Request) -> tuple[ChatSite, str]:
        """A page of our own names no origin when it reads (Fetch, section 3.2): the sample page
        says instead that it is of the same one."""
        if "Origin" in request.headers or not self.files.get("/demo"):
            return self._page_of(request)
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            raise ChatRefused("origin")
        return self._chats.site(request.match_info["site"]), ""

    # -- the chat ------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        site, _origin = self._page_of(request)
        if self._stopping:
            raise ChatRefused("unavailable", retry_after_s=3.0)
        socket = web.WebSocketResponse(
            compress=False,  # nothing a stranger packed is unpacked here
            max_msg_size=limits.MAX_FRAME,
            timeout=2.0,
        )
        if not socket.can_prepare(request):
            raise web.HTTPBadRequest
        address = self._address(request)
        connection = request.protocol
        assert isinstance(connection, Connection)
        counted = not connection.address
        if counted and not self._book.take_address(address):
            raise ChatRefused("throttled", retry_after_s=10.0)
        try:
            await socket.prepare(request)
            page = Page(socket, request.transport, self._scope, self._figures)
            await self._talk(site, socket, page, connection, address)
        finally:
            if counted:
                self._book.drop_address(address)
        return socket

    async def _talk(
        self,
        site: ChatSite,
        socket: web.WebSocketResponse,
        page: Page,
        connection: Connection,
        address: str,
    ) -> None:
        self.pages.add(page)
        self._figures["sockets"] += 1
        talking = Talking(
            chats=self._chats,
            site=site,
            page=page,
            address=address,
            limits_=self._limits,
            figures=self._figures,
            clock=self._clock,
            seated=lambda: self._book.serves(connection),
        )
        code: int = WSCloseCode.INTERNAL_ERROR
        try:
            code = await talking.run(socket)
        finally:
            self.pages.discard(page)
            await page.close(code)

    # -- files ---------------------------------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        site, origin = self._page_of(request)
        token = request.headers.get("Authorization", "")
        if not token.startswith("Bearer "):
            raise ChatRefused("invalid", field="token")
        if (request.content_length or 0) > files.most_bytes(site):
            raise ChatRefused("too_large")
        name = request.query.get("name", "")
        try:
            async with asyncio.timeout(limits.UPLOAD_SECONDS):
                uploaded = await self._chats.upload(
                    site, token.removeprefix("Bearer "), name, _parts(request)
                )
        except TimeoutError as error:
            raise ChatRefused("too_large", field="time") from error
        answer = http.said(uploaded, status=201)
        http.allow_page(answer.headers, origin)
        return answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Asked by a picture or a link of the page, which name no origin: the token is the key,
        and a page that is named must be one of the site's."""
        site = self._chats.site(request.match_info["site"])
        origin = request.headers.get("Origin", "")
        if origin:
            self._page_of(request)
        attachment, parts = await self._chats.file(
            site, request.query.get("token", ""), request.match_info["file"]
        )
        response = web.StreamResponse(headers=_file_headers(attachment))
        if origin:
            http.allow_page(response.headers, origin)
        http.harden(response.headers, secure=self.secure)
        try:
            first = await anext(parts, b"")
        except LookupError:
            raise web.HTTPNotFound from None
        await response.prepare(request)
        await response.write(first)
        async for part in parts:
            await response.write(part)
        await response.write_eof()
        return response


async def _parts(request: web.Request) -> AsyncIterator[bytes]:
    async for part in request.content.iter_any():
        yield part


def _file_headers(attachment: Attachment) -> dict[str, str]:
    shown = attachment.media_type in SHOWN and not attachment.suspicious
    kind = attachment.media_type if shown else "application/octet-stream"
    how = "inline" if shown else "attachment"
    name = quote(attachment.name, safe="")  # RFC 8187: any letter, and nothing that ends a header
    return {
        "Content-Type": kind,
        "Content-Length": str(attachment.size),
        "Content-Disposition": f"{how}; filename*=UTF-8''{name}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "private, max-age=3600, immutable",
    }
