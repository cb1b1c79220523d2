"""Own contacts above, what waits below; the open one carries the accent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agent_desktop.models.contacts import ROW, ContactsModel, Heading
from agent_desktop.views.contact_filter import ContactFilter
from agent_desktop.views.contact_rows import ContactDelegate, heading_words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import EmptyState, Panel
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.vocabulary import InteractionId

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ContactsView(QListView):
    """Signals: `chosen` (InteractionId, by a person), `entered` (Return or a double click on
    it), `left` (+1 below the last row, -1 above the first)."""

    chosen = Signal(object)
    entered_row = Signal(object)
    left = Signal(int)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("level", "raised")
        self.delegate = ContactDelegate(desktop, self)
        self.contacts = ContactsModel(self._words, self)
        self.setModel(self.contacts)
        self.setItemDelegate(self.delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._following = False
        self.selectionModel().currentChanged.connect(self._current)
        self.doubleClicked.connect(lambda _index: self._enter())

    def follow(self, interaction_id: InteractionId | None) -> None:
        """Shows which contact is open, without telling that somebody chose it."""
        number = self.contacts.row_of(interaction_id)
        self._following = True
        if number >= 0:
            self.setCurrentIndex(self.contacts.index(number))
        elif self.currentIndex().isValid() or self.selectionModel().hasSelection():
            self.selectionModel().clear()
        self._following = False

    def filling(self) -> _Filling:
        """What changes of the rows inside is no choice of anybody."""
        return _Filling(self)

    def first(self) -> None:
        self._choose(range(self.contacts.rowCount()))

    def last(self) -> None:
        self._choose(reversed(range(self.contacts.rowCount())))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes without choosing: Qt would make the first row the current one."""
        none = not self.currentIndex().isValid()
        with self.filling():
            super().focusInEvent(event)
            if none:
                self.selectionModel().clearCurrentIndex()

    def keyboardSearch(self, search: str) -> None:
        """Letters choose nothing: they may be meant for a field that has just gone."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex().row()
        if event.key() in _ENTER and not event.modifiers() and before >= 0:
            self._enter()
            return
        super().keyPressEvent(event)
        if self.currentIndex().row() == before and event.key() == Qt.Key.Key_Down:
            self.left.emit(1)
        elif self.currentIndex().row() == before and event.key() == Qt.Key.Key_Up:
            self.left.emit(-1)

    def _enter(self) -> None:
        row = self.currentIndex().data(ROW)
        if row is not None and not isinstance(row, Heading):
            self.entered_row.emit(row.interaction_id)

    def _choose(self, numbers: Any) -> None:
        for number in numbers:
            index = self.contacts.index(number)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.setFocus()
                self.setCurrentIndex(index)
                return

    def _current(self, index: QModelIndex, _old: QModelIndex) -> None:
        row = index.data(ROW) if index.isValid() else None
        if not self._following and row is not None and not isinstance(row, Heading):
            self.chosen.emit(row.interaction_id)

    def _words(self, row: Any) -> str:
        if isinstance(row, Heading):
            return f"{heading_words(row)} {row.count}"
        return self.delegate.spoken(row)


class _Filling:
    def __init__(self, view: ContactsView) -> None:
        self._view = view

    def __enter__(self) -> None:
        self._view._following = True

    def __exit__(self, *_error: object) -> None:
        self._view._following = False


class OwnView(ContactsView):
    """As tall as its rows, up to a share of the pane."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        rows = range(self.contacts.rowCount())
        return QSize(200, sum(self.sizeHintForRow(number) for number in rows) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, min(self.sizeHint().height(), 160))


class ContactList(Retranslated, Panel):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._desktop, self._work = desktop, desktop.work
        self.list = OwnView(desktop)
        self.filter = ContactFilter(desktop.work)
        self.waiting = ContactsView(desktop)
        self.waiting.setUniformItemSizes(True)  # no row of thousands is measured
        self._empty = EmptyState("inbox")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part, stretch in ((self.list, 0), (self.filter, 0), (self.waiting, 1)):
            layout.addWidget(part, stretch)
        layout.addWidget(self._empty, 1)
        self.setMinimumWidth(208)
        for view in (self.list, self.waiting):
            view.chosen.connect(self._work.select)
            view.entered_row.connect(self._entered)
            desktop.ticked.connect(view.viewport().update)
        self.list.left.connect(lambda by: self.waiting.first() if by > 0 else None)
        self.waiting.left.connect(lambda by: self.list.last() if by < 0 else None)
        self._work.changed.connect(self.refresh)
        self._work.filter_changed.connect(self.refresh)
        self._work.selected_changed.connect(self._follow)
        desktop.shell.changed.connect(self._say_empty)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("Contacts"))
        self.waiting.setAccessibleName(self.tr("Waiting contacts"))
        self._say_empty()
        for view in (self.list, self.waiting):
            view.viewport().update()

    def refresh(self) -> None:
        own, parked, waiting = self._work.own, self._work.parked, self._work.waiting
        with self.list.filling(), self.waiting.filling():
            self.list.contacts.set_own(own, parked)
            self.waiting.contacts.set_rows(waiting)
        self._show_rows(own=bool(own or parked), waiting=bool(self._work.all_waiting))
        self.list.updateGeometry()
        self._follow()

    def take_focus(self) -> None:
        """The list's, or this pane's own while there is nothing in it: no button is lit."""
        view = next((v for v in (self.list, self.waiting) if not v.isHidden()), None)
        (view or self).setFocus()

    def _show_rows(self, *, own: bool, waiting: bool) -> None:
        # a widget that is hidden would pass the keyboard on to the next button; asked of the
        # window, which may stand behind another and get the keyboard later
        holder: QWidget | None = self.window().focusWidget()
        here = holder in (self.list, self.waiting, self)
        goes = (holder is self.list and not own) or (holder is self.waiting and not waiting)
        if goes:
            self.setFocus()
        self.list.setVisible(own)
        self.filter.setVisible(own or waiting)
        self.waiting.setVisible(own or waiting)
        self._empty.setVisible(not own and not waiting)
        if here and (goes or holder is self):
            self.take_focus()  # the arrow keys are the list's again

    def _say_empty(self) -> None:
        agent = self._desktop.shell.agent
        ready = agent is not None and agent.mode == "ready"
        hint = (
            self.tr("The next contact opens its file here by itself.")
            if ready
            else self.tr("Put yourself on Ready to receive contacts.")
        )
        self._empty.set_words(self.tr("No contacts now"), hint)

    def _follow(self) -> None:
        for view in (self.list, self.waiting):
            view.follow(self._work.selected)

    def _entered(self, interaction_id: InteractionId) -> None:
        """Return takes what may be taken; on one's own contact it leads to where one works."""
        view = self._desktop.store.state.interactions.get(interaction_id)
        if view is None:
            return
        if self._work.mine(view) and view.state is not InteractionState.PARKED:
            self._desktop.work_actions.asked_to_work.emit()
        else:
            self._desktop.work_actions.take(interaction_id)
