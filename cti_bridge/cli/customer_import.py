"""`customers import`: from files, cards and other databases into the customer file."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.import_telling import progress_on, tell_preview, tell_report
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.customers.sources.records import SourceError
from cti_bridge.customers.sources.survivorship import RULED, Rule
from cti_bridge.customers.text import clean_line
from cti_bridge.readers.databases import is_url, without_password
from cti_bridge.readers.opening import Place, open_source
from cti_bridge.readers.refusals import RefusalFile
from cti_bridge.rooms import fields_of
from cti_bridge.store.engine import Database
from cti_bridge.store.importing import Job, import_customers
from cti_bridge.store.sources import SavedSource, SqlSources

if TYPE_CHECKING:
    from cti_bridge.config.values import Config, NamedSource
    from cti_bridge.customers.sources.planning import Plan
    from cti_bridge.customers.sources.records import Source
    from cti_bridge.store.importing import Report

MAX_SOURCE: Final = 73  # "import " stands before it where it is the source of a number
Location: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="[FILE|URL]",
        help="A CSV file, a spreadsheet, a file of vCards, or the URL of a database. Not needed "
        "for a source that was saved.",
    ),
]
Dates: TypeAlias = Annotated[
    Order | None, typer.Option(help="In which order the dates stand, where they do not say.")
]
Pairs: TypeAlias = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the command was asked for."""

    place: Place
    name: str  # of the source, or "" for one made of the file's name
    save: bool
    preview: bool
    dry_run: bool
    resume: bool
    wait: bool
    wish: Wish
    password: str
    refused: Path | None


def import_(
    location: Location = "",
    source: Annotated[
        str, typer.Option(help="The system that the data come from. Default: the file's name.")
    ] = "",
    save: Annotated[
        str, typer.Option(help="Save where it is and how it is read under this name.")
    ] = "",
    sheet: Annotated[str, typer.Option(help="Of a spreadsheet; default: the first.")] = "",
    table: Annotated[str, typer.Option(help="Of a database: a table or view.")] = "",
    query: Annotated[str, typer.Option(help="Of a database: a SELECT.")] = "",
    password_env: Annotated[
        str, typer.Option(help="The variable that holds the database's password.")
    ] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="The file that holds the database's password.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADING=FIELD", help="What a column is; an empty field: not used."
        ),
    ] = None,
    dates: Dates = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=RULE",
            help=f"Whose word counts: {', '.join(Rule)}; of {', '.join(RULED)}.",
        ),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the first 100 rows as they will be.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the last run was stopped.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another import that is running.")
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(help="Where refused rows go. Default: NAME.refused.csv, in this folder."),
    ] = None,
    config: ConfigPath = DEFAULT,
) -> None:
    """Import customers; a second import of the same changes nothing.

    Exit code 1: some rows were refused, the others are in. 2: the source cannot be used.
    """
    with told():
        order = _Order(
            place=Place(location=location, sheet=sheet, table=table, query=query),
            name=_name(save or source),
            save=bool(save),
            preview=preview,
            dry_run=dry_run,
            resume=resume,
            wait=wait,
            wish=Wish(fields=_pairs("--map", column), order=dates, rules=_rules(rule)),
            password=_password(password_env, password_file),
            refused=refused,
        )
        # what is there by now stays, and a batch makes many values and no circles of them
        gc.freeze()
        gc.set_threshold(1_000_000, 50, 100)
        try:
            asyncio.run(_work(settings.load(config), order))
        except SourceError as error:
            raise CliError(Exit.USAGE, f"{error}.") from error


