"""`customers export` and `privacy trace`: out of the house, and back to who did it."""

from __future__ import annotations

import asyncio
import csv
import getpass
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.privacy_log import opened
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.customers.sources.fields import column_of
from cti_bridge.privacy.exporting import Exporter
from cti_bridge.privacy.ports import Person
from cti_bridge.privacy.sheets import HEADINGS
from cti_bridge.privacy.watermark import traces
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AgentId, RefusalCode, Role
from cti_bridge.store.exporting import SqlExports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.privacy.exporting import Exported
    from cti_bridge.privacy.watermark import Trace

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ROWS: Final = 200_000
SHOWN: Final = 3
DELIMITERS: Final = ",;\t|"


NewFile: TypeAlias = Annotated[
    Path, typer.Argument(help="The CSV file to write; it must not be there.")
]
FoundFile: TypeAlias = Annotated[
    Path, typer.Argument(help="A list of customers that was found: CSV.")
]


def export(
    file: NewFile,
    reason: Annotated[str, typer.Option(help="Why; it is written into the access log.")],
    search: Annotated[str, typer.Option(help="Only those that this finds.")] = "",
    limit: Annotated[
        int, typer.Option(min=0, help="At most so many, those contacted last. 0: all allowed.")
    ] = 0,
    config: ConfigPath = DEFAULT,
) -> None:
    """Write customers into a CSV file: at most privacy.export_rows, with a reason, and written
    into the access log. The order of the rows says later whose export a file was."""

    async def work() -> Exported:
        async with opened(config) as database:
            exporter = Exporter(
                SqlExports(database),
                clock=lambda: datetime.now(UTC),
                region=loaded.site.region,
                most=loaded.privacy.export_rows,
                searched=[one.name for one in loaded.fields if one.searchable],
            )
            return await exporter.export(
                shell_user(), None, text=search, limit=limit, reason=reason
            )

    with told():
        loaded = settings.load(config)
        descriptor = new_file(file)
        try:
            made = asyncio.run(work())
        except BaseException as error:
            os.close(descriptor)
            file.unlink(missing_ok=True)
            if isinstance(error, CommandRefused):
                raise CliError(Exit.USAGE, _why(error)) from error
            raise
        with os.fdopen(descriptor, "wb") as out:
            out.write(made.data)
        typer.echo(f"{made.export.rows:,} customers in {file}. Export {made.export.id}.")
        if made.more:
            asked = 0 < limit < loaded.privacy.export_rows
            bound = "--limit asks for" if asked else "privacy.export_rows allows"
            typer.echo(f"There are more: this is as many as {bound}.", err=True)


def trace(
    file: FoundFile,
    config: ConfigPath = DEFAULT,
) -> None:
    """Say of which export a list of customers is, by the order of its rows, even where rows were
    taken away. A list that was sorted anew does not tell.

    Exit code 1: it fits no export.
    """

    async def work() -> tuple[int, int, list[Trace]]:
        async with opened(config) as database:
            store = SqlExports(database)
            whose = await store.whose(rows, loaded.site.region)
            headed = bool(rows) and whose[0] is None and is_heading(rows[0])
            known = [customer for customer in whose if customer is not None]
            return len(rows) - headed, len(known), traces(known, await store.exports())

    with told():
        loaded = settings.load(config)
        rows = _rows(file)
        count, known, found = asyncio.run(work())
        typer.echo(f"{count:,} rows, of which {known:,} are known customers.")
        fitting = [one for one in found if one.verdict != "no"]
        for one in fitting[:SHOWN]:
            typer.echo(_said(one))
        if not fitting:
            raise CliError(
                Exit.REFUSALS,
                f"it fits none of {len(found):,} exports: its order is one of chance. It was "
                "sorted, has too few rows, or did not come out of an export.",
            )


def is_heading(row: Sequence[str]) -> bool:
    """Whether it names columns, of an export or of any list of customers."""
    return any(cell in HEADINGS or column_of(cell) is not None for cell in row)


def shell_user() -> Person:
    """Whoever types the command, by the name that the system knows."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "?"
    return Person(agent_id=AgentId("shell"), name=f"{name} (shell)", role=Role.ADMIN)


def new_file(file: Path) -> int:
    """A descriptor of a file that was not there, for its owner alone; raises CliError."""
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CliError(Exit.USAGE, f"{file} is there already.") from error
    except OSError as error:
        raise CliError(Exit.USAGE, f"{file} cannot be written ({error.strerror}).") from error


def _why(refusal: CommandRefused) -> str:
    match refusal.code, refusal.field:
        case RefusalCode.INVALID, "reason":
            return f"--reason has {refusal.detail}."
        case RefusalCode.INVALID, "text":
            return f"--search is {refusal.detail}."
        case RefusalCode.TOO_LARGE, _:
            return f"--limit is too large: {refusal.detail} (privacy.export_rows)."
        case _:
            return f"not allowed: {refusal.detail}."


def _rows(file: Path) -> list[list[str]]:
    try:
        with file.open("rb") as source:
            data = source.read(MOST_BYTES + 1)
    except OSError as error:
        raise CliError(Exit.USAGE, f"{file} cannot be read ({error.strerror}).") from error
    if len(data) > MOST_BYTES:
        raise CliError(Exit.USAGE, f"{file} is larger than {MOST_BYTES // 1024**2} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    lines = text.splitlines()
    head = "\n".join(lines[:50])
    delimiter = max(DELIMITERS, key=head.count)
    csv.field_size_limit(1024 * 1024)
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise CliError(Exit.USAGE, f"{file} is no CSV file ({error}).") from error
    if len(rows) > MOST_ROWS:
        raise CliError(Exit.USAGE, f"{file} has more than {MOST_ROWS:,} rows.")
    return rows


def _said(one: Trace) -> str:
    export = one.export
    sure = {"certain": "This is", "likely": "This is likely to be"}[one.verdict]
    return (
        f"{sure} export {export.id} of {export.at:%Y-%m-%d %H:%M} UTC by {export.name} "
        f'({export.rows:,} customers, "{export.reason}"): {one.in_order:,} of '
        f"{one.rows - 1:,} neighbouring rows stand in its order. By chance some export would fit "
        f"so well once in {_once_in(one.chance)} files."
    )


def _once_in(chance: float) -> str:
    return f"{1 / chance:,.0f}" if chance > 1e-9 else "more than a billion"
