"""The imports that are known: their states move by the table, and every move is told."""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.acd.ports import Audience
from cti_bridge.customers.importing.states import AT_WORK, BUSY, TRANSITIONS, Trigger
from cti_bridge.protocol.importing import ImportChanged, ImportDropped, ImportState, ImportView
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.acd.ports import Publisher
    from cti_bridge.customers.importing.ports import Files, Looked, Run, Wanted
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.importing import ImportRowView

logger = logging.getLogger(__name__)
MOST: Final = 20
"""Imports that are known at once; the oldest that is over makes room."""
HALF_SENT: Final = timedelta(minutes=10)
"""A file of which nothing came for so long is not coming any more."""
KEPT: Final = timedelta(hours=24)


@dataclass(slots=True, kw_only=True)
class Job:
    view: ImportView
    wanted: Wanted
    actor: Actor
    touched: datetime
    looked: Looked | None = None
    refused: tuple[ImportRowView, ...] = ()
    refusals: str = ""  # the path of the file
    run: Run | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Jobs:
    def __init__(self, files: Files, publisher: Publisher, clock: Callable[[], datetime]) -> None:
        self._files, self._publisher, self.now = files, publisher, clock
        self._jobs: dict[str, Job] = {}

    def views(self) -> tuple[ImportView, ...]:
        """The newest first."""
        views = (job.view for job in self._jobs.values())
        return tuple(sorted(views, key=lambda one: one.at, reverse=True))

    def find(self, import_id: str) -> Job:
        """Raises CommandRefused."""
        job = self._jobs.get(import_id)
        if job is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no such import", field="import_id")
        return job

    def add(
        self, actor: Actor, name: str, wanted: Wanted, *, size: int = 0, named: bool = False
    ) -> Job:
        now = self.now()
        view = ImportView(
            import_id=uuid.uuid4().hex,
            state=ImportState.RECEIVING,
            name=name,
            source=wanted.name,
            named=named,
            by=actor.name,
            at=now,
            size=size,
        )
        job = self._jobs[view.import_id] = Job(view=view, wanted=wanted, actor=actor, touched=now)
        return job

    def move(self, job: Job, trigger: Trigger) -> None:
        """Raises CommandRefused where it is not the time for it."""
        self.check(job, trigger)
        job.view = replace(job.view, state=TRANSITIONS[job.view.state, trigger])
        job.touched = self.now()

    def check(self, job: Job, trigger: Trigger) -> None:
        if (job.view.state, trigger) not in TRANSITIONS:
            raise CommandRefused(RefusalCode.WRONG_STATE, job.view.state)

    def tell(self, job: Job) -> None:
        self._publisher.publish(ImportChanged(view=job.view), Audience())

    def at_work(self, but: Job) -> Job | None:
        """The one whose rows go in, if it is another."""
        every = self._jobs.values()
        return next((o for o in every if o.view.state in AT_WORK and o is not but), None)

    async def make_room(self) -> None:
        """Raises CommandRefused where nothing is over."""
        if len(self._jobs) < MOST:
            return
        over = (ImportState.DONE, ImportState.FAULTY)
        old = [job for job in self._jobs.values() if job.view.state in over]
        if not old:
            raise CommandRefused(RefusalCode.BUSY, f"{MOST} imports at once are the most")
        await self.forget(min(old, key=lambda job: job.touched))

    async def forget(self, job: Job) -> None:
        import_id = job.view.import_id
        if self._jobs.pop(import_id, None) is None:
            return
        self._publisher.publish(ImportDropped(import_id=import_id), Audience())
        try:
            await self._files.drop(import_id)
        except OSError as error:
            logger.warning("the file of an import stays: %s", error)

    async def sweep(self) -> None:
        """Forgets what nobody goes on with."""
        now = self.now()
        for job in tuple(self._jobs.values()):
            half = job.view.state is ImportState.RECEIVING
            if job.view.state not in BUSY and now - job.touched > (HALF_SENT if half else KEPT):
                logger.info("an import of %s that rested is forgotten", job.view.source)
                await self.forget(job)
