"""The Duplicates page: pairs to look at, the merges on record, and one that is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.merging.merges import MergesView
from agent_desktop.views.merging.review import ReviewView
from agent_desktop.views.merging.undo import UndoView
from agent_desktop.views.widgets import Button, Panel, Text, row

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop


class DuplicatesPage(Retranslated, QWidget):
    """Signals: `customer_requested(CustomerId)` once two are two again."""

    customer_requested = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs, self._unmerging = desktop.duplicates, desktop.unmerging
        self.setProperty("level", "bg")
        self._title, self._count = Text("", "title"), Text("", "muted")
        self.tabs = QButtonGroup(self)
        self.to_review, self.to_merges = (Button("", "toggle", small=True) for _ in range(2))
        for number, button in enumerate((self.to_review, self.to_merges)):
            self.tabs.addButton(button, number)
        self.review, self.merges = ReviewView(desktop), MergesView(desktop)
        self.undo = UndoView(desktop)
        self._stack = QStackedWidget()
        for part in (self.review, self.merges, self.undo):
            self._stack.addWidget(part)
        head = Panel(edge="bottom")
        head.setLayout(
            row(
                self._title,
                self._count,
                None,
                self.to_review,
                self.to_merges,
                spacing=12,
                margins=(24, 12, 24, 12),
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)
        self.to_review.setChecked(True)
        self.tabs.idClicked.connect(self._show)
        self.undo.left.connect(lambda: self._show(self.tabs.checkedId()))
        self._unmerging.undone.connect(self.customer_requested)
        self._unmerging.changed.connect(self._follow_undo)
        self._pairs.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Duplicates"))
        self.to_review.setText(self.tr("To look at"))
        self.to_merges.setText(self.tr("Merged"))
        self.refresh()

    def refresh(self) -> None:
        left = self._pairs.left
        self._count.setText(self.tr("%Ln pair(s)", "", left) if left else "")

    def entered(self) -> None:
        if self._unmerging.merge_id:
            self._stack.setCurrentWidget(self.undo)
            self.undo.rest()
        else:
            self._show(self.tabs.checkedId())

    def rest(self) -> None:
        """The keyboard where it presses nothing."""
        shown = self._stack.currentWidget()
        if shown is self.review:
            self.review.rest()
        elif shown is not None:
            shown.setFocus()

    def _show(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        if number == 0:
            self.review.entered()
        else:
            self.merges.entered()

    def _follow_undo(self) -> None:
        """A plan that is wanted comes to the front; one that is done with goes."""
        shown = self._stack.currentWidget() is self.undo
        if self._unmerging.merge_id and not shown:
            self._stack.setCurrentWidget(self.undo)
            self.undo.rest()
        elif not self._unmerging.merge_id and shown:
            self._show(self.tabs.checkedId())
