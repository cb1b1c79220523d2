"""Hearing what a caller left: fetched once, played, paused, moved, faster or not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Literal, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.audio import recording
from agent_desktop.audio.ports import NoSound
from cti_bridge.protocol.vocabulary import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.audio.ports import Speaker
    from agent_desktop.viewmodels.blobs import Blobs
    from cti_bridge.protocol.values import Conversation, MessageView
    from cti_bridge.protocol.vocabulary import MessageId

logger = logging.getLogger(__name__)

WAVE: Final = 180  # bars
TICK_MS: Final = 100
Trouble = Literal["", "no_sound", "no_recording", "no_speaker"]


class Loudspeaker(Protocol):
    """The headset, as far as a player needs it."""

    def open_player(self, pull: Callable[[], bytes]) -> Speaker:
        """Asks `pull` for 20 ms whenever it is due. Raises NoSound."""


class VoicemailPlayer(QObject):
    """Signals: `changed` (anything but the position), `moved` (the position)."""

    changed = Signal()
    moved = Signal()

    def __init__(
        self, blobs: Blobs, loudspeaker: Loudspeaker | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._blobs, self._loudspeaker = blobs, loudspeaker
        self._message: MessageView | None = None
        self._tape: recording.Tape | None = None
        self._speaker: Speaker | None = None
        self.data: bytes | None = None  # the file, to be saved
        self.wave: tuple[float, ...] = ()
        self.trouble: Trouble = ""
        self.speed = 1.0
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tick)

    # -- what is shown

    @property
    def message_id(self) -> MessageId | None:
        return self._message.message_id if self._message else None

    @property
    def ready(self) -> bool:
        return self._tape is not None

    @property
    def loading(self) -> bool:
        return self._message is not None and self._tape is None and not self.trouble

    @property
    def playing(self) -> bool:
        return self._speaker is not None

    @property
    def position(self) -> float:
        """Seconds."""
        return self._tape.seconds if self._tape else 0.0

    @property
    def length(self) -> float:
        """Seconds; as the bridge says it until the sound is here."""
        if self._tape is not None:
            return self._tape.length
        return self._message.seconds if self._message else 0.0

    # -- what is done

    def show(self, message: MessageView | None) -> None:
        """Another message: what plays is stopped, and its sound is fetched."""
        if message is not None and self.message_id == message.message_id:
            return
        self.pause()
        self._message, self._tape, self.data, self.wave = message, None, None, ()
        self.trouble = ""
        if message is not None:
            self._fetch(message)
        self.changed.emit()

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """From where it stands; from the beginning when it was at its end."""
        if self._tape is None or self.playing:
            return
        if self._tape.over:
            self._tape.seek(0)
        if self._loudspeaker is None:
            self._fail("no_speaker")
            return
        try:
            self._speaker = self._loudspeaker.open_player(self._tape.frame)
        except NoSound as error:
            logger.warning("a message cannot be played: %s", error)
            self._fail("no_speaker")
            return
        self.trouble = ""
        self._clock.start()
        self.changed.emit()

    def pause(self) -> None:
        if self._speaker is not None:
            self._speaker.stop()
            self._speaker = None
            self._clock.stop()
            self.changed.emit()

    def seek(self, seconds: float) -> None:
        if self._tape is not None:
            self._tape.seek(seconds)
            self.moved.emit()

    def step(self, seconds: float) -> None:
        self.seek(self.position + seconds)

    def set_speed(self, speed: float) -> None:
        """One of `recording.SPEEDS`; others are left alone."""
        if speed in recording.SPEEDS and speed != self.speed:
            self.speed = speed
            if self._tape is not None:
                self._tape.speed = speed
            self.changed.emit()

    # -- inside

    def _fetch(self, message: MessageView) -> None:
        file = next(iter(message.attachments), None)
        if file is None:
            self.trouble = "no_recording"
        else:
            self._blobs.fetch(file.blob_id, self, lambda data: self._came(message, data))

    def _came(self, message: MessageView, data: bytes | None) -> None:
        if self.message_id != message.message_id:
            return
        if data is None:
            self._fail("no_sound")
            return
        try:
            pcm = recording.decode(data)
        except recording.NotARecording as error:
            logger.warning("a message cannot be decoded: %s", error)
            self._fail("no_recording")
            return
        self.data, self.wave = data, recording.peaks(pcm, WAVE)
        self._tape = recording.Tape(pcm)
        self._tape.speed = self.speed
        self.changed.emit()

    def _fail(self, trouble: Trouble) -> None:
        self.trouble = trouble
        self.changed.emit()

    def _tick(self) -> None:
        self.moved.emit()
        if self._tape is None or self._tape.over:
            self.pause()


def voicemail_of(conversation: Conversation | None) -> MessageView | None:
    """The newest message that was left."""
    messages = conversation.messages if conversation else ()
    left = [m for m in messages if m.kind is MessageKind.VOICEMAIL]
    return left[-1] if left else None
