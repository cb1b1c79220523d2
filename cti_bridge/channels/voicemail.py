"""Messages that callers left: from the spool folder into the conversation of their contact."""

from __future__ import annotations

import asyncio
import io
import logging
import tempfile
import uuid
import wave
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.acd.ports import SHORTEST_MESSAGE
from cti_bridge.channels.conversation.ports import Attachment, Message
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    InteractionId,
    MessageId,
    MessageKind,
)
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.channels.conversation.ports import Blobs

logger = logging.getLogger(__name__)
NAMESPACE: Final = uuid.UUID("7c1f5a0e-5a86-4a1d-9e0f-1f8a4d2b6c30")
RATE: Final = 8000
HEADER_BYTES: Final = 44
UNFINISHED: Final = ".wav.part"
RETRY_SECONDS: Final = (1.0, 5.0, 30.0, 120.0)


class Journal(Protocol):
    """Where entries of conversations go."""

    async def add(self, message: Message) -> Message | None:
        """None: it is there already. Raises StoreError."""


class VoicemailBox:
    """`spool` is a folder of this bridge alone: CONTACT.wav, and CONTACT.wav.part while it is
    recorded. A file goes once its message stands in the store; until then it is tried again, also
    by the next life of the bridge. What is too short to be a message goes without one."""

    def __init__(self, *, spool: Path, blobs: Blobs, journal: Journal) -> None:
        self.spool, self._blobs, self._journal = spool, blobs, journal
        self._scope = Scope("voicemail")

    async def start(self) -> None:
        """Makes the folder, and takes up what the last life left. Raises OSError."""
        await asyncio.to_thread(_usable, self.spool)
        for file in await asyncio.to_thread(_left_over, self.spool):
            logger.info("a message of the last life is taken up: %s", file.name)
            self._scope.spawn(self._take(InteractionId(file.stem), file, None), "voicemail")

    async def stop(self) -> None:
        await self._scope.close()

    def voicemail_left(self, contact: Interaction, file: Path, seconds: float) -> None:
        """The contact is a voicemail from now on, and stored; its sound follows."""
        logger.info("contact %s: a message of %.0f s", contact.id, seconds)
        name = contact.customer_name or contact.caller.display_name or contact.caller.number.value
        self._scope.spawn(self._take(contact.id, file, name), "voicemail")

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """What was recorded came to nothing: too short, or the caller goes on waiting."""
        had = before.treatment.file if before and before.treatment else ""
        has = after.treatment.file if after.treatment else ""
        if had and had != has and after.channel is not Channel.VOICEMAIL:
            self._scope.spawn(asyncio.to_thread(_drop, Path(had)), "no voicemail")

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """What the queue's rules say of calls is the distributor's own."""

    async def _take(self, contact: InteractionId, file: Path, name: str | None) -> None:
        for tries, wait in enumerate(chain(RETRY_SECONDS, repeat(RETRY_SECONDS[-1]))):
            try:
                await self._keep(contact, file, name or "")
            except StoreError as error:
                logger.error("the message of contact %s is not stored yet: %s", contact, error)
                if not error.transient and tries >= len(RETRY_SECONDS):
                    logger.error("the message %s stays where it is until the next start", file)
                    return
            except (OSError, wave.Error, EOFError) as error:
                logger.error("the message %s cannot be read: %s", file, error)
                return
            else:
                return
            await asyncio.sleep(wait)

    async def _keep(self, contact: InteractionId, file: Path, name: str) -> None:
        data = await asyncio.to_thread(file.read_bytes)
        with wave.open(io.BytesIO(data)) as reader:
            seconds = reader.getnframes() / max(1, reader.getframerate())
        if seconds < SHORTEST_MESSAGE:
            await asyncio.to_thread(_drop, file)
            return
        written = await asyncio.to_thread(lambda: file.stat().st_mtime)
        sound = f"{datetime.fromtimestamp(written, UTC):%Y-%m-%d-%H%M}.wav"
        blob = await self._blobs.put(data, name=sound, media_type="audio/wav")
        message = Message(
            id=MessageId(str(uuid.uuid5(NAMESPACE, contact))),
            interaction=contact,
            kind=MessageKind.VOICEMAIL,
            author=Author.CUSTOMER,
            name=name,
            at=datetime.fromtimestamp(written, UTC),
            seconds=round(seconds, 1),
            attachments=(
                Attachment(blob=blob, name=sound, media_type="audio/wav", size=len(data)),
            ),
        )
        await self._journal.add(message)  # None: the last life stored it and did not come further
        await asyncio.to_thread(file.unlink, missing_ok=True)


def _usable(spool: Path) -> None:
    """Raises OSError where nothing can be written there."""
    spool.mkdir(0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=spool):
        pass


def _drop(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s, which is no message, stays: %s", file, error)


def _left_over(spool: Path) -> list[Path]:
    """Whole messages, after those that were cut off are made whole."""
    for part in spool.glob(f"*{UNFINISHED}"):
        _mend(part)
    return sorted(spool.glob("*.wav"))


def _mend(part: Path) -> None:
    """A recording that was cut off has the right sound after a header that does not count it."""
    whole = part.with_name(part.name.removesuffix(UNFINISHED) + ".wav")
    pcm = part.read_bytes()[HEADER_BYTES:]
    pcm = pcm[: len(pcm) // 2 * 2]
    if pcm and not whole.exists():
        with wave.open(str(whole), "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(RATE)
            writer.writeframes(pcm)
    part.unlink(missing_ok=True)
