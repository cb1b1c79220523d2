"""The form of one customer: new or known; when somebody saved first, both versions."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desktop import formats
from agent_desktop.viewmodels.customer_editor import REQUIRED
from agent_desktop.views import words
from agent_desktop.views.choices import Choice
from agent_desktop.views.conflict import ConflictView
from agent_desktop.views.customer.addresses import AddressSection
from agent_desktop.views.customer.basics import BasicFields
from agent_desktop.views.customer.consents import ConsentSection
from agent_desktop.views.customer.custom import CustomSection
from agent_desktop.views.customer.relations import RelationSection
from agent_desktop.views.customer.section import BASICS, Pages, Section, SectionBar
from agent_desktop.views.customer.words import field_title
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.identity_row import ICONS, IdentityRow
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.tag_field import TagField
from agent_desktop.views.widgets import (
    Button,
    Field,
    Notice,
    Panel,
    Text,
    column,
    row,
    scrolled,
)
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel

MAX_NAME: Final = 200
MAX_NOTE: Final = 4_000
TYPED: Final = (IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.KEY)  # a browser is learnt
NOTES_SHOWN: Final = 3
LISTS: Final = ("addresses", "relations", "consents")
_ROW: Final = re.compile(r"identities\[(\d{1,4})\]")


class CustomerEditor(Retranslated, QStackedWidget):
    """The form, or the comparison while there is a conflict. Ctrl+S saves, Escape leaves,
    Ctrl+PgDown shows the next section; Ctrl+Shift+Z takes the last change to the form back."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.name, self.organisation = QLineEdit(), QLineEdit()
        self.language, self.owner = Choice(stretches=True), Choice(stretches=True)
        self.tags = TagField()
        self.basics = BasicFields(editor)
        self.sections: dict[str, Section] = {
            "addresses": AddressSection(editor),
            "relations": RelationSection(editor),
            "consents": ConsentSection(editor),
            "custom": CustomSection(editor),
        }
        self.bar = SectionBar((BASICS, *self.sections), self)
        self.pages = Pages()
        self.note = QPlainTextEdit()
        self.pin = Button("", "toggle", icon="pin", small=True)
        self.rows: list[IdentityRow] = []
        self.adders = {k: Button("", "quiet", icon=ICONS[k]) for k in TYPED}
        self.save, self.cancel = Button("", "primary"), Button("", "secondary")
        self.undo = Button("", "quiet", icon="undo")
        self._wrong = False  # something was, when it was shown last
        self._title = Text("", "title")
        self._changed_by, self._trouble = Notice("warn"), Notice("bad")
        self._fields = {
            "name": Field(self.name),
            "organisation": Field(self.organisation),
            "language": Field(self.language),
            "owner": Field(self.owner),
            "tags": Field(self.tags),
            **self.basics.fields,
        }
        self._identities_title = Text("", "overline")
        self._identities_error = Text("", "small", tone="bad", wrap=True)
        self._identities = QVBoxLayout()
        self._note_title = Text("", "overline")
        self._note_error = Text("", "small", tone="bad", wrap=True)
        self._old_notes = QVBoxLayout()
        self.conflict = ConflictView(editor)
        self._form = self._lay_out()
        self.addWidget(self._form)
        self.addWidget(self.conflict)
        self._connect()
        self.retranslate()
        self._fill()

    # -- building -------------------------------------------------------------------------------

    def _lay_out(self) -> QWidget:
        for field in (self.name, self.organisation):
            field.setMaxLength(MAX_NAME)
        self._identities.setSpacing(8)
        self._old_notes.setSpacing(8)
        self.note.setFixedHeight(88)
        self.note.setTabChangesFocus(True)
        part = self._fields
        first = QWidget()
        first.setLayout(
            column(
                _pair(part["kind"], part["status"]),
                part["name"],
                _pair(part["given_name"], part["family_name"]),
                part["organisation"],
                _pair(part["born"], part["language"]),
                _pair(part["time_zone"], part["owner"]),
                part["alerts"],
                part["tags"],
                column(
                    self._identities_title,
                    self._identities,
                    self._identities_error,
                    row(*self.adders.values(), None, spacing=4),
                ),
                column(
                    self._note_title,
                    self.note,
                    self._note_error,
                    row(self.pin, None),
                    self._old_notes,
                ),
                None,
                spacing=16,
            )
        )
        self.pages.add(BASICS, first)
        for name, section in self.sections.items():
            self.pages.add(name, section)
        inner = QWidget()
        inner.setMaximumWidth(680)
        inner.setLayout(
            column(
                self._title,
                self._changed_by,
                self.bar,
                self.pages,
                None,
                spacing=16,
                margins=(24, 20, 24, 24),
            )
        )
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        foot = Panel(edge="top")
        foot.setLayout(
            row(self.save, self.cancel, self.undo, None, self._trouble, margins=(24, 12, 24, 12))
        )
        form = Panel()
        whole = column(area, foot, spacing=0)
        whole.setStretch(0, 1)
        form.setLayout(whole)
        return form

    def _connect(self) -> None:
        editor = self._editor
        self.name.textEdited.connect(editor.set_name)
        self.organisation.textEdited.connect(editor.set_organisation)
        self.language.activated.connect(lambda _: editor.set_language(self.language.currentData()))
        self.owner.activated.connect(lambda _: editor.set_owner(self.owner.currentData()))
        self.tags.added.connect(editor.add_tag)
        self.tags.removed.connect(editor.remove_tag)
        self.note.textChanged.connect(self._note_typed)
        self.pin.toggled.connect(editor.set_pin)
        for kind, button in self.adders.items():
            button.clicked.connect(lambda _=False, kind=kind: self._add(kind))
        self.save.clicked.connect(editor.save)
        self.cancel.clicked.connect(editor.leave)
        self.undo.clicked.connect(editor.undo)
        self.bar.chosen.connect(self._choose)
        self._changed_by.acted.connect(editor.review)
        editor.reset.connect(self._fill)
        editor.changed.connect(self._render)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Save, self, editor.save, context=within)
        QShortcut(QKeySequence("Ctrl+Shift+Z"), self, editor.undo, context=within)
        QShortcut(QKeySequence("Escape"), self, self._escape, context=within)

    # -- words ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        for name, field in self._fields.items():
            field.set_label(field_title(name))
        self.basics.retranslate(self.tr("day/month/year"), self.tr("as here"))
        self.undo.setText(self.tr("Undo"))
        self.undo.setToolTip(self.tr("Takes the last change back (Ctrl+Shift+Z)"))
        self.name.setPlaceholderText(self.tr("Person or company"))
        self._identities_title.setText(field_title("identities"))
        titles = {
            IdentityKind.PHONE: self.tr("Add a phone"),
            IdentityKind.EMAIL: self.tr("Add an e-mail"),
            IdentityKind.KEY: self.tr("Add a reference"),
        }
        for kind, button in self.adders.items():
            button.setText(titles[kind])
        self._note_title.setText(self.tr("New note"))
        self.note.setAccessibleName(self.tr("New note"))
        self.note.setPlaceholderText(self.tr("What the next agent should know"))
        self.pin.setText(self.tr("Keep it at the top of the file"))
        self.cancel.setText(self.tr("Cancel"))
        self._languages()
        self._owners()
        self._show_notes()
        self._render()

    def _languages(self) -> None:
        known = list(words.LANGUAGES)
        own = self._editor.draft.language
        codes = known if own in ("", *known) else [*known, own]
        named = sorted(((c, words.language(c)) for c in codes), key=lambda pair: pair[1])
        self.language.set_choices([("", self.tr("Not known")), *named])
        self.language.choose(own)

    def _owners(self) -> None:
        """Everybody by name; an owner who is no user (any more) stays, by the login."""
        own = self._editor.draft.owner or ""
        known = dict(self._editor.owners)
        if own:
            known.setdefault(own, own)
        named = sorted(known.items(), key=lambda pair: pair[1].casefold())
        self.owner.set_choices([("", self.tr("Nobody")), *named])
        self.owner.choose(own)

    # -- filling --------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Every field anew, for another customer or another number of rows."""
        draft = self._editor.draft
        for field, text in ((self.name, draft.name), (self.organisation, draft.organisation)):
            if field.text() != text:
                field.setText(text)
        self._languages()
        self._owners()
        self.basics.fill()
        for section in self.sections.values():
            section.fill()
        if not self._editor.active or self.bar.shown in self._hidden():
            self._show(BASICS)
        self.tags.entry.clear()
        if self.note.toPlainText() != self._editor.new_note:
            self.note.setPlainText(self._editor.new_note)
        self.pin.setChecked(self._editor.pin_note)
        self._build_rows()
        self._show_notes()
        self._render()

    def _build_rows(self) -> None:
        clear(self._identities)
        self.rows = [IdentityRow(one) for one in self._editor.draft.identities]
        for number, line in enumerate(self.rows):
            line.value_edited.connect(lambda text, n=number: self._value(n, text))
            line.label_edited.connect(lambda text, n=number: self._label(n, text))
            line.removed.connect(lambda n=number: self._remove(n))
            self._identities.addWidget(line)
        self._tab_order()

    def _tab_order(self) -> None:
        """As the eye goes: fields, numbers, the buttons that add one, note, save."""
        basics = self.basics
        chain: list[QWidget] = [*self.bar.buttons.values(), basics.kind, basics.status]
        chain += [self.name, basics.given_name, basics.family_name, self.organisation]
        chain += [basics.born, self.language, basics.time_zone, self.owner]
        chain += [*basics.alerts.buttons.values(), self.tags.entry]
        for line in self.rows:
            chain += [line.value, line.label, line.remove]
        chain += [*self.adders.values(), self.note, self.pin]
        for section in self.sections.values():
            chain += section.chain()
        chain += [self.save, self.cancel, self.undo]
        for first, second in itertools.pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _show_notes(self) -> None:
        clear(self._old_notes)
        for note in self._editor.notes[:NOTES_SHOWN]:
            said = " · ".join((note.author, formats.day(note.at)))
            self._old_notes.addWidget(Text(said, "small"))
            self._old_notes.addWidget(Text(note.text, wrap=True))

    def _render(self) -> None:
        editor = self._editor
        self._turn()
        self._title.setText(self.tr("New customer") if editor.is_new else self.tr("Edit customer"))
        self.tags.show_tags(editor.draft.tags)
        for line, identity in zip(self.rows, editor.draft.identities, strict=False):
            line.show_identity(identity)
        self.basics.alerts.refresh()
        for section in self.sections.values():
            section.refresh()
        self._render_errors()
        self._render_bar()
        self.undo.setEnabled(editor.can_undo)
        self.save.setText(self.tr("Saving…") if editor.busy else self.tr("Save"))
        self.save.setEnabled(editor.can_save)
        for field in (*self._fields.values(), *self.rows, *self.adders.values()):
            field.setEnabled(not editor.record_saved)
        self._changed_by.say(
            self.tr("{agent} has just changed this customer.").format(agent=editor.changed_by)
            if editor.changed_by
            else "",
            action=self.tr("Compare"),
        )

    def _turn(self) -> None:
        """To the comparison or back, with the focus where the next thing is to be done."""
        wanted = self.conflict if self._editor.conflict else self._form
        if self.currentWidget() is not wanted:
            within = self.isAncestorOf(QApplication.focusWidget() or self)
            self.setCurrentWidget(wanted)
            if within:
                self.begin()

    # -- sections -------------------------------------------------------------------------------

    def _hidden(self) -> frozenset[str]:
        return frozenset() if self._editor.fields else frozenset({"custom"})

    def _render_bar(self) -> None:
        draft = self._editor.draft
        counts = {name: len(getattr(draft, name) or ()) for name in LISTS}
        counts["custom"] = sum(one.code in (draft.custom or {}) for one in self._editor.fields)
        wrong = frozenset(section_of(key) for key in self._editor.field_errors)
        self.bar.say(counts, wrong, self._hidden())

    def _show(self, name: str) -> None:
        self.bar.show_section(name)
        self.pages.show_page(name)

    def _choose(self, name: str) -> None:
        """By a person: the focus goes along."""
        within = self.isAncestorOf(QApplication.focusWidget() or self)
        self._show(name)
        if name in self.sections:
            self.sections[name].begin()
        elif within:
            self.name.setFocus()

    def _to_error(self) -> None:
        """A refusal shows the section of the field at fault, and that field has the focus."""
        key = next(iter(self._editor.field_errors), "")
        name = section_of(key)
        if not key or name == self.bar.shown or name in self._hidden():
            return
        self._show(name)
        if name in self.sections:
            self.sections[name].begin(key)

    # -- errors ---------------------------------------------------------------------------------

    def _render_errors(self) -> None:
        errors = self._editor.field_errors
        if errors and not self._wrong:
            self._to_error()
        self._wrong = bool(errors)
        for name, field in self._fields.items():
            field.set_error(self._error(next((c for k, c in errors.items() if of(k) == name), "")))
        by_row = {row_of(key): key for key in errors if row_of(key) is not None}
        for number, line in enumerate(self.rows):
            key = by_row.get(number)
            line.set_error(self.tr("This does not look right.") if key else "")
        general = "identities" in errors and not by_row
        self._identities_error.setText(
            self.tr("One of these does not look right.") if general else ""
        )
        self._identities_error.setVisible(general)
        note = errors.get("note", "")
        self._note_error.setText(
            self.tr("The customer is saved, the note is not. Save again.") if note else ""
        )
        self._note_error.setVisible(bool(note))
        self._trouble.say(
            words.refusal(self._editor.error) if self._editor.error else "", tone="bad"
        )

    def _error(self, code: str) -> str:
        if not code:
            return ""
        return self.tr("A name is needed.") if code == REQUIRED else words.refusal(code)

    # -- what a person does ---------------------------------------------------------------------

    def begin(self) -> None:
        """The focus goes to where the typing starts."""
        if self._editor.conflict is not None:
            self.conflict.first()
        else:
            self._show(BASICS)
            self.name.setFocus()
            self.name.selectAll()

    def hold_back(self) -> None:
        """Somebody wants to go elsewhere while there is something to save."""
        self._trouble.say(self.tr("Save or cancel your changes first."), tone="warn")
        self.save.setFocus()

    def _note_typed(self) -> None:
        text = self.note.toPlainText()
        if len(text) > MAX_NOTE:
            cursor = self.note.textCursor()
            cursor.setPosition(MAX_NOTE)
            cursor.movePosition(cursor.MoveOperation.End, cursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            return
        self._editor.set_note(text)

    def _add(self, kind: IdentityKind) -> None:
        self._editor.add_identity(kind)
        self.rows[-1].value.setFocus()

    def _remove(self, number: int) -> None:
        self._editor.remove_identity(number)
        after = self.rows[min(number, len(self.rows) - 1)].value if self.rows else None
        (after or self.adders[IdentityKind.PHONE]).setFocus()

    def _value(self, number: int, text: str) -> None:
        self._editor.set_identity(number, value=text)

    def _label(self, number: int, text: str) -> None:
        self._editor.set_identity(number, label=text)

    def _escape(self) -> None:
        """Leaves where nothing would be lost; else the cancel button takes the focus."""
        if self._editor.conflict is not None:
            self._editor.back_to_editing()
        elif self._editor.dirty:
            self.cancel.setFocus()
        else:
            self._editor.leave()


def row_of(key: str) -> int | None:
    """The row that an error's field names: "identities[2].value" is 2."""
    found = _ROW.match(key)
    return int(found[1]) if found else None


def of(key: str) -> str:
    """The field of an error: "tags[3]" is "tags"."""
    return key.partition("[")[0].partition(".")[0]


def section_of(key: str) -> str:
    """Where the field of an error is."""
    name = of(key)
    return name if name in (*LISTS, "custom") else BASICS


def _pair(*fields: Field) -> QWidget:
    """Beside each other, of one width."""
    beside = row(*fields, spacing=16)
    for place in range(len(fields)):
        beside.setStretch(place, 1)
    whole = QWidget()
    whole.setLayout(beside)
    return whole
