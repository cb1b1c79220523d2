"""Numbers found in free text, and those that only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.privacy.patterns import DOTS, PATTERNS, found, hidden, mask, torn

ALL = dict.fromkeys(PATTERNS, 4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("card 4111 1111 1111 1111 please", f"card {DOTS} 1111 please"),
        ("4111-1111-1111-1111", f"{DOTS} 1111"),
        ("amex 378282246310005.", f"amex {DOTS} 0005."),
        ("4111\u00a01111\u00a01111\u20111111", f"{DOTS} 1111"),
        ("ES91\u202f2100\u202f0418\u202f4502\u202f0005\u202f1332", f"{DOTS} 1332"),
        ("DNI 12345678Z", f"DNI {DOTS} 678Z"),
        ("12.345.678-Z y", f"{DOTS} 678Z y"),
        ("nie x1234567l", f"nie {DOTS} 567l"),
        ("ES91 2100 0418 4502 0005 1332", f"{DOTS} 1332"),
        ("DE89370400440532013000", f"{DOTS} 3000"),
        ("two: 5500005555555559, 12345678z", f"two: {DOTS} 5559, {DOTS} 678z"),
    ],
)
def test_what_checks_is_hidden(text, shown):
    assert hidden(text, ALL) == shown


@pytest.mark.parametrize(
    "text",
    [
        "order 4111 1111 1111 1112",  # no Luhn
        "0000 0000 0000 0000",
        "12345678A",  # not its letter
        "ES92 2100 0418 4502 0005 1332",
        "+34 612 345 099",
        "call 34612345099124 now",
        "1.234.567,89",
        "a12345678Z",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert hidden(text, ALL) == text


def test_only_what_a_rule_names_is_hidden():
    assert hidden("12345678Z 4111111111111111", {"card": 0}) == f"12345678Z {DOTS}"


def test_a_whole_value_and_a_part_of_one():
    assert found("document", " 12345678Z ")
    assert not found("document", "my 12345678Z")


@given(st.text(max_size=300))
def test_any_text_comes_out_and_comes_out_the_same_twice(text):
    once = hidden(text, ALL)
    assert hidden(once, ALL) == once


@given(st.text(alphabet="0123456789 -", max_size=4000))
def test_a_long_run_of_digits_takes_no_time_to_speak_of(text):
    hidden(text, ALL)


@pytest.mark.parametrize(
    ("value", "show", "shown"),
    [
        ("+34612345099", 4, f"{DOTS} 5099"),
        ("+34612345099", 0, DOTS),
        ("1234567", 4, DOTS),  # more than half would be told
        ("12345678", 4, f"{DOTS} 5678"),
        ("", 4, DOTS),
    ],
)
def test_of_a_short_value_nothing_is_left(value, show, shown):
    assert mask(value, show) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it is 4111 1111 11", f"it is {DOTS}"),
        ("it is (4111 1111 11) …", f"it is ({DOTS}"),
        ("it is 4111\u00a01111", f"it is {DOTS}"),
        ("to ES91 2100 0418 45", f"to {DOTS}"),
        ("I am X1234", f"I am {DOTS}"),
        ("since 10 o'clock", "since 10 o'clock"),
        ("at 10", "at 10"),
        ("", ""),
    ],
)
def test_half_a_number_at_the_end_goes(text, shown):
    assert torn(text, head=False, end=True) == shown
    assert torn(text, head=False, end=False) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("…1111 1111 and more", f"{DOTS}and more"),
        ("(5678Z) it is", f"{DOTS}) it is"),
        ("12 of them", "12 of them"),
        ("…", "…"),
    ],
)
def test_half_a_number_at_the_beginning_goes(text, shown):
    assert torn(text, head=True, end=False).replace(f"{DOTS} ", DOTS) == shown


@pytest.mark.parametrize("piece", ["ES12" + "a" * 40, "1 ", "1-", "- ", "X1 ", "1.", "…"])
def test_no_text_takes_long(piece):
    torn(piece * 5_000 + "!a", head=True, end=True)
