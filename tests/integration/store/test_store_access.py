"""The access log in both databases: append-only, chained, found by customer and by agent."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from cti_bridge.privacy.ports import Access, AccessQuery
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, CustomerId, InteractionId
from cti_bridge.store.access import SqlAccess, erase_details
from tests.helpers.written import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.store.engine import Database

ANA, LUIS = AgentId("ana"), AgentId("luis")


def look(
    customer: str = "c1",
    *,
    agent: AgentId = ANA,
    at: datetime = NOW,
    kind: AccessKind = AccessKind.VIEW,
    contact: str = "",
    detail: str = "",
) -> Access:
    return Access(
        at=at,
        agent=agent,
        name=agent.title(),
        kind=kind,
        customer=CustomerId(customer) if customer else None,
        contact=InteractionId(contact) if contact else None,
        detail=detail,
    )


async def sql(database: Database, statement: str) -> None:
    await database.writing(lambda c: c.execute(text(statement)))


async def numbers(store: SqlAccess, **asked: object) -> list[int]:
    entries, _more = await store.page(AccessQuery(**asked))  # type: ignore[arg-type]
    return [entry.n for entry in entries]


async def test_who_looked_and_what_was_looked_at(database: Database) -> None:
    store = SqlAccess(database)
    await store.append([look("c1"), look("c2"), look("c1", agent=LUIS, kind=AccessKind.HEAR)])
    await store.append([look("", kind=AccessKind.SEARCH, detail="García (3)")])
    assert await numbers(store) == [4, 3, 2, 1]
    assert await numbers(store, customer=CustomerId("c1")) == [3, 1]
    assert await numbers(store, agent=ANA) == [4, 2, 1]
    assert await numbers(store, agent=ANA, kinds=(AccessKind.SEARCH,)) == [4]
    assert await numbers(store, customer=CustomerId("c1"), before=3) == [1]
    assert await numbers(store, since=NOW + timedelta(seconds=1)) == []
    assert await numbers(store, until=NOW) == []
    entries, more = await store.page(AccessQuery(limit=1))
    assert (entries[0].detail, entries[0].agent_name, more) == ("García (3)", "Ana", True)
    assert (await store.page(AccessQuery(limit=4)))[1] is False


async def test_two_who_write_at_once_make_one_chain(database: Database) -> None:
    one, two = SqlAccess(database), SqlAccess(database)
    await asyncio.gather(
        *(store.append([look(f"c{n}")] * 3) for n in range(8) for store in (one, two))
    )
    verdict = await one.verify()
    assert (verdict.entries, verdict.last, verdict.fault) == (48, 48, "")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE access_log SET agent_id = 'luis' WHERE n = 3", "entry 3 is not as it was"),
        ("UPDATE access_log SET customer_id = 'c9' WHERE n = 3", "entry 3 is not as it was"),
        ("UPDATE access_log SET detail = 'other' WHERE n = 3", "the detail of entry 3"),
        ("DELETE FROM access_log WHERE n = 3", "entry 3 is not there"),
        ("DELETE FROM access_log WHERE n >= 4", "entry 4 is not there"),
        ("DELETE FROM access_log WHERE n = 1", "entry 1 is not there"),
        ("UPDATE access_log SET n = 9 WHERE n = 2", "entry 2 is not there"),
    ],
)
async def test_what_was_tampered_with_is_told(
    database: Database, statement: str, said: str
) -> None:
    store = SqlAccess(database)
    await store.append([look(f"c{n}", detail=f"d{n}") for n in range(5)])
    assert (await store.verify()).fault == ""
    await sql(database, statement)
    assert said in (await store.verify()).fault


async def test_an_erased_detail_leaves_the_chain_whole(database: Database) -> None:
    store = SqlAccess(database)
    await store.append([look("", kind=AccessKind.SEARCH, detail="+34612345099")] * 2)
    before = await store.verify()
    await database.writing(lambda c: erase_details(c, [1]))
    after = await store.verify()
    assert (after.fault, after.digest) == ("", before.digest)
    entries, _more = await store.page(AccessQuery())
    assert [(entry.detail, entry.erased) for entry in entries] == [
        ("+34612345099", False),
        ("", True),
    ]


async def test_what_is_too_old_is_cut_off_from_the_beginning(database: Database) -> None:
    store = SqlAccess(database)
    days = [NOW - timedelta(days=n) for n in (400, 380, 3, 370, 1)]
    await store.append([look(f"c{n}", at=at) for n, at in enumerate(days)])
    old = NOW - timedelta(days=365)
    assert await store.count_before(old) == 3
    assert await store.cut(old) == 2  # an entry that is younger ends it: the chain has one cut
    assert await store.cut(old) == 0
    verdict = await store.verify()
    assert (verdict.entries, verdict.first, verdict.fault) == (3, 3, "")
    await store.append([look("c9")])
    assert (await store.verify()).fault == ""
    await sql(database, "DELETE FROM access_log WHERE n = 3")
    assert "entry 3 is not there" in (await store.verify()).fault


async def test_what_is_usual_of_an_agent(database: Database) -> None:
    store = SqlAccess(database)
    entries = [
        look(f"c{n}", at=NOW + timedelta(hours=hour, minutes=n))
        for hour in range(6)
        for n in range(4)
    ]
    entries += [look(f"w{n}", at=NOW, contact="i1") for n in range(50)]
    entries += [look(f"c{n}", agent=LUIS) for n in range(9)]
    entries += [look(f"p{n}", kind=AccessKind.POP) for n in range(50)]
    await store.append(entries)
    assert await store.usual(NOW - timedelta(days=1)) == {ANA: 4.0}


async def test_hostile_texts_are_kept_bounded(database: Database) -> None:
    store = SqlAccess(database)
    await store.append([look("", kind=AccessKind.SEARCH, detail="a\x00b\ud800" + "x" * 5000)])
    entries, _more = await store.page(AccessQuery())
    assert len(entries[0].detail) <= 300
    assert (await store.verify()).fault == ""
