"""Digits as RFC 4733 events, both ways."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.digits import (
    DIGITS,
    END_REPEATS,
    MAX_WAITING,
    PAUSE_FRAMES,
    TONE_FRAMES,
    DigitReceiver,
    DigitSender,
    EventFrame,
)


def sent(digits: str) -> list[EventFrame | None]:
    sender = DigitSender()
    sender.queue(digits)
    turns = len(digits) * (TONE_FRAMES + END_REPEATS + PAUSE_FRAMES)
    return [sender.step(1000 + 160 * turn) for turn in range(turns)]


def received(frames: list[EventFrame | None]) -> str:
    receiver = DigitReceiver()
    told = [receiver.receive(f.timestamp, f.payload) for f in frames if f is not None]
    return "".join(digit for digit in told if digit is not None)


@given(st.text(alphabet=DIGITS, max_size=MAX_WAITING))
def test_what_is_keyed_is_told(digits: str) -> None:
    assert received(sent(digits)) == digits


@given(st.text(alphabet=DIGITS, min_size=1, max_size=20), st.data())
def test_lost_packets_do_not_lose_digits(digits: str, data: st.DataObject) -> None:
    """Any one of the eight packets of a digit is enough."""
    frames = [frame for frame in sent(digits) if frame is not None]
    per_digit = TONE_FRAMES + END_REPEATS
    kept: list[EventFrame | None] = [
        frames[at * per_digit + data.draw(st.integers(0, per_digit - 1))]
        for at in range(len(digits))
    ]
    assert received(kept) == digits


@given(st.text(alphabet=DIGITS, min_size=1, max_size=5), st.integers(1, 4))
def test_packets_sent_again_are_no_digits_again(digits: str, times: int) -> None:
    repeated = [frame for frame in sent(digits) for _ in range(times)]
    assert received(repeated) == digits


def test_one_digit_on_the_wire() -> None:
    frames = [frame for frame in sent("5") if frame is not None]
    assert [frame.marker for frame in frames] == [True] + [False] * 7
    assert {frame.timestamp for frame in frames} == {1000}
    fields = [struct.unpack("!BBH", frame.payload) for frame in frames]
    assert [duration for _, _, duration in fields] == [160, 320, 480, 640, 800, 800, 800, 800]
    assert [flags >> 7 for _, flags, _ in fields] == [0, 0, 0, 0, 0, 1, 1, 1]


def test_an_end_that_comes_late_is_not_a_new_digit() -> None:
    first, second = (DigitSender(), DigitSender())
    first.queue("1")
    second.queue("2")
    ones = [frame for turn in range(8) if (frame := first.step(0))]
    twos = [frame for turn in range(8) if (frame := second.step(5000))]
    assert received([*ones[:6], *twos[:3], *ones[6:], *twos[3:]]) == "12"


def test_the_same_key_twice_is_two_digits() -> None:
    assert received(sent("11")) == "11"


def test_a_gateway_that_moves_the_timestamp_within_a_digit() -> None:
    receiver = DigitReceiver()
    told = [
        receiver.receive(turn * 160, struct.pack("!BBH", 3, 10, turn * 160))
        for turn in range(1, 6)
    ]
    assert told == ["3", None, None, None, None]


@pytest.mark.parametrize("payload", [b"", b"\x05", b"\x05\x0a\x00", b"\x10\x8a\x03\x20"])
def test_what_is_no_digit_is_counted(payload: bytes) -> None:
    receiver = DigitReceiver()
    assert receiver.receive(0, payload) is None
    assert receiver.ignored == 1


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=8)), max_size=60))
def test_noise_raises_nothing(packets: list[tuple[int, bytes]]) -> None:
    receiver = DigitReceiver()
    for timestamp, payload in packets:
        assert receiver.receive(timestamp, payload) in (None, *DIGITS)


@pytest.mark.parametrize("digits", ["5a?", "p", "１", "1" * (MAX_WAITING + 1)])
def test_what_cannot_be_keyed_is_refused_whole(digits: str) -> None:
    sender = DigitSender()
    with pytest.raises(ValueError, match="digits"):
        sender.queue(digits)
    assert len(sender) == 0
