"""`customers sources`: where customers come from."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.import_telling import tell_mapping
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.store.engine import Database
from cti_bridge.store.sources import SqlSources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.store.sources import SavedSource

app = typer.Typer(help="Where customers are imported from.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name that the source was saved under.")]


@app.command("list")
def list_(config: ConfigPath = DEFAULT) -> None:
    """List the sources, a line each: name, rows that are known of it, last run, place."""

    async def work() -> None:
        async with _sources(config) as sources:
            known = await sources.all()
            if not known:
                typer.echo("Nothing was imported yet: cti-bridge customers import FILE.", err=True)
            for one in known:
                place = one.place["location"] if one.place else "not saved"
                typer.echo(f"{one.name}\t{one.rows}\t{_last(one)}\t{place}")

    with told():
        asyncio.run(work())


@app.command()
def show(name: Name, config: ConfigPath = DEFAULT) -> None:
    """Show how a source is read."""

    async def work() -> None:
        async with _sources(config) as sources:
            one = _found(await sources.named(name), name)
            typer.echo(f"{one.name}: {one.rows} rows known, last run {_last(one)}")
            for word, text in (one.place or {}).items():
                if text:
                    typer.echo(f"{word}: {text}")
            if one.mapping is not None:
                tell_mapping(one.mapping)
                for ruled, rule in one.mapping.rules.items():
                    typer.echo(f"{ruled}: {rule}", err=True)

    with told():
        asyncio.run(work())


@app.command()
def remove(name: Name, config: ConfigPath = DEFAULT) -> None:
    """Forget a source and what it said; its customers stay."""

    async def work() -> None:
        async with _sources(config) as sources:
            if not await sources.remove(name):
                _found(None, name)

    with told():
        asyncio.run(work())
        typer.echo(f"{name} removed; its customers stay.")


@contextlib.asynccontextmanager
async def _sources(config: Path) -> AsyncIterator[SqlSources]:
    database = await Database.open(settings.load(config).store.url)
    try:
        yield SqlSources(database)
    finally:
        await database.close()


def _found(source: SavedSource | None, name: str) -> SavedSource:
    if source is None:
        raise CliError(Exit.REFUSALS, f'there is no source "{name}": customers sources list.')
    return source


def _last(source: SavedSource) -> str:
    last = source.last
    return f"{last.state} {last.beat_at:%Y-%m-%d %H:%M}" if last else "never"
