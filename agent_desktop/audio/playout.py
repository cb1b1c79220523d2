"""The jitter buffer between the network's frames and the loudspeaker's clock.

Pure: frames go in as they come, one comes out each time the loudspeaker asks. What is missing is
concealed by the last frame fading out; what is too much is dropped where it is quiet.
"""

from __future__ import annotations

import audioop
from collections import deque
from dataclasses import dataclass

FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)
CONCEALED_FRAMES = 4  # 80 ms, then silence
QUIET_RMS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayoutFigures:
    played: int
    concealed: int
    dropped: int
    late: int


class Playout:
    """Bounded to `most` frames; starts to play when `target` frames wait."""

    def __init__(self, *, target: int = 3, most: int = 12) -> None:
        self._target, self._most = target, most
        self._frames: deque[bytes] = deque()
        self._next: int | None = None  # sequence expected
        self._playing = False
        self._last, self._gap = SILENCE, 0
        self._played = self._concealed = self._dropped = self._late = 0

    def reset(self) -> None:
        """Before each call: forgets the stream, keeps the figures."""
        self._frames.clear()
        self._next, self._playing = None, False
        self._last, self._gap = SILENCE, 0

    def put(self, sequence: int, pcm: bytes) -> None:
        """A frame from the network; `sequence` counts to 65535 and wraps."""
        if len(pcm) != FRAME_BYTES:
            return
        ahead = 0 if self._next is None else (sequence - self._next) & 0xFFFF
        if ahead >= 0x8000:  # behind what was queued already
            self._late += 1
            return
        if 0 < ahead <= CONCEALED_FRAMES:  # the bridge dropped some: keep the rhythm
            self._frames.extend(self._faded(self._tail(), n) for n in range(1, ahead + 1))
            self._concealed += ahead
        self._next = (sequence + 1) & 0xFFFF
        self._frames.append(pcm)
        self._trim()

    def take(self) -> bytes:
        """The next 20 ms for the loudspeaker; never fails, never waits."""
        if not self._playing and len(self._frames) >= self._target:
            self._playing = True
        if self._playing and self._frames:
            self._last, self._gap = self._frames.popleft(), 0
            self._played += 1
            return self._last
        if self._playing:
            self._gap += 1
            self._concealed += 1
            if self._gap > CONCEALED_FRAMES:
                self._playing = False
        return self._faded(self._last, self._gap) if self._gap else SILENCE

    @property
    def waiting(self) -> int:
        return len(self._frames)

    def figures(self) -> PlayoutFigures:
        return PlayoutFigures(
            played=self._played,
            concealed=self._concealed,
            dropped=self._dropped,
            late=self._late,
        )

    def _tail(self) -> bytes:
        return self._frames[-1] if self._frames else self._last

    def _trim(self) -> None:
        """The far clock runs faster, or a burst came in: catch up, in silence if there is any."""
        if len(self._frames) <= self._target + 2:
            return
        quiet = next(
            (i for i, f in enumerate(self._frames) if audioop.rms(f, 2) < QUIET_RMS), None
        )
        if quiet is not None:
            del self._frames[quiet]
            self._dropped += 1
        while len(self._frames) > self._most:
            self._frames.popleft()
            self._dropped += 1

    @staticmethod
    def _faded(pcm: bytes, step: int) -> bytes:
        if step > CONCEALED_FRAMES:
            return SILENCE
        return audioop.mul(pcm, 2, 1.0 - step / (CONCEALED_FRAMES + 1))
