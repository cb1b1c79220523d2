"""Requests on the socket of the events, which Asterisk takes since 22.4.

A call waits for them: over HTTP each costs the bridge some 2 ms of the processor, here a fifth of
that. Asterisk works off those of one socket one after the other, so only what it does at once
goes here; nothing may wait behind a channel that does not move.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import aiohttp
import msgspec

from cti_bridge.telephony.asterisk.ari.errors import UNREACHABLE, AriError, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cti_bridge.telephony.asterisk.ari.events import RESTResponse

SINCE: Final = (22, 4)
_VERSION: Final = re.compile(r"[A-Za-z/-]*(\d+)\.(\d+)")
CUT: Final = "Asterisk closed the connection"


def taken_by(version: str) -> bool:
    """Whether an Asterisk of this version takes them; one that was built from a branch may, and
    is not asked to."""
    found = _VERSION.match(version)
    return found is not None and (int(found[1]), int(found[2])) >= SINCE


def is_quick(method: str, path: tuple[str, ...]) -> bool:
    """To dial, to hang up, to let ring: what the offer of a call and its end are made of."""
    if path[0] != "channels":
        return False
    match method, path[1:]:
        case ("POST", () | (_, "ring")) | ("DELETE", (_,)):
            return True
        case _:
            return False


class SocketRequests:
    """`lost` is called with the reason where an answer does not come in `within` seconds: what is
    still on its way is to go with the connection, so that nothing is done long after it was
    said not to be."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        lost: Callable[[str], None],
        within: float,
    ) -> None:
        self._socket, self._lost, self._within = socket, lost, within
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[RESTResponse]] = {}

    async def ask(
        self, method: str, path: tuple[str, ...], params: Mapping[str, str], body: object
    ) -> bytes:
        """The body of a 2xx answer. Raises AriError."""
        name = str(next(self._ids))
        asked: dict[str, Any] = {
            "type": "RESTRequest",
            "request_id": name,
            "method": method,
            "uri": _uri(path, params),
        }
        if body is not None:
            asked["content_type"] = "application/json"
            asked["message_body"] = msgspec.json.encode(body).decode()
        answer: asyncio.Future[RESTResponse] = asyncio.get_running_loop().create_future()
        self._waiting[name] = answer
        try:
            async with asyncio.timeout(self._within):
                await self._socket.send_str(msgspec.json.encode(asked).decode())
                told = await answer
        except TimeoutError:
            why = f"no answer within {self._within:g} s"
            self._lost(why)
            raise AriError(UNREACHABLE, why) from None
        except (aiohttp.ClientError, OSError) as error:
            raise AriError(UNREACHABLE, CUT) from error
        finally:
            self._waiting.pop(name, None)
        if not 200 <= told.status_code < 300:
            raise AriError(told.status_code, reason(told.message_body, told.reason_phrase))
        return told.message_body.encode()

    def answered(self, told: RESTResponse) -> None:
        """One that nobody waits for, or not any more, is left."""
        waiting = self._waiting.get(told.request_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(told)

    def end(self) -> None:
        """The socket is gone."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(AriError(UNREACHABLE, CUT))


def _uri(path: tuple[str, ...], params: Mapping[str, str]) -> str:
    parts = "/".join(quote(part, safe="") for part in path)
    return f"{parts}?{urlencode(params, quote_via=quote)}" if params else parts
