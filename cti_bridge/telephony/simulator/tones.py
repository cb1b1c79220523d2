"""Sounds that can be told apart by ear and by figure, and the ear that tells them apart."""

from __future__ import annotations

import asyncio
import cmath
import math
import wave
from array import array
from functools import lru_cache
from itertools import zip_longest
from operator import add, mul, sub
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.codec import FRAME_BYTES, SAMPLE_RATE, loudness
from cti_bridge.telephony.media.sounds import default_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

WINDOW_SAMPLES: Final = SAMPLE_RATE // 10
FFT_SIZE: Final = 1024
SILENT: Final = 60  # root mean square: -55 dBFS
SAME_HZ: Final = 12.0
CALLER_TONES: Final = (587.0, 740.0)
PHONE_TONES: Final = (1175.0, 932.0)


def tone(hertz: float, seconds: float, level: float = 0.3) -> bytes:
    """PCM of one sine; `level` 1 is full scale."""
    step, peak = 2 * math.pi * hertz / SAMPLE_RATE, level * 32767
    count = round(seconds * SAMPLE_RATE)
    return _pcm(round(peak * math.sin(step * at)) for at in range(count))


class Melody:
    """Tones in turn, each for `step` seconds, for ever: a source of 20 ms frames."""

    def __init__(
        self, tones: Sequence[float] = CALLER_TONES, step: float = 0.2, level: float = 0.3
    ) -> None:
        self.tones = tuple(tones)
        self._pcm = b"".join(tone(hertz, step, level) for hertz in self.tones)
        self._at = 0

    def take(self) -> bytes:
        frame = self._pcm[self._at : self._at + FRAME_BYTES]
        if len(frame) < FRAME_BYTES:
            self._at = FRAME_BYTES - len(frame)
            return frame + self._pcm[: self._at]
        self._at += FRAME_BYTES
        return frame


