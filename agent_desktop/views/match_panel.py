"""Who is calling, where the bridge cannot know alone: choose, save, attach, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from agent_desktop.viewmodels.match import MAX_NAME
from agent_desktop.views import sentences
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import (
    Avatar,
    Button,
    Card,
    Elided,
    Field,
    Notice,
    SearchField,
    Text,
    column,
    row,
)
from cti_bridge.protocol.vocabulary import Channel, MatchKind, Permission

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import CustomerCard


class Candidate(QFrame):
    """One customer to choose. Signals: `chosen`, `looked_at` (its card)."""

    chosen = Signal(object)
    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CustomerCard | None = None
        self._avatar = Avatar(32)
        self._name = Elided("", "strong")
        self._why = Elided("", "small")
        self.button = Button("", small=True)
        self.button.clicked.connect(lambda: self.chosen.emit(self._card))
        names = column(self._name, self._why, spacing=0)
        layout = row(self._avatar, names, self.button, spacing=12, margins=(0, 6, 0, 6))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def name(self) -> str:
        return self._card.name if self._card is not None else ""

    def show_card(self, card: CustomerCard, why: str, action: str, enabled: bool) -> None:
        self._card = card
        self._avatar.set_name(card.name)
        name = f"{card.name} · {card.organisation}" if card.organisation else card.name
        self._name.setText(name)
        self._why.setText(why)
        self.button.setText(action)
        self.button.setAccessibleName(f"{action}: {card.name}")
        self.button.setEnabled(enabled)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.looked_at.emit(self._card)


class MatchPanel(Retranslated, QWidget):
    """Hidden where the caller is known."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._match = desktop, desktop.match
        self._notice = Notice("")
        self._several = _Several(desktop)
        self._unknown = _Unknown(desktop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._notice, self._several, self._unknown):
            layout.addWidget(part)
        self._match.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        asks = self._match.asks
        over = self._match.interaction is None
        self._several.setVisible(asks is MatchKind.SEVERAL)
        self._unknown.setVisible(asks is MatchKind.NONE)
        text = {
            MatchKind.WITHHELD: self.tr(
                "The caller hides the number. Nobody was looked up, and nothing will be learnt."
            ),
            MatchKind.PENDING: self.tr("Looking up who this is…"),
        }.get(asks or MatchKind.ONE, "")
        icon = "withheld" if asks is MatchKind.WITHHELD else "search"
        self._notice.say("" if over else text, icon=icon)
        self.setVisible(asks is not None and not over)


class _Several(Retranslated, Card):
    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop, self._match = desktop, desktop.match
        self._rows: list[Candidate] = []
        self._hint = Text("", "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._none = Button("", "quiet")
        self._none.clicked.connect(lambda: self._match.attach(None))
        self.body.addWidget(self._hint)
        self.body.addLayout(self._list)
        self.body.addLayout(row(self._none, None))
        self._match.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Who is it?"))
        self._none.setText(self.tr("None of them"))
        self.refresh()

    def refresh(self) -> None:
        view = self._match.interaction
        shared = {
            Channel.EMAIL: self.tr("Several customers share this address."),
            Channel.CHAT: self.tr("Several customers fit what the visitor says."),
        }.get(
            view.channel if view else Channel.VOICE,
            self.tr("Several customers share this number."),
        )
        self._hint.setText(f"{shared} {self.tr('What you confirm is remembered.')}")
        result = self._match.result
        matches = result.matches if self._match.asks is MatchKind.SEVERAL and result else ()
        while len(self._rows) < len(matches):
            candidate = Candidate()
            candidate.chosen.connect(lambda card: self._match.attach(card.customer_id))
            candidate.looked_at.connect(self._desktop.file.show)
            self._rows.append(candidate)
            self._list.addWidget(candidate)
        now = self._desktop.store.now()
        for index, candidate in enumerate(self._rows):
            candidate.setVisible(index < len(matches))
            if index < len(matches):
                match = matches[index]
                why = sentences.why(match, now)
                contacts = match.card.last_contacts
                if contacts:
                    ago = self._desktop.store.since(contacts[0].started_at)
                    # what tells one from the other comes first: a narrow row cuts the end
                    why = f"{sentences.last_contact(match.card, ago)} · {why}"
                candidate.show_card(match.card, why, self.tr("Confirm"), self._match.can_act)
        self._none.setEnabled(self._match.can_act)


class _Unknown(Retranslated, Card):
    """A draft with what the call brought: number, name and queue."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._match = desktop.match
        self._store = desktop.store
        self._facts = Text("", "muted", wrap=True)
        self._name = QLineEdit()
        self._name.setMaxLength(MAX_NAME)
        self._name.textEdited.connect(self._typed)
        self._name.returnPressed.connect(self._match.create)
        self._field = Field(self._name)
        self._save = Button("", "primary", icon="customer-add")
        self._save.clicked.connect(self._match.create)
        self._search = SearchField()
        self._search.searched.connect(self._match.search)
        self._results: list[Candidate] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._nobody = Text("", "muted")
        save = row(self._field, self._save, spacing=8)
        save.setAlignment(self._save, Qt.AlignmentFlag.AlignBottom)
        self.body.addWidget(self._facts)
        self.body.addLayout(save)
        self.body.addWidget(self._search)
        self.body.addLayout(self._list)
        self.body.addWidget(self._nobody)
        self._match.changed.connect(self.refresh)
        self._match.renewed.connect(self._renew)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Not on file"))
        self._field.set_label(self.tr("Name"))
        self._save.setText(self.tr("Save as new customer"))
        self._search.setPlaceholderText(self.tr("Or find the customer this belongs to…"))
        self._search.setAccessibleName(self.tr("Find a customer to attach"))
        self.refresh()

    def refresh(self) -> None:
        view = self._match.interaction
        if view is None or self._match.asks is not MatchKind.NONE:
            return
        parts = [sentences.number(view)]
        if view.display_name:
            parts.append(self.tr("“{name}”").format(name=view.display_name))
        if view.queue_name:
            parts.append(view.queue_name)
        self._facts.setText(" · ".join(parts))
        if self._name.text() != self._match.name and not self._name.hasFocus():
            self._name.setText(self._match.name)
        self._save.setEnabled(bool(self._match.name.strip()) and self._match.can_act)
        self._save.setVisible(self._store.state.may(Permission.EDIT_CUSTOMERS))
        self._show_results()

    def _show_results(self) -> None:
        found = self._match.results
        while len(self._results) < len(found):
            candidate = Candidate()
            candidate.chosen.connect(lambda card: self._match.attach(card.customer_id))
            self._results.append(candidate)
            self._list.addWidget(candidate)
        for index, candidate in enumerate(self._results):
            candidate.setVisible(index < len(found))
            if index < len(found):
                card = found[index]
                candidate.show_card(
                    card, sentences.about(card), self.tr("Confirm"), self._match.can_act
                )
        nothing = len(self._match.searched) >= 2 and not found
        self._nobody.setText(self.tr("Nobody found.") if nothing else "")
        self._nobody.setVisible(nothing)

    def _typed(self, text: str) -> None:
        self._match.type_name(text)
        self._save.setEnabled(bool(text.strip()) and self._match.can_act)

    def _renew(self) -> None:
        self._search.clear()
        self._name.setText(self._match.name)
