"""The agent's headset as one thing: devices chosen, capture, playback, level, test."""

from __future__ import annotations

import audioop
import logging
import math
import struct
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.audio.playout import SILENCE, Playout, PlayoutFigures
from agent_desktop.audio.ports import NoSound
from cti_bridge.protocol.codec import AUDIO_SAMPLES, AudioFrame, decode_audio, encode_audio

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.audio.ports import AudioDevice, Microphone, Sound, Speaker

logger = logging.getLogger(__name__)
LEVEL_EVERY = 5  # frames: ten times a second
TEST_FRAMES = 60  # 1.2 s


class Voice(Protocol):
    """A call that does not go through the bridge; 20 ms at a time, and neither call waits."""

    def take(self) -> bytes: ...
    def speak(self, pcm: bytes) -> None: ...
    def reset(self) -> None:
        """Before each call: what waited to be heard is not heard any more."""


class Headset(QObject):
    """Sends the microphone while active, plays what comes; without a sound card it only counts.
    `relayed`: the bridge wants the voice; calls that go past it are heard and spoken to besides.

    Signals:
        level: microphone level, 0.0 to 1.0 on a decibel scale of 60 dB.
        devices_changed: something was plugged in or out.
        trouble: "no_microphone", "no_speaker" or "" when all is well.
    """

    level = Signal(object)
    devices_changed = Signal()
    trouble = Signal(object)

    def __init__(
        self,
        sound: Sound,
        send: Callable[[bytes], None],
        *,
        input_id: str = "",
        output_id: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sound, self._send = sound, send
        self._input_id, self._output_id = input_id, output_id
        self._microphone: Microphone | None = None
        self._speaker: Speaker | None = None
        self._playout = Playout()
        self._voices: tuple[Voice, ...] = ()
        self.relayed = True
        self._active = self._metering = False
        self._test: list[bytes] = []
        self._sequence = self._timestamp = self._frames = 0
        self._silence = QTimer(self)  # keeps frames flowing where no microphone does
        self._silence.setInterval(20)
        self._silence.timeout.connect(lambda: self._heard(SILENCE))
        sound.watch(self._on_devices)

    @property
    def input_id(self) -> str:
        return self._input_id

    @property
    def output_id(self) -> str:
        return self._output_id

    @property
    def active(self) -> bool:
        return self._active

    def inputs(self) -> tuple[AudioDevice, ...]:
        return self._sound.inputs()

    def outputs(self) -> tuple[AudioDevice, ...]:
        return self._sound.outputs()

    def figures(self) -> PlayoutFigures:
        return self._playout.figures()

    def set_active(self, active: bool) -> None:
        """True from the moment a call is connected until it is cleared."""
        if active == self._active:
            return
        self._active = active
        if active:
            self._playout.reset()
            for voice in self._voices:
                voice.reset()
        self._adjust()

    def add_voice(self, voice: Voice) -> None:
        self._voices = (*self._voices, voice)

    def remove_voice(self, voice: Voice) -> None:
        """Nothing where it is not there."""
        self._voices = tuple(one for one in self._voices if one is not voice)

    def receive(self, data: bytes) -> None:
        """A binary frame from the bridge; what is not audio is dropped."""
        try:
            frame = decode_audio(data)
        except ValueError as error:
            logger.warning("audio frame dropped: %s", error)
            return
        self._playout.put(frame.sequence, frame.pcm)

    def select(self, *, input_id: str | None = None, output_id: str | None = None) -> None:
        """Takes effect at once, in a call too."""
        if input_id is not None and input_id != self._input_id:
            self._input_id = input_id
            self._close_microphone()
        if output_id is not None and output_id != self._output_id:
            self._output_id = output_id
            self._close_speaker()
        self._adjust()

    def meter(self, on: bool) -> None:
        self._metering = on
        self._adjust()

    def open_player(self, pull: Callable[[], bytes]) -> Speaker:
        """A recording on the chosen loudspeaker, beside any call. Raises NoSound."""
        return self._sound.open_speaker(self._output_id, pull)

    def play_test(self) -> None:
        """Two rising notes on the chosen loudspeaker."""
        self._test = test_sound()
        self._adjust()

    def close(self) -> None:
        self._active = self._metering = False
        self._test = []
        self._adjust()

    def _adjust(self) -> None:
        """Opens what is needed and closes what is not; says what is wrong."""
        trouble = (
            self._adjust_speaker(wanted=self._active or bool(self._test)),
            self._adjust_microphone(wanted=self._active or self._metering),
        )
        if self._active and self._microphone is None:
            self._silence.start()
        else:
            self._silence.stop()
        if self._active or self._metering or any(trouble):
            self.trouble.emit(trouble[0] or trouble[1])

    def _adjust_speaker(self, *, wanted: bool) -> str:
        if not wanted:
            self._close_speaker()
        elif self._speaker is None:
            try:
                self._speaker = self._sound.open_speaker(self._output_id, self._pull)
            except NoSound as error:
                logger.warning("no loudspeaker: %s", error)
                self._test = []
                return "no_speaker"
        return ""

    def _adjust_microphone(self, *, wanted: bool) -> str:
        if not wanted:
            self._close_microphone()
        elif self._microphone is None:
            try:
                self._microphone = self._sound.open_microphone(self._input_id, self._heard)
            except NoSound as error:
                logger.warning("no microphone: %s", error)
                return "no_microphone"
        return ""

    def _heard(self, pcm: bytes) -> None:
        self._frames += 1
        if self._frames % LEVEL_EVERY == 0:
            self.level.emit(loudness(pcm))
        if not self._active:
            return
        for voice in self._voices:
            voice.speak(pcm)
        if not self.relayed:
            return
        frame = AudioFrame(sequence=self._sequence, timestamp=self._timestamp, pcm=pcm)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + AUDIO_SAMPLES) & 0xFFFFFFFF
        self._send(encode_audio(frame))

    def _pull(self) -> bytes:
        if self._test:
            frame = self._test.pop(0)
            if not self._test and not self._active:
                QTimer.singleShot(200, self._adjust)
            return frame
        return self._mixed() if self._active else SILENCE

    def _mixed(self) -> bytes:
        mixed = self._playout.take()
        for voice in self._voices:
            mixed = audioop.add(mixed, voice.take(), 2)
        return mixed

    def _on_devices(self) -> None:
        """A device came or went: what was open is opened anew, on the default if need be."""
        self._close_microphone()
        self._close_speaker()
        self._adjust()
        self.devices_changed.emit()

    def _close_microphone(self) -> None:
        if self._microphone is not None:
            self._microphone.stop()
            self._microphone = None

    def _close_speaker(self) -> None:
        if self._speaker is not None:
            self._speaker.stop()
            self._speaker = None


def loudness(pcm: bytes) -> float:
    """0.0 at -60 dBFS or less, 1.0 at full scale."""
    rms = audioop.rms(pcm, 2)
    return 0.0 if rms < 1 else max(0.0, 1.0 + math.log10(rms / 32768) / 3)


def test_sound() -> list[bytes]:
    """660 Hz, then 880 Hz, with soft edges, as frames."""
    frames = []
    for number in range(TEST_FRAMES):
        pitch = 660 if number < TEST_FRAMES // 2 else 880
        start = number * AUDIO_SAMPLES
        edge = min(number % 30, 29 - number % 30, 5) / 5
        frames.append(
            struct.pack(
                f"<{AUDIO_SAMPLES}h",
                *(
                    int(6000 * edge * math.sin(2 * math.pi * pitch * (start + n) / 8000))
                    for n in range(AUDIO_SAMPLES)
                ),
            )
        )
    return frames
