"""A bridge on the Asterisk of the benchmarks, with its agents' desks and telephones."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tests.bench.pbx import BenchPbx, phone
from tests.bench.product import PASSWORD, add_users, filled, login, some_numbers
from tests.helpers.process import program
from tests.helpers.quick_bridge import cheap_hasher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from tests.bench.load import Load
    from tests.helpers.process import Program

CUSTOMERS: Final = 100_000  # what a million and more cost is the pop's and the file's to say
DIGITS: Final = 9  # the last ones of a number are the same for everybody who writes it


def key(number: str) -> str:
    return number[-DIGITS:]


@dataclass(slots=True, kw_only=True)
class Centre:
    pbx: BenchPbx
    phones: Program
    numbers: Iterator[str]  # of customers, each once
    folder: Path
    agents: int

    @contextlib.asynccontextmanager
    async def bridge(
        self, module: str = "tests.helpers.quick_bridge"
    ) -> AsyncIterator[tuple[Program, str]]:
        """Serving for the block, and its URL; again on the same store and port after a kill."""
        serve = ("serve", "--config", str(self.folder / "bridge.toml"))
        async with program(module, *serve, name="bridge", folder=self.folder) as bridge:
            ready = await bridge.says("cti-bridge ready", within=120)
            [url] = re.findall(r"wss?://\S+?(?=[,;\s]|$)", ready)
            yield bridge, url

    @contextlib.asynccontextmanager
    async def desks(self, url: str) -> AsyncIterator[Program]:
        """All agents signed in and ready."""
        async with program(
            "tests.bench.programs.pbx_desks", url, "0", str(self.agents - 1),
            name="desks", folder=self.folder,
        ) as desks:  # fmt: skip
            await desks.says("ready", within=300)
            yield desks

    async def count(self) -> dict[str, int]:
        """What the telephones have seen: "rang", "picked up", "up", "cancelled", "ended"."""
        said = len(self.phones.lines)
        self.phones.process.send_signal(signal.SIGUSR1)
        found: list[str] = []
        async with asyncio.timeout(30):
            while not found:
                await asyncio.sleep(0.02)
                found = [one for one in self.phones.lines[said:] if one.startswith("count ")]
        counts: dict[str, int] = json.loads(found[0].removeprefix("count "))
        return counts


@contextlib.asynccontextmanager
async def centre(
    load: Load, folder: Path, *, agents: int, port: int, answer_ms: int | None
) -> AsyncIterator[Centre]:
    """Telephones and Asterisk up, a store filled, nobody serving yet. `port`: of the bridge;
    `answer_ms` None: the telephones ring and are not picked up."""
    os.environ["BENCH_PASSWORD"] = PASSWORD
    database = folder / "ficha.db"
    shutil.copyfile(await filled(replace(load, customers=CUSTOMERS)), database)
    await add_users(database, agents, cheap_hasher())
    mode = ("ring", "0") if answer_ms is None else ("answer", str(answer_ms))
    async with program(
        "tests.bench.programs.pbx_phones", *mode, name="phones", folder=folder
    ) as phones:
        phones_port = int((await phones.says("ready")).split(" ")[1])
        with BenchPbx.serving(agents, phones_port) as pbx:
            (folder / "bridge.toml").write_text(_configuration(database, pbx, agents, port))
            yield Centre(
                pbx=pbx,
                phones=phones,
                numbers=iter(some_numbers(database)),
                folder=folder,
                agents=agents,
            )


def noting(word: str, into: dict[str, int]) -> Callable[[str], None]:
    """Keeps the first time of each number of lines "WORD NUMBER … NANOSECONDS"."""

    def note(line: str) -> None:
        first, *rest = line.split(" ")
        if first == word:
            into.setdefault(key(rest[0]), int(rest[-1]))

    return note


def _configuration(database: Path, pbx: BenchPbx, agents: int, port: int) -> str:
    return f"""
[store]
url = "sqlite:///{database}"
[server]
port = {port}
[log]
level = "warning"
[[asterisk]]
id = "pbx"
url = "{pbx.ari_url}"
user = "ficha"
password = "ficha"
queue = "calls"
max_calls = 2000
[[queues]]
id = "calls"
name = "Calls"
""" + "".join(
        f'[[agents]]\nlogin = "{login(agent)}"\nphone = "{phone(agent)}"\n'
        for agent in range(agents)
    )
