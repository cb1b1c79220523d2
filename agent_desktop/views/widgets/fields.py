"""What is typed into, and the keys that lead there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from agent_desktop.views import theme
from agent_desktop.views.widgets.text import Text

SEARCH_MS = 150  # a pause in typing that means "look now"
SEARCH_LENGTH = 200


class Kbd(QLabel):
    """The name of a key."""

    def __init__(self, keys: str = "", *, inherit: bool = False, parent: QWidget | None = None):
        super().__init__(keys, parent)
        self.setProperty("inherit", inherit)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(20)


class SearchField(QLineEdit):
    """Searches as typed.

    Signals:
        searched: the text, after a short pause or at Return.
        left_by: "down" or "escape", for a list below that takes the keys over.
    """

    searched = Signal(str)
    left_by = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(SEARCH_LENGTH)
        self.setClearButtonEnabled(True)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._pause.timeout.connect(self._search)
        self.textEdited.connect(lambda: self._pause.start())
        self.textChanged.connect(lambda text: None if text else self._search())
        self.returnPressed.connect(self._search)
        self._tint()
        theme.theme().changed.connect(self._tint)

    def setPlaceholderText(self, text: str) -> None:
        """Names the glass too: it is a button to a screen reader."""
        super().setPlaceholderText(text)
        self._glass.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left_by.emit("down")
        elif event.key() == Qt.Key.Key_Escape and not self.text():
            self.left_by.emit("escape")
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def _search(self) -> None:
        self._pause.stop()
        self.searched.emit(self.text().strip())

    def _tint(self) -> None:
        self._glass.setIcon(theme.icon("search", "text-3", 16))


class Field(QWidget):
    """A labelled field with room for a word on what is wrong."""

    def __init__(self, editor: QWidget, label: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._label = Text(label, "overline")
        self._label.setBuddy(editor)
        self._error = Text("", "small", tone="bad", wrap=True)
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._label, editor, self._error):
            layout.addWidget(widget)
        self.set_label(label)

    def set_label(self, label: str) -> None:
        self._label.setText(label)
        self.editor.setAccessibleName(label.replace("&", ""))

    def set_error(self, text: str) -> None:
        """ "" takes the error away."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
        if bool(self.editor.property("wrong")) != bool(text):
            self.editor.setProperty("wrong", bool(text))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)

    def error(self) -> str:
        return self._error.text()


class Keys(QObject):
    """Catches keys on their way to a widget: {Qt.Key: action}."""

    def __init__(self, target: QWidget, keys: dict[Qt.Key, object]) -> None:
        super().__init__(target)
        self._keys = keys
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            action = self._keys.get(Qt.Key(event.key()))
            if callable(action):
                action()
                return True
        return False
