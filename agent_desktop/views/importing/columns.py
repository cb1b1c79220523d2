"""Which column is which: a table of headings and samples, and the choice for the one at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop.models.table import Column, RowsModel
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.importing import wording
from agent_desktop.views.tables import Table, Width
from agent_desktop.views.widgets import Elided, Panel, Text, row
from agent_desktop.views.widgets.fields import Keys
from cti_bridge.protocol.importing import (
    IMPORT_FIELDS,
    IMPORT_MORE,
    IMPORT_ORDERS,
    ImportColumn,
)

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop

Numbered = tuple[int, ImportColumn]
WIDTHS: Final = (
    Width(least=190, share=2),
    Width(least=210, share=2),
    Width(least=200, share=4),
)


class ColumnsView(Retranslated, QWidget):
    """Enter in the table goes to the choice, and from there back to the table."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.importing
        self.table = Table(WIDTHS)
        self.columns = RowsModel[Numbered](self._titles(), key=lambda one: one[0], parent=self)
        self.columns.set_spoken(self._spoken)
        self.table.setModel(self.columns)
        self._what, self._which = Elided("", "strong"), Text("", "muted")
        self.field, self.order = Choice(), Choice()
        self._order_title = Text("", "muted")
        bar = Panel(edge="top")
        bar.setLayout(
            row(
                self._what,
                self._which,
                self.field,
                self._order_title,
                self.order,
                spacing=12,
                margins=(24, 10, 24, 10),
            )
        )
        self._bar = bar
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table, 1)
        layout.addWidget(bar)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.table.chosen.connect(lambda _index: self._refresh_bar())
        self.table.entered_row.connect(lambda _index: self.field.setFocus())
        self.field.activated.connect(self._field_chosen)
        self.order.activated.connect(self._order_chosen)
        back = {Qt.Key.Key_Escape: self.table.setFocus}
        self._keys = [Keys(one, dict(back)) for one in (self.field, self.order)]
        self._model.changed.connect(self.refresh)

    def entered(self) -> None:
        if self._current() < 0:
            self.table.choose(0)
        self.table.setFocus()

    # -- words

    def _titles(self) -> list[Column[Numbered]]:
        return [
            Column(
                self.tr("Column of the source"),
                lambda one: one[1].heading or self.tr("(no heading)"),
                style=lambda _one: "strong",
                tip=lambda one: one[1].heading,
            ),
            Column(
                self.tr("Becomes"),
                self._becomes,
                style=lambda one: "" if one[1].field else "muted",
                icon=lambda one: ("check", "ok") if one[1].field else ("close", "text-3"),
                tip=self._becomes,
            ),
            Column(
                self.tr("What stands in it"),
                lambda one: "  ·  ".join(one[1].samples) or "–",
                style=lambda _one: "muted",
                tip=lambda one: "\n".join(one[1].samples),
            ),
        ]

    def _becomes(self, one: Numbered) -> str:
        column = one[1]
        text = wording.field(column.field, self._model.fields)
        if column.order:
            text += f" · {wording.say(wording.ORDERS[column.order])}"
        return f"{text} ({self.tr('guessed')})" if column.guessed and column.field else text

    def _spoken(self, one: Numbered) -> str:
        return ", ".join((one[1].heading, self._becomes(one), *one[1].samples))

    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Columns of the source"))
        self.columns.set_columns(self._titles())
        self._which.setText(self.tr("becomes"))
        self._order_title.setText(self.tr("dates stand as"))
        self.field.setAccessibleName(self.tr("What the column becomes"))
        self.order.setAccessibleName(self.tr("Order of its dates"))
        self.refresh()

    # -- what is shown

    def refresh(self) -> None:
        model = self._model
        rows = list(enumerate(model.columns))
        current = self._current()
        self.columns.set_rows(rows)
        if 0 <= current < len(rows) and self._current() < 0:
            self.table.choose(current)
        custom = model.fields
        codes = ["", *IMPORT_FIELDS, *IMPORT_MORE, *(f"custom.{one.code}" for one in custom)]
        codes += {one.field: None for one in model.columns if one.field not in codes}
        self.field.set_choices([(code, wording.field(code, custom)) for code in codes])
        orders = [(code, wording.say(wording.ORDERS[code])) for code in ("", *IMPORT_ORDERS)]
        self.order.set_choices(orders)
        self._refresh_bar()

    def _refresh_bar(self) -> None:
        at, model = self._current(), self._model
        there = 0 <= at < len(model.columns)
        self._bar.setVisible(there)
        if not there:
            return
        column = model.columns[at]
        self._what.setText(column.heading or self.tr("(no heading)"))
        self.field.choose(column.field)
        self.order.choose(column.order)
        dated = model.is_date(column.field)
        for part in (self._order_title, self.order):
            part.setVisible(dated)
        for choice in (self.field, self.order):
            choice.setEnabled(model.can_choose)

    def _current(self) -> int:
        index = self.table.currentIndex()
        return index.row() if index.isValid() else -1

    def _field_chosen(self, _index: int) -> None:
        self._model.choose_field(self._current(), self.field.currentData())

    def _order_chosen(self, _index: int) -> None:
        self._model.choose_order(self._current(), self.order.currentData())
