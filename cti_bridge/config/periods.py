"""Periods of a day as bridge.toml writes them: "09:00-14:00"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIOD: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_DAY: Final = 24 * 60


def read_period(text: str) -> tuple[int, int]:
    """Minutes from midnight of "HH:MM-HH:MM"; an end past midnight is more than 1440. Raises
    ValueError for what is none, and for one that has no length or is longer than a day."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError('no period such as "09:00-14:00"')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = 60 * hour + minute, 60 * end_hour + end_minute
    if start >= _DAY or end > _DAY:
        raise ValueError("no time of the day")
    if start == end:
        raise ValueError("it begins when it ends")
    return start, end if end > start else end + _DAY


def overlaps(periods: Iterable[str]) -> bool:
    """Whether two periods of one day share a minute; each must be right."""
    ordered = sorted(map(read_period, periods))
    return any(end > start for (_, end), (start, _) in pairwise(ordered))
