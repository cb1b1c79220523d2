"""Music and announcements from WAV files, as the line speaks them."""

from __future__ import annotations

import audioop
import re
import wave
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cti_bridge.resources import resources
from cti_bridge.telephony.media.codec import FRAME_BYTES, SAMPLE_RATE

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
PROMPTS: Final = ("es-", "en-")
MAX_SECONDS: Final = 600
MAX_RATE: Final = 192_000


class SoundError(Exception):
    """A sound that cannot be played; the message names the file and what to do."""


def default_folder() -> Path:
    return resources() / "sounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    name: str
    pcm: bytes = field(repr=False)  # 16 bit, 8 kHz, one channel; whole frames, at least one

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / SAMPLE_RATE


class Sounds:
    """The sounds of a folder by name: `hold` is `hold.wav`. Each file is read once. What is in
    `own` goes before a sound of the same name."""

    def __init__(self, folder: Path | None = None, own: Path | None = None) -> None:
        self.folder = default_folder() if folder is None else folder
        self._folders = (self.folder,) if own is None else (own, self.folder)
        self._loaded: dict[str, Sound] = {}

    def names(self) -> tuple[str, ...]:
        files = (file for folder in self._folders for file in folder.glob("*.wav"))
        return tuple(sorted({file.stem for file in files}))

    def get(self, name: str) -> Sound:
        """The sound, read and converted at its first use. Raises SoundError."""
        sound = self._loaded.get(name)
        if sound is None:
            sound = self._loaded[name] = self._load(name)
        return sound

    def preload(self, *names: str) -> None:
        """Reads these now, so that no call waits for a file. Raises SoundError: at start, before
        the first caller hears nothing."""
        for name in names:
            self.get(name)

    def _load(self, name: str) -> Sound:
        return Sound(name=name, pcm=read_pcm(self.file(name)))

    def file(self, name: str) -> Path:
        """Where a sound is. Raises SoundError."""
        if not NAME.fullmatch(name):
            raise SoundError(f"{name[:60]!r} is no name of a sound: a-z, 0-9, - and _ only")
        files = [folder / f"{name}.wav" for folder in self._folders]
        file = next((one for one in files if one.is_file()), None)
        if file is None:
            where = " or ".join(map(str, self._folders))
            raise SoundError(f"there is no sound {name!r} in {where} (there are: {self._some()})")
        return file

    def _some(self) -> str:
        """What there is, less the spoken prompts, which are many."""
        return ", ".join(one for one in self.names() if one[:3] not in PROMPTS) or "none"


def native_rate(file: Path) -> int:
    """In Hz; 0 where it cannot be read."""
    try:
        with wave.open(str(file), "rb") as reader:
            return reader.getframerate()
    except (wave.Error, EOFError, OSError):
        return 0


def read_pcm(file: Path, to: int = SAMPLE_RATE) -> bytes:
    """16 bit, one channel, at `to` Hz; whole frames of 20 ms at 8 kHz. Raises SoundError."""
    try:
        with wave.open(str(file), "rb") as reader:
            channels, width, rate = (
                reader.getnchannels(),
                reader.getsampwidth(),
                reader.getframerate(),
            )
            if channels > 2 or not 1000 <= rate <= MAX_RATE:
                raise SoundError(f"{file}: {channels} channels at {rate} Hz; 1 or 2, to 192 kHz")
            if reader.getnframes() > MAX_SECONDS * rate:
                raise SoundError(f"{file}: longer than {MAX_SECONDS} s")
            raw = reader.readframes(MAX_SECONDS * rate)
    except (wave.Error, EOFError) as error:
        why = str(error) or "cut short"
        raise SoundError(f"{file}: {why}; give a WAV of PCM, best 16 bit 8 kHz mono") from error
    except OSError as error:
        raise SoundError(f"{file}: {error.strerror}") from error
    return _converted(
        file, raw[: len(raw) // (channels * width) * channels * width], channels, width, rate, to
    )


def _converted(file: Path, raw: bytes, channels: int, width: int, rate: int, to: int) -> bytes:
    """Whole frames of 16 bit, `to` Hz, one channel; the last one filled up with silence."""
    pcm = raw
    if width == 1:
        pcm = audioop.bias(pcm, 1, -128)  # WAV of 8 bits is unsigned
    if width != 2:
        pcm = audioop.lin2lin(pcm, width, 2)
    if channels == 2:
        pcm = audioop.tomono(pcm, 2, 0.5, 0.5)
    if rate != to:
        pcm, _ = audioop.ratecv(pcm, 2, 1, rate, to, None)
    if not pcm:
        raise SoundError(f"{file}: it holds no sound")
    missing = -len(pcm) % FRAME_BYTES
    return bytes(pcm) + bytes(missing)


class Player:
    """A sound, frame by frame."""

    def __init__(self, sound: Sound, *, loop: bool) -> None:
        self._pcm, self._loop, self._at = sound.pcm, loop, 0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._pcm)

    def take(self) -> bytes | None:
        """The next 20 ms; None once it ended, never when it loops."""
        if self.ended:
            if not self._loop:
                return None
            self._at = 0
        frame = self._pcm[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        return frame
