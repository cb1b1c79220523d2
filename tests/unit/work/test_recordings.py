"""What a caller left: decoded within bounds, and faster without a higher voice."""

from __future__ import annotations

import audioop
import io
import math
import struct
import wave

import pytest

from agent_desktop.audio import recording
from agent_desktop.audio.framing import FRAME_BYTES


def wav(pcm: bytes, *, channels: int = 1, width: int = 2, rate: int = 8000) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return held.getvalue()


def tone(hertz: float, seconds: float = 2.0) -> bytes:
    count = int(8000 * seconds)
    return struct.pack(
        f"<{count}h", *(int(9000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(count))
    )


def played(tape: recording.Tape) -> bytes:
    made = b""
    while not tape.over:
        frame = tape.frame()
        assert len(frame) == FRAME_BYTES
        made += frame
    return made


def hertz(pcm: bytes) -> float:
    return audioop.cross(pcm, 2) / 2 / (len(pcm) / 2 / 8000)


def test_a_wav_of_the_bridge_is_played_as_it_is():
    assert recording.decode(wav(tone(300))) == tone(300)
    assert recording.seconds_of(tone(300)) == 2.0


def test_other_rates_and_channels_are_brought_to_ours():
    stereo = audioop.tostereo(audioop.ratecv(tone(300), 2, 1, 8000, 16000, None)[0], 2, 1, 1)
    pcm = recording.decode(wav(stereo, channels=2, rate=16000))
    assert recording.seconds_of(pcm) == pytest.approx(2.0, abs=0.01)
    assert hertz(pcm) == pytest.approx(300, rel=0.03)
    eight = audioop.bias(audioop.lin2lin(tone(300), 2, 1), 1, 128)
    assert hertz(recording.decode(wav(eight, width=1))) == pytest.approx(300, rel=0.03)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"not a sound at all" * 100,
        wav(tone(300))[:30],
        wav(b"\0" * 64, channels=8),
        wav(b"\0" * 64, rate=1),
        wav(b"\0" * 66, width=3),
    ],
)
def test_what_is_no_recording_is_refused(data):
    with pytest.raises(recording.NotARecording):
        recording.decode(data)


def test_a_cut_recording_is_played_as_far_as_it_goes():
    whole = wav(tone(300))
    assert recording.decode(whole[: len(whole) // 2])


def test_at_its_own_speed_nothing_is_changed():
    assert played(recording.Tape(tone(300))) == tone(300)


@pytest.mark.parametrize("speed", [1.5, 2.0])
def test_faster_it_is_shorter_and_no_higher(speed):
    tape = recording.Tape(tone(220, 4.0))
    tape.speed = speed
    fast = played(tape)
    assert recording.seconds_of(fast) == pytest.approx(4.0 / speed, abs=0.05)
    assert hertz(fast) == pytest.approx(220, rel=0.04)
    assert audioop.rms(fast, 2) == pytest.approx(audioop.rms(tone(220), 2), rel=0.15)


def test_it_can_be_moved_and_stops_at_its_ends():
    tape = recording.Tape(tone(300))
    tape.seek(-5)
    assert tape.seconds == 0
    tape.seek(99)
    assert tape.over
    assert tape.frame() == b"\0" * FRAME_BYTES
    assert tape.seconds == tape.length == 2.0
    tape.seek(1.0)
    assert tape.seconds == 1.0
    assert not tape.over


def test_the_wave_shows_where_it_is_loud():
    pcm = b"\0" * 8000 + tone(300, 0.5)
    low, high = recording.peaks(pcm, 2)
    assert low == 0
    assert high == pytest.approx(1.0)
    assert recording.peaks(b"", 5) == ()
    assert recording.peaks(b"\0" * 320, 4) == (0, 0, 0, 0)
