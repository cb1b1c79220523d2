"""The sound system of the workstation, through QtMultimedia."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioFormat,
    QAudioSink,
    QAudioSource,
    QMediaDevices,
)

from agent_desktop.audio.framing import FRAME_BYTES, WIRE_RATE, Converter, Framer
from agent_desktop.audio.ports import AudioDevice, NoSound

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.audio.ports import Microphone, Speaker

logger = logging.getLogger(__name__)
SPEAKER_BUFFER_MS = 80


def wire_format() -> QAudioFormat:
    wanted = QAudioFormat()
    wanted.setSampleRate(WIRE_RATE)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return wanted


def best_format(device: QAudioDevice) -> QAudioFormat:
    """8 kHz mono where the device can, else its own rate and channels with 16 bit samples."""
    wanted = wire_format()
    if device.isFormatSupported(wanted):
        return wanted
    own = device.preferredFormat()
    own.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    if not device.isFormatSupported(own):
        raise NoSound(f"{device.description()} offers no 16 bit format")
    return own


class QtMicrophone(QObject):
    def __init__(self, device: QAudioDevice, heard: Callable[[bytes], None]) -> None:
        super().__init__()
        given = best_format(device)
        self._converter = Converter(
            rate_in=given.sampleRate(),
            channels_in=given.channelCount(),
            rate_out=WIRE_RATE,
            channels_out=1,
        )
        self._framer, self._heard = Framer(), heard
        self._source = QAudioSource(device, given)
        stream = self._source.start()
        _refuse_if_failed(device, self._source.error())
        self._stream = stream
        self._stream.readyRead.connect(self._read)

    def stop(self) -> None:
        self._source.stop()

    def _read(self) -> None:
        pcm = self._converter.convert(bytes(self._stream.readAll().data()))
        for frame in self._framer.feed(pcm):
            self._heard(frame)


class QtSpeaker(QObject):
    """Keeps the device's buffer filled, a frame at a time, from a precise 10 ms timer."""

    def __init__(self, device: QAudioDevice, pull: Callable[[], bytes]) -> None:
        super().__init__()
        given = best_format(device)
        self._converter = Converter(
            rate_in=WIRE_RATE,
            channels_in=1,
            rate_out=given.sampleRate(),
            channels_out=given.channelCount(),
        )
        self._pull, self._left = pull, b""
        self._frame = given.bytesForDuration(20_000) or FRAME_BYTES
        self._sink = QAudioSink(device, given)
        self._sink.setBufferSize(given.bytesForDuration(SPEAKER_BUFFER_MS * 1000))
        stream = self._sink.start()
        _refuse_if_failed(device, self._sink.error())
        self._stream = stream
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._write)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._sink.stop()

    def _write(self) -> None:
        while self._sink.bytesFree() >= self._frame:
            pcm = self._left or self._converter.convert(self._pull())
            written = max(0, self._stream.write(pcm))
            self._left = pcm[written:]
            if self._left:
                return


class QtSound(QObject):
    """Devices by QMediaDevices; an unknown id falls back to the system's default."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = QMediaDevices(self)

    def inputs(self) -> tuple[AudioDevice, ...]:
        return tuple(map(_described, QMediaDevices.audioInputs()))

    def outputs(self) -> tuple[AudioDevice, ...]:
        return tuple(map(_described, QMediaDevices.audioOutputs()))

    def open_microphone(self, device: str, heard: Callable[[bytes], None]) -> Microphone:
        default = QMediaDevices.defaultAudioInput()
        return QtMicrophone(_find(device, QMediaDevices.audioInputs(), default), heard)

    def open_speaker(self, device: str, pull: Callable[[], bytes]) -> Speaker:
        default = QMediaDevices.defaultAudioOutput()
        return QtSpeaker(_find(device, QMediaDevices.audioOutputs(), default), pull)

    def watch(self, changed: Callable[[], None]) -> None:
        self._devices.audioInputsChanged.connect(changed)
        self._devices.audioOutputsChanged.connect(changed)


def _refuse_if_failed(device: QAudioDevice, error: object) -> None:
    if getattr(error, "name", "NoError") != "NoError":
        raise NoSound(f"{device.description()}: {error}")


def _id(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode(errors="replace")


def _described(device: QAudioDevice) -> AudioDevice:
    return AudioDevice(id=_id(device), name=device.description())


def _find(wanted: str, known: list[QAudioDevice], default: QAudioDevice) -> QAudioDevice:
    device = next((d for d in known if wanted and _id(d) == wanted), default)
    if device.isNull():
        raise NoSound("the workstation has no such sound device")
    return device
