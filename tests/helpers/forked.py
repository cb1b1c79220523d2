"""A program forked from a process that has imported the bridge already.

Importing takes seconds of a core, and the tests start some hundred programs: each as its own
process, with its own standard streams, that can be killed, only without importing again. How a
program starts for its users is seen by the tests that spawn it by its command line, and measured
by the benchmarks.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import runpy
import sys
from dataclasses import dataclass, field
from multiprocessing import reduction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence
    from multiprocessing.context import ForkServerProcess

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.helpers.imported"])


@dataclass(slots=True, eq=False)
class Forked:
    """Used like an `asyncio.subprocess.Process`, by one event loop."""

    _process: ForkServerProcess
    stdout: asyncio.StreamReader
    _transport: asyncio.BaseTransport
    _stdin: int
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def start(
        cls, module: str, *arguments: str, environment: dict[str, str], errors: int | None = None
    ) -> Forked:
        """`python -m module arguments`; standard error goes to `errors`, None: with the output."""
        loop = asyncio.get_running_loop()
        read_in, write_in = os.pipe()
        read_out, write_out = os.pipe()
        process = _context.Process(target=_Run(module, arguments, environment, (
            read_in, write_out, write_out if errors is None else errors
        )))  # fmt: skip
        try:
            await asyncio.to_thread(process.start)
        finally:
            os.close(read_in)
            os.close(write_out)
        reader = asyncio.StreamReader(limit=4 * 1024 * 1024)
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_out, "rb", buffering=0)
        )
        started = cls(process, reader, transport, write_in)
        loop.add_reader(process.sentinel, started._ended)
        return started

    def _ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()  # at once: its end is what made the sentinel readable
        self._over.set()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; -n where signal n ended it."""
        return self._process.exitcode if self._over.is_set() else None

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> int:
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self, typed: bytes = b"") -> bytes:
        """Types `typed`, a pipe full at most, and gives what it printed until its end."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._stdin, typed)
        self.close_stdin()
        printed = await self.stdout.read()
        await self.wait()
        return printed

    def close_stdin(self) -> None:
        if self._stdin >= 0:
            os.close(self._stdin)
            self._stdin = -1

    def close(self) -> None:
        self.close_stdin()
        self._transport.close()


class _Run:
    """What the new process does; pickled on its way there, with its three open files."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environment: dict[str, str],
        streams: Sequence[int],
    ) -> None:
        self.module, self.arguments = module, list(arguments)
        self.environment, self.folder = environment, os.getcwd()
        self.streams: Sequence[int | object] = streams

    def __getstate__(self) -> dict[str, object]:
        handed = [reduction.DupFd(stream) for stream in self.streams]
        return self.__dict__ | {"streams": handed}

    def __call__(self) -> None:
        for number, stream in enumerate(self.streams):
            given = stream.detach()  # type: ignore[union-attr]
            os.dup2(given, number)
            os.close(given)
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.argv = [self.module, *self.arguments]
        sys.stdin = sys.__stdin__ = open(0, encoding="utf-8")  # type: ignore[misc]  # noqa: SIM115
        sys.stdout = sys.__stdout__ = _written(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _written(2)  # type: ignore[misc]
        runpy.run_module(self.module, run_name="__main__", alter_sys=True)


def _written(number: int) -> io.TextIOWrapper:
    return open(number, "w", encoding="utf-8", buffering=1)
