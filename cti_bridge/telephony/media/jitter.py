"""The jitter buffer: packets in as they come, out in order, one call for each piece of sound."""

from __future__ import annotations

import math
from enum import Enum
from typing import Final

CAPACITY: Final = 50  # packets: one second at 20 ms
TARGET_LOW: Final = 2
TARGET_HIGH: Final = 10
PATIENCE: Final = 4  # empty turns in a row, then the stream has paused
WATCH: Final = 50  # turns over which the least depth is watched before packets are shed
BURST: Final = 10  # packets above the target: a stall that ended, not worth being late for


class Gap(Enum):
    LOST = "lost"  # later packets are here: this one is given up
    STARVED = "starved"  # nothing is here, but the stream was running
    IDLE = "idle"  # nothing to play: not begun, or filling up


class JitterBuffer:
    """Holds at most CAPACITY packets of any size, keyed by extended sequence number.

    Playing begins when `target` packets wait; the target follows the measured jitter. A packet
    that comes after its turn is late. When more than the target waits for a whole second, packets
    are shed, so that a delay once grown, or a fast far clock, does not stay; a burst after a
    stall is shed at once.
    """

    def __init__(self) -> None:
        self.late = 0
        self.duplicates = 0
        self.shed = 0
        self._target = TARGET_LOW
        self._slots: dict[int, bytes] = {}
        self._next: int | None = None
        self._filling = True
        self._empty_turns = 0
        self._turns = 0
        self._least = CAPACITY

    def __len__(self) -> int:
        return len(self._slots)

    def aim(self, jitter_ms: float, packet_ms: float) -> None:
        """Sets the depth to keep: three times the mean deviation covers almost all arrivals."""
        wanted = 1 + math.ceil(3 * jitter_ms / max(packet_ms, 1.0))
        self._target = max(TARGET_LOW, min(TARGET_HIGH, wanted))

    def put(self, extended: int, payload: bytes) -> bool:
        """Stores one packet; an empty payload keeps the place of one without sound. False when
        it came late or twice."""
        if self._next is not None and extended < self._next:
            self.late += 1
            return False
        if extended in self._slots:
            self.duplicates += 1
            return False
        if self._slots and extended - min(self._slots) >= CAPACITY:
            self.reset()
        self._slots[extended] = payload
        return True

    def take(self) -> bytes | Gap:
        """The next payload in order, or why there is none."""
        if self._filling and not self._filled():
            return Gap.IDLE
        if not self._slots:
            return self._starve()
        if self._next is None:
            self._next = min(self._slots)
        self._empty_turns = 0
        if len(self._slots) > self._target + BURST:
            self._shed(len(self._slots) - self._target)
        self._watch()
        payload = self._slots.pop(self._next, None)
        self._next += 1
        return Gap.LOST if payload is None else payload

    def reset(self) -> None:
        """Forgets what waits: another stream begins."""
        self._slots.clear()
        self._next = None
        self._filling = True
        self._empty_turns = 0

    def _filled(self) -> bool:
        if len(self._slots) < self._target:
            return False
        self._filling = False
        self._least, self._turns = CAPACITY, 0
        return True

    def _starve(self) -> Gap:
        self._empty_turns += 1
        if self._empty_turns > PATIENCE:
            self._filling = True
            return Gap.IDLE
        return Gap.STARVED

    def _watch(self) -> None:
        self._least = min(self._least, len(self._slots))
        self._turns += 1
        if self._turns < WATCH:
            return
        excess = self._least - self._target
        if excess > 0:  # one at a time is hardly heard, and enough for a clock that is off
            self._shed(1 if excess <= 3 else excess)
        self._least, self._turns = CAPACITY, 0

    def _shed(self, count: int) -> None:
        for number in sorted(self._slots)[:count]:
            del self._slots[number]
            self._next = number + 1
        self.shed += count
