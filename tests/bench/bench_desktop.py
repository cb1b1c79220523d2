"""The desktop by itself: cold start to sign-in, memory, 10,000 rows of history scrolled."""

from __future__ import annotations

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.results import Goal, Result, spread
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load

ROWS = 10_000


async def run(_load: Load, quick: bool) -> list[Result]:
    starts: list[float] = []
    memory = 0.0
    with TemporaryDirectory(prefix="ficha-desktop-") as name:
        folder = Path(name)
        for _start in range(3 if quick else 10):
            before = time.monotonic()
            async with program(
                "tests.bench.programs.bare_desktop",
                str(folder),
                "0",
                name="desktop",
                folder=folder,
            ) as desktop:
                await desktop.says("painted")
                starts.append((time.monotonic() - before) * 1000)
                memory = desktop.memory_mb()
        async with program(
            "tests.bench.programs.bare_desktop", str(folder), str(ROWS), name="rows", folder=folder
        ) as desktop:
            line = await desktop.says("scrolled", within=180)
            full = desktop.memory_mb()
    steps = json.loads(line.removeprefix("scrolled "))
    rows = f"{ROWS} rows"
    return [
        *spread("desktop", "cold", "start to sign-in painted", starts),
        Result(bench="desktop", load="at sign-in", metric="memory", unit="MB", value=memory),
        *spread(
            "desktop", rows, "one page of history scrolled and painted", steps,
            goals={"p95": Goal(at_most=16.7)},
        ),
        Result(bench="desktop", load=rows, metric="memory", unit="MB", value=full),
    ]  # fmt: skip
