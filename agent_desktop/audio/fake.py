"""A headset without a sound card, for tests and for the screenless demo: speaks a tone on a
20 ms clock and keeps what it heard."""

from __future__ import annotations

import math
import struct
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from agent_desktop.audio.ports import AudioDevice, NoSound

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.audio.ports import Microphone, Speaker

KEPT_FRAMES = 50 * 60  # a minute


class Ticker(QObject):
    """Calls `work` each 20 ms on absolute deadlines; catches up after a stall, bounded."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work
        self._due = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._due > 0.5:
            self._due = now
        while self._due <= now:
            self._due += 0.02
            self._work()


class FakeSound:
    """One microphone that speaks `pitch` hertz, one loudspeaker that remembers."""

    def __init__(self, *, pitch: float = 600.0, level: int = 8000, broken: bool = False) -> None:
        self.pitch, self.level, self.broken = pitch, level, broken
        self.heard: list[bytes] = []
        self.opened = 0
        self._phase = 0

    def inputs(self) -> tuple[AudioDevice, ...]:
        return () if self.broken else (AudioDevice(id="fake-in", name="Fake microphone"),)

    def outputs(self) -> tuple[AudioDevice, ...]:
        return () if self.broken else (AudioDevice(id="fake-out", name="Fake loudspeaker"),)

    def open_microphone(self, device: str, heard: Callable[[bytes], None]) -> Microphone:
        self._refuse_if_broken(device)
        return Ticker(lambda: heard(self._tone()))

    def open_speaker(self, device: str, pull: Callable[[], bytes]) -> Speaker:
        self._refuse_if_broken(device)

        def play() -> None:
            self.heard.append(pull())
            del self.heard[:-KEPT_FRAMES]

        return Ticker(play)

    def watch(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def _refuse_if_broken(self, device: str) -> None:
        if self.broken:
            raise NoSound(f"no device {device or 'default'}")
        self.opened += 1

    def _tone(self) -> bytes:
        step = 2 * math.pi * self.pitch / 8000
        samples = [int(self.level * math.sin(step * (self._phase + n))) for n in range(160)]
        self._phase += 160
        return struct.pack("<160h", *samples)
