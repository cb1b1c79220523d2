"""A program under measurement: started, read line by line, weighed, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

import psutil

from tests.helpers.forked import Forked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

ROOT_ENVIRONMENT = {"QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}


class Program:
    """One process. `lines` holds what it printed; `on_line` sees each line as it comes."""

    def __init__(self, process: asyncio.subprocess.Process | Forked, log: Path) -> None:
        self.process, self.log = process, log
        self.lines: list[str] = []
        self.on_line: Callable[[str], None] = lambda _line: None
        self._came = asyncio.Event()
        self._weight = psutil.Process(process.pid)

    async def read(self) -> None:
        assert self.process.stdout is not None
        while raw := await self.process.stdout.readline():
            line = raw.decode(errors="replace").rstrip("\n")
            self.lines.append(line)
            self.on_line(line)
            self._came.set()

    async def says(self, beginning: str, *, within: float = 60) -> str:
        """The first line that begins so; raises RuntimeError when it ends or stays silent."""
        try:
            async with asyncio.timeout(within):
                while True:
                    for line in self.lines:
                        if line.startswith(beginning):
                            return line
                    if self.process.returncode is not None:
                        break
                    self._came.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._came.wait(), 0.5)
        except TimeoutError:
            pass
        raise RuntimeError(
            f"no line {beginning!r} in {within} s (exit code {self.process.returncode}); it said "
            f"{self.lines[-5:]}; {self.log}: {self.log.read_text(errors='replace')[-2000:]}"
        )

    def cpu_seconds(self) -> float:
        used = self._weight.cpu_times()
        return float(used.user + used.system)

    def memory_mb(self) -> float:
        """Resident set; 1 MB is 1,000,000 bytes."""
        return float(self._weight.memory_info().rss) / 1e6


def _environment() -> dict[str, str]:
    """Compiled modules are kept, as they are where a program is installed."""
    here = os.environ | ROOT_ENVIRONMENT
    here.pop("PYTHONDONTWRITEBYTECODE", None)
    return here


@contextlib.asynccontextmanager
async def program(*command: str, name: str, folder: Path) -> AsyncIterator[Program]:
    """A Python module with arguments as a process of its own, for the block.

    `command` begins with the module's name; standard error goes to `folder/NAME.log`.
    """
    log = folder / f"{name}.log"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            limit=4 * 1024 * 1024,
        )
    async with _running(Program(process, log)) as running:
        yield running


@contextlib.asynccontextmanager
async def forked_program(*command: str, name: str, folder: Path) -> AsyncIterator[Program]:
    """The same, which need not import the bridge anew: for tests, not for measurements."""
    log = folder / f"{name}.log"
    with log.open("ab") as errors:
        process = await Forked.start(
            *command, environment=os.environ | ROOT_ENVIRONMENT, errors=errors.fileno()
        )
    process.close_stdin()
    try:
        async with _running(Program(process, log)) as running:
            yield running
    finally:
        process.close()


@contextlib.asynccontextmanager
async def _running(running: Program) -> AsyncIterator[Program]:
    process = running.process
    reading = asyncio.get_running_loop().create_task(running.read(), name=f"read {running.log}")
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
