"""A client of the wire without a window: connects, signs in, comes back after a cut."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace
from websockets.asyncio.client import connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    InvalidURI,
)

from cti_bridge.cli.exits import CliError, Exit
from cti_bridge.protocol.codec import MAX_EVENT_BYTES, FrameError, decode_answer, encode
from cti_bridge.protocol.commands import (
    Hello,
    Refused,
    Resume,
    SignedIn,
    SignIn,
    SignOut,
    Welcome,
)
from cti_bridge.protocol.events import SessionEnded
from cti_bridge.protocol.frames import Event, Reply
from cti_bridge.protocol.vocabulary import PROTOCOL_VERSIONS, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.asyncio.client import ClientConnection

    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.events import AnyEvent

logger = logging.getLogger(__name__)
FINAL: Final = frozenset({"taken_over", "signed_out", "disabled"})
"""Ends of a session after which coming back would be wrong."""
REPLY_SECONDS: Final = 10.0
NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    url: str
    login: str
    password: str
    watch: bool = False
    ca: Path | None = None

    def context(self) -> ssl.SSLContext | None:
        """Raises `CliError` where the certificate file is none."""
        if not self.url.startswith("wss://"):
            return None
        try:
            return ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise CliError(Exit.USAGE, f"--ca {self.ca}: {error}.") from error


class Listener(Protocol):
    """What is told of the bridge, in the order in which it happens; none of it may wait."""

    def opened(self, reply: SignedIn) -> None: ...
    def event(self, event: AnyEvent, text: str) -> None: ...
    def unknown(self, text: str) -> None: ...
    def audio(self, data: bytes) -> None: ...
    def cut(self, why: str) -> None: ...


class Client:
    """`run` keeps the connection; `ask` and `send_audio` use it."""

    def __init__(self, credentials: Credentials, listener: Listener) -> None:
        self._credentials, self._listener = credentials, listener
        self._context = credentials.context()
        self._numbers = itertools.count(1)
        self._connection: ClientConnection | None = None
        self._waiting: dict[int, asyncio.Future[AnyReply]] = {}
        self._token, self._epoch, self._seq = "", "", 0
        self._was_open = False

    async def run(self) -> None:
        """Until the session is ended for good; raises `CliError` where the first connection or a
        sign-in fails."""
        delays = backoff()
        while True:
            why = "closed"
            try:
                async with connect(
                    self._credentials.url,
                    ssl=self._context,
                    compression=None,
                    max_size=MAX_EVENT_BYTES,
                    open_timeout=5,
                    ping_interval=5,
                    ping_timeout=5,
                ) as connection:
                    try:
                        await self._open(connection)
                        delays = backoff()
                        ended = await self._read(connection)
                    except (asyncio.CancelledError, CliError):
                        await self._leave(connection)
                        raise
                    if ended in FINAL:
                        return
                    why = ended or why
            except InvalidURI as error:
                raise CliError(Exit.USAGE, f"{self._credentials.url}: {error}.") from error
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError) as error:
                why = _why(error)
            finally:
                self._drop()
            if not self._was_open:
                raise CliError(
                    Exit.CONNECTION, f"{self._credentials.url}: cannot connect ({why})."
                )
            self._listener.cut(why)
            await asyncio.sleep(next(delays))

    async def ask(self, command: AnyCommand) -> AnyReply:
        """The reply; `Refused` with INTERNAL where the connection is or gets lost."""
        connection, number = self._connection, next(self._numbers)
        lost = Refused(request_id=number, code=RefusalCode.INTERNAL, detail="link lost")
        if connection is None:
            return lost
        future: asyncio.Future[AnyReply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            await connection.send(encode(replace(command, request_id=number)))
            async with asyncio.timeout(REPLY_SECONDS):  # wait_for of 3.11 may swallow a cancel
                return await future
        except (ConnectionClosed, TimeoutError):
            return lost
        finally:
            self._waiting.pop(number, None)

    async def _leave(self, connection: ClientConnection) -> None:
        """Nobody is to wait for one who was interrupted: signs out, and waits for no reply."""
        try:
            if self._connection is not None:
                await connection.send(encode(SignOut(request_id=next(self._numbers))))
            await connection.close()
        except ConnectionClosed as error:
            logger.debug("gone before the sign-out: %s", error)

    async def send_audio(self, data: bytes) -> None:
        """Dropped while there is no connection."""
        if self._connection is None:
            return
        try:
            await self._connection.send(data)
        except ConnectionClosed as error:
            logger.debug("audio dropped: %s", error)

    async def _open(self, connection: ClientConnection) -> None:
        """Greets and signs in, with the token where there is one; raises `CliError` where the
        bridge says no."""
        hello = Hello(
            request_id=next(self._numbers), versions=PROTOCOL_VERSIONS, client="cti-bridge"
        )
        reply = await self._exchange(connection, hello)
        if not isinstance(reply, Welcome):
            raise CliError(Exit.CONNECTION, f"{self._credentials.url}: {_said(reply)}.")
        opened: AnyReply | None = None
        if self._token:
            number = next(self._numbers)
            opened = await self._exchange(
                connection,
                Resume(request_id=number, token=self._token, epoch=self._epoch, seq=self._seq),
            )
        if not isinstance(opened, SignedIn):
            opened = await self._sign_in(connection)
        self._token, self._epoch, self._seq = opened.token, opened.epoch, opened.seq
        self._connection, self._was_open = connection, True
        self._listener.opened(opened)

    async def _sign_in(self, connection: ClientConnection) -> SignedIn:
        mine = self._credentials
        while True:
            command = SignIn(
                request_id=next(self._numbers),
                login=mine.login,
                password=mine.password,
                watch=mine.watch,
            )
            reply = await self._exchange(connection, command)
            if isinstance(reply, SignedIn):
                return reply
            if not (self._was_open and _throttled(reply)):
                raise CliError(Exit.CONNECTION, f"{mine.url}: {mine.login}: {_said(reply)}.")
            await asyncio.sleep(reply.retry_after_s if isinstance(reply, Refused) else 1.0)

    async def _exchange(self, connection: ClientConnection, command: AnyCommand) -> AnyReply:
        """One command and its reply, before there is a session; raises `CliError`, `TimeoutError`
        or `ConnectionClosed`."""
        await connection.send(encode(command))
        async with asyncio.timeout(REPLY_SECONDS):
            text = await connection.recv()
        try:
            answer = decode_answer(text)
        except FrameError as error:
            raise CliError(Exit.CONNECTION, f"{self._credentials.url}: no bridge.") from error
        if isinstance(answer, Event):
            raise CliError(Exit.CONNECTION, f"{self._credentials.url}: an event came too early.")
        return answer

    async def _read(self, connection: ClientConnection) -> str:
        """Until the connection closes; returns why: the reason of the bridge, or the code."""
        ended = ""
        try:
            async for message in connection:
                ended = self._received(message) or ended
        except ConnectionClosed as closed:  # every close code of the bridge's own comes as this
            return ended or str(closed)
        return ended

    def _received(self, message: str | bytes) -> str:
        """Hands one frame on; returns the reason where it ends the session, else ""."""
        if isinstance(message, bytes):
            self._listener.audio(message)
            return ""
        try:
            frame = decode_answer(message)
        except FrameError as error:  # of a newer bridge: shown as it came
            logger.debug("frame not understood: %s", error)
            self._listener.unknown(message)
            return ""
        if isinstance(frame, Reply):
            self._answer(frame)
            return ""
        self._seq = max(self._seq, frame.seq)
        self._listener.event(frame, message)
        return frame.reason if isinstance(frame, SessionEnded) else ""

    def _answer(self, reply: AnyReply) -> None:
        future = self._waiting.get(reply.request_id)
        if future is not None and not future.done():
            future.set_result(reply)

    def _drop(self) -> None:
        self._connection = None
        for number, future in self._waiting.items():
            if not future.done():
                future.set_result(
                    Refused(request_id=number, code=RefusalCode.INTERNAL, detail="link lost")
                )
        self._waiting.clear()


def backoff(first: float = 0.2, factor: float = 1.6, ceiling: float = 10.0) -> Iterator[float]:
    """Seconds to wait before each next try, with a fifth of jitter."""
    delay = first
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * factor, ceiling)


def _why(error: Exception) -> str:
    """What went wrong, and what to try, for one who types commands."""
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there: is `cti-bridge serve` running, and is this its address?"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{error.verify_message}: name the authority's or the bridge's own file with --ca"
    if isinstance(error, InvalidMessage):
        return "it does not speak WebSocket: where the bridge has a certificate, write wss://"
    if isinstance(error, InvalidStatus) and error.response.status_code == NOT_FOUND:
        return "no bridge under this path: its addresses end in /v1"
    return str(error) or type(error).__name__


def _throttled(reply: AnyReply) -> bool:
    return isinstance(reply, Refused) and reply.code is RefusalCode.THROTTLED


def _said(reply: AnyReply) -> str:
    if not isinstance(reply, Refused):
        return f"unexpected {type(reply).__name__}"
    wait = f", try again in {reply.retry_after_s:.0f} s" if reply.retry_after_s else ""
    detail = f" ({reply.detail})" if reply.detail else ""
    return f"{reply.code.replace('_', ' ')}{detail}{wait}"
