"""A telephone number that can be called where it stands, and the pad to dial another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QGridLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import theme
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Text

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent

KEYS: Final = "123456789*0#"
MAX_DIAL: Final = 40
_DIALLED: Final = frozenset("0123456789*#+ ()-./")


class NumberButton(Retranslated, Button):
    """Shows a number readably; pressed, it asks for a call. `call_requested(number)`."""

    call_requested = Signal(str)

    def __init__(self, number: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", "link", icon="call", parent=parent)
        self.number, self._callable = "", True
        self.clicked.connect(lambda: self.call_requested.emit(self.number))
        self.set_number(number)

    def set_number(self, number: str, *, can_call: bool = True) -> None:
        """`can_call` False shows it as text, for a switch that cannot place calls."""
        self.number, self._callable = number, can_call
        self.setText(formats.phone(number))
        self.setVisible(bool(number))
        self.setEnabled(can_call)
        self.retranslate()

    def retranslate(self) -> None:
        words = self.tr("Call {number}").format(number=self.text())
        self.setAccessibleName(words)
        self.setToolTip(words if self._callable else "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction(self.tr("Copy number"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


class DialPad(Retranslated, QWidget):
    """A field and twelve keys. `call_requested(number as typed)`."""

    call_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_DIAL)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._call)
        self._wrong = Text("", "small", tone="bad", wrap=True)
        self.call = Button("", "answer", icon="call")
        self.call.clicked.connect(self._call)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, key in enumerate(KEYS):
            button = Button(key)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumWidth(64)
            button.clicked.connect(lambda _=False, key=key: self._press(key))
            grid.addWidget(button, place // 3, place % 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.field)
        layout.addWidget(self._wrong)
        layout.addLayout(grid)
        layout.addWidget(self.call)
        self.setFocusProxy(self.field)
        self.retranslate()
        self._typed()

    def retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Number or extension"))
        self.field.setAccessibleName(self.tr("Number or extension"))
        self.call.setText(self.tr("Call"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.setPen(theme.colour("line-strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text() in KEYS:
            self._press(event.text())
        else:
            super().keyPressEvent(event)

    def _press(self, key: str) -> None:
        self.field.insert(key)
        self.field.setFocus()

    def _typed(self) -> None:
        text = self.field.text().strip()
        wrong = bool(set(text) - _DIALLED)
        self._wrong.setText(self.tr("Only digits, *, # and + can be dialled.") if wrong else "")
        self._wrong.setVisible(wrong)
        self.call.setEnabled(bool(text) and not wrong)

    def _call(self) -> None:
        if self.call.isEnabled():
            number = self.field.text().strip()
            self.field.clear()
            self.call_requested.emit(number)


class DialButton(Retranslated, Button):
    """Opens the dial pad below itself. `call_requested(number as typed)`."""

    call_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "secondary", icon="keypad", parent=parent)
        self.pad = DialPad(self)
        self.pad.setWindowFlag(Qt.WindowType.Popup)
        self.pad.call_requested.connect(self._call)
        self.clicked.connect(self.open)
        self.retranslate()

    def retranslate(self) -> None:
        self.setText(self.tr("Dial"))
        self.setToolTip(self.tr("Call a number"))

    def open(self) -> None:
        self.pad.adjustSize()
        corner = self.mapToGlobal(self.rect().bottomRight())
        self.pad.move(corner.x() - self.pad.width(), corner.y() + 4)
        self.pad.show()
        self.pad.field.setFocus()

    def _call(self, number: str) -> None:
        self.pad.hide()
        self.call_requested.emit(number)
