"""The merges on record: who became part of whom, by whom, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.table import ROW, Column, RowsModel
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.tables import Table, Width
from agent_desktop.views.widgets import Button, EmptyState, Panel, row
from cti_bridge.protocol.customer_values import MergeView

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop

WIDTHS: Final = (
    Width(least=150, share=3),
    Width(least=150, share=3),
    Width(least=120, share=1),
    Width(least=110, share=1, drop=1),
    Width(least=130, share=1),
)


class MergesView(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.unmerging
        self.table = Table(WIDTHS)
        self.merges = RowsModel[MergeView](
            self._columns(), key=lambda one: one.merge_id, parent=self
        )
        self.merges.set_spoken(self._spoken)
        self.table.setModel(self.merges)
        self._nothing = EmptyState("split")
        self._list = QStackedWidget()
        for part in (self.table, self._nothing):
            self._list.addWidget(part)
        self.undo = Button("", "secondary", icon="undo")
        self.more = Button("", "quiet")
        foot = Panel(edge="top")
        foot.setLayout(row(self.undo, None, self.more, margins=(24, 12, 24, 12)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._list, 1)
        layout.addWidget(foot)
        self.undo.clicked.connect(self._undo)
        self.more.clicked.connect(self._model.show_more)
        self.table.chosen.connect(lambda _index: self._refresh_button())
        self.table.entered_row.connect(lambda _index: self._undo())
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def entered(self) -> None:
        self._model.look()
        self.table.setFocus()

    def _columns(self) -> list[Column[MergeView]]:
        return [
            Column(self.tr("Stays"), lambda m: m.survivor_name, style=lambda _m: "strong"),
            Column(self.tr("Became part of it"), lambda m: m.absorbed_name),
            Column(self.tr("By"), self._by),
            Column(self.tr("When"), lambda m: formats.when(m.at), style=lambda _m: "muted"),
            Column(self.tr("State"), self._state, style=self._style),
        ]

    def _by(self, merge: MergeView) -> str:
        return self.tr("by itself") if merge.automatic else merge.by

    def _state(self, merge: MergeView) -> str:
        if merge.undone_at is not None:
            return self.tr("Undone by {agent}").format(agent=merge.undone_by)
        return self.tr("Under another merge") if merge.blocked_by else self.tr("Stands")

    def _style(self, merge: MergeView) -> str:
        return "muted" if merge.undone_at is not None else "warn" if merge.blocked_by else "ok"

    def _spoken(self, merge: MergeView) -> str:
        parts = (
            merge.survivor_name,
            merge.absorbed_name,
            self._by(merge),
            formats.when(merge.at),
            self._state(merge),
        )
        return ", ".join(part for part in parts if part)

    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Merges"))
        self.merges.set_columns(self._columns())
        self.undo.setText(self.tr("Undo…"))
        self.more.setText(self.tr("Show more"))
        self._nothing.set_words(
            self.tr("Nothing was merged yet"),
            self.tr("Each merge stands here, by whomever it was made, and can be undone."),
        )
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        self.merges.set_rows(model.merges)
        self._list.setCurrentWidget(self.table if model.merges else self._nothing)
        self.more.setVisible(model.more)
        self._refresh_button()

    def _refresh_button(self) -> None:
        merge = self._chosen()
        self.undo.setEnabled(merge is not None and merge.undone_at is None)

    def _chosen(self) -> MergeView | None:
        index = self.table.currentIndex()
        found: MergeView | None = index.data(ROW) if index.isValid() else None
        return found

    def _undo(self) -> None:
        merge = self._chosen()
        if merge is not None and merge.undone_at is None:
            self._model.open(merge.merge_id)
