"""How a command ends: a code for each kind of trouble, no traceback for a foreseeable one."""

from __future__ import annotations

import contextlib
import errno
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import typer

from cti_bridge.config.errors import ConfigError
from cti_bridge.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

HELP: Final = (
    "Exit codes: 0 done; 1 done, but some of it was refused; 2 wrong usage or configuration; "
    "3 cannot connect or sign in; 4 trouble with the database; 5 a port is in use."
)


class Exit(IntEnum):
    DONE = 0
    REFUSALS = 1
    USAGE = 2
    CONNECTION = 3
    STORE = 4
    PORT = 5
    INTERRUPTED = 130  # by SIGINT, as shells count it


class CliError(Exception):
    """What a command tells the user on its way out."""

    def __init__(self, code: Exit, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.code, self.lines = code, lines


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turns each foreseeable failure into its lines on stderr and its exit code."""
    try:
        yield
    except ConfigError as error:
        _leave(Exit.PORT if error.port_taken else Exit.USAGE, *error.lines())
    except StoreError as error:
        _leave(Exit.STORE, str(error))
    except CliError as error:
        _leave(error.code, *error.lines)
    except KeyboardInterrupt:
        _leave(Exit.INTERRUPTED, "Stopped.")
    except BrokenPipeError:  # `cti-bridge watch | head` has read enough
        _leave(Exit.DONE)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        _leave(Exit.PORT, f"{error.strerror}.", "Another program holds a port of this bridge.")


def _leave(code: Exit, *lines: str) -> None:
    for line in lines:
        with contextlib.suppress(BrokenPipeError):
            typer.echo(line, err=True)
    raise typer.Exit(code)
