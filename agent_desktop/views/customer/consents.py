"""What a customer allowed and forbade, being edited: each a word of now, none is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import words as common
from agent_desktop.views.choices import Choice
from agent_desktop.views.customer import words
from agent_desktop.views.customer.section import Section
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.widgets import Button, Field, Text, column, row
from cti_bridge.protocol.vocabulary import ConsentChannel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
    from cti_bridge.protocol.customer_values import ConsentView


class ConsentRow(Retranslated, QWidget):
    """Signal: `said(given)`."""

    said = Signal(bool)

    def __init__(self, consent: ConsentView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._consent = consent
        self._what, self._origin = Text("", wrap=True), Text("", "faint")
        self.given = Choice()
        self.given.activated.connect(lambda _: self.said.emit(bool(self.given.currentData())))
        line = row(column(self._what, self._origin, spacing=0), self.given)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.retranslate()

    def retranslate(self) -> None:
        consent = self._consent
        what = words.consent_title(consent)
        self._what.setText(what)
        self.given.set_choices([(True, self.tr("Given")), (False, self.tr("Refused"))])
        self.given.choose(consent.given)
        self.given.setAccessibleName(what)
        day = formats.long_day(consent.at) if consent.at else self.tr("now")
        source = common.source(consent.source) if consent.source else ""
        self._origin.setText(" · ".join(filter(None, (day, source))))


class ConsentSection(Section):
    """All of them; each is a row."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.rows: list[ConsentRow] = []
        self._empty, self._error = Text("", "muted", wrap=True), Text("", "small", tone="bad")
        self._list, self._before = QVBoxLayout(), QVBoxLayout()
        self._list.setSpacing(12)
        self.channel, self.purpose, self.given = Choice(), Choice(), Choice()
        self._fields = [Field(one) for one in (self.channel, self.purpose, self.given)]
        self.add = Button("", "secondary")
        self.add.clicked.connect(self._add)
        self._title, self._before_title = Text("", "strong"), Text("", "overline")
        self.setLayout(
            column(
                self._empty,
                self._list,
                self._error,
                self._title,
                row(*self._fields, None, spacing=12),
                row(self.add, None),
                self._before_title,
                self._before,
                None,
                spacing=12,
            )
        )
        self.retranslate()

    def retranslate(self) -> None:
        self._empty.setText(self.tr("The customer has not been asked yet."))
        self._title.setText(self.tr("What the customer says now"))
        self._before_title.setText(self.tr("What was said before"))
        titles = (self.tr("How"), self.tr("What for"), self.tr("Answer"))
        for field, title in zip(self._fields, titles, strict=True):
            field.set_label(title)
        self.add.setText(self.tr("Write it down"))
        self.channel.set_choices([(one, words.say(words.CHANNELS, one)) for one in words.CHANNELS])
        self.given.set_choices([(True, self.tr("Given")), (False, self.tr("Refused"))])
        self._purposes()
        self.fill()

    def _purposes(self) -> None:
        known = words.purposes(self._editor.draft.consents or ())
        self.purpose.set_choices([(one, words.say(words.PURPOSES, one)) for one in known])

    def fill(self) -> None:
        clear(self._list)
        clear(self._before)
        self.rows = [ConsentRow(one) for one in self._editor.draft.consents or ()]
        for line, one in zip(self.rows, self._editor.draft.consents or (), strict=True):
            line.said.connect(
                lambda given, c=one: self._editor.say_consent(c.channel, c.purpose, given=given)
            )
            self._list.addWidget(line)
        for one in self._editor.consents_before:
            day = formats.long_day(one.at) if one.at else ""
            said = " · ".join(filter(None, (words.consent(one), day, common.source(one.source))))
            self._before.addWidget(Text(said, "small", wrap=True))
        self._before_title.setVisible(bool(self._editor.consents_before))
        self._empty.setVisible(not self.rows)
        self._purposes()

    def refresh(self) -> None:
        wrong = any(key.startswith("consents") for key in self._editor.field_errors)
        self._error.setText(self.tr("One of these does not look right.") if wrong else "")
        self._error.setVisible(wrong)
        for widget in (*self.rows, *self._fields, self.add):
            widget.setEnabled(not self._editor.locked)

    def chain(self) -> Sequence[QWidget]:
        return [
            *(one.given for one in self.rows),
            self.channel,
            self.purpose,
            self.given,
            self.add,
        ]

    def begin(self, error: str = "") -> None:
        (self.rows[0].given if self.rows else self.channel).setFocus()

    def _add(self) -> None:
        self._editor.say_consent(
            ConsentChannel(self.channel.currentData()),
            str(self.purpose.currentData()),
            given=bool(self.given.currentData()),
        )
        self.channel.setFocus()
