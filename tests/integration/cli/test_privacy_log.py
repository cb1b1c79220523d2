"""`cti-bridge privacy log` and `verify-log`."""

from __future__ import annotations

import asyncio
import sqlite3

from cti_bridge.privacy.ports import Access
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, CustomerId
from cti_bridge.store.access import SqlAccess
from cti_bridge.store.accounts import SqlAccounts
from cti_bridge.store.engine import Database
from tests.helpers.command_line import add
from tests.helpers.written import NOW


def looked(folder, login, *details):
    async def work():
        database = await Database.open(f"sqlite:///{folder / 'ficha.db'}")
        try:
            account = await SqlAccounts(database).by_login(login)
            agent = account.agent_id if account else AgentId("gone")
            await SqlAccess(database).append(
                [
                    Access(
                        at=NOW,
                        agent=agent,
                        name=login.title(),
                        kind=AccessKind.SEARCH if detail else AccessKind.VIEW,
                        customer=None if detail else CustomerId("c1"),
                        detail=detail,
                    )
                    for detail in details
                ]
            )
        finally:
            await database.close()

    asyncio.run(work())


def test_who_looked_by_customer_by_agent_and_by_kind(cli, tmp_path):
    add(cli, "ana")
    looked(tmp_path, "ana", "", "García\n(3)")
    looked(tmp_path, "luis", "")
    lines = cli("privacy", "log").stdout.splitlines()
    assert [line.split("\t")[2:5] for line in lines] == [
        ["Luis", "view", "c1"],
        ["Ana", "search", ""],
        ["Ana", "view", "c1"],
    ]
    assert lines[1].endswith("García (3)")
    assert len(cli("privacy", "log", "--customer", "c1").stdout.splitlines()) == 2
    assert len(cli("privacy", "log", "--agent", "ana").stdout.splitlines()) == 2
    assert len(cli("privacy", "log", "--kind", "search").stdout.splitlines()) == 1
    one = cli("privacy", "log", "--limit", "1")
    assert "--before 3" in one.stderr
    unknown = cli("privacy", "log", "--customer", "nope")
    assert (unknown.exit_code, unknown.stderr) == (1, 'there is no customer "nope".\n')
    none = cli("privacy", "log", "--customer", "c1", "--kind", "export")
    assert (none.exit_code, none.stdout, none.stderr) == (0, "", "No entry.\n")
    nobody = cli("privacy", "log", "--agent", "nobody")
    assert (nobody.exit_code, nobody.stderr) == (1, 'there is no user "nobody".\n')


def test_a_log_that_is_whole_and_one_that_is_not(cli, tmp_path):
    looked(tmp_path, "ana", "", "", "")
    whole = cli("privacy", "verify-log")
    assert "3 entries (1 to 3) are as they were written. Digest: " in whole.stdout
    with sqlite3.connect(tmp_path / "ficha.db") as database:
        database.execute("DELETE FROM access_log WHERE n = 2")
    broken = cli("privacy", "verify-log")
    assert broken.exit_code == 1
    assert "tampered with: entry 2 is not there" in broken.stderr
