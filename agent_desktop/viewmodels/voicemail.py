"""Hearing what a caller left: fetched once, played, paused, moved, faster or not."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

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
ASIDE_BYTES: Final = 1024 * 1024
"""A longer sound is decoded and measured beside the thread that paints."""
TICK_MS: Final = 100
Trouble = Literal["", "no_sound", "no_recording", "empty", "no_speaker"]


class Loudspeaker(Protocol):
    """The headset, as far as a player needs it."""

    def open_player(self, pull: Callable[[], bytes]) -> Speaker:
        """Asks `pull` for 20 ms whenever it is due. Raises NoSound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A sound as it is played and drawn; `error` where it is none."""

    message: MessageView
    data: bytes = b""
    pcm: bytes = b""
    wave: tuple[float, ...] = ()
    error: str = ""


def _decoded(message: MessageView, data: bytes) -> Decoded:
    try:
        pcm = recording.decode(data)
    except recording.NotARecording as error:
        return Decoded(message=message, error=str(error) or "no sound")
    return Decoded(message=message, data=data, pcm=pcm, wave=recording.peaks(pcm, WAVE))


class VoicemailPlayer(QObject):
    """Signals: `changed` (anything but the position), `moved` (the position).

    `on_demand`: the sound is fetched when it is to be heard, not when it is shown.
    """

    changed = Signal()
    moved = Signal()
    _decoded = Signal(object)

    def __init__(
        self,
        blobs: Blobs,
        loudspeaker: Loudspeaker | None,
        parent: QObject | None = None,
        *,
        on_demand: bool = False,
    ) -> None:
        super().__init__(parent)
        self._on_demand, self._asked = on_demand, False
        self._decoded.connect(self._take)
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
        asked = self._asked and self._message is not None
        return asked and self._tape is None and not self.trouble

    @property
    def playable(self) -> bool:
        """Whether a press on "play" leads to anything."""
        waits = self._on_demand and self._message is not None and not self.loading
        return self.ready or waits

    @property
    def playing(self) -> bool:
        return self._speaker is not None

    @property
    def file_name(self) -> str:
        """Under which it is saved."""
        files = self._message.attachments if self._message else ()
        return files[0].name if files else "voicemail.wav"

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
        self.trouble, self._asked = "", False
        if message is not None and not self._on_demand:
            self._fetch(message)
        self.changed.emit()

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """From where it stands; from the beginning when it was at its end."""
        if self._tape is None and self.playable and self._message is not None:
            self.trouble = ""
            self._fetch(self._message)
            self.changed.emit()
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
        self._asked = True
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
        if len(data) > ASIDE_BYTES:
            QThreadPool.globalInstance().start(lambda: self._decode_aside(message, data))
        else:
            self._take(_decoded(message, data))

    def _decode_aside(self, message: MessageView, data: bytes) -> None:
        found = _decoded(message, data)
        try:
            self._decoded.emit(found)
        except RuntimeError:
            logger.debug("nobody waits for a decoded message any more")

    def _take(self, found: Decoded) -> None:
        """In the thread of the windows."""
        if self.message_id != found.message.message_id or self._tape is not None:
            return
        if found.error:
            logger.warning("a message cannot be decoded: %s", found.error)
            self._fail("no_recording")
            return
        if not found.pcm:
            self._fail("empty")  # a press on "play" that does nothing tells nobody why
            return
        self.data, self.wave = found.data, found.wave
        self._tape = recording.Tape(found.pcm)
        self._tape.speed = self.speed
        self.changed.emit()
        if self._on_demand:
            self.play()  # what was pressed for

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


def recordings_of(conversation: Conversation | None) -> tuple[MessageView, ...]:
    """Of its calls, oldest first."""
    messages = conversation.messages if conversation else ()
    return tuple(m for m in messages if m.kind is MessageKind.RECORDING)
