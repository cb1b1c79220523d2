"""What both sides of a call say, into one WAV file."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.codec import FRAME_BYTES, SAMPLE_RATE, mixed
from cti_bridge.telephony.media.recorder import UNFINISHED, remove
from cti_bridge.telephony.media.wavfile import WavFile

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)
LOOK_SECONDS: Final = 1.0
SECOND_BYTES: Final = 2 * SAMPLE_RATE
SILENCE: Final = bytes(FRAME_BYTES)
MOST_WAITING: Final = 60 * SECOND_BYTES
"""Of a disk that does not write; with more the recording ends."""
LONGEST: Final = 12 * 3600 * SECOND_BYTES


class Tape:
    """Takes a turn of 20 ms from an `RtpSession`; writes beside the event loop, a second at a
    time, under another name until the file is whole.

    `turn` never blocks and never raises. A disk that takes no more ends the recording with the
    cause "cut", and what it took is kept; where it took nothing with "failed", without a file.
    Turns that were skipped, and times without voice, are silence: the file is as long as the call,
    less its pauses.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting = bytearray()
        self._size = 0
        self._cause = ""
        self._ended = asyncio.Event()
        self.paused = False

    @property
    def seconds(self) -> float:
        return self._size / SECOND_BYTES

    def turn(self, heard: bytes | None, said: bytes | None, skipped: int = 0) -> None:
        """What the far end said and what it was told; None: nothing."""
        if self._cause or self.paused:
            return
        frame = mixed(heard, said) if heard and said else heard or said or SILENCE
        piece = SILENCE * min(skipped, SAMPLE_RATE) + frame
        self._waiting += piece
        self._size += len(piece)
        if len(self._waiting) > MOST_WAITING:
            self.end("cut")
        elif self._size >= LONGEST:
            self.end("stopped")

    def end(self, cause: str) -> None:
        """The first cause counts."""
        if not self._cause:
            self._cause = cause
            self._ended.set()

    async def run(self) -> str:
        """Until the end; why it came: "stopped", "cleared", "cut" or "failed"."""
        part = self._file.with_name(self._file.name + UNFINISHED)
        try:
            wav = await asyncio.to_thread(WavFile, part)
        except OSError as error:
            return await self._lost(part, error)
        try:
            while not self._cause:
                await self._wait()
                await self._write_out(wav)
            await self._write_out(wav)
        except OSError as error:
            logger.error("a call is not recorded to %s any more: %s", part, error)
            self._cause = "cut"
        try:
            await asyncio.to_thread(wav.close)
            self._size = wav.size
            if self._cause == "failed" or (self._cause == "cut" and not wav.size):
                raise OSError("there is nothing to keep")
            await asyncio.to_thread(part.replace, self._file)
        except OSError as error:
            return await self._lost(part, error)
        return self._cause

    async def _lost(self, part: Path, error: OSError) -> str:
        logger.error("a call was not recorded to %s: %s", part, error)
        self._cause, self._size = "failed", 0
        await asyncio.to_thread(remove, part)
        return self._cause

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            return

    async def _write_out(self, wav: WavFile) -> None:
        if self._waiting:
            piece = bytes(self._waiting)
            self._waiting.clear()
            await asyncio.to_thread(wav.write, piece)
