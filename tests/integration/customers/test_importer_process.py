"""The importing process: a look, a dry run, a run, a pause, a stop, a death."""

from __future__ import annotations

import asyncio
import os
import signal
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from cti_bridge.customers.importing.ports import ImportFault, Moved, Wanted, Whence
from cti_bridge.importer import process
from cti_bridge.importer.messages import Failed, Task
from cti_bridge.importer.process import ProcessImporter
from cti_bridge.importer.worker import Wheel, work
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.engine import Database
from cti_bridge.store.sources import SqlSources
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "Código;Nombre y apellidos;Móvil;Alta\n"
ROWS = "C-1;Marta Nuñes;612 345 099;31/1/2024\nC-2;Peio Ruiz;doce;1/2/2024\n"


def wanted(path: Path, **fields: object) -> Wanted:
    made = Wanted(whence=Whence(location=str(path)), shown="Clientes.csv", name="crm")
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.fixture
def importer(database_url: str) -> ProcessImporter:
    return ProcessImporter(database_url, region="ES", fields=())


@pytest.fixture
def beside(tmp_path: Path) -> tuple[ProcessImporter, str]:
    """On SQLite: what is asked of the process alone is not asked of each database."""
    url = f"sqlite:///{tmp_path / 'ficha.db'}"
    return ProcessImporter(url, region="ES", fields=()), url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.csv"
    path.write_text(HEAD + ROWS)
    return path


def many(path: Path, rows: int) -> Path:
    lines = (f"C-{n};Ana Soto {n};6{n:08};31/1/2024\n" for n in range(rows))
    path.write_text(HEAD + "".join(lines))
    return path


async def ended(
    importer: ProcessImporter,
    one: Wanted,
    *,
    dry_run: bool = False,
    resume: bool = False,
    refusals: str = "",
    hear: Callable[[Moved], None] = lambda _moved: None,
) -> Moved:
    run = importer.run(one, dry_run=dry_run, resume=resume, refusals=refusals, hear=hear)
    return await run.ended()


async def count(url: str) -> int:
    database = await Database.open(url)
    try:
        query = select(func.count()).select_from(customers)
        return await database.reading(lambda c: int(c.execute(query).scalar_one()))
    finally:
        await database.close()


async def test_from_the_look_to_the_refused_row(
    importer: ProcessImporter, file: Path, tmp_path: Path, database_url: str
) -> None:
    looked = await importer.look(wanted(file))
    assert [(c.heading, c.field, c.order) for c in looked.columns] == [
        ("Código", "key", ""), ("Nombre y apellidos", "name", ""),
        ("Móvil", "mobile", ""), ("Alta", "since", "dmy"),
    ]  # fmt: skip
    assert looked.columns[2].samples == ("612 345 099", "doce")
    assert [row.reason == "" for row in looked.preview] == [True, False]
    assert looked.preview[0].numbers == ("C-1", "+34612345099")

    tried = await ended(importer, wanted(file), dry_run=True)
    assert (tried.counts.created, tried.counts.refused) == (1, 1)
    assert await count(database_url) == 0

    refusals = tmp_path / "refused.csv"
    done = await ended(importer, wanted(file, rule="source_first"), refusals=str(refusals))
    assert (done.counts.created, done.counts.refused) == (1, 1)
    assert [(row.line, row.field) for row in done.refused] == [(3, "mobile")]
    assert refusals.read_text("utf-8-sig").splitlines()[1].startswith("3,mobile,")

    database = await Database.open(database_url)
    try:
        kept = await SqlSources(database).named("crm")
        assert kept is not None
        assert kept.mapping is not None
        assert kept.place is None  # the file was sent: it lies nowhere
        assert kept.mapping.rules["name"] == "source_first"
        (found,) = (await SqlCustomers(database).find_phone("+34612345099", "", 5)).customers
        assert found.name == "Marta Nuñes"
    finally:
        await database.close()

    again = await ended(importer, wanted(file))
    assert (again.counts.created, again.counts.unchanged) == (0, 1)


