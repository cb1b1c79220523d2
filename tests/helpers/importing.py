"""Imports that are played: an importer that does what a test says, files in memory."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cti_bridge.customers.importing.ports import ImportFault, Looked, Moved, Wanted, Whence
from cti_bridge.customers.importing.service import ImportService
from cti_bridge.customers.ports import Actor
from cti_bridge.protocol.importing import (
    BeginImport,
    ImportChanged,
    ImportColumn,
    ImportCounts,
    ImportOpened,
    ImportSource,
    OpenImport,
    SendImportPart,
)
from cti_bridge.protocol.vocabulary import AgentId

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SARA = Actor(agent_id=AgentId("sara"), name="Sara Gil")
RUI = Actor(agent_id=AgentId("rui"), name="Rui Vaz")
LOOKED = Looked(
    kind="csv",
    detail="utf-8",
    columns=(ImportColumn(heading="Nombre", field="name", samples=("Ana Soto",)),),
)


class PlayedRun:
    def __init__(self, hear: Callable[[Moved], None]) -> None:
        self.hear, self.steered = hear, list[str]()
        self._end: asyncio.Future[Moved] = asyncio.get_running_loop().create_future()

    def steer(self, do: Literal["pause", "resume", "cancel"]) -> None:
        self.steered.append(do)
        if do == "cancel":
            self.fail("cancelled")

    async def ended(self) -> Moved:
        return await self._end

    def end(self, **counts: int) -> None:
        self._end.set_result(Moved(counts=ImportCounts(**counts), fraction=1.0, seconds=2.0))

    def fail(self, code: Literal["cancelled", "store", "died"]) -> None:
        self._end.set_exception(ImportFault(code, f"it is {code}"))


class PlayedImporter:
    def __init__(self) -> None:
        self.looked: list[Wanted] = []
        self.answer: Looked | ImportFault = LOOKED
        self.runs: list[PlayedRun] = []
        self.asked: list[tuple[Wanted, bool, bool, str]] = []

    async def look(self, wanted: Wanted) -> Looked:
        self.looked.append(wanted)
        if isinstance(self.answer, ImportFault):
            raise self.answer
        return self.answer

    def run(
        self,
        wanted: Wanted,
        *,
        dry_run: bool,
        resume: bool,
        refusals: str,
        hear: Callable[[Moved], None],
    ) -> PlayedRun:
        self.asked.append((wanted, dry_run, resume, refusals))
        self.runs.append(PlayedRun(hear))
        return self.runs[-1]


class PlayedFiles:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fails = False

    async def begin(self, import_id: str, name: str) -> str:
        if self.fails:
            raise OSError(28, "No space left on device")
        self.files[f"{import_id}/{name}"] = b""
        return f"{import_id}/{name}"

    async def append(self, path: str, offset: int, data: bytes) -> None:
        if self.fails:
            raise OSError(28, "No space left on device")
        self.files[path] = self.files[path][:offset] + data

    def refusals(self, import_id: str) -> str:
        return f"{import_id}/refused.csv"

    async def read(self, path: str, offset: int, size: int) -> tuple[bytes, int]:
        if path not in self.files:
            raise FileNotFoundError(path)
        whole = self.files[path]
        return whole[offset : offset + size], len(whole)

    async def drop(self, import_id: str) -> None:
        self.files = {p: d for p, d in self.files.items() if not p.startswith(import_id)}

    async def sweep(self) -> None:
        self.files.clear()


class PlayedBook:
    def __init__(self) -> None:
        self.sources = {"shop": Whence(location="mariadb://reader@shop/shop", table="clientes")}

    async def all(self) -> tuple[ImportSource, ...]:
        return tuple(ImportSource(name=name, kind="database") for name in self.sources)

    async def whence(self, name: str) -> Whence | None:
        return self.sources.get(name)


class House:
    """The service and everything around it, played."""

    def __init__(self, max_bytes: int = 1000) -> None:
        self.now = NOW
        self.importer, self.files, self.book = PlayedImporter(), PlayedFiles(), PlayedBook()
        self.events: list[AnyEvent] = []
        self.log: list[str] = []
        self.log_fails: Exception | None = None
        self.service = ImportService(
            importer=self.importer,
            files=self.files,
            book=self.book,
            publisher=self,
            clock=lambda: self.now,
            written=self._written,
            max_bytes=max_bytes,
        )

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)

    async def _written(self, actor: Actor, detail: str) -> None:
        if self.log_fails is not None:
            raise self.log_fails
        self.log.append(f"{actor.name}: {detail}")

    async def do(self, command: object, actor: Actor = SARA) -> object:
        return await self.service.handle(actor, command)  # type: ignore[arg-type]

    async def begun(self, name: str = "clientes.csv", size: int = 6) -> str:
        done = await self.do(BeginImport(request_id=1, name=name, size=size))
        return str(done.id)  # type: ignore[attr-defined]

    async def sent(self, name: str = "clientes.csv", data: bytes = b"a,b\n1,") -> str:
        """A whole file, looked at."""
        import_id = await self.begun(name, len(data))
        await self.do(SendImportPart(request_id=2, import_id=import_id, offset=0, data=data))
        await self.settled()
        return import_id

    async def opened(self, import_id: str) -> ImportOpened:
        found = await self.do(OpenImport(request_id=3, import_id=import_id))
        assert isinstance(found, ImportOpened)
        return found

    async def state(self, import_id: str) -> str:
        return (await self.opened(import_id)).view.state

    async def settled(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def told(self) -> list[str]:
        return [str(one.view.state) for one in self.events if isinstance(one, ImportChanged)]
