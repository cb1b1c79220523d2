"""The configuration that a command works with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cti_bridge.config.reader import read

if TYPE_CHECKING:
    from cti_bridge.config.values import Config

ConfigPath: TypeAlias = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="FICHA_CONFIG", help="The configuration file."),
]
DEFAULT = Path("bridge.toml")


def load(path: Path) -> Config:
    """Tells the warnings on stderr; raises `ConfigError`."""
    loaded = read(path)
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}", err=True)
    return loaded.config
