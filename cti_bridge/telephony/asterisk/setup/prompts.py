"""Ficha's sounds as Asterisk finds them: `sound:ficha/es-busy` is sounds/ficha/es-busy.wav.

Asterisk looks in the folder of the channel's language first and in `sounds` itself then, so what
lies in `sounds/ficha` is found with any language.
"""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.sounds import Sounds, native_rate, read_pcm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FOLDER: Final = "ficha"
MUSIC: Final = "hold"
NARROW, WIDE = 8000, 16_000  # Hz
ENDINGS: Final = {NARROW: "wav", WIDE: "wav16"}


def write(sounds: Sounds, folder: Path, musics: Iterable[str] = ()) -> int:
    """Writes all of them below `folder`/sounds/ficha, and each music into a folder of its own; how
    many sounds there are. Raises SoundError."""
    target = folder / "sounds" / FOLDER
    names = sounds.names()
    for name in names:
        _write(sounds.file(name), target, name)
    _write(sounds.file(MUSIC), target / "music", MUSIC)
    for music in musics:
        _write(sounds.file(music), target / f"music-{music}", music)
    return len(names)


def _write(source: Path, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for rate in _rates(source):
        _wav(folder / f"{name}.{ENDINGS[rate]}", read_pcm(source, rate), rate)


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
