"""Recognises what was said: a prompt of ours in what a telephone heard."""

from __future__ import annotations

from array import array

import numpy as np

from cti_bridge.telephony.media.sounds import Sounds


def likeness(heard: bytes, name: str) -> float:
    """How well the best matching stretch of `heard` is the sound, from 0 to 1."""
    wanted = np.array(array("h", Sounds().get(name).pcm), dtype=float)
    samples = np.array(array("h", heard), dtype=float)
    if len(samples) < len(wanted):
        return 0.0
    size = 1 << (len(samples) + len(wanted)).bit_length()
    product = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(wanted, size))
    match = np.fft.irfft(product, size)[: len(samples) - len(wanted) + 1]
    total = np.concatenate(([0.0], np.cumsum(samples**2)))
    energy = (total[len(wanted) :] - total[: -len(wanted)]) * np.sum(wanted**2)
    return float(np.max(match / np.sqrt(np.maximum(energy, 1.0))))
