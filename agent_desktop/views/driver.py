"""Hands for a demo without a screen: real mouse and key events on the widgets a person uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from agent_desktop.views import i18n
from agent_desktop.views.chat.body import ChatBody
from agent_desktop.views.email.body import EmailBody
from agent_desktop.views.match_panel import Candidate
from agent_desktop.views.pages.history import HistoryPage
from agent_desktop.views.pages.missed import MissedPage
from agent_desktop.views.pages.work import WorkPage
from agent_desktop.views.sentences import caller

if TYPE_CHECKING:
    from agent_desktop.app import Running
    from cti_bridge.protocol.values import OfferView
    from cti_bridge.protocol.vocabulary import Channel, CustomerId, InteractionId


_W = TypeVar("_W", bound=QWidget)


class Driver:
    """Every method raises LookupError where what it should press cannot be pressed."""

    def __init__(self, running: Running) -> None:
        self._window, self._desktop = running.window, running.desktop

    def show_page(self, page: str) -> None:
        self._window.show_page(page)

    # -- the ringing card

    def card_visible(self) -> bool:
        return self._window.offers.isVisible()

    def card_names(self, offer: OfferView) -> bool:
        """Whether the card says, to a screen reader too, who is calling."""
        return caller(offer.interaction) in self._window.offers.accessibleName()

    def answer(self, row: int = 0) -> None:
        _click(self._window.offers.answers[row])

    def offer_row(self, channel: Channel) -> int | None:
        """The row of the card that offers a contact of this channel."""
        for row, offer in enumerate(self._desktop.offers.offers):
            if offer.view.interaction.channel is channel:
                return row
        return None

    # -- the conversation

    @property
    def _work(self) -> WorkPage:
        page = self._window.page()
        if not isinstance(page, WorkPage):
            raise LookupError("the Work page is not shown")
        return page

    def press_hold(self) -> None:
        _click(self._work.conversation.head.strip.hold)

    def hang_up(self) -> None:
        _click(self._work.conversation.head.strip.hang_up)

    def choose_candidate(self, number: int) -> str:
        """Confirms one of several customers; returns the name on it."""
        shown = [c for c in _visible(self._work.conversation.match, Candidate) if c.name]
        if number >= len(shown):
            raise LookupError(f"{len(shown)} candidates are shown")
        name = shown[number].name
        _click(shown[number].button)
        return name

    def save_unknown(self, name: str) -> None:
        panel = self._work.conversation.match
        [field, *_] = _visible(panel, QLineEdit)
        field.clear()
        _type(field, name)
        button = next((b for b in _visible(panel, QPushButton) if b.isEnabled()), None)
        if button is None:
            raise LookupError("there is no button to save the caller")
        _click(button)

    def file_shows(self, name: str) -> bool:
        card = self._desktop.file.card
        return card is not None and card.name == name and self._work.file.isVisible()

    # -- what is written

    def language(self) -> str:
        return i18n.language()

    def _body(self, kind: type[_W]) -> _W:
        body = self._work.conversation.body
        if not isinstance(body, kind) or not body.isVisible():
            raise LookupError(f"no {kind.__name__} is shown")
        return body

    def chat_shows(self, text: str) -> bool:
        body = self._work.conversation.body
        return isinstance(body, ChatBody) and text in body.transcript.toPlainText()

    def say_in_chat(self, text: str) -> None:
        composer = self._body(ChatBody).composer
        composer.field.setFocus()
        _type(composer.field, text)
        _click(composer.send)

    def mail_shows(self, text: str) -> bool:
        body = self._work.conversation.body
        if not isinstance(body, EmailBody):
            return False
        return any(text in card.message.subject for card in body.messages.cards.values())

    def begin_reply(self) -> None:
        _click(self._body(EmailBody).reply_button)

    def can_write_mail(self) -> bool:
        return self._body(EmailBody).composer.text.isVisible()

    def write_mail(self, text: str) -> None:
        field = self._body(EmailBody).composer.text
        field.setFocus()
        _type(field, text)

    def can_send_mail(self) -> bool:
        return self._body(EmailBody).composer.send.isEnabled()

    def send_mail(self) -> None:
        _click(self._body(EmailBody).composer.send)

    def show_result(self) -> None:
        self._work.conversation.show_result()

    # -- wrap-up, by keys alone

    def type_notes(self, text: str) -> None:
        notes: QPlainTextEdit = self._work.conversation.wrap_up.notes
        notes.setFocus()
        _type(notes, text)

    def choose_disposition(self, number: int) -> str:
        chips = self._work.conversation.wrap_up.chips
        if number >= len(chips.codes()):
            raise LookupError(f"{len(chips.codes())} results to choose from")
        if self._desktop.wrap_up.wrapping_up:
            self._work.setFocus()
            QTest.keyClick(self._work, Qt.Key(Qt.Key.Key_1.value + number))
        else:
            chips.press(number)
        return chips.code()

    def can_finish(self) -> bool:
        return self._desktop.wrap_up.can_finish

    def finish(self) -> None:
        _click(self._work.conversation.wrap_up.finish)

    # -- other pages

    def show_customer(self, customer: CustomerId) -> None:
        self._desktop.customers.open(customer)
        self._window.show_page("customers")

    def file_lists(self, contact: InteractionId) -> bool:
        """Whether the file on the Customers page has come, with this contact in it."""
        file = self._desktop.customers.file
        return file.file is not None and contact in {one.interaction_id for one in file.timeline}

    def missed_rows(self) -> int:
        page = self._window.page()
        if not isinstance(page, MissedPage):
            raise LookupError("the missed calls are not shown")
        return page.model.rowCount()

    def history_rows(self) -> int:
        page = self._window.page()
        if not isinstance(page, HistoryPage):
            raise LookupError("the history is not shown")
        return page.table.model().rowCount()


def _visible(parent: QWidget, kind: type[_W]) -> list[_W]:
    return [child for child in parent.findChildren(kind) if child.isVisible()]


def _type(widget: QWidget, text: str) -> None:
    for letter in text:  # QTest.keyClicks knows ASCII alone
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.sendEvent(widget, event)


def _click(button: QPushButton) -> None:
    if not button.isVisible() or not button.isEnabled():
        raise LookupError(f"the button {button.accessibleName() or button.text()!r} is not on")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
