"""`cti-bridge`: every command in one table."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from cti_bridge.cli import (
    asterisk,
    checkmail,
    customers,
    demo,
    exporting,
    privacy,
    serving,
    testagent,
    users,
    watch,
)
from cti_bridge.cli.exits import HELP

app = typer.Typer(
    help="The bridge of Ficha: takes the calls, keeps the customers, serves the desktops.",
    epilog=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serving.serve)
app.command("check-config")(serving.check_config)
app.command("check-mail")(checkmail.check_mail)
app.add_typer(asterisk.app, name="asterisk")
app.add_typer(users.app, name="user")
customers.app.command("export")(exporting.export)
app.add_typer(customers.app, name="customers")
app.add_typer(privacy.app, name="privacy")
app.command()(watch.watch)
app.command(hidden=True)(demo.demo)
app.command("test-agent")(testagent.answer)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cti-bridge {metadata.version('ficha')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """The bridge of Ficha: takes the calls, keeps the customers, serves the desktops."""
