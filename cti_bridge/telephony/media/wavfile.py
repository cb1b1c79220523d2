"""A WAV file that is written as the sound comes, on a disk that may be full."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.codec import SAMPLE_RATE

if TYPE_CHECKING:
    from pathlib import Path

HEADER_BYTES: Final = 44


class WavFile:
    """One channel of 16 bit. Nothing waits in a buffer: `size` is what the disk has of the sound,
    in bytes. Blocking; raises OSError."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.size = 0
        try:
            self._put(header(0))
        except OSError:
            os.close(self._descriptor)
            raise

    def write(self, pcm: bytes) -> None:
        """What fits of it counts, also where the rest does not."""
        view = memoryview(pcm)
        while view:
            written = os.write(self._descriptor, view)
            self.size += written
            view = view[written:]

    def close(self) -> None:
        """Counts the sound in the header, which a full disk still lets be written over."""
        try:
            self.size -= self.size % 2
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, HEADER_BYTES + self.size)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            self._put(header(self.size))
        finally:
            os.close(self._descriptor)

    def _put(self, data: bytes) -> None:
        if os.write(self._descriptor, data) != len(data):
            raise OSError("the disk is full")


def header(size: int) -> bytes:
    """RIFF, of so many bytes of PCM."""
    return b"".join(
        (
            b"RIFF",
            (HEADER_BYTES - 8 + size).to_bytes(4, "little"),
            b"WAVEfmt ",
            (16).to_bytes(4, "little"),
            (1).to_bytes(2, "little"),  # PCM
            (1).to_bytes(2, "little"),
            SAMPLE_RATE.to_bytes(4, "little"),
            (2 * SAMPLE_RATE).to_bytes(4, "little"),
            (2).to_bytes(2, "little"),
            (16).to_bytes(2, "little"),
            b"data",
            size.to_bytes(4, "little"),
        )
    )
