"""A short queue of 20 ms frames between two clocks."""

from __future__ import annotations

from collections import deque
from typing import Final

from cti_bridge.telephony.media.codec import FRAME_BYTES, scaled

LIMIT: Final = 6  # frames: 120 ms
WATCH: Final = 100  # turns: 2 s
FADE: Final = 0.4


class FrameQueue:
    """Frames pushed as they come, taken one each 20 ms.

    Taking begins when `prime` frames wait. A queue that ran dry repeats its last frame once,
    faded, and fills up again. A burst beyond 120 ms loses its oldest frames; and when more than
    `prime` frames waited all through 2 s, the writer's clock is faster than ours (or a delay was
    left over): one frame is dropped.
    """

    def __init__(self, prime: int = 2) -> None:
        self.dropped = 0
        self.inserted = 0
        self.rejected = 0  # frames of a wrong size
        self._prime = prime
        self._frames: deque[bytes] = deque()
        self._filling = True
        self._last: bytes | None = None
        self._least = LIMIT
        self._turns = 0

    def __len__(self) -> int:
        return len(self._frames)

    def push(self, frame: bytes) -> None:
        if len(frame) != FRAME_BYTES:
            self.rejected += 1
            return
        self._frames.append(frame)
        if len(self._frames) > LIMIT:
            while len(self._frames) > self._prime:
                self._frames.popleft()
                self.dropped += 1

    def take(self) -> bytes | None:
        """The next frame, or None when there is nothing to hear."""
        if self._filling:
            if len(self._frames) < self._prime:
                return None
            self._filling = False
            self._least, self._turns = LIMIT, 0
        if not self._frames:
            return self._dry()
        self._watch()
        self._last = self._frames.popleft()
        return self._last

    def clear(self) -> None:
        self._frames.clear()
        self._filling, self._last = True, None

    def _dry(self) -> bytes | None:
        self._filling = True
        last, self._last = self._last, None
        if last is None:
            return None
        self.inserted += 1
        return scaled(last, FADE)

    def _watch(self) -> None:
        self._least = min(self._least, len(self._frames))
        self._turns += 1
        if self._turns < WATCH:
            return
        if self._least > self._prime:
            self._frames.popleft()
            self.dropped += 1
        self._least, self._turns = LIMIT, 0
