"""The desktop's one connection to the bridge."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import ssl
import time
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from agent_desktop import VERSION
from agent_desktop.tasks import Scope
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
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import SignalInstance
    from websockets.asyncio.client import ClientConnection

    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.events import AnyEvent

    OnReply = Callable[[AnyReply], None]

logger = logging.getLogger(__name__)
_R = TypeVar("_R", bound=Reply)

OUTBOX: Final = 256  # commands not yet written
AUDIO_OUTBOX: Final = 10  # frames of 20 ms: older voice is not worth sending
REPLY_SECONDS: Final = 10.0
HANDSHAKE_SECONDS: Final = 8.0


class LinkState(Enum):
    SIGNED_OUT = auto()  # nobody is signed in, and nothing is tried
    CONNECTING = auto()  # a sign-in that was asked for is on its way
    ONLINE = auto()
    OFFLINE = auto()  # signed in, but the bridge is out of reach; tried again for ever


class FaultKind(Enum):
    """Why a sign-in came to nothing."""

    BAD_ADDRESS = auto()
    UNREACHABLE = auto()
    CERTIFICATE = auto()
    NOT_A_BRIDGE = auto()
    REFUSED = auto()  # `refusal` says why
    ENDED = auto()  # the bridge ended the session; `detail` is its reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFault:
    kind: FaultKind
    detail: str = ""  # for the log and for a telephony admin
    refusal: Refused | None = None


class LinkPort(Protocol):
    """What a view-model may ask of the network. Never awaits, never blocks.

    `received` carries events and `SignedIn`; `state_changed` a `LinkState`; `failed` a
    `LinkFault`; `audio` the bytes of a binary frame.
    """

    @property
    def received(self) -> SignalInstance: ...
    @property
    def state_changed(self) -> SignalInstance: ...
    @property
    def failed(self) -> SignalInstance: ...
    @property
    def audio(self) -> SignalInstance: ...
    @property
    def state(self) -> LinkState: ...

    @property
    def frame_at(self) -> float:
        """`time.perf_counter()` when the newest frame arrived, before it was decoded."""

    def request(self, command: AnyCommand, on_reply: OnReply | None = None) -> None: ...
    def send_audio(self, data: bytes) -> None: ...
    def sign_in(self, url: str, login: str, password: str) -> None: ...
    def sign_out(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credentials:
    url: str
    login: str
    password: str


@dataclass(slots=True)
class _Waiting:
    on_reply: OnReply
    timer: asyncio.TimerHandle

    def tell(self, reply: AnyReply) -> None:
        try:
            self.on_reply(reply)
        except Exception:  # a view's fault must not end the connection
            logger.exception("the receiver of %s failed", type(reply).__name__)


class _HandshakeRefused(Exception):
    def __init__(self, refusal: Refused) -> None:
        super().__init__(f"{refusal.code}: {refusal.detail}")
        self.refusal = refusal


class Link(QObject):
    """Turns frames into signals and commands into frames, and reconnects for ever.

    The password stays in memory while signed in, so that a restarted bridge does not make a
    whole floor type it again; it is never written down.
    """

    received = Signal(object)
    state_changed = Signal(object)
    failed = Signal(object)
    audio = Signal(bytes)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        ca: str | None = None,
        delays: Callable[[], Iterator[float]] | None = None,
        reply_seconds: float = REPLY_SECONDS,
    ) -> None:
        super().__init__(parent)
        self._ca, self._delays = ca, delays or backoff
        self._reply_seconds = reply_seconds
        self._requests = itertools.count(1)
        self._scope = Scope("link")
        self._state = LinkState.SIGNED_OUT
        self._credentials: _Credentials | None = None
        self._task: asyncio.Task[None] | None = None
        self._session: SignedIn | None = None
        self._seq = 0
        self._waiting: dict[int, _Waiting] = {}
        self._outbox: deque[str] = deque()
        self._voice: deque[bytes] = deque(maxlen=AUDIO_OUTBOX)
        self._wake = asyncio.Event()
        self._frame_at = 0.0
        self._end_after_write = False

    # -- what view-models use --------------------------------------------------------------

    @property
    def state(self) -> LinkState:
        return self._state

    @property
    def frame_at(self) -> float:
        return self._frame_at

    def request(self, command: AnyCommand, on_reply: OnReply | None = None) -> None:
        """Sends a command (its request_id is set here). `on_reply` is called exactly once:
        with the bridge's reply, or with `Refused(INTERNAL, "link lost")` when the link is
        down, is cut, or has not answered for 10 s."""
        stamped = msgspec.structs.replace(command, request_id=next(self._requests))
        if self._state is not LinkState.ONLINE or len(self._outbox) >= OUTBOX:
            if on_reply:
                asyncio.get_running_loop().call_soon(on_reply, _lost(stamped.request_id))
            return
        self._send(stamped, on_reply)

    def send_audio(self, data: bytes) -> None:
        """Sends one binary frame (`codec.encode_audio`); silently dropped while offline."""
        if self._state is LinkState.ONLINE:
            self._voice.append(data)
            self._wake.set()

    def sign_in(self, url: str, login: str, password: str) -> None:
        """Begins a session; the outcome is `state_changed(ONLINE)` or `failed`."""
        self._stop()
        self._credentials = _Credentials(url=url, login=login, password=password)
        self._set_state(LinkState.CONNECTING)
        self._task = self._scope.spawn(self._run(self._credentials), "run")

    def sign_out(self) -> None:
        """Ends the session at the bridge where it can be reached, and here in any case."""
        if self._state is LinkState.ONLINE:
            self._send(SignOut(request_id=next(self._requests)), None)
            self._end_after_write = True
            self._wake.set()
        else:
            self._stop()
        self._forget()
        self._set_state(LinkState.SIGNED_OUT)

    async def close(self) -> None:
        """Stops for good; the session at the bridge ends by its own rules."""
        self._forget()
        await self._scope.close()
        self._set_state(LinkState.SIGNED_OUT)

    # -- the life of a connection ----------------------------------------------------------

    async def _run(self, credentials: _Credentials) -> None:
        delays = self._delays()
        while self._credentials is credentials:
            fault, pause = await self._try(credentials)
            if self._credentials is not credentials:
                return
            if self._session is None or _is_final(fault):
                self._fail(fault)
                return
            if pause is None:
                delays = self._delays()
            logger.info("link down: %s %s", fault.kind.name, fault.detail)
            self._set_state(LinkState.OFFLINE)
            await asyncio.sleep(max(next(delays), pause or 0.0))

    async def _try(self, credentials: _Credentials) -> tuple[LinkFault, float | None]:
        """One connection from start to end: why it ended, and how long to wait at least
        (None: it had been up)."""
        was_up = False
        try:
            tls = self._tls(credentials.url)
            async with connect(
                credentials.url,
                ssl=tls,
                max_size=MAX_EVENT_BYTES,
                open_timeout=5,
                ping_interval=5,
                ping_timeout=5,
                compression=None,
                proxy=None,
            ) as ws:
                signed_in = await asyncio.wait_for(self._open(ws, credentials), HANDSHAKE_SECONDS)
                if self._credentials is not credentials:
                    return LinkFault(kind=FaultKind.ENDED), None
                was_up = True
                self._begin(signed_in)
                return await self._serve(ws), None
        except _HandshakeRefused as error:
            fault = LinkFault(kind=FaultKind.REFUSED, detail=str(error), refusal=error.refusal)
            return fault, error.refusal.retry_after_s
        except ssl.SSLError as error:  # before ValueError: a certificate's error is both
            return LinkFault(kind=FaultKind.CERTIFICATE, detail=str(error)), 0.0
        except InvalidURI as error:
            return LinkFault(kind=FaultKind.BAD_ADDRESS, detail=str(error)), 0.0
        except (InvalidHandshake, FrameError, EOFError) as error:  # FrameError is a ValueError
            return LinkFault(kind=FaultKind.NOT_A_BRIDGE, detail=repr(error)), 0.0
        except ValueError as error:
            return LinkFault(kind=FaultKind.BAD_ADDRESS, detail=str(error)), 0.0
        except (OSError, TimeoutError, ConnectionClosed) as error:
            fault = LinkFault(kind=FaultKind.UNREACHABLE, detail=repr(error))
            return fault, None if was_up else 0.0
        finally:
            self._drop_pending()

    def _tls(self, url: str) -> ssl.SSLContext | None:
        if not url.startswith("wss:"):
            return None
        try:
            return ssl.create_default_context(cafile=self._ca)
        except OSError as error:  # --ca names no readable certificate
            raise ssl.SSLError(f"{self._ca}: {error}") from error

    async def _open(self, ws: ClientConnection, credentials: _Credentials) -> SignedIn:
        """Hello, then Resume or SignIn; raises `_HandshakeRefused` or `FrameError`."""
        hello = Hello(
            request_id=next(self._requests),
            versions=PROTOCOL_VERSIONS,
            client=f"agent-desktop {VERSION}",
        )
        await _ask(ws, hello, Welcome)
        if self._session is not None:
            resume = Resume(
                request_id=next(self._requests),
                token=self._session.token,
                epoch=self._session.epoch,
                seq=self._seq,
            )
            try:
                return await _ask(ws, resume, SignedIn)
            except _HandshakeRefused as error:
                logger.info("session not resumed: %s", error)
        sign_in = SignIn(
            request_id=next(self._requests),
            login=credentials.login,
            password=credentials.password,
        )
        return await _ask(ws, sign_in, SignedIn)

    def _begin(self, signed_in: SignedIn) -> None:
        if signed_in.snapshot is not None:
            self._seq = signed_in.seq
        self._session = signed_in
        self._outbox.clear()  # what was pressed while offline is void
        self._voice.clear()
        self._end_after_write = False
        self._frame_at = time.perf_counter()
        self.received.emit(signed_in)
        self._set_state(LinkState.ONLINE)

    async def _serve(self, ws: ClientConnection) -> LinkFault:
        writer = self._scope.spawn(self._write(ws), "writer")
        ended = LinkFault(kind=FaultKind.UNREACHABLE, detail="closed by the bridge")
        try:
            async for data in ws:
                self._frame_at = time.perf_counter()
                if isinstance(data, bytes):
                    self.audio.emit(data)
                elif (end := self._frame(data)) is not None:
                    ended = LinkFault(kind=FaultKind.ENDED, detail=end.reason)
        finally:
            writer.cancel()
        return ended

    def _frame(self, text: str) -> SessionEnded | None:
        try:
            frame = decode_answer(text)
        except FrameError as error:  # a newer bridge: skip, do not die
            logger.warning("frame not understood: %s", error)
            return None
        if isinstance(frame, Reply):
            self._reply(frame)
        elif isinstance(frame, Event):
            return self._event(frame)
        return None

    def _event(self, event: AnyEvent) -> SessionEnded | None:
        if self._session is None:  # signed out, the bridge has not heard of it yet
            return None
        if event.seq:
            if event.seq <= self._seq:  # told twice after a resume
                return None
            self._seq = event.seq
        self.received.emit(event)
        return event if isinstance(event, SessionEnded) else None

    async def _write(self, ws: ClientConnection) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._outbox or self._voice:
                    while self._outbox:
                        await ws.send(self._outbox.popleft())
                    if self._voice:
                        await ws.send(self._voice.popleft())
                if self._end_after_write:
                    await ws.close()
        except ConnectionClosed:
            logger.debug("writer ends with its connection")

    # -- requests and replies --------------------------------------------------------------

    def _send(self, command: AnyCommand, on_reply: OnReply | None) -> None:
        if on_reply:
            timer = asyncio.get_running_loop().call_later(
                self._reply_seconds, self._give_up, command.request_id
            )
            self._waiting[command.request_id] = _Waiting(on_reply, timer)
        self._outbox.append(encode(command))
        self._wake.set()

    def _reply(self, reply: AnyReply) -> None:
        waiting = self._waiting.pop(reply.request_id, None)
        if waiting is None:
            if isinstance(reply, Refused):
                logger.info("refused: %s %s", reply.code, reply.detail)
            return
        waiting.timer.cancel()
        waiting.tell(reply)

    def _give_up(self, request_id: int) -> None:
        if waiting := self._waiting.pop(request_id, None):
            logger.warning("no reply to request %s", request_id)
            waiting.tell(_lost(request_id))

    def _drop_pending(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for request_id, entry in waiting.items():
            entry.timer.cancel()
            entry.tell(_lost(request_id))

    # -- ends ------------------------------------------------------------------------------

    def _fail(self, fault: LinkFault) -> None:
        logger.info("signed out: %s %s", fault.kind.name, fault.detail)
        self._forget()
        self._set_state(LinkState.SIGNED_OUT)
        self.failed.emit(fault)

    def _forget(self) -> None:
        self._credentials = self._session = None
        self._seq = 0

    def _stop(self) -> None:
        self._forget()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _set_state(self, state: LinkState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)


async def _ask(ws: ClientConnection, command: AnyCommand, answer: type[_R]) -> _R:
    """Sends one command of the handshake and waits for its reply."""
    await ws.send(encode(command))
    reply = decode_answer(await ws.recv())
    if isinstance(reply, answer):
        return reply
    if isinstance(reply, Refused):
        raise _HandshakeRefused(reply)
    raise FrameError(f"{type(reply).__name__} in the handshake")


def _is_final(fault: LinkFault) -> bool:
    """Whether trying again by itself would be wrong, or of no use."""
    if fault.kind is FaultKind.ENDED:
        return fault.detail in {"taken_over", "signed_out", "disabled"}
    if fault.refusal is not None:
        return fault.refusal.code not in {
            RefusalCode.THROTTLED,
            RefusalCode.STORE_AWAY,
            RefusalCode.OVERLOADED,
            RefusalCode.INTERNAL,
        }
    return False


def _lost(request_id: int) -> Refused:
    return Refused(request_id=request_id, code=RefusalCode.INTERNAL, detail="link lost")


def backoff(first: float = 0.2, factor: float = 1.6, ceiling: float = 10.0) -> Iterator[float]:
    """Seconds to wait before each new attempt, jittered by 20 %."""
    delay = first
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * factor, ceiling)
