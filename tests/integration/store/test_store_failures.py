"""A database that cannot be used says what, where, and what to do; and the bridge lives on."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.util import await_only

from cti_bridge.errors import StoreError
from cti_bridge.store.engine import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.helpers.postgres import PostgresServer

ADD = "INSERT INTO users VALUES (:id, :id, '', 'agent', '', :off, '2026-01-01', '2026-01-01')"


def adding(name: str) -> Callable[[Connection], object]:
    off = False
    return lambda c: c.execute(
        text(ADD if c.dialect.name == "sqlite" else ADD.replace("'2026-01-01'", "now()")),
        {"id": name, "off": off},
    )


async def users(database: Database) -> list[str]:
    query = text("SELECT id FROM users ORDER BY id")
    return await database.reading(lambda c: list(c.execute(query).scalars()))


async def refused(url: str, **more: float) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await Database.open(url, **more)
    return caught.value


# -- SQLite -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("", "sqlite:///ficha.db"),
        ("not a url", "sqlite:///ficha.db"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("mysql://root:secret@host/name", "'mysql' is not a database that Ficha knows"),
        ("sqlite:////no/such/directory/ficha.db", "Create /no/such/directory"),
    ],
)
async def test_a_url_that_cannot_work(url: str, hint: str) -> None:
    error = await refused(url)
    assert hint in str(error)
    assert "secret" not in str(error)


async def test_a_directory_is_no_database(tmp_path: Path) -> None:
    assert (await refused(f"sqlite:///{tmp_path}")).kind == "unreadable"


async def test_a_file_of_something_else_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff" + b"not a database" * 1000)
    before = path.read_bytes()
    error = await refused(f"sqlite:///{path}")
    assert (error.kind, error.where) == ("not_a_database", str(path))
    assert "store.url" in error.todo
    assert path.read_bytes() == before


async def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "ficha.db"
    opened = await Database.open(f"sqlite:///{path}")
    for name in ("a", "b"):
        await opened.writing(adding(name))
    await opened.close()
    whole = bytearray(path.read_bytes())
    for page in range(1, len(whole) // 4096):  # all but the first, which says what it is
        whole[page * 4096 : page * 4096 + 2000] = b"\xa5" * 2000
    path.write_bytes(whole)
    assert (await refused(f"sqlite:///{path}")).kind == "corrupt"


async def test_a_locked_file_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "ficha.db"
    await (await Database.open(f"sqlite:///{path}")).close()
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        error = await refused(f"sqlite:///{path}", lock_wait=0.2)
    other.close()
    assert (error.kind, error.transient) == ("locked", True)
    assert "another program" in str(error)


async def test_a_lock_that_passes_costs_only_time(tmp_path: Path) -> None:
    path = tmp_path / "ficha.db"
    opened = await Database.open(f"sqlite:///{path}", lock_wait=0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await users(opened) == []  # readers do not wait for a writer
    with pytest.raises(StoreError, match="locked"):
        await opened.writing(adding("a"))
    other.execute("ROLLBACK")
    other.close()
    await opened.writing(adding("a"))
    assert await users(opened) == ["a"]
    await opened.close()


async def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "ficha.db"
    path.symlink_to("/no/such/directory/ficha.db")  # stops root too, as rights would not
    error = await refused(f"sqlite:///{path}")
    assert (error.kind, error.where) == ("unreadable", str(path))
    assert "who may read and write it" in error.todo


async def test_a_new_file_is_for_the_bridges_user_alone(tmp_path: Path) -> None:
    opened = await Database.open(f"sqlite:///{tmp_path / 'ficha.db'}")
    await opened.writing(adding("a"))
    files = {entry.name: entry.stat().st_mode & 0o777 for entry in os.scandir(tmp_path)}
    await opened.close()
    assert set(files) == {"ficha.db", "ficha.db-wal", "ficha.db-shm"}
    assert set(files.values()) == {0o600}


async def test_a_full_disk_undoes_and_passes(tmp_path: Path) -> None:
    opened = await Database.open(f"sqlite:///{tmp_path / 'ficha.db'}")

    def limit(pages: int) -> Callable[[Connection], object]:
        return lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    pages = await opened.reading(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
    await opened.writing(limit(pages))

    def much(connection: Connection) -> None:
        adding("first")(connection)
        for at in range(2000):
            adding(f"{at:04}" + "x" * 30)(connection)

    with pytest.raises(StoreError) as caught:
        await opened.writing(much)
    assert (caught.value.kind, caught.value.transient) == ("full", True)
    assert await users(opened) == []  # the whole transaction is undone
    await opened.writing(limit(1_000_000))
    await opened.writing(much)
    assert len(await users(opened)) == 2001
    await opened.close()


# -- PostgreSQL ---------------------------------------------------------------------------------


@pytest.mark.peer("postgresql")
async def test_postgresql_refusals_are_told_apart(postgres_server: PostgresServer) -> None:
    wrong = await refused(postgres_server.url("postgres", password="hunter2"))
    assert wrong.kind == "wrong_credentials"
    assert "hunter2" not in str(wrong)
    assert (await refused(postgres_server.url("nowhere"))).kind == "no_database"
    closed = postgres_server.url("postgres").replace(f":{postgres_server.port}/", ":1/")
    unreachable = await refused(closed)
    assert (unreachable.kind, unreachable.transient) == ("unreachable", True)


@pytest.mark.peer("postgresql")
async def test_postgresql_restarted_under_an_open_bridge(postgres_server: PostgresServer) -> None:
    url = postgres_server.create()
    opened = await Database.open(url)
    await opened.writing(adding("before"))
    await asyncio.to_thread(postgres_server.stop, "fast")
    try:
        with pytest.raises(StoreError) as caught:
            await opened.writing(adding("while down"))
        assert caught.value.kind == "unreachable"
    finally:
        await asyncio.to_thread(postgres_server.resume)
    await opened.writing(adding("after"))
    assert await users(opened) == ["after", "before"]
    await opened.close()


# -- both ---------------------------------------------------------------------------------------


async def test_what_the_work_raises_undoes_it_and_passes_through(database: Database) -> None:
    class Stale(Exception):
        pass

    def work(connection: Connection) -> None:
        adding("a")(connection)
        raise Stale

    with pytest.raises(Stale):
        await database.writing(work)
    assert await users(database) == []


async def test_a_broken_rule_is_the_databases_failure(database: Database) -> None:
    await database.writing(adding("a"))
    with pytest.raises(StoreError) as caught:
        await database.writing(adding("a"))
    assert caught.value.kind == "failed"
    assert isinstance(caught.value.__cause__, IntegrityError)
    assert await users(database) == ["a"]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError) as caught:
        await database.reading(adding("a"))
    assert caught.value.kind == "read_only"
    await database.writing(adding("b"))  # the connection that read is as good as any to write
    assert await users(database) == ["b"]


async def test_a_reader_sees_one_moment(database: Database) -> None:
    """Its second statement finds what its first found, whatever was committed in between."""
    loop = asyncio.get_running_loop()

    def work(connection: Connection) -> list[int]:
        query = text("SELECT count(*) FROM users")
        seen = [connection.execute(query).scalar_one()]
        writing = database.writing(adding("a"))
        if database.dialect == "sqlite":  # in a thread of its own
            asyncio.run_coroutine_threadsafe(writing, loop).result(60)
        else:
            await_only(writing)
        return [*seen, connection.execute(query).scalar_one()]

    assert await database.reading(work) == [0, 0]
    assert await users(database) == ["a"]


async def test_writers_are_one_after_the_other(database: Database) -> None:
    def increment(connection: Connection) -> None:
        taken = connection.execute(text("SELECT count(*) FROM users")).scalar_one()
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE users IN EXCLUSIVE MODE"))
            taken = connection.execute(text("SELECT count(*) FROM users")).scalar_one()
        adding(f"{taken:03}")(connection)

    await asyncio.gather(*(database.writing(increment) for _ in range(20)))
    assert await users(database) == [f"{at:03}" for at in range(20)]


async def test_a_cancelled_write_is_whole_or_undone(database: Database) -> None:
    def two(name: str) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            adding(f"{name}-1")(connection)
            adding(f"{name}-2")(connection)

        return work

    for at in range(12):
        writing = asyncio.ensure_future(database.writing(two(f"{at:02}")))
        await asyncio.sleep(0.0003 * at)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    await database.writing(two("99"))
    names = await users(database)
    pairs = {name[:2] for name in names}
    assert names == sorted(f"{pair}-{half}" for pair in pairs for half in "12")
    assert "99" in pairs


async def test_closed_is_closed(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(StoreError) as caught:
        await database.writing(adding("a"))
    assert caught.value.kind == "closed"


async def test_work_that_waits_too_long_in_line_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti_bridge.store.sqlite.MAX_PENDING", 2)
    opened = await Database.open(f"sqlite:///{tmp_path / 'ficha.db'}")
    done = await asyncio.gather(
        *(opened.writing(adding(str(at))) for at in range(5)), return_exceptions=True
    )
    refusals = [outcome for outcome in done if isinstance(outcome, StoreError)]
    assert [error.kind for error in refusals] == ["overloaded"] * 3
    assert await users(opened) == ["0", "1"]
    await opened.close()
