"""The folder of what desktops sent: implements `customers.importing.ports.Files`."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

REFUSALS: Final = "refused.csv"


class ImportFolder:
    """For the bridge's user alone; each import has a folder in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def begin(self, import_id: str, name: str) -> str:
        return await asyncio.to_thread(self._begin, import_id, name)

    async def append(self, path: str, offset: int, data: bytes) -> None:
        await asyncio.to_thread(_append, path, offset, data)

    def refusals(self, import_id: str) -> str:
        own = self._folder / import_id
        own.mkdir(0o700, parents=True, exist_ok=True)
        return str(own / REFUSALS)

    async def read(self, path: str, offset: int, size: int) -> tuple[bytes, int]:
        return await asyncio.to_thread(_read, path, offset, size)

    async def drop(self, import_id: str) -> None:
        await asyncio.to_thread(_remove, self._folder / import_id)

    async def sweep(self) -> None:
        await asyncio.to_thread(self._sweep)

    def _begin(self, import_id: str, name: str) -> str:
        own = self._folder / import_id
        own.mkdir(0o700, parents=True)
        path = own / name
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return str(path)

    def _sweep(self) -> None:
        _remove(self._folder)


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)


def _append(path: str, offset: int, data: bytes) -> None:
    """Behind the last whole piece: half of one, where the disk was full, is written over."""
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)
        file.truncate()


def _read(path: str, offset: int, size: int) -> tuple[bytes, int]:
    with open(path, "rb") as file:
        whole = file.seek(0, os.SEEK_END)
        file.seek(min(offset, whole))
        return file.read(size), whole
