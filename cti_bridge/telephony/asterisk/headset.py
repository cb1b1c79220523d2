"""Agents without a telephone: the call's voice through the bridge to the desktop's headset.

Each call has a channel of its own at Asterisk (`externalMedia`, chan_websocket); the bridge
connects to it as a client, so Asterisk needs no way to the bridge. When that socket closes the
channel is hung up by Asterisk itself: a bridge that dies leaves no channel behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State
from websockets.typing import Subprotocol

from cti_bridge.protocol.mediasocket import MAX_FRAME, SUBPROTOCOL
from cti_bridge.tasks import Scope
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.mediachannel import (
    OPEN_SECONDS,
    hang_up,
    in_application,
    media_channel,
    media_url,
)
from cti_bridge.telephony.asterisk.medialeg import MediaLeg
from cti_bridge.telephony.media.codec import mixed
from cti_bridge.telephony.media.pacer import Pacer, pacer_of
from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.media.ports import HeadsetDirectory
    from cti_bridge.telephony.ports import CallId, MediaFigures

logger = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 1.0
WAITING_FRAMES: Final = 16  # read and not taken yet; then TCP holds Asterisk back


class HeadsetRelay:
    """Implements `ports.HeadsetMedia`: a media leg for each channel of an agent's headset.

    Who hears whom is decided by Asterisk's bridges. An agent with several channels speaks into
    each, and hears the sum of them: one of a call on hold is alone in its bridge, and silent.
    """

    def __init__(self, headsets: HeadsetDirectory) -> None:
        self._headsets = headsets
        self._legs: dict[str, _Open] = {}
        self._ears: dict[AgentId, _Ear] = {}
        self._scope = Scope("headsets of Asterisk")

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that carry a headset now."""
        return tuple(self._legs)

    async def open(self, node: Node, call: CallId, agent: AgentId) -> str:
        """The id of a channel in the application that speaks and hears for the agent's headset.
        Raises SwitchError, and then leaves no channel behind."""
        if node.config.headset == "none":
            raise SwitchError("unsupported", f"agents of {node.config.id} need a telephone")
        channel, connection_id = await media_channel(node)
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                self._legs[channel] = await self._connect(node, connection_id, channel, agent)
                await in_application(node, channel)
        except (AriError, OSError, WebSocketException) as error:  # a TimeoutError is an OSError
            self._give_up(node, channel)
            why = str(error) or type(error).__name__
            detail = f"the media socket of Asterisk did not open: {why[:200]}"
            raise SwitchError("failed", detail) from error
        except BaseException:  # cancelled: the offer is over
            self._give_up(node, channel)
            raise
        logger.info("the headset of %s hears %s", agent, call)
        return channel

    async def close(self, channel: str) -> None:
        """Ends the leg, and Asterisk hangs its channel up. Nothing where there is none."""
        if opened := self._forget(channel):
            opened.reading.cancel()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await opened.connection.close()
            opened.connection.transport.abort()

    def mute(self, channel: str, *, muted: bool) -> None:
        """Until the channel ends. Not by ARI's mute: that sends the far end nothing at all."""
        if opened := self._legs.get(channel):
            opened.leg.mute(muted)

    def figures(self, channel: str) -> MediaFigures | None:
        """Of the leg as far as it has come; None where there is none."""
        opened = self._legs.get(channel)
        return opened.leg.figures() if opened else None

    def adopt(self, node: Node, channel: str, agent: AgentId, *, muted: bool) -> bool:
        """Never: its socket went with the bridge that had it."""
        return False

    async def stop(self) -> None:
        """Ends every leg; safe to call twice."""
        for channel in tuple(self._legs):
            await self.close(channel)
        await self._scope.close()

    async def _connect(
        self, node: Node, connection_id: str, channel: str, agent: AgentId
    ) -> _Open:
        """Returns when Asterisk has begun."""
        connection = await connect(
            media_url(node.config.url, connection_id),
            ssl=_tls(node),
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            max_size=MAX_FRAME,
            max_queue=WAITING_FRAMES,
            ping_interval=None,  # fifty frames a second say enough
            close_timeout=CLOSE_SECONDS,
            proxy=None,
        )
        loop = asyncio.get_running_loop()
        pacer = pacer_of(loop)
        ear = self._ears.setdefault(agent, _Ear(self._headsets, agent))
        leg = MediaLeg(_Socket(connection), self._headsets, agent, ear.add, loop.time)
        begun = asyncio.Event()
        leg.talk.on_flow = begun.set
        waiting = self._scope.spawn(_set(begun), f"beginning of {channel}")
        reading = self._scope.spawn(self._read(connection, leg, channel), f"headset {channel}")
        opened = _Open(leg, connection, reading, pacer, agent)
        ear.join(leg, pacer)
        pacer.join(leg)
        try:
            await asyncio.wait({waiting, reading}, return_when=asyncio.FIRST_COMPLETED)
            if not begun.is_set():
                raise ConnectionResetError("it closed before it began")
        except BaseException:
            self._end(opened)
            reading.cancel()
            connection.transport.abort()
            raise
        finally:
            waiting.cancel()
        return opened

    async def _read(self, connection: ClientConnection, leg: MediaLeg, channel: str) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                told = await connection.recv()
                try:
                    leg.sound(told) if isinstance(told, bytes) else leg.control(told)
                except Exception:
                    logger.exception("a frame of the headset's channel %s was not taken", channel)
        if self._forget(channel):
            logger.info("the headset's channel %s ended at Asterisk", channel)

    def _give_up(self, node: Node, channel: str) -> None:
        if opened := self._forget(channel):
            opened.reading.cancel()
            opened.connection.transport.abort()
        self._scope.spawn(hang_up(node, channel), f"hang up {channel}")

    def _forget(self, channel: str) -> _Open | None:
        opened = self._legs.pop(channel, None)
        if opened is not None:
            self._end(opened)
        return opened

    def _end(self, opened: _Open) -> None:
        opened.pacer.leave(opened.leg)
        opened.leg.close()
        ear = self._ears.get(opened.agent)
        if ear is not None and ear.leave(opened.leg, opened.pacer):
            del self._ears[opened.agent]


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    leg: MediaLeg
    connection: ClientConnection
    reading: asyncio.Task[None]
    pacer: Pacer
    agent: AgentId


