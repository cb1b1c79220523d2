"""The migrations make what the metadata says, on both databases."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import cti_bridge.store
from cti_bridge.errors import StoreError
from cti_bridge.store.engine import Database
from cti_bridge.store.metadata import metadata
from cti_bridge.store.migrate import HERE, migrate, revisions

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


BEYOND_METADATA = (
    "customer_search", "ix_customers_words", "ix_identities_tail", "text_search", "ix_texts_stems",
)  # fmt: skip
pytestmark = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_identities_tail"
)


def _load_every_table() -> None:
    for module in pkgutil.iter_modules(cti_bridge.store.__path__, "cti_bridge.store."):
        if module.name.endswith("tables"):
            importlib.import_module(module.name)


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:
    """Less the indexes of search, which metadata cannot say; the tests of search cover them."""
    return not str(name).startswith(BEYOND_METADATA)


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={"target_metadata": metadata, "compare_type": True, "include_object": _ours},
    )
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_of_the_metadata(database: Database) -> None:
    _load_every_table()
    assert "customers" in metadata.tables
    assert await database.reading(_differences) == []


async def test_a_missing_column_would_be_seen(database: Database) -> None:
    _load_every_table()
    await database.writing(
        lambda c: c.execute(text("ALTER TABLE customer_notes DROP COLUMN pinned"))
    )
    assert await database.reading(_differences) != []


async def test_opening_again_changes_nothing(database: Database) -> None:
    await database.writing(migrate)
    version = await database.reading(
        lambda c: c.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    )
    assert version == [revisions()[-1]]


def test_file_names_tell_the_revisions_in_alembics_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert [r.revision for r in reversed(list(script.walk_revisions()))] == revisions()
    assert script.get_heads() == [revisions()[-1]]


async def test_a_newer_database_is_left_alone(database: Database) -> None:
    await database.writing(
        lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(StoreError, match="newer Ficha") as caught:
        await database.writing(migrate)
    assert caught.value.kind == "newer_schema"
    assert revisions()[-1] in str(caught.value)


async def test_a_failed_migration_leaves_nothing(
    bare_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scripts = tmp_path / "migrations"
    versions = scripts / "versions"
    versions.mkdir(parents=True)
    for script in sorted((HERE / "versions").glob("0*.py")):
        (versions / script.name).write_text(script.read_text())
    head = revisions()[-1]
    (versions / "9998_broken.py").write_text(
        f"revision = '9998'\ndown_revision = {head!r}\n"
        "def upgrade():\n    raise RuntimeError('half way')\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr("cti_bridge.store.migrate.HERE", scripts)
        with pytest.raises(RuntimeError, match="half way"):
            await Database.open(bare_database_url)
    opened = await Database.open(bare_database_url)  # the good ones run from the start
    await opened.close()
