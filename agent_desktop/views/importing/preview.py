"""The first rows as they will be, and rows that were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.table import Column, RowsModel
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.importing import wording
from agent_desktop.views.tables import Table, Width
from agent_desktop.views.widgets import EmptyState, Text, row
from cti_bridge.protocol.importing import ImportRowView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desktop.desktop import Desktop

WIDTHS: Final = (
    Width(least=80),
    Width(least=180, share=2),
    Width(least=180, share=2),
    Width(least=220, share=4),
)
REFUSED_WIDTHS: Final = (Width(least=90), Width(least=160, share=1), Width(least=300, share=4))


class PreviewView(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.importing
        self.table = Table(WIDTHS)
        self.rows = RowsModel[ImportRowView](self._columns(), key=lambda r: r.line, parent=self)
        self.rows.set_spoken(self._spoken)
        self.table.setModel(self.rows)
        self._told, self._nothing = Text("", "muted", wrap=True), EmptyState("eye")
        self._shown = QStackedWidget()
        for part in (self.table, self._nothing):
            self._shown.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row(self._told, margins=(24, 8, 24, 8)))
        layout.addWidget(self._shown, 1)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def entered(self) -> None:
        self.table.setFocus()

    def _columns(self) -> list[Column[ImportRowView]]:
        return [
            Column(self.tr("Row"), lambda r: formats.number(r.line), style=lambda _r: "muted"),
            Column(
                self.tr("Name"),
                lambda r: r.name or self.tr("Refused"),
                style=lambda r: "bad" if r.reason else "strong",
                icon=lambda r: ("error", "bad") if r.reason else None,
                tip=lambda r: r.name,
            ),
            Column(
                self.tr("Numbers, addresses, references"),
                lambda r: ", ".join(r.numbers),
                tip=lambda r: "\n".join(r.numbers),
            ),
            Column(
                self.tr("What else it says"), self._else, style=lambda r: "muted", tip=self._else
            ),
        ]

    def _else(self, one: ImportRowView) -> str:
        custom = self._model.fields
        return wording.why(one, custom) or wording.said(one, custom)

    def _spoken(self, one: ImportRowView) -> str:
        head = self.tr("Refused") if one.reason else one.name
        return ", ".join(filter(None, (str(one.line), head, *one.numbers, self._else(one))))

    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("The first rows as they will be"))
        self.rows.set_columns(self._columns())
        self.refresh()

    def refresh(self) -> None:
        opened = self._model.opened
        rows = opened.preview if opened is not None and not opened.problems else ()
        self.rows.set_rows(rows)
        refused = sum(bool(one.reason) for one in rows)
        told = self.tr("The first %n row(s) as they will be.", "", len(rows)) if rows else ""
        if refused:
            told += " " + self.tr("%n of them would be refused.", "", refused)
        self._told.setText(told)
        self._told.setVisible(bool(told))
        self._shown.setCurrentWidget(self.table if rows else self._nothing)
        if self._model.reading:
            self._nothing.set_words(self.tr("Being read…"))
        else:
            self._nothing.set_words(
                self.tr("No row to show"), self.tr("First the columns have to fit.")
            )


class RefusedTable(Retranslated, Table):
    """The first rows that a run has refused, with the reason."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(REFUSED_WIDTHS)
        self._model = desktop.importing
        self.rows = RowsModel[ImportRowView](self._columns(), key=lambda r: r.line, parent=self)
        self.rows.set_spoken(self._spoken)
        self.setModel(self.rows)
        self.retranslate()

    def _columns(self) -> list[Column[ImportRowView]]:
        return [
            Column(self.tr("Row"), lambda r: formats.number(r.line)),
            Column(self.tr("Column"), self._field, style=lambda _r: "muted"),
            Column(
                self.tr("Why it is refused"),
                self._why,
                icon=lambda _r: ("error", "bad"),
                tip=self._why,
            ),
        ]

    def _why(self, one: ImportRowView) -> str:
        return wording.reason(one.reason, self._model.fields)

    def _field(self, one: ImportRowView) -> str:
        return wording.field(one.field, self._model.fields) if one.field else "–"

    def _spoken(self, one: ImportRowView) -> str:
        return ", ".join((str(one.line), self._field(one), self._why(one)))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Refused rows"))
        self.rows.set_columns(self._columns())

    def show_rows(self, rows: Sequence[ImportRowView]) -> None:
        self.rows.set_rows(rows)