class _Ear:
    """What all channels of an agent say in one turn, as one frame. It sits among the pacer's
    mixers, which hear after all legs have."""

    def __init__(self, headsets: HeadsetDirectory, agent: AgentId) -> None:
        self._headsets, self._agent = headsets, agent
        self._legs: set[MediaLeg] = set()
        self._frame: bytes | None = None

    def join(self, leg: MediaLeg, pacer: Pacer) -> None:
        self._legs.add(leg)
        pacer.join_mixer(self)

    def leave(self, leg: MediaLeg, pacer: Pacer) -> bool:
        """Whether it was the last."""
        self._legs.discard(leg)
        if not self._legs:
            pacer.leave_mixer(self)
        return not self._legs

    def add(self, frame: bytes) -> None:
        self._frame = frame if self._frame is None else mixed(self._frame, frame)

    def hear(self) -> None:
        frame, self._frame = self._frame, None
        if frame is not None:
            self._headsets.send(self._agent, frame)

    def speak(self, skipped: int) -> None:
        """The legs do that."""


class _Socket:
    """Straight into the transport's buffer: a send that waits would be late anyway."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def send_sound(self, pcm: bytes) -> None:
        if self._connection.protocol.state is State.OPEN:
            self._connection.protocol.send_binary(pcm)
            self._connection.send_data()

    def send_control(self, text: str) -> None:
        if self._connection.protocol.state is State.OPEN:
            self._connection.protocol.send_text(text.encode())
            self._connection.send_data()

    def unsent(self) -> int:
        return self._connection.transport.get_write_buffer_size()


def _tls(node: Node) -> ssl.SSLContext | None:
    if not node.config.url.startswith("https:"):
        return None
    return ssl.create_default_context(cafile=node.config.ca_file or None)


async def _set(event: asyncio.Event) -> None:
    await event.wait()
