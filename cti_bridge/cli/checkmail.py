"""`check-mail`: whether the mailboxes of a configuration can be read and can send."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cti_bridge.channels.mail.probe import probe
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath, load
from cti_bridge.config.mail_checks import is_address

if TYPE_CHECKING:
    from cti_bridge.config.values import Config, Mailbox


def check_mail(
    mailbox: Annotated[str, typer.Argument(help="The id of one mailbox. Default: all.")] = "",
    to: Annotated[str, typer.Option(help="Send a short mail there, too.")] = "",
    config: ConfigPath = DEFAULT,
) -> None:
    """Sign in at each mailbox's servers, and say what works and what does not, and why.

    Nothing is read or marked: it may run beside the bridge. Exit code 3: something does not work.
    """
    with told():
        if to and not is_address(to):
            raise CliError(Exit.USAGE, f'--to: "{to[:80]}" is no e-mail address.')
        if not asyncio.run(_all_work(_chosen(load(config), mailbox), to)):
            raise typer.Exit(Exit.CONNECTION)


def _chosen(config: Config, wanted: str) -> tuple[Mailbox, ...]:
    boxes = tuple(box for box in config.mailboxes if wanted in ("", box.id))
    if boxes:
        return boxes
    known = ", ".join(box.id for box in config.mailboxes)
    if known:
        raise CliError(Exit.USAGE, f'There is no mailbox "{wanted[:80]}". Known: {known}.')
    raise CliError(Exit.USAGE, "There is no mailbox: add [[mailboxes]].")


async def _all_work(boxes: tuple[Mailbox, ...], to: str) -> bool:
    works = True
    for box in boxes:
        async for found in probe(box, to=to, at=datetime.now(UTC)):
            works = works and found.works
            typer.echo(f"{'ok' if found.works else 'NO'} {box.id} {found.door}: {found.text}")
    return works
