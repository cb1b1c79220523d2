"""Starts the importing process and hears it; implements `customers.importing.ports.Importer`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.customers.importing.ports import ImportFault, Looked, Moved
from cti_bridge.importer import messages as m
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from cti_bridge.customers.importing.ports import Wanted
    from cti_bridge.protocol.customer_values import FieldView

logger = logging.getLogger(__name__)
COMMAND: Final = (sys.executable, "-m", "cti_bridge.importer")
END_SECONDS: Final = 20.0
"""A process whose run is stopped has so long to end its batch."""
LOOKS: Final = 2
"""Sources that are looked at side by side."""
DIED: Final = "the importing process has died: its memory may not have been enough"


class ProcessImporter:
    """A process for each look and each run."""

    def __init__(self, database: str, *, region: str, fields: tuple[FieldView, ...]) -> None:
        """`database` is the URL of the store."""
        self._database, self._region, self._fields = database, region, fields
        self._looks = asyncio.Semaphore(LOOKS)

    async def look(self, wanted: Wanted) -> Looked:
        async with self._looks, _child(self._task("look", wanted)) as child:
            answer = await _last(child)
        match answer:
            case m.LookedAt():
                return Looked(
                    kind=answer.kind,
                    detail=answer.detail,
                    columns=answer.columns,
                    sheets=answer.sheets,
                    problems=answer.problems,
                    preview=answer.preview,
                )
            case m.Failed(code=code, what=what):
                raise ImportFault(code, what)
            case _:
                raise ImportFault("died", DIED)

    def run(
        self,
        wanted: Wanted,
        *,
        dry_run: bool,
        resume: bool,
        refusals: str,
        hear: Callable[[Moved], None],
    ) -> ProcessRun:
        task = self._task("try" if dry_run else "run", wanted, resume=resume, refusals=refusals)
        return ProcessRun(task, hear)

    def _task(
        self,
        do: Literal["look", "try", "run"],
        wanted: Wanted,
        *,
        resume: bool = False,
        refusals: str = "",
    ) -> m.Task:
        whence = wanted.whence
        return m.Task(
            do=do,
            database=self._database,
            region=self._region,
            fields=self._fields,
            location=whence.location,
            sheet=wanted.sheet or whence.sheet,
            table=whence.table,
            query=whence.query,
            password=whence.password,
            shown=wanted.shown,
            name=wanted.name,
            columns=wanted.fields,
            orders=wanted.orders,
            rule=wanted.rule,
            resume=resume,
            refusals=refusals,
        )


class ProcessRun:
    def __init__(self, task: m.Task, hear: Callable[[Moved], None]) -> None:
        self._task, self._hear = task, hear
        self._said: asyncio.Queue[m.Steer] = asyncio.Queue()

    def steer(self, do: Literal["pause", "resume", "cancel"]) -> None:
        self._said.put_nowait(m.Steer(do=do))

    async def ended(self) -> Moved:
        scope = Scope("importer")
        async with _child(self._task) as child:
            scope.spawn(self._steer(child), "steer")
            try:
                answer = await _last(child, self._heard)
            finally:
                await scope.close()
        match answer:
            case m.Ended(counts=counts, refused=refused, seconds=seconds):
                return Moved(counts=counts, fraction=1.0, refused=refused, seconds=seconds)
            case m.Failed(code=code, what=what):
                raise ImportFault(code, what)
            case _:
                raise ImportFault("died", DIED)

    def _heard(self, one: m.Advanced) -> None:
        self._hear(
            Moved(
                counts=one.counts,
                fraction=one.fraction,
                rows_per_second=one.rows_per_second,
                seconds_left=one.seconds_left,
            )
        )

    async def _steer(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdin is not None
        with contextlib.suppress(ConnectionError):  # it has ended meanwhile
            while True:
                child.stdin.write(m.encode(await self._said.get()) + b"\n")
                await child.stdin.drain()


@contextlib.asynccontextmanager
async def _child(task: m.Task) -> AsyncIterator[asyncio.subprocess.Process]:
    """Ends it on the way out: by the end of its input, and where that is not enough for good."""
    try:
        child = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=m.MAX_LINE,
        )
    except OSError as error:
        raise ImportFault("died", f"no process for the import: {error.strerror}") from error
    assert child.stdin is not None
    try:
        with contextlib.suppress(ConnectionError):  # what it says, or does not, tells
            child.stdin.write(m.encode(task) + b"\n")
            await child.stdin.drain()
        yield child
    finally:
        await asyncio.shield(_end(child))


async def _end(child: asyncio.subprocess.Process) -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), END_SECONDS)
    except TimeoutError:
        logger.warning("the importing process does not end, and is killed")
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _last(
    child: asyncio.subprocess.Process, heard: Callable[[m.Advanced], None] | None = None
) -> m.Answer | None:
    """What it says last; None where it dies without."""
    assert child.stdout is not None
    while True:
        try:
            line = await child.stdout.readline()
            answer = m.decode_answer(line) if line else None
        except ValueError:  # too long a line, or none of ours
            logger.exception("the importing process is not understood")
            answer = None
        if not isinstance(answer, m.Advanced):
            return answer
        if heard is not None:
            heard(answer)
