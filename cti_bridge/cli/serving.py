"""`serve` and `check-config`."""

from __future__ import annotations

import asyncio
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


def check_config(config: ConfigPath = DEFAULT) -> None:
    """Check a configuration: print each mistake with its line, and start nothing."""
    with told():
        loaded = load(config)
        load_app().examine(loaded)
        lines, nodes, queues = len(loaded.lines), len(loaded.asterisk), len(loaded.queues)
        ways = f"Lines: {lines}, Asterisk: {nodes}" if nodes else f"Lines: {lines}"
        written = f"chats: {len(loaded.chats)}, mailboxes: {len(loaded.mailboxes)}"
        typer.echo(f"{config}: right. {ways}, queues: {queues}, {written}.")
        if not lines and not nodes:
            typer.echo("No call can come in yet: add [[lines]] when the PBX is ready.")
        if nodes:
            typer.echo("Whether the Asterisk is as it should be: cti-bridge asterisk doctor.")
        if loaded.mailboxes:
            typer.echo("Whether the mailboxes let you in: cti-bridge check-mail.")


def load_app() -> Any:
    """The composition root, loaded only where it runs: with it come every room and adapter."""
    return importlib.import_module("cti_bridge.app")


def _ready(text: str) -> None:
    typer.echo(f"cti-bridge {text}")
