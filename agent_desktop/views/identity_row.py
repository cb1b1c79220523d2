"""One number, address or reference of a customer, being edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desktop import formats
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.sensitive import mark
from agent_desktop.views.widgets import Button, IconLabel, Text, column, row
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from cti_bridge.protocol.values import IdentityView

ICONS: Final = {
    IdentityKind.PHONE: "call",
    IdentityKind.EMAIL: "email",
    IdentityKind.KEY: "key",
    IdentityKind.VISITOR: "link",
}
MAX_VALUE: Final = 254  # the longest e-mail address
MAX_LABEL: Final = 40


class IdentityRow(Retranslated, QWidget):
    """Signals: `value_edited(text)`, `label_edited(text)`, `removed`."""

    value_edited = Signal(str)
    label_edited = Signal(str)
    removed = Signal()

    def __init__(self, identity: IdentityView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identity = identity
        self.value = QLineEdit(formats.phone(identity.value))
        self.value.setMaxLength(MAX_VALUE)
        self.value.setReadOnly(identity.kind is IdentityKind.VISITOR)  # nobody could type it
        mark(self.value, identity.kind.value)
        self.label = QLineEdit(identity.label)
        self.label.setMaxLength(MAX_LABEL)
        self.label.setFixedWidth(132)
        self.remove = Button("", "quiet", icon="remove")
        self._origin = Text("", "faint")
        self._error = Text("", "small", tone="bad", wrap=True)
        self._error.hide()
        icon = IconLabel(ICONS[identity.kind], "text-2", 18)
        line = row(icon, self.value, self.label, self.remove)
        line.setStretch(1, 1)
        below = column(self._origin, self._error, spacing=2, margins=(26, 0, 0, 0))
        self.setLayout(column(line, below, spacing=2))
        self.value.textEdited.connect(self.value_edited)
        self.label.textEdited.connect(self.label_edited)
        self.remove.clicked.connect(self.removed)
        self.retranslate()

    def retranslate(self) -> None:
        kind = words.identity_kind(self._identity.kind)
        self.value.setAccessibleName(kind)
        self.value.setPlaceholderText(kind)
        self.label.setAccessibleName(self.tr("Label of {what}").format(what=kind))
        self.label.setPlaceholderText(self.tr("Label"))
        name = self.tr("Remove {what}").format(what=self._identity.value or kind)
        self.remove.setAccessibleName(name)
        self.remove.setToolTip(name)
        self._say_origin()

    def show_identity(self, identity: IdentityView) -> None:
        """After typing: where it comes from may have changed; the fields stay as typed."""
        if identity != self._identity:
            self._identity = identity
            self._say_origin()

    def _say_origin(self) -> None:
        said = []
        if self._identity.confirmed_at is not None:
            day = formats.long_day(self._identity.confirmed_at)
            said.append(self.tr("Confirmed {day}").format(day=day))
        if self._identity.source and self._identity.source != "agent":
            said.append(
                self.tr("Source: {source}").format(source=words.source(self._identity.source))
            )
        self._origin.setText(" · ".join(said))
        self._origin.setVisible(bool(said))

    def set_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.value.setAccessibleDescription(text)
        set_style(self.value, wrong=bool(text))
