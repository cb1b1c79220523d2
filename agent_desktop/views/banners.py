"""What is out of order, said at once and for as long as it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop.views import access_words, sentences
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Notice

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop

SHOWN: Final = 300  # characters of notes; "Copy" gives them all
MAILBOX: Final = "mail:"  # begins the id of a mailbox among the lines


class Banners(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.shell
        self.link = Notice("bad", banner=True)
        self.line = Notice("warn", banner=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.link)
        layout.addWidget(self.line)
        self.unsaved = UnsavedNotes(desktop)
        layout.addWidget(self.unsaved)
        self.monitoring = Monitoring(desktop)
        layout.addWidget(self.monitoring)
        self.monitoring.told.connect(self.refresh)
        self.volume = VolumeAlerts(desktop)
        layout.addWidget(self.volume)
        self.volume.told.connect(self.refresh)
        desktop.wrap_up.unsaved_changed.connect(self.refresh)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        lost = self.tr(
            "No connection to the server. What you type is kept; it goes on by itself as soon as"
            " the server answers."
        )
        self.link.say(lost if self._model.link_down else "", icon="offline")
        names = self._down()
        self.line.say(names if not self._model.link_down else "", icon="line-down")
        self.unsaved.refresh()
        notices = (self.link, self.line, self.unsaved, self.monitoring, self.volume)
        self.setVisible(any(not one.isHidden() for one in notices))

    def on_page(self, page_id: str) -> None:
        self.monitoring.on_page(page_id)

    def _down(self) -> str:
        """Lines of the telephone and mailboxes that are out of service; "" where all work."""
        boxes = [n for n in self._model.lines_down if n.line_id.startswith(MAILBOX)]
        lines = [n for n in self._model.lines_down if n not in boxes]
        said = [
            (lines, self.tr("Line out of service: {names}. Calls on it do not come in.")),
            (boxes, self.tr("Mailbox out of service: {names}. Its e-mail waits, none is lost.")),
        ]
        return " ".join(
            text.format(names=", ".join(n.name for n in found)) for found, text in said if found
        )


class UnsavedNotes(Retranslated, Notice):
    """What was typed for a contact that ended too early, until somebody decides about it."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("warn", banner=True, parent=parent)
        self._model = desktop.wrap_up
        self.copy, self.leave = Button("", "quiet", small=True), Button("", "quiet", small=True)
        self.copy.clicked.connect(self._copy)
        self.leave.clicked.connect(self._model.drop_unsaved)
        self.acted.connect(self._model.file_unsaved)
        layout = self.layout()
        assert layout is not None
        for button in (self.copy, self.leave):
            layout.addWidget(button)
        desktop.commands.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.copy.setText(self.tr("Copy"))
        self.leave.setText(self.tr("Discard"))
        self.refresh()

    def refresh(self) -> None:
        lost = next(iter(self._model.unsaved), None)
        if lost is None:
            self.say("")
            return
        ended = self.tr("The contact ended before these notes were saved: {notes}")
        filed = self.tr("Put in the file of {name}").format(name=lost.who)
        text = lost.notes if len(lost.notes) <= SHOWN else lost.notes[:SHOWN] + "…"
        self.say(ended.format(notes=text), action=filed if lost.customer_id else "")

    def _copy(self) -> None:
        for lost in self._model.unsaved[:1]:
            QGuiApplication.clipboard().setText(lost.notes)


class VolumeAlerts(Retranslated, Notice):
    """Agents who look at unusually many customers, one after the other, until a supervisor has
    read it. Signals: `told`."""

    told = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("warn", banner=True, parent=parent)
        self._model = desktop.privacy
        self.acted.connect(self._model.dismiss)
        self._model.alerted.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        alerts = self._model.alerts
        if not alerts:
            self.say("")
        else:
            self.say(access_words.alert(alerts[0]), icon="eye", action=self.tr("I have read it"))
        self.told.emit()


class Monitoring(Retranslated, Notice):
    """That this supervisor is in somebody's call, on every page but the one that says it itself:
    nobody leaves a microphone open without seeing it. Signals: `told`."""

    told = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("accent", banner=True, parent=parent)
        self._model, self._elsewhere = desktop.supervision, True
        self.acted.connect(self._model.stop)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def on_page(self, page_id: str) -> None:
        self._elsewhere = page_id != "supervision"
        self.refresh()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        mine = self._model.mine if self._elsewhere else None
        text = sentences.monitoring(mine, self._model.heard) if mine is not None else ""
        self.say(
            text, icon="ear", action=self.tr("Leave the call") if self._model.can_stop else ""
        )
        self.told.emit()
