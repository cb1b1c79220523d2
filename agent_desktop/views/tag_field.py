"""Tags of a customer: a row of words, each to be taken away, and a field for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, FlowLayout

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

MAX_TAG: Final = 40


class TagEntry(QLineEdit):
    """`entered` at Return, comma or when it is left; `erased` at Backspace on nothing."""

    entered = Signal(str)
    erased = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MAX_TAG)
        self.setFixedWidth(150)
        self.editingFinished.connect(self._enter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Comma, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.erased.emit()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        if text := self.text().strip():
            self.clear()
            self.entered.emit(text)


class TagField(Retranslated, QWidget):
    """Signals: `added(tag)`, `removed(tag)`."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags: tuple[str, ...] = ()
        self.buttons: dict[str, Button] = {}
        self.entry = TagEntry()
        self.entry.entered.connect(self.added)
        self.entry.erased.connect(self._remove_last)
        self._flow = FlowLayout(self, spacing=8)
        self._flow.addWidget(self.entry)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusProxy(self.entry)
        self.retranslate()

    def retranslate(self) -> None:
        self.entry.setPlaceholderText(self.tr("Add a tag"))
        self.entry.setAccessibleName(self.tr("Add a tag"))
        for tag, button in self.buttons.items():
            self._name(tag, button)

    def show_tags(self, tags: tuple[str, ...]) -> None:
        if tags == self._tags:
            return
        self._tags = tags
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._flow.removeWidget(self.entry)
        self.buttons = {tag: self._button(tag) for tag in tags}
        for button in self.buttons.values():
            self._flow.addWidget(button)
            button.show()
        self._flow.addWidget(self.entry)
        self.updateGeometry()

    def _button(self, tag: str) -> Button:
        button = Button(tag.replace("&", "&&"), "secondary", icon="close", parent=self)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.clicked.connect(lambda: self.removed.emit(tag))
        self._name(tag, button)
        return button

    def _name(self, tag: str, button: Button) -> None:
        name = self.tr("Remove the tag {tag}").format(tag=tag)
        button.setAccessibleName(name)
        button.setToolTip(name)

    def _remove_last(self) -> None:
        if self._tags:
            self.removed.emit(self._tags[-1])
