"""A media socket of Asterisk (chan_websocket), as its client speaks it: bridge or desktop.

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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

SUBPROTOCOL: Final = "media"
FRAME_BYTES: Final = 320
FRAME_MS: Final = 20
MAX_FRAME: Final = 64 * 1024  # bytes of one frame of the socket; a longer one ends it
MAX_TEXT: Final = 4096  # characters of a control frame that are read
MAX_SOUND: Final = 10 * FRAME_BYTES  # of one binary frame; the rest of a longer one is dropped
WAITING_FINE: Final = 2  # frames that may wait at Asterisk
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
    """The WebSocket to Asterisk; no call waits."""

    def send_sound(self, pcm: bytes) -> None: ...

    def send_control(self, text: str) -> None: ...

    def unsent(self) -> int:
        """Bytes that the socket has not taken yet."""


class MediaTalk:
    """What is said and heard on the socket, without the socket.

    `on_flow` is told once, when Asterisk has begun.
    """

    def __init__(self, socket: MediaSocket) -> None:
        self.flow = Flow.OPENING
        self.on_flow: Callable[[], None] = lambda: None
        self.spilt = 0  # frames that came too late to be sent
        self.sent = 0
        self._socket = socket
        self._json = False
        self._skip = 0
        self._rest = b""  # less than a frame

    def frames(self, data: bytes) -> list[bytes]:
        """Of a binary frame of any size: telephones that send 10 or 60 ms at a time pass
        through."""
        data = self._rest + data[:MAX_SOUND]
        whole = len(data) - len(data) % FRAME_BYTES
        self._rest = data[whole:]
        return [data[start : start + FRAME_BYTES] for start in range(0, whole, FRAME_BYTES)]

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

    def speak(self, pcm: bytes) -> None:
        """One frame, each 20 ms; left out where Asterisk or the socket is behind."""
        if self.flow is not Flow.FLOWING:
            return
        if self._skip or self._socket.unsent() > UNSENT_BYTES:
            self._skip = max(0, self._skip - 1)
            self.spilt += 1
            return
        self._socket.send_sound(pcm)
        self.sent += 1

    def ask(self) -> None:
        """How much waits there: to be asked each second; the answer also says that it lives."""
        if self.flow in (Flow.FLOWING, Flow.STOPPED):
            self._command("GET_STATUS")

    def close(self) -> bool:
        """Whether it was open until now."""
        was_open = self.flow is not Flow.CLOSED
        self._go("close")
        return was_open

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


class Arrivals:
    """The mean deviation of the arrivals, as RFC 3550 section 6.4.1 has it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.jitter_ms = 0.0
        self._clock = clock  # seconds
        self._before = 0.0

    def note(self, size: int) -> None:
        """So many bytes of sound came now."""
        now, before = self._clock(), self._before
        self._before = now
        if before:
            expected = size / FRAME_BYTES * FRAME_MS
            deviation = abs((now - before) * 1000 - expected)
            self.jitter_ms += (deviation - self.jitter_ms) / 16


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
