"""Everything of a customer as one file, made beside the work and fetched piece by piece.

It lies in a file without a name, which nobody else can open and which is gone with the process.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final, TypeAlias

from cti_bridge.customers.cleaning import possible_id
from cti_bridge.errors import StoreError
from cti_bridge.ids import new_id
from cti_bridge.privacy.ports import Access
from cti_bridge.privacy.subject import NotThereError
from cti_bridge.privacy.unveiling import reason_of
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.subject_rights import (
    ArchiveBegun,
    ArchivePart,
    DropArchive,
    FetchArchive,
    TakeArchive,
)
from cti_bridge.protocol.vocabulary import AccessKind, RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.privacy.ports import Person
    from cti_bridge.privacy.recorder import AccessRecorder
    from cti_bridge.privacy.subject import SubjectStore
    from cti_bridge.protocol.vocabulary import AgentId

    ArchiveReply: TypeAlias = ArchiveBegun | ArchivePart | Done

logger = logging.getLogger(__name__)
ArchiveCommand: TypeAlias = TakeArchive | FetchArchive | DropArchive
AT_ONCE: Final = 3
"""Of all persons; one of each."""
KEPT: Final = 600.0
"""Seconds after the latest piece."""
MAX_PIECE: Final = 1024 * 1024


@dataclass(slots=True, kw_only=True)
class _Archive:
    id: str
    owner: AgentId
    file: IO[bytes]
    size: int = -1  # -1: it is being made
    entries: int = 0
    unreadable: int = 0
    failure: CommandRefused | None = None
    expiry: asyncio.TimerHandle | None = None
    task: asyncio.Task[None] | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)  # the file has one place

    @property
    def making(self) -> bool:
        return self.size < 0 and self.failure is None


class Archives:
    """`folder`: on whose disk they lie; "": where temporary files do."""

    def __init__(
        self,
        store: SubjectStore,
        *,
        recorder: AccessRecorder,
        clock: Callable[[], datetime],
        folder: str = "",
        kept: float = KEPT,
    ) -> None:
        self._store, self._recorder, self._now = store, recorder, clock
        self._folder, self._kept = folder or None, kept
        self._all: dict[AgentId, _Archive] = {}
        self._scope = Scope("archives")

    async def stop(self) -> None:
        await self._scope.close()
        for one in list(self._all.values()):
            self._drop(one)

    async def handle(self, person: Person, command: ArchiveCommand) -> ArchiveReply:
        """Raises CommandRefused."""
        match command:
            case TakeArchive():
                return await self._take(person, command)
            case FetchArchive():
                return await self._fetch(self._mine(person, command.archive_id), command)
            case DropArchive():
                mine = self._all.get(person.agent_id)
                if mine is not None and mine.id == command.archive_id:
                    self._drop(mine)
                return Done(request_id=command.request_id)

    async def _take(self, person: Person, command: TakeArchive) -> ArchiveBegun:
        reason = reason_of(command.reason)
        if not possible_id(command.customer_id):
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        known = self._all.get(person.agent_id)
        if known is not None:
            self._drop(known)
        if len(self._all) >= AT_ONCE:
            raise CommandRefused(RefusalCode.BUSY, "others are being made", retry_after_s=30.0)
        try:
            file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - it is kept open
        except OSError as error:
            raise _no_room(error) from error
        archive = _Archive(id=new_id(), owner=person.agent_id, file=file)
        self._all[person.agent_id] = archive  # before anything is waited for
        try:
            await self._recorder.written(self._entry(person, command, reason))
        except BaseException:
            self._drop(archive)
            raise
        if self._all.get(person.agent_id) is archive:  # not taken anew meanwhile
            archive.task = self._scope.spawn(self._make(archive, command), f"make {archive.id}")
            self._touch(archive)
        return ArchiveBegun(request_id=command.request_id, archive_id=archive.id)

    async def _make(self, archive: _Archive, command: TakeArchive) -> None:
        try:
            archive.entries, archive.unreadable = await self._store.write(
                command.customer_id, archive.file, language=command.language, now=self._now()
            )
            archive.size = archive.file.tell()
        except NotThereError:
            archive.failure = CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        except StoreError as error:
            logger.error("an archive could not be made: %s", error)
            code = RefusalCode.STORE_AWAY if error.transient else RefusalCode.INTERNAL
            archive.failure = CommandRefused(code, error.kind)
        except (OSError, ValueError) as error:  # ValueError: it was dropped meanwhile
            logger.error("an archive could not be made: %s", error)
            archive.failure = _no_room(error)

    async def _fetch(self, archive: _Archive, command: FetchArchive) -> ArchivePart:
        self._touch(archive)
        if archive.failure is not None:
            self._drop(archive)
            raise archive.failure
        if archive.making:
            raise CommandRefused(RefusalCode.BUSY, "is being made", retry_after_s=1.0)
        if not 0 <= command.offset <= archive.size:
            raise CommandRefused(RefusalCode.INVALID, "beyond its end", field="offset")
        limit = min(max(command.limit, 1), MAX_PIECE)
        async with archive.reading:
            data = await asyncio.to_thread(_piece, archive.file, command.offset, limit)
        return ArchivePart(
            request_id=command.request_id,
            data=data,
            size=archive.size,
            last=command.offset + len(data) >= archive.size,
            entries=archive.entries,
            unreadable=archive.unreadable,
        )

    def _mine(self, person: Person, name: str) -> _Archive:
        archive = self._all.get(person.agent_id)
        if archive is None or archive.id != name:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="archive_id")
        return archive

    def _touch(self, archive: _Archive) -> None:
        if archive.expiry is not None:
            archive.expiry.cancel()
        loop = asyncio.get_running_loop()
        archive.expiry = loop.call_later(self._kept, self._drop, archive)

    def _drop(self, archive: _Archive) -> None:
        if self._all.get(archive.owner) is archive:
            del self._all[archive.owner]
        if archive.expiry is not None:
            archive.expiry.cancel()
        if archive.task is not None:
            archive.task.cancel()
        archive.file.close()

    def _entry(self, person: Person, command: TakeArchive, reason: str) -> Access:
        return Access(
            at=self._now(),
            agent=person.agent_id,
            name=person.name,
            kind=AccessKind.SUBJECT,
            customer=command.customer_id,
            detail=reason,
        )


def _piece(file: IO[bytes], offset: int, limit: int) -> bytes:
    file.seek(offset)
    return file.read(limit)


def _no_room(error: Exception) -> CommandRefused:
    return CommandRefused(RefusalCode.STORE_AWAY, f"cannot be written: {error}")
