"""A small bridge for the widget alone: it speaks the frames of `channels/chat/frames.py`, keeps
chats in memory, and does what a test tells it. And a page of another origin with the widget."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import WSMsgType, web

from cti_bridge.channels.chat import frames as f

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

WIDGET: Final = Path(__file__).parents[2] / "resources" / "widget"
CONFIG: Final = f.SiteConfig(
    site="shop",
    language="es",
    title="Tienda",
    greeting="",
    accent="#0F6E84",
    open=True,
    opens_at=None,
    waiting=0,
    form=(
        f.FormField(name="name", label="", required=True),
        f.FormField(name="email", label="", required=False),
    ),
    attachments=("png", "pdf", "txt"),
    max_attachment_bytes=100_000,
    rating=True,
    transcript=True,
    sneak_peek=False,
    offline=("message", "callback"),
)
ANY: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(slots=True, kw_only=True)
class Talk:
    """One chat: its entries in the order of `seq`, and the sockets that are in it."""

    token: str
    start: f.Start
    entries: list[f.Entry] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    state: str = "waiting"
    agent: str = ""
    position: int = 2
    expected: int | None = 130
    read_to: int = 0
    rated: bool = False


class ChatSite:
    """`heard` is every frame of the browsers in order; `talks` the chats by token.

    A page shows what its visitor did before a frame of it is here: wait with `begun` and `until`.
    """

    def __init__(self) -> None:
        self.config = CONFIG
        self.heard: list[f.ToBridge] = []
        self.unheard: list[f.ToBridge] = []  # what came while it was mute
        self.talks: dict[str, Talk] = {}
        self.files: dict[str, tuple[str, bytes, str]] = {}
        self.refuse: Callable[[f.ToBridge], f.RefusedFrame | None] = lambda _: None
        self.mute = False  # takes frames and answers nothing, like a connection that is dead
        self.deny_origin = False
        self.languages: list[str] = []
        self.url = ""
        self._moved = asyncio.Event()

    @property
    def talk(self) -> Talk:
        """The only chat, after `begun`; raises ValueError where there are none or more."""
        [talk] = self.talks.values()
        return talk

    async def begun(self) -> Talk:
        """The only chat, as soon as there is one."""
        await self.until(lambda: self.talks)
        return self.talk

    def said(self) -> list[str]:
        return [
            entry.text
            for talk in self.talks.values()
            for entry in talk.entries
            if entry.author == "customer"
        ]

    def of(self, kind: type[f.ToBridge]) -> list[f.ToBridge]:
        return [frame for frame in self.heard if isinstance(frame, kind)]

    async def until(self, met: Callable[[], object], within: float = 30) -> None:
        async with asyncio.timeout(within):
            while not met():
                self._moved.clear()
                await self._moved.wait()

    # what the agent's side does

    async def join(self, agent: str = "Ana Ruiz") -> None:
        talk = await self.begun()
        talk.state, talk.agent = "talking", agent
        await self._send(f.Joined(agent=agent))
        await self._add(author="system", code="joined", name=agent)

    async def say(self, text: str, files: tuple[f.FileFrame, ...] = ()) -> None:
        await self.begun()
        await self._add(author="agent", name=self.talk.agent, text=text, files=files)

    async def system(self, code: str, **fields: str) -> None:
        await self.begun()
        await self._add(author="system", code=code, **fields)

    async def wait_at(self, position: int, expected: int | None) -> None:
        talk = await self.begun()
        talk.state, talk.position, talk.expected = "waiting", position, expected
        await self._send(f.Waiting(position=position, expected_seconds=expected))

    async def read(self) -> None:
        await self.begun()
        self.talk.read_to = len(self.talk.entries)
        await self._send(f.ReadTo(seq=self.talk.read_to))

    async def type(self, *, on: bool) -> None:
        await self.begun()
        await self._send(f.AgentTyping(on=on))

    async def end(self, by: str = "agent") -> None:
        await self.begun()
        self.talk.state = "ended"
        await self._send(
            f.Ended(by=by, rating=self.config.rating, transcript=self.config.transcript)  # type: ignore[arg-type]
        )

    async def cut(self) -> None:
        """Every connection ends, as when a proxy is restarted."""
        for talk in self.talks.values():
            for socket in list(talk.sockets):
                if socket._req is not None and socket._req.transport is not None:
                    socket._req.transport.abort()

    # the wire

    async def _send(self, frame: f.ToBrowser, but: web.WebSocketResponse | None = None) -> None:
        for socket in list(self.talk.sockets):
            if socket is not but:
                with contextlib.suppress(ConnectionError):  # it comes again after a Resume
                    await socket.send_str(f.encode(frame).decode())

    async def _add(self, but: web.WebSocketResponse | None = None, **fields: object) -> f.Entry:
        talk = self.talk
        facts = {"id": str(uuid.uuid4()), "at": datetime.now(UTC)} | fields
        entry = f.Entry(seq=len(talk.entries) + 1, **facts)  # type: ignore[arg-type]
        talk.entries.append(entry)
        await self._send(entry, but)
        return entry

    def _session(self, talk: Talk) -> f.Session:
        return f.Session(
            token=talk.token,
            chat=f"chat-{talk.token}",
            state=talk.state,  # type: ignore[arg-type]
            agent=talk.agent,
            position=talk.position,
            expected_seconds=talk.expected,
            sneak_peek=self.config.sneak_peek,
            read_to=talk.read_to,
            rated=talk.rated,
        )

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.deny_origin:
            return web.Response(status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._frame(socket, f.decode_browser(message.data))
        finally:
            for talk in self.talks.values():
                with contextlib.suppress(ValueError):
                    talk.sockets.remove(socket)
        return socket

    async def _frame(self, socket: web.WebSocketResponse, frame: f.FromBrowser) -> None:
        if self.mute:
            self.unheard.append(frame)
            self._moved.set()
            return
        self.heard.append(frame)
        if (refused := self.refuse(frame)) is not None:
            await socket.send_str(f.encode(refused).decode())
        else:
            await self._answer(socket, frame)
        self._moved.set()

    async def _answer(self, socket: web.WebSocketResponse, frame: f.FromBrowser) -> None:
        match frame:
            case f.Start():
                await self._enter(socket, self._started(frame), 0)
            case f.Resume():
                await self._resume(socket, frame)
            case f.Say():
                await self._say(socket, frame)
            case f.End():
                await self.end("customer")
            case f.Rate():
                self.talk.rated = True
                await self._send(f.Rated())
            case _:
                await self._acknowledge(socket, frame)

    async def _acknowledge(self, socket: web.WebSocketResponse, frame: f.FromBrowser) -> None:
        answer: f.ToBrowser | None = None
        match frame:
            case f.Leave(leave_id=leave_id):
                answer = f.LeftWord(leave_id=leave_id)
            case f.Beat():
                answer = f.Beaten()
            case f.SendTranscript():
                answer = f.TranscriptSent()
            case _:  # typing, got, read
                return
        await socket.send_str(f.encode(answer).decode())

    async def _resume(self, socket: web.WebSocketResponse, frame: f.Resume) -> None:
        if (talk := self.talks.get(frame.token)) is not None:
            await self._enter(socket, talk, frame.after)
        else:
            await socket.send_str(f.encode(f.RefusedFrame(code="expired")).decode())

    def _started(self, frame: f.Start) -> Talk:
        for talk in self.talks.values():
            if talk.start.start_id == frame.start_id:
                return talk
        talk = Talk(token=str(uuid.uuid4()), start=frame)
        self.talks[talk.token] = talk
        if frame.text:
            talk.entries.append(
                f.Entry(
                    seq=1, id="opening", author="customer", at=datetime.now(UTC), text=frame.text
                )
            )
        return talk

    async def _enter(self, socket: web.WebSocketResponse, talk: Talk, after: int) -> None:
        talk.sockets.append(socket)
        await socket.send_str(f.encode(self._session(talk)).decode())
        for entry in talk.entries[after:]:
            await socket.send_str(f.encode(entry).decode())

    async def _say(self, socket: web.WebSocketResponse, frame: f.Say) -> None:
        known = next((e for e in self.talk.entries if e.id == frame.id), None)
        if known is None:
            files = tuple(
                f.FileFrame(file=key, name=name, media_type=media, size=len(data))
                for key in frame.files
                for name, data, media in [self.files[key]]
            )
            known = await self._add(
                socket, id=frame.id, author="customer", text=frame.text, files=files
            )
        delivery = "delivered" if self.talk.agent else "sent"
        answer = f.Receipt(id=frame.id, seq=known.seq, delivery=delivery)  # type: ignore[arg-type]
        await socket.send_str(f.encode(answer).decode())

    async def _config(self, request: web.Request) -> web.Response:
        if self.deny_origin:
            refused = f.encode(f.RefusedFrame(code="origin"))
            return web.Response(
                status=403, body=refused, headers=ANY, content_type="application/json"
            )
        self.languages.append(request.query.get("language", ""))
        return web.Response(
            body=f.encode(self.config), headers=ANY, content_type="application/json"
        )

    async def _preflight(self, _: web.Request) -> web.Response:
        allowed = {"Access-Control-Allow-Headers": "authorization, content-type"}
        return web.Response(headers=ANY | allowed)

    async def _upload(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"].removeprefix("Bearer ") not in self.talks:
            return web.Response(status=401, headers=ANY)
        key, name, data = str(uuid.uuid4()), request.query["name"], await request.read()
        if name.startswith("refused"):
            body = f.encode(f.RefusedFrame(code="file_type"))
            return web.Response(
                status=415, body=body, headers=ANY, content_type="application/json"
            )
        self.files[key] = (name, data, request.content_type)
        body = f.encode(f.Uploaded(file=key, name=name, size=len(data)))
        return web.Response(body=body, headers=ANY, content_type="application/json")

    async def _file(self, request: web.Request) -> web.Response:
        _, data, media = self.files[request.match_info["blob"]]
        return web.Response(body=data, content_type=media, headers=ANY)

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/chat/v1/shop/config", self._config),
                web.get("/chat/v1/shop/socket", self._socket),
                web.post("/chat/v1/shop/upload", self._upload),
                web.options("/chat/v1/shop/upload", self._preflight),
                web.get("/chat/v1/shop/file/{blob}", self._file),
                web.get("/{path:.+}", _static),
            ]
        )
        return app


async def _static(request: web.Request) -> web.StreamResponse:
    path = (WIDGET / request.match_info["path"]).resolve()
    if not path.is_relative_to(WIDGET) or not path.is_file():
        return web.Response(status=404)
    return web.FileResponse(path, headers=ANY)


@dataclass(slots=True, kw_only=True)
class Pages:
    """The site's own pages, at another origin: `url`; `html` is what each of them is."""

    url: str = ""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(text=self.html, content_type="text/html", headers=self.headers)


def page(site_url: str, *, lang: str = "en", tag: str = "", head: str = "", body: str = "") -> str:
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Shop</title>{head}
<script src="{site_url}/widget.js" data-site="shop" {tag} defer></script></head>
<body><h1>Shop</h1><button id="outside">Buy</button>{body}</body></html>"""


@contextlib.asynccontextmanager
async def listening(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """The URL of an application on a port of loopback."""
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        [address] = runner.addresses
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def chat_site() -> AsyncIterator[tuple[ChatSite, Pages]]:
    """A chat and a page that holds it, at two origins."""
    site, pages = ChatSite(), Pages()
    shop = web.Application()
    shop.router.add_get("/{path:.*}", pages.answer)
    async with listening(site.app()) as site.url, listening(shop) as pages.url:
        pages.html = page(site.url)
        yield site, pages


def config(**fields: object) -> f.SiteConfig:
    return msgspec.structs.replace(CONFIG, **fields)


def shown(frame: msgspec.Struct) -> object:
    """A frame as plain values, for a test's message."""
    return json.loads(msgspec.json.encode(frame))
