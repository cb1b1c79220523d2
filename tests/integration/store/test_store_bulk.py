"""Many rows of one table at once, whatever their columns have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cti_bridge.protocol.vocabulary import CustomerKind
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.tables import customers, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.store.engine import Database

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
NO_TAGS: list[str] = []


def made(n: int, **said: object) -> dict[str, Any]:
    return {
        "n": n,
        "id": f"c-{n}",
        "version": 1,
        "name": f"Ana {n}",
        "organisation": "",
        "language": "es",
        "tags": NO_TAGS,
        "since": None,
        "pinned_note": "",
        "words": "ana",
        "created_at": NOW,
        "updated_at": NOW,
        "updated_by": "import crm",
        "kind": CustomerKind.PERSON,
        "custom": {},
        **said,
    }


async def stored(database: Database, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands in the database, of the columns that were written."""
    await database.writing(lambda c: insert_many(c, customers, rows))
    query = select(*(customers.c[name] for name in rows[0])).order_by(customers.c.n)
    return await database.reading(lambda c: [dict(r._mapping) for r in c.execute(query)])


async def test_columns_of_one_value_are_those_of_every_row(database: Database) -> None:
    rows = [made(n) for n in range(1, 301)]
    assert await stored(database, rows) == rows
    query = select(vocabulary.c.holders).where(vocabulary.c.word == "ana")
    assert await database.reading(lambda c: c.execute(query).scalar_one()) == 300


async def test_what_is_only_equal_is_written_as_it_is(database: Database) -> None:
    rows = [made(1, custom={"vip": 1}), made(2, custom={"vip": True}), made(3, custom={"vip": 1})]
    found = await stored(database, rows)
    assert [one["custom"]["vip"] for one in found] == [1, True, 1]
    assert [type(one["custom"]["vip"]) for one in found] == [int, bool, int]


async def test_a_single_row_and_none(database: Database) -> None:
    await database.writing(lambda c: insert_many(c, customers, []))
    rows = [made(1, tags=["vip"], since=NOW, name="José Núñez")]
    assert await stored(database, rows) == rows
