"""Tones to send and to recognise: 8 kHz, one channel, signed 16 bit."""

from __future__ import annotations

import math
import wave
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RATE = 8000


def tone(hz: float, seconds: float, *, level: float = 0.3) -> bytes:
    """A sine as PCM bytes; `level` 1.0 is full scale."""
    time = np.arange(int(RATE * seconds)) / RATE
    samples: NDArray[Any] = np.sin(2 * math.pi * hz * time) * level * 32767
    return samples.astype("<i2").tobytes()


def write_wav(path: Path, pcm: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return path


def read_wav(path: Path) -> bytes:
    """The samples of a recording, also of one whose writer was killed before it noted a length."""
    raw = path.read_bytes()
    start = raw.find(b"data")
    return raw[start + 8 :] if raw.startswith(b"RIFF") and start > 0 else raw


def share(pcm: bytes, hz: float, *, width: float = 40) -> float:
    """How much of the sound's power lies within `width` Hz of `hz`: 0..1; 0 for silence."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)
    if len(samples) < RATE // 10 or not samples.any():
        return 0.0
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    bins = np.fft.rfftfreq(len(samples), 1 / RATE)
    near = power[np.abs(bins - hz) <= width].sum()
    total = power[bins > 20].sum()
    return float(near / total) if total else 0.0


def level(pcm: bytes) -> float:
    """Root mean square, 1.0 for full scale."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)
    return float(np.sqrt(np.mean(samples**2)) / 32768) if len(samples) else 0.0


def longest(pcm: bytes, hz: float, *, slice_ms: int = 100, least: float = 0.8) -> float:
    """Seconds of the longest unbroken stretch in which `hz` is what is heard."""
    step = RATE * slice_ms // 1000 * 2
    best = run = 0
    for start in range(0, len(pcm) - step + 1, step):
        piece = pcm[start : start + step]
        run = run + 1 if level(piece) > 0.005 and share(piece, hz) >= least else 0
        best = max(best, run)
    return best * slice_ms / 1000
