"""The steps of a journey, a line for each; a decision can be opened where it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import i18n, words
from agent_desktop.views.decision import WhyButton
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.protocol.values import Choice, JourneyStep


class Steps(Retranslated, QWidget):
    """Lines are kept and written anew, so that what was opened stays open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._steps: tuple[JourneyStep, ...] = ()
        self._dispositions: Sequence[Choice] = ()
        self._extra = ""
        self.lines: list[tuple[Text, Text]] = []
        self.whys: dict[int, WhyButton] = {}  # by line

    def retranslate(self) -> None:
        self._render()

    def show_steps(
        self, steps: tuple[JourneyStep, ...], dispositions: Sequence[Choice], extra: str = ""
    ) -> None:
        """`extra` is a last line without a time."""
        if steps[: len(self._steps)] != self._steps:
            self._forget_whys()
        self._steps, self._dispositions, self._extra = steps, dispositions, extra
        self._render()

    def _render(self) -> None:
        tongue = i18n.language()
        said = [
            (formats.time(s.at, seconds=True), words.journey(s, self._dispositions, tongue))
            for s in self._steps
        ]
        if self._extra:
            said.append(("", self._extra))
        while len(self.lines) < len(said):
            self._add_line()
        for number, (time, text) in enumerate(self.lines):
            shown = number < len(said)
            if shown:
                time.setText(said[number][0])
                text.setText(said[number][1])
            time.setVisible(shown)
            text.setVisible(shown)
        for number, step in enumerate(self._steps):
            if step.decision is not None and number not in self.whys:
                self.whys[number] = WhyButton(step.decision)
                self._grid.addWidget(self.whys[number], 2 * number + 1, 1)

    def _forget_whys(self) -> None:
        for why in self.whys.values():
            self._grid.removeWidget(why)
            why.hide()
            why.deleteLater()
        self.whys = {}

    def _add_line(self) -> None:
        time, text = Text("", "faint"), Text("", "small", wrap=True, select=True)
        row, top = 2 * len(self.lines), Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(time, row, 0, top)
        self._grid.addWidget(text, row, 1, top)
        self.lines.append((time, text))
