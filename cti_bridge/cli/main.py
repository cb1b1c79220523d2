"""`cti-bridge`: every command in one table."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cti_bridge.cli.exits import HELP
from cti_bridge.cli.lazily import Later, LazyGroup

TABLE: Final = {
    "serve": Later(
        where="cti_bridge.cli.serving:serve",
        help="Run the bridge until Ctrl+C or SIGTERM; prints one line with its addresses when "
        "ready.",
    ),
    "check-config": Later(
        where="cti_bridge.cli.checkconfig:check_config",
        help="Check a configuration: print each mistake with its line, and start nothing.",
    ),
    "check-mail": Later(
        where="cti_bridge.cli.checkmail:check_mail",
        help="Sign in at each mailbox's servers, and say what works and what does not, and why.",
    ),
    "watch": Later(
        where="cti_bridge.cli.watch:watch",
        help="Sign in as a supervisor and print each event as a line of JSON, until Ctrl+C.",
    ),
    "demo": Later(
        where="cti_bridge.cli.demo:demo",
        help="Serve sample customers and callers that ring; commands come on standard input.",
        hidden=True,
    ),
    "test-agent": Later(
        where="cti_bridge.cli.testagent:answer",
        help="Be an agent without a desktop: answer each call, play back what is heard, wrap up.",
    ),
    "asterisk": Later(
        where="cti_bridge.cli.asterisk:app",
        help="An Asterisk: its configuration, and its health.",
    ),
    "user": Later(
        where="cti_bridge.cli.users:app", help="The users: who may sign in, and as what."
    ),
    "customers": Later(where="cti_bridge.cli.customers:app", help="The customers."),
    "privacy": Later(
        where="cti_bridge.cli.privacy:app",
        help="Keys, access log, exports, retention, erasure.",
    ),
}


class Root(LazyGroup):
    table = TABLE


app = typer.Typer(
    cls=Root,
    help="The bridge of Ficha: takes the calls, keeps the customers, serves the desktops.",
    epilog=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata  # brings the package for e-mails: for this one only

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
