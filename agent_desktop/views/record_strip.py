"""That the call is being recorded: a shape, a word and a running time that nobody overlooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from agent_desktop import formats
from agent_desktop.views import theme, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.shortcuts import label
from agent_desktop.views.widgets import Button, Panel, Text, column, row
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import Verb

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView

SIZE: Final = 20
NARROW: Final = 440  # pixels, below which "Stop" is a picture with a name


class RecordMark(QWidget):
    """A disc in a ring while it runs, two bars while it rests, a cross where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "on"
        self.setFixedSize(SIZE, SIZE)

    def set_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIZE, SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._state == "failed":
            painter.setPen(QPen(theme.colour("bad"), 2))
            painter.drawEllipse(whole)
            inner = whole.adjusted(5, 5, -5, -5)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
            return
        if self._state == "on":
            painter.setPen(theme.colour("bad"))
            painter.drawEllipse(whole)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("bad"))
            painter.drawEllipse(whole.adjusted(4, 4, -4, -4))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("warn"))
        for x in (whole.x() + 3, whole.right() - 7):
            painter.drawRoundedRect(QRectF(x, whole.y() + 2, 4, whole.height() - 4), 1, 1)


class RecordStrip(Retranslated, Panel):
    """There while a call is recorded, its recording rests, or could not go on."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._call, self._sensitive = desktop.call, desktop.sensitive
        self._mark = RecordMark()
        self._word, self._time = Text("", "strong"), Text("", "strong")
        self._time.setFont(theme.font("body", strong=True, tabular=True))
        self.pause = Button("", "secondary", icon="hold", small=True)
        self.stop = Button("", "quiet", icon="stop", small=True)
        self.pause.clicked.connect(self._call.record_or_pause)
        self.stop.clicked.connect(self._call.stop_recording)
        line = row(
            self._mark,
            self._word,
            self._time,
            None,
            self.pause,
            self.stop,
            spacing=8,
        )
        self._why = Text("", "small", wrap=True)
        self._narrow = False
        self.setLayout(column(line, self._why, spacing=4, margins=(12, 6, 8, 6)))
        self._call.changed.connect(self.refresh)
        desktop.ticked.connect(self._tick)
        self.retranslate()

    def retranslate(self) -> None:
        self.pause.setToolTip(label("record"))
        stop = words.verb(Verb.STOP_RECORDING)
        self.stop.setToolTip(f"{stop} · {label('stop-recording')}")
        self.refresh()

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.refresh()

    def refresh(self) -> None:
        view = self._call.interaction
        state = view.recording if view else ""
        self.setVisible(bool(state))
        if not state:
            return
        runs, failed = state == "on", state == "failed"
        self._mark.set_state(state)
        told = {"on": self.tr("Recording"), "paused": self.tr("Recording paused")}
        self._word.setText(told.get(state, self.tr("Not recorded")))
        set_style(self._word, tone="warn" if state == "paused" else "bad")
        self._time.setVisible(not failed)
        if failed:
            self._say_failed()
        else:
            self._say_why(view, runs=runs)
        verb = {"on": Verb.PAUSE_RECORDING, "paused": Verb.RESUME_RECORDING}.get(
            state, Verb.RECORD
        )
        does = {"on": self.tr("Pause"), "paused": self.tr("Go on")}
        self.pause.setText(does.get(state, self.tr("Try again")))
        self.pause.setAccessibleName(words.verb(verb))
        self.pause.set_icon("hold" if runs else "record")
        self.pause.setVisible(self._call.offered(verb))
        self.pause.setEnabled(self._call.enabled(verb))
        self.stop.setText("" if self._narrow else self.tr("Stop"))
        set_style(self.stop, square=self._narrow)
        self.stop.setAccessibleName(words.verb(Verb.STOP_RECORDING))
        self.stop.setVisible(self._call.offered(Verb.STOP_RECORDING))
        self.stop.setEnabled(self._call.enabled(Verb.STOP_RECORDING))
        self._tick()

    def _say_failed(self) -> None:
        lost = self.tr("The recording could not go on: nothing that is said now is kept.")
        self._why.setText(lost)
        self._why.setVisible(True)
        self.setToolTip(lost)
        self.setAccessibleDescription(lost)

    def _say_why(self, view: InteractionView | None, *, runs: bool) -> None:
        """A pause that nobody has pressed is explained."""
        lost = "" if runs else self.tr("Nothing that is said now is kept.")
        alone = not runs and view is not None and self._sensitive.pauses(view.interaction_id)
        if alone:
            lost += " " + self.tr("It goes on by itself when you leave the field.")
        self._why.setText(lost if alone else "")
        self._why.setVisible(alone)
        self.setToolTip(lost)
        self.setAccessibleDescription(lost)

    def _tick(self) -> None:
        if not self.isHidden():
            time = formats.duration(self._call.recorded_seconds)
            self._time.setText(time)
            word = self._word.text()
            self.setAccessibleName(word if self._time.isHidden() else f"{word}, {time}")
