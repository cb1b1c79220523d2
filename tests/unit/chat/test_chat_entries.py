"""What was said goes out in the order of its numbers, each once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.channels.chat.entries import Entries
from tests.helpers.written import answered, said


def entry(seq):
    return (answered if seq % 2 else said)(f"m{seq}", f"{seq}", seq=seq)


@given(st.permutations(range(1, 9)))
def test_any_order_of_coming_is_one_order_of_going(order):
    entries, gone = Entries(), []
    for seq in order:
        gone += entries.take(entry(seq))
        gone += entries.take(entry(seq))  # and once more
    assert [one.seq for one in gone] == list(range(1, 9))
    assert not entries.waiting


def test_what_is_missing_is_read_again():
    entries = Entries()
    assert not entries.take(entry(2))
    assert entries.waiting
    stored = tuple(entry(n) for n in (1, 2))
    assert [one.seq for one in entries.catch_up(stored)] == [1, 2]
    assert not entries.waiting
    assert not entries.take(entry(2))
    assert [one.seq for one in entries.take(entry(3))] == [3]


def test_the_agents_newest_word_up_to_a_number():
    entries = Entries()
    for seq in range(1, 6):
        entries.take(entry(seq))
    assert entries.of_agent(4) == (3, "m3")
    assert entries.of_agent(99) == (5, "m5")
    assert entries.of_agent(0) is None
