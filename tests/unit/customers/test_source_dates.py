"""Dates in five orders, decided over a column."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.customers.sources.dates import Order, decide, read_date


def day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-02-03", Order.YMD, day(2024, 2, 3)),
        ("2024/2/3", Order.YMD, day(2024, 2, 3)),
        ("2024-02-03T10:20:30Z", Order.YMD, day(2024, 2, 3)),
        ("2024-02-03 10:20", Order.YMD, day(2024, 2, 3)),
        ("2024-03-02", Order.YDM, day(2024, 2, 3)),
        ("3/2/2024", Order.DMY, day(2024, 2, 3)),
        ("3/2/24", Order.DMY, day(2024, 2, 3)),
        ("3/2/71", Order.DMY, day(1971, 2, 3)),
        ("2/3/2024", Order.MDY, day(2024, 2, 3)),
        ("3.2.2024", Order.MDY, day(2024, 2, 3)),  # points: the day first
        ("45325", Order.SERIAL, day(2024, 2, 3)),
        ("45325.75", Order.SERIAL, day(2024, 2, 3)),
        ("20240203", None, day(2024, 2, 3)),
        ("20240203T101112Z", None, day(2024, 2, 3)),  # of a card
        ("3 feb 2024", None, day(2024, 2, 3)),
        ("3 de febrero de 2024", None, day(2024, 2, 3)),
        ("Feb 3, 2024", None, day(2024, 2, 3)),
        ("February 3rd, 2024", None, day(2024, 2, 3)),
        ("13/2/2024", None, day(2024, 2, 13)),
        ("2/13/2024", None, day(2024, 2, 13)),
        ("3/2/2024", None, None),  # two meanings, and nobody has said which
        ("31/31/2024", Order.DMY, None),
        ("30/2/2024", Order.DMY, None),
        ("2/13/2024", Order.DMY, None),
        ("45325", Order.DMY, None),
        ("0", Order.SERIAL, None),
        ("99999", Order.SERIAL, None),
        ("3-2/2024", Order.DMY, None),
        ("2024-02-2024", Order.YMD, None),
        ("mañana", Order.DMY, None),
        ("²/2/2024", Order.DMY, None),
        ("", None, None),
        ("9" * 5000, Order.SERIAL, None),
    ],
)
def test_a_date(text: str, order: Order | None, expected: datetime | None) -> None:
    assert read_date(text, order) == expected


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2024-02-03", "2023-11-30"], Order.YMD),
        (["2024-02-03", "2024-31-01"], Order.YDM),
        (["3/2/2024", "28/2/2024"], Order.DMY),
        (["3/2/2024", "2/28/2024"], Order.MDY),
        (["45325", "45000"], Order.SERIAL),
        (["3/2/2024"] * 900 + ["13/2/2024"], Order.DMY),  # one of many decides
        (["3/3/2024", "4.4.2024"], Order.DMY),  # no doubt is left
        (["2024-02-03", "13/2/2024"], Order.DMY),
        (["x", "", "2/28/2024"], Order.MDY),
    ],
)
def test_the_order_is_decided_over_all(cells: list[str], order: Order) -> None:
    verdict = decide(cells)
    assert (verdict.order, verdict.doubtful) == (order, "")


def test_what_nothing_decides_is_said_with_an_example() -> None:
    verdict = decide(["1/1/2024", "3/2/2024", "12/11/2023"])
    assert verdict.order is None
    assert verdict.doubtful == "3/2/2024"
    contradicting = decide(["13/2/2024", "2/13/2024"])
    assert contradicting.order is None
    assert contradicting.doubtful


def test_a_column_without_dates_has_no_order() -> None:
    assert decide(["", "n/a"]) == decide([])


@given(st.dates(min_value=date(1931, 1, 1), max_value=date(2030, 12, 31)))
def test_every_day_is_read_in_the_order_it_was_written_in(at: date) -> None:
    serial = (at - date(1899, 12, 30)).days
    written = {
        Order.YMD: f"{at:%Y-%m-%d}",
        Order.YDM: f"{at:%Y-%d-%m}",
        Order.DMY: f"{at:%d/%m/%y}",
        Order.MDY: f"{at:%m/%d/%Y}",
        Order.SERIAL: str(serial),
    }
    for order, text in written.items():
        read = read_date(text, order)
        assert read is not None
        assert read.date() == at
