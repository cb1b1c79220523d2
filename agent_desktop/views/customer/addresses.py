"""Postal addresses of a customer, being edited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agent_desktop.views.customer.section import Section
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.widgets import Button, Field, Panel, Text, column, row
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.customer_values import AddressView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel

LIMITS: Final = {
    "label": 40,
    "street": 200,
    "postcode": 16,
    "city": 100,
    "region": 100,
    "country": 2,
}
_ERROR: Final = re.compile(r"addresses\[(\d{1,4})\](?:\.(\w+))?")


class AddressRow(Retranslated, Panel):
    """Signals: `edited(name, text)`, `removed`."""

    edited = Signal(str, str)
    removed = Signal()

    def __init__(self, address: AddressView, region: str, parent: QWidget | None = None) -> None:
        super().__init__(edge="bottom", parent=parent)
        self._region, self._masked = region, address.masked
        self.fields = {name: QLineEdit(getattr(address, name)) for name in LIMITS}
        self._framed = {name: Field(field) for name, field in self.fields.items()}
        for name, field in self.fields.items():
            field.setMaxLength(LIMITS[name])
            field.setCursorPosition(0)  # of a long street its beginning is shown
            field.setReadOnly(address.masked)  # it stays as it is, or goes
            field.textEdited.connect(lambda text, name=name: self.edited.emit(name, text))
        self.remove = Button("", "quiet", icon="remove")
        self.remove.clicked.connect(self.removed)
        for name, wide in (("label", 160), ("postcode", 110), ("country", 70)):
            self.fields[name].setMaximumWidth(wide)
        frame = self._framed
        above = row(frame["label"], frame["street"], self.remove)
        above.setStretch(1, 1)
        below = row(frame["postcode"], frame["city"], frame["region"], frame["country"])
        below.setStretch(1, 1)
        below.setStretch(2, 1)
        self._error = Text("", "small", tone="bad", wrap=True)
        self._error.hide()
        self.setLayout(column(above, below, self._error, spacing=8, margins=(0, 0, 0, 12)))
        self.retranslate()

    def _titles(self) -> dict[str, str]:
        return {
            "label": self.tr("Label"),
            "street": self.tr("Street, number, floor"),
            "postcode": self.tr("Postcode"),
            "city": self.tr("City"),
            "region": self.tr("Province"),
            "country": self.tr("Country"),
        }

    def retranslate(self) -> None:
        titles = self._titles()
        for name, field in self._framed.items():
            field.set_label(titles[name])
        self.fields["country"].setPlaceholderText(self._region)
        self.fields["country"].setToolTip(self.tr("Two letters, as ES or FR"))
        if self._masked:
            told = self.tr("Hidden. To change it, remove it and add it anew.")
            for line in self.fields.values():
                line.setToolTip(told)
                line.setAccessibleDescription(told)
        name = self.tr("Remove this address")
        self.remove.setAccessibleName(name)
        self.remove.setToolTip(name)

    def set_error(self, name: str, text: str) -> None:
        """Below the row, which stays in line; `name` is the field at fault, "" none."""
        for one, field in self.fields.items():
            field.setAccessibleDescription(text if one == name else "")
            set_style(field, wrong=one == name)
        self._error.setText(f"{self._titles()[name]}: {text}" if name else "")
        self._error.setVisible(bool(name))


class AddressSection(Section):
    """All of them; each is a row."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.rows: list[AddressRow] = []
        self._empty = Text("", "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.add = Button("", "quiet", icon="add")
        self.add.clicked.connect(self._add)
        self._error = Text("", "small", tone="bad", wrap=True)
        self.setLayout(
            column(self._empty, self._list, self._error, row(self.add, None), None, spacing=12)
        )
        self.retranslate()

    def retranslate(self) -> None:
        self.add.setText(self.tr("Add an address"))
        self._empty.setText(self.tr("No postal address is known."))
        self.render_error("")

    def fill(self) -> None:
        clear(self._list)
        addresses = self._editor.draft.addresses or ()
        self.rows = [AddressRow(one, self._editor.region) for one in addresses]
        for number, line in enumerate(self.rows):
            line.edited.connect(lambda name, text, n=number: self._edited(n, name, text))
            line.removed.connect(lambda n=number: self._remove(n))
            self._list.addWidget(line)
        self._empty.setVisible(not self.rows)

    def refresh(self) -> None:
        self.add.setEnabled(not self._editor.locked)
        by_row = {
            int(found[1]): found[2] or "street"
            for key in self._editor.field_errors
            if (found := _ERROR.match(key))
        }
        wrong = self.tr("This does not look right.")
        for number, line in enumerate(self.rows):
            line.setEnabled(not self._editor.locked)
            line.set_error(by_row.get(number, ""), wrong)
        general = "addresses" in self._editor.field_errors
        self.render_error(self.tr("There are too many addresses.") if general else "")

    def render_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def chain(self) -> Sequence[QWidget]:
        rows = [widget for one in self.rows for widget in (*one.fields.values(), one.remove)]
        return [*rows, self.add]

    def begin(self, error: str = "") -> None:
        found = _ERROR.match(error)
        if found and int(found[1]) < len(self.rows):
            self.rows[int(found[1])].fields[found[2] or "street"].setFocus()
        elif self.rows:
            self.rows[0].fields["street"].setFocus()
        else:
            self.add.setFocus()

    def _edited(self, number: int, name: str, text: str) -> None:
        known = (self._editor.draft.addresses or ())[number]
        text = text.upper() if name == "country" else text
        self._editor.set_entry("addresses", number, replace(known, **{name: text}))

    def _add(self) -> None:
        self._editor.add_entry("addresses", AddressView())
        self.rows[-1].fields["label"].setFocus()

    def _remove(self, number: int) -> None:
        self._editor.remove_entry("addresses", number)
        after = self.rows[min(number, len(self.rows) - 1)] if self.rows else None
        (after.fields["street"] if after else self.add).setFocus()
