"""A value that is hidden from this role: dots, and a field for the reason to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desktop.viewmodels.revealing import MOST_REASON
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Text, column, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.viewmodels.revealing import RevealingViewModel
    from cti_bridge.protocol.vocabulary import CustomerId


class HiddenValue(Retranslated, QWidget):
    """`hidden` is what may be shown of it, `say` how a value is written for people."""

    def __init__(
        self,
        model: RevealingViewModel,
        customer: CustomerId,
        field: str,
        hidden: str,
        *,
        say: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._customer, self._field = model, customer, field
        self._hidden, self._say = hidden, say
        self.value = Text(hidden, wrap=True, select=True)
        self.show_button = Button("", "link", icon="eye", small=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(MOST_REASON)
        self.ask = Button("", "secondary", small=True)
        self._form = QWidget()
        self._form.setLayout(row(self.reason, self.ask, spacing=8))
        self._form.hide()
        self.setLayout(column(row(self.value, self.show_button, None), self._form, spacing=4))
        self.show_button.clicked.connect(self._toggle)
        self.reason.textChanged.connect(lambda _text: self.refresh())
        self.reason.returnPressed.connect(self._asked)
        self.ask.clicked.connect(self._asked)
        model.changed.connect(self._follow)  # a method ends with its widget, a lambda does not
        self.retranslate()

    def retranslate(self) -> None:
        self.reason.setPlaceholderText(self.tr("Why do you need it? It is written down."))
        self.reason.setAccessibleName(self.tr("Reason to see the hidden value"))
        self.ask.setText(self.tr("Show"))
        self.refresh()

    def _follow(self, changed: str) -> None:
        if changed == self._field:
            self.refresh()

    def refresh(self) -> None:
        shown = self._model.value(self._customer, self._field)
        self.value.setText(self._say(shown) if shown else self._hidden)
        self.value.setAccessibleDescription("" if shown else self.tr("Hidden"))
        self.show_button.setText(self.tr("Hide") if shown else self.tr("Show…"))
        self.show_button.set_icon("withheld" if shown else "eye")
        if shown:
            self._form.hide()
        busy = self._model.pending(self._field)
        self.ask.setEnabled(self._model.may_ask(self.reason.text()) and not busy)

    def _toggle(self) -> None:
        if self._model.value(self._customer, self._field):
            self._model.hide(self._customer, self._field)
            return
        self._form.setVisible(self._form.isHidden())
        if not self._form.isHidden():
            self.reason.setFocus()

    def _asked(self) -> None:
        if self._model.ask(self._customer, self._field, self.reason.text()):
            self.reason.clear()
