"""Users, on both databases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol.vocabulary import AgentId, QueueId, Role
from cti_bridge.store.accounts import AccountError, SqlAccounts

if TYPE_CHECKING:
    from cti_bridge.accounts import Account
    from cti_bridge.server.ports import Accounts
    from cti_bridge.store.engine import Database


@pytest.fixture
async def accounts(database: Database) -> SqlAccounts:
    return SqlAccounts(database, queues=lambda login: frozenset({QueueId(f"of-{login}")}))


async def add(accounts: SqlAccounts, login: str = "ana") -> Account:
    return await accounts.add(login=login, name="Ana Soto", role=Role.AGENT, password_hash="$h$")


async def test_a_user_is_found_whatever_the_case_of_the_login(accounts: SqlAccounts) -> None:
    made = await add(accounts, " Ángela ")
    port: Accounts = accounts
    for typed in ("ángela", "ANGELA", "Angela "):
        assert await port.by_login(typed) == made
    assert (made.login, made.role, made.queues) == (
        "angela",
        Role.AGENT,
        frozenset({QueueId("of-angela")}),
    )
    assert made.disabled is False


@pytest.mark.parametrize("typed", ["", "nobody", "two words", "x" * 10_000, "' OR 1=1 --", "\x00"])
async def test_who_is_not_there(accounts: SqlAccounts, typed: str) -> None:
    await add(accounts)
    assert await accounts.by_login(typed) is None


@pytest.mark.parametrize("login", ["", " \u200b", "two words", "x" * 81, "x" * 100_000])
async def test_unusable_logins(accounts: SqlAccounts, login: str) -> None:
    with pytest.raises(AccountError, match=r"1 to 80|at most 80"):
        await add(accounts, login)
    assert await accounts.all() == ()


async def test_a_login_is_given_once(accounts: SqlAccounts) -> None:
    await add(accounts)
    with pytest.raises(AccountError, match="taken"):
        await add(accounts, "ANA")
    done = await asyncio.gather(*(add(accounts, "race") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, AccountError) for outcome in done) == 3
    assert [account.login for account in await accounts.all()] == ["ana", "race"]


async def test_password_and_disabling(accounts: SqlAccounts) -> None:
    made = await add(accounts)
    await accounts.set_password(made.agent_id, "$new$")
    await accounts.set_disabled("ANA", True)
    found = await accounts.by_login("ana")
    assert found is not None
    assert (found.password_hash, found.disabled) == ("$new$", True)
    await accounts.set_disabled("ana", False)
    assert [account.disabled for account in await accounts.all()] == [False]


async def test_changing_who_is_not_there_is_an_error(accounts: SqlAccounts) -> None:
    with pytest.raises(AccountError, match="no such user"):
        await accounts.set_password(AgentId("gone"), "$h$")
    with pytest.raises(AccountError, match='"gone"'):
        await accounts.set_disabled("gone", True)
