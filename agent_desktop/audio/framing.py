"""Between a device's format and the wire's 8 kHz mono frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIRE_RATE = 8000
FRAME_BYTES = 320
MAX_BACKLOG = FRAME_BYTES * 25  # half a second: a stalled reader catches up by losing the oldest


class Converter:
    """A stream of samples from one rate and channel count to another, band-limited (soxr)."""

    def __init__(
        self, *, rate_in: int, channels_in: int, rate_out: int, channels_out: int
    ) -> None:
        self._channels_in, self._channels_out = channels_in, channels_out
        self._stream = (
            None
            if rate_in == rate_out
            else soxr.ResampleStream(rate_in, rate_out, 1, dtype="int16", quality="MQ")
        )

    def convert(self, pcm: bytes) -> bytes:
        samples: NDArray[np.int16] = np.frombuffer(pcm, dtype="<i2")
        if self._channels_in > 1:
            whole = len(samples) - len(samples) % self._channels_in
            mixed = samples[:whole].reshape(-1, self._channels_in).mean(axis=1)
            samples = mixed.astype(np.int16)
        if self._stream is not None:
            samples = self._stream.resample_chunk(samples)
        if self._channels_out > 1:
            samples = np.repeat(samples, self._channels_out)
        return samples.tobytes()


class Framer:
    """Collects a stream into frames of 20 ms; bounded."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, pcm: bytes) -> list[bytes]:
        self._buffer += pcm
        if len(self._buffer) > MAX_BACKLOG:
            del self._buffer[: len(self._buffer) - MAX_BACKLOG]
        frames = []
        while len(self._buffer) >= FRAME_BYTES:
            frames.append(bytes(self._buffer[:FRAME_BYTES]))
            del self._buffer[:FRAME_BYTES]
        return frames
