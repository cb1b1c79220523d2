"""Sources with a name: of the configuration, of an import, of a desktop's file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.values import NamedSource
from cti_bridge.customers.importing.ports import Whence
from cti_bridge.customers.sources.mapping import Column, Mapping
from cti_bridge.importer.book import SourceBook
from cti_bridge.importer.folder import ImportFolder
from cti_bridge.store.engine import Database
from cti_bridge.store.sources import SqlSources

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAPPING = Mapping(columns=(Column(heading="Nombre", field="name"),))


async def test_who_names_a_source_and_what_is_told_of_it(tmp_path: Path) -> None:
    """On SQLite alone: its statements are those of `customers sources`."""
    database = await Database.open(f"sqlite:///{tmp_path / 'ficha.db'}")
    try:
        saved = SqlSources(database)
        place = {"location": "/data/crm.csv", "sheet": "", "table": "", "query": ""}
        await saved.save("crm", place, MAPPING, NOW)
        await saved.save("tienda", place, MAPPING, NOW)
        await saved.save_mapping("enviado", MAPPING, NOW)  # of a file that a desktop sent
        await saved.save_mapping("crm", MAPPING, NOW)
        shop = NamedSource(name="tienda", location="mariadb://u@shop/x", table="t", password="p")
        book = SourceBook(saved, (shop,))
        assert [(one.name, one.kind) for one in await book.all()] == [
            ("crm", "file"), ("enviado", ""), ("tienda", "database"),
        ]  # fmt: skip
        assert "mariadb" not in str(await book.all())
        assert await book.whence("crm") == Whence(location="/data/crm.csv")
        assert await book.whence("enviado") is None
        assert await book.whence("nobody") is None
        found = await book.whence("tienda")
        assert found == Whence(location="mariadb://u@shop/x", table="t", password="p")
        assert "'p'" not in repr(found)
    finally:
        await database.close()


async def test_a_folder_of_files_that_come_in_pieces(tmp_path: Path) -> None:
    files = ImportFolder(tmp_path / "imports")
    await files.sweep()  # there is nothing yet
    path = await files.begin("i1", "file.csv")
    assert (tmp_path / "imports" / "i1").stat().st_mode & 0o077 == 0
    await files.append(path, 0, b"abcdef")
    await files.append(path, 3, b"DE")  # the rest of a piece that was not taken whole goes
    assert await files.read(path, 0, 100) == (b"abcDE", 5)
    assert await files.read(path, 9, 100) == (b"", 5)
    with pytest.raises(OSError, match="exists"):
        await files.begin("i1", "file.csv")
    await files.drop("i1")
    await files.drop("i1")
    await files.begin("i2", "file.csv")
    await files.sweep()
    assert not (tmp_path / "imports").exists()
