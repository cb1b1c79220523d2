"""`customers suppress`: the list of those who must not be called or written to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, TypeVar

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.customers.contacting import Suppression
from cti_bridge.customers.identities import IdentityError, normalise
from cti_bridge.customers.suppressing import Listed, guessed
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store.engine import Database
from cti_bridge.store.suppressions import LISTED, SqlSuppressions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.customers.sources.records import RowError

T = TypeVar("T")
app = typer.Typer(help="Who must not be called or written to.", no_args_is_help=True)
BATCH: Final = 2_000
TOLD_ERRORS: Final = 200
MAX_SOURCE: Final = 80
KINDS: Final = {
    one.value: one for one in (IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.KEY)
}
ListPath: TypeAlias = Annotated[
    Path, typer.Argument(help="One in each line, or a CSV file with a heading.")
]
Kind: TypeAlias = Annotated[
    str, typer.Option(help="phone, email or key. Default: by how it is written.")
]


@app.callback()
def root() -> None:
    """Who must not be called or written to."""


@app.command("import")
def import_(
    file: ListPath,
    kind: Kind = "",
    reason: Annotated[str, typer.Option(help="Where the file gives none.")] = "",
    source: Annotated[str, typer.Option(help="Whose list it is. Default: the file's name.")] = "",
    config: ConfigPath = DEFAULT,
) -> None:
    """Add numbers, addresses and customer keys to the list; those on it stay as they are.

    Exit code 1: some lines were refused, the others are in. 2: the file cannot be used.
    """
    with told():
        loaded = settings.load(config)
        listed = Listed(
            region=loaded.site.region,
            source=" ".join((source or file.stem).split())[:MAX_SOURCE],
            at=datetime.now(UTC),
            reason=reason,
            kind=_kind(kind),
        )

        async def work(store: SqlSuppressions) -> tuple[int, int, list[RowError], int]:
            lines = added = refused = 0
            errors: list[RowError] = []
            with file.open("rb") as opened:
                outcomes = listed.read(opened)
                while several := list(islice(outcomes, BATCH)):
                    good = [one for one in several if isinstance(one, Suppression)]
                    bad = [one for one in several if not isinstance(one, Suppression)]
                    errors += bad[: TOLD_ERRORS - len(errors)]
                    lines, refused = lines + len(good), refused + len(bad)
                    added += await store.add(good)
            return lines, added, errors, refused

        try:
            lines, added, errors, refused = _with_store(loaded.store.url, work)
        except OSError as error:
            raise CliError(Exit.USAGE, f"{file}: cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CliError(Exit.USAGE, f"{file}: {error}.") from error
        _tell_errors(file, errors, refused)
        typer.echo(f"{added:,} added, {lines - added:,} there already, {refused:,} refused.")
        if refused:
            raise CliError(Exit.REFUSALS)


@app.command("list")
def list_(
    contains: Annotated[str, typer.Argument(help="Only values with this in them.")] = "",
    config: ConfigPath = DEFAULT,
) -> None:
    """Show the list, the newest first: at most 1,000."""
    with told():
        url = settings.load(config).store.url
        found, total = _with_store(url, lambda store: store.list(contains.strip()[:254]))
        for one in found:
            about = f"{one.reason or '-'} ({one.source})"
            typer.echo(f"{one.kind:<6} {one.value:<32} {one.at:%Y-%m-%d}  {about}")
        if total > LISTED:
            typer.echo(f"… and {total - LISTED:,} more: say what they contain.", err=True)
        elif not total:
            typer.echo("Nobody.", err=True)


@app.command()
def remove(
    value: Annotated[str, typer.Argument(help="A number in any spelling, an address or a key.")],
    kind: Kind = "",
    config: ConfigPath = DEFAULT,
) -> None:
    """Take a number, address or key off the list."""
    with told():
        loaded = settings.load(config)
        what = _kind(kind) or guessed(value.strip())
        try:
            normal, _extension = normalise(what, value, loaded.site.region)
        except IdentityError as error:
            raise CliError(Exit.USAGE, f"{value[:80]}: {error}.") from error
        if not _with_store(loaded.store.url, lambda store: store.remove(what, normal)):
            raise CliError(Exit.REFUSALS, f"{normal} is not on the list as {what}.")
        typer.echo(f"{normal} may be contacted again.")


def _kind(text: str) -> IdentityKind | None:
    if text and text not in KINDS:
        raise CliError(Exit.USAGE, f"--kind is phone, email or key, not {text[:40]!r}.")
    return KINDS.get(text)


def _with_store(url: str, work: Callable[[SqlSuppressions], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await Database.open(url)
        try:
            return await work(SqlSuppressions(database))
        finally:
            await database.close()

    return asyncio.run(run())


def _tell_errors(file: Path, errors: list[RowError], refused: int) -> None:
    for error in errors:
        column = f"{error.field}: " if error.field else ""
        typer.echo(f"{file}:{error.line}: {column}{error.what}", err=True)
    if refused > len(errors):
        typer.echo(f"… and {refused - len(errors):,} more.", err=True)
