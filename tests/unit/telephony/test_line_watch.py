"""Nobody speaks: the far end is asked whether it is there, and only then."""

from types import SimpleNamespace

import pytest

from cti_bridge.telephony.pyvoip.watch import Watch


def call(*, talking=True, heard=None, established_at=0.0, probed_at=0.0, media=True):
    asked = []
    leg = SimpleNamespace(
        media=SimpleNamespace(session=SimpleNamespace(last_received=heard)) if media else None,
        probe=asked.append,
    )
    return SimpleNamespace(
        talking=talking,
        leg=leg,
        established_at=established_at,
        probed_at=probed_at,
        asked=asked,
    )


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"heard": 995.0}, 0),  # it speaks
        ({"heard": 975.0}, 1),  # silent for 25 s
        ({"heard": None, "established_at": 990.0}, 0),  # young
        ({"heard": None, "established_at": 900.0}, 1),  # never spoke
        ({"heard": 900.0, "probed_at": 980.0}, 0),  # asked a moment ago
        ({"heard": 900.0, "talking": False}, 0),  # rings
        ({"heard": 900.0, "media": False}, 1),
    ],
)
def test_who_is_asked(fields, asked):
    one = call(**fields)
    Watch([one], now=lambda: 1000.0).look()
    assert len(one.asked) == asked
    Watch([one], now=lambda: 1001.0).look()
    assert len(one.asked) == asked, "and not again at once"


def test_a_silent_call_that_answers_is_asked_each_half_minute():
    now = [1000.0]
    one = call(heard=900.0)
    watch = Watch([one], now=lambda: now[0])
    for _ in range(60):
        watch.look()
        now[0] += 5
    assert len(one.asked) == 10
