"""Fills an SQLite file or a PostgreSQL database with `customer_file`, and keeps it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from cti_bridge.store.engine import Database
from tests.bench.customer_file import POSTGRESQL, SQLITE, name_rows, statements
from tests.bench.product import _schema
from tests.helpers import postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.bench.load import Load

SLOTS: Final = (
    "CREATE TABLE slots (slot integer primary key, given text, given_f text,"
    " surname text, surname_f text, firm text, firm_f text)"
)
BUSY_CONTACTS: Final = 100_000
CHUNK: Final = 500_000
Said = "Callable[[str], None]"


async def sqlite_file(load: Load) -> Path:
    """A store with so many customers, made once and kept until the migrations change."""
    kept = load.output / "cache" / f"file-{load.customers}-{_schema()}.db"
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    making = kept.with_suffix(".making")
    for leftover in kept.parent.glob(f"{making.name}*"):
        leftover.unlink()
    await (await Database.open(f"sqlite:///{making}")).close()
    await asyncio.to_thread(_fill_sqlite, making, load.customers)
    making.rename(kept)
    return kept


def _fill_sqlite(file: Path, count: int) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        run = connection.execute
        for pragma in (
            "journal_mode = off", "synchronous = off", "cache_size = -500000",
            "locking_mode = exclusive", "temp_store = file", "threads = 2",
        ):  # fmt: skip
            run(f"PRAGMA {pragma}")
        later = run(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
            " AND sql IS NOT NULL ORDER BY type DESC"
        ).fetchall()
        for kind, name, _sql in later:
            run(f"DROP {kind} {name}")
        run(SLOTS.replace("CREATE TABLE", "CREATE TEMP TABLE"))
        connection.executemany("INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?, ?)", name_rows())
        began = time.monotonic()
        run("BEGIN")
        for first in range(1, count + 1, CHUNK):
            last = min(first + CHUNK - 1, count)
            for statement in statements(SQLITE, first, last, min(BUSY_CONTACTS, count)):
                run(statement)
            _say(f"{last} customers", began)
        run("COMMIT")
        run("INSERT INTO customer_search(customer_search) VALUES ('rebuild')")
        _say("words", began)
        run("CREATE VIRTUAL TABLE temp.counted USING fts5vocab('main', 'customer_search', 'row')")
        run("INSERT INTO customer_vocabulary SELECT term, doc FROM temp.counted")
        run("DROP TABLE temp.counted")
        _say("vocabulary", began)
        for kind, name, sql in sorted(later):
            run(sql)
            if kind == "index":
                _say(name, began)
        run("ANALYZE")
        _say("analysed", began)


def _say(what: str, began: float) -> None:
    print(f"  {time.monotonic() - began:6.0f} s  {what}", flush=True)


@contextlib.asynccontextmanager
async def postgresql_database(load: Load) -> AsyncIterator[PostgresHome]:
    """A server with a database of so many customers, kept as the file is."""
    binaries = postgres.binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed (apt-get install postgresql)")
    home = load.output / "cache" / f"file-{load.customers}-{_schema()}.pg"
    done = home / "filled"
    if home.exists() and not done.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    server = PostgresHome(binaries, home)
    if done.exists():
        server.resume()
    else:
        server.start()
    try:
        if not done.exists():
            server.create()
            await _fill_postgresql(server.url("test_1"), load.customers)
            done.write_text("")
        yield server
    finally:
        server.stop("fast")


class PostgresHome(postgres.PostgresServer):
    """As the tests' server, in a folder that stays, and with memory as a server has."""

    OPTIONS = (
        "-c shared_buffers=1GB -c maintenance_work_mem=1GB -c max_wal_size=8GB"
        " -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c work_mem=16MB"
    )

    @property
    def store(self) -> str:
        return self.url("test_1")

    def _run(self, program: str, *arguments: str) -> None:
        """The options come before the last of `pg_ctl start`; a big server stops slowly."""
        given = list(arguments)
        if program == "pg_ctl" and "-o" in given:
            at = given.index("-o") + 1
            given[at] = (
                f"{given[at].replace('shared_buffers=32MB', '')} ".replace("-c  ", "")
                + self.OPTIONS
            )
        super()._run(program, *given)

    def files(self) -> list[Path]:
        return [path for path in (self.home / "data" / "base").rglob("*") if path.is_file()]


async def _fill_postgresql(url: str, count: int) -> None:
    await (await Database.open(url)).close()
    connection: Any = await asyncpg.connect(url, timeout=30, command_timeout=3_600)
    try:
        began = time.monotonic()
        later = await connection.fetch(
            "SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS sql, k.oid IS NOT NULL"
            " AS needed FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid"
            " WHERE i.indrelid IN ('customers'::regclass, 'identities'::regclass,"
            " 'interactions'::regclass) AND NOT i.indisprimary"
        )
        tables = ("customers", "identities", "interactions")
        for row in later:
            await connection.execute(f"DROP INDEX {row['name']}")
        for table in tables:
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        await connection.execute("SET jit = off; SET work_mem = '256MB'")
        await connection.execute(SLOTS)
        await connection.copy_records_to_table("slots", records=name_rows())
        await connection.execute("ANALYZE slots")
        for first in range(1, count + 1, CHUNK):
            last = min(first + CHUNK - 1, count)
            for statement in statements(POSTGRESQL, first, last, min(BUSY_CONTACTS, count)):
                await connection.execute(statement)
            _say(f"{last} customers", began)
        await connection.execute(
            "INSERT INTO customer_vocabulary (word, holders) SELECT word, count(*)"
            " FROM customers, unnest(string_to_array(words, ' ')) AS word"
            " WHERE word <> '' GROUP BY word"
        )
        await connection.execute("DROP TABLE slots")
        for row in later:
            await connection.execute(row["sql"])
            _say(row["name"], began)
        for table in tables:
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
            sequence = (
                f"SELECT setval(pg_get_serial_sequence('{table}', 'n'), max(n)) FROM {table}"
            )
            if table != "interactions":
                await connection.execute(sequence)
        await connection.execute("VACUUM ANALYZE")
        _say("analysed", began)
    finally:
        await connection.close()
