"""Who a customer is related to, being edited: searched for, picked, and taken away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views.choices import Choice
from agent_desktop.views.customer import words
from agent_desktop.views.customer.section import Section
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.widgets import Button, Elided, Field, Text, column, row
from agent_desktop.views.widgets.fields import Keys
from cti_bridge.protocol.vocabulary import CustomerKind, RelationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
    from cti_bridge.protocol.customer_values import RelationView
    from cti_bridge.protocol.values import CustomerCard

MAX_ROLE: Final = 80
BACKWARD: Final = ":"
_ERROR: Final = re.compile(r"relations\[(\d{1,4})\]")


class RelationRow(Retranslated, QWidget):
    """Signals: `role_edited(text)`, `removed`."""

    role_edited = Signal(str)
    removed = Signal()

    def __init__(self, relation: RelationView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relation = relation
        self._kind, self._name = Text("", "small"), Elided(relation.name, "strong")
        self.role = QLineEdit(relation.role)
        self.role.setMaxLength(MAX_ROLE)
        self.role.setFixedWidth(180)
        self.role.setCursorPosition(0)
        self.role.textEdited.connect(self.role_edited)
        self.remove = Button("", "quiet", icon="remove")
        self.remove.clicked.connect(self.removed)
        self._error = Text("", "small", tone="bad", wrap=True)
        self._error.hide()
        line = row(column(self._kind, self._name, spacing=0), self.role, self.remove)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._error, spacing=2))
        self.retranslate()

    def retranslate(self) -> None:
        kind = words.say(words.RELATIONS, (self._relation.kind, self._relation.backward))
        self._kind.setText(kind)
        whom = f"{kind} {self._relation.name}"
        self.role.setPlaceholderText(self.tr("As what?"))
        self.role.setAccessibleName(self.tr("As what: {who}").format(who=whom))
        name = self.tr("Remove {what}").format(what=whom)
        self.remove.setAccessibleName(name)
        self.remove.setToolTip(name)

    def set_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.role.setAccessibleDescription(text)


class RelationSection(Section):
    """All of them; each is a row."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.rows: list[RelationRow] = []
        self.found: list[Button] = []
        self._empty, self._more = Text("", "muted", wrap=True), Text("", "small", wrap=True)
        self._list, self._results = QVBoxLayout(), QVBoxLayout()
        self._list.setSpacing(12)
        self._results.setSpacing(4)
        self.kind, self.search = Choice(stretches=True), QLineEdit()
        self.search.setMaxLength(100)
        self._kind, self._search = Field(self.kind), Field(self.search)
        self._nobody = Text("", "muted", wrap=True)
        adding = row(self._kind, self._search)
        adding.setStretch(1, 1)
        self._title = Text("", "strong")
        self.setLayout(
            column(
                self._empty,
                self._list,
                self._more,
                self._title,
                adding,
                self._results,
                self._nobody,
                None,
                spacing=12,
            )
        )
        self.search.textEdited.connect(editor.picker.type)
        self.search.returnPressed.connect(self._pick_first)
        Keys(self.search, {Qt.Key.Key_Down: self._to_results})
        editor.picker.changed.connect(self._show_found)
        self.retranslate()

    def retranslate(self) -> None:
        self._empty.setText(self.tr("Nobody is related to this customer."))
        self._more.setText(self.tr("There are more; the newest 100 are shown."))
        self._title.setText(self.tr("Add somebody"))
        self._kind.set_label(self.tr("This customer"))
        self._search.set_label(self.tr("Whom"))
        self.search.setPlaceholderText(self.tr("Name, number, e-mail or reference"))
        self._nobody.setText(self.tr("Nobody is found. Save the other one as a customer first."))
        self._kinds()
        self._show_found()

    def _kinds(self) -> None:
        offered = words.OFFERED[self._editor.kind]
        said = [(_code(*one), words.say(words.RELATIONS, one)) for one in offered]
        self.kind.set_choices(said)

    def fill(self) -> None:
        clear(self._list)
        self.rows = [RelationRow(one) for one in self._editor.draft.relations or ()]
        for number, line in enumerate(self.rows):
            line.role_edited.connect(lambda text, n=number: self._role(n, text))
            line.removed.connect(lambda n=number: self._remove(n))
            self._list.addWidget(line)
        self._empty.setVisible(not self.rows)
        self._more.setVisible(self._editor.relations_more)
        self._kinds()
        if self.search.text() != self._editor.picker.text:
            self.search.setText(self._editor.picker.text)

    def refresh(self) -> None:
        wrong = {
            int(found[1]) for key in self._editor.field_errors if (found := _ERROR.match(key))
        }
        for number, line in enumerate(self.rows):
            text = self.tr("This relation cannot be: of the wrong kind, or round in a circle.")
            line.set_error(text if number in wrong else "")
            line.setEnabled(not self._editor.locked)
        for widget in (self._kind, self._search):
            widget.setEnabled(not self._editor.locked)

    def chain(self) -> Sequence[QWidget]:
        rows = [widget for one in self.rows for widget in (one.role, one.remove)]
        return [*rows, self.kind, self.search, *self.found]

    def begin(self, error: str = "") -> None:
        found = _ERROR.match(error)
        if found and int(found[1]) < len(self.rows):
            self.rows[int(found[1])].role.setFocus()
        else:
            self.search.setFocus()

    def _show_found(self) -> None:
        picker = self._editor.picker
        clear(self._results)
        self.found = [self._result(card) for card in picker.found]
        self._nobody.setVisible(picker.answered and bool(picker.text) and not picker.found)
        if not picker.text and self.search.text():
            self.search.clear()

    def _result(self, card: CustomerCard) -> Button:
        number = next((formats.phone(one.value) for one in card.identities), "")
        where = card.organisation or number
        said = " · ".join(filter(None, (card.name, where)))
        icon = "organisation" if card.kind is CustomerKind.ORGANISATION else "customer"
        button = Button(said.replace("&", "&&"), "quiet", icon=icon)
        button.clicked.connect(lambda: self._pick(card))
        self._results.addLayout(row(button, None))
        return button

    def _to_results(self) -> None:
        if self.found:
            self.found[0].setFocus()

    def _pick_first(self) -> None:
        """Return takes the only one there is; of several it goes to the first."""
        found = self._editor.picker.found
        if len(found) == 1:
            self._pick(found[0])
        elif found:
            self._to_results()
        else:
            self._editor.picker.search()

    def _pick(self, card: CustomerCard) -> None:
        kind, _, backward = str(self.kind.currentData()).partition(BACKWARD)
        self._editor.relate(RelationKind(kind), card, backward=backward == "1")
        (self.rows[-1].role if self.rows else self.search).setFocus()

    def _role(self, number: int, text: str) -> None:
        known = (self._editor.draft.relations or ())[number]
        self._editor.set_entry("relations", number, replace(known, role=text))

    def _remove(self, number: int) -> None:
        self._editor.remove_entry("relations", number)
        after = self.rows[min(number, len(self.rows) - 1)].role if self.rows else None
        (after or self.search).setFocus()


def _code(kind: RelationKind, backward: bool) -> str:
    """What a list of choices can hold: Qt makes something else of a pair."""
    return f"{kind.value}{BACKWARD}{int(backward)}"
