"""A chat bridge on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.store.engine import Database
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_with_tables(tmp_path))
    yield opened
    await opened.close()
