"""What desks notice of an import that runs beside their bridge, on SQLite with its one writer.

Five desks without a face look customers up by their number and write a note, in turn: the reading
and the transaction that a ringing call waits for. First alone, then while `cti-bridge customers
import` brings new customers into the same file.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.commands import AddNote, CustomersFound, SearchCustomers
from tests.bench.bench_import import write_source
from tests.bench.light_desk import LightDesk, LightSocket
from tests.bench.load import every
from tests.bench.product import PASSWORD, login, product
from tests.bench.results import Result, spread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.bench.load import Load
    from tests.bench.product import Product

DESKS: Final = 5
EVERY: Final = 0.5  # seconds, each desk
SOURCE_ROWS: Final = 1_000_000
"""More than is imported meanwhile."""


async def run(load: Load, quick: bool) -> list[Result]:
    turns = 40 if quick else 200
    with TemporaryDirectory(prefix="ficha-beside-") as name:
        folder = Path(name)
        source = folder / "crm.csv"
        await asyncio.to_thread(write_source, source, SOURCE_ROWS // (10 if quick else 1))
        async with product(load, folder, desks=DESKS) as running:
            desks = [await _desk(running, n) for n in range(DESKS)]
            alone = await _measured(desks, running.numbers, turns)
            async with _importing(folder, source):
                beside = await _measured(desks, running.numbers, turns)
            for desk in desks:
                desk.socket.close()
    results: list[Result] = []
    for where, (looked, wrote) in (("alone", alone), ("beside an import", beside)):
        at = f"{load.customers:,} customers, {where}"
        results += spread("import-beside", at, "look-up", looked)
        results += spread("import-beside", at, "note written", wrote)
    return results


async def _desk(running: Product, number: int) -> LightDesk:
    desk = LightDesk(await LightSocket.connect(running.url), frozenset())
    await desk.sign_in(login(number), PASSWORD)
    return desk


@contextlib.asynccontextmanager
async def _importing(folder: Path, source: Path) -> AsyncIterator[None]:
    """From its first rows on; ended afterwards, wherever it is."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cti_bridge", "customers", "import", str(source), "--source", "crm",
        "--config", str(folder / "bridge.toml"), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stderr is not None
    try:
        await child.stderr.readuntil(b" rows,")
        yield
        if child.returncode is not None:
            raise RuntimeError("the import ended before the measurement")
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.communicate()


async def _measured(
    desks: Sequence[LightDesk], numbers: Sequence[str], turns: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each look-up and of each note."""
    looked: list[float] = []
    wrote: list[float] = []
    asked = itertools.cycle(numbers)

    async def work(desk: LightDesk) -> None:
        async for _ in every(EVERY, turns):
            began = perf_counter()
            page = await desk.ask(SearchCustomers(request_id=desk.next_id(), text=next(asked)))
            looked.append((perf_counter() - began) * 1000)
            assert isinstance(page, CustomersFound)
            customer = page.customers[0].customer_id
            began = perf_counter()
            await desk.ask(AddNote(request_id=desk.next_id(), customer_id=customer, text="asked"))
            wrote.append((perf_counter() - began) * 1000)

    await asyncio.gather(*(work(desk) for desk in desks))
    return looked, wrote
