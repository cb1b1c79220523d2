"""Tables of rows: calm, one height, columns that give way when the place is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from agent_desktop.models.table import RowsModel
from agent_desktop.views import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    AnyIndex = QModelIndex | QPersistentModelIndex

ROW_HEIGHT: Final = 44
HEAD_HEIGHT: Final = 36
PADDING: Final = 8
EDGE: Final = 24
ICON_SIZE: Final = 18
MOST_SHORTENED: Final = 4_000
_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_HOVER: Final = QStyle.StateFlag.State_MouseOver.value
_FLAGS: Final = {
    False: (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value,
    True: (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value,
}
_ROLES: Final = {"": "text", "strong": "text", "muted": "text-2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Width:
    """Pixels a column needs, its share of what is left, and how early it gives way (0: never)."""

    least: int
    share: int = 0
    drop: int = 0


class Ink(NamedTuple):
    """What a style of text is drawn with."""

    font: QFont
    metrics: QFontMetrics
    pen: QPen


class RowDelegate(QStyledItemDelegate):
    """Paints text and icon straight from the tokens: no style sheet per cell, and fonts, pens
    and shortened texts made once until the theme changes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._forget()
        theme.theme().changed.connect(self._forget)

    def _forget(self) -> None:
        self._inks: dict[str, Ink] = {}
        self._shortened: dict[tuple[str, int, str], str] = {}
        self._line = QPen(theme.colour("line"), 1)
        self._chosen, self._hover = theme.colour("accent-soft"), theme.colour("hover")
        self._accent = theme.colour("accent")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model, column = index.model(), index.column()
        if not isinstance(model, RowsModel):
            raise TypeError("a Table shows a RowsModel")
        rect: QRect = option.rect
        x, y, wide, high = rect.x(), rect.y(), rect.width(), rect.height()
        self._ground(painter, rect, option.state, column)
        cell = model.cell(index.row(), column)
        before = lead(column)
        if cell.icon:
            name, role = cell.icon
            theme.draw_icon(
                painter, name, role, x + before, y + (high - ICON_SIZE) // 2, ICON_SIZE
            )
            before += ICON_SIZE + 8
        room = wide - before - PADDING
        if cell.text and room > 0:
            ink = self._ink(cell.style)
            painter.setFont(ink.font)
            painter.setPen(ink.pen)
            text = self._short(cell.text, room, cell.style, ink)
            painter.drawText(QRect(x + before, y, room, high), _FLAGS[cell.right], text)

    def _ground(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, column: int
    ) -> None:
        flags = state.value
        selected = bool(flags & _SELECTED)
        if selected or flags & _HOVER:
            painter.fillRect(rect, self._chosen if selected else self._hover)
        painter.setPen(self._line)
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        if selected and column == 0:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), self._accent)

    def _ink(self, style: str) -> Ink:
        ink = self._inks.get(style)
        if ink is None:
            font = theme.font("body", strong=style == "strong")
            pen = QPen(theme.colour(_ROLES.get(style, style)))
            ink = self._inks[style] = Ink(font, QFontMetrics(font), pen)
        return ink

    def _short(self, text: str, room: int, style: str, ink: Ink) -> str:
        key = (text, room, style)
        shown = self._shortened.get(key)
        if shown is None:
            if len(self._shortened) > MOST_SHORTENED:
                self._shortened.clear()
            shown = ink.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            self._shortened[key] = shown
        return shown

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(80, ROW_HEIGHT)


class Head(QHeaderView):
    """Titles that stand over their columns to the pixel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setFixedHeight(HEAD_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        painter.fillRect(rect, theme.colour("raised"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(theme.font("small", strong=True))
        painter.setPen(theme.colour("text-2"))
        across = Qt.Orientation.Horizontal
        model = self.model()
        room = rect.adjusted(lead(section), 0, -PADDING, 0)
        title = str(model.headerData(section, across))
        text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        align = model.headerData(section, across, Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(room, int(align), text)
        painter.restore()


def lead(column: int) -> int:
    """Pixels before a column's text; the first stands under the page's title."""
    return EDGE if column == 0 else PADDING


class Table(QTableView):
    """One row is chosen at a time, by mouse or by keys.

    Signals:
        chosen: the index of the row that became current (invalid: none).
        entered_row: Return or a double click on a row.
        left_up: the Up key on the first row, for the field above.
    """

    chosen = Signal(QModelIndex)
    entered_row = Signal(QModelIndex)
    left_up = Signal()

    def __init__(self, widths: Sequence[Width], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widths = tuple(widths)
        self.setItemDelegate(RowDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.setHorizontalHeader(Head(self))
        self.doubleClicked.connect(self.entered_row)
        theme.theme().changed.connect(self.viewport().update)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit(self.currentIndex())

    def choose(self, row: int) -> None:
        """Make a row current, as its click would; -1 chooses none."""
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if row >= 0:
                self.entered_row.emit(self.currentIndex())
        elif key == Qt.Key.Key_Home:
            self._go(0)
        elif key == Qt.Key.Key_End:
            self._go(self.model().rowCount() - 1)
        elif key == Qt.Key.Key_Up and row <= 0:
            self.left_up.emit()
        else:
            super().keyPressEvent(event)

    def _go(self, row: int) -> None:
        if self.model().rowCount():
            self.choose(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.viewport().width()
        shown = fit(self._widths, room)
        for column, wide in enumerate(shown):
            self.setColumnHidden(column, wide == 0)
            if wide:
                self.setColumnWidth(column, wide)


def fit(widths: Sequence[Width], room: int) -> list[int]:
    """Pixels of each column in `room`; 0 where a column gives way."""
    kept = list(range(len(widths)))
    for column in sorted(kept, key=lambda c: -widths[c].drop):
        if sum(widths[c].least for c in kept) <= room or not widths[column].drop:
            break
        kept.remove(column)
    left = max(room - sum(widths[c].least for c in kept), 0)
    shares = sum(widths[c].share for c in kept) or 1
    sizes = [0] * len(widths)
    for column in kept:
        sizes[column] = widths[column].least + left * widths[column].share // shares
    if kept:
        sizes[max(kept, key=lambda c: widths[c].share)] += max(room - sum(sizes), 0)
    return sizes
