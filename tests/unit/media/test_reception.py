"""Which packets are believed, and the account of the call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.reception import Reception
from tests.helpers.voice import packet


def test_sequence_numbers_grow_over_the_wrap() -> None:
    reception = Reception()
    accepted = [reception.accept(packet(number)) for number in range(65530, 65540)]
    assert accepted == list(range(65530, 65540))
    assert (reception.received, reception.lost) == (10, 0)


def test_reordered_across_the_wrap() -> None:
    reception = Reception()
    accepted = [reception.accept(packet(number)) for number in (65534, 65536, 65535, 65537)]
    assert accepted == [65534, 65536, 65535, 65537]
    assert reception.lost == 0


def test_loss_is_what_never_came() -> None:
    reception = Reception()
    for number in (1, 2, 5, 6, 4):
        reception.accept(packet(number))
    assert reception.lost == 1


@given(st.lists(st.integers(0, 200), min_size=1, max_size=100, unique=True))
def test_loss_for_any_gaps(numbers: list[int]) -> None:
    numbers.sort()
    reception = Reception()
    for number in numbers:
        reception.accept(packet(number))
    assert reception.lost == numbers[-1] - numbers[0] + 1 - len(numbers)
    assert reception.received == len(numbers)


def test_one_wild_number_is_not_believed() -> None:
    reception = Reception()
    reception.accept(packet(10))
    assert reception.accept(packet(30000)) is None
    assert reception.accept(packet(11)) == 11
    assert reception.lost == 0


def test_two_in_a_row_after_a_jump_are_a_restart() -> None:
    reception = Reception()
    reception.accept(packet(10))
    assert reception.accept(packet(30000)) is None
    assert reception.accept(packet(30001)) == 30001
    assert reception.lost == 0  # the jump is no loss of 30,000 packets


def test_a_new_stream_needs_two_packets_in_a_row() -> None:
    reception = Reception()
    reception.accept(packet(10, ssrc=1))
    assert reception.accept(packet(500, ssrc=2)) is None
    assert reception.accept(packet(11, ssrc=1)) == 11
    assert reception.accept(packet(501, ssrc=2)) is None
    assert reception.accept(packet(502, ssrc=2)) == 502
    assert (reception.streams, reception.ssrc) == (2, 2)
    assert reception.received == 3
    assert reception.lost == 0


def test_what_is_older_than_the_first_is_not_wanted() -> None:
    reception = Reception()
    reception.accept(packet(100))
    assert reception.accept(packet(99)) is None


def test_jitter_is_that_of_rfc_3550() -> None:
    """Appendix A.8: J += (|D| - J) / 16, here with D of 40 samples (5 ms), then none."""
    reception = Reception()
    reception.measure(0, 1.0)
    reception.measure(160, 1.025)
    assert reception.jitter_samples == pytest.approx(40 / 16, rel=1e-6)
    reception.measure(320, 1.045)
    assert reception.jitter_samples == pytest.approx(40 / 16 * 15 / 16, rel=1e-6)


def test_a_lying_timestamp_is_no_jitter() -> None:
    reception = Reception()
    for turn, timestamp in enumerate((0, 160, 2**31, 2**31 + 160)):
        reception.measure(timestamp, 5.0 + turn * 0.02)
    assert reception.jitter_ms < 0.01
