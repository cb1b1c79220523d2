"""The sample customers in a database, and the pop over them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from cti_bridge.customers.ports import Customer, NoContacts, Terms
from cti_bridge.customers.sample import SCRIPT
from cti_bridge.store import search
from cti_bridge.store.acd_tables import interactions
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.engine import Database
from cti_bridge.store.populate import populate
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Table


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def count(database: Database, table: Table) -> int:
    query = select(func.count()).select_from(table)
    return await database.reading(lambda c: c.execute(query).scalar_one())


async def test_the_sample_is_written_once(database: Database) -> None:
    told: list[int] = []
    script = await populate(database, 1_200, now=NOW, batch=500, progress=told.append)
    assert told == [500, 1_000, 1_200]
    assert await populate(database, 1_200, now=NOW) == script == SCRIPT
    assert await count(database, customers) == 1_200
    assert 2_000 < await count(database, interactions) < 6_000


async def test_the_script_rings(database: Database) -> None:
    await populate(database, 50, now=NOW)
    store = SqlCustomers(database)
    (known,) = (await store.find_phone(SCRIPT.known_number, "", 20)).customers
    assert known.name == SCRIPT.known_name
    assert known.last_contact_at is not None
    shared = await store.find_phone(SCRIPT.shared_number, "", 20)
    assert {customer.name for customer in shared.customers} == set(SCRIPT.shared_names)
    assert (await store.find_phone(SCRIPT.unknown_number, "", 20)).total == 0
    opened = await store.open(known.customer_id, 10)
    assert opened is not None
    assert [note.pinned for note in opened[1]] == [True]


async def test_customers_may_be_added_after_it(database: Database) -> None:
    await populate(database, 50, now=NOW, contacts=0)
    store = SqlCustomers(database)
    new = Customer(customer_id="new", version=1, name="Zacarías", updated_at=NOW)  # type: ignore[arg-type]
    await store.create(new)
    found = await store.search(Terms(words=("zacarias",)), 5)
    assert [(customer.name, found.more) for customer in found.customers] == [("Zacarías", False)]
    assert NoContacts().attached == []


@pytest.mark.parametrize("few", [10, 2_000])
async def test_a_common_word_is_ranked_by_recent_contact(
    database: Database, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether each who has the word is looked at, or the newest contacts are walked."""
    await populate(database, 2_500, now=NOW)
    monkeypatch.setattr(search, "FEW", few)
    found = await SqlCustomers(database).search(Terms(words=("ma",)), 20)
    rows = await database.reading(
        lambda c: c.execute(
            select(customers.c.id, customers.c.words, customers.c.last_contact_at)
        ).all()
    )
    have = [row for row in rows if any(word.startswith("ma") for word in row.words.split())]
    newest = sorted((row for row in have if row.last_contact_at), key=lambda row: row[2])
    assert found.more
    assert [one.customer_id for one in found.customers] == [row.id for row in newest[:-21:-1]]


async def test_the_pop_never_scans_a_table(tmp_path: Path) -> None:
    """On SQLite, before it has learnt anything of its tables: by index at every step."""
    from cti_bridge.store.customer_parts import _ADDRESSES, _CONSENTS, _RELATIONS
    from cti_bridge.store.customer_rows import _BY_ID
    from cti_bridge.store.customers import _BY_EXTENSION, _BY_NUMBER

    pop = (_BY_NUMBER.statement, _BY_EXTENSION.statement)
    file = (_BY_ID, _ADDRESSES, _RELATIONS, _CONSENTS)

    def plans(connection: Connection) -> list[str]:
        lines = []
        for query in (*pop, *file):
            sql = str(query.compile(connection, compile_kwargs={"render_postcompile": True}))
            blanks = ("x",) * sql.count("?")
            raw = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", blanks)
            lines += [str(row.detail) for row in raw]
        return lines

    opened = await Database.open(f"sqlite:///{tmp_path / 'ficha.db'}")
    steps = await opened.reading(plans)
    await opened.close()
    assert any("COVERING INDEX ix_identities_value (value=? AND kind=?" in s for s in steps)
    scans = [step for step in steps if step.startswith("SCAN")]
    assert all("matched" in step or "subquery" in step for step in scans), scans
