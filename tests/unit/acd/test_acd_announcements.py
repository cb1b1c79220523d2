"""What is said to a caller who waits, as codes."""

from __future__ import annotations

import pytest

from cti_bridge.acd import announcements as say


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        (0, ()),
        (1, ("next",)),
        (2, ("position", "n-2")),
        (20, ("position", "n-20")),
        (21, ("many-before",)),
        (5000, ("many-before",)),
    ],
)
def test_a_place_in_the_queue(place, codes):
    assert say.position(place) == codes


@pytest.mark.parametrize(
    ("seconds", "codes"),
    [
        (None, ()),
        (0, ("under-a-minute",)),
        (44, ("under-a-minute",)),
        (45, ("about-a-minute",)),
        (90, ("about-a-minute",)),
        (91, ("wait-is", "n-2", "minutes")),
        (121, ("wait-is", "n-3", "minutes")),
        (1800, ("wait-is", "n-30", "minutes")),
        (1801, ("over-half-an-hour",)),
        (86_400, ("over-half-an-hour",)),
    ],
)
def test_an_expected_wait_is_rounded_up(seconds, codes):
    assert say.expected_wait(seconds) == codes


def test_a_key_that_is_none_is_not_offered():
    assert say.offer("1", "callback") == ("press", "n-1", "for-callback")
    assert say.offer("", "callback") == ()
    assert say.offer("12", "voicemail") == ()
    assert say.offer("#", "voicemail") == ()


def test_every_code_that_can_be_said_has_a_sound_in_each_language():
    said = {code for place in range(30) for code in say.position(place)}
    said |= {code for seconds in range(0, 3000, 7) for code in say.expected_wait(seconds)}
    said |= {code for key in "0123456789" for code in say.offer(key, "callback")}
    said |= {code for key in "0123456789" for code in say.offer(key, "voicemail")}
    assert set(say.sounds("es", sorted(said))) <= set(say.every_sound())
    assert set(say.sounds("en", sorted(said))) <= set(say.every_sound())
    assert say.sounds("fr", ("wait",)) == ("en-wait",)
