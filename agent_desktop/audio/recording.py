"""A recorded message: decoded within bounds, drawn, and played faster without a higher voice."""

from __future__ import annotations

import audioop
import io
import struct
import wave
from typing import Final

from agent_desktop.audio.framing import FRAME_BYTES, WIRE_RATE
from agent_desktop.audio.playout import SILENCE

MAX_SECONDS: Final = 3_600
OVERLAP: Final = FRAME_BYTES // 2  # samples of one frame, 20 ms
SEARCH: Final = 60  # samples to either side: a pitch period of a low voice, and some
SPEEDS: Final = (1.0, 1.5, 2.0)
_RAMP: Final = tuple(n / OVERLAP for n in range(OVERLAP))


class NotARecording(ValueError):
    """Not a WAV file of PCM samples, or of a length that no message has."""


def decode(data: bytes) -> bytes:
    """A WAV file as the desktop plays it: 16 bit, one channel, 8 kHz. Raises NotARecording."""
    try:
        with wave.open(io.BytesIO(data), "rb") as reader:
            channels, width, rate = (
                reader.getnchannels(),
                reader.getsampwidth(),
                reader.getframerate(),
            )
            frames = min(reader.getnframes(), MAX_SECONDS * rate)
            pcm = reader.readframes(frames)
    except (wave.Error, EOFError, struct.error) as error:
        raise NotARecording(str(error)) from error
    if channels not in (1, 2) or width not in (1, 2, 4) or not 4_000 <= rate <= 192_000:
        raise NotARecording(f"{channels} channels of {width} bytes at {rate} Hz")
    return _converted(pcm[: len(pcm) - len(pcm) % (channels * width)], channels, width, rate)


def _converted(pcm: bytes, channels: int, width: int, rate: int) -> bytes:
    if width == 1:
        pcm = audioop.bias(pcm, 1, -128)  # 8 bit samples have no sign
    pcm = audioop.lin2lin(pcm, width, 2)
    if channels == 2:
        pcm = audioop.tomono(pcm, 2, 0.5, 0.5)
    if rate != WIRE_RATE:
        pcm, _ = audioop.ratecv(pcm, 2, 1, rate, WIRE_RATE, None)
    return pcm


def seconds_of(pcm: bytes) -> float:
    return len(pcm) / 2 / WIRE_RATE


def peaks(pcm: bytes, count: int) -> tuple[float, ...]:
    """The loudest sample of each of `count` equal parts, 0.0 to 1.0, the loudest part at 1."""
    if not pcm or count <= 0:
        return ()
    size = max(2, len(pcm) // count // 2 * 2)
    found = [audioop.max(pcm[n * size : (n + 1) * size], 2) for n in range(count)]
    loudest = max(*found, 1)
    return tuple(one / loudest for one in found)


class Tape:
    """A position in a recording; each `frame()` is 20 ms of sound and moves on.

    Faster than it was spoken it is overlapped and added where the waves fit best (WSOLA:
    Verhelst and Roelands, ICASSP 1993), so that the voice keeps its pitch.
    """

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self._at = 0.0  # samples
        self._tail = b""  # what would have come next at the speed it was spoken
        self.speed = 1.0

    @property
    def seconds(self) -> float:
        """Where it stands."""
        return min(self._at / WIRE_RATE, self.length)

    @property
    def length(self) -> float:
        return seconds_of(self._pcm)

    @property
    def over(self) -> bool:
        return self._at * 2 >= len(self._pcm)

    def seek(self, seconds: float) -> None:
        self._at = float(round(min(max(0.0, seconds), self.length) * WIRE_RATE))
        self._tail = b""

    def frame(self) -> bytes:
        """20 ms; silence behind the end."""
        if self.over:
            return SILENCE
        frame = self._plain() if self.speed == 1.0 else self._quick()
        self._at += OVERLAP * self.speed
        return frame.ljust(FRAME_BYTES, b"\0")

    def _plain(self) -> bytes:
        self._tail = b""
        return self._cut(int(self._at))

    def _quick(self) -> bytes:
        at = int(self._at)
        tail = self._tail.ljust(FRAME_BYTES, b"\0") if self._tail else b""
        start = self._best(at, tail) if tail else at
        fresh = self._cut(start).ljust(FRAME_BYTES, b"\0")
        self._tail = self._cut(start + OVERLAP)
        return _faded(tail, fresh) if tail else fresh

    def _best(self, at: int, tail: bytes) -> int:
        """Near `at`, where the wave goes on as `tail` does."""
        last = len(self._pcm) // 2 - OVERLAP
        if not audioop.max(tail, 2) or at > last:
            return at
        return max(
            range(max(0, at - SEARCH), min(at + SEARCH, last) + 1),
            key=lambda start: _likeness(self._cut(start), tail),
        )

    def _cut(self, start: int) -> bytes:
        return self._pcm[start * 2 : start * 2 + FRAME_BYTES]


def _likeness(fragment: bytes, tail: bytes) -> float:
    """Correlation of two waves, whatever the fragment's loudness; the opposite is negative."""
    return audioop.findfactor(fragment, tail) / (audioop.rms(fragment, 2) + 1)


def _faded(old: bytes, new: bytes) -> bytes:
    """From one to the other within the frame."""
    count = OVERLAP
    olds, news = struct.unpack(f"<{count}h", old), struct.unpack(f"<{count}h", new)
    mixed = (int(o + (n - o) * r) for o, n, r in zip(olds, news, _RAMP, strict=True))
    return struct.pack(f"<{count}h", *mixed)
