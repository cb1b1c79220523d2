"""What was recorded of calls: from the spool folder into the conversation of their contact."""

from __future__ import annotations

import asyncio
import logging
import struct
import uuid
import wave
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.recording import CALLS, contact_of
from cti_bridge.channels.conversation.ports import RECORDED, Attachment, Message
from cti_bridge.channels.spool import Spool, forget
from cti_bridge.protocol.vocabulary import Author, MessageId, MessageKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.channels.conversation.ports import Blobs
    from cti_bridge.channels.spool import Journal
    from cti_bridge.protocol.vocabulary import InteractionId

logger = logging.getLogger(__name__)
NAMESPACE: Final = uuid.UUID("0c7e2d64-93b1-4a55-8f43-5b0f6f7d1c9e")
PART_SECONDS: Final = 1800
"""A longer recording becomes several entries: each is fetched, drawn and played as a whole."""
PIECE_FRAMES: Final = 256 * 1024
MOST_CHANNELS, WIDTHS = 2, (1, 2, 4)


class RecordingBox:
    """Each file is CONTACT.NAME.wav (`acd.recording.new_file`)."""

    def __init__(
        self,
        *,
        spool: Path,
        blobs: Blobs,
        journal: Journal,
        part_seconds: int = PART_SECONDS,
    ) -> None:
        self.spool, self._blobs, self._journal = spool / CALLS, blobs, journal
        self._part_seconds = part_seconds
        self._files = Spool(self.spool, self._keep, what="recording")

    async def start(self) -> None:
        """Raises OSError where the folder cannot be used."""
        await self._files.start()

    async def stop(self) -> None:
        await self._files.stop()

    def call_recorded(self, contact: InteractionId, file: Path, agent: str) -> None:
        logger.info("contact %s: a recording", contact)
        self._files.take(file, agent)

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """A recording outlives its contact."""

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """No business of a recording."""

    async def _keep(self, file: Path, agent: str) -> None:
        reader = await asyncio.to_thread(_opened, file)
        try:
            rate, frames = reader.getframerate(), reader.getnframes()
            written = await asyncio.to_thread(lambda: file.stat().st_mtime)
            began = datetime.fromtimestamp(written, UTC) - timedelta(seconds=frames / rate)
            size = rate * self._part_seconds
            for number, first in enumerate(range(0, frames, size)):
                at = began + timedelta(seconds=first / rate)
                count = min(size, frames - first)
                await self._keep_part(file, reader, number, count, at, agent)
        finally:
            reader.close()
        await asyncio.to_thread(forget, file)

    async def _keep_part(
        self,
        file: Path,
        reader: wave.Wave_read,
        number: int,
        count: int,
        at: datetime,
        agent: str,
    ) -> None:
        name = f"{at:%Y-%m-%d-%H%M%S}.wav"
        head = _header(reader, count)
        blob = await self._blobs.put_stream(
            _pieces(reader, head, count), name=name, media_type=RECORDED
        )
        size = len(head) + count * reader.getnchannels() * reader.getsampwidth()
        message = Message(
            id=MessageId(str(uuid.uuid5(NAMESPACE, f"{file.name}:{number}"))),
            interaction=contact_of(file.name),
            kind=MessageKind.RECORDING,
            author=Author.SYSTEM,
            name=agent,
            at=at,
            seconds=round(count / reader.getframerate(), 1),
            attachments=(Attachment(blob=blob, name=name, media_type="audio/wav", size=size),),
        )
        await self._journal.add(message)  # None: the last life stored it and did not come further


def _opened(file: Path) -> wave.Wave_read:
    """Raises OSError, wave.Error or EOFError for what is no sound of ours."""
    reader = wave.open(str(file), "rb")  # noqa: SIM115  # closed by its owner
    channels, width, rate = reader.getnchannels(), reader.getsampwidth(), reader.getframerate()
    if channels > MOST_CHANNELS or width not in WIDTHS or not 4_000 <= rate <= 48_000:
        reader.close()
        raise wave.Error(f"{channels} channels of {width} bytes at {rate} Hz")
    return reader


def _header(reader: wave.Wave_read, frames: int) -> bytes:
    """Of a WAV file of its own (RIFF, PCM) with so many frames."""
    channels, width, rate = reader.getnchannels(), reader.getsampwidth(), reader.getframerate()
    size = frames * channels * width
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        rate,
        rate * channels * width,
        channels * width,
        width * 8,
        b"data",
        size,
    )


async def _pieces(reader: wave.Wave_read, head: bytes, count: int) -> AsyncIterator[bytes]:
    """The header, then the next `count` frames; never the whole in memory."""
    yield head
    while count > 0:
        data = await asyncio.to_thread(reader.readframes, min(count, PIECE_FRAMES))
        if not data:
            raise EOFError("the sound ends before its time")
        count -= len(data) // (reader.getnchannels() * reader.getsampwidth())
        yield data
