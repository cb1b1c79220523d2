"""A customer's file: who it is, what was last, how to reach them, and everything behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from agent_desktop.viewmodels.field_history import FieldHistoryViewModel
from agent_desktop.viewmodels.timeline import TimelineViewModel
from agent_desktop.views import words
from agent_desktop.views.contact_in_place import ContactInPlace
from agent_desktop.views.customer_data import CustomerData
from agent_desktop.views.customer_head import CustomerHead
from agent_desktop.views.customer_notes import CustomerNotes
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.timeline import TimelineView
from agent_desktop.views.timeline_filter import TimelineFilter
from agent_desktop.views.widgets import EmptyState, scrolled

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.state import State
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from cti_bridge.protocol.vocabulary import InteractionId


class _Tabs(QTabWidget):
    def hasHeightForWidth(self) -> bool:
        """Its pages scroll. A height that follows from its width would count as the least that it
        can do with, and the head above give way in a small window."""
        return False


class CustomerPanel(Retranslated, QWidget):
    """Shows a `CustomerFileViewModel`; without a customer, what `set_empty` says.

    A contact of the timeline is read in its place. Signals: `call_requested(number)`,
    `customer_asked(CustomerId)` of somebody related.
    """

    call_requested = Signal(str)
    customer_asked = Signal(object)

    def __init__(
        self, desktop: Desktop, file: CustomerFileViewModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desktop, self._file = desktop, file
        self.setMinimumWidth(300)
        self._empty = EmptyState("customer")
        self.timeline = TimelineViewModel(desktop.link, desktop.store, file, parent=self)
        self._head = CustomerHead(desktop, file)
        self._head.call_requested.connect(self.call_requested)
        self._head.contact_asked.connect(self.read_contact)
        self._list = TimelineView(desktop, self.timeline)
        self._list.contact_asked.connect(self.timeline.open)
        self.filter = TimelineFilter(self.timeline)
        self.filter.search.left_by.connect(self._leave_filter)
        self.contact = ContactInPlace(desktop, self.timeline)
        self.contact.call_requested.connect(self.call_requested)
        self._none = EmptyState("history")
        self._none.acted.connect(self._clear_or_retry)
        self._history = QStackedWidget()
        self._contacts = QStackedWidget()
        self._lay_out_history()
        self._data = CustomerData(
            file, desktop.store, desktop.revealing, FieldHistoryViewModel(desktop.link, self)
        )
        self._data.call_requested.connect(self.call_requested)
        self._data.customer_asked.connect(self.customer_asked)
        self._notes = CustomerNotes(desktop, file)
        self.tabs = _Tabs()
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.setDocumentMode(True)
        self.tabs.setMinimumHeight(140)  # the head keeps its lines in a small window
        self.tabs.setStyleSheet("QTabWidget::tab-bar { left: 24px; }")
        for page in (self._history, scrolled(self._data), self._notes):
            self.tabs.addTab(page, "")
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self.tabs, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        file.changed.connect(self.render_file)
        desktop.store.changed.connect(self._follow)
        self.timeline.changed.connect(self._render_timeline)
        self.timeline.opened.connect(self._render_contact)
        self.retranslate()

    def _follow(self, old: State, new: State) -> None:
        """The site may have other fields, and the role other permissions."""
        if old.settings is not new.settings:
            self.render_file()

    def _lay_out_history(self) -> None:
        for part in (self._list, self._none):
            self._contacts.addWidget(part)
        listed = QWidget()
        layout = QVBoxLayout(listed)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filter)
        layout.addWidget(self._contacts, 1)
        self._history.addWidget(listed)
        self._history.addWidget(self.contact)

    def read_contact(self, interaction_id: InteractionId) -> None:
        """Of this customer, in its place."""
        self.tabs.setCurrentIndex(0)
        self.timeline.open(interaction_id)

    def show_notes(self) -> None:
        self.tabs.setCurrentWidget(self._notes)

    def set_empty(self, icon: str, title: str, hint: str) -> None:
        self._empty.set_icon(icon)
        self._empty.set_words(title, hint)

    def retranslate(self) -> None:
        for index, title in enumerate((self.tr("History"), self.tr("Data"), self.tr("Notes"))):
            self.tabs.setTabText(index, title)
        self.render_file()
        self._render_timeline()

    def _render_timeline(self) -> None:
        timeline = self.timeline
        self.filter.setVisible(bool(timeline.rows) or timeline.filtered)
        self._contacts.setCurrentIndex(0 if timeline.rows else 1)
        if timeline.error is not None:
            self._none.set_words(
                self.tr("It cannot be shown"), words.refusal(timeline.error), self.tr("Try again")
            )
        elif timeline.busy:
            self._none.set_words(self.tr("Loading…"))
        elif timeline.filtered:
            self._none.set_words(
                self.tr("No contact matches these filters"), "", self.tr("Clear filters")
            )
        else:
            self._none.set_words(self.tr("No contact before"))

    def _render_contact(self) -> None:
        reading = self.timeline.selected is not None
        self._history.setCurrentIndex(1 if reading else 0)
        holder: QWidget | None = self.focusWidget()
        if not reading and holder is not None and self.contact.isAncestorOf(holder):
            self._list.setFocus()

    def _leave_filter(self, how: str) -> None:
        if how == "down":
            self._list.setFocus()

    def _clear_or_retry(self) -> None:
        if self.timeline.error is not None:
            self.timeline.reload()
        else:
            self.timeline.clear_filter()

    def render_file(self) -> None:
        card = self._file.card
        self._stack.setCurrentIndex(0 if card is None else 1)
        if card is None:
            return
        self._head.render_card(card)
        self._data.render_card(card)
        self._notes.render_notes()
