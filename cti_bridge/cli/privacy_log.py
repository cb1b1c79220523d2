"""`privacy log` and `privacy verify-log`: who looked at what, and whether the log is whole."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from cti_bridge.cli import settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.privacy.ports import AccessQuery
from cti_bridge.protocol.vocabulary import AccessKind, CustomerId
from cti_bridge.store.access import SqlAccess
from cti_bridge.store.accounts import SqlAccounts
from cti_bridge.store.engine import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.protocol.privacy import AccessView
    from cti_bridge.protocol.vocabulary import AgentId


def log(
    customer: Annotated[str, typer.Option(help="The id of a customer: who looked.")] = "",
    agent: Annotated[str, typer.Option(help="A login: what this user looked at.")] = "",
    kind: Annotated[list[AccessKind] | None, typer.Option(help="Only such entries.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="The newest so many.")] = 100,
    before: Annotated[int, typer.Option(min=0, help="Older than the entry of this number.")] = 0,
    config: ConfigPath = DEFAULT,
) -> None:
    """Who looked at which customer, newest first, a line each: number, time, who, what, at whom,
    because of which contact, detail."""

    async def work() -> None:
        async with opened(config) as database:
            query = AccessQuery(
                customer=CustomerId(customer) if customer else None,
                agent=await _agent(database, agent) if agent else None,
                kinds=tuple(kind or ()),
                before=before,
                limit=limit,
            )
            store = SqlAccess(database)
            entries, more = await store.page(query)
            if not entries and customer and not await store.knows(CustomerId(customer)):
                raise CliError(Exit.REFUSALS, f'there is no customer "{customer}".')
            for entry in entries:
                typer.echo(_line(entry))
            if not entries:
                typer.echo("No entry.", err=True)
            if more:
                typer.echo(f"… older ones: --before {entries[-1].n}", err=True)

    with told():
        asyncio.run(work())


def verify_log(config: ConfigPath = DEFAULT) -> None:
    """Check that no entry of the access log was changed, added or taken away.

    Note the digest elsewhere: who finds the same one later knows that all before it is as it was.
    Exit code 1: something was tampered with.
    """

    async def work() -> None:
        async with opened(config) as database:
            found = await SqlAccess(database).verify()
            if found.fault:
                raise CliError(Exit.REFUSALS, f"the access log was tampered with: {found.fault}.")
            typer.echo(
                f"{found.entries:,} entries ({found.first} to {found.last}) are as they were "
                f"written. Digest: {found.digest}"
            )

    with told():
        asyncio.run(work())


@contextlib.asynccontextmanager
async def opened(config: Path) -> AsyncIterator[Database]:
    database = await Database.open(settings.load(config).store.url)
    try:
        yield database
    finally:
        await database.close()


async def _agent(database: Database, login: str) -> AgentId:
    account = await SqlAccounts(database).by_login(login)
    if account is None:
        raise CliError(Exit.REFUSALS, f'there is no user "{login}".')
    return account.agent_id


def _line(entry: AccessView) -> str:
    cells = (
        str(entry.n),
        entry.at.isoformat(timespec="seconds"),
        entry.agent_name or entry.agent_id,
        entry.kind,
        entry.customer_name or entry.customer_id or "",
        entry.interaction_id or "",
        "(erased)" if entry.erased else entry.detail,
    )
    return "\t".join(" ".join(cell.split()) for cell in cells)
