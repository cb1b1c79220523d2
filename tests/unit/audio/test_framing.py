"""Rates, channels and frames."""

import math
import struct

from agent_desktop.audio.framing import MAX_BACKLOG, Converter, Framer


def tone(pitch: float, rate: int, seconds: float, channels: int = 1) -> bytes:
    return b"".join(
        struct.pack("<h", int(8000 * math.sin(2 * math.pi * pitch * n / rate))) * channels
        for n in range(int(rate * seconds))
    )


def share_at(pcm: bytes, pitch: float, rate: int) -> float:
    """The part of the power that stands at one frequency, 0..1."""
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    real = sum(s * math.cos(2 * math.pi * pitch * n / rate) for n, s in enumerate(samples))
    imag = sum(s * math.sin(2 * math.pi * pitch * n / rate) for n, s in enumerate(samples))
    power = sum(s * s for s in samples) or 1
    return 2 * (real * real + imag * imag) / (len(samples) * power)


def test_a_stereo_48_khz_microphone_arrives_as_a_clean_8_khz_tone():
    converter = Converter(rate_in=48_000, channels_in=2, rate_out=8000, channels_out=1)
    source = tone(1000, 48_000, 1, channels=2)
    out = b"".join(converter.convert(source[i : i + 1920]) for i in range(0, len(source), 1920))
    assert abs(len(out) / 2 - 8000) < 500
    assert share_at(out[2000:], 1000, 8000) > 0.99


def test_what_the_wire_cannot_carry_does_not_fold_back():
    converter = Converter(rate_in=48_000, channels_in=1, rate_out=8000, channels_out=1)
    out = converter.convert(tone(7000, 48_000, 1))
    loudest = max(struct.unpack(f"<{len(out) // 2}h", out)[500:], key=abs)
    assert abs(loudest) < 100


def test_the_loudspeaker_gets_its_own_rate_and_channels():
    converter = Converter(rate_in=8000, channels_in=1, rate_out=44_100, channels_out=2)
    out = converter.convert(tone(500, 8000, 1))
    left = b"".join(out[i : i + 2] for i in range(0, len(out), 4))
    right = b"".join(out[i + 2 : i + 4] for i in range(0, len(out), 4))
    assert left == right
    assert share_at(left[4000:], 500, 44_100) > 0.99


def test_frames_are_whole_and_in_order():
    framer = Framer()
    data = bytes(range(256)) * 5
    frames = framer.feed(data[:300]) + framer.feed(data[300:])
    assert b"".join(frames) == data[: len(frames) * 320]
    assert [len(f) for f in frames] == [320] * 4


def test_a_flood_is_cut_to_the_newest():
    frames = Framer().feed(bytes(MAX_BACKLOG) + b"\x01" * 320)
    assert len(frames) == MAX_BACKLOG // 320
    assert frames[-1] == b"\x01" * 320