async def _work(config: Config, order: _Order) -> None:
    database = await Database.open(config.store.url)
    try:
        sources = SqlSources(database)
        saved = await sources.named(order.name) if order.name else None
        named = next((one for one in config.sources if one.name == order.name), None)
        place = _place(order, saved, named)
        name = order.name or _name(Path(place.location).stem) or "import"
        password = order.password or (named.password if named and not order.place.location else "")
        source = open_source(place, password)
        fields = fields_of(config)
        before = saved.mapping if saved else None
        ready = plan(source, config.site.region, order.wish, before, fields)
        if order.preview:
            tell_preview(source, ready)
            return
        now = datetime.now(UTC)
        if order.save and not order.dry_run:
            await sources.save(name, _kept(place), ready.mapping, now)
        job = Job(
            source=name,
            mapping=ready.mapping,
            region=config.site.region,
            now=now,
            dry_run=order.dry_run,
            resume=order.resume,
            wait=order.wait,
            fields=fields,
        )
        path = _refusals(order.refused, name, place)
        await _import(database, source, ready, job, path)
    finally:
        await database.close()


async def _import(database: Database, source: Source, ready: Plan, job: Job, path: Path) -> None:
    refusals = RefusalFile(path, source.headings)
    try:
        report: Report = await import_customers(
            database,
            source,
            job,
            progress=progress_on(sys.stderr),
            refused=None if job.dry_run else refusals.add,
        )
    except OSError as error:
        raise CliError(Exit.USAGE, f"{path}: cannot be written: {error.strerror}.") from error
    finally:
        refusals.close()
    if sys.stderr.isatty():
        typer.echo("", err=True)
    tell_report(source, ready.mapping, report, path if refusals.rows else None)


def _refusals(wanted: Path | None, name: str, place: Place) -> Path:
    """Never the file that is read: what was refused once may be refused again."""
    path = wanted or Path(f"{Path(name).name}.refused.csv")
    if is_url(place.location) or path.absolute() != Path(place.location).absolute():
        return path
    if wanted is not None:
        raise CliError(Exit.USAGE, f"--refused: {path} is the file that is imported.")
    return path.with_name(f"{path.stem}.refused.csv")


def _place(order: _Order, saved: SavedSource | None, named: NamedSource | None) -> Place:
    """What was said now, else what bridge.toml says of the name, else what was saved."""
    if order.place.location:
        return order.place
    if named is not None:
        return Place(
            location=named.location, sheet=named.sheet, table=named.table, query=named.query
        )
    if saved is None or saved.place is None:
        what = f'no source "{order.name}" is saved' if order.name else "nothing to import"
        raise CliError(
            Exit.USAGE,
            f"{what}: say a file, a database's URL, or --source of a saved one.",
        )
    return Place(**saved.place)


def _kept(place: Place) -> dict[str, str]:
    """As it is stored: from anywhere, and without a password."""
    location = place.location
    location = without_password(location) if is_url(location) else str(Path(location).absolute())
    return {**asdict(place), "location": location}


def _name(text: str) -> str:
    return clean_line(text)[:MAX_SOURCE]


def _pairs(option: str, given: Pairs | None) -> dict[str, str]:
    pairs = {}
    for text in given or []:
        heading, equals, value = text.rpartition("=")
        if not equals or not heading.strip():
            raise CliError(Exit.USAGE, f"{option}: {text!r} is not of the form NAME=VALUE.")
        pairs[heading.strip()] = value.strip()
    return pairs


def _rules(given: Pairs | None) -> dict[str, Rule]:
    rules = {}
    for name, rule in _pairs("--rule", given).items():
        if name not in RULED or rule not in list(Rule):
            raise CliError(
                Exit.USAGE,
                f"--rule: {name}={rule}: the fields are {', '.join(RULED)}; "
                f"the rules {', '.join(Rule)}.",
            )
        rules[name] = Rule(rule)
    return rules


def _password(variable: str, file: Path | None) -> str:
    if variable and file is not None:
        raise CliError(Exit.USAGE, "say --password-env or --password-file, not both.")
    if variable:
        if variable not in os.environ:
            raise CliError(Exit.USAGE, f"--password-env: {variable} is not set.")
        return os.environ[variable]
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeError) as error:
        raise CliError(Exit.USAGE, f"--password-file: {file}: cannot be read.") from error
