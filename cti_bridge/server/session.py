"""One desktop's conversation: greeting, sign-in, commands and their replies, events."""

from __future__ import annotations

import asyncio
import logging
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
from msgspec.structs import replace

from cti_bridge.bucket import TokenBucket
from cti_bridge.errors import StoreError
from cti_bridge.protocol.codec import FrameError, decode_audio, decode_command, encode
from cti_bridge.protocol.commands import (
    ChangePassword,
    Done,
    Hello,
    Ping,
    Refused,
    Resume,
    SignIn,
    SignOut,
    Welcome,
)
from cti_bridge.protocol.events import SessionEnded
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import PROTOCOL_VERSIONS, RefusalCode
from cti_bridge.server import limits
from cti_bridge.server.lanes import Lane, lane_of
from cti_bridge.server.limits import Close
from cti_bridge.server.permissions import BEFORE_SIGN_IN, permits

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.commands import AnyCommand, AnyReply, SignedIn
    from cti_bridge.server.auth import Authenticator
    from cti_bridge.server.desk import Desk
    from cti_bridge.server.headsets import Headsets
    from cti_bridge.server.hub import Hub, Viewer
    from cti_bridge.server.metrics import Metrics
    from cti_bridge.server.ports import Account, Rooms
    from cti_bridge.tasks import Scope

logger = logging.getLogger(__name__)


class Phase(Enum):
    NEW = auto()
    GREETED = auto()
    SIGNED_IN = auto()
    ENDED = auto()


OPENING: Final[dict[type[msgspec.Struct], Phase]] = {
    Hello: Phase.NEW,
    SignIn: Phase.GREETED,
    Resume: Phase.GREETED,
}
"""The commands that belong to one phase before the sign-in; all others come after it."""


class Socket(Protocol):
    on_slow: Callable[[], None]

    @property
    def address(self) -> str: ...
    def unsent(self) -> int: ...
    def send(self, text: bytes, *, at_once: bool = True) -> None: ...
    def send_audio(self, data: bytes) -> None: ...
    def close(self, code: int, reason: str, *, last: bytes = b"") -> None: ...


class _Envelope(msgspec.Struct):
    """What can still be read of a frame that is no command."""

    request_id: int


