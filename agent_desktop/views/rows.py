"""Lists of people: a mark, a name, a line below, a word at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from agent_desktop import formats
from agent_desktop.models.table import ICON, STYLE
from agent_desktop.views import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    AnyIndex = QModelIndex | QPersistentModelIndex

HEIGHT: Final = 64
EDGE: Final = 16
MARK: Final = 36
TITLE, BELOW, ASIDE = range(3)
_ROLES: Final = {"": "text", "strong": "text", "muted": "text-2"}


class RowDelegate(QStyledItemDelegate):
    """Reads three columns of the model: title, the line below, the word at the right. A title
    without an icon gets the initials of what it says."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        _ground(painter, rect, option.state)
        self._mark(painter, rect, option.state, index)
        left, right = rect.left() + EDGE + MARK + 12, rect.right() - EDGE
        model = index.model()
        aside = model.index(index.row(), ASIDE)
        painter.setFont(theme.font("small"))
        wide = painter.fontMetrics().horizontalAdvance(str(aside.data() or "")) + 4
        upper = QRect(left, rect.top() + 11, right - left, 20)
        lower = QRect(left, rect.top() + 33, right - left, 18)
        _text(painter, upper.adjusted(right - left - wide, 0, 0, 0), aside, "small", "muted")
        _text(painter, upper.adjusted(0, 0, -wide - 12 if wide else 0, 0), index, "body", "strong")
        _text(painter, lower, model.index(index.row(), BELOW), "small", "muted")

    @staticmethod
    def _mark(painter: QPainter, rect: QRect, state: QStyle.StateFlag, index: AnyIndex) -> None:
        circle = QRect(rect.left() + EDGE, rect.top() + (HEIGHT - MARK) // 2, MARK, MARK)
        mark = index.data(ICON)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        role = mark[1] if mark else "accent"
        soft = f"{role}-soft" if role in _SOFT else "raised"
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.setBrush(theme.colour("surface" if chosen else soft))
        painter.drawEllipse(circle)
        if mark:
            inset = (MARK - 18) // 2
            theme.draw_icon(
                painter, mark[0], role, circle.left() + inset, circle.top() + inset, 18
            )
        else:
            painter.setPen(theme.colour("accent"))
            painter.setFont(theme.font("small", strong=True))
            painter.drawText(
                circle, Qt.AlignmentFlag.AlignCenter, formats.initials(str(index.data()))
            )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, HEIGHT)


_SOFT: Final = frozenset({"accent", "ok", "warn", "bad", "wrap"})


def _ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    selected = bool(state & QStyle.StateFlag.State_Selected)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.colour("accent-soft" if selected else "hover"))
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawLine(rect.left() + EDGE + MARK + 12, rect.bottom(), rect.right(), rect.bottom())
    if selected:
        painter.fillRect(rect.left(), rect.top(), 3, rect.height(), theme.colour("accent"))


def _text(painter: QPainter, room: QRect, index: AnyIndex, size: str, style: str) -> None:
    style = index.data(STYLE) or style
    painter.setFont(theme.font(size, strong=style == "strong"))
    painter.setPen(theme.colour(_ROLES.get(style, style)))
    text = painter.fontMetrics().elidedText(
        str(index.data() or ""), Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class RowList(QListView):
    """One row is chosen at a time, by mouse or by keys.

    Signals:
        chosen: the index that became current (invalid: none).
        entered_row: Return or a double click on a row.
        deleted_row: Delete on a row.
        left_up: the Up key on the first row, for the field above.
    """

    chosen = Signal(QModelIndex)
    entered_row = Signal(QModelIndex)
    deleted_row = Signal(QModelIndex)
    left_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(RowDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.entered_row.emit(self.currentIndex())
        elif key == Qt.Key.Key_Delete and row >= 0:
            self.deleted_row.emit(self.currentIndex())
        elif key == Qt.Key.Key_Up and row <= 0:
            self.left_up.emit()
        else:
            super().keyPressEvent(event)
