"""Heaps of marks on one letter: sorting them is square work, in which the whole process stands."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.channels.conversation.names import clean_name
from cti_bridge.channels.mail.headers import line
from cti_bridge.composed import MOST_MARKS, composed
from cti_bridge.customers.text import clean_line, clean_text, fold
from cti_bridge.telephony.addresses import clean_display

HEAPS = ["\u0301\u0327\u0335", "\u0f73", "\u0344", "\u05b0\u05bc\u064b", "\u302e\u20dd\u0301"]


def longest_heap(text: str) -> int:
    longest = marks = 0
    for one in unicodedata.normalize("NFKD", text):
        marks = marks + 1 if unicodedata.combining(one) else 0
        longest = max(longest, marks)
    return longest


@pytest.mark.parametrize("heap", HEAPS)
@pytest.mark.parametrize("clean", [composed, clean_line, clean_text])
def test_no_letter_carries_a_heap_of_marks(clean, heap: str) -> None:
    made = clean(f"año e{heap * 300} fin")
    assert longest_heap(made) <= 2 * MOST_MARKS + 3  # some marks are two in one
    assert made.startswith("año ")
    assert made.endswith(" fin")


def test_a_heap_of_marks_is_cleaned_at_all() -> None:
    """Sorted as it comes, it would take half an hour."""
    evil = "e" + "\u0301\u0327" * 100_000
    for clean in (clean_line, clean_text, fold, clean_display, clean_name):
        assert len(clean(evil)) <= 2 * MOST_MARKS
    assert len(line(evil, 500)) <= MOST_MARKS + 1


def test_voiced_marks_of_half_width_that_count_as_letters() -> None:
    assert longest_heap(composed("ｶ" + "\uff9e" * 300, "NFKD")) <= MOST_MARKS + 1


@given(st.text(max_size=MOST_MARKS))
def test_every_other_text_is_what_it_was(text: str) -> None:
    assert composed(text) == unicodedata.normalize("NFC", text)
    assert composed(text, "NFKD") == unicodedata.normalize("NFKD", text)


def test_signs_in_a_row_stay() -> None:
    for row in ("—" * 500, "😀" * 500, "═" * 500, "👩‍👩‍👧" * 100):
        assert composed(row) == row
