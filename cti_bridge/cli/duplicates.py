"""`customers duplicates find`: which customers are in the file twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TextIO, TypeAlias

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.customers.duplicates.csvfile import CsvPairs
from cti_bridge.customers.duplicates.service import find as search
from cti_bridge.customers.duplicates.values import LOWEST, REVIEW, EngineError, Limits
from cti_bridge.store.duplicates import SqlRecords
from cti_bridge.store.engine import Database
from cti_bridge.store.pairs import SqlPairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cti_bridge.config.values import Config
    from cti_bridge.customers.duplicates.service import Found
    from cti_bridge.customers.duplicates.values import Pair, Pairs, Progress

app = typer.Typer(help="Customers that are in the file twice.", no_args_is_help=True)
LINE_SECONDS: Final = 2.0
LEAST_MEMORY: Final = 256
POINT: Final = "duplicates-searched-at"
"""A file beside bridge.toml: when the last search that went to its end began."""


OutputPath: TypeAlias = Annotated[
    Path | None, typer.Option(help="Write the pairs to this CSV file.", dir_okay=False)
]
TemporaryPath: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        help="Folder for temporary files, about 1 GB for a million customers; they hold what the "
        "customers' file holds, and are removed at the end. Default: the system's."
    ),
]


@app.callback()
def root() -> None:
    """Customers that are in the file twice."""


@app.command("find")
def find(
    since_last: Annotated[
        bool,
        typer.Option(
            "--since-last/--all",
            help="Compare only what changed since the last search, with all. Default: all.",
        ),
    ] = False,
    threshold: Annotated[
        float,
        typer.Option(help=f"Give pairs of at least this probability, from {LOWEST} to 1."),
    ] = REVIEW,
    output: OutputPath = None,
    memory: Annotated[
        int, typer.Option(help="MB that the comparing may take, besides 400 of the program.")
    ] = Limits().memory_mb,
    temporary: TemporaryPath = None,
    config: ConfigPath = DEFAULT,
) -> None:
    """Find customers that may be one and the same, without changing any of them.

    May run while the bridge runs. Exit code 2: wrong usage, or not enough memory or disk.
    """
    with told():
        _check(threshold, memory, temporary)
        loaded = settings.load(config)
        point = config.absolute().parent / POINT
        began = datetime.now(UTC)
        since = read_point(point) if since_last else None
        limits = Limits(memory_mb=memory, threads=max(1, min(os.cpu_count() or 1, 8)))
        try:
            with _sink(output) as sink:
                found = asyncio.run(_search(loaded, sink, since, threshold, limits, temporary))
        except EngineError as error:
            raise CliError(Exit.USAGE, f"{error}.") from error
        _tell(found, since, output)
        write_point(point, began)


async def _search(
    config: Config,
    sink: Pairs,
    since: datetime | None,
    threshold: float,
    limits: Limits,
    temporary: Path | None,
) -> Found:
    from cti_bridge.linkage.engine import (
        SplinkEngine,  # a second and 100 MB: not for every command
    )

    database = await Database.open(config.store.url)
    try:
        engine = SplinkEngine(
            limits, region=config.site.region, since=since is not None, within=temporary
        )
        began = datetime.now(UTC)
        on_record = SqlPairs(database)
        found = await search(
            SqlRecords(database),
            engine,
            _Both(on_record, sink),
            since=since,
            threshold=threshold,
            progress=progress_on(sys.stderr),
        )
        if since is None:
            await on_record.drop_older(began)
        return found
    finally:
        await database.close()


class _Both:
    """On record, for whoever looks at them in the desktop, and wherever else they are wanted."""

    def __init__(self, on_record: SqlPairs, sink: Pairs) -> None:
        self._on_record, self._sink = on_record, sink

    async def put(self, pairs: Sequence[Pair]) -> None:
        await self._on_record.put(pairs, datetime.now(UTC))
        await self._sink.put(pairs)


@dataclass
class _Counted:
    """Where no file is to be written, the counts are all that is wanted."""

    pairs: int = field(default=0)

    async def put(self, pairs: Sequence[Pair]) -> None:
        self.pairs += len(pairs)


@contextlib.contextmanager
def _sink(output: Path | None) -> Iterator[Pairs]:
    """A file that is whole or not there: it gets its name at the end. Raises CliError."""
    if output is None:
        yield _Counted()
        return
    partial = output.with_name(f"{output.name}.part")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield CsvPairs(file)
        partial.replace(output)
    except OSError as error:
        raise CliError(
            Exit.USAGE, f"{output}: cannot be written: {error.strerror}.", "Name another --output."
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _check(threshold: float, memory: int, temporary: Path | None) -> None:
    if not LOWEST <= threshold <= 1:
        raise CliError(
            Exit.USAGE, f"--threshold is {threshold:g}: a probability from {LOWEST} to 1."
        )
    if memory < LEAST_MEMORY:
        raise CliError(Exit.USAGE, f"--memory is {memory}: {LEAST_MEMORY} MB at least.")
    if temporary is not None and not temporary.is_dir():
        raise CliError(Exit.USAGE, f"--temporary: {temporary} is not a folder.")


def read_point(file: Path) -> datetime | None:
    """None where there was no search yet, or nobody can tell when: then all is compared."""
    try:
        found = datetime.fromisoformat(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
    return found if found.tzinfo else None


def write_point(file: Path, at: datetime) -> None:
    """A search that did all it should is not undone by a folder that cannot be written."""
    try:
        file.write_text(f"{at.isoformat()}\n", encoding="ascii")
    except OSError as error:
        typer.echo(
            f"{file}: cannot be written: {error.strerror}. "
            "The next --since-last will compare everything that this one did.",
            err=True,
        )


def progress_on(stream: TextIO) -> Callable[[Progress], None]:
    """A line now and then, and one for each step."""
    told_at, told_of = float("-inf"), ""

    def show(progress: Progress) -> None:
        nonlocal told_at, told_of
        now = time.monotonic()
        if progress.step == told_of and now - told_at < LINE_SECONDS:
            return
        told_at, told_of = now, progress.step
        of = f" of {progress.total:,}" if progress.total else ""
        stream.write(f"{progress.step}: {progress.done:,}{of}\n")
        stream.flush()

    return show


def _tell(found: Found, since: datetime | None, output: Path | None) -> None:
    compared = (
        f"{found.changed:,} of them changed since {since:%Y-%m-%d %H:%M} UTC" if since else "all"
    )
    typer.echo(
        f"{found.records:,} customers in {found.seconds:.1f} s ({compared}): "
        f"{found.pairs:,} pairs."
    )
    if output is not None:
        typer.echo(f"written: {output}")
    if not found.pairs:
        return
    typer.echo("merged at a threshold   pairs   expected to be wrong")
    for one in found.outlook:
        if one.pairs:
            typer.echo(f"{one.threshold:>21g} {one.pairs:>7,}   {one.wrong:,.1f}")
