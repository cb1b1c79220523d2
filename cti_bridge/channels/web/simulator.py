"""A visitor that ships: a browser without a face, for the demo, for tests and for load."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from io import BytesIO
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import aiohttp

from cti_bridge.channels.chat import frames
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable
    from types import TracebackType

T = TypeVar("T", bound=frames.ToBrowser)


class Refused(Exception):
    """The bridge said no; `frame` says why."""

    def __init__(self, frame: frames.RefusedFrame) -> None:
        super().__init__(frame.code)
        self.frame = frame


class SimulatedVisitor:
    """Keeps what it has seen as the widget does: entries by `seq`, each once."""

    def __init__(self, http: aiohttp.ClientSession, url: str, site: str, origin: str) -> None:
        self._http, self._base, self._origin = http, f"{url}/chat/v1/{site}", origin
        self._own_http = False
        self._scope = Scope("visitor")
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._came = asyncio.Event()
        self.on_frame: Callable[[frames.ForBrowser, int], None] = lambda _frame, _at_ns: None
        self.frames: list[frames.ForBrowser] = []
        self.entries: dict[int, frames.Entry] = {}
        self.repeated = 0  # entries that came a second time
        self.token = ""
        self.visitor = str(uuid4())
        self.close_code: int | None = None

    @classmethod
    async def open(
        cls,
        url: str,
        site: str,
        *,
        origin: str,
        http: aiohttp.ClientSession | None = None,
        local_address: str = "",
    ) -> SimulatedVisitor:
        """`url` as in `WebListener.addresses`. Raises aiohttp's errors; 403 where the origin is
        not allowed."""
        own = http is None
        if http is None:
            local = (local_address, 0) if local_address else None
            connector = aiohttp.TCPConnector(local_addr=local, ssl=False)
            http = aiohttp.ClientSession(connector=connector)
        visitor = cls(http, url.rstrip("/"), site, origin)
        visitor._own_http = own
        try:
            await visitor.connect()
        except BaseException:
            await visitor.close()
            raise
        return visitor

    async def __aenter__(self) -> SimulatedVisitor:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """A new socket, after the first one or after a cut."""
        self._socket = await self._http.ws_connect(
            f"{self._base}/socket", headers={"Origin": self._origin}, compress=0
        )
        self.close_code = None
        self._scope.spawn(self._read(self._socket), "read")

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self._scope.close()
        if self._own_http:
            await self._http.close()

    def cut(self) -> None:
        """The connection goes without a word, as in a tunnel."""
        if self._socket is not None:
            self._socket.get_extra_info("socket").shutdown(SHUT_RDWR)

    # -- saying --------------------------------------------------------------------------------

    async def send(self, frame: frames.ToBridge) -> None:
        await self.send_raw(frames.encode(frame).decode())

    async def send_raw(self, text: str) -> None:
        if self._socket is None:
            raise ConnectionError("not connected")
        await self._socket.send_str(text)

    async def start(
        self,
        form: dict[str, str] | None = None,
        text: str = "",
        *,
        start_id: str = "",
        language: str = "es",
        identity: str = "",
        page: str = "",
    ) -> frames.Session:
        """Raises Refused."""
        await self.send(
            frames.Start(
                start_id=start_id or str(uuid4()),
                form={} if form is None else form,
                text=text,
                language=language,
                page=page or f"{self._origin}/",
                visitor=self.visitor,
                identity=identity,
            )
        )
        session = await self.gets(frames.Session)
        self.token = session.token
        return session

    async def resume(self, after: int | None = None) -> frames.Session:
        """On a new socket; everything after what it has is sent again. Raises Refused."""
        last = max(self.entries, default=0) if after is None else after
        await self.send(frames.Resume(token=self.token, after=last))
        session = await self.gets(frames.Session)
        self.token = session.token
        return session

    async def say(self, text: str, *, say_id: str = "", files: tuple[str, ...] = ()) -> str:
        """The id of what is said; its receipt comes when it is stored."""
        say_id = say_id or str(uuid4())
        await self.send(frames.Say(id=say_id, text=text, files=files))
        return say_id

    async def upload(self, name: str, data: bytes | AsyncIterable[bytes]) -> frames.Uploaded:
        """Raises Refused."""
        async with self._http.post(
            f"{self._base}/upload",
            params={"name": name},
            data=BytesIO(data) if isinstance(data, bytes) else data,
            headers={"Origin": self._origin, "Authorization": f"Bearer {self.token}"},
        ) as answer:
            frame = frames.decode_bridge(await answer.read())
        if isinstance(frame, frames.RefusedFrame):
            raise Refused(frame)
        assert isinstance(frame, frames.Uploaded)
        return frame

    # -- hearing -------------------------------------------------------------------------------

    async def gets(self, kind: type[T], *, within: float = 30) -> T:
        """The next frame of this kind that nobody has got yet. Raises Refused where the bridge
        refuses instead, TimeoutError, or ConnectionError where it closes."""
        return await self._wait(lambda frame: isinstance(frame, kind), within)  # type: ignore[return-value]

    async def heard(
        self, wanted: Callable[[frames.Entry], bool], *, within: float = 30
    ) -> frames.Entry:
        """The first entry that is as wanted, be it one that came before."""
        async with asyncio.timeout(within):
            while True:
                self._came.clear()
                for entry in tuple(self.entries.values()):
                    if wanted(entry):
                        return entry
                self._alive()
                await self._came.wait()

    async def _wait(
        self, wanted: Callable[[frames.ForBrowser], bool], within: float
    ) -> frames.ForBrowser:
        async with asyncio.timeout(within):
            while True:
                self._came.clear()
                for number, frame in enumerate(self.frames):
                    if wanted(frame):
                        return self.frames.pop(number)
                    if isinstance(frame, frames.RefusedFrame):
                        self.frames.pop(number)
                        raise Refused(frame)
                self._alive()
                await self._came.wait()

    def _alive(self) -> None:
        if self.close_code is not None:
            raise ConnectionError(f"closed: {self.close_code}")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(ConnectionError, aiohttp.ClientError):
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(frames.decode_bridge(message.data), time.monotonic_ns())
        if socket is self._socket:  # and not one that was cut before the present one
            self.close_code = socket.close_code or 1006
            self._came.set()

    def _take(self, frame: frames.ForBrowser, at_ns: int) -> None:
        if isinstance(frame, frames.Entry):
            self.repeated += frame.seq in self.entries
            self.entries[frame.seq] = frame
        self.on_frame(frame, at_ns)
        if not isinstance(frame, frames.Entry):
            self.frames.append(frame)
            del self.frames[:-1000]
        self._came.set()
