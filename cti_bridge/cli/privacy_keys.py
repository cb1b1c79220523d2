"""`privacy key new | rotate | list | prune` and `privacy seal`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.privacy.keys import Keyring, new_key
from cti_bridge.sealed import key_file, keys_of
from cti_bridge.store.engine import Database
from cti_bridge.store.keyfile import KeyFile, KeyFileError
from cti_bridge.store.sealing import KeyUse, SqlSealing, key_use

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from cti_bridge.config.values import Config
    from cti_bridge.store.sealing import Sealed

app = typer.Typer(
    help="The keys under which recordings and attachments are kept.", no_args_is_help=True
)
KEEP_A_COPY = (
    "Keep a copy of {path} apart from the database and its backups: who has lost it has lost "
    "every recording and attachment."
)


@app.callback()
def root() -> None:
    """The keys under which recordings and attachments are kept."""


@app.command()
def new(config: ConfigPath = DEFAULT) -> None:
    """Make the first key, in the file that privacy.key_file names."""
    with _told():
        keys = _keys(settings.load(config))
        made = keys.create()
        typer.echo(f"key {made.id} made in {keys.path}.")
        typer.echo(KEEP_A_COPY.format(path=keys.path))
        typer.echo("Files that are there already are sealed by: cti-bridge privacy seal.")


@app.command("list")
def list_(config: ConfigPath = DEFAULT) -> None:
    """List the keys, a line each: id, how many files are under it, what it is."""

    async def work() -> None:
        async with _opened(config) as (database, keys):
            use = await key_use(database)
            ring = keys.load()
            for key in ring.keys:
                state = "in use" if key.id == ring.current.id else "old"
                typer.echo(f"{key.id}\t{use.by_key.get(key.id, 0)}\t{state}")
            for missing, count in use.missing(key.id for key in ring.keys).items():
                typer.echo(f"{missing}\t{count}\tmissing: nobody can open these")
            if use.plain:
                typer.echo(f"-\t{use.plain}\tnot sealed: cti-bridge privacy seal")

    with _told():
        asyncio.run(work())


@app.command()
def rotate(config: ConfigPath = DEFAULT) -> None:
    """Make a new key and wrap every file's own key under it; the bridge may serve meanwhile.

    Where an earlier rotation was broken off it is finished first, under the key it had made.
    """

    async def work() -> None:
        async with _opened(config) as (database, keys):
            ring, use = keys.load(), await key_use(database)
            if _under_way(ring, use):
                typer.echo(f"going on under {ring.current.id}, which is in use already.", err=True)
            else:
                ring = keys.change(lambda known: known.with_new(new_key()))
                typer.echo(f"key {ring.current.id} made in {keys.path}.")
            done = await SqlSealing(database, keys).rewrap(_progress("files"))
            typer.echo(f"{done.files:,} files are under {ring.current.id} now.")
            _tell_failed(done)
            typer.echo(KEEP_A_COPY.format(path=keys.path))
            typer.echo(
                "Old keys open older backups; those of no file here are taken out by: "
                "cti-bridge privacy key prune."
            )

    with _told():
        asyncio.run(work())


@app.command()
def prune(config: ConfigPath = DEFAULT) -> None:
    """Take keys out of the file under which no file of this database is.

    Backups from before the rotation cannot be opened without them.
    """

    async def work() -> None:
        async with _opened(config) as (database, keys):
            use, ring = await key_use(database), keys.load()
            gone = frozenset(str(key.id) for key in ring.keys[1:] if key.id not in use.by_key)
            if gone:
                keys.change(lambda known: known.without(gone))
            typer.echo(f"{len(gone)} keys taken out{': ' if gone else ''}{', '.join(gone)}.")

    with _told():
        asyncio.run(work())


def seal(config: ConfigPath = DEFAULT) -> None:
    """Seal recordings and attachments that were kept plain; may be broken off and run again."""

    async def work() -> None:
        async with _opened(config) as (database, keys):
            done = await SqlSealing(database, keys).seal_plain(_progress("files sealed"))
            typer.echo(f"{done.files:,} files sealed.")
            _tell_failed(done)
            typer.echo(
                "What was written plain may still be in free pages of the database and in "
                "backups: VACUUM (SQLite), VACUUM FULL (PostgreSQL), and new backups."
            )

    with _told():
        asyncio.run(work())


def _under_way(ring: Keyring, use: KeyUse) -> bool:
    """Whether files are still under a key that the one in use came after."""
    old = {key.id for key in ring.keys[1:]}
    return any(key in old for key in use.by_key)


def _tell_failed(done: Sealed) -> None:
    for line in done.failed:
        typer.echo(line, err=True)
    if done.failed:
        raise CliError(Exit.REFUSALS, f"{len(done.failed)} files were left as they are.")


def _keys(config: Config) -> KeyFile:
    keys = key_file(config)
    if keys is None:
        raise CliError(
            Exit.USAGE,
            "privacy.key_file is not set.",
            'Name a file that is kept apart from the database: [privacy] key_file = "ficha.key".',
        )
    return keys


@contextlib.asynccontextmanager
async def _opened(config: Path) -> AsyncIterator[tuple[Database, KeyFile]]:
    loaded = settings.load(config)
    _keys(loaded)
    keys = keys_of(loaded)
    assert keys is not None
    database = await Database.open(loaded.store.url)
    try:
        yield database, keys
    finally:
        await database.close()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    with told():
        try:
            yield
        except KeyFileError as error:
            raise CliError(Exit.USAGE, error.what, error.fix) from error


def _progress(what: str) -> Callable[[int], None]:
    """A line drawn anew on a terminal; nothing elsewhere, where the end says it all."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{done:,} {what}", err=True, nl=False)

    return show
