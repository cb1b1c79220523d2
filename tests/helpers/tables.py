"""Databases that have their tables already: to make them anew takes half a second of a core."""

from __future__ import annotations

import asyncio
import functools
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cti_bridge.store.engine import Database


def sqlite_with_tables(folder: Path) -> str:
    """The URL of `ficha.db` in `folder`: a new one, migrated and empty, where there is none."""
    path = folder / "ficha.db"
    if not path.exists():
        shutil.copy(_migrated_file(), path)
    return f"sqlite:///{path}"


def migrate_now(url: str) -> None:
    """Opens and closes it; may be called where an event loop runs."""

    async def open_and_close() -> None:
        await (await Database.open(url)).close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, open_and_close()).result()


_kept = tempfile.TemporaryDirectory(prefix="ficha-tables-", ignore_cleanup_errors=True)


@functools.cache
def _migrated_file() -> Path:
    path = Path(_kept.name) / "ficha.db"
    migrate_now(f"sqlite:///{path}")
    return path
