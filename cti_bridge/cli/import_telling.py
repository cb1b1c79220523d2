"""What an import says: its progress on stderr, what it did on stdout."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TextIO

import typer

from cti_bridge.cli.exits import CliError, Exit
from cti_bridge.customers.sources.records import RowError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from cti_bridge.customers.sources.mapping import Mapping
    from cti_bridge.customers.sources.planning import Plan
    from cti_bridge.customers.sources.records import Source
    from cti_bridge.customers.sources.rows import ImportRow
    from cti_bridge.store.importing import Progress, Report

LINE_SECONDS: Final = 2.0
BAR: Final = 24


def progress_on(stream: TextIO) -> Callable[[Progress], None]:
    """A bar that is drawn anew on a terminal; elsewhere a line now and then, the first at once."""
    told_at = float("-inf")

    def show(progress: Progress) -> None:
        nonlocal told_at
        now = time.monotonic()
        on_terminal = stream.isatty()
        over = progress.fraction is not None and progress.fraction >= 1
        if now - told_at < (0.1 if on_terminal else LINE_SECONDS) and not over:
            return
        told_at = now
        text = (
            f"{progress.rows:,} rows, {progress.refused:,} refused, "
            f"{progress.rows_per_second:,.0f} rows/s{_left(progress.seconds_left)}"
        )
        if progress.fraction is not None:
            text = f"{progress.fraction:4.0%}  {text}"
        if on_terminal:
            full = int((progress.fraction or 0) * BAR)
            stream.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {text}   ")
        else:
            stream.write(f"{text}\n")
        stream.flush()

    return show


def _left(seconds: float | None) -> str:
    if seconds is None or seconds < 1:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f", {hours} h {minutes:02} min left"
    return f", {minutes} min {rest:02} s left" if minutes else f", {rest} s left"


def tell_preview(source: Source, plan: Plan) -> None:
    """How the columns are read, and the first rows as they will be."""
    tell_mapping(plan.mapping)
    refused = 0
    for outcome in plan.preview:
        if isinstance(outcome, RowError):
            refused += 1
            typer.echo(f"{outcome.line}\trefused\t{_why(outcome)}")
        else:
            typer.echo(f"{outcome.line}\t{_described(outcome)}")
    typer.echo(
        f"the first {len(plan.preview)} rows of {source.about.name} ({source.about.detail}): "
        f"{refused} would be refused; nothing was written.",
        err=True,
    )


def tell_mapping(mapping: Mapping) -> None:
    for column in mapping.columns:
        by = " (by what stands in it)" if column.guessed else ""
        order = f", dates {column.order}" if column.order else ""
        typer.echo(f"{column.heading}: {column.field or 'not used'}{order}{by}", err=True)


def tell_report(source: Source, mapping: Mapping, report: Report, refused: Path | None) -> None:
    """Tells what was done on stdout and what not on stderr; raises `CliError` for refusals."""
    counts = report.counts
    for error in report.errors:
        typer.echo(f"{source.about.name}:{error.line}: {_why(error)}", err=True)
    if counts.refused > len(report.errors):
        typer.echo(f"… and {counts.refused - len(report.errors):,} more.", err=True)
    _tell_columns(mapping)
    if report.resumed_at:
        typer.echo(f"went on after row {report.resumed_at:,}.", err=True)
    if refused is not None:
        typer.echo(f"refused rows: {refused}", err=True)
    _tell_unrelated(source, report)
    would = "would be " if report.dry_run else ""
    typer.echo(
        f"{counts.rows:,} rows in {report.seconds:.1f} s ({source.about.detail}): "
        f"{counts.created:,} {would}created, {counts.updated:,} {would}updated, "
        f"{counts.unchanged:,} unchanged, {counts.refused:,} refused."
    )
    if counts.refused:
        raise CliError(Exit.REFUSALS)


def _tell_unrelated(source: Source, report: Report) -> None:
    waiting = report.unrelated
    for error in waiting.first:
        typer.echo(f"{source.about.name}:{error.line}: {_why(error)}", err=True)
    if waiting.count:
        typer.echo(f"relations that wait for the next run: {waiting.count:,}.", err=True)


def _tell_columns(mapping: Mapping) -> None:
    """Those that are not as their headings say."""
    if mapping.unused:
        typer.echo(f"columns not used: {', '.join(mapping.unused)}", err=True)
    for column in mapping.columns:
        if column.guessed:
            typer.echo(f"{column.heading}: taken for {column.field}", err=True)


def _why(error: RowError) -> str:
    return f"{error.field}: {error.what}" if error.field else error.what


def _described(row: ImportRow) -> str:
    said = [_value(value) for name, value in row.values.items() if value and name != "name"]
    numbers = [value for _, value, _ in row.identities]
    said += (row.links or {}).values()
    return "\t".join((row.name, ", ".join(numbers), ", ".join((*said, *row.tags))))


def _value(value: str | date | datetime) -> str:
    """A date without a time, which no file of customers means."""
    return value if isinstance(value, str) else value.isoformat()[:10]
