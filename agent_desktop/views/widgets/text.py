"""Labels of the type scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from agent_desktop.views import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget


class Text(QLabel):
    """A label; `kind` is small, faint, muted, strong, overline, lead, title or display."""

    def __init__(
        self,
        text: str = "",
        kind: str = "body",
        *,
        tone: str = "",
        wrap: bool = False,
        select: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # what a caller or a peer writes is no HTML
        self.setProperty("type", kind)
        if tone:
            self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        if select:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


class Elided(Text):
    """A line that ends in "…" where it is too narrow; the tool tip then has the whole."""

    def __init__(
        self,
        text: str = "",
        kind: str = "body",
        *,
        tone: str = "",
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        """`lines` 2 gives a long text a second line before it is cut."""
        super().__init__("", kind, tone=tone, parent=parent)
        self._full, self._lines = "", lines
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        if text != self._full:
            self._full = text
            self.setAccessibleName(text)
            self._measure()
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        return self._full

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…") * 2, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._full) + 2, metrics.height() * self._used)

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics, rest = self.fontMetrics(), self._full
        first = ""
        if self._used > 1:
            words = rest.split(" ")
            while words and metrics.horizontalAdvance(f"{first} {words[0]}") < self.width():
                first = f"{first} {words.pop(0)}".strip()
            rest = " ".join(words)
        shown = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
        shown = f"{first}\n{shown}" if first else shown
        if shown != super().text():
            super().setText(shown)
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    _used = 1

    def _measure(self) -> None:
        wide = self.fontMetrics().horizontalAdvance(self._full)
        self.setToolTip(self._full if wide > self.width() * self._lines else "")
        used = 2 if self._lines > 1 and wide > self.width() > 60 else 1
        if used != self._used:
            self._used = used
            self.updateGeometry()


class Timer(Text):
    """Running figures: tabular, so that nothing beside them moves."""

    def __init__(self, kind: str = "body", *, tone: str = "", parent: QWidget | None = None):
        super().__init__("", kind, tone=tone, parent=parent)
        self.setFont(theme.font("body", tabular=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
