"""`user add | passwd | list | disable | enable`: who may sign in."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from cti_bridge.cli import passwords, settings
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.settings import DEFAULT, ConfigPath
from cti_bridge.protocol.vocabulary import Role
from cti_bridge.server.auth import new_hasher, policy_fault
from cti_bridge.store.accounts import AccountError, SqlAccounts
from cti_bridge.store.engine import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

app = typer.Typer(help="The users: who may sign in, and as what.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="The name that the user signs in with.")]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The name that colleagues see.")] = "",
    role: Annotated[Role, typer.Option(help="What the user may do.")] = Role.AGENT,
    password_stdin: passwords.FromStdin = False,
    password_file: passwords.FromFile = None,
    config: ConfigPath = DEFAULT,
) -> None:
    """Add a user; asks for the password."""

    async def work() -> str:
        async with _accounts(config) as accounts:
            if await accounts.by_login(login):
                raise CliError(Exit.REFUSALS, f'the login "{login}" is taken.')
            hashed = _new_password(login, stdin=password_stdin, file=password_file)
            made = await accounts.add(login=login, name=name, role=role, password_hash=hashed)
            return made.login

    with told():
        made = asyncio.run(work())
        typer.echo(f"{made} added as {role}.")


@app.command()
def passwd(
    login: Login,
    password_stdin: passwords.FromStdin = False,
    password_file: passwords.FromFile = None,
    config: ConfigPath = DEFAULT,
) -> None:
    """Give a user another password; asks for it."""

    async def work() -> None:
        async with _accounts(config) as accounts:
            account = await accounts.by_login(login)
            if account is None:
                raise CliError(Exit.REFUSALS, f'there is no user "{login}".')
            hashed = _new_password(login, stdin=password_stdin, file=password_file)
            await accounts.set_password(account.agent_id, hashed)

    with told():
        asyncio.run(work())
        typer.echo(f"password of {login} set.")


@app.command("list")
def list_(config: ConfigPath = DEFAULT) -> None:
    """List the users, a line each: login, role, enabled or disabled, name."""

    async def work() -> None:
        async with _accounts(config) as accounts:
            users = await accounts.all()
            if not users:
                typer.echo("There is no user yet: cti-bridge user add LOGIN.", err=True)
            for one in users:
                state = "disabled" if one.disabled else "enabled"
                typer.echo(f"{one.login}\t{one.role}\t{state}\t{one.name}")

    with told():
        asyncio.run(work())


@app.command()
def disable(login: Login, config: ConfigPath = DEFAULT) -> None:
    """Keep a user out; an open session ends within half a minute."""
    _set_disabled(login, config, disabled=True)


@app.command()
def enable(login: Login, config: ConfigPath = DEFAULT) -> None:
    """Let a disabled user in again."""
    _set_disabled(login, config, disabled=False)


def _set_disabled(login: str, config: Path, *, disabled: bool) -> None:
    async def work() -> None:
        async with _accounts(config) as accounts:
            await accounts.set_disabled(login, disabled)

    with told():
        asyncio.run(work())
        typer.echo(f"{login} {'disabled' if disabled else 'enabled'}.")


@contextlib.asynccontextmanager
async def _accounts(config: Path) -> AsyncIterator[SqlAccounts]:
    """The users in the store that the configuration names; a refusal of it is told."""
    database = await Database.open(settings.load(config).store.url)
    try:
        yield SqlAccounts(database)
    except AccountError as error:
        raise CliError(Exit.REFUSALS, f"{error}.") from error
    finally:
        await database.close()


def _new_password(login: str, *, stdin: bool, file: Path | None) -> str:
    """The hash of a password that the policy lets pass."""
    password = passwords.ask(stdin=stdin, file=file, confirm=True)
    if fault := policy_fault(password, login):
        raise CliError(Exit.REFUSALS, f"{fault}.")
    return new_hasher().hash(password)
