"""Two versions of one customer side by side, field by field, and a choice for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from agent_desktop.viewmodels.merging import COLLECTIONS, Take
from agent_desktop.views.customer.words import field_title, value_text
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.widgets import (
    Button,
    Card,
    Notice,
    Panel,
    Tag,
    Text,
    column,
    row,
    scrolled,
)

if TYPE_CHECKING:
    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
    from agent_desktop.viewmodels.merging import Conflict, FieldConflict


class FieldChoice(Retranslated, Card):
    """One field on which the versions differ."""

    def __init__(
        self, editor: CustomerEditorViewModel, found: FieldConflict, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._editor, self._found = editor, found
        self._who = Tag("", "warn" if found.overlapping else "")
        self.head.addWidget(self._who)
        self._group = QButtonGroup(self)
        self.options: dict[Take, Button] = {}
        sides = QHBoxLayout()
        sides.setSpacing(16)
        self.body.addLayout(sides)
        for take in (Take.MINE, Take.THEIRS):
            sides.addLayout(self._option(take), 1)
        if found.name in COLLECTIONS:
            self.body.addSpacing(4)
            self.body.addLayout(self._option(Take.BOTH))
        self._group.idClicked.connect(self._chosen)
        self.retranslate()

    def _option(self, take: Take) -> QVBoxLayout:
        button = Button("", "toggle", small=True)
        self._group.addButton(button, take.value)
        self.options[take] = button
        value = {
            Take.MINE: self._found.mine,
            Take.THEIRS: self._found.theirs,
            Take.BOTH: self._found.both,
        }[take]
        if self._found.name == "owner":
            value = self._editor.owner_name(value or "")
        says = Text(value_text(self._found.name, value), wrap=True)
        box = column(row(button, None), says, None, spacing=6)
        button.setAccessibleDescription(says.text())
        return box

    def retranslate(self) -> None:
        other = self._author()
        self.set_title(field_title(self._found.name, self._editor.fields))
        self.options[Take.MINE].setText(self.tr("Yours"))
        self.options[Take.THEIRS].setText(self.tr("{agent}'s").format(agent=other))
        if Take.BOTH in self.options:
            self.options[Take.BOTH].setText(self.tr("Both together"))
        if self._found.overlapping:
            self._who.setText(self.tr("Both of you changed it"))
        elif self._found.take is Take.MINE:
            self._who.setText(self.tr("Only you changed it"))
        else:
            self._who.setText(self.tr("Only {agent} changed it").format(agent=other))

    def _author(self) -> str:
        conflict = self._editor.conflict
        return (conflict.file.updated_by if conflict else "") or self.tr("the other person")

    def show_take(self, take: Take | None) -> None:
        if take is not None:
            self.options[take].setChecked(True)
            for one, button in self.options.items():
                button.set_icon("check" if one is take else "")

    def _chosen(self, number: int) -> None:
        self._editor.take(self._found.name, Take(number))


class ConflictView(Retranslated, Panel):
    """Shown by the editor while `editor.conflict` is there."""

    def __init__(self, editor: CustomerEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._editor = editor
        self._shown: tuple[str, int] | None = None  # whose conflict the cards are of
        self.fields: dict[str, FieldChoice] = {}
        self._title, self._hint = Text("", "title", wrap=True), Text("", "muted", wrap=True)
        self._still = Notice("warn")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self.save = Button("", "primary")
        self.back = Button("", "secondary")
        self._lay_out()
        self.save.clicked.connect(editor.settle)
        self.back.clicked.connect(editor.back_to_editing)
        editor.changed.connect(self.renew)
        self.retranslate()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(820)
        inner.setLayout(
            column(
                self._title,
                self._hint,
                self._cards,
                None,
                spacing=12,
                margins=(24, 20, 24, 24),
            )
        )
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        foot = Panel(edge="top")
        foot.setLayout(row(self.save, self.back, None, self._still, margins=(24, 12, 24, 12)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(foot)

    def retranslate(self) -> None:
        self.save.setText(self.tr("Save with these choices"))
        self.back.setText(self.tr("Back to editing"))
        self._hint.setText(
            self.tr("Nothing is lost: choose for each field which version stays, then save.")
        )
        self.renew()

    def renew(self) -> None:
        conflict = self._editor.conflict
        if conflict is None:
            self._shown = None
            return
        mark = (conflict.file.card.customer_id, conflict.file.card.version)
        if mark != self._shown:
            self._build(conflict)
            self._shown = mark
        for found in conflict.fields:
            self.fields[found.name].show_take(found.take)
        self._title.setText(self._headline(conflict))
        open_fields = sum(found.take is None for found in conflict.fields)
        self._still.say(
            self.tr("%n field(s) still to choose", "", open_fields) if open_fields else ""
        )
        self.save.setEnabled(conflict.settled and not self._editor.busy)

    def _headline(self, conflict: Conflict) -> str:
        agent = conflict.file.updated_by or self.tr("Somebody")
        return self.tr("{agent} saved first").format(agent=agent)

    def _build(self, conflict: Conflict) -> None:
        clear(self._cards)
        self.fields = {f.name: FieldChoice(self._editor, f) for f in conflict.fields}
        for card in self.fields.values():
            self._cards.addWidget(card)
        if not self.fields:
            self._cards.addWidget(Text(self.tr("Both versions say the same."), "muted", wrap=True))

    def first(self) -> None:
        """The focus goes to the first field that waits for a choice."""
        conflict = self._editor.conflict
        waiting = [f.name for f in conflict.fields if f.take is None] if conflict else []
        if waiting:
            self.fields[waiting[0]].options[Take.MINE].setFocus()
        else:
            self.save.setFocus()
