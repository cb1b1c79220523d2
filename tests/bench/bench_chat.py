"""500 chats at once, a message each 5 s in both directions, end to end through the bridge.

Browsers and desks are processes of their own, without a face, over real sockets: the bridge
stores each message before it passes it on, and the desks mark each one as read. The floor is the
same load through two bare sockets and nothing between them: no store, no check, no marks.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tests.bench.product import PASSWORD, add_users, login
from tests.bench.programs.chat_visitors import EACH_SECONDS, ORIGIN, SITE
from tests.bench.results import Goal, Result, percentile, spread
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load

CHATS: Final = 500
DESKS: Final = 10
GOAL_MS: Final = 150.0
PROGRAMS: Final = "tests.bench.programs"


async def run(load: Load, quick: bool) -> list[Result]:
    seconds = 20 if quick else 120
    os.environ |= {"BENCH_PASSWORD": PASSWORD, "BENCH_SECONDS": str(seconds)}
    at = f"{CHATS} chats, {seconds} s"
    with TemporaryDirectory(prefix="ficha-chat-") as name:
        folder = Path(name)
        bare_out, bare_in = await _floor(folder)
        visitors, desks, busy, memory = await _product(folder, seconds)
    none = Goal(at_most=0)

    def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
        return Result(bench="chat", load=at, metric=metric, unit=unit, value=value, goal=goal)

    goals = {"p95": Goal(at_most=GOAL_MS)}
    lost = visitors["said"] - desks["heard"] + desks["said"] - visitors["heard"]
    doubled = visitors["doubled"] + desks["doubled"]
    return [
        *spread("chat", at, "browser to agent", desks["ms"], reference=bare_in, goals=goals),
        *spread("chat", at, "agent to browser", visitors["ms"], reference=bare_out, goals=goals),
        figure("p95 to floor, browser to agent", "times", _ratio(desks["ms"], bare_in)),
        figure("p95 to floor, agent to browser", "times", _ratio(visitors["ms"], bare_out)),
        figure("messages", "messages", visitors["said"] + desks["said"]),
        figure("lost", "messages", lost, none),
        figure("doubled", "messages", doubled, none),
        figure("without a receipt", "messages", visitors["said"] - visitors["receipts"], none),
        figure("CPU of the bridge", "cores", busy),
        figure("memory of the bridge", "MB", memory),
    ]


def _ratio(values: list[float], floor: list[float]) -> float:
    return percentile(values, 0.95) / percentile(floor, 0.95)


async def _floor(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds to the browser, and to the desk."""
    async with program(f"{PROGRAMS}.chat_floor", name="floor", folder=folder) as floor:
        _ready, web, wire = (await floor.says("ready")).split(" ")
        async with (
            program(
                f"{PROGRAMS}.chat_desks", "bare", wire, str(DESKS), str(CHATS),
                name="floor-desks", folder=folder,
            ) as desks,
        ):  # fmt: skip
            await desks.says("ready")
            async with program(
                f"{PROGRAMS}.chat_visitors", "bare", web, str(CHATS),
                name="floor-visitors", folder=folder,
            ) as visitors:  # fmt: skip
                to_browser = await _result(visitors)
                to_desk = await _result(desks)
    return to_browser["ms"], to_desk["ms"]


async def _product(
    folder: Path, seconds: float
) -> tuple[dict[str, Any], dict[str, Any], float, float]:
    database = folder / "ficha.db"
    configuration = folder / "bridge.toml"
    configuration.write_text(_configuration(database))
    await add_users(database, DESKS)
    serve = ("cti_bridge", "serve", "--config", str(configuration))
    async with program(*serve, name="bridge", folder=folder) as bridge:
        ready = await bridge.says("cti-bridge ")
        [wire] = re.findall(r"wss?://\S+?(?=[,;\s]|$)", ready)
        [web] = re.findall(r"web: (http://\S+)", ready)
        async with (
            program(
                f"{PROGRAMS}.chat_desks", "real", wire, str(DESKS), str(CHATS),
                name="desks", folder=folder,
            ) as desks,
        ):  # fmt: skip
            await desks.says("ready")
            async with program(
                f"{PROGRAMS}.chat_visitors", "real", web, str(CHATS),
                name="visitors", folder=folder,
            ) as visitors:  # fmt: skip
                await desks.says("all", within=180)
                before = bridge.cpu_seconds()
                to_browser = await _result(visitors)
                to_desk = await _result(desks)
                busy = (bridge.cpu_seconds() - before) / (seconds + 12)
                return to_browser, to_desk, busy, bridge.memory_mb()


def _configuration(database: Path) -> str:
    agents = "".join(
        f'[[agents]]\nlogin = "{login(desk)}"\ncapacity = {{ chat = {CHATS // DESKS} }}\n'
        for desk in range(DESKS)
    )
    return f"""
[store]
url = "sqlite:///{database}"
[server]
port = 0
[log]
level = "warning"
[web]
enabled = true
port = 0
max_connections = {2 * CHATS}
per_address = {2 * CHATS}
requests_per_minute = 100000
chats_per_hour = 100000
chats_per_minute = 100000
[[queues]]
id = "main"
name = "Main"
[[chats]]
id = "{SITE}"
queue = "main"
origins = ["{ORIGIN}"]
{agents}"""


async def _result(side: Any) -> dict[str, Any]:
    line = await side.says("result", within=CHATS / 25 + EACH_SECONDS + 240)
    found: dict[str, Any] = json.loads(line.removeprefix("result "))
    return found
