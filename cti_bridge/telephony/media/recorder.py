"""What a caller says to the machine, into a WAV file."""

from __future__ import annotations

import asyncio
import audioop
import logging
import wave
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.codec import FRAME_BYTES, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger(__name__)
LOOK_SECONDS: Final = 0.2
PIECE_BYTES: Final = 2 * SAMPLE_RATE  # written each second
SPOKEN: Final = 160  # RMS of 16 bit: about -46 dBFS; line noise lies below
TAIL_BYTES: Final = SAMPLE_RATE // 2 * 2  # half a second is kept after the last word
UNFINISHED: Final = ".part"


class Recorder:
    """Takes 20 ms frames; writes them beside the event loop, a second at a time.

    The file is there once it is whole: until then it has another name. The silence at the end is
    left out, so a caller who says nothing leaves next to nothing. `write` never blocks and never
    raises; what cannot be written ends the recording with the cause "failed", without a file.
    """

    def __init__(
        self,
        file: Path,
        *,
        limit_s: float,
        silence_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._file, self._limit_s, self._silence_s = file, limit_s, silence_s
        self._clock = clock
        self._began = self._spoke = clock()
        self._waiting = bytearray()
        self._heard = self._spoken = self._written = 0  # bytes: all, to the last word, on disk
        self._cause = ""
        self._ended = asyncio.Event()

    @property
    def seconds(self) -> float:
        """Of what counts: up to the last word, and a little."""
        return self._counts / 2 / SAMPLE_RATE

    @property
    def _counts(self) -> int:
        return min(self._heard, self._spoken + TAIL_BYTES)

    def begin(self) -> None:
        """The tone is over: limit and silence count from here."""
        self._began = self._spoke = self._clock()

    def write(self, pcm: bytes) -> None:
        """One frame of the caller's voice; what comes after the end is nobody's."""
        if self._cause or len(pcm) != FRAME_BYTES:
            return
        self._waiting += pcm
        self._heard += len(pcm)
        if audioop.rms(pcm, 2) >= SPOKEN:
            self._spoke, self._spoken = self._clock(), self._heard
        if self._heard >= self._limit_s * 2 * SAMPLE_RATE:
            self.end("limit")

    def end(self, cause: str) -> None:
        """The first cause counts."""
        if not self._cause:
            self._cause = cause
            self._ended.set()

    async def run(self) -> str:
        """Until the end; why it came: "key", "silence", "limit", "cleared" or "failed"."""
        part = self._file.with_name(self._file.name + UNFINISHED)
        try:
            await self._run(part)
        except OSError as error:
            logger.error("a recording was not written to %s: %s", part, error)
            self.end("failed")
            await asyncio.to_thread(remove, part)
            return "failed"
        return self._cause

    async def _run(self, part: Path) -> None:
        writer = await asyncio.to_thread(open_wav, part)
        try:
            while not self._cause:
                await self._wait()
                await self._write_out(writer, PIECE_BYTES)
                self._look()
            await self._write_out(writer, 1)
        finally:
            await asyncio.to_thread(writer.close)
        await asyncio.to_thread(part.replace, self._file)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            return

    async def _write_out(self, writer: wave.Wave_write, least: int) -> None:
        """What counts and is not written yet, where that is so many bytes; a silence waits for
        the next word."""
        size = self._counts - self._written
        if size >= least:
            piece = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._written += size
            await asyncio.to_thread(writer.writeframes, piece)

    def _look(self) -> None:
        now = self._clock()
        if now - self._began >= self._limit_s:
            self.end("limit")
        elif now - self._spoke >= self._silence_s:
            self.end("silence")


def open_wav(file: Path) -> wave.Wave_write:
    file.touch()  # fails here, and leaves no half-made writer behind
    writer = wave.open(str(file), "wb")  # noqa: SIM115  # closed by its owner
    writer.setnchannels(1)
    writer.setsampwidth(2)
    writer.setframerate(SAMPLE_RATE)
    return writer


def remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("what was begun of %s stays: %s", part, error)
