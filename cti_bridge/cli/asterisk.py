"""`asterisk init | doctor`: what an Asterisk needs for Ficha, and whether it has it."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.config.reader import read
from cti_bridge.telephony.asterisk.doctor.examine import examine
from cti_bridge.telephony.asterisk.doctor.finding import Level
from cti_bridge.telephony.asterisk.setup import prompts
from cti_bridge.telephony.asterisk.setup.files import (
    FILES,
    Plan,
    Ports,
    SetupError,
    agents_of,
    configuration,
    musics_of,
    passwords_in,
)
from cti_bridge.telephony.media.sounds import SoundError, Sounds

if TYPE_CHECKING:
    from cti_bridge.config.values import Asterisk, Config

app = typer.Typer(help="An Asterisk: its configuration, and its health.", no_args_is_help=True)
Node = Annotated[str, typer.Option(help=r"The id of one \[\[asterisk]]. Default: the only one.")]


@app.command()
def init(
    out: Annotated[Path | None, typer.Option(help="A folder to write it to.")] = None,
    node: Node = "",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="UDP port for SIP.")] = 5060,
    bind: Annotated[str, typer.Option(help="The address that SIP listens on.")] = "0.0.0.0",
    language: Annotated[
        Literal["es", "en"] | None, typer.Option(help="Of the comments. Default: the site's.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    config: ConfigPath = DEFAULT,
) -> None:
    """Write the configuration of an Asterisk 22 for this bridge and its agents' telephones.

    Without --out it is printed, passwords and all, and no sounds are written. A password_file
    that is not there yet is made. Telephones that are in the folder keep their passwords.
    """
    with told():
        _must_be_address(bind)
        if out is not None and not force:
            _refuse_to_overwrite(out)
        loaded = read(config, make_secret=_make_secret)
        for warning in loaded.warnings:
            typer.echo(f"warning: {warning}", err=True)
        chosen = _one(loaded.config, node)
        plan = Plan(
            node=chosen,
            agents=agents_of(loaded.config, chosen),
            musics=musics_of(loaded.config, chosen),
            language=language or loaded.config.site.language,
            ports=Ports(bind=bind, sip=port),
            passwords=_known_passwords(out),
        )
        files = _files(plan)
        if out is None:
            _print(files)
        else:
            _write(files, out, loaded.config, plan.musics)


@app.command()
def doctor(node: Node = "", config: ConfigPath = DEFAULT) -> None:
    """Look at a running Asterisk: a line for each thing, and what to do where it is not right.

    Nothing is changed there, and it may run beside the bridge; a test call of Asterisk to itself
    lasts a moment. Exit code 1: something is a mistake.
    """
    with told():
        loaded = settings.load(config)
        if not asyncio.run(_healthy(loaded, _chosen(loaded, node))):
            raise typer.Exit(Exit.REFUSALS)


async def _healthy(config: Config, nodes: tuple[Asterisk, ...]) -> bool:
    healthy = True
    names = _sounds(config).names()
    for one in nodes:
        musics = (one.hold_music, *musics_of(config, one))
        async for found in examine(one, agents_of(config, one), names, musics):
            healthy = healthy and found.level is not Level.MISTAKE
            typer.echo(f"{found.level} {one.id}: {found.line()}")
    return healthy


def _must_be_address(bind: str) -> None:
    try:
        ipaddress.ip_address(bind)
    except ValueError as error:
        raise CliError(
            Exit.USAGE,
            f'--bind: "{bind[:80]}" is no IP address.',
            "Name one of the machine of Asterisk, or 0.0.0.0 for all.",
        ) from error


def _refuse_to_overwrite(out: Path) -> None:
    there = [name for name in (*FILES, "sounds") if (out / name).exists()]
    if there:
        raise CliError(
            Exit.USAGE,
            f'"{out / there[0]}" is there already: nothing was written.',
            "Name another folder, or add --force: telephones keep their passwords.",
        )


def _make_secret(path: Path) -> None:
    """A password for the bridge at Asterisk, unless there is one. It is told nowhere."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secrets.token_urlsafe(24)}\n")
    except OSError as error:
        raise CliError(Exit.USAGE, f'"{path}" cannot be written ({error.strerror}).') from error
    typer.echo(f"made {path}: the bridge's password at Asterisk.", err=True)


def _one(config: Config, wanted: str) -> Asterisk:
    nodes = _chosen(config, wanted)
    if len(nodes) > 1:
        known = ", ".join(one.id for one in nodes)
        raise CliError(Exit.USAGE, f"There are several: say which with --node. Known: {known}.")
    return nodes[0]


def _chosen(config: Config, wanted: str) -> tuple[Asterisk, ...]:
    nodes = tuple(one for one in config.asterisk if wanted in ("", one.id))
    if nodes:
        return nodes
    known = ", ".join(one.id for one in config.asterisk)
    if known:
        raise CliError(Exit.USAGE, f'There is no [[asterisk]] "{wanted[:80]}". Known: {known}.')
    raise CliError(Exit.USAGE, "There is no [[asterisk]] in the configuration: add one.")


def _known_passwords(out: Path | None) -> dict[str, str]:
    try:
        return passwords_in((out / "pjsip.conf").read_text("utf-8")) if out else {}
    except (OSError, UnicodeDecodeError):
        return {}


def _files(plan: Plan) -> dict[str, str]:
    try:
        return configuration(plan)
    except SetupError as error:
        raise CliError(Exit.USAGE, str(error)) from error


def _print(files: dict[str, str]) -> None:
    for name, text in files.items():
        typer.echo(f";;;; {name}\n\n{text}")
    typer.echo("Sounds are written with --out FOLDER only.", err=True)


def _write(files: dict[str, str], out: Path, config: Config, musics: tuple[str, ...]) -> None:
    """Nobody else may read the folder: passwords are in it."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in files.items():
            _private(out / name, text)
        count = prompts.write(_sounds(config), out, musics)
    except SoundError as error:
        raise CliError(Exit.USAGE, f"{error}.") from error
    except OSError as error:
        raise CliError(
            Exit.USAGE, f'"{error.filename or out}" cannot be written ({error.strerror}).'
        ) from error
    typer.echo(f"{out}: {len(files)} files and {count} sounds. Read {out / 'README.txt'}.")


def _sounds(config: Config) -> Sounds:
    return Sounds(own=Path(config.site.sounds) if config.site.sounds else None)


def _private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)  # else it would keep the mode it had
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
        writer.write(text.encode())
