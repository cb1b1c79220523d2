"""A list of customers out of the house: what for, which, how many; then where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.exporting import MAX_TEXT
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.privacy import wording
from agent_desktop.views.privacy.cards import WIDEST, Reason
from agent_desktop.views.saving import choose_path
from agent_desktop.views.widgets import (
    Button,
    Card,
    Field,
    Notice,
    Text,
    column,
    row,
    scrolled,
)
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from pathlib import Path

    from agent_desktop.desktop import Desktop

NUMBER: Final = 110  # pixels


class ExportView(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._export = desktop.export
        self._card = Card()
        self._about = Text("", "muted", wrap=True)
        self.text, self.reason, self.limit = QLineEdit(), Reason(), QLineEdit()
        self.text.setMaxLength(MAX_TEXT)
        self.limit.setMaximumWidth(NUMBER)
        self._number = QIntValidator(1, 1, self)
        self.limit.setValidator(self._number)
        self._which, self._why, self._many = map(Field, (self.text, self.reason, self.limit))
        self.save = Button("", "primary", icon="save")
        self._outcome = Notice("ok")
        fields = row(self._which, self._many, spacing=12)
        fields.setStretch(0, 1)
        self._form = QWidget()
        self._form.setLayout(column(fields, self._why, row(self.save, None), spacing=12))
        for part in (self._about, self._form, self._outcome):
            self._card.body.addWidget(part)
        self._card.body.setSpacing(12)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        inner.setLayout(column(self._card, None, margins=(24, 20, 24, 24)))
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.reason.textChanged.connect(lambda _text: self.refresh())
        self.reason.returnPressed.connect(self._asked)
        self.save.clicked.connect(self._asked)
        self._export.changed.connect(self.refresh)
        self._most = -1
        self.retranslate()

    def retranslate(self) -> None:
        self._card.set_title(self.tr("Customers as a file"))
        self._which.set_label(self.tr("Only those that this finds"))
        self.text.setPlaceholderText(self.tr("All, those contacted last first"))
        self._many.set_label(self.tr("At most"))
        self._why.set_label(self.tr("What the file is for"))
        self.save.setText(self.tr("Save as…"))
        self.refresh()

    def entered(self) -> None:
        self.text.setFocus()

    def refresh(self) -> None:
        export = self._export
        if export.most != self._most:
            self._most = export.most
            self._number.setTop(max(export.most, 1))
            self.limit.setText(str(export.most))
        most = formats.number(export.most)
        self._about.setText(
            self.tr(
                "At most {most} customers at once, as CSV. It is written down who exported what"
                " and why, and the order of the rows says later whose file it was."
            ).format(most=most)
            if export.most
            else self.tr("Nothing may leave this house as a file (privacy.export_rows is 0).")
        )
        self._form.setVisible(export.most > 0)
        self.save.setEnabled(export.can_export(self.reason.text()))
        text, tone = self._told()
        self._outcome.say(text, tone=tone)

    def _told(self) -> tuple[str, str]:
        export = self._export
        if export.error is not None:
            if export.error.code is RefusalCode.TOO_LARGE:
                return self.tr("That is more than is allowed at once."), "bad"
            return wording.refusal(export.error), "bad"
        if export.done is None:
            return "", "ok"
        if export.unwritten:
            said = self.tr("{path} cannot be written. The export is on record all the same.")
            return said.format(path=export.path), "bad"
        said = self.tr("%Ln customer(s) in {path}.", "", export.done.rows)
        said = said.replace("{path}", str(export.path))
        if export.done.more:
            said += " " + self.tr("There are more: this is as many as were asked for.")
        return said, "ok"

    def _asked(self) -> None:
        if self._export.can_export(self.reason.text()):
            choose_path(self, self.tr("Save as…"), self.tr("customers.csv"), self.save_to)

    def save_to(self, path: Path) -> None:
        said = self.limit.text()
        limit = int(said) if said.isdigit() and int(said) < self._most else 0
        if self._export.export(self.text.text(), limit, self.reason.text(), path):
            self.reason.clear()