class Speech:
    """Given PCM once, then silence."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm, self._at = pcm, 0

    def take(self) -> bytes | None:
        frame = self._pcm[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        return frame if len(frame) == FRAME_BYTES else None


class Recording:
    """What was heard: PCM, the last `seconds` of it."""

    def __init__(self, seconds: float = 120) -> None:
        self._limit = int(seconds * SAMPLE_RATE) * 2
        self._pcm = bytearray()
        self.heard_seconds = 0.0  # of all that came, kept or not
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []

    def push(self, pcm: bytes) -> None:
        self._pcm += pcm
        self.heard_seconds += len(pcm) / 2 / SAMPLE_RATE
        if len(self._pcm) > self._limit:
            del self._pcm[: len(self._pcm) - self._limit]
        for seconds, future in tuple(self._waiting):
            if self.heard_seconds >= seconds:
                self._waiting.remove((seconds, future))
                if not future.done():
                    future.set_result(None)

    async def grown_by(self, seconds: float) -> None:
        """Waits until so much more has come."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self.heard_seconds + seconds, future))
        await future

    @property
    def pcm(self) -> bytes:
        return bytes(self._pcm)

    def last(self, seconds: float) -> bytes:
        return bytes(self._pcm[-int(seconds * SAMPLE_RATE) * 2 :])

    def clear(self) -> None:
        self._pcm.clear()

    def save(self, file: Path) -> None:
        """As a WAV of 8 kHz, 16 bit, one channel."""
        with wave.open(str(file), "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(SAMPLE_RATE)
            writer.writeframes(self.pcm)


def tones_heard(pcm: bytes) -> list[float | None]:
    """The strongest frequency in Hz of each whole 100 ms, None where it is silent. Within 3 Hz
    for a steady sine: a Hann window, a 1,024 point transform and a parabola through the peak.
    A second of sound costs some 15 ms: in a loop that paces RTP, use a thread for many."""
    size = WINDOW_SAMPLES * 2
    windows = [pcm[at : at + size] for at in range(0, len(pcm) - size + 1, size)]
    sounding = [at for at, window in enumerate(windows) if loudness(window) >= SILENT]
    heard: list[float | None] = [None] * len(windows)
    for at, other in zip(sounding[::2], [*sounding[1::2], -1], strict=False):
        heard[at], second = _strongest(windows[at], windows[other] if other >= 0 else b"")
        if other >= 0:
            heard[other] = second
    return heard


def share_of(heard: Sequence[float | None], tones: Iterable[float]) -> float:
    """Which part, 0 to 1, of the windows that are not silent is one of these tones."""
    sounding = [hertz for hertz in heard if hertz is not None]
    wanted = tuple(tones)
    hits = sum(any(_same(hertz, tone_) for tone_ in wanted) for hertz in sounding)
    return hits / len(sounding) if sounding else 0.0


def is_melody(pcm: bytes, tones: Sequence[float]) -> bool:
    """Whether the sound is these tones, all of them, and for four fifths of the time."""
    heard = tones_heard(pcm)
    each = all(share_of(heard, (hertz,)) >= 0.2 for hertz in tones)
    return each and share_of(heard, tones) >= 0.8


def is_silent(pcm: bytes) -> bool:
    return loudness(pcm) < SILENT if pcm else True


def is_hold_music(pcm: bytes, music: Path | None = None) -> bool:
    """Whether at least a second of this is a piece of the music on hold, from any place in it:
    the tones follow each other as they do in the file."""
    heard = tones_heard(pcm)
    score = _score(music or default_folder() / "hold.wav")
    if sum(hertz is not None for hertz in heard) < 10:
        return False
    return any(_follows(heard, score, start) for start in range(len(score)))


def _follows(heard: Sequence[float | None], score: Sequence[float | None], start: int) -> bool:
    hits = total = 0
    for at, hertz in enumerate(heard):
        if hertz is None:
            continue
        total += 1
        hits += any(
            near is not None and _same(hertz, near)
            for near in (score[(start + at + shift) % len(score)] for shift in (0, 1))
        )
        if at == 20 and hits * 2 < total:
            return False
    return hits >= 0.8 * total


@lru_cache(maxsize=4)
def _score(music: Path) -> tuple[float | None, ...]:
    with wave.open(str(music), "rb") as reader:
        return tuple(tones_heard(reader.readframes(reader.getnframes())))


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= max(SAME_HZ, 0.02 * other)


def _strongest(one: bytes, other: bytes) -> tuple[float, float]:
    """Of two windows with one transform: one is its real input, the other the imaginary one."""
    pairs = zip_longest(array("h", one), array("h", other), fillvalue=0)
    values = [hann * complex(*pair) for hann, pair in zip(_HANN, pairs, strict=True)]
    spectrum = _fft(values + [0j] * (FFT_SIZE - len(values)))
    turned = [spectrum[0].conjugate(), *(value.conjugate() for value in spectrum[:0:-1])]
    half = range(FFT_SIZE // 2)
    return (
        _peak([abs(spectrum[at] + turned[at]) for at in half]),
        _peak([abs(spectrum[at] - turned[at]) for at in half]),
    )


def _peak(power: list[float]) -> float:
    peak = max(range(2, len(power) - 1), key=power.__getitem__)
    left, top, right = power[peak - 1], power[peak], power[peak + 1]
    bend = left - 2 * top + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return (peak + shift) * SAMPLE_RATE / FFT_SIZE


_HANN = tuple(
    0.5 - 0.5 * math.cos(2 * math.pi * at / (WINDOW_SAMPLES - 1)) for at in range(WINDOW_SAMPLES)
)


def _fft(values: list[complex]) -> list[complex]:
    """Cooley and Tukey's, for a power of two; small enough to need no library."""
    size = len(values)
    if size == 2:
        return [values[0] + values[1], values[0] - values[1]]
    even, odd = _fft(values[::2]), _fft(values[1::2])
    turned = list(map(mul, _twiddles(size), odd))
    return [*map(add, even, turned), *map(sub, even, turned)]


@lru_cache(maxsize=16)
def _twiddles(size: int) -> tuple[complex, ...]:
    return tuple(cmath.exp(-2j * cmath.pi * at / size) for at in range(size // 2))


def _pcm(samples: Iterable[int]) -> bytes:
    return array("h", samples).tobytes()
