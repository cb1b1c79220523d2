"""Files on their way from desktops: bounded, in order, forgotten when they rest."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.conversation.names import HEAD, inspect
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.channels.conversation.ports import Blobs, BlobWriter
    from cti_bridge.protocol.commands import UploadPart
    from cti_bridge.protocol.vocabulary import AgentId, BlobId

logger = logging.getLogger(__name__)
MAX_PART: Final = 256 * 1024
MAX_BYTES: Final = 25 * 1024 * 1024
AT_ONCE: Final = 5
"""Files that one desktop sends at once."""
REST: Final = timedelta(seconds=60)
MAX_ID: Final = 64
Key = tuple["AgentId", str]


@dataclass(slots=True, kw_only=True)
class _Upload:
    writer: BlobWriter
    name: str
    at: datetime  # of the last piece
    head: bytes = b""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    gone: bool = False


class Uploads:
    def __init__(
        self, blobs: Blobs, clock: Callable[[], datetime], *, max_bytes: int = MAX_BYTES
    ) -> None:
        self._blobs, self._clock, self._max_bytes = blobs, clock, max_bytes
        self._running: dict[Key, _Upload] = {}
        self._whole: dict[Key, tuple[BlobId, datetime]] = {}

    async def part(self, agent: AgentId, command: UploadPart) -> BlobId | None:
        """The file's id, once it is whole; raises CommandRefused and StoreError. A piece that is
        sent again after a cut is answered again."""
        await self._forget_resting()
        key = (agent, command.upload_id)
        if command.last and key in self._whole:
            return self._whole[key][0]
        upload = self._running.get(key) or self._begin(key, command)
        async with upload.turn:
            if command.last and key in self._whole:
                return self._whole[key][0]  # the same piece was already on its way
            if self._again(upload, command):
                return None
            try:
                self._check(upload, command)
                await self._take(upload, command.data)
                if not command.last:
                    return None
                kind = inspect(upload.name, upload.head)
                blob = await upload.writer.finish(media_type=kind.media_type)
                self._whole[key] = blob, self._clock()
            except CommandRefused as refusal:
                if refusal.field != "offset":  # a piece out of turn harms nothing
                    await self._drop(key)
                raise
            except BaseException:
                await self._drop(key)
                raise
            self._running.pop(key, None)
            return blob

    async def agent_gone(self, agent: AgentId) -> None:
        """The session is over, and half of a file is of no use to anybody."""
        for key in [key for key in self._running if key[0] == agent]:
            await self._drop(key)

    async def close(self) -> None:
        for key in list(self._running):
            await self._drop(key)

    def _begin(self, key: Key, command: UploadPart) -> _Upload:
        if not 0 < len(command.upload_id) <= MAX_ID:
            raise CommandRefused(RefusalCode.INVALID, "empty, or too long", field="upload_id")
        if command.offset != 0:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no such upload", field="upload_id")
        if sum(agent == key[0] for agent, _ in self._running) >= AT_ONCE:
            raise CommandRefused(RefusalCode.BUSY, f"{AT_ONCE} uploads at once are the most")
        kind = inspect(command.name, command.data)
        upload = _Upload(
            writer=self._blobs.writer(name=kind.name), name=kind.name, at=self._clock()
        )
        self._running[key] = upload
        return upload

    def _again(self, upload: _Upload, command: UploadPart) -> bool:
        end = command.offset + len(command.data)
        return bool(command.data) and not command.last and end == upload.writer.size > 0

    def _check(self, upload: _Upload, command: UploadPart) -> None:
        if upload.gone:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no such upload", field="upload_id")
        if command.offset != upload.writer.size:
            detail = f"the next piece begins at {upload.writer.size}"
            raise CommandRefused(RefusalCode.INVALID, detail, field="offset")
        if len(command.data) > MAX_PART:
            raise CommandRefused(RefusalCode.TOO_LARGE, f"piece over {MAX_PART}", field="data")
        if upload.writer.size + len(command.data) > self._max_bytes:
            raise CommandRefused(RefusalCode.TOO_LARGE, f"over {self._max_bytes}", field="size")
        if not command.data and not command.last:
            raise CommandRefused(RefusalCode.INVALID, "empty", field="data")

    async def _take(self, upload: _Upload, data: bytes) -> None:
        upload.at = self._clock()
        if len(upload.head) < HEAD:
            upload.head += data[: HEAD - len(upload.head)]
        await upload.writer.write(data)

    async def _forget_resting(self) -> None:
        before = self._clock() - REST
        self._whole = {key: (blob, at) for key, (blob, at) in self._whole.items() if at >= before}
        for key in [key for key, upload in self._running.items() if upload.at < before]:
            logger.info("an upload that rested was forgotten")
            await self._drop(key)

    async def _drop(self, key: Key) -> None:
        upload = self._running.pop(key, None)
        if upload is not None:
            upload.gone = True
            await upload.writer.drop()
