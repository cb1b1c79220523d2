"""The codec: 16 bits in and out, as clean as G.711 can be."""

from __future__ import annotations

import pytest

from cti_bridge.telephony.media.codec import (
    FRAME_BYTES,
    PCMA,
    PCMU,
    SILENCE,
    Codec,
    mixed,
    scaled,
)
from cti_bridge.telephony.simulator.tones import tone
from tests.helpers.voice import frames, sinad_db

both = pytest.mark.parametrize("codec", [PCMA, PCMU], ids=lambda codec: codec.name)


@both
@pytest.mark.parametrize("level", [0.9, 0.25, 0.1, 0.05])
def test_a_tone_keeps_37_db(codec: Codec, level: float) -> None:
    pcm = tone(1004, 1.0, level)
    assert sinad_db(codec.decode(codec.encode(pcm)), 1004) >= 37


@both
def test_between_1_and_30_dbfs_it_is_never_below_what_g711_can(codec: Codec) -> None:
    """The companding steps make it swing between 35.4 and 39 dB, whatever the implementation."""
    levels = [10 ** (-dbfs / 20) for dbfs in range(1, 31)]
    for level in levels:
        pcm = tone(1004, 0.5, level)
        assert sinad_db(codec.decode(codec.encode(pcm)), 1004) >= 35


def test_the_wrong_law_is_noise() -> None:
    """What the measure is worth: mu-law bytes read as A-law are told apart at once."""
    assert sinad_db(PCMA.decode(PCMU.encode(tone(1004, 1.0))), 1004) < 10


@both
def test_a_sample_is_a_byte(codec: Codec) -> None:
    assert len(codec.encode(SILENCE)) == FRAME_BYTES // 2 == len(codec.silence)
    assert max(abs(sample) for sample in memoryview(codec.decode(codec.silence)).cast("h")) <= 8


def test_loud_sounds_saturate_and_do_not_wrap() -> None:
    loud = tone(500, 0.02, 0.9)
    doubled = memoryview(mixed(loud, loud)).cast("h")
    assert max(doubled) == 32767
    assert min(doubled) == -32768
    assert bytes(doubled) == scaled(loud, 2)


def test_frames_are_20_ms() -> None:
    assert {len(frame) for frame in frames(tone(440, 0.1))} == {FRAME_BYTES}
