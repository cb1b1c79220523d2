"""Where an import begins: a file that comes in pieces, or a source that has a name."""

from __future__ import annotations

import logging
from dataclasses import replace as evolved
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cti_bridge.customers.importing.names import ending, file_name, source_name, source_of
from cti_bridge.customers.importing.ports import Wanted, Whence
from cti_bridge.protocol.importing import IMPORT_PIECE, BeginImport, ImportState, SendImportPart
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.customers.importing.jobs import Job, Jobs
    from cti_bridge.customers.importing.ports import Book, Files
    from cti_bridge.customers.ports import Actor

logger = logging.getLogger(__name__)


class Receiving:
    def __init__(
        self,
        jobs: Jobs,
        files: Files,
        book: Book,
        written: Callable[[Actor, str], Awaitable[None]],
        max_bytes: int,
    ) -> None:
        self._jobs, self._files, self._book = jobs, files, book
        self._written, self.max_bytes = written, max_bytes

    async def of_source(self, actor: Actor, named: str) -> Job:
        """To be looked at. Raises CommandRefused."""
        await self._jobs.make_room()
        name = source_name(named)
        whence = await self._book.whence(name)
        if whence is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no such source", field="source")
        await self._written(actor, f"{name}: looked at")
        wanted = Wanted(whence=whence, shown=name, name=name)
        return self._jobs.add(actor, name, wanted, named=True)

    async def of_file(self, actor: Actor, command: BeginImport) -> Job:
        """To be received. Raises CommandRefused."""
        if command.size <= 0:
            raise CommandRefused(RefusalCode.INVALID, "an empty file", field="size")
        if command.size > self.max_bytes:
            raise CommandRefused(
                RefusalCode.TOO_LARGE, f"at most {self.max_bytes} bytes", field="size"
            )
        await self._jobs.make_room()
        name = file_name(command.name)
        wanted = Wanted(whence=Whence(location=""), shown=name, name=source_of(name))
        job = self._jobs.add(actor, name, wanted, size=command.size)
        try:
            path = await self._files.begin(job.view.import_id, f"file{ending(name)}")
        except OSError as error:
            await self._jobs.forget(job)
            raise _no_place(error) from error
        job.wanted = evolved(wanted, whence=Whence(location=path))
        self._jobs.tell(job)
        return job

    async def take(self, actor: Actor, command: SendImportPart) -> tuple[Job, bool]:
        """The job, and whether its file is whole by this piece. Raises CommandRefused."""
        job = self._jobs.find(command.import_id)
        if job.actor.agent_id != actor.agent_id:
            raise CommandRefused(RefusalCode.NOT_YOURS, field="import_id")
        if len(command.data) > IMPORT_PIECE:
            raise CommandRefused(RefusalCode.TOO_LARGE, f"over {IMPORT_PIECE}", field="data")
        async with job.turn:
            return job, await self._append(job, command)

    async def _append(self, job: Job, command: SendImportPart) -> bool:
        view = job.view
        if view.state is not ImportState.RECEIVING or command.offset != view.received:
            return False
        received = view.received + len(command.data)
        if received > view.size:
            what = f"over the {view.size} bytes that were told"
            raise CommandRefused(RefusalCode.TOO_LARGE, what, field="data")
        try:
            await self._files.append(job.wanted.whence.location, view.received, command.data)
        except OSError as error:
            raise _no_place(error) from error
        self._jobs.find(command.import_id)  # it may have been dropped meanwhile
        job.view, job.touched = replace(view, received=received), self._jobs.now()
        return received == view.size


def _no_place(error: OSError) -> CommandRefused:
    logger.error("a file for an import cannot be kept: %s", error)
    return CommandRefused(RefusalCode.STORE_AWAY, "no place for the file", retry_after_s=60.0)
