"""Kind, status, names, birthday, time zone and alerts of a customer, being edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from agent_desktop import formats
from agent_desktop.views.choices import Choice
from agent_desktop.views.customer import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Field, FlowLayout
from cti_bridge.protocol.vocabulary import CustomerKind, CustomerStatus

if TYPE_CHECKING:
    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel

DOTS: Final = "••••"
MAX_NAME: Final = 200
MAX_ZONE: Final = 64


class AlertField(Retranslated, QWidget):
    """A button for each usual alert, pressed where the customer has it; others stay."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.buttons: dict[str, Button] = {}
        self._flow = FlowLayout(self, spacing=8)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def retranslate(self) -> None:
        for code, button in self.buttons.items():
            button.setText(words.say(words.ALERTS, code))

    def fill(self) -> None:
        wanted = dict.fromkeys((*words.ALERTS, *(self._editor.draft.alerts or ())))
        for code in [code for code in wanted if code not in self.buttons]:
            button = self.buttons[code] = Button("", "toggle", small=True, parent=self)
            button.clicked.connect(
                lambda on, code=code: self._editor.toggle_alert(code, wanted=on)
            )
            self._flow.addWidget(button)
        for code, button in self.buttons.items():
            button.setVisible(code in wanted)
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        for code, button in self.buttons.items():
            on = code in (self._editor.draft.alerts or ())
            button.setChecked(on)
            button.set_icon("warning" if on else "")


class BasicFields:
    """The fields themselves; `CustomerEditor` places them among its own."""

    def __init__(self, editor: CustomerEditorViewModel) -> None:
        self._editor, self._born_hint = editor, ""
        self.kind, self.status = Choice(stretches=True), Choice(stretches=True)
        self.given_name, self.family_name = QLineEdit(), QLineEdit()
        self.born, self.time_zone = QLineEdit(), QLineEdit()
        self.alerts = AlertField(editor)
        self.fields = {
            "kind": Field(self.kind),
            "status": Field(self.status),
            "given_name": Field(self.given_name),
            "family_name": Field(self.family_name),
            "born": Field(self.born),
            "time_zone": Field(self.time_zone),
            "alerts": Field(self.alerts),
        }
        for line in (self.given_name, self.family_name):
            line.setMaxLength(MAX_NAME)
        self.born.setMaxLength(10)
        self.time_zone.setMaxLength(MAX_ZONE)
        self._complete()
        self._connect()

    def _complete(self) -> None:
        zones = QCompleter(sorted(available_timezones()), self.time_zone)
        zones.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        zones.setFilterMode(Qt.MatchFlag.MatchContains)
        zones.activated.connect(lambda text: self._editor.set_field("time_zone", text))
        self.time_zone.setCompleter(zones)

    def _connect(self) -> None:
        editor = self._editor
        self.kind.activated.connect(lambda _: self._set_kind())
        self.status.activated.connect(
            lambda _: editor.set_field("status", CustomerStatus(self.status.currentData()))
        )
        self.born.textEdited.connect(editor.set_born)
        lines = {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "time_zone": self.time_zone,
        }
        for name, line in lines.items():
            line.textEdited.connect(lambda text, name=name: editor.set_field(name, text))

    def _set_kind(self) -> None:
        self._editor.set_kind(CustomerKind(self.kind.currentData()))

    def retranslate(self, born_hint: str, zone_hint: str) -> None:
        for name, field in self.fields.items():
            field.set_label(words.field_title(name))
        self.kind.set_choices([(one, words.say(words.KINDS, one)) for one in CustomerKind])
        self.status.set_choices([(one, words.say(words.STATUSES, one)) for one in CustomerStatus])
        self._born_hint = born_hint
        self.time_zone.setPlaceholderText(zone_hint)
        self.fill()

    def fill(self) -> None:
        draft = self._editor.draft
        person = self._editor.kind is CustomerKind.PERSON
        self.kind.choose(self._editor.kind)
        self.status.choose(draft.status or CustomerStatus.ACTIVE)
        for line, text in (
            (self.given_name, draft.given_name),
            (self.family_name, draft.family_name),
            (self.time_zone, draft.time_zone),
        ):
            if line.text() != (text or ""):
                line.setText(text or "")
        if not self.born.hasFocus() or not draft.born:
            self.born.setText(formats.iso_date(draft.born or ""))
        hidden = draft.born is None and self._editor.hides("born")
        self.born.setPlaceholderText(DOTS if hidden else self._born_hint)
        self.born.setAccessibleDescription(self.born.placeholderText())
        for name in ("given_name", "family_name", "born"):
            self.fields[name].setVisible(person)
        self.alerts.fill()
