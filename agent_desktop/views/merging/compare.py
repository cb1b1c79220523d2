"""Two files side by side, field by field; the arrow keys choose whose value stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from agent_desktop.views import theme
from agent_desktop.views.widgets import Elided, IconLabel, Panel, Text, column, row
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

TITLE: Final = 196
MARK: Final = 16
EDGE: Final = 24


class Side(QFrame):
    """One value; chosen it has a tick and stands strong. Signals: `chosen`."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tick = IconLabel("check", "accent", MARK)
        self._text = Elided("", lines=2)
        self._why = Elided("", "small")
        keep = self._tick.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._tick.setSizePolicy(keep)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        said = column(self._text, self._why, spacing=0)
        layout = row(self._tick, spacing=8, margins=(8, 6, 8, 6))
        layout.addLayout(said, 1)
        self.setLayout(layout)

    def show_value(self, text: str, *, on: bool, why: str = "", pick: bool = True) -> None:
        self._tick.setVisible(on)
        self._text.setText(text)
        set_style(self._text, type="strong" if on and pick else "body" if on else "muted")
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self.setCursor(Qt.CursorShape.PointingHandCursor if pick else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit()
        event.ignore()  # the table takes the keyboard


class Line(QWidget):
    """One field of both. Signals: `picked` with "survivor" or "absorbed"."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark, self._title = Text("", "strong"), Elided("", "muted")
        self._mark.setFixedWidth(MARK)
        self.left, self.right = Side(), Side()
        self.left.chosen.connect(lambda: self.picked.emit("survivor"))
        self.right.chosen.connect(lambda: self.picked.emit("absorbed"))
        self._here = False
        head = QWidget()
        head.setFixedWidth(TITLE)
        head.setLayout(row(self._mark, self._title, spacing=8, margins=(0, 6, 0, 6)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(EDGE, 0, EDGE, 0)
        layout.setSpacing(12)
        layout.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.left, 1)
        layout.addWidget(self.right, 1)

    def say(self, mark: str, title: str, *, differs: bool) -> None:
        self._mark.setText(mark)
        set_style(self._mark, tone="warn" if differs else "")
        self._title.setText(title)

    def set_here(self, here: bool) -> None:
        if here != self._here:
            self._here = here
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._here:
            painter.fillRect(self.rect(), theme.colour("accent-soft"))
            painter.fillRect(0, 0, 3, self.height(), theme.colour("accent"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(EDGE, self.height() - 1, self.width() - EDGE, self.height() - 1)


class Lines(Panel):
    """The lines of a pair, made once and filled anew for each.

    Signals: `picked(line, side)`; of the keys `stepped(by)` up and down, `sided(by)` left and
    right, `entered`.
    """

    picked = Signal(int, str)
    stepped = Signal(int)
    sided = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lines: list[Line] = []
        self._here = -1
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)

    def line(self, number: int) -> Line:
        while len(self.lines) <= number:
            made = Line()
            place = len(self.lines)
            made.picked.connect(lambda side, place=place: self.picked.emit(place, side))
            self._layout.insertWidget(place, made)
            self.lines.append(made)
        shown = self.lines[number]
        shown.show()
        return shown

    def end_at(self, count: int) -> None:
        for spare in self.lines[count:]:
            spare.hide()

    def set_here(self, number: int) -> None:
        self._here = number
        self._show_here()

    def _show_here(self) -> None:
        for place, line in enumerate(self.lines):
            line.set_here(place == self._here and self.hasFocus())

    def here(self) -> Line | None:
        return self.lines[self._here] if 0 <= self._here < len(self.lines) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Left:
                self.sided.emit(-1)
            case Qt.Key.Key_Right:
                self.sided.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.isAutoRepeat():
                self.entered.emit()
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_here()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_here()
