"""A database of release 0.1 (tables 0003) is brought up to date with all that is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData, select

from cti_bridge.errors import StoreError
from cti_bridge.store.engine import Database
from cti_bridge.store.migrate import HERE, revisions
from cti_bridge.store.populate import populate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    Columns = Mapping[str, Sequence[str]]

LAST_RELEASE = "0003"
pytestmark = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_identities_tail"
)
OURS = ("customer_search", "alembic", "bridge_")  # made anew, or of the running bridge


def columns(connection: Connection) -> Columns:
    tables = MetaData()
    tables.reflect(connection)
    return {
        name: [column.name for column in table.columns]
        for name, table in tables.tables.items()
        if not name.startswith(OURS)
    }


def rows(wanted: Columns) -> Callable[[Connection], dict[str, list[str]]]:
    """Every row of these columns, in an order of its own."""

    def work(connection: Connection) -> dict[str, list[str]]:
        tables = MetaData()
        tables.reflect(connection)
        return {
            name: sorted(
                repr(tuple(row))
                for row in connection.execute(select(*(tables.tables[name].c[n] for n in names)))
            )
            for name, names in wanted.items()
        }

    return work


@pytest.fixture
def old_scripts(tmp_path: Path) -> Path:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    for script in sorted((HERE / "versions").glob("0*.py")):
        if script.name[:4] <= LAST_RELEASE:
            (versions / script.name).write_text(script.read_text())
    return versions.parent


async def test_nothing_is_lost_and_there_is_no_way_back(
    bare_database_url: str, old_scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def opened(scripts: Path, work: Callable[[Database], Any]) -> Any:
        monkeypatch.setattr("cti_bridge.store.migrate.HERE", scripts)
        database = await Database.open(bare_database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    async def write(database: Database) -> tuple[Columns, dict[str, list[str]]]:
        await populate(database, 40)
        known = await database.reading(columns)
        return known, await database.reading(rows(known))

    known, before = await opened(old_scripts, write)
    assert "messages" not in known
    assert len(before["interactions"]) > 40
    assert len(before["journey"]) > 40
    assert await opened(HERE, lambda database: database.reading(rows(known))) == before
    with pytest.raises(StoreError, match="newer Ficha") as refused:
        await opened(old_scripts, lambda database: database.reading(rows(known)))
    assert (revisions()[-1], LAST_RELEASE) == (LAST_RELEASE, LAST_RELEASE)  # as that one knows it
    assert "restore the backup made before it" in str(refused.value)
    assert await opened(HERE, lambda database: database.reading(rows(known))) == before
