"""Pairs that may be one customer: kept, paged, judged, followed through merges; and those that
become one by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from cti_bridge.customers.merging.ports import PairState, Reason
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    ListMerges,
    MergesListed,
    PairsListed,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode
from cti_bridge.store.merge_moves import FOLLOWERS, STAYS
from cti_bridge.store.merge_tables import duplicate_pairs
from cti_bridge.store.metadata import metadata
from tests.helpers.merging import ANA, START, Office

if TYPE_CHECKING:
    from cti_bridge.store.engine import Database

SURE = (
    Reason(field="family", agreement="same", weight=8.0),
    Reason(field="given", agreement="same", weight=5.0),
    Reason(field="born", agreement="same", weight=4.0),
)
PHONE = (*SURE[:2], Reason(field="home", agreement="same_phone", weight=14.0))


@dataclass(frozen=True)
class Found:
    a: int
    b: int
    probability: float
    reasons: tuple[Reason, ...] = SURE


@pytest.fixture
async def office(database: Database) -> Office:
    return Office(database)


async def people(office: Office, many: int) -> list[CustomerId]:
    return [await office.create(f"Marta {n}", f"6123450{n:02}") for n in range(many)]


async def find(
    office: Office, *pairs: tuple[CustomerId, CustomerId, float], why: tuple[Reason, ...] = SURE
) -> int:
    found = []
    for one, two, probability in pairs:
        a, b = sorted((await office.row(one), await office.row(two)))
        found.append(Found(a, b, probability, why))
    return await office.merging.take(found)


async def listed(office: Office, cursor: str = "", limit: int = 50) -> PairsListed:
    reply = await office.merging.handle(
        ANA, DuplicatePairs(request_id=1, cursor=cursor, limit=limit)
    )
    assert isinstance(reply, PairsListed)
    return reply


async def shown(office: Office) -> list[frozenset[str]]:
    found = (await listed(office)).pairs
    return [frozenset((p.plan.survivor.name, p.plan.absorbed.name)) for p in found]


async def judge(office: Office, a: CustomerId, b: CustomerId, verdict: str) -> None:
    await office.merging.handle(
        ANA,
        JudgePair(request_id=1, a=a, b=b, verdict=verdict),  # type: ignore[arg-type]
    )


def both(one: int, two: int) -> frozenset[str]:
    return frozenset((f"Marta {one}", f"Marta {two}"))


async def test_the_most_probable_come_first_and_those_put_off_last(office: Office) -> None:
    who = await people(office, 4)
    await find(office, (who[0], who[1], 0.7), (who[2], who[3], 0.99), (who[0], who[2], 0.9))
    assert await shown(office) == [both(2, 3), both(0, 2), both(0, 1)]
    await judge(office, who[3], who[2], "later")
    assert await shown(office) == [both(0, 2), both(0, 1), both(2, 3)]
    reply = await listed(office)
    assert (reply.open, reply.put_off) == (2, 1)
    assert [one.put_off for one in reply.pairs] == [False, False, True]
    await judge(office, who[2], who[3], "open")
    assert (await shown(office))[0] == both(2, 3)


async def test_a_pair_comes_with_the_merge_that_is_proposed(office: Office) -> None:
    who = await people(office, 2)
    await office.call(who[1])
    await find(office, (who[0], who[1], 0.9))
    [pair] = (await listed(office)).pairs
    assert pair.plan.survivor.customer_id == who[1]  # the one that is in contact
    assert pair.plan.stays["interaction"] == 1
    assert [(one.field, one.agreement, one.weight) for one in pair.reasons] == [
        ("family", "same", 8.0),
        ("given", "same", 5.0),
        ("born", "same", 4.0),
    ]


async def test_what_was_said_of_a_pair_is_remembered(office: Office) -> None:
    who = await people(office, 3)
    await find(office, (who[0], who[1], 0.9), (who[1], who[2], 0.8))
    await judge(office, who[0], who[1], "distinct")
    assert await find(office, (who[0], who[1], 0.99), (who[1], who[2], 0.95)) == 1
    reply = await listed(office)
    assert await shown(office) == [both(1, 2)]
    assert reply.pairs[0].probability == 0.95  # what is open takes the new figure
    plan = await office.plan(who[0], who[1])
    assert "distinct" in plan.doubts


async def test_pages_follow_each_other_without_a_gap(office: Office) -> None:
    who = await people(office, 6)
    every = [(who[i], who[j], 0.5) for i in range(6) for j in range(i)]
    await find(office, *every)
    for one, two, _ in every[:4]:
        await judge(office, one, two, "later")
    seen, cursor = [], ""
    while True:
        reply = await listed(office, cursor, limit=4)
        seen += [(p.plan.survivor.name, p.plan.absorbed.name) for p in reply.pairs]
        cursor = reply.cursor
        if not cursor:
            break
    assert len(seen) == len({frozenset(one) for one in seen}) == len(every)


async def test_a_pair_follows_its_customer_and_comes_back(office: Office) -> None:
    who = await people(office, 4)
    await find(
        office,
        (who[0], who[1], 0.9),
        (who[1], who[2], 0.8),
        (who[1], who[3], 0.7),
        (who[0], who[3], 0.6),
    )
    await judge(office, who[1], who[3], "distinct")
    merge = await office.merge(who[0], who[1], picks={"name": "survivor"})
    # 1 was said not to be 3, and is part of 0 now
    assert await shown(office) == [both(0, 2)]
    await office.undo(merge, distinct=False)
    assert await shown(office) == [both(0, 1), both(1, 2), both(0, 3)]
    assert (await office.pairs.between(who[1], who[3])).state is PairState.DISTINCT


async def test_two_that_were_separated_are_not_proposed_again(office: Office) -> None:
    who = await people(office, 2)
    for known in (True, False):
        if known:
            await find(office, (who[0], who[1], 0.9))
        merge = await office.merge(who[0], who[1])
        assert await shown(office) == []
        await office.undo(merge)
        await find(office, (who[0], who[1], 0.99))
        assert await shown(office) == []


async def test_a_search_that_did_not_know_of_a_merge(office: Office) -> None:
    who = await people(office, 3)
    await office.merge(who[0], who[1], picks={"name": "survivor"})
    assert await find(office, (who[1], who[2], 0.9), (who[0], who[1], 0.9)) == 1
    assert await shown(office) == [both(0, 2)]
    gone = [Found(999_998, 999_999, 0.9)]
    assert await office.merging.take(gone) == 0


@pytest.mark.parametrize(
    "cursor", ["x", "open", "open a 1 2", "merged 0.5 1 2", "open 0.5 1 " + "9" * 40, "\x00"]
)
async def test_what_is_no_cursor_is_refused(office: Office, cursor: str) -> None:
    with pytest.raises(CommandRefused) as caught:
        await listed(office, cursor)
    assert (caught.value.code, caught.value.field) == (RefusalCode.INVALID, "cursor")


async def test_a_judgement_of_no_pair_is_refused(office: Office) -> None:
    who = await people(office, 3)
    await find(office, (who[0], who[1], 0.9))
    await office.merge(who[0], who[1])
    bad = [(who[0], who[2]), (who[0], "nobody"), ("\x00", who[1]), (who[0], who[1])]
    for one, two in bad:
        with pytest.raises(CommandRefused) as caught:
            await judge(office, CustomerId(one), CustomerId(two), "distinct")
        assert caught.value.code is RefusalCode.NOT_FOUND


async def test_a_hundred_thousand_pairs_are_read_page_by_page(database: Database) -> None:
    """The page is along an index: its plan has no sort, whatever there is."""
    office = Office(database)
    who = [await office.row(one) for one in await people(office, 3)]
    rows = [
        {
            "a_n": who[0],
            "b_n": who[1 + n],
            "probability": 0.9,
            "reasons": [],
            "state": PairState.OPEN,
            "by": "",
            "at": START,
        }
        for n in range(2)
    ]
    await database.writing(lambda x: x.execute(insert(duplicate_pairs), rows))
    if database.dialect == "sqlite":
        query = select(duplicate_pairs.c.a_n).where(duplicate_pairs.c.state == PairState.OPEN)
        order = [duplicate_pairs.c[name].desc() for name in ("probability", "a_n", "b_n")]
        text = str(query.order_by(*order).compile(compile_kwargs={"literal_binds": True}))
        steps = await database.reading(
            lambda x: [row[-1] for row in x.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
        )
        assert not [one for one in steps if "TEMP B-TREE" in one], steps
    assert len((await listed(office, limit=1)).pairs) == 1


# -- by themselves --------------------------------------------------------------------------------


async def test_what_is_certain_becomes_one_by_itself(database: Database) -> None:
    office = Office(database, merge_above=0.99)
    who = await people(office, 6)
    await find(office, (who[0], who[1], 0.999), (who[2], who[3], 0.98))
    await find(office, (who[4], who[5], 0.9999), why=PHONE)
    assert await office.merging.merge_certain() == 1
    assert await shown(office) == [both(4, 5), both(2, 3)]
    reply = await office.merging.handle(ANA, ListMerges(request_id=1))
    assert isinstance(reply, MergesListed)
    [merge] = reply.merges
    assert (merge.by, merge.automatic, merge.probability) == ("automatic", True, 0.999)
    assert len(office.told.merges) == 1
    await office.undo(merge.merge_id)
    assert await office.merging.merge_certain() == 0  # told apart: never again
    await find(office, (who[0], who[1], 0.9999))
    assert await office.merging.merge_certain() == 0


async def test_three_that_are_one_become_one(database: Database) -> None:
    office = Office(database, merge_above=0.99)
    who = await people(office, 3)
    await find(office, (who[0], who[1], 0.999), (who[1], who[2], 0.999))
    assert await office.merging.merge_certain() + await office.merging.merge_certain() == 2
    assert len({(await office.file(one)).card.customer_id for one in who}) == 1


async def test_what_a_search_of_all_did_not_find_again_goes(office: Office) -> None:
    who = await people(office, 4)
    await find(office, (who[0], who[1], 0.9), (who[1], who[2], 0.8), (who[2], who[3], 0.7))
    await judge(office, who[2], who[3], "later")
    began = office.clock()
    await find(office, (who[1], who[2], 0.8))
    assert await office.pairs.drop_older(began) == 1
    assert await shown(office) == [both(1, 2), both(2, 3)]  # what was put off was somebody's word


async def test_nothing_is_merged_by_itself_where_nobody_asked_for_it(office: Office) -> None:
    who = await people(office, 2)
    await find(office, (who[0], who[1], 1.0))
    assert await office.merging.merge_certain() == 0


async def test_a_doubt_is_for_people(database: Database) -> None:
    office = Office(database, merge_above=0.9)
    one = await office.create("Marta Núñez", born="1980-05-31")
    two = await office.create("Marta Núñez", born="1981-05-31")
    await find(office, (one, two, 0.999))
    assert await office.merging.merge_certain() == 0


# -- nothing is forgotten -------------------------------------------------------------------------


def test_every_table_that_names_customers_says_what_a_merge_does_with_it() -> None:
    naming = {
        (table.name, key.parent.name)
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "customers"
    }
    naming |= {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name in {"customer_n", "customer_id"}
    }
    told = {(one.table.name, one.owner) for one in FOLLOWERS}
    assert naming - STAYS - told == set()
    assert naming | {("customers", "merged_into")} >= STAYS  # a list that only says what is there
