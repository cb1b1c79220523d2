"""The jitter buffer and the playout behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.codec import FRAME_BYTES, PCMA, PCMU, SILENCE, loudness
from cti_bridge.telephony.media.jitter import CAPACITY, PATIENCE, TARGET_HIGH, Gap, JitterBuffer
from cti_bridge.telephony.media.playout import FADE, Playout
from cti_bridge.telephony.simulator.tones import tone
from tests.helpers.voice import frames

if TYPE_CHECKING:
    import random


def filled(*numbers: int) -> JitterBuffer:
    buffer = JitterBuffer()
    for number in numbers:
        buffer.put(number, str(number).encode())
    return buffer


def test_nothing_is_played_before_it_filled_up() -> None:
    buffer = filled(1)
    assert buffer.take() is Gap.IDLE
    buffer.put(2, b"2")
    assert [buffer.take(), buffer.take()] == [b"1", b"2"]


def test_order_is_restored() -> None:
    buffer = filled(3, 1, 2)
    assert [buffer.take() for _ in range(3)] == [b"1", b"2", b"3"]


def test_a_hole_is_lost_and_what_comes_too_late_is_counted() -> None:
    buffer = filled(1, 3, 4)
    assert [buffer.take(), buffer.take()] == [b"1", Gap.LOST]
    assert buffer.put(2, b"2") is False
    assert buffer.late == 1
    assert buffer.take() == b"3"


def test_a_packet_twice_is_counted_and_played_once() -> None:
    buffer = filled(1, 2, 2, 3)
    assert [buffer.take() for _ in range(3)] == [b"1", b"2", b"3"]
    assert buffer.duplicates == 1


def test_a_pause_starves_and_then_fills_up_again() -> None:
    buffer = filled(1, 2)
    buffer.take()
    buffer.take()
    assert [buffer.take() for _ in range(PATIENCE)] == [Gap.STARVED] * PATIENCE
    assert buffer.take() is Gap.IDLE
    buffer.put(3, b"3")
    assert buffer.take() is Gap.IDLE
    buffer.put(4, b"4")
    assert buffer.take() == b"3"


def test_depth_left_over_is_shed_within_seconds() -> None:
    buffer = filled(*range(12))
    number = 12
    for _ in range(1000):
        buffer.take()
        buffer.put(number, b"x")
        number += 1
    assert len(buffer) <= 3
    assert buffer.shed >= 8


def test_a_burst_after_a_stall_does_not_stay_as_delay() -> None:
    buffer = filled(*range(45))
    assert buffer.take() == b"43"
    assert (len(buffer), buffer.shed) == (1, 43)


def test_the_target_follows_the_jitter_within_bounds() -> None:
    buffer = JitterBuffer()
    buffer.aim(1e9, 20)
    for number in range(TARGET_HIGH - 1):
        buffer.put(number, b"x")
    assert buffer.take() is Gap.IDLE
    buffer.put(TARGET_HIGH - 1, b"x")
    assert buffer.take() == b"x"


@given(st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), max_size=300))
def test_it_is_bounded_whatever_comes(steps: list[tuple[int, bool]]) -> None:
    buffer = JitterBuffer()
    for number, take in steps:
        buffer.put(number, b"x")
        assert len(buffer) <= CAPACITY
        if take:
            buffer.take()


@given(st.randoms(use_true_random=False))
def test_small_disorder_loses_nothing(dice: random.Random) -> None:
    """Packets delayed by up to one place, played in a steady rhythm, all come out in order."""
    arrivals = sorted(range(40), key=lambda number: number + dice.random() * 1.9)
    buffer = JitterBuffer()
    heard: list[bytes] = []
    for number in arrivals:
        buffer.put(number, bytes([number]))
        if len(buffer) >= 3:
            piece = buffer.take()
            assert isinstance(piece, bytes)
            heard.append(piece)
    assert heard == [bytes([number]) for number in range(len(heard))]


def test_frames_come_out_of_packets_of_any_length() -> None:
    pcm = tone(440, 1.2)
    encoded = PCMU.encode(pcm)
    for size in (80, 160, 240, 480):
        playout = Playout()
        pieces = [encoded[at : at + size] for at in range(0, len(encoded), size)][:40]
        heard, number = b"", 0
        for turn in range(len(pieces) * size // 160 - 2):
            while number < len(pieces) and number * size < (turn + 6) * 160:
                playout.put(number, 0, pieces[number], 0)
                number += 1
            heard += playout.take() or b""
        assert heard == PCMU.decode(encoded)[: len(heard)]
        assert len(heard) >= 18 * FRAME_BYTES


def test_a_lost_frame_is_repeated_and_fades() -> None:
    playout = Playout()
    sound = frames(tone(500, 0.1))
    for number, frame in enumerate(sound[:3]):
        playout.put(number, 8, PCMA.encode(frame), 0)
    whole = [playout.take() for _ in range(3)]
    concealed = [playout.take() for _ in range(PATIENCE)]
    levels = [loudness(frame or SILENCE) for frame in (whole[-1], *concealed)]
    assert levels == sorted(levels, reverse=True)
    assert levels[1] == pytest.approx(FADE[0] * levels[0], rel=0.02)
    assert playout.take() is None
    assert playout.concealed == PATIENCE


def test_a_telephone_event_is_silence_not_a_repetition() -> None:
    playout = Playout()
    for number in range(3):
        playout.put(number, 8, PCMA.encode(tone(500, 0.02)), 0)
    for number in range(3, 8):
        playout.put(number, 101, b"", 0)
    heard = [playout.take() for _ in range(4)]
    assert heard[3] == SILENCE
