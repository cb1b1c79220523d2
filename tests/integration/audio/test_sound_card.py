"""QtMultimedia against a real sound server."""

import math
import struct
import subprocess
import sys

import pytest

from tests.helpers import pulse


def run(environment: dict[str, str]) -> bytes:
    return subprocess.run(
        [sys.executable, "-m", "tests.helpers.sound_loop", "1000", "3"],
        env={**environment, "QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout


def share_at(samples: tuple[int, ...], pitch: float) -> float:
    real = sum(s * math.cos(2 * math.pi * pitch * n / 8000) for n, s in enumerate(samples))
    imag = sum(s * math.sin(2 * math.pi * pitch * n / 8000) for n, s in enumerate(samples))
    power = sum(s * s for s in samples)
    return 2 * (real * real + imag * imag) / (len(samples) * power) if power else 0.0


@pytest.mark.peer("pulseaudio")
def test_the_loudspeaker_is_heard_by_the_microphone(tmp_path):
    if not pulse.available():
        pytest.skip("peer pulseaudio is not installed: apt-get install pulseaudio")
    with pulse.loopback_daemon(tmp_path) as environment:
        out = run(environment)
    head, _, pcm = out.partition(b"PCM ")
    assert b"no sound" not in head
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    assert len(samples) > 8000
    middle = samples[len(samples) // 2 : len(samples) // 2 + 1600]
    assert max(map(abs, middle)) > 5000
    assert share_at(middle, 1000) > 0.98


def test_a_workstation_without_sound_says_so_and_goes_on(tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    out = run({**environment, "PULSE_SERVER": f"unix:{tmp_path}/absent"})
    assert b"no sound: the workstation has no such sound device" in out
