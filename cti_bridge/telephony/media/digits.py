"""Digits as telephone events (RFC 4733 section 2), both ways; no I/O."""

from __future__ import annotations

import struct
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from cti_bridge.telephony.media.codec import FRAME_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGITS: Final = "0123456789*#ABCD"  # the event code of each is its place
END_BIT: Final = 0x80
VOLUME: Final = 10  # -10 dBm0
TONE_FRAMES: Final = 5  # 100 ms, each digit
PAUSE_FRAMES: Final = 4  # 80 ms between digits
END_REPEATS: Final = 3
MAX_WAITING: Final = 64
EVENT: Final = struct.Struct("!BBH")


class EventFrame(NamedTuple):
    """What to send instead of sound in this 20 ms."""

    marker: bool
    timestamp: int  # of the beginning of the digit: the same in all its packets
    payload: bytes


class DigitSender:
    """Turns a string into event packets, one a 20 ms turn."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._steps: Iterator[EventFrame | None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def queue(self, digits: str) -> None:
        """Takes "0123456789*#ABCD", lower case too. Raises ValueError, and takes none, when
        another character is there or more than MAX_WAITING would wait."""
        digits = digits.upper()
        if strange := set(digits) - set(DIGITS):
            raise ValueError(f"no telephone digits: {''.join(sorted(strange))[:16]!r}")
        if len(self._waiting) + len(digits) > MAX_WAITING:
            raise ValueError(f"more than {MAX_WAITING} digits wait to be sent")
        self._waiting.extend(digits)

    def step(self, timestamp: int) -> EventFrame | None:
        """The event packet of this turn, or None when sound is to be sent."""
        if self._steps is None:
            if not self._waiting:
                return None
            self._steps = self._digit(self._waiting.popleft(), timestamp)
        for frame in self._steps:
            return frame
        self._steps = None
        return self.step(timestamp)

    @staticmethod
    def _digit(digit: str, timestamp: int) -> Iterator[EventFrame | None]:
        event = DIGITS.index(digit)
        for turn in range(1, TONE_FRAMES + 1):
            payload = EVENT.pack(event, VOLUME, turn * FRAME_SAMPLES)
            yield EventFrame(turn == 1, timestamp, payload)
        for _ in range(END_REPEATS):
            payload = EVENT.pack(event, END_BIT | VOLUME, TONE_FRAMES * FRAME_SAMPLES)
            yield EventFrame(False, timestamp, payload)
        for _ in range(PAUSE_FRAMES):
            yield None


class DigitReceiver:
    """Tells each digit once, at its first packet; all its packets share one timestamp."""

    def __init__(self) -> None:
        self.ignored = 0  # malformed, or an event that is no digit
        self._told: deque[int] = deque(maxlen=8)  # timestamps
        # Event, duration and timestamp of the last packet of a digit that has not ended.
        self._running: tuple[int, int, int] | None = None

    def receive(self, timestamp: int, payload: bytes) -> str | None:
        """The digit that begins with this packet, or None."""
        if len(payload) < EVENT.size:
            self.ignored += 1
            return None
        event, flags, duration = EVENT.unpack_from(payload)
        if event >= len(DIGITS):
            self.ignored += 1
            return None
        known = timestamp in self._told or self._continues(event, duration, timestamp)
        if timestamp not in self._told:
            self._told.append(timestamp)
        self._running = None if flags & END_BIT else (event, duration, timestamp)
        return None if known else DIGITS[event]

    def restart(self) -> None:
        """Another stream begins: its timestamps have nothing to do with those before."""
        self._told.clear()
        self._running = None

    def _continues(self, event: int, duration: int, timestamp: int) -> bool:
        # Some gateways move the timestamp within one digit, together with the duration.
        if self._running is None:
            return False
        running, so_far, before = self._running
        grown = duration - so_far
        return running == event and 0 < grown == (timestamp - before) & 0xFFFFFFFF
