"""When a queue is open: opening hours with zone, holidays, exceptions, past midnight.

A period goes from the first moment at which the clocks of the zone show its beginning or more, to
the last at which they show less than its end. So in the night in which an hour is skipped, one
that begins in that hour begins when the clocks have jumped; and in the night in which an hour
comes twice, a period goes from the first of its beginnings to the last of its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from cti_bridge.config.periods import DAYS, read_period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.config.values import Hours

HORIZON_DAYS: Final = 400  # an opening later than this is none
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, and without, `end`; in UTC."""

    start: datetime
    end: datetime


def periods_of(hours: Hours, day: date) -> tuple[str, ...]:
    """What is written for a date: its exception, else nothing on a holiday, else its weekday."""
    exception = hours.exceptions.get(day.isoformat())
    if exception is not None:
        return exception
    if day.isoformat() in hours.holidays or f"{day:%m-%d}" in hours.holidays:
        return ()
    periods: tuple[str, ...] = getattr(hours, DAYS[day.weekday()])
    return periods


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether somebody should be there at `now` (aware)."""
    local = now.astimezone(ZoneInfo(hours.zone)).date()
    return any(
        span.start <= now < span.end
        for days in range(-2, 2)
        for span in _spans(_key(hours), local + timedelta(days=days))
    )


def next_opening(hours: Hours, now: datetime) -> datetime | None:
    """The next moment after `now` (aware) at which it opens, in UTC; None: not within 400 days.
    Where one period ends as another begins it does not open."""
    local = now.astimezone(ZoneInfo(hours.zone)).date()
    last: datetime | None = None  # the end of what is open without a break
    for span in _in_order(hours, local):
        if last is None or span.start > last:
            if span.start > now:
                return span.start
            last = span.end
        else:
            last = max(last, span.end)
    return None


def next_closing(hours: Hours, now: datetime) -> datetime | None:
    """The next moment after `now` (aware) at which it closes, in UTC; None: not within 400 days.
    Where one period ends as another begins it does not close."""
    local = now.astimezone(ZoneInfo(hours.zone)).date()
    horizon = now + timedelta(days=HORIZON_DAYS - 2)
    last: datetime | None = None
    for span in _in_order(hours, local):
        if last is not None and span.start > last and last > now:
            break
        last = span.end if last is None else max(last, span.end)
    return last if last is not None and now < last < horizon else None


def _in_order(hours: Hours, around: date) -> Iterator[Span]:
    """By their beginning, from some days before `around` on. Two days at a time are sorted: no
    period reaches further."""
    held: list[Span] = []
    key = _key(hours)
    for days in range(-2, HORIZON_DAYS):
        fresh = _spans(key, around + timedelta(days=days))
        if held and fresh:
            earliest = min(fresh).start
            yield from sorted(span for span in held if span.start < earliest)
            held = [span for span in held if span.start >= earliest]
        held.extend(fresh)
    yield from sorted(held)


@dataclass(frozen=True, slots=True)
class _Key:
    """`Hours` that can be looked up: it holds a dict."""

    hours: Hours
    text: str

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.text == other.text


def _key(hours: Hours) -> _Key:
    return _Key(hours, repr(hours))


@lru_cache(maxsize=4096)
def _spans(key: _Key, day: date) -> tuple[Span, ...]:
    zone = ZoneInfo(key.hours.zone)
    periods = map(read_period, periods_of(key.hours, day))
    spans = (Span(_first(zone, day, start), _last(zone, day, end)) for start, end in periods)
    return tuple(span for span in spans if span.start < span.end)


def _wall(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _first(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first moment at which the clocks show this or more."""
    return _moment(zone, _wall(day, minutes), 0)


def _last(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first moment from which on the clocks show this or more for good."""
    return _moment(zone, _wall(day, minutes), 1)


def _moment(zone: ZoneInfo, wall: datetime, fold: int) -> datetime:
    at = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    # The clocks never show it: between the two readings they jump over it.
    readings = [wall.replace(tzinfo=zone, fold=one).astimezone(UTC) for one in (0, 1)]
    return _jump(zone, wall, min(readings), max(readings))


def _jump(zone: ZoneInfo, wall: datetime, before: datetime, after: datetime) -> datetime:
    """The second at which the clocks of the zone go beyond `wall`."""
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after
