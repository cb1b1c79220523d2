"""`python -m tests.bench [--only NAME] [--quick]`: measures, prints the table, writes the list."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.load import Load
from tests.bench.results import table, write

if TYPE_CHECKING:
    from tests.bench.results import Result

NAMES = (
    *("pop", "burst", "talk", "desktop", "delay", "chat", "mail", "routing", "erlang", "centre"),
    *("pbx", "pbx-load", "pbx-recovery", "pbx-stages", "duplicates", "import", "import-beside"),
    *("file", "merging"),
)


async def measure(names: tuple[str, ...], load: Load, quick: bool) -> tuple[list[Result], bool]:
    """The results, and whether every benchmark ran to its end."""
    results: list[Result] = []
    whole = True
    for name in names:
        started = time.monotonic()
        module = importlib.import_module(f"tests.bench.bench_{name.replace('-', '_')}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
        try:
            results += await module.run(load, quick)
        except Exception:
            logging.getLogger("bench").exception("%s did not come to its end", name)
            whole = False
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        write(results, load.output / "results.json")
    return results, whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="fewer customers, shorter loads")
    parser.add_argument("--customers", type=int, help="how many, in place of the usual number")
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    options = parser.parse_args()
    customers = options.customers or (100_000 if options.quick else 1_000_000)
    load = Load(output=options.output.resolve(), customers=customers)
    load.output.mkdir(parents=True, exist_ok=True)
    names = (options.only,) if options.only else NAMES
    results, whole = asyncio.run(measure(names, load, options.quick))
    print(table(results))
    print(f"written: {load.output / 'results.json'}", file=sys.stderr)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
