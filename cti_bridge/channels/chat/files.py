"""Files of visitors: taken in pieces, looked at, kept; and given back to their own chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat import frames
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.chat.seal import BadSeal
from cti_bridge.channels.conversation.names import HEAD, extension, inspect
from cti_bridge.channels.conversation.ports import Attachment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.channels.chat.means import Means
    from cti_bridge.channels.chat.room import Room
    from cti_bridge.config.values import ChatSite

MAX_UPLOADS: Final = 50  # of one chat in one life of the bridge
MAX_NAME: Final = 300  # characters of a name as it comes
REFUSED: Final = frozenset({"executable", "type_lies", "active"})
"""What no visitor may send; the other suspicions go with the file to the agent."""


def most_bytes(site: ChatSite) -> int:
    return site.max_attachment_mb * 1024 * 1024 if site.attachments else 0


async def take(
    means: Means, room: Room, name: str, parts: AsyncIterator[bytes]
) -> frames.Uploaded:
    """Raises ChatRefused("too_large", "file_type", "too_many", "ended") or StoreError; then
    nothing of it is kept."""
    if not room.open:
        raise ChatRefused("ended")
    if room.uploads >= MAX_UPLOADS:
        raise ChatRefused("too_many")
    if len(name) > MAX_NAME or extension(name) not in room.site.attachments:
        raise ChatRefused("file_type")
    room.uploads += 1
    writer = means.blobs.writer(name=inspect(name, b"").name)
    try:
        head = b""
        async for part in parts:
            if writer.size + len(part) > most_bytes(room.site):
                raise ChatRefused("too_large")
            head += part[: max(0, HEAD - len(head))]
            await writer.write(part)
        kind = inspect(name, head)
        if kind.suspicious in REFUSED or not _is_what_it_says(kind.media_type, head):
            raise ChatRefused("file_type")
        size = writer.size
        blob = await writer.finish(media_type=kind.media_type)
    except BaseException:
        await writer.drop()
        raise
    means.figures["uploads"] += 1
    attachment = Attachment(
        blob=blob,
        name=kind.name,
        media_type=kind.media_type,
        size=size,
        suspicious=kind.suspicious,
    )
    sealed = means.sealer.file(room.chat.id, attachment)
    return frames.Uploaded(file=sealed, name=kind.name, size=size)


def _is_what_it_says(media_type: str, head: bytes) -> bool:
    """A picture or a PDF must begin as one: a browser will be told that it is."""
    if not head:
        return False
    seen = inspect("file", head).media_type  # by its bytes alone
    if media_type.startswith("image/"):
        return seen.startswith("image/")
    return media_type != "application/pdf" or seen == media_type


def opened(means: Means, room: Room, sealed: str) -> tuple[Attachment, AsyncIterator[bytes]]:
    """Raises ChatRefused("invalid"); LookupError while it is read, where it is not there."""
    try:
        attachment = means.sealer.open_file(room.chat.id, sealed)
    except BadSeal as error:
        raise ChatRefused("invalid", field="file") from error
    return attachment, means.blobs.stream(attachment.blob)
