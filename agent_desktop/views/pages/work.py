"""The Work page: contacts | the conversation | the customer's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views.contact_list import ContactList
from agent_desktop.views.conversation import Conversation
from agent_desktop.views.customer_panel import CustomerPanel
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Panel
from cti_bridge.protocol.vocabulary import MatchKind

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import CustomerFile

SHAPE = "work"


class WorkPage(Retranslated, QWidget):
    """Signals: `call_requested(number)`, `customer_requested(CustomerId)`."""

    call_requested = Signal(str)
    customer_requested = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.contacts = ContactList(desktop)
        self.conversation = Conversation(desktop)
        self.file = CustomerPanel(desktop, desktop.file)
        self.file.call_requested.connect(self.call_requested)
        self.file.customer_asked.connect(self.customer_requested)
        self._side = QStackedWidget()
        self._side.addWidget(self.file)
        self._editor: QWidget | None = None
        side = Panel()
        holder = QVBoxLayout(side)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addWidget(self._side)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for part, stretch in ((self.contacts, 0), (self.conversation, 1), (side, 0)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self._restored = self.splitter.restoreState(desktop.preferences.shape(SHAPE))
        self._keep = QTimer(self, singleShot=True, interval=400)
        self._keep.timeout.connect(self._keep_shape)
        self.splitter.splitterMoved.connect(lambda *_: self._keep.start())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        desktop.file.edit_asked.connect(self._edit)
        desktop.file_editor.closed.connect(self._leave_editor)
        desktop.file_editor.saved.connect(self._saved)
        desktop.work.selected_changed.connect(self._another)
        desktop.match.changed.connect(self._say_empty)
        self.retranslate()

    def retranslate(self) -> None:
        self._say_empty()

    def entered(self) -> None:
        """The keyboard begins at the list, unless it is already somewhere on this page."""
        focus: QWidget | None = self.window().focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.contacts.take_focus()

    def rest(self) -> None:
        """The keyboard where it presses nothing."""
        self.contacts.take_focus()

    def showEvent(self, event: object) -> None:
        if not self._restored:
            self._restored = True
            width = self.width()
            narrow = width < 1100
            sides = (216, 316) if narrow else (300, 420 if width < 1700 else 480)
            self.splitter.setSizes([sides[0], width - sum(sides), sides[1]])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits that no field took choose the result."""
        digit = event.key() - Qt.Key.Key_1
        if 0 <= digit < 9 and self._desktop.wrap_up.wrapping_up and not event.modifiers():
            self.conversation.wrap_up.chips.press(digit)
        else:
            super().keyPressEvent(event)

    def _say_empty(self) -> None:
        match self._desktop.match.asks:
            case MatchKind.SEVERAL:
                words = (self.tr("Who is it?"), self.tr("Press a name to look at the file."))
            case MatchKind.NONE:
                words = (
                    self.tr("Not on file yet"),
                    self.tr("Save who it is, or attach the contact to a customer."),
                )
            case MatchKind.WITHHELD:
                words = (
                    self.tr("Number withheld"),
                    self.tr("Ask for the name, then find the customer with Ctrl+K."),
                )
            case _:
                words = (
                    self.tr("No customer open"),
                    self.tr("The customer's file opens here with each contact."),
                )
        self.file.set_empty("customer", *words)

    def _edit(self, file: CustomerFile) -> None:
        from agent_desktop.views.customer_editor import CustomerEditor

        if self._editor is None:
            self._editor = CustomerEditor(self._desktop.file_editor)
            self._side.addWidget(self._editor)
        self._desktop.file_editor.edit(file)
        self._side.setCurrentWidget(self._editor)

    def _leave_editor(self) -> None:
        self._side.setCurrentWidget(self.file)

    def _saved(self, _customer: object) -> None:
        self._desktop.file.reload()
        self._leave_editor()

    def _another(self) -> None:
        """What is being edited stays until it is saved or given up."""
        if not self._desktop.file_editor.dirty:
            self._leave_editor()

    def _keep_shape(self) -> None:
        self._desktop.preferences.set_shape(SHAPE, self.splitter.saveState())
