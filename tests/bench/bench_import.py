"""Customers into an empty file, read anew, and a night in which nothing changed; both databases.

A CSV of nine columns, as a CRM exports it, is imported by `cti-bridge customers import` in a
process of its own that has one core. The floor, on the same core, reads the same file with the csv
module and writes its text as it stands into three tables with an index each. Beside the rows a
second stands the peak of the process's memory.
"""

from __future__ import annotations

import asyncio
import csv
import os
import random
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Final

from tests.bench.results import Goal, Result
from tests.helpers import postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.load import Load

GOAL: Final = Goal(at_least=10_000)  # rows a second
MEMORY: Final = Goal(at_most=400)  # MB, whatever the size of the file
_FIRST: Final = ("Marta", "Ana", "José Luis", "Peio", "Íñigo", "Carmen", "Lucía", "Núria",
                 "Javier", "Begoña", "Itziar", "Raúl", "Sofía", "Mikel")  # fmt: skip
_LAST: Final = ("Núñez", "García", "López", "Etxeberria", "Ibáñez", "Peña", "Ruiz", "Soto",
                "Calvo", "Fernández", "Muñoz", "Ochoa", "Vidal", "Díaz", "Zabala")  # fmt: skip


async def run(load: Load, quick: bool) -> list[Result]:
    with TemporaryDirectory(prefix="ficha-import-") as name:
        folder = Path(name)
        source = folder / "crm.csv"
        await asyncio.to_thread(write_source, source, load.customers)
        size = f"{load.customers:,} rows, {source.stat().st_size >> 20} MB"
        results = await asyncio.to_thread(_sqlite, folder, source, size, load.customers)
        if found := postgres.binaries():
            with postgres.running(found) as server:
                results += await asyncio.to_thread(
                    _postgresql, folder, source, size, load.customers, server
                )
        return results


def write_source(path: Path, count: int) -> None:
    draw = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.writer(file, delimiter=";")
        written.writerow(("Código", "Nombre", "Apellidos", "Móvil", "Teléfono", "Correo",
                          "Empresa", "Idioma", "Alta"))  # fmt: skip
        for n in range(count):
            first, last = draw.choice(_FIRST), draw.choice(_LAST)
            written.writerow(
                (
                    f"C-{n:08}",
                    first,
                    f"{last} {draw.choice(_LAST)}",
                    f"6{draw.randrange(10**8):08}",
                    f"+34 9{draw.randrange(10**8):08}" if n % 3 == 0 else "",
                    f"cliente.{n}@example.com" if n % 2 else "",
                    f"Empresa {n % 5000}" if n % 5 == 0 else "",
                    "es",
                    f"{1 + n % 28:02}/{1 + n % 12:02}/20{n % 24:02}",
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    seconds: float
    processor: float  # seconds
    peak: int  # MB


def _measured(work: Callable[[], None]) -> _Measured:
    """In a process of its own, on one core."""
    started = monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            work()
            code = 0
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("the measured process failed; what it said stands above")
    return _Measured(
        seconds=monotonic() - started,
        processor=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss >> 10,
    )


def _product(folder: Path, source: Path, url: str) -> _Measured:
    config = folder / "bridge.toml"
    config.write_text(f'[store]\nurl = "{url}"\n')
    command = [sys.executable, "-m", "cti_bridge", "customers", "import", str(source),
               "--source", "crm", "--config", str(config)]  # fmt: skip
    return _measured(lambda: os.execv(command[0], command))


def _sqlite(folder: Path, source: Path, size: str, rows: int) -> list[Result]:
    floor = _measured(lambda: _sqlite_floor(folder / "floor.db", source))
    url = f"sqlite:///{folder / 'ficha.db'}"
    first, again = (_product(folder, source, url) for _ in range(2))
    (folder / "floor.db").unlink()
    return _figures("SQLite", size, rows, first, again, floor)


def _postgresql(
    folder: Path, source: Path, size: str, rows: int, server: postgres.PostgresServer
) -> list[Result]:
    bare, product = server.create(), server.create()
    floor = _measured(lambda: _postgresql_floor(bare, source))
    server.drop(bare)
    first, again = (_product(folder, source, product) for _ in range(2))
    server.drop(product)
    return _figures("PostgreSQL", size, rows, first, again, floor)


def _figures(
    where: str, size: str, rows: int, first: _Measured, again: _Measured, floor: _Measured
) -> list[Result]:
    def figure(metric: str, unit: str, value: float, **more: object) -> Result:
        return Result(bench="import", load=f"{where}, {size}", metric=metric, unit=unit,
                      value=value, **more)  # type: ignore[arg-type]  # fmt: skip

    return [
        figure("new", "rows/s", rows / first.seconds, reference=rows / floor.seconds, goal=GOAL),
        figure("new, of the processor", "rows/s", rows / first.processor,
               reference=rows / floor.processor),
        figure("unchanged", "rows/s", rows / again.seconds, goal=GOAL),
        figure("peak memory", "MB", max(first.peak, again.peak), reference=floor.peak,
               goal=MEMORY),
    ]  # fmt: skip


_TABLES: Final = (
    "CREATE TABLE customer (n INTEGER PRIMARY KEY, key TEXT, name TEXT, organisation TEXT,"
    " language TEXT, since TEXT)",
    "CREATE TABLE identity (customer INTEGER, kind TEXT, value TEXT)",
    "CREATE TABLE record (key TEXT PRIMARY KEY, customer INTEGER, said TEXT)",
    "CREATE INDEX identity_value ON identity (value)",
    "CREATE INDEX identity_customer ON identity (customer)",
)
_PIECE: Final = 2_000


def _pieces(source: Path) -> Iterator[tuple[list[tuple[object, ...]], ...]]:
    with source.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        people: list[tuple[object, ...]] = []
        known: list[tuple[object, ...]] = []
        said: list[tuple[object, ...]] = []
        for n, row in enumerate(reader, start=1):
            people.append((n, row[0], f"{row[1]} {row[2]}", row[6], row[7], row[8]))
            known += [(n, "x", value) for value in (row[0], row[3], row[4], row[5]) if value]
            said.append((row[0], n, ";".join(row)))
            if n % _PIECE == 0:
                yield people, known, said
                people, known, said = [], [], []
        yield people, known, said


def _sqlite_floor(path: Path, source: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    for statement in _TABLES:
        database.execute(statement)
    for people, known, said in _pieces(source):
        database.executemany("INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?)", people)
        database.executemany("INSERT INTO identity VALUES (?, ?, ?)", known)
        database.executemany("INSERT INTO record VALUES (?, ?, ?)", said)
        database.commit()
    database.close()


def _postgresql_floor(url: str, source: Path) -> None:
    import asyncpg

    async def work() -> None:
        connection = await asyncpg.connect(url)
        for statement in _TABLES:
            await connection.execute(statement)
        for people, known, said in _pieces(source):
            async with connection.transaction():
                await connection.copy_records_to_table("customer", records=people)
                await connection.copy_records_to_table("identity", records=known)
                await connection.copy_records_to_table("record", records=said)
        await connection.close()

    asyncio.run(work())
