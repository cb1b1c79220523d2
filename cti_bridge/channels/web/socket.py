"""One browser's WebSocket: frames in, frames out, nothing believed."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from cti_bridge.bucket import TokenBucket
from cti_bridge.channels.chat import frames
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.web import limits
from cti_bridge.errors import StoreError
from cti_bridge.protocol.refusal import CommandRefused

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from cti_bridge.channels.chat.room import Room, Seat
    from cti_bridge.channels.chat.service import ChatService
    from cti_bridge.channels.web.limits import Limits
    from cti_bridge.config.values import ChatSite
    from cti_bridge.tasks import Scope

logger = logging.getLogger(__name__)
AGAIN_SECONDS: Final = 3.0  # after which what the store refused may be tried again
CLOSING: Final = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


class Page:
    """Implements `channels.chat.ports.Tab`: what is sent waits in memory, and not for long."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        scope: Scope,
        figures: Counter[str],
    ) -> None:
        self._socket, self._transport, self._figures = socket, transport, figures
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._more, self._empty = asyncio.Event(), asyncio.Event()
        self._empty.set()
        self._cut = False
        self._writing = scope.spawn(self._write(), "page")

    def send(self, frame: bytes) -> None:
        if self._cut:
            return
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._empty.clear()
        self._more.set()
        if self._bytes > limits.SLOW_BYTES:
            self._figures["too_slow"] += 1
            self.cut()

    async def drained(self) -> None:
        await self._empty.wait()

    def cut(self) -> None:
        """At once, without a word."""
        self._cut = True
        self._waiting.clear()
        self._empty.set()
        self._writing.cancel()
        if self._transport is not None:
            self._transport.abort()

    async def close(self, code: int) -> None:
        """After what was said before."""
        try:
            async with asyncio.timeout(2):
                await self._empty.wait()
                await self._socket.close(code=code)
        except (TimeoutError, ConnectionError):
            self.cut()
        finally:
            self._cut = True
            self._writing.cancel()

    async def _write(self) -> None:
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                while self._waiting:
                    frame = self._waiting.popleft()
                    await self._socket.send_frame(frame, WSMsgType.TEXT)
                    self._bytes -= len(frame)
                self._empty.set()
        except ConnectionError:
            self._cut = True  # the reader sees it too, and ends the chat's page
            self._empty.set()


class Talking:
    """The conversation with one page, from its first frame to its end."""

    def __init__(
        self,
        *,
        chats: ChatService,
        site: ChatSite,
        page: Page,
        address: str,
        limits_: Limits,
        figures: Counter[str],
        clock: Callable[[], float],
        seated: Callable[[], None],
    ) -> None:
        self._chats, self._site, self._page = chats, site, page
        self._address, self._limits = address, limits_
        self._figures, self._clock, self._seated = figures, clock, seated
        self._place: tuple[Room, Seat] | None = None
        self._frames = TokenBucket(rate=limits.FRAMES_PER_SECOND, burst=limits.FRAMES_BURST)
        self._said = TokenBucket(rate=limits.SAID_PER_SECOND, burst=limits.SAID_BURST)
        self._haste = self._bad = 0

    async def run(self, socket: web.WebSocketResponse) -> int:
        """Until the page goes or must; the code to close with."""
        try:
            while True:
                wait = limits.SILENT_SECONDS if self._place else limits.FIRST_SECONDS
                try:
                    message = await socket.receive(timeout=wait)
                except TimeoutError:
                    self._figures["silent"] += 1
                    return WSCloseCode.POLICY_VIOLATION
                if message.type in CLOSING:
                    return WSCloseCode.OK
                await self._came(message.data if message.type is WSMsgType.TEXT else None)
                if self._haste > limits.THROTTLED_BURST or self._bad > limits.BAD_FRAMES:
                    self._figures["cut_off"] += 1
                    return WSCloseCode.POLICY_VIOLATION
        finally:
            if self._place is not None:
                self._chats.gone(*self._place)

    async def _came(self, data: str | None) -> None:
        """A text frame; None: a binary one, which nobody sends."""
        self._figures["frames"] += 1
        frame = self._decoded(data)
        if frame is None:
            self._bad += 1
            self._refuse(ChatRefused("invalid", field="frame"), "")
            return
        name = _name_of(frame)
        wait = self._too_fast(frame)
        if wait is not None:
            self._haste += 1
            self._refuse(ChatRefused("throttled", retry_after_s=round(wait + 0.05, 2)), name)
            return
        try:
            await self._take(frame)
        except ChatRefused as refused:
            self._refuse(refused, name)
        except (StoreError, CommandRefused) as error:
            logger.warning("a visitor's %s was not done: %s", type(frame).__name__, error)
            self._refuse(ChatRefused("unavailable", retry_after_s=AGAIN_SECONDS), name)
        except Exception:
            logger.exception("a visitor's %s was not done", type(frame).__name__)
            self._refuse(ChatRefused("unavailable", retry_after_s=AGAIN_SECONDS), name)

    def _decoded(self, data: str | None) -> frames.FromBrowser | None:
        if data is None:
            return None
        try:
            return frames.decode_browser(data)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return None

    def _too_fast(self, frame: frames.FromBrowser) -> float | None:
        """None: in time; else the seconds to wait."""
        now = self._clock()
        if not self._frames.take(now):
            return self._frames.wait()
        if isinstance(frame, frames.Say) and not self._said.take(now):
            return self._said.wait()
        if isinstance(frame, frames.Start | frames.Leave) and self._place is None:
            return self._limits.new_chat(self._address, now)
        return None

    async def _take(self, frame: frames.FromBrowser) -> None:
        if self._place is not None:
            await self._chats.received(*self._place, frame)
            return
        match frame:
            case frames.Start():
                self._sits(await self._chats.begin(self._site, frame, self._page))
            case frames.Resume():
                self._sits(await self._chats.resume(self._site, frame, self._page))
            case frames.Leave():
                await self._chats.leave(self._site, frame)
                self._page.send(frames.encode(frames.LeftWord(leave_id=frame.leave_id)))
            case frames.Beat():
                self._page.send(frames.encode(frames.Beaten()))
            case _:
                raise ChatRefused("invalid", field="type")  # there is no chat yet

    def _sits(self, place: tuple[Room, Seat]) -> None:
        self._place = place
        self._seated()

    def _refuse(self, refused: ChatRefused, name: str) -> None:
        self._figures[f"refused_{refused.code}"] += 1
        self._page.send(frames.encode(refused_frame(refused, name)))


def refused_frame(refused: ChatRefused, name: str = "") -> frames.RefusedFrame:
    return frames.RefusedFrame(
        code=refused.code,
        id=name[:64],
        field=refused.field,
        retry_after_s=refused.retry_after_s,
        opens_at=refused.opens_at,
    )


def _name_of(frame: frames.FromBrowser) -> str:
    match frame:
        case frames.Start():
            return frame.start_id
        case frames.Leave():
            return frame.leave_id
        case frames.Say():
            return frame.id
        case _:
            return ""
