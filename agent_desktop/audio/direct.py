"""Calls whose voice goes straight to the PBX: a media socket of Asterisk for each.

The bridge names the sockets and decides; what does not come about within a second is told to it,
and it takes the voice itself. The last part of an address is the secret of one call: no address,
and no error that quotes one, is logged.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from PySide6.QtCore import QObject
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.protocol import State
from websockets.typing import Subprotocol

from agent_desktop.audio.direct_leg import DirectLeg
from agent_desktop.link import LinkState
from agent_desktop.tasks import Scope
from cti_bridge.protocol.commands import SignedIn
from cti_bridge.protocol.mediasocket import MAX_FRAME, SUBPROTOCOL, Flow
from cti_bridge.protocol.voice import (
    MOST_PATHS,
    PathTrouble,
    ReportVoicePath,
    VoicePathsChanged,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.asyncio.client import ClientConnection

    from agent_desktop.audio.headset import Headset
    from agent_desktop.link import LinkPort
    from cti_bridge.protocol.voice import DirectPath

logger = logging.getLogger(__name__)
wire = logging.getLogger(f"{__name__}.socket")
wire.setLevel(logging.INFO)  # below that the library writes addresses down

OPEN_SECONDS: Final = 1.0
ASK_SECONDS: Final = 1.0
QUIET_ASKS: Final = 3
"""Questions without an answer, nor any sound, after which a socket counts as gone. Each is a
turn of the loop: a desktop that stood still for a while does not mistake that for silence."""
FIGURES_EVERY: Final = 5  # questions
CLOSE_SECONDS: Final = 1.0
WAITING_FRAMES: Final = 16


class DirectVoice(QObject):
    """Follows what the bridge says of direct paths, beside the headset's own way through it."""

    def __init__(
        self,
        link: LinkPort,
        headset: Headset,
        *,
        ca: str | None = None,
        patience: float = OPEN_SECONDS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._headset, self._scope = headset, Scope("direct voice")
        self._means = _Means(
            headset=headset, scope=self._scope, tell=link.request, ca=ca, patience=patience
        )
        self._paths: dict[str, _Path] = {}
        link.received.connect(self._received)
        link.state_changed.connect(self._link_is)

    @property
    def legs(self) -> tuple[str, ...]:
        """The calls that are heard directly now."""
        return tuple(name for name, one in self._paths.items() if one.up)

    async def close(self) -> None:
        self._follow(VoicePathsChanged())
        await self._scope.close()

    def _received(self, frame: object) -> None:
        if isinstance(frame, SignedIn):
            # Until it is told otherwise, right after this. A bridge that was started anew may not
            # know of what is open: then it hangs up, or goes on with it and says so.
            self._headset.relayed = True
        elif isinstance(frame, VoicePathsChanged):
            self._follow(frame)

    def _link_is(self, state: LinkState) -> None:
        """A cut of the link is no reason to stop talking; signing out is."""
        if state is LinkState.SIGNED_OUT:
            self._follow(VoicePathsChanged())

    def _follow(self, told: VoicePathsChanged) -> None:
        wanted = {one.leg: one for one in told.direct[:MOST_PATHS]}
        for name in self._paths.keys() - wanted.keys():
            self._paths.pop(name).end()
        for name, path in wanted.items():
            known = self._paths.get(name)
            if known is None:
                known = self._paths[name] = _Path(self._means, name)
                known.leg.muted = path.muted
                known.begin(path)
            known.leg.muted = path.muted
        self._headset.relayed = told.relayed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    headset: Headset
    scope: Scope
    tell: Callable[[ReportVoicePath], None]
    ca: str | None
    patience: float  # seconds


class _Path:
    """One media socket, from the asking to its end."""

    def __init__(self, means: _Means, name: str) -> None:
        self.up = False
        self.leg = DirectLeg()
        self.ws: ClientConnection | None = None
        self._means, self._name = means, name
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._asked = self._quiet = 0

    def begin(self, path: DirectPath) -> None:
        self._task = self._means.scope.spawn(self._run(path.url), "path")

    def end(self) -> None:
        """By the bridge's word: nothing is to be told."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, url: str) -> None:
        try:
            why = insecure(url)
            ws = None if why else await self._open(url)
        except _Failed as error:
            ws, why = None, error.trouble
        if ws is None:
            logger.info("no direct voice: %s", why)
            self._tell("failed", why)
            return
        self.ws = ws
        try:
            await self._serve(ws)
        finally:
            self._close(ws)
        logger.info("a direct voice ended")
        self._tell("lost", PathTrouble.LOST)

    async def _open(self, url: str) -> ClientConnection:
        """A socket whose other side has begun. Raises _Failed."""
        try:
            async with asyncio.timeout(self._means.patience):
                ws = await connect(
                    url,
                    ssl=self._tls(url),
                    subprotocols=[Subprotocol(SUBPROTOCOL)],
                    compression=None,
                    max_size=MAX_FRAME,
                    max_queue=WAITING_FRAMES,
                    open_timeout=None,
                    ping_interval=None,  # it is asked each second
                    close_timeout=CLOSE_SECONDS,
                    proxy=None,
                    logger=wire,
                )
                try:
                    await self._begun(ws)
                except BaseException:
                    ws.transport.abort()
                    raise
                return ws
        except TimeoutError as error:
            raise _Failed(PathTrouble.LATE) from error
        except ssl.SSLError as error:
            raise _Failed(PathTrouble.CERTIFICATE) from error
        except OSError as error:
            raise _Failed(PathTrouble.UNREACHABLE) from error
        except (WebSocketException, ValueError) as error:
            refused = isinstance(error, InvalidHandshake | ConnectionClosed)
            raise _Failed(PathTrouble.REFUSED if refused else PathTrouble.UNREACHABLE) from error

    def _tls(self, url: str) -> ssl.SSLContext | None:
        if not url.startswith("wss:"):
            return None
        try:
            return ssl.create_default_context(cafile=self._means.ca)
        except OSError as error:  # --ca names no readable certificate
            raise _Failed(PathTrouble.CERTIFICATE) from error

    async def _begun(self, ws: ClientConnection) -> None:
        self.leg.attach(_Socket(ws))
        while self.leg.flow is Flow.OPENING:
            self._take(await ws.recv())

    async def _serve(self, ws: ClientConnection) -> None:
        """Until it is closed by either side."""
        self.up = True
        self._means.headset.add_voice(self.leg)
        self._tell("open", PathTrouble.NONE)
        self._ask_later(ws)
        try:
            while True:
                self._take(await ws.recv())
        except ConnectionClosed:
            return

    def _close(self, ws: ClientConnection) -> None:
        self.up = False
        if self._timer is not None:
            self._timer.cancel()
        self.leg.close()
        self._means.headset.remove_voice(self.leg)
        if ws.protocol.state is State.OPEN:
            self._means.scope.spawn(_close(ws), "close")
        else:
            ws.transport.abort()

    def _take(self, told: str | bytes) -> None:
        self._quiet = 0
        try:
            self.leg.sound(told) if isinstance(told, bytes) else self.leg.control(told)
        except Exception:
            logger.exception("a frame of the PBX was not taken")

    def _ask_later(self, ws: ClientConnection) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(ASK_SECONDS, self._ask, ws)

    def _ask(self, ws: ClientConnection) -> None:
        if self._quiet >= QUIET_ASKS:
            logger.warning("the PBX does not answer any more: a direct voice is given up")
            ws.transport.abort()
            return
        self._quiet += 1
        self._asked += 1
        self.leg.ask()
        if self._asked % FIGURES_EVERY == 0:
            self._tell("open", PathTrouble.NONE)
        self._ask_later(ws)

    def _tell(self, state: Literal["open", "failed", "lost"], trouble: PathTrouble) -> None:
        figures = self.leg.figures()
        self._means.tell(
            ReportVoicePath(
                request_id=0,
                leg=self._name,
                state=state,
                trouble=trouble,
                received=figures.received,
                late=figures.late,
                sent=figures.sent,
                jitter_ms=min(figures.jitter_ms, 60_000.0),
            )
        )


class _Failed(Exception):
    def __init__(self, trouble: PathTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class _Socket:
    """Straight into the transport's buffer: a send that waits would be late anyway."""

    def __init__(self, ws: ClientConnection) -> None:
        self._ws = ws

    def send_sound(self, pcm: bytes) -> None:
        if self._ws.protocol.state is State.OPEN:
            self._ws.protocol.send_binary(pcm)
            self._ws.send_data()

    def send_control(self, text: str) -> None:
        if self._ws.protocol.state is State.OPEN:
            self._ws.protocol.send_text(text.encode())
            self._ws.send_data()

    def unsent(self) -> int:
        return self._ws.transport.get_write_buffer_size()


async def _close(ws: ClientConnection) -> None:
    """With a word where it is heard; a peer that says nothing is left after a second."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await ws.close()
    except TimeoutError:
        pass
    finally:
        ws.transport.abort()


def insecure(url: str) -> PathTrouble:
    """What speaks against an address before it is tried: a voice without TLS stays on this
    machine, whatever the bridge says."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return PathTrouble.UNREACHABLE
    if parts.scheme not in ("ws", "wss") or not host:
        return PathTrouble.UNREACHABLE
    if parts.scheme == "ws" and not is_loopback(host):
        return PathTrouble.INSECURE
    return PathTrouble.NONE


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
