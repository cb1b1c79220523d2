"""The Customers page: who is found while typing, and the file beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.customers import CustomersModel
from agent_desktop.models.table import ROW, Column
from agent_desktop.views import words
from agent_desktop.views.customer_editor import CustomerEditor
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.numbers import DialButton
from agent_desktop.views.rows import RowList
from agent_desktop.views.widgets import (
    Button,
    EmptyState,
    Notice,
    Panel,
    SearchField,
    Text,
    column,
    row,
)
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from agent_desktop.viewmodels.customers import CustomersViewModel
    from agent_desktop.views.customer_panel import CustomerPanel
    from cti_bridge.protocol.values import CustomerCard


class CustomersPage(Retranslated, QWidget):
    """`panel` shows `customers.file`.

    Signals: `call_requested(number as typed)`.
    """

    call_requested = Signal(str)

    def __init__(
        self, customers: CustomersViewModel, panel: CustomerPanel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._customers = customers
        self.setProperty("level", "bg")
        self._title = Text("", "title")
        self.new = Button("", "primary", icon="customer-add")
        self.dial = DialButton()
        self.search = SearchField()
        self.saved = Button("", "secondary", icon="pin")
        self._kept = QMenu(self.saved)
        self._kept.aboutToShow.connect(self._list_kept)
        self.saved.setMenu(self._kept)
        self._trouble = Notice("bad")
        self._trouble.hide()
        self.list = RowList()
        self.model = CustomersModel(customers, self._columns(), self)
        self.model.set_spoken(self._spoken)
        self.list.setModel(self.model)
        self._nothing = EmptyState("search")
        self._stack = QStackedWidget()
        self.more = Button("", "quiet")
        self._count = Text("", "small")
        self.panel, self.editor = panel, CustomerEditor(customers.editor)
        self._welcome = EmptyState("customers")
        self._side = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        for part in (self._nothing, self.list):
            self._stack.addWidget(part)
        for shown in (self._welcome, self.panel, self.editor):
            self._side.addWidget(shown)
        left = Panel()
        typed = row(self.search, self.saved)
        typed.setStretch(0, 1)
        head = column(
            row(self._title, None, self.dial, self.new),
            typed,
            self._trouble,
            spacing=12,
            margins=(16, 16, 16, 12),
        )
        foot = row(self._count, None, self.more, margins=(16, 4, 8, 4))
        whole = column(head, self._stack, foot, spacing=0)
        whole.setStretch(1, 1)
        left.setLayout(whole)
        left.setMinimumWidth(320)
        right = Panel(edge="left")
        right.setLayout(column(self._side, spacing=0, margins=(1, 0, 0, 0)))
        right.setMinimumWidth(420)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("customers")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([420, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        for first, second in (
            (self.search, self.list),
            (self.list, self.more),
            (self.more, self.new),
        ):
            self.setTabOrder(first, second)

    def _connect(self) -> None:
        customers = self._customers
        self.search.textChanged.connect(customers.type)
        self.search.returnPressed.connect(self._enter)
        self.search.left_by.connect(self._leave_search)
        self.list.chosen.connect(self._choose)
        self.list.entered_row.connect(lambda _: self.panel.setFocus())
        self.list.left_up.connect(self.focus_search)
        self.more.clicked.connect(customers.show_more)
        self.new.clicked.connect(customers.create)
        self._nothing.acted.connect(customers.create)
        self._trouble.acted.connect(customers.search)
        self.dial.call_requested.connect(self.call_requested)
        self.panel.call_requested.connect(self.call_requested)
        self.panel.customer_asked.connect(customers.open)
        customers.changed.connect(self._render)
        customers.opened.connect(self._show_chosen)
        customers.editor.reset.connect(self._edit)
        customers.editor.closed.connect(self._render)
        QShortcut(
            QKeySequence.StandardKey.New,
            self,
            customers.create,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    # -- page -----------------------------------------------------------------------------------

    def entered(self) -> None:
        self._customers.searches.ensure_loaded()
        if not self._customers.editor.active:
            self.focus_search()

    def _list_kept(self) -> None:
        """Searches that were kept; the one that is typed can be kept, or forgotten."""
        self._kept.clear()
        searches, text = self._customers.searches, self._customers.text
        for one in searches.searches:
            action = self._kept.addAction(one.name)
            action.triggered.connect(lambda _=False, t=one.text: self._search_for(t))
        if not searches.searches and not text:
            nothing = self._kept.addAction(self.tr("No search was kept yet"))
            nothing.setEnabled(False)
        if text:
            self._kept.addSeparator()
            known = searches.kept(text)
            cut = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 200)
            word = self.tr("Forget “{text}”") if known else self.tr("Keep “{text}”")
            if not known and searches.full:
                word = self.tr("As many searches as may be kept: forget one first")
            action = self._kept.addAction(word.format(text=cut))
            action.setEnabled(known is not None or not searches.full)
            action.triggered.connect(
                lambda: searches.drop(known) if known else searches.keep(text)
            )

    def _search_for(self, text: str) -> None:
        self.search.setText(text)
        self._customers.search()
        self.focus_search()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _leave_search(self, how: str) -> None:
        if how == "down" and self.model.rowCount():
            self.list.setFocus()
            if self.list.currentIndex().row() < 0:
                self.list.choose(0)

    def _enter(self) -> None:
        """Return in the search field opens the first that was found."""
        if self._customers.found_for == self._customers.text and self.model.rowCount():
            self.list.choose(0)
        else:
            self._customers.search()

    # -- the list -------------------------------------------------------------------------------

    def _columns(self) -> list[Column[CustomerCard]]:
        return [
            Column(self.tr("Customer"), lambda c: c.name),
            Column(self.tr("Details"), self._below),
            Column(self.tr("Last contact"), self._last),
        ]

    def _last(self, card: CustomerCard) -> str:
        if not card.last_contacts:
            return ""
        return formats.day(card.last_contacts[0].started_at, self._customers.now())

    def _below(self, card: CustomerCard) -> str:
        phone = next((i.value for i in card.identities if i.kind is IdentityKind.PHONE), "")
        other = next((i.value for i in card.identities), "")
        similar = self.tr("Similar spelling") if self._customers.is_alike(card) else ""
        parts = (similar, card.organisation, formats.phone(phone) or other, *card.tags[:2])
        return " · ".join(part for part in parts if part)

    def _spoken(self, card: CustomerCard) -> str:
        return ", ".join(part for part in (card.name, self._below(card)) if part)

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        wanted = index.data(ROW).customer_id
        self._customers.open(wanted)
        if self._customers.selected != wanted:  # something is being typed in the form
            self.editor.hold_back()
            QTimer.singleShot(0, self, lambda: self._show_chosen(self._customers.selected))

    def _show_chosen(self, customer_id: object) -> None:
        place = self.model.find(customer_id) if customer_id is not None else -1
        if self.list.currentIndex().row() != place:
            self.list.choose(place)

    # -- words ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(self.tr("Customers"))
        self.new.setText(self.tr("New"))
        self.new.setToolTip(self.tr("New customer (Ctrl+N)"))
        self.search.setPlaceholderText(self.tr("Name, number, e-mail, reference…"))
        self.search.setAccessibleName(self.tr("Search customers"))
        self.saved.setAccessibleName(self.tr("Kept searches"))
        self.saved.setToolTip(self.tr("Kept searches"))
        self.list.setAccessibleName(self.tr("Customers found"))
        self.more.setText(self.tr("Show more"))
        self._welcome.set_words(
            self.tr("No file open"),
            self.tr("Choose a customer on the left, or start a new file with Ctrl+N."),
        )
        self.model.set_columns(self._columns())
        self._render()

    def _render(self) -> None:
        customers = self._customers
        if self.search.text() and not customers.text:
            self.search.clear()
        self._trouble.say(
            words.refusal(customers.error) if customers.error else "",
            action=self.tr("Try again"),
        )
        self.new.setVisible(customers.can_edit)
        self.dial.setVisible(customers.can_originate)
        self._stack.setCurrentWidget(self.list if customers.results else self._nothing)
        self._say_nothing()
        found = self.tr("%n found", "", len(customers.results)) if customers.results else ""
        cut = self.tr("The {count} most recent").format(
            count=formats.number(len(customers.results))
        )
        self._count.setText(cut if customers.more else found)
        self.more.setVisible(customers.can_show_more)
        self._render_side()

    def _say_nothing(self) -> None:
        customers = self._customers
        if not customers.text:
            self._nothing.set_words(
                self.tr("Search as you type"),
                self.tr("Part of a name, a number in any spelling, an address, a reference."),
            )
        elif customers.busy or customers.found_for != customers.text:
            self._nothing.set_words(self.tr("Searching…"))
        else:
            self._nothing.set_words(
                self.tr("Nobody found"),
                self.tr("Try fewer letters, or start a file with what you typed."),
                self.tr("New customer") if customers.can_edit else "",
            )

    # -- the file -------------------------------------------------------------------------------

    def _render_side(self) -> None:
        customers = self._customers
        if customers.editor.active:
            self._side.setCurrentWidget(self.editor)
        elif customers.selected is not None:
            self._side.setCurrentWidget(self.panel)
        else:
            self._side.setCurrentWidget(self._welcome)

    def _edit(self) -> None:
        """The form takes the focus when it opens; adding a row to it does not move the focus."""
        if self._customers.editor.active and self._side.currentWidget() is not self.editor:
            self._side.setCurrentWidget(self.editor)
            self.editor.begin()
