"""Looks for a customer, below the button that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from agent_desktop import formats
from agent_desktop.models.customers import CustomersModel
from agent_desktop.models.table import ROW, Column
from agent_desktop.viewmodels.customers import CustomersViewModel
from agent_desktop.views import sentences
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.rows import RowList
from agent_desktop.views.widgets import SearchField, Text, column

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import CustomerCard


class FindCustomer(Retranslated, QFrame):
    """Signals: `chosen(CustomerCard)`."""

    chosen = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("level", "raised")
        self.setFixedSize(380, 320)
        self._found = CustomersViewModel(desktop.link, desktop.store, parent=self)
        self._but = ""
        self.search = SearchField()
        self.list = RowList()
        self.model = CustomersModel(self._found, self._columns(), self)
        self.list.setModel(self.model)
        self._hint = Text("", "muted", wrap=True)
        self.setLayout(
            column(self.search, self._hint, self.list, spacing=8, margins=(12, 12, 12, 12))
        )
        self.search.searched.connect(self._found.type)
        self.list.entered_row.connect(lambda index: self._choose(index.data(ROW)))
        self.list.clicked.connect(lambda index: self._choose(index.data(ROW)))
        self.search.left_by.connect(self._left)
        self._found.changed.connect(self._render)
        self.retranslate()

    # -- words, which whoever looks for something special says otherwise

    def prompt(self) -> str:
        return self.tr("Name, number, address or reference")

    def purpose(self) -> str:
        """For a screen reader: what the customer is looked for."""
        return self.tr("Look for a customer")

    def hint(self) -> str:
        return ""

    def _columns(self) -> list[Column[CustomerCard]]:
        return [
            Column(self.tr("Customer"), lambda c: c.name),
            Column(self.tr("Details"), _about, style=lambda _c: "muted"),
        ]

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.prompt())
        self.search.setAccessibleName(self.purpose())
        self.list.setAccessibleName(self.tr("Customers found"))
        self.model.set_columns(self._columns())
        self._render()

    def open_below(self, button: QWidget, but: str = "") -> None:
        """`but`: one that cannot be chosen."""
        self._but = but
        self.search.clear()
        self._found.type("")
        place = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        self.move(place)
        self.show()
        self.search.setFocus()

    def _left(self, by: str) -> None:
        if by == "escape":
            self.hide()
        elif self.model.rowCount():
            self.list.choose(max(self.list.currentIndex().row(), 0))
            self.list.setFocus()

    def _render(self) -> None:
        found = self._found
        nobody = found.found_for == found.text and bool(found.text) and not found.results
        self._hint.setText(self.tr("Nobody found") if nobody else self.hint())
        self._hint.setVisible(bool(self._hint.text()))

    def _choose(self, card: CustomerCard | None) -> None:
        if card is not None and card.customer_id != self._but:
            self.hide()
            self.chosen.emit(card)


def _about(card: CustomerCard) -> str:
    numbers = [formats.phone(one.value) for one in card.identities[:2]]
    return " · ".join(part for part in (sentences.about(card), *numbers) if part)
