"""Two sections of one contact: what is said, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from agent_desktop import formats
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.shortcuts import label
from agent_desktop.views.widgets import Button, Panel, Text, row
from cti_bridge.protocol.vocabulary import InteractionState, MatchKind

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop


NARROW: Final = 560  # pixels, below which a question is put shortly


class Sections(Retranslated, Panel):
    """Says beside them what must not be overlooked in the other one: that nobody knows yet who
    it is, and that the wrap-up runs. Signals: `chosen` (whether the result is wanted)."""

    chosen = Signal(bool)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(edge="bottom", parent=parent)
        self._desktop = desktop
        self.said = Button("", "toggle", small=True)
        self.outcome = Button("", "toggle", small=True)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for button in (self.said, self.outcome):
            self._group.addButton(button)
        self.said.clicked.connect(lambda: self.chosen.emit(False))
        self.outcome.clicked.connect(lambda: self.chosen.emit(True))
        self._who = Button("", "link", small=True)
        self._who.clicked.connect(lambda: self.chosen.emit(True))
        self._left = Text("", "small", tone="wrap")
        self.setLayout(
            row(self.said, self.outcome, self._who, None, self._left, margins=(16, 4, 24, 4))
        )
        desktop.match.changed.connect(self.refresh)
        desktop.ticked.connect(self._tick)
        self.retranslate()

    @property
    def result(self) -> bool:
        return self.outcome.isChecked()

    def retranslate(self) -> None:
        self.said.setText(self.tr("Conversation"))
        self.outcome.setText(self.tr("Result and notes"))
        for button in (self.said, self.outcome):
            button.setToolTip(label("section"))
        self.refresh()

    def show_section(self, *, result: bool) -> None:
        (self.outcome if result else self.said).setChecked(True)
        self.refresh()

    def resizeEvent(self, event: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        asks = self._desktop.match.asks
        text = {
            MatchKind.SEVERAL: self.tr("Several customers match: say who it is"),
            MatchKind.NONE: self.tr("Not on file: say who it is"),
        }.get(asks or MatchKind.ONE, "")
        narrow = self.width() < NARROW
        self._who.setText(self.tr("Who is it?") if text and narrow else text)
        self._who.setToolTip(text)
        self._who.setVisible(bool(text) and not self.result)
        self._tick()

    def _tick(self) -> None:
        view = self._desktop.work.interaction
        left = self._desktop.wrap_up.seconds_left
        running = view is not None and view.state is InteractionState.WRAP_UP and not self.result
        text = ""
        if running:
            text = self.tr("Wrap-up")
            if left is not None:
                text += f" · {formats.duration(left)}"
        self._left.setText(text)
        self._left.setVisible(bool(text))
