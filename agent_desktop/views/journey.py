"""The way of a contact through the house, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop import formats
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Card, Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop


class JourneyCard(Retranslated, Card):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._model = desktop.journey
        self._steps = Text("", "small", wrap=True, select=True)
        self.body.addWidget(self._steps)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Journey"))
        self.refresh()

    def refresh(self) -> None:
        steps = [
            f"{formats.time(step.at, seconds=True)} {words.journey(step)}"
            for step in self._model.steps
        ]
        told = any(step.what == "shown" for step in self._model.steps)
        if self._model.pop_ms is not None and not told:
            milliseconds = formats.number(round(self._model.pop_ms))
            steps.append(self.tr("file on screen after {ms} ms").format(ms=milliseconds))
        self._steps.setText("  ›  ".join(steps))
        self.setVisible(bool(steps))
