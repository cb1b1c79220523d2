"""Messages that callers left: from the spool folder into the conversation of their contact."""

from __future__ import annotations

import asyncio
import io
import logging
import uuid
import wave
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import SHORTEST_MESSAGE
from cti_bridge.channels.conversation.ports import Attachment, Message
from cti_bridge.channels.spool import Spool, forget
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    InteractionId,
    MessageId,
    MessageKind,
)

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.channels.conversation.ports import Blobs
    from cti_bridge.channels.spool import Journal

logger = logging.getLogger(__name__)
NAMESPACE: Final = uuid.UUID("7c1f5a0e-5a86-4a1d-9e0f-1f8a4d2b6c30")


class VoicemailBox:
    """Each file is CONTACT.wav. What is too short to be a message goes without one."""

    def __init__(self, *, spool: Path, blobs: Blobs, journal: Journal) -> None:
        self.spool, self._blobs, self._journal = spool, blobs, journal
        self._files = Spool(spool, self._keep, what="message")

    async def start(self) -> None:
        """Raises OSError where the folder cannot be used."""
        await self._files.start()

    async def stop(self) -> None:
        await self._files.stop()

    def voicemail_left(self, contact: Interaction, file: Path, seconds: float) -> None:
        """The contact is a voicemail from now on, and stored; its sound follows."""
        logger.info("contact %s: a message of %.0f s", contact.id, seconds)
        name = contact.customer_name or contact.caller.display_name or contact.caller.number.value
        self._files.take(file, name)

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """What was recorded came to nothing: too short, or the caller goes on waiting."""
        had = before.treatment.file if before and before.treatment else ""
        has = after.treatment.file if after.treatment else ""
        if had and had != has and after.channel is not Channel.VOICEMAIL:
            self._files.drop(Path(had))

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """What the queue's rules say of calls is the distributor's own."""

    async def _keep(self, file: Path, name: str) -> None:
        contact = InteractionId(file.stem)
        data = await asyncio.to_thread(file.read_bytes)
        with wave.open(io.BytesIO(data)) as reader:
            seconds = reader.getnframes() / max(1, reader.getframerate())
        if seconds < SHORTEST_MESSAGE:
            await asyncio.to_thread(forget, file)
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
