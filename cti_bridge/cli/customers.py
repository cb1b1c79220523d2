"""`customers import`: a CSV file into the customer file."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TextIO, TypeAlias

import typer

from cti_bridge.cli import settings, suppress
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.customers.importing import ImportFileError
from cti_bridge.store.engine import Database
from cti_bridge.store.importing import import_customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.store.importing import Progress, Report

app = typer.Typer(help="The customers.", no_args_is_help=True)
app.add_typer(suppress.app, name="suppress")
CsvPath: TypeAlias = Annotated[
    Path, typer.Argument(help="A CSV file; the first line names the columns.")
]
MAX_SOURCE: Final = 80
LINE_SECONDS: Final = 2.0
BAR: Final = 24


@app.callback()
def root() -> None:
    """The customers."""


@app.command("import")
def import_(
    file: CsvPath,
    source: Annotated[
        str, typer.Option(help="The system that the data come from. Default: the file's name.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    config: ConfigPath = DEFAULT,
) -> None:
    """Import customers from a CSV file; a second import of the same file changes nothing.

    Exit code 1: some rows were refused, the others are in. 2: the file cannot be used.
    """
    with told():
        loaded = settings.load(config)
        name = " ".join((source or file.stem).split())[:MAX_SOURCE]
        if not name:
            raise CliError(Exit.USAGE, "--source is empty.")

        async def work() -> Report:
            database = await Database.open(loaded.store.url)
            try:
                return await import_customers(
                    database,
                    file,
                    source=name,
                    region=loaded.site.region,
                    now=datetime.now(UTC),
                    dry_run=dry_run,
                    progress=progress_on(sys.stderr),
                )
            finally:
                await database.close()

        try:
            report = asyncio.run(work())
        except ImportFileError as error:
            raise CliError(Exit.USAGE, f"{error}.") from error
        finish = "\n" if sys.stderr.isatty() else ""
        typer.echo(finish, err=True, nl=False)
        _tell(report, file)


def progress_on(stream: TextIO) -> Callable[[Progress], None]:
    """A bar that is drawn anew on a terminal; elsewhere a line now and then, the first at once."""
    told_at = float("-inf")

    def show(progress: Progress) -> None:
        nonlocal told_at
        now = time.monotonic()
        on_terminal = stream.isatty()
        if now - told_at < (0.1 if on_terminal else LINE_SECONDS) and progress.fraction < 1:
            return
        told_at = now
        text = (
            f"{progress.fraction:4.0%}  {progress.rows:,} rows, {progress.refused:,} refused, "
            f"{progress.rows_per_second:,.0f} rows/s"
        )
        if on_terminal:
            full = int(progress.fraction * BAR)
            stream.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {text}   ")
        else:
            stream.write(f"{text}\n")
        stream.flush()

    return show


def _tell(report: Report, file: Path) -> None:
    """Tells what was done on stdout and what not on stderr; raises `CliError` for refusals."""
    for error in report.errors:
        column = f"{error.field}: " if error.field else ""
        typer.echo(f"{file}:{error.line}: {column}{error.what}", err=True)
    if report.refused > len(report.errors):
        typer.echo(f"… and {report.refused - len(report.errors):,} more.", err=True)
    if report.ignored_columns:
        typer.echo(f"columns not used: {', '.join(report.ignored_columns)}", err=True)
    would = "would be " if report.dry_run else ""
    typer.echo(
        f"{report.rows:,} rows in {report.seconds:.1f} s ({report.encoding}): "
        f"{report.created:,} {would}created, {report.updated:,} {would}updated, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused."
    )
    if report.refused:
        raise CliError(Exit.REFUSALS)
