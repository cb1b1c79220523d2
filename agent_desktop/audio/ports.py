"""What the rest of the desktop knows of sound.

PCM is signed 16 bit little endian, one channel, 8 kHz, 320 bytes (20 ms) a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioDevice:
    id: str  # stable across starts; "" is the system's default
    name: str


class Microphone(Protocol):
    def stop(self) -> None: ...


class Speaker(Protocol):
    def stop(self) -> None: ...


class Sound(Protocol):
    """A sound system: the real one, or the fake of the tests and of a screenless demo."""

    def inputs(self) -> tuple[AudioDevice, ...]: ...
    def outputs(self) -> tuple[AudioDevice, ...]: ...

    def open_microphone(self, device: str, heard: Callable[[bytes], None]) -> Microphone:
        """Calls `heard` with each frame; raises `NoSound` where there is no such device."""

    def open_speaker(self, device: str, pull: Callable[[], bytes]) -> Speaker:
        """Asks `pull` for each frame when it is due; raises `NoSound`."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Calls `changed` when a device is plugged in or out."""


class NoSound(Exception):
    """No usable device: the desktop goes on without, and says so."""


class AudioPort(Protocol):
    """What the settings page shows of the headset; see `headset.Headset`."""

    level: SignalInstance  # object: microphone level, 0.0 .. 1.0, about ten times a second
    devices_changed: SignalInstance
    trouble: SignalInstance  # object: code of what is wrong, or ""

    def inputs(self) -> tuple[AudioDevice, ...]: ...
    def outputs(self) -> tuple[AudioDevice, ...]: ...

    @property
    def input_id(self) -> str: ...
    @property
    def output_id(self) -> str: ...

    def select(self, *, input_id: str | None = None, output_id: str | None = None) -> None: ...
    def play_test(self) -> None: ...
    def open_player(self, pull: Callable[[], bytes]) -> Speaker:
        """Plays what `pull` gives, 20 ms at a time; raises `NoSound`."""

    def meter(self, on: bool) -> None:
        """Opens the microphone for the level meter, call or no call."""


class RingTone(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...

    def notify(self) -> None:
        """A short sound, once: other work than a call is offered. `stop()` ends it too."""
