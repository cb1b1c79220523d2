"""The real bridge as a process of its own, set up by its own command line."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.helpers.forked import Forked
from tests.helpers.process import forked_program, program
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from tests.helpers.process import Program

PASSWORD = "correct horse battery staple"

BASE = """
[site]
name = "Test"
[store]
url = "{url}"
[server]
port = 0
session_grace = {grace}
[[queues]]
id = "support"
name = "Support"
dnis = ["+34900100200"]
offer_seconds = {offer}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    process: Program
    url: str


async def cli(*arguments: str, stdin: str = "") -> str:
    """What `cti-bridge …` prints; raises RuntimeError where it exits with anything but 0."""
    process = await Forked.start("cti_bridge", *arguments, environment=dict(os.environ))
    try:
        out = await process.communicate(stdin.encode())
    finally:
        process.close()
    if process.returncode:
        raise RuntimeError(f"cti-bridge {arguments}: {process.returncode}: {out.decode()}")
    return out.decode()


def configure(folder: Path, lines: str, *, grace: float = 3, offer: float = 20) -> Path:
    file = folder / "bridge.toml"
    url = sqlite_with_tables(folder)
    file.write_text(BASE.format(url=url, grace=grace, offer=offer) + lines)
    return file


def trunk(port: int, rtp: tuple[int, int]) -> str:
    """A line that takes calls from this machine."""
    return f"""
[[lines]]
id = "trunk"
mode = "trunk"
bind = "127.0.0.1"
port = {port}
peers = ["127.0.0.1"]
max_calls = 20
queue = "support"
rtp_ports = [{rtp[0]}, {rtp[1]}]
"""


async def add_users(config: Path, logins: Sequence[str]) -> None:
    for login in logins:
        await cli(
            "user", "add", login, "--name", login.title(), "--password-stdin",
            "--config", str(config), stdin=f"{PASSWORD}\n",
        )  # fmt: skip


@contextlib.asynccontextmanager
async def serving(
    config: Path, name: str = "bridge", *, module: str = "cti_bridge", measured: bool = False
) -> AsyncIterator[Served]:
    """`cti-bridge serve` until the end of the block; `served.process.process.kill()` is -9.

    `measured` starts it as its users do, and not forked.
    """
    serve = (module, "serve", "--config", str(config))
    start = program if measured else forked_program
    async with start(*serve, name=name, folder=config.parent) as running:
        ready = await running.says("cti-bridge ready", within=180)
        [url] = re.findall(r"wss?://\S+?(?=[,;\s]|$)", ready)
        yield Served(process=running, url=url)
