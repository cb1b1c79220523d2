"""In a customer's file: what became part of it, and what it may be merged with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop.views.find_customer import FindCustomer
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.merging import wording
from agent_desktop.views.widgets import Button, Elided, row

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
        self.more = Button("", "link", small=True, parent=self)
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


class MergeWith(FindCustomer):
    """Looks for the other file."""

    def prompt(self) -> str:
        return self.tr("Name, number or address of the other file")

    def purpose(self) -> str:
        return self.tr("Merge with")

    def hint(self) -> str:
        return self.tr("You see both files side by side before anything is done.")
