"""The search for duplicates: quality on FEBRL 3 and 4 and on Spanish records, seconds, memory.

Each by the product's own command (`cti-bridge customers duplicates find`) on a store that holds
the records; the pairs are read from the file that it writes. The threshold is 0.5, fixed before
anything is known of the file.
"""

from __future__ import annotations

import asyncio
import csv
import os
import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.generated import generate
from cti_bridge.customers.duplicates.values import Kind
from cti_bridge.store.engine import Database
from tests.bench.results import Goal, Result
from tests.helpers.duplicates import febrl3, febrl4, fill, quality, true_pairs

if TYPE_CHECKING:
    from cti_bridge.customers.duplicates.generated import Known
    from tests.bench.load import Load
    from tests.helpers.duplicates import Numbers

SPANISH: Final = 400_000
QUICK: Final = 40_000
ROOT: Final = Path(__file__).parents[2]
_EXPECTED: Final = re.compile(r"^ +0\.5 +[\d,]+ +([\d,.]+)$", re.MULTILINE)


async def run(_load: Load, quick: bool) -> list[Result]:
    count = QUICK if quick else SPANISH
    return [
        *await _measured("febrl 3", febrl3(), Goal(at_least=0.985)),
        *await _measured("febrl 4", febrl4(), Goal(at_least=0.995)),
        *await _measured(f"{count:,} Spanish", list(generate(count)), Goal(at_least=0.985)),
    ]


async def _measured(load: str, known: list[Known], goal: Goal) -> list[Result]:
    with TemporaryDirectory(prefix="ficha-bench-") as name:
        folder = Path(name)
        (folder / "bridge.toml").write_text(
            '[store]\nurl = "sqlite:///ficha.db"\n[site]\nregion = "ES"\n'
        )
        database = await Database.open(f"sqlite:///{folder / 'ficha.db'}")
        try:
            await fill(database, [one.record for one in known])
        finally:
            await database.close()
        began = time.monotonic()
        told, memory = await _find(folder)
        seconds = time.monotonic() - began
        found = _pairs(folder / "pairs.csv")
    true = true_pairs(known)
    made = quality(found, true)
    figures = [
        ("F1", "", made.f1, goal),
        ("precision", "", made.precision, None),
        ("recall", "", made.recall, None),
        ("pairs", "", float(len(found)), None),
        ("wrong", "pairs", float(len(found - true)), None),
        ("wrong, as expected by it", "pairs", _expected(told), None),
        ("whole command", "s", seconds, None),
        ("memory, most", "MB", memory, None),
    ]
    return [
        Result(bench="duplicates", load=load, metric=metric, unit=unit, value=value, goal=bound)
        for metric, unit, value, bound in figures
    ] + _of_each_kind(load, known, found, true)


def _of_each_kind(
    load: str, known: list[Known], found: set[Numbers], true: set[Numbers]
) -> list[Result]:
    companies = {one.record.n for one in known if one.record.kind is Kind.ORGANISATION}
    if not companies:
        return []
    results = []
    for name, wanted in (("people", False), ("organisations", True)):
        made = quality(
            {pair for pair in found if (pair[0] in companies) is wanted},
            {pair for pair in true if (pair[0] in companies) is wanted},
        )
        results.append(
            Result(bench="duplicates", load=load, metric=f"F1, {name}", unit="", value=made.f1)
        )
    return results


async def _find(folder: Path) -> tuple[str, float]:
    """What the command told, and its highest resident memory in MB."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti_bridge", "customers", "duplicates", "find"),
        *("--output", "pairs.csv", "--temporary", str(folder)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    peak = 0.0
    reading = asyncio.get_running_loop().create_task(process.stdout.read())
    while not reading.done():
        peak = max(peak, _peak_mb(process.pid))
        await asyncio.wait([reading], timeout=0.2)
    told = (await reading).decode()
    if await process.wait() != 0:
        raise RuntimeError("the search did not come to its end")
    return told, peak


def _peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _pairs(file: Path) -> set[Numbers]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {(int(row["customer"]), int(row["other"])) for row in csv.DictReader(lines)}


def _expected(told: str) -> float:
    found = _EXPECTED.search(told)
    return float(found[1].replace(",", "")) if found else 0.0
