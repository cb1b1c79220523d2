"""A message that a caller left: heard here, answered from here."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFileDialog, QGridLayout, QSizePolicy, QWidget

from agent_desktop import formats
from agent_desktop.audio.recording import SPEEDS
from agent_desktop.viewmodels.voicemail import voicemail_of
from agent_desktop.views import theme
from agent_desktop.views.dialling import DialRow
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Card, IconLabel, Notice, Text, column, row
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.voicemail import VoicemailPlayer
    from cti_bridge.protocol.values import MessageView
    from cti_bridge.protocol.vocabulary import MessageId

logger = logging.getLogger(__name__)

STEP: Final = 5.0  # seconds at an arrow key
BAR, GAP, HEIGHT = 3, 1, 48  # pixels
NARROW: Final = 440  # pixels, below which the wave has a line of its own


class Waveform(QWidget):
    """How loud it is over its time; pressed or dragged it moves there, arrows step."""

    def __init__(self, player: VoicemailPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        player.changed.connect(self.update)
        player.moved.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        heard = self._share() * self.width()
        for place, loud in enumerate(self._bars()):
            x = place * (BAR + GAP)
            tall = max(2.0, loud * (HEIGHT - 6))
            painter.setBrush(theme.colour("accent" if x < heard else "line-strong"))
            painter.drawRoundedRect(QRectF(x, (HEIGHT - tall) / 2, BAR, tall), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _bars(self) -> list[float]:
        """As many as fit, from those that were measured."""
        wave, room = self._player.wave, max(1, self.width() // (BAR + GAP))
        if not wave:
            return [0.0] * room
        return [wave[n * len(wave) // room] for n in range(room)]

    def _share(self) -> float:
        length = self._player.length
        return self._player.position / length if length else 0.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._to(event.position())

    def _to(self, point: QPointF) -> None:
        self._player.seek(point.x() / max(1, self.width()) * self._player.length)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: STEP, Qt.Key.Key_Left: -STEP}
        key = Qt.Key(event.key())
        if key in steps:
            self._player.step(steps[key])
        elif key is Qt.Key.Key_Home:
            self._player.seek(0)
        elif key is Qt.Key.Key_End:
            self._player.seek(self._player.length)
        elif key is Qt.Key.Key_Space:
            self._player.toggle()
        else:
            super().keyPressEvent(event)


class Player(Retranslated, QWidget):
    """Play, speed, position and the wave of one message."""

    def __init__(self, player: VoicemailPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.play = Button("", "primary", icon="play")
        self.play.clicked.connect(player.toggle)
        self.wave = Waveform(player)
        self._time = Text("", "small")
        self._time.setFont(theme.font("small", tabular=True))
        self._time.setMinimumWidth(86)
        self.speed = Button("", "quiet", small=True)
        self.speed.clicked.connect(self._faster)
        self.save = Button("", "quiet", icon="save", small=True)
        self.save.clicked.connect(self._save)
        self._trouble = Notice("bad")
        self._trouble.hide()
        self._line = QGridLayout()
        self._line.setSpacing(8)
        self._narrow: bool | None = None
        self.setLayout(column(self._line, self._trouble))
        self._arrange(narrow=False)
        player.changed.connect(self.refresh)
        player.moved.connect(self._say_time)
        self.retranslate()

    def resizeEvent(self, event: object) -> None:
        self._arrange(narrow=self.width() < NARROW)

    def _arrange(self, *, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        parts: tuple[QWidget, ...] = (
            self.play,
            self.wave,
            self._time,
            self.speed,
            self.save,
        )
        for part in parts:
            self._line.removeWidget(part)
        if narrow:
            self._line.addWidget(self.wave, 0, 0, 1, len(parts))
        for place, part in enumerate(parts):
            self._line.setColumnStretch(place, 0)
            if part is not self.wave or not narrow:
                self._line.addWidget(part, 1 if narrow else 0, place)
        self._line.setColumnStretch(2 if narrow else 1, 1)  # the time beside its button

    def retranslate(self) -> None:
        self.wave.setAccessibleName(self.tr("Position in the message"))
        self.wave.setToolTip(self.tr("← → step 5 seconds, Space plays"))
        name = self.tr("Save as…")
        self.save.setToolTip(name)
        self.save.setAccessibleName(name)
        self.refresh()

    def refresh(self) -> None:
        player = self._player
        name = self.tr("Pause") if player.playing else self.tr("Play")
        if player.loading:
            name = self.tr("Loading…")
        self.play.set_icon("hold" if player.playing else "play")
        self.play.setToolTip(name)
        self.play.setAccessibleName(name)
        self.play.setEnabled(player.playable)
        for part in (self.wave, self.speed):
            part.setEnabled(player.ready)
        self.save.setEnabled(player.data is not None)
        places = 0 if player.speed == int(player.speed) else 1
        self.speed.setText(f"{formats.decimal(player.speed, places)}×")
        self.speed.setToolTip(self.tr("Speed"))
        self.speed.setAccessibleName(self.tr("Speed: {speed}").format(speed=self.speed.text()))
        said = {
            "no_sound": self.tr("The recording cannot be fetched now."),
            "empty": self.tr("The recording is empty."),
            "no_recording": self.tr("There is no recording that can be played."),
            "no_speaker": self.tr("No loudspeaker: choose one in the settings."),
        }
        self._trouble.say(said.get(player.trouble, ""))
        self._say_time()

    def _say_time(self) -> None:
        at, whole = formats.duration(self._player.position), formats.duration(self._player.length)
        self._time.setText(f"{at} / {whole}")
        self.wave.setAccessibleDescription(self._time.text())

    def _faster(self) -> None:
        at = SPEEDS.index(self._player.speed)
        self._player.set_speed(SPEEDS[(at + 1) % len(SPEEDS)])

    def _save(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Save as…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(self._player.file_name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        try:
            Path(path).write_bytes(self._player.data or b"")
        except OSError as error:
            logger.warning("a recording was not written: %s", error)
            self._trouble.say(self.tr("It could not be saved there."))


class VoicemailBody(Retranslated, Card):
    """Follows the open contact."""

    FILLS: ClassVar = False
    selection_changed = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desktop = desktop
        self.player = Player(desktop.voicemail)
        self._icon = IconLabel("voicemail", "accent", 24)
        self._title, self._when = Text("", "strong"), Text("", "small")
        self._said = Text("", wrap=True, select=True)
        self.dial = DialRow(desktop)
        head = row(self._icon, column(self._title, self._when, spacing=0), spacing=10)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        for part in (self.player, self._said, self.dial):
            self.body.addWidget(part)
        desktop.work.selected_changed.connect(self.refresh)
        desktop.work.interaction_changed.connect(self.refresh)
        desktop.conversations.changed.connect(lambda _key: self.refresh())
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def focus_first(self) -> None:
        self.player.play.setFocus()

    def selected_messages(self) -> tuple[MessageId, ...]:
        return ()

    def set_selecting(self, on: bool) -> None:
        """A voicemail has one message: there is nothing to choose."""

    def refresh(self) -> None:
        view = self._desktop.work.interaction
        if view is None or view.channel is not Channel.VOICEMAIL:
            self._desktop.voicemail.show(None)
            return
        message = voicemail_of(self._desktop.conversations.get(view.interaction_id))
        self._desktop.voicemail.show(message)
        self._title.setText(self.tr("Voicemail"))
        self._when.setText(self._left(message))
        self._said.setText(message.text if message else "")
        self._said.setVisible(bool(message and message.text))
        self.dial.refresh()

    def _left(self, message: MessageView | None) -> str:
        if message is None:
            return self.tr("Loading…")
        when = formats.when(message.at, self._desktop.store.now())
        return self.tr("left {when}, {length}").format(
            when=when[:1].lower() + when[1:], length=formats.duration(message.seconds)
        )
