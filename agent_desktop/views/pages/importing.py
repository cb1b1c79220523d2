"""The Import page: customers from files and from sources that have a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.importing.job import ImportJob
from agent_desktop.views.importing.start import ImportStart
from agent_desktop.views.widgets import Panel, Text, row

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop


class ImportPage(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.importing
        self.setProperty("level", "bg")
        self._title = Text("", "title")
        head = Panel(edge="bottom")
        head.setLayout(row(self._title, None, margins=(24, 12, 24, 12)))
        self.start, self.job = ImportStart(desktop), ImportJob(desktop)
        self._stack = QStackedWidget()
        for part in (self.start, self.job):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Import customers"))
        self.refresh()

    def refresh(self) -> None:
        shown = self.job if self._model.view is not None else self.start
        if self._stack.currentWidget() is not shown:
            self._stack.setCurrentWidget(shown)
            if self.isVisible():
                self.rest()

    def entered(self) -> None:
        self._model.look()
        self.rest()

    def rest(self) -> None:
        """The keyboard where it presses nothing by chance."""
        if self._stack.currentWidget() is self.job:
            self.job.rest()
        else:
            self.start.entered()
