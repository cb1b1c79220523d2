"""Ctrl+K: one field, one list, no mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from agent_desktop import formats
from agent_desktop.views import sentences, theme
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import channel_icon
from agent_desktop.views.widgets import Card, Text
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from agent_desktop.viewmodels.command_bar import CommandBarViewModel, Entry
    from cti_bridge.protocol.values import TextHit

WIDTH: Final = 560
SHOWN: Final = 9
NAME: Final = 24


class CommandBar(Retranslated, QFrame):
    """Covers the window while it is open. Signals: `closed`."""

    closed = Signal()

    def __init__(self, model: CommandBarViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._entries: tuple[Entry, ...] = ()
        self._before: QWidget | None = None
        self._card = Card(parent=self)
        self.field = QLineEdit()
        self.field.setMaxLength(200)
        self.field.textChanged.connect(model.type)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self._run())
        self._nothing = Text("", "muted")
        for part in (self.field, self.list, self._nothing):
            self._card.body.addWidget(part)
        parent.installEventFilter(self)
        model.changed.connect(self.refresh)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Customer, number, words of a contact, action"))
        self.field.setAccessibleName(self.tr("Customer, number, words of a contact, action"))
        self.list.setAccessibleName(self.tr("What was found"))
        self.refresh()

    def open(self) -> None:
        self._before = self.window().focusWidget()
        self.field.clear()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_bar(self) -> None:
        if self.isHidden():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.closed.emit()

    def refresh(self) -> None:
        if self.isHidden() and self._entries:
            return
        self._entries = self._model.entries
        self.list.clear()
        for entry in self._entries:
            icon, title, detail = self._words(entry)
            text = f"{title}    {detail}" if detail else title
            self.list.addItem(QListWidgetItem(theme.icon(icon, "text-2", 18), text))
        self.list.setCurrentRow(0 if self._entries else -1)
        self.list.setVisible(bool(self._entries))
        self.list.setFixedHeight(min(len(self._entries), SHOWN) * self.list.sizeHintForRow(0) + 4)
        empty = not self._entries and bool(self._model.text)
        self._nothing.setVisible(empty)
        searching = self.tr("Searching…") if self._model.searching else self.tr("Nothing found.")
        self._nothing.setText(searching if empty else "")
        self._card.adjustSize()
        self._place()

    def _words(self, entry: Entry) -> tuple[str, str, str]:
        if entry.customer is not None:
            phones = sentences.identity_of(entry.customer, IdentityKind.PHONE)
            about = [entry.customer.organisation, formats.phone(phones[0]) if phones else ""]
            if entry.alike:
                about.insert(0, self.tr("Similar spelling"))
            return "customer", entry.customer.name, " · ".join(a for a in about if a)
        if entry.text is not None:
            return self._said(entry.text)
        if entry.number:
            return "call", self.tr("Call {number}").format(number=entry.number), ""
        if entry.action is not None:
            return entry.action.icon, entry.action.title, entry.action.hint
        return "question", "", ""

    def _said(self, hit: TextHit) -> tuple[str, str, str]:
        icon = "note"
        if hit.contact is not None:
            icon = channel_icon(hit.contact.channel, hit.contact.direction, hit.contact.state)[0]
        who = hit.customer_name or self.tr("Not on file")
        if len(who) > NAME:  # what was said is why it stands here
            who = f"{who[:NAME].rstrip()}…"
        return icon, f"{who} · {formats.day(hit.at)}", f"“{hit.snippet}”"

    def _run(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._entries):
            entry = self._entries[at]
            self.close_bar()
            self._model.run(entry)

    # -- keys, clicks, place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            return event.type() is QEvent.Type.KeyPress and self._key(event)
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if key in steps and self._entries:
            self.list.setCurrentRow((self.list.currentRow() + steps[key]) % len(self._entries))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif key is Qt.Key.Key_Escape:
            self.close_bar()
        else:
            return key in steps
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_bar()

    def paintEvent(self, event: QPaintEvent) -> None:
        veil = QColor(theme.colour("shadow"))
        veil.setAlphaF(0.32)
        QPainter(self).fillRect(self.rect(), veil)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        self.setGeometry(parent.rect())
        width = min(WIDTH, parent.width() - 48)
        self._card.setFixedWidth(width)
        self._card.adjustSize()
        self._card.move((self.width() - width) // 2, max(24, self.height() // 8))
