"""How loud the microphone is, ten times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desktop.views import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

BARS: Final = 24
GAP: Final = 3
LOUD: Final = 0.9  # of the scale: it distorts
FALL: Final = 0.08  # of the scale at each reading, so that the eye can follow


class LevelMeter(QWidget):
    """Bars for a level of 0.0 to 1.0; the last ones warn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.theme().changed.connect(self.update)

    def set_level(self, level: object) -> None:
        """Anything that is no number from 0 to 1 counts as the nearest that is."""
        heard = float(level) if isinstance(level, int | float) else 0.0
        heard = min(max(heard, 0.0), 1.0) if heard == heard else 0.0
        self.level = max(heard, self.level - FALL)
        self.update()

    def clear(self) -> None:
        self.level = 0.0
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        wide = max((self.width() - GAP * (BARS - 1)) // BARS, 1)
        lit = round(self.level * BARS)
        for bar in range(BARS):
            loud = (bar + 1) / BARS > LOUD
            role = ("warn" if loud else "ok") if bar < lit else "line"
            rect = QRect(bar * (wide + GAP), 0, wide, self.height())
            painter.fillRect(rect, theme.colour(role))
