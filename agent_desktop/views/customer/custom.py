"""The fields that an organisation adds to its customers, being edited, by their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.customer_draft import iso_day
from agent_desktop.viewmodels.merging import CUSTOM
from agent_desktop.views.choices import Choice
from agent_desktop.views.customer.section import Section
from agent_desktop.views.customer.words import custom_title
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.sensitive import mark
from agent_desktop.views.widgets import Field, column
from cti_bridge.protocol.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
    from cti_bridge.protocol.customer_values import CustomValue, FieldView

MAX_TEXT: Final = 500


class CustomSection(Section):
    """A field for each that a customer of this kind has."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown: tuple[FieldView, ...] = ()
        self.editors: dict[str, QLineEdit | Choice] = {}
        self._fields: dict[str, Field] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(16)
        self.setLayout(column(self._list, None, spacing=0))

    def retranslate(self) -> None:
        self._shown = ()
        self.fill()

    def fill(self) -> None:
        if self._editor.fields != self._shown:
            self._build(self._editor.fields)
        values = self._editor.draft.custom or {}
        for field in self._shown:
            self._show(field, values.get(field.code))

    def _build(self, fields: tuple[FieldView, ...]) -> None:
        clear(self._list)
        self._shown = fields
        self.editors = {one.code: self._made(one) for one in fields}
        self._fields = {
            one.code: Field(self.editors[one.code], custom_title(one)) for one in fields
        }
        for field in self._fields.values():
            self._list.addWidget(field)

    def _made(self, field: FieldView) -> QLineEdit | Choice:
        if field.type in (FieldType.CHOICE, FieldType.YES_NO):
            choice = Choice(stretches=True)
            choices: list[tuple[object, str]] = [(one, one) for one in field.choices]
            if field.type is FieldType.YES_NO:
                choices = [(True, self.tr("Yes")), (False, self.tr("No"))]
            choice.set_choices([(None, self.tr("Not known")), *choices])
            choice.activated.connect(
                lambda _: self._editor.set_custom(field.code, choice.currentData())
            )
            return choice
        line = QLineEdit()
        line.setMaxLength(MAX_TEXT)
        if field.type is FieldType.DATE:
            line.setPlaceholderText(self.tr("day/month/year"))
        if field.sensitive:
            mark(line, field.code)
        line.textEdited.connect(
            lambda text: self._editor.set_custom(field.code, typed(field.type, text))
        )
        return line

    def _show(self, field: FieldView, value: CustomValue | None) -> None:
        editor = self.editors[field.code]
        if isinstance(editor, Choice):
            editor.choose(value)
        elif typed(field.type, editor.text()) != value:
            editor.setText(shown(field.type, value))
            editor.setCursorPosition(0)

    def refresh(self) -> None:
        errors = self._editor.field_errors
        for code, field in self._fields.items():
            wrong = f"{CUSTOM}{code}" in errors
            field.set_error(self.tr("This does not look right.") if wrong else "")
            field.setEnabled(not self._editor.locked)

    def chain(self) -> Sequence[QWidget]:
        return list(self.editors.values())

    def begin(self, error: str = "") -> None:
        wanted = self.editors.get(error.removeprefix(CUSTOM))
        first = next(iter(self.editors.values()), None)
        if target := wanted or first:
            target.setFocus()


def typed(kind: FieldType, text: str) -> CustomValue | None:
    """What a line says; of a number that is none the text itself, which the bridge refuses."""
    text = text.strip()
    if not text:
        return None
    if kind is FieldType.DATE:
        return iso_day(text)
    if kind is not FieldType.NUMBER:
        return text
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def shown(kind: FieldType, value: CustomValue | None) -> str:
    if value is None:
        return ""
    if kind is FieldType.DATE:
        return formats.iso_date(str(value))
    return str(value)