class Session:
    """`received` takes the frames in order; everything sent goes through the socket."""

    def __init__(
        self,
        socket: Socket,
        *,
        desk: Desk,
        rooms: Rooms,
        hub: Hub,
        headsets: Headsets,
        auth: Authenticator,
        metrics: Metrics,
        scope: Scope,
        server: str,
        site: str = "",
        clock: Callable[[], float],
    ) -> None:
        self._socket, self._desk, self._rooms, self._hub = socket, desk, rooms, hub
        self._headsets, self._auth, self._metrics = headsets, auth, metrics
        self._server, self._site, self._clock = server, site, clock
        self._phase = Phase.NEW
        self._account: Account | None = None
        self._viewer: Viewer | None = None
        self._token = ""
        self._pending: set[int] = set()
        self._commands = TokenBucket(rate=limits.COMMANDS_PER_SECOND, burst=limits.COMMANDS_BURST)
        self._haste = TokenBucket(rate=1, burst=limits.THROTTLED_BURST)
        self._bad = TokenBucket(rate=limits.BAD_FRAMES_PER_SECOND, burst=limits.BAD_FRAMES)
        self._audio = TokenBucket(rate=limits.AUDIO_PER_SECOND, burst=limits.AUDIO_BURST)
        self._calls = Lane(scope, "calls", width=1, limit=limits.LANE_COMMANDS)
        self._edits = Lane(scope, "edits", width=1, limit=limits.LANE_COMMANDS)
        self._reads = Lane(scope, "reads", width=limits.READERS, limit=limits.LANE_COMMANDS)
        socket.on_slow = self._too_slow
        self._deadline = self._close_in(limits.HELLO_SECONDS, "no hello")

    # -- what the hub and the desk see -----------------------------------------------------

    @property
    def viewer(self) -> Viewer:
        if self._viewer is None:
            raise RuntimeError("a session that is not open has no viewer")
        return self._viewer

    @property
    def signed_in(self) -> bool:
        return self._phase is Phase.SIGNED_IN

    def deliver(self, text: bytes, *, at_once: bool) -> None:
        self._socket.send(text, at_once=at_once)

    def opened(self, account: Account, viewer: Viewer, token: str) -> None:
        self._account, self._viewer, self._token = account, viewer, token

    def begin(self, reply: SignedIn, missed: list[bytes]) -> None:
        """The reply, the events after it, and from here on every event as it happens."""
        if self._phase is Phase.ENDED:  # the deadline came while the password was checked
            return
        self._phase = Phase.SIGNED_IN
        self._deadline.cancel()
        self._send(reply)
        for text in missed:
            self._socket.send(text)
        self._hub.subscribe(self)
        if self.viewer.agent is not None:
            self._headsets.attach(self.viewer.agent, self._socket)

    def end(self, reason: str, code: int) -> None:
        """Closes the session and says why; safe at any time."""
        if self._phase is Phase.ENDED:
            return
        was_open = self.signed_in
        self._phase = Phase.ENDED
        self._detach()
        self._metrics.cut.labels(reason).inc()
        last = encode(SessionEnded(reason=reason)).encode() if was_open else b""  # no `seq`
        self._socket.close(code, reason, last=last)

    async def closed(self, *, stopping: bool = False) -> None:
        """The socket is gone, whoever closed it; where the bridge stops nobody is lost."""
        self._phase = Phase.ENDED
        self._deadline.cancel()
        self._detach()
        for lane in (self._calls, self._edits, self._reads):
            lane.clear()
        if self._account is not None and not stopping:
            await self._desk.lost(self, self._account, self._token)

    # -- what comes in ---------------------------------------------------------------------

    async def received(self, message: str | bytes) -> None:
        if self._phase is Phase.ENDED:
            return
        if isinstance(message, bytes):
            self._heard(message)
            return
        if self._viewer is None and len(message) > limits.OPENING_BYTES:
            self.end("too_large", Close.TOO_LARGE)
            return
        try:
            command = decode_command(message)
        except (FrameError, RecursionError) as error:
            self._not_understood(message, error)
            return
        self._metrics.commands.labels(type(command).__name__).inc()
        try:
            await self._dispatch(command)
        except CommandRefused as refusal:
            self._refuse(command.request_id, refusal)
        except Exception as error:
            self._failed(command, error)

    async def _dispatch(self, command: AnyCommand) -> None:
        """Raises `CommandRefused` where the command may not even be tried."""
        self._admit(command)
        match command:
            case Hello():
                self._greet(command)
            case SignIn():
                await self._sign_in(command)
            case Resume():
                await self._desk.resume(self, command)
                self._note("is back")
            case SignOut():
                await self._sign_out(command)
            case Ping():
                self._send(Done(request_id=command.request_id))
            case _:
                self._enqueue(command)

    def _admit(self, command: AnyCommand) -> None:
        """Rate, phase and permission of every command, in this one place."""
        now = self._clock()
        if not self._commands.take(now):
            if not self._haste.take(now):
                self.end("too_hasty", Close.POLICY)
            raise CommandRefused(RefusalCode.THROTTLED, retry_after_s=self._commands.wait())
        phase = OPENING.get(type(command), Phase.SIGNED_IN)
        if phase is not self._phase and not isinstance(command, Ping):
            early = phase is Phase.SIGNED_IN
            raise CommandRefused(RefusalCode.NOT_SIGNED_IN if early else RefusalCode.WRONG_STATE)
        held = self._viewer.permissions if self._viewer else BEFORE_SIGN_IN
        if not permits(held, command):
            raise CommandRefused(RefusalCode.NOT_ALLOWED, command.permission)
        if command.request_id in self._pending:
            raise CommandRefused(RefusalCode.INVALID, "still at work on it", field="request_id")

    def _greet(self, hello: Hello) -> None:
        version = next((v for v in PROTOCOL_VERSIONS if v in hello.versions), None)
        if version is None:
            spoken = ", ".join(map(str, PROTOCOL_VERSIONS))
            self._refuse(
                hello.request_id,
                CommandRefused(RefusalCode.NO_COMMON_VERSION, f"this bridge speaks {spoken}"),
            )
            self.end("no_common_version", Close.NO_COMMON_VERSION)
            return
        logger.debug("hello from %s: %.80r", self._socket.address, hello.client)
        self._phase = Phase.GREETED
        self._deadline.cancel()
        self._deadline = self._close_in(limits.SIGN_IN_SECONDS, "no sign-in")
        self._send(
            Welcome(
                request_id=hello.request_id,
                version=version,
                server=self._server,
                site_name=self._site,
            )
        )

    async def _sign_in(self, command: SignIn) -> None:
        try:
            await self._desk.sign_in(self, command, self._socket.address)
        except CommandRefused as refusal:
            if refusal.code is not RefusalCode.THROTTLED:  # a flood of those says nothing new
                where, why = self._socket.address, refusal.detail or refusal.code
                logger.warning("sign-in of %.80r from %s refused: %s", command.login, where, why)
            raise
        self._note("signed in")

    def _note(self, what: str) -> None:
        if self._account is not None:
            to_watch = " to watch" if self.viewer.watch else ""
            logger.info(
                "%s %s%s from %s", self._account.login, what, to_watch, self._socket.address
            )

    async def _sign_out(self, command: SignOut) -> None:
        account, self._account = self._account, None
        if account is not None:
            await self._desk.sign_out(self, account, self._token)
        self._send(Done(request_id=command.request_id))
        self.end("signed_out", Close.ENDED)

    def _enqueue(self, command: AnyCommand) -> None:
        lane = self._lane(command)
        self._pending.add(command.request_id)
        if not lane.put(lambda: self._execute(command)):
            self._pending.discard(command.request_id)
            raise CommandRefused(RefusalCode.OVERLOADED, retry_after_s=1.0)

    def _lane(self, command: AnyCommand) -> Lane:
        match lane_of(command):
            case "calls":
                return self._calls
            case "reads":
                return self._reads
            case _:
                return self._edits

    async def _execute(self, command: AnyCommand) -> None:
        """Exactly one reply, whatever the room does."""
        try:
            async with asyncio.timeout(limits.COMMAND_SECONDS):
                reply = await self._answer(command)
        except CommandRefused as refusal:
            self._refuse(command.request_id, refusal)
        except Exception as error:
            self._failed(command, error)
        else:
            self._send(replace(reply, request_id=command.request_id))
        finally:
            self._pending.discard(command.request_id)

    async def _answer(self, command: AnyCommand) -> AnyReply:
        if self._account is None:
            raise CommandRefused(RefusalCode.NOT_SIGNED_IN)
        if isinstance(command, ChangePassword):
            await self._auth.change(
                self._account, command.current, command.new, self._socket.address
            )
            return Done(request_id=command.request_id)
        return await self._rooms.handle(self._account, command)

    def _heard(self, data: bytes) -> None:
        try:
            frame = decode_audio(data)
        except ValueError as error:
            self._count_bad(error)
            return
        agent = self._viewer.agent if self._viewer else None
        if agent is None:
            self._count_bad(ValueError("audio before the sign-in"))
        elif self._audio.take(self._clock()):
            self._headsets.heard(agent, frame)

    def _not_understood(self, text: str, error: Exception) -> None:
        try:
            request_id = msgspec.json.decode(text, type=_Envelope).request_id
        except (FrameError, RecursionError):
            request_id = None
        if request_id is not None:
            where = str(error).partition("`$.")[2].partition("`")[0]
            self._refuse(
                request_id,
                CommandRefused(RefusalCode.INVALID, str(error)[:200], field=where[:80]),
            )
        self._count_bad(error)

    def _count_bad(self, error: Exception) -> None:
        self._metrics.bad_frames.inc()
        logger.info("frame of %s not understood: %.120s", self._socket.address, error)
        if not self._bad.take(self._clock()):
            self.end("bad_frames", Close.POLICY)

    # -- what goes out ---------------------------------------------------------------------

    def _send(self, reply: AnyReply) -> None:
        self._socket.send(encode(reply).encode())

    def _refuse(self, request_id: int, refusal: CommandRefused) -> None:
        self._metrics.refused.labels(refusal.code).inc()
        self._send(
            Refused(
                request_id=request_id,
                code=refusal.code,
                field=refusal.field,
                detail=refusal.detail,
                retry_after_s=refusal.retry_after_s,
                current=refusal.current,
            )
        )

    def _failed(self, command: AnyCommand, error: Exception) -> None:
        """A fault of ours, told with its trace; the store's own troubles need none."""
        who = self._account.agent_id if self._account else self._socket.address
        name = type(command).__name__
        refusal = CommandRefused(RefusalCode.INTERNAL)
        if isinstance(error, StoreError):
            logger.error("%s of %s failed: %s", name, who, error)
            if error.transient:
                refusal = CommandRefused(RefusalCode.STORE_AWAY, error.kind, retry_after_s=1.0)
        else:
            logger.error("%s of %s failed", name, who, exc_info=error)
        self._refuse(command.request_id, refusal)

    def _too_slow(self) -> None:
        self.end("too_slow", Close.TOO_SLOW)

    def _detach(self) -> None:
        if self._viewer is None:
            return
        self._hub.unsubscribe(self)
        if self._viewer.agent is not None:
            self._headsets.detach(self._viewer.agent, self._socket)

    def _close_in(self, seconds: float, why: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, self.end, why, Close.POLICY)
