"""The way of a contact through the house, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from agent_desktop import formats
from agent_desktop.views import i18n, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Card, Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop


class JourneyCard(Retranslated, Card):
    """A line for each step, its time before it; lines are kept and written anew."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desktop, self._model = desktop, desktop.journey
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[Text, Text]] = []
        self.body.addLayout(self._grid)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Journey"))
        self.refresh()

    def refresh(self) -> None:
        said = self._said()
        while len(self._lines) < len(said):
            self._add_line()
        for number, (time, text) in enumerate(self._lines):
            shown = number < len(said)
            if shown:
                time.setText(said[number][0])
                text.setText(said[number][1])
            time.setVisible(shown)
            text.setVisible(shown)
        self.setVisible(bool(said))

    def _said(self) -> list[tuple[str, str]]:
        dispositions = self._desktop.store.state.settings.dispositions
        tongue = i18n.language()
        steps = self._model.steps
        said = [
            (formats.time(step.at, seconds=True), words.journey(step, dispositions, tongue))
            for step in steps
        ]
        if self._model.pop_ms is not None and all(step.what != "shown" for step in steps):
            milliseconds = formats.number(round(self._model.pop_ms))
            said.append(("", self.tr("File on screen after {ms} ms").format(ms=milliseconds)))
        return said

    def _add_line(self) -> None:
        time, text = Text("", "faint"), Text("", "small", wrap=True, select=True)
        row, top = len(self._lines), Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(time, row, 0, top)
        self._grid.addWidget(text, row, 1, top)
        self._lines.append((time, text))
