"""Notes of the customer: pinned first, edited and pinned where they stand, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.sensitive import mark
from agent_desktop.views.widgets import (
    Button,
    IconTag,
    Notice,
    Text,
    column,
    row,
    scrolled,
)
from cti_bridge.protocol.vocabulary import Permission, RefusalCode

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from cti_bridge.protocol.values import NoteView
    from cti_bridge.protocol.vocabulary import NoteId

FIELD: Final = 72
EDITOR: Final = 112


class CustomerNotes(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__()
        self._desktop, self._file = desktop, file
        self._new = QPlainTextEdit()
        self._new.setFixedHeight(FIELD)
        self._new.setTabChangesFocus(True)
        mark(self._new, "notes")
        self._new.textChanged.connect(self._typed)
        self._add = Button("", "secondary", small=True)
        self._add.clicked.connect(self._send)
        self._undo = Notice("")
        self._undo.acted.connect(file.undo_note)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(24, 0, 24, 16)
        self._rows.setSpacing(16)
        self._rows.addStretch(1)
        self._none = Text("", "muted", wrap=True)
        self._shown: object = None
        self.boxes: dict[NoteId, NoteBox] = {}
        self._writing = QWidget()
        self._writing.setLayout(column(self._new, row(None, self._add), spacing=8))
        head = column(self._writing, self._undo, self._none, spacing=8, margins=(24, 16, 24, 12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(scrolled(self._list), 1)
        self._sent = ""
        desktop.commands.changed.connect(self._typed)
        self.retranslate()

    def retranslate(self) -> None:
        self._new.setPlaceholderText(self.tr("A note that stays in the file…"))
        self._new.setAccessibleName(self.tr("New note"))
        self._add.setText(self.tr("Add note"))
        self._none.setText(self.tr("No notes yet."))
        self._shown = None
        self.render_notes()
        self._typed()

    def render_notes(self) -> None:
        may = self._desktop.store.state.may(Permission.EDIT_CUSTOMERS)
        self._writing.setVisible(may)
        undone = self._file.undoable
        self._undo.say(self.tr("The note was changed.") if undone else "", icon="check",
                       action=self.tr("Undo"))  # fmt: skip
        notes = self._file.notes
        shown = (self._file.customer_id, notes, may)
        if shown == self._shown:
            for box in self.boxes.values():
                box.follow()
            return
        self._clear_sent(notes)
        self._shown = shown
        kept = {k: b for k, b in self.boxes.items() if b.editing}
        while self._rows.count() > 1:
            item = self._rows.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None and widget not in kept.values():
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        for note in notes:
            box = kept.get(note.note_id) or NoteBox(self._file, note, may_edit=may)
            box.show_note(note)
            self.boxes[note.note_id] = box
            self._rows.insertWidget(self._rows.count() - 1, box)
        for note_id, box in kept.items():
            if note_id not in self.boxes:  # of another customer
                box.hide()
                box.deleteLater()
        self._none.setVisible(not notes)

    def _clear_sent(self, notes: tuple[NoteView, ...]) -> None:
        if self._sent and any(n.text == self._sent for n in notes):
            if self._new.toPlainText().strip() == self._sent:
                self._new.clear()
            self._sent = ""

    def _typed(self) -> None:
        busy = self._file.adding_note
        self._add.setEnabled(bool(self._new.toPlainText().strip()) and not busy)

    def _send(self) -> None:
        text = self._new.toPlainText().strip()
        if self._file.add_note(text):
            self._sent = text  # stays in the field until the file has it


class NoteBox(Retranslated, QWidget):
    """One note: read, pinned, unpinned, or written anew. `left` when the writing is over."""

    left = Signal()

    def __init__(self, file: CustomerFileViewModel, note: NoteView, *, may_edit: bool) -> None:
        super().__init__()
        self._file, self.note, self._may = file, note, may_edit
        self.editing = False
        self._base: NoteView | None = None  # what the writing began from
        self._pin = IconTag(self.tr("Pinned"), "pin", "warn")
        self._meta = Text("", "faint", wrap=True)
        self.pin = Button("", "quiet", icon="pin", small=True)
        self.pin.clicked.connect(lambda: file.edit_note(self.note, pinned=not self.note.pinned))
        self.edit = Button("", "quiet", icon="edit", small=True)
        self.edit.clicked.connect(self._begin)
        self._text: QLabel = Text("", wrap=True, select=True)
        self.field = QPlainTextEdit()
        self.field.setFixedHeight(EDITOR)
        self.field.setTabChangesFocus(True)
        mark(self.field, "notes")
        self._trouble = Notice("warn")
        self._trouble.acted.connect(self._take_theirs)
        self.save = Button("", "primary", small=True)
        self.save.clicked.connect(self._save)
        self.cancel = Button("", "quiet", small=True)
        self.cancel.clicked.connect(self._end)
        head = row(self._pin, self._meta, self.pin, self.edit)
        head.setStretch(1, 1)
        self._form = QWidget()
        self._form.setLayout(
            column(self.field, self._trouble, row(None, self.cancel, self.save), spacing=8)
        )
        self._form.hide()
        self.setLayout(column(head, self._text, self._form, spacing=4))
        QShortcut(
            QKeySequence("Escape"), self._form, self._end,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip
        save = QShortcut(
            QKeySequence("Ctrl+Return"), self._form, self._save,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip
        save.setAutoRepeat(False)
        self.retranslate()

    def retranslate(self) -> None:
        self.save.setText(self.tr("Save"))
        self.cancel.setText(self.tr("Cancel"))
        self.field.setAccessibleName(self.tr("The note"))
        self._name(self.edit, self.tr("Edit the note"))
        self.show_note(self.note)

    def show_note(self, note: NoteView) -> None:
        """As it stands now; what is being written stays, and is told that another wrote too."""
        self.note = note
        said = f"{note.author} · {formats.when(note.at)}"
        if note.edited_at is not None:
            edited = self.tr("edited by {name}, {day}")
            day = formats.when(note.edited_at)
            said += " · " + edited.format(name=note.edited_by, day=day)
        self._meta.setText(said)
        self._text.setText(note.text)
        self._pin.setVisible(note.pinned)
        self._name(self.pin, self.tr("Unpin the note") if note.pinned else self.tr("Pin the note"))
        self.pin.set_on(note.pinned)
        self.pin.setVisible(self._may and not self.editing)
        self.edit.setVisible(self._may and not self.editing and not note.masked)
        self.follow()

    def follow(self) -> None:
        """What came of the saving."""
        busy = self._file.editing_note(self.note.note_id)
        for button in (self.save, self.pin, self.edit):
            button.setEnabled(not busy)
        if not self.editing or self._base is None or busy:
            return
        code = self._file.note_refusals.get(self.note.note_id)
        if self.note.version != self._base.version:
            if self.note.text == self.field.toPlainText().strip():
                self._end()  # saved
                return
            self._trouble.say(
                self.tr("{name} changed this note meanwhile: “{text}”").format(
                    name=self.note.edited_by or self.note.author, text=self.note.text[:300]
                ),
                action=self.tr("Take theirs"),
            )
        elif code is not None and code is not RefusalCode.CONFLICT:
            self._trouble.say(words.refusal(code))
        else:
            self._trouble.say("")

    def _begin(self) -> None:
        self.editing, self._base = True, self.note
        self.field.setPlainText(self.note.text)
        self._trouble.say("")
        self._form.show()
        self._text.hide()
        self.show_note(self.note)
        self.field.setFocus()

    def _save(self) -> None:
        """Over the note as it stands: who saves after the warning has seen the other's words."""
        text = self.field.toPlainText().strip()
        if text == self.note.text:
            self._end()
        elif text and self._base is not None:
            self._base = self.note
            self._file.edit_note(self.note, text=text)
            self.follow()

    def _take_theirs(self) -> None:
        self.field.setPlainText(self.note.text)
        self._end()

    def _end(self) -> None:
        self.editing, self._base = False, None
        self._form.hide()
        self._text.show()
        self.show_note(self.note)
        self.edit.setFocus()
        self.left.emit()

    @staticmethod
    def _name(button: Button, name: str) -> None:
        button.setToolTip(name)
        button.setAccessibleName(name)
