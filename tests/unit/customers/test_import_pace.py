"""How many rows an import takes at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from cti_bridge.customers.sources.records import RowError
from cti_bridge.customers.sources.rows import ImportRow
from cti_bridge.store import import_pace
from cti_bridge.store.import_pace import BESIDE, LEAST, Pace, some

if TYPE_CHECKING:
    from cti_bridge.customers.sources.rows import Outcome
    from cti_bridge.store.engine import Database

MOST = 20_000


class House:
    """A database of which a bridge may hold the claim."""

    def __init__(self, *, bridge: bool = False) -> None:
        self.bridge = bridge

    async def bridge_waits(self) -> bool:
        return self.bridge


def pace(house: House, wanted: int = 0) -> Pace:
    return Pace(cast("Database", house), wanted, MOST)


@pytest.fixture(autouse=True)
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(import_pace.asyncio, "sleep", sleep)
    return slept


async def test_alone_it_takes_many_and_never_rests(rests: list[float]) -> None:
    alone = pace(House())
    for _ in range(3):
        assert await alone.rows() == MOST
        await alone.rest(3.0)
    assert rests == []


async def test_beside_a_bridge_it_takes_few_and_rests_as_long(rests: list[float]) -> None:
    beside = pace(House(bridge=True))
    assert await beside.rows() == BESIDE
    await beside.rest(0.05)
    await beside.rest(0.001)
    assert rests == [0.05, import_pace.LEAST_REST]


async def test_a_bridge_may_come_and_go() -> None:
    house = House()
    one = pace(house)
    assert await one.rows() == MOST
    house.bridge = True
    await one.rest(2.0)  # of the many: no measure of the few
    assert await one.rows() == BESIDE
    house.bridge = False
    assert await one.rows() == MOST


@pytest.mark.parametrize("wanted", [0, 400])
async def test_a_slow_disk_makes_them_fewer_and_a_quick_one_more_again(wanted: int) -> None:
    slow = pace(House(bridge=True), wanted)
    longest = wanted or BESIDE
    assert await slow.rows() == longest
    await slow.rest(1.0)
    assert await slow.rows() == LEAST
    await slow.rest(0.01)
    assert await slow.rows() == 2 * LEAST
    for _ in range(5):
        await slow.rest(0.01)
        await slow.rows()
    assert await slow.rows() == longest


async def test_who_wants_few_rests_by_itself(rests: list[float]) -> None:
    one = pace(House(bridge=True), wanted=100)
    assert await one.rows() == 100
    await one.rest(0.05)
    assert rests == []


def rows(count: int, note: str = "") -> list[Outcome]:
    return [ImportRow(line=n, values={"name": "Ana"}, note=note) for n in range(count)]


def test_some_are_as_many_as_are_asked_for() -> None:
    stream = iter(rows(25))
    assert [len(some(stream, 10)) for _ in range(4)] == [10, 10, 5, 0]


def test_long_rows_are_fewer() -> None:
    assert len(some(iter(rows(2_000, "x" * 10_000)), 1_000)) == 50
    hostile = RowError(line=1, field="", what="", cells=("x" * 500,) * 200)
    assert len(some(iter([hostile] * 2_000), 1_000)) == 6
