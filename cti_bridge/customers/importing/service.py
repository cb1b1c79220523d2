"""Imports of desktops: files come in, are looked at, tried and done, and everybody is told."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace as evolved
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.customers.importing.jobs import Jobs
from cti_bridge.customers.importing.names import source_name
from cti_bridge.customers.importing.ports import ImportFault
from cti_bridge.customers.importing.receiving import Receiving
from cti_bridge.customers.importing.states import AT_WORK, BUSY, Trigger
from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.records import MAX_COLUMNS
from cti_bridge.customers.sources.survivorship import Rule
from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.importing import (
    IMPORT_PIECE,
    BeginImport,
    DropImport,
    FetchRefusals,
    ImportCounts,
    ImportOpened,
    ImportPartTaken,
    ImportsListed,
    ImportState,
    ListImports,
    OpenImport,
    ReadImport,
    RefusalsPart,
    RunImport,
    SendImportPart,
    SteerImport,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from cti_bridge.acd.ports import Publisher
    from cti_bridge.customers.importing.jobs import Job
    from cti_bridge.customers.importing.ports import Book, Files, Importer, Moved, Run
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.importing import ImportCommand, ImportReply

logger = logging.getLogger(__name__)
SWEEP_SECONDS: Final = 30.0
MAX_FIELD: Final = 60  # characters of the name of a field
MAX_SHEET: Final = 200
MAX_FAULT: Final = 400


class ImportService:
    """Every change of an import is told to each desktop that may import."""

    def __init__(
        self,
        *,
        importer: Importer,
        files: Files,
        book: Book,
        publisher: Publisher,
        clock: Callable[[], datetime],
        written: Callable[[Actor, str], Awaitable[None]],
        max_bytes: int,
    ) -> None:
        """`written` puts a line into the access log; what it refuses is not done."""
        self._importer, self._files, self._book = importer, files, book
        self._written = written
        self._jobs = Jobs(files, publisher, clock)
        self._receiving = Receiving(self._jobs, files, book, written, max_bytes)
        self._scope = Scope("imports")

    async def start(self) -> None:
        try:
            await self._files.sweep()
        except OSError as error:
            logger.error("files of earlier imports stay: %s", error)
        self._scope.spawn(self._sweep(), "sweep")

    async def stop(self) -> None:
        """What runs is stopped at the end of its batch; what is in stays."""
        await self._scope.close()

    async def sweep(self) -> None:
        """Forgets what nobody goes on with."""
        await self._jobs.sweep()

    async def handle(self, actor: Actor, command: ImportCommand) -> ImportReply | Done:
        """Raises CommandRefused and StoreError."""
        match command:
            case ListImports():
                return await self._list()
            case BeginImport():
                return await self._begin(actor, command)
            case SendImportPart():
                return await self._take(actor, command)
            case OpenImport():
                return self._opened(self._jobs.find(command.import_id))
            case FetchRefusals():
                return await self._fetch(self._jobs.find(command.import_id), command)
            case _:
                await self._do(actor, self._jobs.find(command.import_id), command)
                return Done(request_id=command.request_id)

    async def _do(
        self,
        actor: Actor,
        job: Job,
        command: ReadImport | RunImport | SteerImport | DropImport,
    ) -> None:
        match command:
            case ReadImport():
                self._read(job, command)
            case RunImport():
                await self._start(actor, job, command)
            case SteerImport():
                await self._steer(actor, job, command)
            case DropImport():
                if job.view.state in BUSY:
                    raise CommandRefused(RefusalCode.WRONG_STATE, job.view.state)
                await self._jobs.forget(job)

    # -- what there is

    async def _list(self) -> ImportsListed:
        return ImportsListed(
            request_id=0,
            imports=self._jobs.views(),
            sources=tuple(await self._book.all()),
            max_bytes=self._receiving.max_bytes,
        )

    def _opened(self, job: Job) -> ImportOpened:
        looked = job.looked
        return ImportOpened(
            request_id=0,
            view=job.view,
            columns=looked.columns if looked else (),
            sheets=looked.sheets if looked else (),
            sheet=job.wanted.sheet,
            problems=looked.problems if looked else (),
            preview=looked.preview if looked else (),
            refused=job.refused,
            rule=job.wanted.rule,
        )

    # -- coming in, and being looked at

    async def _begin(self, actor: Actor, command: BeginImport) -> Done:
        if command.source:
            job = await self._receiving.of_source(actor, command.source)
            self._look(job, Trigger.WHOLE)
        else:
            job = await self._receiving.of_file(actor, command)
        logger.info("%s begins an import of %s", actor.agent_id, job.view.source)
        return Done(request_id=command.request_id, id=job.view.import_id)

    async def _take(self, actor: Actor, command: SendImportPart) -> ImportPartTaken:
        job, whole = await self._receiving.take(actor, command)
        if whole:
            self._look(job, Trigger.WHOLE)
        return ImportPartTaken(request_id=0, received=job.view.received)

    def _read(self, job: Job, command: ReadImport) -> None:
        """By what was chosen from now on; what was tried is no longer true."""
        _check(command)
        name = source_name(command.source) if command.source else job.wanted.name
        if job.view.named and name != job.view.source:
            raise CommandRefused(RefusalCode.INVALID, "it has its name", field="source")
        self._jobs.check(job, Trigger.LOOK)
        job.wanted = evolved(
            job.wanted,
            name=name,
            sheet=clean_line(command.sheet),
            fields=command.fields,
            orders=command.orders,
            rule=command.rule,
        )
        job.refused = ()
        job.view = replace(
            job.view, source=name, counts=ImportCounts(), tried=False, fraction=None
        )
        self._look(job, Trigger.LOOK)

    def _look(self, job: Job, trigger: Trigger) -> None:
        self._jobs.move(job, trigger)
        job.view = replace(job.view, fault="", fault_code="")
        self._jobs.tell(job)
        self._scope.spawn(self._looking(job), "look")

    async def _looking(self, job: Job) -> None:
        try:
            looked = await self._importer.look(job.wanted)
        except ImportFault as fault:
            job.looked = None
            self._failed(job, fault)
            return
        job.looked = looked
        job.view = replace(job.view, kind=looked.kind, detail=looked.detail)
        self._jobs.move(job, Trigger.FINISH)
        self._jobs.tell(job)

    # -- doing

    async def _start(self, actor: Actor, job: Job, command: RunImport) -> None:
        trigger = Trigger.TRY if command.dry_run else Trigger.RUN
        await self._admit(actor, job, trigger)
        job.view = replace(
            job.view, counts=ImportCounts(), tried=command.dry_run, seconds=0.0, refusals=False
        )
        job.refused = ()
        self._go(job, trigger, resume=False)

    async def _admit(self, actor: Actor, job: Job, trigger: Trigger) -> None:
        """Whoever is told in the access log to have brought them in, is who did."""
        self._may(job, trigger)
        if trigger is not Trigger.TRY:
            await self._written(actor, f"{job.view.source}: {job.view.name}")
            self._may(job, trigger)  # somebody may have been quicker
        job.actor = actor

    def _may(self, job: Job, trigger: Trigger) -> None:
        self._jobs.check(job, trigger)
        if job.looked is not None and job.looked.problems:
            code = job.looked.problems[0].code
            raise CommandRefused(RefusalCode.INVALID, code, field="columns")
        running = self._jobs.at_work(job)
        if running is not None:
            what = f'an import of "{running.view.source}" is running'
            raise CommandRefused(RefusalCode.BUSY, what)

    def _go(self, job: Job, trigger: Trigger, *, resume: bool) -> None:
        self._jobs.move(job, trigger)
        dry_run = trigger is Trigger.TRY
        job.refusals = "" if dry_run else self._files.refusals(job.view.import_id)
        job.view = replace(job.view, fault="", fault_code="", fraction=None, rows_per_second=0.0)
        job.run = self._importer.run(
            job.wanted,
            dry_run=dry_run,
            resume=resume,
            refusals=job.refusals,
            hear=lambda moved: self._moved(job, moved),
        )
        self._jobs.tell(job)
        self._scope.spawn(self._running(job, job.run, dry_run=dry_run), "run")

    def _moved(self, job: Job, moved: Moved) -> None:
        job.view = replace(
            job.view,
            counts=moved.counts,
            fraction=moved.fraction,
            rows_per_second=moved.rows_per_second,
            seconds_left=moved.seconds_left,
            refusals=bool(job.refusals and moved.counts.refused),
        )
        job.touched = self._jobs.now()
        self._jobs.tell(job)

    async def _running(self, job: Job, run: Run, *, dry_run: bool) -> None:
        try:
            ended = await run.ended()
        except ImportFault as fault:
            if dry_run:
                job.view = replace(job.view, tried=False, counts=ImportCounts())
            self._failed(job, fault)
            return
        finally:
            job.run = None
        job.refused = ended.refused
        job.view = replace(
            job.view,
            counts=ended.counts,
            fraction=1.0,
            seconds_left=None,
            seconds=ended.seconds,
            refusals=bool(job.refusals and ended.counts.refused),
        )
        self._jobs.move(job, Trigger.FINISH)
        self._jobs.tell(job)
        if not dry_run:
            await self._note_end(job)

    async def _note_end(self, job: Job) -> None:
        counts = job.view.counts
        logger.info("import of %s: %s", job.view.source, counts)
        what = f"{job.view.source}: {counts.created} new, {counts.updated} changed"
        try:
            await self._written(job.actor, what)
        except CommandRefused as error:
            logger.error("the end of an import is not in the access log: %s", error.detail)

    def _failed(self, job: Job, fault: ImportFault) -> None:
        logger.info("import of %s: %s: %s", job.view.source, fault.code, fault.what)
        job.view = replace(job.view, fault=fault.what[:MAX_FAULT], fault_code=fault.code)
        self._jobs.move(job, Trigger.FAIL)
        self._jobs.tell(job)

    async def _steer(self, actor: Actor, job: Job, command: SteerImport) -> None:
        state = job.view.state
        if command.do == "cancel":
            if state not in AT_WORK or job.run is None:
                raise CommandRefused(RefusalCode.WRONG_STATE, state)
            job.run.steer("cancel")
        elif command.do == "resume" and state is ImportState.STOPPED:
            await self._admit(actor, job, Trigger.GO_ON)
            self._go(job, Trigger.GO_ON, resume=True)
        else:
            self._jobs.move(job, Trigger.PAUSE if command.do == "pause" else Trigger.GO_ON)
            if job.run is not None:
                job.run.steer(command.do)
            self._jobs.tell(job)

    async def _fetch(self, job: Job, command: FetchRefusals) -> RefusalsPart:
        if not job.view.refusals:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no row was refused", field="import_id")
        if command.offset < 0:
            raise CommandRefused(RefusalCode.INVALID, "below 0", field="offset")
        try:
            data, size = await self._files.read(job.refusals, command.offset, IMPORT_PIECE)
        except OSError as error:
            raise CommandRefused(RefusalCode.NOT_FOUND, "the file is gone") from error
        return RefusalsPart(request_id=0, data=data, size=size)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()


def _check(command: ReadImport) -> None:
    """Raises CommandRefused for what no page sends."""
    fields, orders = command.fields, command.orders
    if len(fields) > MAX_COLUMNS or any(len(one) > MAX_FIELD for one in fields):
        raise CommandRefused(RefusalCode.INVALID, "too many, or too long", field="fields")
    if len(orders) != len(fields) or any(one and one not in list(Order) for one in orders):
        raise CommandRefused(RefusalCode.INVALID, "one of each column", field="orders")
    if command.rule and command.rule not in list(Rule):
        raise CommandRefused(RefusalCode.INVALID, "no such rule", field="rule")
    if len(command.sheet) > MAX_SHEET:
        raise CommandRefused(RefusalCode.INVALID, "too long", field="sheet")
