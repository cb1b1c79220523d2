"""The customer file at ten million: caller look-up, pop, search as you type, a long file opened.

On SQLite and PostgreSQL, with the same customers (`customer_file`). Looked up and searched is in
this process, through the product's own store; the pop and the opening are whole: the bridge, the
wire, the desktop offscreen, to the end of the paint. Beside the pop stands the same pop with ten
thousand customers.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from cti_bridge.customers import terms
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.engine import Database
from tests.bench import file_filling
from tests.bench.bench_pop import Beat, pops
from tests.bench.customer_file import BUSY
from tests.bench.product import PASSWORD, login, product
from tests.bench.results import Goal, Result, percentile, spread
from tests.helpers.process import program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from tests.bench.load import Load

CUSTOMERS: Final = 10_000_000
FEW: Final = 10_000
PAGE: Final = 50
TYPED: Final = (
    "garcia", "maría garcía lo", "maria garcia", "maria carmen ruiz", "lopez", "an", "ma",
    "panaderia del sol", "garcia panaderia", "gracia", "rodirguez", "etxebaria", "maria ruix",
    "valcebavas", "moncegosa", "zzyzx", "612 34 50", "+34 6", "5099", "345678", "CL-00012345",
    "garcia.12@", "jose antonio fernandez", "ana isabel", "hotel", "taleres norte",
)  # fmt: skip
"""Common names, rare ones, mistyped ones, nobody; numbers, last digits, keys, addresses, firms."""


async def run(load: Load, quick: bool) -> list[Result]:
    many = replace(load, customers=100_000 if quick else CUSTOMERS)
    few = replace(load, customers=FEW)
    results: list[Result] = []
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        at = f"{many.customers:,} on {name}"
        small: list[float] = []
        async for store in opened(few):
            small = await _look_ups(*store, quick)
        async for url, files, fresh in opened(many):
            warm = await _look_ups(url, files, fresh, quick)
            results += spread("file", at, "caller looked up, warm", warm,
                              reference=small, goals={"p99": Goal(at_most=1.0)})  # fmt: skip
            cold = await _cold(url, files, fresh, 10 if quick else 60)
            results += spread("file", at, "caller looked up, nothing cached", cold)
            results += await _searches(url, at)
    results += await _pop(few, many, quick)
    results += await _opening(many, quick)
    return results


# -- the two databases --------------------------------------------------------------------------

Store = tuple[str, "Callable[[], Iterable[Path]]", "Callable[[], None]"]


async def _sqlite(load: Load) -> AsyncIterator[Store]:
    file = await file_filling.sqlite_file(load)
    yield f"sqlite:///{file}", lambda: [file], lambda: None


async def _postgresql(load: Load) -> AsyncIterator[Store]:
    async with file_filling.postgresql_database(load) as home:

        def fresh() -> None:
            """Its own cache goes with the process."""
            home.stop("fast")
            home.resume()

        yield home.store, home.files, fresh


def _forget(files: Iterable[Path]) -> None:
    """Out of the page cache."""
    for file in files:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


# -- caller look-up -----------------------------------------------------------------------------


async def _look_ups(
    url: str, _files: Callable[[], Iterable[Path]], _fresh: Callable[[], None], quick: bool
) -> list[float]:
    """Milliseconds for each of many callers from the whole file, each asked for once before."""
    database = await Database.open(url)
    try:
        store = SqlCustomers(database)
        numbers = await _numbers(database, 500 if quick else 3_000)
        for number in numbers:
            await store.find_phone(number, "", 20)
        return [await _timed(store.find_phone, number, "", 20) for number in numbers]
    finally:
        await database.close()


async def _cold(
    url: str, files: Callable[[], Iterable[Path]], fresh: Callable[[], None], count: int
) -> list[float]:
    """Before each the files leave the page cache, and the connection is a new one; the server of
    PostgreSQL is restarted before the first."""
    database = await Database.open(url)
    numbers = await _numbers(database, count)
    await database.close()
    await asyncio.to_thread(fresh)
    times = []
    for number in numbers:
        database = await Database.open(url)
        try:
            await asyncio.to_thread(_forget, files())
            times.append(await _timed(SqlCustomers(database).find_phone, number, "", 20))
        finally:
            await database.close()
    return times


async def _numbers(database: Database, count: int) -> list[str]:
    def work(connection: object) -> list[str]:
        last = connection.execute(text("SELECT max(n) FROM customers")).scalar()  # type: ignore[attr-defined]
        draw = random.Random(7)
        query = text(
            "SELECT value FROM identities WHERE customer_n = :n AND kind = 'phone' LIMIT 1"
        )
        rows = (
            connection.execute(query, {"n": draw.randrange(1, last)}).scalar()  # type: ignore[attr-defined]
            for _ in range(count)
        )
        return [row for row in rows if row]

    return await database.reading(work)


async def _timed(call: Callable[..., object], *arguments: object) -> float:
    before = time.perf_counter()
    await call(*arguments)  # type: ignore[misc]
    return (time.perf_counter() - before) * 1000


# -- search as you type -------------------------------------------------------------------------


async def _searches(url: str, at: str) -> list[Result]:
    """From the second letter on, each text as it grows; a page of fifty."""
    database = await Database.open(url)
    try:
        store = SqlCustomers(database)
        typed = [words[:end] for words in TYPED for end in range(2, len(words) + 1)]
        asked = [(one, terms.read(one, "ES")) for one in dict.fromkeys(map(str.strip, typed))]
        times: dict[str, float] = {}
        for again in range(2):  # the first for the caches
            for one, wanted in asked:
                took = await _timed(store.search, wanted, PAGE)
                if again and not wanted.empty:
                    times[one] = took
    finally:
        await database.close()
    worst = sorted(times.items(), key=lambda item: -item[1])[:5]
    print("  slowest:", ", ".join(f"{one!r} {took:.0f} ms" for one, took in worst), flush=True)
    figures = spread("file", at, "search as you type", list(times.values()),
                     goals={"p95": Goal(at_most=50)})  # fmt: skip
    hard = times["maría garcía lo"]
    common = times["garcia"]
    return [
        *figures,
        Result(bench="file", load=at, metric="search: garcia", unit="ms", value=common),
        Result(bench="file", load=at, metric="search: maría garcía lo", unit="ms", value=hard),
        Result(bench="file", load=at, metric="search: slowest", unit="ms", value=worst[0][1]),
    ]


# -- the pop ------------------------------------------------------------------------------------


async def _pop(few: Load, many: Load, quick: bool) -> list[Result]:
    """INVITE to painted, with ten thousand customers and with all; SQLite."""
    beats = (Beat(rate=1, painted=8 if quick else 30), Beat(rate=10, painted=40 if quick else 150))
    painted: dict[int, dict[Beat, list[float]]] = {}
    for load in (few, many):
        file = await file_filling.sqlite_file(load)
        with TemporaryDirectory(prefix="ficha-file-") as name:
            folder = Path(name)
            async with (
                product(load, folder, desks=load.desks, database=file) as running, program(
                    "tests.bench.programs.painted_desktop", running.url, str(folder),
                    name="desktop", folder=folder,
                ) as desktop,
                program(
                    "tests.bench.programs.wire_desks", running.url, "1", str(load.desks - 1),
                    "idle", name="desks", folder=folder,
                ) as desks,
            ):  # fmt: skip
                await desktop.says("ready")
                await desks.says("ready")
                await pops(running, desktop, desks, Beat(rate=5, painted=10))
                painted[load.customers] = {
                    beat: (await pops(running, desktop, desks, beat))[0] for beat in beats
                }
    results: list[Result] = []
    for beat in beats:
        base, all_ = painted[few.customers][beat], painted[many.customers][beat]
        at = f"{many.customers:,} at {beat.rate}/s"
        results += spread("file", at, "INVITE to painted", all_, reference=base)
        ratio = percentile(all_, 0.95) / percentile(base, 0.95)
        results.append(
            Result(bench="file", load=at, metric="p95 to that of 10,000", unit="times",
                   value=ratio, goal=Goal(at_most=1.1))
        )  # fmt: skip
    return results


# -- a file is opened ---------------------------------------------------------------------------


async def _opening(load: Load, quick: bool) -> list[Result]:
    """From the choice of the customer to the paint of the timeline, 100,000 contacts long."""
    file = await file_filling.sqlite_file(load)
    with TemporaryDirectory(prefix="ficha-file-") as name:
        folder = Path(name)
        os.environ["BENCH_PASSWORD"] = PASSWORD
        async with (
            product(load, folder, desks=2, database=file) as running,
            program(
                "tests.bench.programs.file_desktop", running.url, str(folder), login(0),
                str(BUSY), str(5 if quick else 20), name="desktop", folder=folder,
            ) as desktop,
        ):  # fmt: skip
            line = await desktop.says("opened", within=300)
            scrolled = await desktop.says("scrolled", within=300)
    times = [float(one) for one in line.split()[1:]]
    steps = [float(one) for one in scrolled.split()[1:]]
    contacts = f"{min(file_filling.BUSY_CONTACTS, load.customers):,} contacts"
    return [
        *spread("file", contacts, "file opened to first paint", times,
                goals={"p95": Goal(at_most=200)}),
        *spread("file", contacts, "one page of it scrolled and painted", steps,
                goals={"p95": Goal(at_most=16.7)}),
    ]  # fmt: skip
