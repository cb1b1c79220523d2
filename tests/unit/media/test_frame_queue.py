"""The queue between two clocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.codec import FRAME_BYTES, loudness
from cti_bridge.telephony.media.frames import FADE, LIMIT, FrameQueue
from cti_bridge.telephony.simulator.tones import tone


def frame(number: int) -> bytes:
    return bytes([number % 256]) * FRAME_BYTES


def test_it_begins_when_primed_and_keeps_order() -> None:
    queue = FrameQueue(prime=2)
    queue.push(frame(1))
    assert queue.take() is None
    queue.push(frame(2))
    assert [queue.take(), queue.take()] == [frame(1), frame(2)]


def test_a_burst_loses_its_oldest_frames() -> None:
    queue = FrameQueue(prime=2)
    for number in range(LIMIT + 1):
        queue.push(frame(number))
    assert len(queue) == 2
    assert queue.dropped == LIMIT - 1
    assert queue.take() == frame(LIMIT - 1)


def test_dry_repeats_once_faded_then_silence_until_primed() -> None:
    queue = FrameQueue(prime=1)
    sound = tone(500, 0.02)
    queue.push(sound)
    assert queue.take() == sound
    repeated = queue.take()
    assert repeated is not None
    assert loudness(repeated) == pytest.approx(FADE * loudness(sound), rel=0.02)
    assert queue.take() is None
    assert queue.inserted == 1


@pytest.mark.parametrize("percent", [-1, 1])
def test_a_clock_one_percent_off_costs_one_percent(percent: int) -> None:
    """Ten minutes of a headset whose clock is a thousand times worse than any: the delay stays
    within 120 ms, and no more than the difference is dropped or repeated."""
    queue = FrameQueue(prime=2)
    owed, deepest, turns = 0.0, 0, 30_000
    for turn in range(turns):
        owed += 1 + percent / 100
        while owed >= 1:
            owed -= 1
            queue.push(frame(turn))
        queue.take()
        deepest = max(deepest, len(queue))
    assert deepest <= LIMIT
    changed = queue.dropped if percent > 0 else queue.inserted
    assert 0.005 * turns <= changed <= 0.02 * turns


@pytest.mark.parametrize("size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES + 1, 65536])
def test_frames_of_another_size_are_refused(size: int) -> None:
    queue = FrameQueue()
    queue.push(bytes(size))
    assert (len(queue), queue.rejected) == (0, 1)


@given(st.lists(st.booleans(), max_size=500))
def test_it_is_bounded(steps: list[bool]) -> None:
    queue = FrameQueue()
    for push in steps:
        if push:
            queue.push(frame(1))
        else:
            queue.take()
        assert len(queue) <= LIMIT
