"""A disk that is full after some kilobytes, as a folder: a tmpfs, mounted for the block.

    with small_disk(folder, kilobytes=96) as disk:      # an empty folder that is there already
        disk.grow(4096)

Mark tests with `@pytest.mark.right("small-disk")`: mounting is root's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class SmallDisk:
    path: Path

    def grow(self, kilobytes: int) -> None:
        _mount("-o", f"remount,size={kilobytes}k", str(self.path))

    @property
    def free(self) -> int:
        """Bytes."""
        room = os.statvfs(self.path)
        return room.f_bavail * room.f_frsize


@contextlib.contextmanager
def small_disk(folder: Path, *, kilobytes: int) -> Iterator[SmallDisk]:
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0777", "ficha-test", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, timeout=10)


@cache
def why_not() -> str:
    """ "" where a small disk can be had."""
    folder = tempfile.mkdtemp(prefix="ficha-disk-")
    try:
        with small_disk(Path(folder), kilobytes=64):
            return ""
    except (OSError, subprocess.SubprocessError):
        return "no tmpfs may be mounted here"
    finally:
        os.rmdir(folder)


def _mount(*words: str) -> None:
    subprocess.run(
        ["mount", *words],
        check=True,
        timeout=10,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
