"""In a customer's file: what became part of it, and what it may be merged with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.customers import CustomersModel
from agent_desktop.models.table import ROW, Column
from agent_desktop.viewmodels.customers import CustomersViewModel
from agent_desktop.views import sentences
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.merging import wording
from agent_desktop.views.rows import RowList
from agent_desktop.views.widgets import Button, Elided, SearchField, Text, column, row

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from cti_bridge.protocol.customer_values import MergeView
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId

SHOWN: Final = 1
"""The newest; the others when somebody asks for them."""


class MergedFrom(Retranslated, QWidget):
    """One line for each file that became part of this one, with the way back."""

    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__()
        self._desktop, self._file = desktop, file
        self._shown: tuple[MergeView, ...] | None = None
        self._whole: CustomerId | None = None  # whose are all shown
        self.undo: list[Button] = []
        self.more = Button("", "link", small=True)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        file.changed.connect(self.refresh)
        self.refresh()

    def retranslate(self) -> None:
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        merges = self._file.file.merges if self._file.file else ()
        if merges == self._shown:
            return
        self._shown = merges
        clear(self._lines)
        self.undo = []
        whole = self._whole is not None and self._whole == self._file.customer_id
        for merge in merges if whole else merges[:SHOWN]:
            self._lines.addWidget(self._line(merge))
        if not whole and len(merges) > SHOWN:
            self.more = Button(self.tr("%n more", "", len(merges) - SHOWN), "link", small=True)
            self.more.clicked.connect(self._show_all)
            self._lines.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(bool(merges))

    def _show_all(self) -> None:
        self._whole, self._shown = self._file.customer_id, None
        self.refresh()

    def _line(self, merge: MergeView) -> QWidget:
        line = QWidget()
        told = f"{merge.absorbed_name} {wording.merged_by(merge)}"
        undo = Button(self.tr("Undo…"), "link", small=True)
        undo.setAccessibleName(self.tr("Undo: {merge}").format(merge=told))
        undo.clicked.connect(lambda: self._desktop.unmerging.open(merge.merge_id))
        undo.setVisible(self._desktop.unmerging.may)
        self.undo.append(undo)
        says = Elided(told, "small")
        layout = row(undo, spacing=8)
        layout.insertWidget(0, says, 1)
        line.setLayout(layout)
        return line


class MergeButton(Retranslated, Button):
    """In the head of a file: makes it one with another, which is looked for."""

    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__("", "quiet", icon="merge")
        self._desktop, self._file = desktop, file
        self._with: MergeWith | None = None
        self.clicked.connect(self.look)
        file.changed.connect(self.refresh)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        self.setToolTip(self.tr("Merge with another file…"))
        self.setAccessibleName(self.tr("Merge with another file…"))

    def refresh(self) -> None:
        self.setVisible(self._desktop.duplicates.may)
        self.setEnabled(self._file.file is not None)

    def look(self) -> None:
        if self._file.customer_id is None:
            return
        if self._with is None:
            self._with = MergeWith(self._desktop, self)
            self._with.chosen.connect(self._chosen)
        self._with.open_below(self, self._file.customer_id)

    def _chosen(self, card: CustomerCard) -> None:
        if self._file.customer_id is not None:
            self._desktop.duplicates.compare(self._file.customer_id, card.customer_id)


class MergeWith(Retranslated, QFrame):
    """Looks for the other file, below the button that opens it.

    Signals: `chosen(CustomerCard)`.
    """

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

    def _columns(self) -> list[Column[CustomerCard]]:
        return [
            Column(self.tr("Customer"), lambda c: c.name),
            Column(self.tr("Details"), _about, style=lambda _c: "muted"),
        ]

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Name, number or address of the other file"))
        self.search.setAccessibleName(self.tr("Merge with"))
        self.list.setAccessibleName(self.tr("Customers found"))
        self.model.set_columns(self._columns())
        self._render()

    def open_below(self, button: QWidget, but: str) -> None:
        """`but`: the file that looks for another."""
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
        self._hint.setText(
            self.tr("Nobody found")
            if nobody
            else self.tr("You see both files side by side before anything is done.")
        )

    def _choose(self, card: CustomerCard | None) -> None:
        if card is not None and card.customer_id != self._but:
            self.hide()
            self.chosen.emit(card)


def _about(card: CustomerCard) -> str:
    numbers = [formats.phone(one.value) for one in card.identities[:2]]
    return " · ".join(part for part in (sentences.about(card), *numbers) if part)
