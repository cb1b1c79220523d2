"""Fields to pick from: a drop-down of values with their words, a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QDateEdit, QDateTimeEdit

from agent_desktop.views import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

CARET: Final = 16
WIDEST: Final = 220
DATE_WIDTH: Final = 132


class Choice(QComboBox):
    """As wide as what is chosen, with a caret in the theme's colour; the wheel passes by."""

    def __init__(self, parent: QWidget | None = None, *, stretches: bool = False) -> None:
        super().__init__(parent)
        self._stretches = stretches
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.currentIndexChanged.connect(lambda _: self.updateGeometry())
        theme.theme().changed.connect(self.update)

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """(value, words) anew; what was chosen stays chosen, else the first is."""
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        for value, title in choices:
            self.addItem(title, value)
        self.setCurrentIndex(max(self._place_of(chosen), 0))
        self.blockSignals(False)
        widest = max((self.fontMetrics().horizontalAdvance(t) for _, t in choices), default=0)
        self.view().setMinimumWidth(widest + 40)
        self.updateGeometry()

    def choose(self, value: Any) -> None:
        """By value; one that is not there chooses the first."""
        index = max(self._place_of(value), 0)
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def _place_of(self, value: Any) -> int:
        return next((n for n in range(self.count()) if self.itemData(n) == value), -1)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._stretches:
            return hint
        wide = self.fontMetrics().horizontalAdvance(self.currentText()) + CARET + 34
        return QSize(min(wide, WIDEST), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 80), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_mark(self, "down")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling a page must not change a filter


class DateField(QDateEdit):
    """A day, typed or picked from a calendar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat("dd/MM/yyyy")
        self.setDate(QDate.currentDate())
        self.setDateRange(QDate(2000, 1, 1), QDate(2100, 1, 1))
        self.setFixedSize(DATE_WIDTH, int(theme.theme().tokens["shape"]["control"]))
        theme.theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_mark(self, "calendar")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class MomentField(QDateTimeEdit):
    """A day and a time, typed or picked from a calendar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat("d MMM yyyy  HH:mm")
        theme.theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_mark(self, "calendar")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _draw_mark(field: QWidget, name: str) -> None:
    top = (field.height() - CARET) // 2
    painter = QPainter(field)
    theme.draw_icon(painter, name, "text-2", field.width() - CARET - 8, top, CARET)
