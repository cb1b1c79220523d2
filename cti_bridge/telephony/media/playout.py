"""From packets to 20 ms frames: decoding, concealing what is missing."""

from __future__ import annotations

from typing import Final

from cti_bridge.telephony.media.codec import (
    BY_PAYLOAD_TYPE,
    FRAME_BYTES,
    SAMPLE_RATE,
    SILENCE,
    scaled,
)
from cti_bridge.telephony.media.jitter import Gap, JitterBuffer

FADE: Final = (0.9, 0.6, 0.3, 0.1)
"""Gains of a repeated frame: after 80 ms of loss there is silence (as ITU-T G.711 appendix I)."""


class Playout:
    """Packets of any G.711 size in, frames of 320 bytes out, one each 20 ms."""

    def __init__(self) -> None:
        self.buffer = JitterBuffer()
        self.concealed = 0  # frames
        self._ready = bytearray()  # decoded, less than a frame after each take
        self._last = SILENCE
        self._losses = 0
        self._packet_bytes = FRAME_BYTES

    def put(self, extended: int, payload_type: int, payload: bytes, jitter_ms: float) -> bool:
        """One packet of sound; `payload_type` 0 or 8. False when late or twice."""
        if payload:
            packet_ms = len(payload) * 1000 / SAMPLE_RATE
            self.buffer.aim(jitter_ms, packet_ms)
            payload = bytes((payload_type,)) + payload
        return self.buffer.put(extended, payload)

    def take(self) -> bytes | None:
        """The next 20 ms, or None while there is no stream to hear."""
        while len(self._ready) < FRAME_BYTES:
            piece = self.buffer.take()
            if isinstance(piece, Gap):
                return self._without(piece)
            if piece:
                self._ready += BY_PAYLOAD_TYPE[piece[0]].decode(piece[1:])
                self._losses = 0
            else:
                self._losses = len(FADE)  # a telephone event: no sound is missing here
        frame = bytes(self._ready[:FRAME_BYTES])
        del self._ready[:FRAME_BYTES]
        self._last = frame
        return frame

    def reset(self) -> None:
        """Another stream begins."""
        self.buffer.reset()
        self._ready.clear()
        self._last, self._losses = SILENCE, 0

    def _without(self, gap: Gap) -> bytes | None:
        if gap is Gap.IDLE:
            self._ready.clear()
            return None
        self._losses += 1
        self.concealed += 1
        if self._losses > len(FADE):
            return SILENCE
        return scaled(self._last, FADE[self._losses - 1])
