"""Messages that callers left: from the spool folder into the conversation of their contact."""

from __future__ import annotations

import asyncio
import io
import logging
import uuid
import wave
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.channels.conversation.ports import Attachment, Message
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import (
    Author,
    InteractionId,
    MessageId,
    MessageKind,
)
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from pathlib import Path

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
    by the next life of the bridge."""

    def __init__(self, *, spool: Path, blobs: Blobs, journal: Journal) -> None:
        self.spool, self._blobs, self._journal = spool, blobs, journal
        self._scope = Scope("voicemail")

    async def start(self) -> None:
        """Makes the folder, and takes up what the last life left. Raises OSError."""
        await asyncio.to_thread(self.spool.mkdir, 0o700, parents=True, exist_ok=True)
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
        """Nothing is kept of contacts here."""

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """What the queue's rules say of calls is the distributor's own."""

    async def _take(self, contact: InteractionId, file: Path, name: str | None) -> None:
        for wait in (*RETRY_SECONDS, None):
            try:
                await self._keep(contact, file, name or "")
            except StoreError as error:
                logger.error("the message of contact %s is not stored yet: %s", contact, error)
            except (OSError, wave.Error, EOFError) as error:
                logger.error("the message %s cannot be read: %s", file, error)
                return
            else:
                return
            if wait is None:
                logger.error("the message %s stays where it is until the next start", file)
                return
            await asyncio.sleep(wait)

    async def _keep(self, contact: InteractionId, file: Path, name: str) -> None:
        data = await asyncio.to_thread(file.read_bytes)
        with wave.open(io.BytesIO(data)) as reader:
            seconds = reader.getnframes() / max(1, reader.getframerate())
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
