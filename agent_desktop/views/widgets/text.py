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
    """One line that ends in "…" where it is too narrow; the tool tip then has the whole."""

    def __init__(
        self, text: str = "", kind: str = "body", *, tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("", kind, tone=tone, parent=parent)
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        if text != self._full:
            self._full = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        return self._full

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…") * 2, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._full) + 2, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(
            self._full, Qt.TextElideMode.ElideRight, self.width()
        )
        if shown != super().text():
            super().setText(shown)
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.fontMetrics().horizontalAdvance(self._full)
        self.setToolTip(self._full if wide > self.width() else "")


class Timer(Text):
    """Running figures: tabular, so that nothing beside them moves."""

    def __init__(self, kind: str = "body", *, tone: str = "", parent: QWidget | None = None):
        super().__init__("", kind, tone=tone, parent=parent)
        self.setFont(theme.font("body", tabular=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
