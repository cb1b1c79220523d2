"""`check-config`: everything that can be known of a configuration before the bridge serves."""

from __future__ import annotations

import typer

from cti_bridge.cli.exits import told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import survey
from cti_bridge.examining import faults


def check_config(config: ConfigPath = DEFAULT) -> None:
    """Check a configuration: print each mistake with its line, and start nothing."""
    with told():
        found = survey(config)
        known = [one.where for one in found.mistakes]
        if mistakes := (*found.mistakes, *faults(found.config, told=known)):
            raise ConfigError(str(config), *mistakes)
        for warning in found.warnings:
            typer.echo(f"warning: {warning}", err=True)
        loaded = found.config
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
