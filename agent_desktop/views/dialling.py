"""Calling whom a contact is about: the number as it would be dialled, to be corrected first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.call import dialable
from agent_desktop.viewmodels.handling import MAX_NUMBER
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Text, column, row
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import Verb

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId


class DialRow(Retranslated, QWidget):
    """A field with the number and a button; what is typed stays while the contact is open."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._work = desktop.work_actions, desktop.work
        self._shown: tuple[InteractionId | None, str] = (None, "")
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_NUMBER)
        self.field.setMinimumWidth(176)
        self.field.setMaximumWidth(260)
        self.field.textEdited.connect(lambda _text: self._render())
        self.field.returnPressed.connect(self._dial)
        self.call = Button("", "answer", icon="call")
        self.call.clicked.connect(self._dial)
        self._wrong = Text("", "small", tone="bad")
        line = row(self.field, self.call, None)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._wrong, spacing=2))
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.call.setText(self.tr("Call back"))
        self.field.setAccessibleName(self.tr("Number to call"))
        self.field.setPlaceholderText(self.tr("Number to call"))
        self.refresh()

    def refresh(self) -> None:
        view = self._work.interaction
        self.setVisible(view is not None and Verb.DIAL in view.verbs)
        if view is not None:
            self._fill(view)
        self._render()

    def _fill(self, view: InteractionView) -> None:
        number = view.call_to or view.ani
        if (view.interaction_id, number) != self._shown:
            self._shown = (view.interaction_id, number)
            self.field.setText(formats.phone(number))

    def _render(self) -> None:
        typed = self.field.text().strip()
        wrong = bool(typed) and not dialable(typed)
        set_style(self.field, wrong=wrong)
        self._wrong.setText(self.tr("This cannot be dialled.") if wrong else "")
        self._wrong.setVisible(wrong)
        self.call.setEnabled(bool(typed) and not wrong and self._model.can(Verb.DIAL))

    def _dial(self) -> None:
        if self.call.isEnabled():
            typed = self.field.text().strip()
            as_known = typed == formats.phone(self._shown[1])
            self._model.dial(self._shown[1] if as_known else dialable(typed))
