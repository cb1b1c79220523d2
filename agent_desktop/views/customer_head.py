"""The head of a customer's file: who, since when, what is open, what was last, what to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QWidget

from agent_desktop import formats
from agent_desktop.views import customer_words, i18n, sentences, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.mail_button import MailButton
from agent_desktop.views.merging.file_part import MergeButton, MergedFrom
from agent_desktop.views.numbers import NumberButton
from agent_desktop.views.privacy.button import PrivacyButton
from agent_desktop.views.widgets import (
    Avatar,
    Button,
    Elided,
    FlowLayout,
    IconTag,
    Notice,
    Panel,
    Tag,
    Text,
    column,
    row,
)
from cti_bridge.protocol.vocabulary import (
    CustomerKind,
    CustomerStatus,
    IdentityKind,
    InteractionState,
    Permission,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from cti_bridge.protocol.values import ContactSummary, CustomerCard

# tags that ask for care are shown so; the words are those that people type
_CARE: Final = ("do not", "no ", "no grabar", "moros", "debt", "impag", "aviso")
MARKS: Final = 12
NAME_WIDTH: Final = 200  # pixels that a name has beside the buttons, at the least


class CustomerHead(Retranslated, Panel):
    """Signals: `call_requested(number)`, `contact_asked(InteractionId)`."""

    call_requested = Signal(str)
    contact_asked = Signal(object)

    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__(edge="bottom")
        self._desktop, self._file = desktop, file
        self._avatar = Avatar(48)
        self._name = Elided("", "title", lines=2)
        self._about = Elided("", "muted", lines=2)
        self._edit = Button("", "quiet", icon="edit")
        self._edit.clicked.connect(file.edit)
        self._merge, self._merged_from = MergeButton(desktop, file), MergedFrom(desktop, file)
        self._private = PrivacyButton(desktop, file)
        self._marks = QWidget()  # status and alerts, what is open, tags
        self._mark_flow = FlowLayout(self._marks, spacing=8)
        policy = self._marks.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Fixed)
        self._marks.setSizePolicy(policy)
        self._marks_shown: object = None
        self.open = Button("", "secondary", icon="inbox", small=True, parent=self._marks)
        self._matters = QMenu(self.open)
        self._matters.aboutToShow.connect(self._list_matters)
        self.open.setMenu(self._matters)
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
        self._tools = QWidget()
        self._tools.setLayout(row(self._private, self._merge, self._edit, spacing=4))
        self._tools.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        words_ = column(self._name, self._about, spacing=2)
        self._beside, self._below = row(self._avatar, words_, spacing=12), row(self._marks)
        self._beside.addWidget(self._tools)
        self.setLayout(
            column(
                self._beside,
                self._below,
                self._pinned,
                self._facts,
                self._merged_from,
                spacing=12,
                margins=(24, 16, 24, 12),
            )
        )
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tools()

    def _place_tools(self) -> None:
        """Beside the name, or beside the marks where the name would be cut for them."""
        others = self._avatar.width() + self._tools.sizeHint().width() + 2 * 24 + 2 * 12
        narrow = self.width() - others < NAME_WIDTH
        if narrow is (self._below.indexOf(self._tools) >= 0):
            return
        away, home = (self._beside, self._below) if narrow else (self._below, self._beside)
        away.removeWidget(self._tools)
        home.addWidget(self._tools, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

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
        firm = card.kind is CustomerKind.ORGANISATION
        self._avatar.set_name("" if firm else card.name, "organisation" if firm else "customer")
        self._name.setText(card.name)
        self._about.setText(sentences.about(card))
        self._edit.setEnabled(self._file.file is not None)
        self._edit.setVisible(store.state.may(Permission.EDIT_CUSTOMERS))
        self._place_tools()
        self._render_marks(card)
        self._pinned.say(card.pinned_note, icon="pin")
        over = (c for c in self._file.timeline if not sentences.is_live(c))
        newest = next(over, None)
        ago = store.since(newest.started_at) if newest else 0.0
        self._last.setText(self._outcome(newest, ago)[:160])
        self._render_identities(card)
        names = dict(store.state.settings.owners)
        self._owner.setText(names.get(card.owner, card.owner))
        for part in (self._owner, self._labels[4]):
            part.setVisible(bool(card.owner))

    def _outcome(self, newest: ContactSummary | None, ago: float) -> str:
        """ "2 days ago, call: router without signal · Resolved"."""
        if newest is None:
            return self.tr("None yet")
        said = sentences.contact_in_words(newest, ago)
        if not newest.disposition:
            return said
        dispositions = self._desktop.store.state.settings.dispositions
        result = words.choice(dispositions, newest.disposition, i18n.language())
        return f"{said.rstrip('. ')}\N{NO-BREAK SPACE}· {result}" if result else said

    def _render_marks(self, card: CustomerCard) -> None:
        """In the order of what must be minded: status, alerts, what is open, tags."""
        file = self._file.file
        matters = (len(self._open_matters()), file.missed) if file else (0, 0)
        barred = file.no_contact if file else ()
        shown = (card.status, card.alerts, barred, matters, card.tags, i18n.language())
        if shown == self._marks_shown:
            return
        self._marks_shown = shown
        self._clear_marks()
        marks: list[QWidget] = _minded(card)
        if barred:
            never = IconTag(self.tr("No contact"), "line-down", "bad")
            why = "\n".join(f"{said.value} · {customer_words.no_contact(said)}" for said in barred)
            never.setToolTip(why)
            never.setAccessibleDescription(why)
            marks.insert(0, never)
        if any(matters):
            marks.append(self.open)
        marks += map(_tag, card.tags)
        for mark in marks[:MARKS]:
            self._mark_flow.addWidget(mark)
            mark.show()
        self.open.setVisible(any(matters))
        self.open.setText(self.tr("%n open matter(s)", "", sum(matters)))
        self.open.setAccessibleName(self.open.text())
        self._marks.setVisible(bool(marks))

    def _open_matters(self) -> tuple[ContactSummary, ...]:
        """Less what the agent has in hand, or is offered: that stands beside the file."""
        state, file = self._desktop.store.state, self._file.file
        me = state.session.agent_id if state.session else None
        mine = {
            view.interaction_id
            for view in state.interactions.values()
            if view.agent_id == me and view.state is not InteractionState.PARKED
        }
        return tuple(one for one in (file.open if file else ()) if one.interaction_id not in mine)

    def _clear_marks(self) -> None:
        while (item := self._mark_flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.open:
                widget.hide()
                widget.deleteLater()

    def _list_matters(self) -> None:
        """What is open: contacts that are not over, and calls nobody called back."""
        self._matters.clear()
        file = self._file.file
        if file is None:
            return
        for contact in self._open_matters():
            title = sentences.contact_title(contact, "")
            since = formats.day(contact.started_at, self._desktop.store.now())
            parts = (title, words.state(contact.state, contact.channel), contact.agent_name, since)
            action = self._matters.addAction(" · ".join(dict.fromkeys(p for p in parts if p)))
            action.triggered.connect(
                lambda _=False, c=contact: self.contact_asked.emit(c.interaction_id)
            )
        if file.missed:
            said = self._matters.addAction(
                self.tr("%n missed call(s) to call back", "", file.missed)
            )
            said.setEnabled(False)

    def _render_identities(self, card: CustomerCard) -> None:
        hidden = {one.value for one in card.identities if one.masked}
        phones = sentences.identity_of(card, IdentityKind.PHONE)
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


def _minded(card: CustomerCard) -> list[QWidget]:
    """The status, where it is not the usual one, and the alerts."""
    marks: list[QWidget] = []
    if card.status is not CustomerStatus.ACTIVE:
        tone, icon = customer_words.STATUS_LOOK[card.status]
        marks.append(IconTag(customer_words.status(card.status), icon, tone))
    for code in card.alerts:
        tone, icon = customer_words.ALERT_LOOK.get(code, ("warn", "warning"))
        marks.append(IconTag(customer_words.alert(code), icon, tone))
    return marks


def _tag(text: str) -> Tag:
    care = any(word in text.casefold() for word in _CARE)
    return Tag(text, "warn" if care else "ok" if text.casefold() == "vip" else "")
