"""What is out of order, said at once and for as long as it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Notice

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop


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
        names = ", ".join(line.name for line in self._model.lines_down)
        down = self.tr("Line out of service: {names}. Calls on it do not come in.")
        self.line.say(
            down.format(names=names) if names and not self._model.link_down else "",
            icon="line-down",
        )
        self.setVisible(self._model.link_down or bool(names))
