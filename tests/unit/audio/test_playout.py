"""The jitter buffer: order, concealment, bounds."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from agent_desktop.audio.playout import CONCEALED_FRAMES, SILENCE, Playout


def frame(value: int) -> bytes:
    return struct.pack("<160h", *[value] * 160)


def level(pcm: bytes) -> int:
    return max(struct.unpack("<160h", pcm))


def test_plays_in_order_once_the_target_waits():
    playout = Playout(target=2)
    playout.put(10, frame(1000))
    assert playout.take() == SILENCE
    playout.put(11, frame(2000))
    assert [level(playout.take()) for _ in range(2)] == [1000, 2000]


def test_an_empty_buffer_fades_then_falls_silent_and_waits_for_the_target_again():
    playout = Playout(target=1)
    playout.put(0, frame(10_000))
    heard = [level(playout.take()) for _ in range(CONCEALED_FRAMES + 2)]
    assert heard[0] == 10_000
    assert heard[1:] == sorted(heard[1:], reverse=True)
    assert heard[1] == 8000
    assert heard[-1] == 0
    assert playout.figures().concealed >= CONCEALED_FRAMES


def test_a_small_gap_in_the_sequence_is_filled_and_counted():
    playout = Playout(target=1)
    playout.put(0, frame(10_000))
    playout.put(2, frame(5_000))
    assert [level(playout.take()) for _ in range(3)] == [10_000, 8_000, 5_000]
    assert playout.figures().concealed == 1


def test_a_frame_behind_the_stream_is_late_and_never_played():
    playout = Playout(target=1)
    playout.put(65_535, frame(1))
    playout.put(0, frame(2))
    playout.put(65_534, frame(3))
    assert [level(playout.take()), level(playout.take())] == [1, 2]
    assert playout.figures().late == 1


def test_too_much_is_dropped_where_it_is_quiet():
    playout = Playout(target=1, most=6)
    for number, value in enumerate([5000, 0, 5000, 5000]):
        playout.put(number, frame(value))
    assert [level(playout.take()) for _ in range(3)] == [5000, 5000, 5000]
    assert playout.figures().dropped == 1


def test_a_frame_of_another_size_is_ignored():
    playout = Playout(target=1)
    playout.put(0, b"\0" * 319)
    assert playout.waiting == 0


@given(st.lists(st.one_of(st.none(), st.integers(0, 70_000)), max_size=200))
def test_any_order_of_frames_is_bounded_and_gives_whole_frames(script):
    playout = Playout(target=3, most=12)
    for step in script:
        if step is None:
            assert len(playout.take()) == 320
        else:
            playout.put(step & 0xFFFF, frame(step % 1000))
        assert playout.waiting <= 12
