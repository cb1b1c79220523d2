"""Options of the commands that sign in to a bridge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Url: TypeAlias = Annotated[str, typer.Option(help="The bridge's address.", envvar="FICHA_URL")]
LoginOption: TypeAlias = Annotated[
    str, typer.Option("--login", "-l", help="The user who signs in.")
]
Ca: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="PEM file of the authority that signed the bridge's certificate."),
]
DEFAULT_URL = "ws://127.0.0.1:8765/v1"
