"""Fixtures: an empty, open database of each kind. Import what a test module needs by name:

from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.store.engine import Database
from tests.helpers import postgres
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

BOTH = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.peer("postgresql")),
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """One server for the run (one for each xdist worker)."""
    binaries = postgres.binaries()
    if binaries is None:
        pytest.skip("postgresql is not installed (apt-get install postgresql)")
    with postgres.running(binaries) as server:
        yield server


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has its tables and nothing in them."""
    if request.param == "sqlite":
        yield sqlite_with_tables(tmp_path)
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_with_tables()
    yield url
    server.drop(url)


@pytest.fixture(params=BOTH)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database that nobody has opened."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ficha.db'}"
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
