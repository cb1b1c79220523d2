"""The real bridge as a process of its own, set up by its own command line."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.helpers.process import program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from tests.helpers.process import Program

PASSWORD = "correct horse battery staple"

BASE = """
[site]
name = "Test"
[store]
url = "sqlite:///{folder}/ficha.db"
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
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cti_bridge",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate(stdin.encode())
    if process.returncode:
        raise RuntimeError(f"cti-bridge {arguments}: {process.returncode}: {out.decode()}")
    return out.decode()


def configure(folder: Path, lines: str, *, grace: float = 3, offer: float = 20) -> Path:
    file = folder / "bridge.toml"
    file.write_text(BASE.format(folder=folder, grace=grace, offer=offer) + lines)
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
    config: Path, name: str = "bridge", *, module: str = "cti_bridge"
) -> AsyncIterator[Served]:
    """`cti-bridge serve` until the end of the block; `served.process.process.kill()` is -9."""
    serve = (module, "serve", "--config", str(config))
    async with program(*serve, name=name, folder=config.parent) as running:
        ready = await running.says("cti-bridge ready", within=180)
        [url] = re.findall(r"wss?://\S+?(?=[,;\s]|$)", ready)
        yield Served(process=running, url=url)
