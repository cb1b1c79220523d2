"""The way of a contact through the house, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop import formats
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.steps import Steps
from agent_desktop.views.widgets import Card

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop


class JourneyCard(Retranslated, Card):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desktop, self._model = desktop, desktop.journey
        self.steps = Steps()
        self.body.addWidget(self.steps)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Journey"))
        self.refresh()

    def refresh(self) -> None:
        steps = self._model.steps
        extra = ""
        if self._model.pop_ms is not None and all(step.what != "shown" for step in steps):
            milliseconds = formats.number(round(self._model.pop_ms))
            extra = self.tr("File on screen after {ms} ms").format(ms=milliseconds)
        dispositions = self._desktop.store.state.settings.dispositions
        self.steps.show_steps(steps, dispositions, extra)
        self.setVisible(bool(steps or extra))

    def open_decision(self, number: int) -> None:
        """Of the step with this number, counted from 0; nothing where it had none."""
        if (why := self.steps.whys.get(number)) is not None and why.view is None:
            why.toggle()
