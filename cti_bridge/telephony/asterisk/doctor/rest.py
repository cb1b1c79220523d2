"""The few requests that an examination asks; the switch has a client of its own."""

from __future__ import annotations

import base64
import contextlib
import ssl
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.config.values import Asterisk

TIMEOUT: Final = 15.0  # seconds: who asks is waiting
MAX_ANSWER: Final = 16 << 20
MAX_FRAME: Final = 1 << 20


class RestError(Exception):
    """`status` is HTTP's; `detail` is Asterisk's own word, or not understood."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(f"{status} {detail}".strip())
        self.status, self.detail = status, detail


class Rest:
    """Requests under the user of one [[asterisk]]. Raises RestError; and what aiohttp raises
    where nobody answers."""

    def __init__(self, http: aiohttp.ClientSession, node: Asterisk) -> None:
        self._http, self._base = http, f"{node.url.rstrip('/')}/ari"

    async def get(self, *path: str, **query: str) -> Any:
        return await self.ask("GET", *path, **query)

    async def ask(self, method: str, *path: str, **query: str) -> Any:
        """The answer, decoded; None where it is empty."""
        async with self._http.request(method, self._url(path, query)) as answer:
            body = await answer.content.read(MAX_ANSWER)
            if answer.status >= 300:
                raise RestError(answer.status, _detail(body))
            try:
                return msgspec.json.decode(body) if body else None
            except msgspec.DecodeError as error:
                raise RestError(answer.status, "no JSON") from error

    @contextlib.asynccontextmanager
    async def events(self, app: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """While this is open the application is there."""
        url = self._url(("events",), {"app": app})
        async with self._http.ws_connect(url, max_msg_size=MAX_FRAME) as socket:
            yield socket

    def _url(self, path: tuple[str, ...], query: dict[str, str]) -> URL:
        parts = "/".join(quote(part, safe="") for part in path)
        return URL(f"{self._base}/{parts}", encoded=True).with_query(query)


def _detail(body: bytes) -> str:
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    return str(said.get("message", ""))[:200] if isinstance(said, dict) else ""


@contextlib.asynccontextmanager
async def opened(node: Asterisk) -> AsyncIterator[Rest]:
    """The password goes in a header: addresses are written into logs. Raises OSError and
    ssl.SSLError where `ca_file` cannot be used."""
    pair = base64.b64encode(f"{node.user}:{node.password}".encode()).decode()
    trust = ssl.create_default_context(cafile=node.ca_file) if node.ca_file else True
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Basic {pair}"},
        timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        connector=aiohttp.TCPConnector(ssl=trust),
    ) as http:
        yield Rest(http, node)
