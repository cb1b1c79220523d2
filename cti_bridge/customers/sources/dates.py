"""Dates as five kinds of programs write them; which kind is decided over many, not over one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable


class Order(StrEnum):
    """How a date's three parts stand; `SERIAL` is a spreadsheet's count of days."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"
    YDM = "ydm"
    SERIAL = "serial"


MAX_DATE: Final = 80
_PARTS: Final = re.compile(
    r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})(?:[T ,]\s*[\d:., apmAPMZ+-]*)?", re.ASCII
)
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T[\d:.]{4,15}Z?)?", re.ASCII)
_SERIAL: Final = re.compile(r"(\d{1,5})(?:[.,]\d+)?", re.ASCII)
_NAMED: Final = (
    re.compile(
        r"(?P<d>\d{1,2})\D{1,4}?(?:de )?(?P<m>[a-z]{3,10})\.?(?: de| del)?[ ,/-]+(?P<y>\d{4})"
    ),
    re.compile(r"(?P<m>[a-z]{3,10})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?[ ,]+(?P<y>\d{4})"),
)
_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep set", "oct",
         "nov", "dec dic"), start=1
    )
    for name in names.split()
}  # fmt: skip
_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of spreadsheets, for every day after February 1900 (ECMA-376 part 1, 18.17.4)."""
_LEAST, _MOST = 1, 73_415  # serials up to the year 2100
_PIVOT: Final = 30
"""Two digits above it are of the last century: nobody is a customer since 2031."""


@lru_cache(maxsize=8192)
def read_date(text: str, order: Order | None) -> datetime | None:
    """Midnight UTC of the day; None where the text is no date in that order.

    Without an order only what has one meaning is read: the year first, eight digits, a month
    by its name, a day above twelve.
    """
    text = text[:MAX_DATE].strip()
    if found := _PARTS.fullmatch(text):
        return _day(found, order)
    if found := _COMPACT.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if order is Order.SERIAL and (found := _SERIAL.fullmatch(text)):
        days = int(found[1])
        at = _EPOCH + timedelta(days=days) if _LEAST <= days <= _MOST else None
        return None if at is None else datetime(at.year, at.month, at.day, tzinfo=UTC)
    return _named(text)


def _day(found: re.Match[str], order: Order | None) -> datetime | None:
    first, mark, middle, last = found[1], found[2], int(found[3]), found[4]
    if len(first) == 4:
        if len(last) > 2:
            return None
        year, day = int(first), int(last)
        return _made(year, day, middle) if order is Order.YDM else _made(year, middle, day)
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    year = int(last) if len(last) == 4 else _century(int(last))
    one = int(first)
    if order is Order.MDY and mark != ".":  # who writes points writes the day first
        return _made(year, one, middle)
    if order is Order.DMY or mark == ".":
        return _made(year, middle, one)
    if order is None and max(one, middle) > 12:
        return _made(year, min(one, middle), max(one, middle))
    return None


def _century(year: int) -> int:
    return year + (2000 if year <= _PIVOT else 1900)


def _named(text: str) -> datetime | None:
    plain = fold(text[:40])
    for pattern in _NAMED:
        if (found := pattern.match(plain)) and (month := _MONTHS.get(found["m"][:3])):
            return _made(int(found["y"]), month, int(found["d"]))
    return None


def _made(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC) if 1000 <= year <= 2999 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """In which order a column's dates stand."""

    order: Order | None  # None: any will do, there is no date in it
    doubtful: str = ""  # a date that two orders read differently, where nothing decides


def decide(cells: Iterable[str]) -> Verdict:
    """Over all cells that are given: the order that reads most of them.

    Where two read as many and not the same, there is no order, but an example of the doubt.
    """
    texts = [text for cell in cells if (text := cell.strip())]
    read = {order: [read_date(text, order) for text in texts] for order in Order}
    counts = {order: sum(day is not None for day in days) for order, days in read.items()}
    best = max(counts.values(), default=0)
    if best == 0:
        return Verdict(order=None)
    first, *others = (order for order in Order if counts[order] == best)
    for other in others:
        if {first, other} == {Order.YMD, Order.YDM}:
            continue  # the year comes first: ISO 8601 unless something in it says otherwise
        for text, one, two in zip(texts, read[first], read[other], strict=True):
            if one != two:
                return Verdict(order=None, doubtful=text)
    return Verdict(order=first)
