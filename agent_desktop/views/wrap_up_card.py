"""How the contact ended, and what is worth knowing of it; finished without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.link import LinkState
from agent_desktop.views import i18n, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.sensitive import mark
from agent_desktop.views.shortcuts import label
from agent_desktop.views.widgets import Button, Card, ChipGroup, Text, Timer, row
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop

HURRY = 15.0  # seconds left that are shown red


class WrapUpCard(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._model = desktop, desktop.wrap_up
        self._result = Card()
        self.chips = ChipGroup(numbered=True)
        self.chips.chosen.connect(self._model.choose)
        self._ask = Text("", "small", tone="bad")
        self._ask.hide()
        self._result.body.addWidget(self.chips)
        self._result.body.addWidget(self._ask)
        self._notes_card = Card()
        self._kept = Text("", "faint")
        self._notes_card.head.addWidget(self._kept)
        self.notes = QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        mark(self.notes, "notes")
        self.notes.setMinimumHeight(72)
        self.notes.setMaximumHeight(168)
        self.notes.textChanged.connect(self._typed)
        self._notes_card.body.addWidget(self.notes)
        self._left = Timer("strong", tone="wrap")
        self._left_words = Text("", "muted")
        self.extend = Button("", icon="extend")
        self.extend.clicked.connect(self._model.extend)
        self.finish = Button("", "primary", icon="check")
        self.finish.clicked.connect(self._model.finish)
        self._foot = QWidget()
        self._foot.setLayout(row(self._left, self._left_words, None, self.extend, self.finish))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        for part in (self._foot, self._result, self._notes_card):
            layout.addWidget(part)
        self._model.changed.connect(self.refresh)
        self._model.loaded.connect(self._load)
        desktop.ticked.connect(self._tick)
        self.retranslate()
        self._load()

    def retranslate(self) -> None:
        self._result.set_title(self.tr("Result"))
        self._notes_card.set_title(self.tr("Notes"))
        self.notes.setPlaceholderText(self.tr("What is worth knowing next time…"))
        self.notes.setAccessibleName(self.tr("Notes of the contact"))
        self.chips.setAccessibleName(self.tr("Result"))
        self.extend.setText(self.tr("More time"))
        self.extend.setToolTip(label("extend"))
        self.finish.setText(self.tr("Finish"))
        self.finish.setToolTip(label("finish"))
        self._left_words.setText(self.tr("to wrap up"))
        self._ask.setText(self.tr("Choose a result to finish: keys 1 to 9, or Ctrl+1 to 9."))
        self.refresh()

    def focus_first(self) -> None:
        """For the keyboard: the result when it is missing, else the notes."""
        if self._model.disposition or not self._model.dispositions:
            self.notes.setFocus()
        else:
            self.chips.setFocus()

    def refresh(self) -> None:
        model = self._model
        tongue = i18n.language()
        choices = [
            (c.code, words.choice(model.dispositions, c.code, tongue)) for c in model.dispositions
        ]
        self.chips.set_choices(choices)
        self.chips.set_code(model.disposition)
        self._result.setVisible(bool(choices))
        self._ask.setVisible(model.asks_disposition)
        self._foot.setVisible(model.finishes)
        view = model.interaction
        self.extend.setVisible(view is not None and view.wrap_up_extensions_left > 0)
        self.extend.setEnabled(model.can_extend)
        self.finish.setEnabled(model.can_finish)
        self._say_kept()
        self._tick()

    def _say_kept(self) -> None:
        online = self._desktop.store.state.link is LinkState.ONLINE
        if not self._model.notes and not self._model.disposition:
            text, tone = "", ""
        elif self._model.saved:
            text, tone = self.tr("Saved"), ""
        elif online:
            text, tone = self.tr("Saving…"), ""
        else:
            text, tone = self.tr("Kept here until the connection is back"), "warn"
        self._kept.setText(text)
        set_style(self._kept, tone=tone)

    def _tick(self) -> None:
        left = self._model.seconds_left
        self._left.setVisible(left is not None)
        self._left_words.setVisible(left is not None)
        if left is not None:
            self._left.setText(formats.duration(left))
            set_style(self._left, tone="bad" if left < HURRY else "wrap")

    def _typed(self) -> None:
        self._model.type(self.notes.toPlainText())

    def _load(self) -> None:
        """Another contact's words; the same text is left alone, and with it the cursor."""
        if self.notes.toPlainText() != self._model.notes:
            self.notes.blockSignals(True)
            self.notes.setPlainText(self._model.notes)
            self.notes.moveCursor(QTextCursor.MoveOperation.End)
            self.notes.blockSignals(False)
