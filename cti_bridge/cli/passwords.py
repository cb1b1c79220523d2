"""Where a password comes from: a prompt, stdin, a file, the environment; never an argument."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from cti_bridge.cli.exits import CliError, Exit
from cti_bridge.config.secret import SecretError, from_file

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE: Final = "FICHA_PASSWORD"
FromStdin: TypeAlias = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]
FromFile: TypeAlias = Annotated[
    Path | None, typer.Option("--password-file", help="Read the password from this file.")
]


def ask(*, stdin: bool, file: Path | None, confirm: bool = False) -> str:
    """Raises `CliError` where there is none, or where two ways are given."""
    if stdin and file:
        raise CliError(Exit.USAGE, "--password-stdin and --password-file exclude each other.")
    if file:
        try:
            return from_file(file)
        except SecretError as error:
            raise CliError(Exit.USAGE, f"--password-file: {error}") from error
    if stdin:
        line = sys.stdin.readline(4096).rstrip("\r\n")
        if not line:
            raise CliError(Exit.USAGE, "--password-stdin: no password came in.")
        return line
    if not confirm and (value := os.environ.get(VARIABLE)):
        return value
    if not sys.stdin.isatty():
        raise CliError(
            Exit.USAGE, "No terminal to ask on: use --password-stdin or --password-file."
        )
    with _interruptible():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=confirm))


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """An event loop that runs only notes the first Ctrl+C, and a prompt does not let it act."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
