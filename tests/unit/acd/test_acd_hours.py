"""Opening hours: zones, holidays, nights, the two Sundays on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cti_bridge.acd.hours import is_open, next_closing, next_opening, periods_of
from cti_bridge.config.periods import DAYS, overlaps, read_period
from cti_bridge.config.values import Hours

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = Hours(
    id="office",
    **dict.fromkeys(DAYS[:5], ("09:00-14:00", "16:00-19:00")),
    holidays=("2026-03-20", "12-25"),
    exceptions={"2026-03-19": ("10:00-12:00",), "2026-12-24": ()},
)
NIGHT = Hours(id="night", **dict.fromkeys(DAYS, ("22:00-06:00",)))
ALWAYS = Hours(id="always", **dict.fromkeys(DAYS, ("00:00-24:00",)))


def madrid(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-02 08:59:59.999999", False),  # a Monday
        ("2026-03-02 09:00", True),
        ("2026-03-02 13:59:59", True),
        ("2026-03-02 14:00", False),
        ("2026-03-02 18:59", True),
        ("2026-03-01 10:00", False),  # Sunday
        ("2026-03-20 10:00", False),  # holiday
        ("2026-12-25 10:00", False),  # each year's
        ("2030-12-25 10:00", False),
        ("2026-03-19 09:30", False),  # exception
        ("2026-03-19 11:59", True),
        ("2026-12-24 10:00", False),
    ],
)
def test_office_hours(at, expected) -> None:
    assert is_open(OFFICE, madrid(at)) is expected


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-02 08:00", "2026-03-02 09:00"),
        ("2026-03-02 10:00", "2026-03-02 16:00"),
        ("2026-03-02 19:00", "2026-03-03 09:00"),
        ("2026-03-06 20:00", "2026-03-09 09:00"),  # over the week-end
        ("2026-03-18 20:00", "2026-03-19 10:00"),
        ("2026-03-19 12:00", "2026-03-23 09:00"),  # holiday and week-end
    ],
)
def test_the_next_opening(at, opens) -> None:
    assert next_opening(OFFICE, madrid(at)) == madrid(opens)


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2026-03-02 08:00", "2026-03-02 14:00"),
        ("2026-03-02 13:59:59", "2026-03-02 14:00"),
        ("2026-03-02 14:00", "2026-03-02 19:00"),  # it has just closed
        ("2026-03-02 17:00", "2026-03-02 19:00"),
        ("2026-03-06 20:00", "2026-03-09 14:00"),  # over the week-end
    ],
)
def test_the_next_closing(at, closes) -> None:
    assert next_closing(OFFICE, madrid(at)) == madrid(closes)


def test_what_never_closes_has_no_closing() -> None:
    at = madrid("2026-03-02 10:00")
    assert next_closing(ALWAYS, at) is None
    assert next_closing(Hours(id="x"), at) is None
    once = Hours(id="x", exceptions={"2026-03-02": ("09:00-12:00", "12:00-15:00")})
    assert next_closing(once, at) == madrid("2026-03-02 15:00")
    assert next_closing(once, madrid("2026-03-02 15:00")) is None


@given(days=st.integers(0, 700), minutes=st.integers(0, 24 * 60))
def test_it_is_open_until_it_closes_and_not_then(days: int, minutes: int) -> None:
    at = madrid("2026-01-01 00:00") + timedelta(days=days, minutes=minutes)
    for hours in (OFFICE, NIGHT):
        closing = next_closing(hours, at)
        assert closing is not None
        assert not is_open(hours, closing)
        assert is_open(hours, closing - timedelta(microseconds=1))
        if is_open(hours, at):
            assert all(
                is_open(hours, at + (closing - at) * part) for part in (0.25, 0.5, 0.75, 0.99)
            )


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    one = Hours(id="x", friday=("22:00-06:00",), holidays=("2026-03-07",))
    assert is_open(one, madrid("2026-03-07 05:59"))  # Saturday is a holiday, Friday's night is not
    assert not is_open(one, madrid("2026-03-07 06:00"))
    assert not is_open(one, madrid("2026-03-07 22:00"))
    closed = Hours(id="y", friday=("22:00-06:00",), holidays=("2026-03-06",))
    assert not is_open(closed, madrid("2026-03-07 01:00"))


def test_never_and_always() -> None:
    assert not is_open(Hours(id="x"), madrid("2026-03-02 10:00"))
    assert next_opening(Hours(id="x"), madrid("2026-03-02 10:00")) is None
    for at in ("2026-03-02 00:00", "2026-03-02 23:59:59.999999", "2026-03-29 02:30"):
        assert is_open(ALWAYS, madrid(at))
    assert next_opening(ALWAYS, madrid("2026-03-02 10:00")) is None  # it does not close


def test_where_one_period_ends_as_another_begins_it_does_not_open() -> None:
    one = Hours(id="x", monday=("14:00-18:00", "09:00-14:00"), tuesday=("08:00-09:00",))
    assert is_open(one, madrid("2026-03-02 14:00"))
    assert next_opening(one, madrid("2026-03-02 10:00")) == madrid("2026-03-03 08:00")


def test_the_night_in_which_an_hour_is_skipped() -> None:
    """On 2026-03-29 the clocks of Madrid go from 02:00 to 03:00, which is 01:00 UTC."""
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    one = Hours(id="x", sunday=("02:30-10:00",))
    assert next_opening(one, madrid("2026-03-29 00:00")) == jump
    assert is_open(one, jump)
    assert not is_open(one, jump - timedelta(microseconds=1))
    inside = Hours(id="y", sunday=("02:10-02:50",))
    assert not is_open(inside, jump)  # the clocks never show it
    assert next_opening(inside, madrid("2026-03-29 00:00")) == madrid("2026-04-05 02:10")
    assert is_open(NIGHT, jump)
    assert not is_open(NIGHT, datetime(2026, 3, 29, 4, tzinfo=UTC))  # 06:00 summer time


def test_the_night_in_which_an_hour_comes_twice() -> None:
    """On 2026-10-25 the clocks of Madrid go from 03:00 back to 02:00."""
    one = Hours(id="x", sunday=("02:15-02:45",))
    first, last = madrid("2026-10-25 02:15"), madrid("2026-10-25 02:45", fold=1)
    assert last - first == timedelta(minutes=90)
    assert not is_open(one, first - timedelta(seconds=1))
    for minutes in (0, 45, 89):
        assert is_open(one, first + timedelta(minutes=minutes))
    assert not is_open(one, last)
    assert next_opening(one, first - timedelta(hours=1)) == first


def test_a_zone_that_left_out_a_day() -> None:
    """Samoa had no 30 December 2011."""
    one = Hours(id="x", zone="Pacific/Apia", **dict.fromkeys(DAYS, ("09:00-17:00",)))
    apia = ZoneInfo("Pacific/Apia")
    at = datetime(2011, 12, 29, 17, tzinfo=apia)
    assert next_opening(one, at) == datetime(2011, 12, 31, 9, tzinfo=apia).astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    ["", "9:00-10:00", "09:00", "09:00-10:00 ", "24:00-25:00", "09:60-10:00", "10:00-10:00",
     "24:00-24:00", "24:00-08:00", "09:00-24:30", "a9:00-10:00", "٠٩:٠٠-١٠:٠٠"],
)  # fmt: skip
def test_what_is_no_period(text) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_period(text)


def test_periods_are_read() -> None:
    assert read_period("00:00-24:00") == (0, 1440)
    assert read_period("22:00-06:00") == (1320, 1800)
    assert overlaps(("09:00-12:00", "11:59-13:00"))
    assert overlaps(("22:00-06:00", "23:00-23:30"))
    assert not overlaps(("09:00-12:00", "12:00-13:00"))


def test_an_exception_stands_before_a_holiday() -> None:
    both = Hours(id="x", holidays=("12-24",), exceptions={"2026-12-24": ("09:00-10:00",)})
    assert periods_of(both, date(2026, 12, 24)) == ("09:00-10:00",)
    assert periods_of(both, date(2027, 12, 24)) == ()


# -- any hours at all

TIMES = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
PERIODS = st.lists(
    st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1]).map("-".join), max_size=3
).map(tuple)
ZONES = st.sampled_from(
    ["Europe/Madrid", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
ANY = st.fixed_dictionaries(dict.fromkeys(DAYS, PERIODS)).flatmap(
    lambda days: ZONES.map(lambda zone: Hours(id="x", zone=zone, **days))
)
MOMENTS = st.integers(0, 365 * 86_400).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n)
)


def by_the_wall(hours: Hours, now: datetime) -> bool:
    """As a person reads the table, with the clock on the wall; wrong where clocks change."""
    local = now.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    for back, past in ((0, 0), (1, 1440)):
        for text in getattr(hours, DAYS[(local.weekday() - back) % 7]):
            start, end = read_period(text)
            if start <= minute + past < end:
                return True
    return False


@given(hours=ANY, now=MOMENTS)
def test_is_open_as_the_clock_on_the_wall_says(hours, now) -> None:
    zone = ZoneInfo(hours.zone)
    near = {(now + timedelta(hours=h)).astimezone(zone).utcoffset() for h in range(-48, 49, 6)}
    assume(len(near) == 1)  # no change of the clocks is near
    assert is_open(hours, now) is by_the_wall(hours, now)


@given(hours=ANY, now=MOMENTS)
def test_the_next_opening_is_the_first_moment_that_is_open_after_one_that_is_not(
    hours, now
) -> None:
    found = next_opening(hours, now)
    if found is None:
        assert not any(getattr(hours, name) for name in DAYS) or is_open(hours, now)
        return
    instant = timedelta(microseconds=1)
    assert found > now
    assert is_open(hours, found)
    assert not is_open(hours, found - instant)
    steps = min(200, int((found - now) / timedelta(minutes=15)))
    was = is_open(hours, now)
    for n in range(1, steps):
        at = now + n * timedelta(minutes=15)
        is_now = is_open(hours, at)
        assert not is_now or was, f"it opened before, at {at}"
        was = is_now
