"""Secrets that stand outside bridge.toml: in a file or in the environment."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SECRET: Final = 4096  # bytes


class SecretError(Exception):
    """`str` says what is wrong; it never holds the secret."""


def from_file(path: Path) -> str:
    """The first line, less its end; raises `SecretError`."""
    try:
        data = path.read_bytes()[: MAX_SECRET + 1]
    except OSError as error:
        raise SecretError(f'"{path}" cannot be read ({error.strerror}).') from error
    if len(data) > MAX_SECRET:
        raise SecretError(f'"{path}" is longer than {MAX_SECRET} bytes: that is no password.')
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise SecretError(f'"{path}" is not text in UTF-8.') from error
    if not lines or not lines[0]:
        raise SecretError(f'"{path}" is empty.')
    if lines[0].isspace():
        raise SecretError(f'the first line of "{path}" is blank.')
    return lines[0]


def from_environment(name: str, environment: Mapping[str, str]) -> str:
    """Raises `SecretError` where the variable is not set, or empty."""
    value = environment.get(name, "")
    if not value:
        raise SecretError(f'the environment variable "{name}" is not set.')
    if value.isspace():
        raise SecretError(f'the environment variable "{name}" is blank.')
    return value


def open_to_all(path: Path) -> bool:
    """Whether every user of the machine may read the file."""
    try:
        return bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
