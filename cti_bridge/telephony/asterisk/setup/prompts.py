"""Ficha's sounds as Asterisk finds them: `sound:ficha/es-busy` is sounds/ficha/es-busy.wav.

Asterisk looks in the folder of the channel's language first and in `sounds` itself then, so what
lies in `sounds/ficha` is found with any language.
"""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.sounds import Sounds, native_rate, read_pcm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER: Final = "ficha"
MUSIC: Final = "hold"
NARROW, WIDE = 8000, 16_000  # Hz
ENDINGS: Final = {NARROW: "wav", WIDE: "wav16"}


def write(sounds: Sounds, folder: Path) -> int:
    """Writes all of them below `folder`/sounds/ficha; how many there are. Raises SoundError."""
    target = folder / "sounds" / FOLDER
    (target / "music").mkdir(parents=True, exist_ok=True)
    names = sounds.names()
    for name in names:
        source = sounds.file(name)
        for rate in _rates(source):
            _wav(target / f"{name}.{ENDINGS[rate]}", read_pcm(source, rate), rate)
            if name == MUSIC:
                _wav(target / "music" / f"{name}.{ENDINGS[rate]}", read_pcm(source, rate), rate)
    return len(names)


def _rates(source: Path) -> Iterator[int]:
    yield NARROW
    if native_rate(source) >= WIDE:
        yield WIDE


def _wav(file: Path, pcm: bytes, rate: int) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