async def test_it_is_paused_stopped_and_goes_on_where_it_stopped(
    beside: tuple[ProcessImporter, str], tmp_path: Path
) -> None:
    """Two thousand rows are four transactions."""
    importer, database_url = beside
    path = many(tmp_path / "file.csv", 2_000)
    heard = asyncio.Event()
    run = importer.run(
        wanted(path), dry_run=False, resume=False, refusals="", hear=lambda _moved: heard.set()
    )
    run.steer("pause")  # before it has begun: it stands after its first batch
    going = asyncio.create_task(run.ended())
    await asyncio.wait_for(heard.wait(), 60)
    run.steer("cancel")
    with pytest.raises(ImportFault) as caught:
        await asyncio.wait_for(going, 60)
    assert caught.value.code == "cancelled"
    before = await count(database_url)
    assert 0 < before < 2_000
    rest = await ended(importer, wanted(path), resume=True)
    assert rest.counts.created == 2_000
    assert await count(database_url) == 2_000


async def test_a_second_import_is_refused_while_another_has_the_lease(
    beside: tuple[ProcessImporter, str], file: Path
) -> None:
    importer, database_url = beside
    database = await Database.open(database_url)
    await database.claim("import")
    try:
        with pytest.raises(ImportFault) as caught:
            await ended(importer, wanted(file))
        assert caught.value.code == "in_use"
    finally:
        await database.close()


async def test_a_process_that_dies_is_told_as_dead(
    beside: tuple[ProcessImporter, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer, _url = beside
    path = many(tmp_path / "file.csv", 2_000)
    started: list[asyncio.subprocess.Process] = []
    exec_ = asyncio.create_subprocess_exec

    async def noted(*words: str, **more: object) -> asyncio.subprocess.Process:
        started.append(await exec_(*words, **more))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(process.asyncio, "create_subprocess_exec", noted)
    heard = asyncio.Event()
    run = importer.run(
        wanted(path), dry_run=False, resume=False, refusals="", hear=lambda _moved: heard.set()
    )
    run.steer("pause")
    going = asyncio.create_task(run.ended())
    await asyncio.wait_for(heard.wait(), 60)
    os.kill(started[0].pid, signal.SIGKILL)
    with pytest.raises(ImportFault) as caught:
        await asyncio.wait_for(going, 60)
    assert caught.value.code == "died"
    rest = await ended(importer, wanted(path), resume=True)
    assert rest.counts.rows == 2_000


def asked(path: Path, **fields: str) -> Task:
    url = f"sqlite:///{path.parent / 'ficha.db'}"
    told = {"location": str(path), "shown": "Clientes.csv", "name": "crm", **fields}
    return Task(do="look", database=url, region="ES", fields=(), **told)  # type: ignore[arg-type]


async def faulty(task: Task) -> Failed:
    """What the process says last, without one."""
    answer = await work(task, Wheel(), lambda _answer: None)
    assert isinstance(answer, Failed)
    return answer


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("file.xlsx", b"PK\x03\x04" + b"\0" * 400, "Clientes.csv: is"),
        ("file.csv", b"\xff\xfe\x00", "Clientes.csv: is damaged"),
        ("file.csv", b"   \n", "Clientes.csv: is empty"),
        ("file.vcf", b"no card\n", "Clientes.csv: no card in it"),
        ("file.csv", ("n;" * 1_000 + "\n" + "1;" * 1_000).encode(), "Clientes.csv: 1001 col"),
    ],
    ids=("half a zip", "half a letter", "blank", "no card", "a thousand columns"),
)
async def test_a_file_that_cannot_be_read_is_told_by_the_name_that_it_had(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    answer = await faulty(asked(path))
    assert answer.code == "source"
    assert answer.what.startswith(what)
    assert str(tmp_path) not in answer.what


async def test_a_spreadsheet_that_would_fill_the_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24  # the size that it says it has unpacked
    data[at : at + 4] = (0xF0000000).to_bytes(4, "little")
    path.write_bytes(data)
    answer = await faulty(asked(path))
    assert "holds 3840 MB unpacked" in answer.what


async def test_a_source_that_is_a_database_tells_neither_place_nor_password(
    tmp_path: Path,
) -> None:
    task = asked(tmp_path / "x", location=f"sqlite:///{tmp_path / 'gone.db'}", table="t",
                 password="hunter2", shown="shop")  # fmt: skip
    answer = await faulty(task)
    assert "hunter2" not in answer.what
    assert str(tmp_path) not in answer.what
