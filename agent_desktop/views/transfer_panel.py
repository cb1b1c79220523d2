"""Where a call can go: agents, queues, a number; straight, or with a word first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from agent_desktop.viewmodels.call import MAX_NOTE
from agent_desktop.views import theme, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Panel, SearchField, Text, column, row
from cti_bridge.protocol.vocabulary import Verb

if TYPE_CHECKING:
    from agent_desktop.viewmodels.call import CallViewModel, Target

_ICONS = {"agent": "agent", "queue": "queue", "number": "call"}


class TransferPanel(Retranslated, Panel):
    """Return transfers to the row chosen, Shift+Return asks first, Escape closes.

    Signals: `closed` when it is done or given up.
    """

    closed = Signal()

    def __init__(self, call: CallViewModel, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._call = call
        self._targets: tuple[Target, ...] = ()
        self.search = SearchField()
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.installEventFilter(self)
        self.search.left_by.connect(self._left)
        self.list = QListWidget()
        self.list.setProperty("level", "raised")
        self.list.setFixedHeight(148)
        self.list.itemActivated.connect(lambda _item: self._transfer())
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        self._none = Text("", "muted")
        self.note = QLineEdit()
        self.note.setMaxLength(MAX_NOTE)
        self.note.installEventFilter(self)
        self.go = Button("", "primary", icon="transfer")
        self.ask = Button("")
        self.leave = Button("", "quiet")
        self.go.clicked.connect(self._transfer)
        self.ask.clicked.connect(self._consult)
        self.leave.clicked.connect(self.closed)
        self.setLayout(
            column(
                self.search,
                self.list,
                self._none,
                self.note,
                row(self.go, self.ask, None, self.leave),
                margins=(12, 12, 12, 12),
            )
        )
        self.setFocusProxy(self.search)
        call.changed.connect(self._enable)
        self.retranslate()

    def retranslate(self) -> None:
        self._say_whom()
        self.search.setAccessibleName(self.tr("Transfer to"))
        self.list.setAccessibleName(self.tr("Where the contact can go"))
        self.note.setPlaceholderText(
            self.tr("Note for the next agent (the customer never sees it)")
        )
        self.note.setAccessibleName(self.tr("Note for the next agent"))
        self.go.setText(self.tr("Transfer"))
        self.ask.setText(self.tr("Consult first"))
        self.leave.setText(self.tr("Cancel"))
        self._fill()

    def _say_whom(self) -> None:
        if self._asks_only:
            self.search.setPlaceholderText(self.tr("Number to call"))
            self._none.setText(self.tr("Type a number that can be called."))
        elif self._call.takes_numbers:
            self.search.setPlaceholderText(self.tr("Agent, queue or number"))
            self._none.setText(self.tr("Nobody of that name. A number can be typed too."))
        else:
            self.search.setPlaceholderText(self.tr("Agent or queue"))
            self._none.setText(self.tr("Nobody of that name."))

    @property
    def _asks_only(self) -> bool:
        """In a conference: one more is called, and none of the others is given away."""
        asks = self._call.offered(Verb.CONSULT)
        return asks and not self._call.offered(Verb.BLIND_TRANSFER)

    def begin(self) -> None:
        self.search.clear()
        self.note.clear()
        self._say_whom()
        self._fill()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return in the field: the field itself would not tell it from Shift+Return. Escape
        leaves at once, whatever is typed."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
            return self._enter(event)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif not self._enter(event):
            super().keyPressEvent(event)

    def _enter(self, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if self._asks_only or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._consult()
        else:
            self._transfer()
        return True

    def _fill(self) -> None:
        found = self._call.targets(self.search.text())
        self._targets = tuple(t for t in found if t.kind == "number" or not self._asks_only)
        self.list.clear()
        for target in self._targets:
            text = target.name
            if target.activity is not None:
                text += f"  ·  {words.activity(target.activity)}"
            elif target.kind == "queue":
                text += "  ·  " + self.tr("queue")
            item = QListWidgetItem(theme.icon(_ICONS[target.kind], "text-2", 18), text)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._targets else -1)
        self.list.setVisible(bool(self._targets))
        self._none.setVisible(not self._targets)
        self._enable()

    def _target(self) -> str:
        at = self.list.currentRow()
        return self._targets[at].to if 0 <= at < len(self._targets) else ""

    def _enable(self) -> None:
        chosen = bool(self._target())
        self.go.setVisible(self._call.offered(Verb.BLIND_TRANSFER))
        self.note.setVisible(self._call.offered(Verb.BLIND_TRANSFER))
        self.ask.setVisible(self._call.offered(Verb.CONSULT))
        self.go.setEnabled(chosen and self._call.enabled(Verb.BLIND_TRANSFER))
        self.ask.setEnabled(chosen and self._call.enabled(Verb.CONSULT))

    def _left(self, how: str) -> None:
        if how == "escape":
            self.closed.emit()
        else:
            self.list.setFocus()

    def _transfer(self) -> None:
        if self.go.isEnabled() and not self.go.isHidden():
            self._call.transfer(self._target(), self.note.text())
            self.closed.emit()

    def _consult(self) -> None:
        if self.ask.isEnabled() and not self.ask.isHidden():
            self._call.consult(self._target())
            self.closed.emit()
