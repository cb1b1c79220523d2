"""`privacy erase | hold | release | subject | retention`: what a customer may ask for, and how
long what is over is kept."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cti_bridge.cli import erasing_words, settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.exporting import new_file, shell_user
from cti_bridge.cli.privacy_log import opened
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.privacy import retention
from cti_bridge.privacy.erasing import BarredError, HeldError, confirmed
from cti_bridge.privacy.ports import Access
from cti_bridge.privacy.subject import LANGUAGES, NotThereError
from cti_bridge.privacy.unveiling import reason_of
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AccessKind, CustomerId
from cti_bridge.sealed import keys_of
from cti_bridge.store.access import SqlAccess
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.erasing import SqlErasing
from cti_bridge.store.retaining import SqlRetention
from cti_bridge.store.subject import write_archive

if TYPE_CHECKING:
    from cti_bridge.privacy.erasing import Bar, Preview

Customer: TypeAlias = Annotated[str, typer.Argument(help="The id of the customer.")]
Reason: TypeAlias = Annotated[str, typer.Option(help="Why; it is written into the access log.")]
NewArchive: TypeAlias = Annotated[
    Path, typer.Argument(help="The .zip file to write; it must not be there.")
]
BARS = {
    "held": "this customer is held back: cti-bridge privacy release.",
    "open": "this customer has an open contact: close it first.",
    "merged": "this file became part of another one meanwhile: look at that one.",
}


def erase(
    customer: Customer,
    reason: Reason = "",
    confirm: Annotated[
        str, typer.Option(help="The customer's name, or a reference, typed: then it is done.")
    ] = "",
    config: ConfigPath = DEFAULT,
) -> None:
    """Show what an erasure of a customer would take away; with --confirm do it, for good.

    Name, numbers, notes, texts, recordings and files go; contacts stay in the statistics with
    their times, queue, agent and outcome, and are nobody's.
    """

    async def work() -> None:
        async with opened(config) as database:
            store = SqlErasing(database)
            preview = await store.preview(CustomerId(customer))
            if preview is None:
                raise _nobody(customer)
            _show(preview)
            if not confirm:
                name = preview.name or next(iter(preview.references), preview.customer)
                typer.echo(f'Nothing was done. To do it: --confirm "{name}" --reason …')
                return
            why = _reason(reason)
            if not confirmed(confirm, preview):
                raise CliError(
                    Exit.USAGE, "--confirm is not the name, nor a reference, of this customer."
                )
            try:
                done = await store.erase(
                    preview.customer,
                    by=shell_user().name,
                    reason=why,
                    at=datetime.now(UTC),
                    note=_note(AccessKind.ERASE, customer, why),
                )
            except BarredError as error:
                raise _barred(error.bar) from error
            rows = done.rows if done else 0
            typer.echo(f"Erased: {rows:,} rows. Backups from before still have this customer.")

    with told():
        asyncio.run(work())


def hold(customer: Customer, reason: Reason, config: ConfigPath = DEFAULT) -> None:
    """Keep a customer, and all contacts, from erasure and retention: a legal hold."""

    async def work() -> None:
        async with opened(config) as database:
            why, now = _reason(reason), datetime.now(UTC)
            try:
                held = await SqlErasing(database).hold(
                    CustomerId(customer),
                    by=shell_user().name,
                    reason=why,
                    at=now,
                    note=_note(AccessKind.HOLD, customer, f"held: {why}"),
                )
            except HeldError as error:
                raise CliError(
                    Exit.REFUSALS,
                    f"{customer} is held by {error.by} already; their reason would be lost. "
                    f'End that hold first: cti-bridge privacy release {customer} --reason "…"',
                ) from error
            if not held:
                raise _nobody(customer)
            typer.echo(f"{customer} is held.")

    with told():
        asyncio.run(work())


def release(customer: Customer, reason: Reason, config: ConfigPath = DEFAULT) -> None:
    """End a legal hold."""

    async def work() -> None:
        async with opened(config) as database:
            note = _note(AccessKind.HOLD, customer, f"released: {_reason(reason)}")
            if not await SqlErasing(database).release(CustomerId(customer), note):
                raise CliError(Exit.REFUSALS, f"{customer} was not held.")
            typer.echo(f"{customer} is held no longer.")

    with told():
        asyncio.run(work())


def subject(
    customer: Customer,
    file: NewArchive,
    reason: Reason,
    language: Annotated[str, typer.Option(help="es or en.")] = "es",
    config: ConfigPath = DEFAULT,
) -> None:
    """Write everything of a customer into a .zip, for that customer: a page to read, the same as
    JSON, and every recording and attachment."""

    async def work() -> tuple[int, int]:
        async with opened(config) as database:
            blobs = SqlBlobs(database, keys=keys_of(loaded))
            with os.fdopen(new_file(file), "wb") as out:
                done = await write_archive(
                    database,
                    blobs,
                    CustomerId(customer),
                    out,
                    language=language,
                    now=datetime.now(UTC),
                )
            note = _note(AccessKind.SUBJECT, customer, why)
            await SqlAccess(database).append([note])
            return done

    with told():
        loaded, why = settings.load(config), _reason(reason)
        if language not in LANGUAGES:
            raise CliError(Exit.USAGE, f"--language is one of {', '.join(LANGUAGES)}.")
        try:
            rows, failed = asyncio.run(work())
        except NotThereError as error:
            file.unlink(missing_ok=True)
            raise _nobody(customer) from error
        except BaseException as error:
            if not isinstance(error, CliError):
                file.unlink(missing_ok=True)
            raise
        typer.echo(f"{rows:,} entries in {file}.")
        if failed:
            raise CliError(
                Exit.REFUSALS, f"{failed} files could not be opened: damaged, or no key."
            )


def keep(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and take nothing away.")
    ] = False,
    config: ConfigPath = DEFAULT,
) -> None:
    """Take away what is older than \\[retention] allows, as the bridge does each day."""

    async def work() -> retention.Run:
        async with opened(config) as database:
            return await retention.run(
                SqlRetention(database),
                loaded.retention,
                lambda: datetime.now(UTC),
                by=shell_user().name,
                dry=dry_run,
            )

    with told():
        loaded = settings.load(config)
        if not retention.deadlines(loaded.retention, datetime.now(UTC)):
            typer.echo("[retention] keeps everything for ever.")
            return
        done = asyncio.run(work())
        would = "would go" if dry_run else "went"
        for kind, count in done.counts.items():
            typer.echo(f"{kind}: {count:,} {would}.")
        if not done.counts:
            typer.echo("Nothing is older than it may be.")


def _show(preview: Preview) -> None:
    typer.echo(f"{preview.name} ({preview.customer})")
    for line in erasing_words.lines(preview):
        typer.echo(line)
    if preview.bar:
        raise _barred(preview.bar)


def _barred(bar: Bar) -> CliError:
    return CliError(Exit.REFUSALS, BARS.get(bar, bar))


def _nobody(customer: str) -> CliError:
    return CliError(Exit.REFUSALS, f'there is no customer "{customer}".')


def _reason(text: str) -> str:
    try:
        return reason_of(text)
    except CommandRefused as refusal:
        raise CliError(Exit.USAGE, f"--reason has {refusal.detail}.") from refusal


def _note(kind: AccessKind, customer: str, detail: str) -> Access:
    person = shell_user()
    return Access(
        at=datetime.now(UTC),
        agent=person.agent_id,
        name=person.name,
        kind=kind,
        customer=CustomerId(customer),
        detail=detail,
    )
