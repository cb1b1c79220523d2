"""`watch`: every event of a bridge, as JSON lines."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import typer

from cti_bridge.cli import passwords
from cti_bridge.cli.client import Client, Credentials
from cti_bridge.cli.exits import told
from cti_bridge.cli.wire_options import DEFAULT_URL, Ca, LoginOption, Url

if TYPE_CHECKING:
    from cti_bridge.protocol.commands import SignedIn
    from cti_bridge.protocol.events import AnyEvent


def watch(
    login: LoginOption,
    url: Url = DEFAULT_URL,
    password_stdin: passwords.FromStdin = False,
    password_file: passwords.FromFile = None,
    ca: Ca = None,
) -> None:
    """Sign in as a supervisor and print each event as a line of JSON, until Ctrl+C."""
    with told():
        password = passwords.ask(stdin=password_stdin, file=password_file)
        credentials = Credentials(url=url, login=login, password=password, watch=True, ca=ca)
        try:
            asyncio.run(Client(credentials, _Printer()).run())
        except KeyboardInterrupt:
            raise typer.Exit(0) from None


class _Printer:
    """Events go to stdout, what happens to the connection to stderr."""

    def opened(self, reply: SignedIn) -> None:
        _note(f"watching, epoch {reply.epoch}, after seq {reply.seq}")

    def event(self, _event: AnyEvent, text: str) -> None:
        self.unknown(text)

    def unknown(self, text: str) -> None:
        sys.stdout.write(text.replace("\n", " ") + "\n")
        sys.stdout.flush()

    def audio(self, data: bytes) -> None:
        """A watching session has no headset."""

    def cut(self, why: str) -> None:
        _note(f"connection lost ({why}), trying again")


def _note(text: str) -> None:
    typer.echo(text, err=True)
