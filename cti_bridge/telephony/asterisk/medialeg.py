"""One headset's voice at Asterisk: what chan_websocket says and takes, without a socket.

Binary frames are sound, text frames are control, both ways. Asterisk has a clock of its own: it
plays a frame each 20 ms and queues what comes too early, up to 20 s of it. So each late frame
would leave 20 ms of delay behind for ever; we ask now and then how much waits there, and leave
out what is too much. Where no frame waits the far end is sent nothing at all (whatever the manual
says), and providers cut calls that go quiet so: silence is sent like any other sound.
"""

from __future__ import annotations

import json
import logging
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.telephony.media.codec import FRAME_BYTES, FRAME_MS, SILENCE
from cti_bridge.telephony.media.frames import FrameQueue
from cti_bridge.telephony.media.voicepath import Mouth
from cti_bridge.telephony.ports import MediaFigures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.media.ports import HeadsetDirectory
    from cti_bridge.telephony.media.session import Sink

logger = logging.getLogger(__name__)

FORMAT: Final = "slin"
"""Signed 16 bit, 8 kHz, 20 ms in 320 bytes: as the headsets of the desktops speak."""
MAX_TEXT: Final = 4096  # characters of a control frame that are read
MAX_SOUND: Final = 10 * FRAME_BYTES  # of one binary frame; the rest of a longer one is dropped
ASK_TURNS: Final = 50  # how much waits at Asterisk is asked each second
WAITING_FINE: Final = 2  # frames that may wait there
WAITING_LONG: Final = 10  # 200 ms: nothing that waits is worth hearing any more
UNSENT_BYTES: Final = 20 * FRAME_BYTES  # more than this unsent: the socket is slow
_WAITING = re.compile(r"queue_length:(\d{1,6})\b")


class Flow(StrEnum):
    OPENING = "opening"  # Asterisk has not begun yet
    FLOWING = "flowing"
    STOPPED = "stopped"  # it has too much and asked to wait
    CLOSED = "closed"


FLOWS: Final[Mapping[tuple[Flow, str], Flow]] = {
    (Flow.OPENING, "MEDIA_START"): Flow.FLOWING,
    (Flow.FLOWING, "MEDIA_XOFF"): Flow.STOPPED,
    (Flow.STOPPED, "MEDIA_XON"): Flow.FLOWING,
    (Flow.OPENING, "close"): Flow.CLOSED,
    (Flow.FLOWING, "close"): Flow.CLOSED,
    (Flow.STOPPED, "close"): Flow.CLOSED,
}
"""By the first word of a control frame; what stands not here changes nothing."""


class MediaSocket(Protocol):
    """The WebSocket to Asterisk; neither call waits."""

    def send_sound(self, pcm: bytes) -> None: ...

    def send_control(self, text: str) -> None: ...

    def unsent(self) -> int:
        """Bytes that the socket has not taken yet."""


class MediaLeg:
    """An agent's mouth and ear at one channel of Asterisk; a member of the pacer.

    `on_flow` is told once, when Asterisk has begun. `hears` is given what the call says, 320 bytes
    each 20 ms. A desktop that is away is silence to the caller; what the caller says meanwhile is
    lost. The channel lives on.
    """

    def __init__(
        self,
        socket: MediaSocket,
        headsets: HeadsetDirectory,
        agent: AgentId,
        hears: Sink,
        clock: Callable[[], float],
    ) -> None:
        self.flow = Flow.OPENING
        self.on_flow: Callable[[], None] = lambda: None
        self._socket, self._hears, self._clock = socket, hears, clock
        self._mouth = Mouth(headsets, agent, muted=False)
        self._ear = FrameQueue()
        self._rest = b""  # less than a frame
        self._json = False
        self._turns = self._skip = 0
        self._received = self._sent = self._spilt = 0
        self._arrived = 0.0
        self._jitter_ms = 0.0

    def mute(self, muted: bool) -> None:
        """Silence in place of the agent; what was said meanwhile is not sent later."""
        self._mouth.mute(muted)

    def figures(self) -> MediaFigures:
        """Frames of 20 ms. Nothing is lost on the way, for it is TCP; late is what came so late
        that it was left out, here or at Asterisk."""
        return MediaFigures(
            packets_received=self._received,
            packets_late=self._ear.dropped + self._spilt,
            packets_sent=self._sent,
            jitter_ms=round(self._jitter_ms, 3),
        )

    def close(self) -> None:
        """Safe to call twice."""
        if self.flow is not Flow.CLOSED:
            self._go("close")
            self._mouth.close()

    # From Asterisk

    def sound(self, data: bytes) -> None:
        """A binary frame, of any size: telephones that send 10 or 60 ms at a time pass through."""
        self._measure(len(data))
        data = self._rest + data[:MAX_SOUND]
        whole = len(data) - len(data) % FRAME_BYTES
        for start in range(0, whole, FRAME_BYTES):
            self._received += 1
            self._ear.push(data[start : start + FRAME_BYTES])
        self._rest = data[whole:]

    def control(self, text: str) -> None:
        """A text frame: plain, "NAME key:value …", or JSON where chan_websocket.conf says so."""
        word, waiting = read_control(text[:MAX_TEXT])
        self._json |= text.startswith("{")
        opening = self.flow is Flow.OPENING
        self._go(word)
        if opening and self.flow is Flow.FLOWING:
            self.on_flow()
        elif word == "MEDIA_XOFF":
            self._flush()
        elif word == "STATUS" and waiting is not None:
            self._shed(waiting)
        elif word == "ERROR":
            logger.warning("Asterisk refused a control frame of a headset: %.200s", text)

    # The turn: what the pacer calls

    def hear(self) -> None:
        frame = self._ear.take()
        if frame is not None:
            self._hears(frame)

    def speak(self, skipped: int) -> None:
        frame = self._mouth.take()
        if self.flow is not Flow.FLOWING:
            return
        self._turns += 1
        if self._turns % ASK_TURNS == 0:
            self._command("GET_STATUS")
        if self._skip or self._socket.unsent() > UNSENT_BYTES:
            self._skip = max(0, self._skip - 1)
            self._spilt += 1
            return
        self._socket.send_sound(frame or SILENCE)
        self._sent += 1

    def _go(self, word: str) -> None:
        self.flow = FLOWS.get((self.flow, word), self.flow)

    def _shed(self, waiting: int) -> None:
        if waiting > WAITING_LONG:
            self._flush()
        elif waiting > WAITING_FINE:
            self._skip = 1  # one in a second is hardly heard, and enough for a clock that is off

    def _flush(self) -> None:
        logger.info("a headset's voice ran late at Asterisk and was caught up")
        self._command("FLUSH_MEDIA")

    def _command(self, word: str) -> None:
        self._socket.send_control(json.dumps({"command": word}) if self._json else word)

    def _measure(self, size: int) -> None:
        """The mean deviation of the arrivals, as RFC 3550 section 6.4.1 has it."""
        now, before = self._clock(), self._arrived
        self._arrived = now
        if before:
            expected = size / FRAME_BYTES * FRAME_MS
            deviation = abs((now - before) * 1000 - expected)
            self._jitter_ms += (deviation - self._jitter_ms) / 16


def read_control(text: str) -> tuple[str, int | None]:
    """The event's name, and how many frames wait at Asterisk where it says so; "" and None for
    what cannot be read."""
    if not text.startswith("{"):
        found = _WAITING.search(text)
        return text.split(" ", 1)[0].strip(), int(found[1]) if found else None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return "", None
    waiting = told.get("queue_length")
    return str(told.get("event", ""))[:40], waiting if isinstance(waiting, int) else None
