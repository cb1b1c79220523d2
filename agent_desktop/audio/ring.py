"""The ring tone: played through the loudspeaker chosen in the settings, or not at all."""

from __future__ import annotations

import logging
import wave
from typing import TYPE_CHECKING

from agent_desktop.audio.framing import FRAME_BYTES, WIRE_RATE, Converter, Framer
from agent_desktop.audio.playout import SILENCE
from agent_desktop.audio.ports import NoSound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent_desktop.audio.ports import Sound, Speaker

logger = logging.getLogger(__name__)
MAX_FRAMES = 50 * 10


def read_frames(path: Path) -> list[bytes]:
    """A 16 bit WAV file as wire frames, at most 10 s; raises OSError, wave.Error."""
    with wave.open(str(path)) as file:
        if file.getsampwidth() != 2:
            raise wave.Error(f"{path.name} is not 16 bit")
        converter = Converter(
            rate_in=file.getframerate(),
            channels_in=file.getnchannels(),
            rate_out=WIRE_RATE,
            channels_out=1,
        )
        pcm = file.readframes(file.getframerate() * 10)
    frames = Framer()
    out: list[bytes] = []
    converted = converter.convert(pcm)
    for start in range(0, len(converted), FRAME_BYTES * 20):
        out += frames.feed(converted[start : start + FRAME_BYTES * 20])
    return out[:MAX_FRAMES]


class LoopedTone:
    """A sound that repeats from `start()` to `stop()`; silent where there is no loudspeaker."""

    def __init__(
        self, sound: Sound, path: Path, output_id: Callable[[], str], *, repeats: bool = True
    ) -> None:
        self._sound, self._output_id, self._repeats = sound, output_id, repeats
        self._speaker: Speaker | None = None
        self._position = 0
        try:
            self._frames = read_frames(path)
        except (OSError, wave.Error) as error:
            logger.warning("no ring tone: %s", error)
            self._frames = []

    def start(self) -> None:
        if self._speaker is not None or not self._frames:
            return
        self._position = 0
        try:
            self._speaker = self._sound.open_speaker(self._output_id(), self._pull)
        except NoSound as error:
            logger.info("ring tone not played: %s", error)

    def stop(self) -> None:
        if self._speaker is not None:
            self._speaker.stop()
            self._speaker = None

    def _pull(self) -> bytes:
        over = not self._repeats and self._position >= len(self._frames)
        if not self._frames or over:
            return SILENCE
        frame = self._frames[self._position % len(self._frames)]
        self._position += 1
        return frame


class Tones:
    """A call rings until it is answered; other work is told of once, more quietly."""

    def __init__(
        self, sound: Sound, ring: Path, notice: Path, output_id: Callable[[], str]
    ) -> None:
        self._ring = LoopedTone(sound, ring, output_id)
        self._notice = LoopedTone(sound, notice, output_id, repeats=False)

    def start(self) -> None:
        self._ring.start()

    def notify(self) -> None:
        self._notice.stop()
        self._notice.start()

    def stop(self) -> None:
        self._ring.stop()
        self._notice.stop()
