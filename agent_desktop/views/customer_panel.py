"""A customer's file: who it is, what was last, how to reach them, and everything behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from agent_desktop.viewmodels.timeline import TimelineViewModel
from agent_desktop.views import words
from agent_desktop.views.contact_in_place import ContactInPlace
from agent_desktop.views.customer_data import CustomerData
from agent_desktop.views.customer_head import CustomerHead
from agent_desktop.views.customer_notes import CustomerNotes
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.mail_button import MailButton
from agent_desktop.views.merging.file_part import MergeButton, MergedFrom
from agent_desktop.views.numbers import NumberButton
from agent_desktop.views.reveal import HiddenValue
from agent_desktop.views.sensitive import mark
from agent_desktop.views.timeline import TimelineView
from agent_desktop.views.timeline_filter import TimelineFilter
from agent_desktop.views.widgets import EmptyState, scrolled

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from agent_desktop.viewmodels.revealing import RevealingViewModel
    from cti_bridge.protocol.values import CustomerCard, IdentityView, NoteView

# tags that ask for care are shown so; the words are those that people type
_CARE = ("do not", "no ", "no grabar", "moros", "debt", "impag", "aviso")
    from cti_bridge.protocol.vocabulary import InteractionId


class CustomerPanel(Retranslated, QWidget):
    """Shows a `CustomerFileViewModel`; without a customer, what `set_empty` says.

    A contact of the timeline is read in its place. Signals: `call_requested(number)`,
    `customer_asked(CustomerId)` of somebody related.
    """

    call_requested = Signal(str)
    customer_asked = Signal(object)

    def __init__(
        self, desktop: Desktop, file: CustomerFileViewModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desktop, self._file = desktop, file
        self.setMinimumWidth(300)
        self._empty = EmptyState("customer")
        self.timeline = TimelineViewModel(desktop.link, desktop.store, file, parent=self)
        self._head = CustomerHead(desktop, file)
        self._head.call_requested.connect(self.call_requested)
        self._timeline = TimelineView(desktop, file)
        self._timeline.contact_asked.connect(self.contact_asked)
        self._data = _Data(file, desktop.revealing)
        self._head.contact_asked.connect(self.read_contact)
        self._list = TimelineView(desktop, self.timeline)
        self._list.contact_asked.connect(self.timeline.open)
        self.filter = TimelineFilter(self.timeline)
        self.filter.search.left_by.connect(self._leave_filter)
        self.contact = ContactInPlace(desktop, self.timeline)
        self.contact.call_requested.connect(self.call_requested)
        self._none = EmptyState("history")
        self._none.acted.connect(self._clear_or_retry)
        self._history = QStackedWidget()
        self._contacts = QStackedWidget()
        self._lay_out_history()
        self._data = CustomerData(file)
        self._data.call_requested.connect(self.call_requested)
        self._data.customer_asked.connect(self.customer_asked)
        self._notes = CustomerNotes(desktop, file)
        self.tabs = QTabWidget()
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.setDocumentMode(True)
        self.tabs.setMinimumHeight(140)  # the head keeps its lines in a small window
        self.tabs.setStyleSheet("QTabWidget::tab-bar { left: 24px; }")
        for page in (self._history, scrolled(self._data), self._notes):
            self.tabs.addTab(page, "")
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self.tabs, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        file.changed.connect(self.render_file)
        self.timeline.changed.connect(self._render_timeline)
        self.timeline.opened.connect(self._render_contact)
        self.retranslate()

    def _lay_out_history(self) -> None:
        for part in (self._list, self._none):
            self._contacts.addWidget(part)
        listed = QWidget()
        layout = QVBoxLayout(listed)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filter)
        layout.addWidget(self._contacts, 1)
        for part in (listed, self.contact):
            self._history.addWidget(part)

    def read_contact(self, interaction_id: InteractionId) -> None:
        """Of this customer, in its place."""
        self.tabs.setCurrentIndex(0)
        self.timeline.open(interaction_id)

    def show_notes(self) -> None:
        self.tabs.setCurrentWidget(self._notes)

    def set_empty(self, icon: str, title: str, hint: str) -> None:
        self._empty.set_icon(icon)
        self._empty.set_words(title, hint)

    def retranslate(self) -> None:
        for index, title in enumerate((self.tr("History"), self.tr("Data"), self.tr("Notes"))):
            self.tabs.setTabText(index, title)
        self.render_file()
        self._render_timeline()

    def _render_timeline(self) -> None:
        timeline = self.timeline
        self.filter.setVisible(bool(timeline.rows) or timeline.filtered)
        self._contacts.setCurrentIndex(0 if timeline.rows else 1)
        if timeline.error is not None:
            self._none.set_words(
                self.tr("It cannot be shown"), words.refusal(timeline.error), self.tr("Try again")
            )
        elif timeline.busy:
            self._none.set_words(self.tr("Loading…"))
        elif timeline.filtered:
            self._none.set_words(
                self.tr("No contact matches these filters"), "", self.tr("Clear filters")
            )
        else:
            self._none.set_words(self.tr("No contact before"))

    def _render_contact(self) -> None:
        reading = self.timeline.selected is not None
        self._history.setCurrentIndex(1 if reading else 0)
        if not reading and self.contact.isAncestorOf(self.focusWidget() or self):
            self._list.setFocus()

    def _leave_filter(self, how: str) -> None:
        if how == "down":
            self._list.setFocus()

    def _clear_or_retry(self) -> None:
        if self.timeline.error is not None:
            self.timeline.reload()
        else:
            self.timeline.clear_filter()

    def render_file(self) -> None:
        card = self._file.card
        self._stack.setCurrentIndex(0 if card is None else 1)
        if card is None:
            return
        self._head.render_card(card)
        self._data.render_card(card)
        self._notes.render_notes()


class _Head(Retranslated, Panel):
    call_requested = Signal(str)

    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__(edge="bottom")
        self._desktop, self._file = desktop, file
        self._avatar = Avatar(48)
        self._name = Elided("", "title", lines=2)
        self._about = Elided("", "muted", lines=2)
        self._edit = Button("", "quiet", icon="edit")
        self._edit.clicked.connect(file.edit)
        self._merge, self._merged_from = MergeButton(desktop, file), MergedFrom(desktop, file)
        self._tags = QWidget()
        self._tag_flow = FlowLayout(self._tags, spacing=8)
        self._tag_texts: tuple[str, ...] | None = None
        self._pinned = Notice("warn")
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnMinimumWidth(0, 84)
        self._facts.setColumnStretch(1, 1)
        self._labels = [Text("", "muted") for _ in range(5)]
        self._last = Elided("", lines=2)
        self._phones = [NumberButton() for _ in range(3)]
        for phone in self._phones:
            phone.call_requested.connect(self.call_requested)
        self._mails = [MailButton() for _ in range(3)]
        for mail in self._mails:
            mail.compose_requested.connect(self._compose)
        self._key, self._owner = Elided(""), Elided("")
        top = Qt.AlignmentFlag.AlignTop
        phones, mails = QWidget(), QWidget()
        phones.setLayout(column(*self._phones, spacing=0))
        mails.setLayout(column(*self._mails, spacing=0))
        values: tuple[QWidget, ...] = (self._last, phones, mails, self._key, self._owner)
        for index, (label, value) in enumerate(zip(self._labels, values, strict=True)):
            self._facts.addWidget(label, index, 0, top)
            self._facts.addWidget(value, index, 1)
        words_ = column(self._name, self._about, spacing=2)
        self.setLayout(
            column(
                row(self._avatar, words_, self._merge, self._edit, spacing=12),
                self._tags,
                self._pinned,
                self._merged_from,
                self._facts,
                spacing=12,
                margins=(24, 16, 24, 12),
            )
        )
        self.retranslate()

    def retranslate(self) -> None:
        texts = (
            self.tr("Last contact"),
            self.tr("Phones"),
            self.tr("E-mail"),
            self.tr("Reference"),
            self.tr("Owner"),
        )
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        self._edit.setToolTip(self.tr("Edit the customer"))
        self._edit.setAccessibleName(self.tr("Edit the customer"))
        if self._file.card is not None:
            self.render_card(self._file.card)

    def render_card(self, card: CustomerCard) -> None:
        store = self._desktop.store
        self._avatar.set_name(card.name, "organisation" if not card.name else "customer")
        self._name.setText(card.name)
        self._about.setText(sentences.about(card))
        self._edit.setEnabled(self._file.file is not None)
        self._edit.setVisible(store.state.may(Permission.EDIT_CUSTOMERS))
        self._render_tags(card.tags)
        self._pinned.say(card.pinned_note, icon="pin")
        over = (c for c in self._file.timeline if not sentences.is_live(c))
        newest = next(over, None)
        ago = store.since(newest.started_at) if newest else 0.0
        self._last.setText(sentences.contact_in_words(newest, ago)[:160])
        self._render_identities(card)
        names = dict(store.state.settings.owners)
        self._owner.setText(names.get(card.owner, card.owner))
        for part in (self._owner, self._labels[4]):
            part.setVisible(bool(card.owner))

    def _render_tags(self, tags: tuple[str, ...]) -> None:
        if tags == self._tag_texts:
            return
        self._tag_texts = tags
        while (item := self._tag_flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for tag in tags[:12]:
            care = any(word in tag.casefold() for word in _CARE)
            tone = "warn" if care else "ok" if tag.casefold() == "vip" else ""
            self._tag_flow.addWidget(Tag(tag, tone))
        self._tags.setVisible(bool(tags))

    def _render_identities(self, card: CustomerCard) -> None:
        phones = sentences.identity_of(card, IdentityKind.PHONE)
        hidden = {one.value for one in card.identities if one.masked}
        can_call = self._desktop.call.can_originate
        for index, button in enumerate(self._phones):
            number = phones[index] if index < len(phones) else ""
            button.set_number(number, can_call=can_call and number not in hidden)
        self._labels[1].setVisible(bool(phones))
        mails = sentences.identity_of(card, IdentityKind.EMAIL)
        can_write = self._desktop.store.state.may(Permission.HANDLE_CONTACTS)
        for index, mail in enumerate(self._mails):
            address = mails[index] if index < len(mails) else ""
            mail.set_address(address, can_write=can_write and address not in hidden)
        self._labels[2].setVisible(bool(mails))
        keys = sentences.identity_of(card, IdentityKind.KEY)
        self._key.setText(", ".join(keys))
        self._key.setVisible(bool(keys))
        self._labels[3].setVisible(bool(keys))

    def _compose(self, address: str) -> None:
        self._desktop.email.compose(address, self._file.customer_id)


class _Data(Retranslated, QWidget):
    """Every identity with its label, source and confirmation."""

    call_requested = Signal(str)

    def __init__(self, file: CustomerFileViewModel, revealing: RevealingViewModel) -> None:
        super().__init__()
        self._file, self._revealing = file, revealing
        self._shown: tuple[object, ...] | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(24, 16, 24, 16)
        self._rows.setSpacing(12)
        self._rows.addStretch(1)

    def retranslate(self) -> None:
        self._shown = None
        if self._file.card is not None:
            self.render_card(self._file.card)

    def render_card(self, card: CustomerCard) -> None:
        shown = (card.identities, card.organisation, card.language)
        if shown == self._shown:
            return
        self._shown = shown
        while self._rows.count() > 1:
            item = self._rows.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        facts: list[tuple[str, str | QWidget, str]] = [
            (self.tr("Organisation"), card.organisation, ""),
            (self.tr("Language"), words.language(card.language), ""),
        ]
        for one in card.identities:
            label, value, detail = self._identity(one)
            facts.append((label, self._hidden(card, one) if one.masked else value, detail))
        for label, shown_, detail in facts:
            if shown_:
                self._rows.insertWidget(self._rows.count() - 1, _fact(label, shown_, detail))

    def _hidden(self, card: CustomerCard, one: IdentityView) -> QWidget:
        say = formats.phone if one.kind is IdentityKind.PHONE else str
        field = f"identity:{one.ref}"
        return HiddenValue(self._revealing, card.customer_id, field, one.value, say=say)

    def _identity(self, identity: IdentityView) -> tuple[str, str, str]:
        kind = words.identity_kind(identity.kind)
        label = f"{kind} · {words.label(identity.label)}" if identity.label else kind
        value = identity.value
        if identity.kind is IdentityKind.PHONE:
            value = formats.phone(identity.value)
        elif identity.kind is IdentityKind.VISITOR:
            value = self.tr("Known on the web site")
        parts = []
        if identity.confirmed_at is not None:
            day = formats.day(identity.confirmed_at)
            parts.append(self.tr("Confirmed {day}").format(day=day))
        if identity.source:
            parts.append(self.tr("Source: {source}").format(source=words.source(identity.source)))
        return label, value, " · ".join(parts)


def _fact(label: str, value: str | QWidget, detail: str) -> QWidget:
    box = QWidget()
    shown = Text(value, wrap=True, select=True) if isinstance(value, str) else value
    parts: list[QWidget] = [Text(label, "small"), shown]
    if detail:
        parts.append(Text(detail, "faint", wrap=True))
    box.setLayout(column(*parts, spacing=2))
    return box


class _Notes(Retranslated, QWidget):
    """Notes of the customer, pinned first, and a field for a new one."""

    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__()
        self._desktop, self._file = desktop, file
        self._new = QPlainTextEdit()
        self._new.setFixedHeight(72)
        self._new.setTabChangesFocus(True)
        mark(self._new, "notes")
        self._new.textChanged.connect(self._typed)
        self._add = Button("", "secondary", small=True)
        self._add.clicked.connect(self._send)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(24, 0, 24, 16)
        self._rows.setSpacing(16)
        self._rows.addStretch(1)
        self._none = Text("", "muted", wrap=True)
        self._shown: tuple[NoteView, ...] | None = None
        head = column(
            self._new, row(None, self._add), self._none, spacing=8, margins=(24, 16, 24, 12)
        )
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
        notes = self._file.notes
        if notes == self._shown:
            return
        if self._sent and any(n.text == self._sent for n in notes):
            if self._new.toPlainText().strip() == self._sent:
                self._new.clear()
            self._sent = ""
        self._shown = notes
        while self._rows.count() > 1:
            item = self._rows.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for note in notes:
            self._rows.insertWidget(self._rows.count() - 1, _note(note))
        self._none.setVisible(not notes)

    def _typed(self) -> None:
        busy = self._file.adding_note
        self._add.setEnabled(bool(self._new.toPlainText().strip()) and not busy)

    def _send(self) -> None:
        text = self._new.toPlainText().strip()
        if self._file.add_note(text):
            self._sent = text  # stays in the field until the file has it


def _note(note: NoteView) -> QWidget:
    box = QWidget()
    text: QLabel = Text(note.text, wrap=True, select=True)
    meta = Text(f"{note.author} · {formats.when(note.at)}", "faint")
    head = row(Tag("★", "warn"), meta, None) if note.pinned else row(meta, None)
    box.setLayout(column(head, text, spacing=2))
    return box
