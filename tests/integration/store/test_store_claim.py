"""One bridge on a database at a time, and everybody else undisturbed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from cti_bridge.errors import StoreError
from cti_bridge.store import claim
from cti_bridge.store.engine import Database
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer


async def refused(second: Database) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await second.claim()
    return caught.value


async def test_a_second_bridge_is_refused_until_the_first_has_ended(
    database: Database,  # noqa: F811
    database_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claim, "WAIT_SECONDS", 0.05)
    await database.claim()
    second = await Database.open(database_url)  # a command that adds a user, say
    error = await refused(second)
    assert (error.kind, error.transient) == ("in_use", False)
    assert "Stop that one first" in str(error)
    await second.writing(lambda connection: connection.execute(text("DELETE FROM users")))
    await database.close()
    await second.claim()
    await second.close()


async def test_a_bridge_that_is_just_ending_is_waited_for(
    database: Database,  # noqa: F811
    database_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claim, "WAIT_SECONDS", 60)
    await database.claim()
    second = await Database.open(database_url)
    claiming = asyncio.ensure_future(second.claim())
    await asyncio.sleep(0.1)
    assert not claiming.done()
    await database.close()
    await claiming
    await second.close()


@pytest.mark.peer("postgresql")
async def test_a_claim_that_the_server_dropped_is_taken_again(
    postgres_server: PostgresServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claim, "KEEP_SECONDS", 0.02)
    monkeypatch.setattr(claim, "WAIT_SECONDS", 0.05)
    url = postgres_server.create()
    first, second = await Database.open(url), await Database.open(url)
    await first.claim()
    holder = text("SELECT min(pid) FROM pg_locks WHERE locktype = 'advisory'")
    ended = await second.reading(lambda c: c.execute(holder).scalar_one())
    await second.writing(lambda c: c.execute(text(f"SELECT pg_terminate_backend({ended})")))
    async with asyncio.timeout(30):
        while await second.reading(lambda c: c.execute(holder).scalar_one()) in (ended, None):
            await asyncio.sleep(0.02)
    assert (await refused(second)).kind == "in_use"
    for one in (first, second):
        await one.close()
    postgres_server.drop(url)


async def test_a_claim_beside_a_file_that_cannot_be_made_says_why(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("claim")
    opened = await Database.open(f"sqlite:///{folder / 'ficha.db'}")
    (folder / "ficha.db-bridge").mkdir()
    assert (await refused(opened)).kind == "unreadable"
    await opened.close()


async def test_who_writes_much_knows_whether_a_bridge_waits(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ficha.db'}"
    bridge, importing = await Database.open(url), await Database.open(url)
    assert not await importing.bridge_waits()  # never was there one
    await bridge.claim()
    assert await importing.bridge_waits()
    assert not await bridge.bridge_waits()  # it is the bridge itself
    await bridge.release()
    assert not await importing.bridge_waits()
    await bridge.claim()  # to have asked takes nothing away
    await importing.close()
    await bridge.close()
