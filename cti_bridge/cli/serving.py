"""`serve`."""

from __future__ import annotations

import asyncio
import gc
import importlib
from typing import Any

import typer

from cti_bridge.cli import logs
from cti_bridge.cli.exits import told
from cti_bridge.cli.settings import DEFAULT, ConfigPath, load


def serve(config: ConfigPath = DEFAULT) -> None:
    """Run the bridge until Ctrl+C or SIGTERM; prints one line with its addresses when ready."""
    with told():
        loaded = load(config)
        logs.set_up(loaded.log)
        asyncio.run(load_app().run(loaded, ready=_ready))


def load_app() -> Any:
    """The composition root, loaded only where it runs: with it come every room and what the
    configuration may name. What is loaded stays, so the collector need not look through it
    again and again: it rests until the bridge serves (`settle_the_heap`), an eighth of the
    time."""
    gc.disable()
    return importlib.import_module("cti_bridge.app")


def _ready(text: str) -> None:
    typer.echo(f"cti-bridge {text}")
