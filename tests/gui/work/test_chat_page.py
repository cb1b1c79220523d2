"""Chats and the one list of work as an agent uses them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from agent_desktop.models.contacts import ContactsModel
from agent_desktop.viewmodels.chat import upload_owner
from agent_desktop.views import offer_card
from cti_bridge.protocol.commands import (
    AcceptOffer,
    BlindTransfer,
    ClearCall,
    CompleteWrapUp,
    ConversationOpened,
    Done,
    HoldCall,
    ListMessages,
    MarkRead,
    OpenConversation,
    ParkContact,
    Refused,
    SendMessage,
    SplitContact,
    TakeContact,
    UploadPart,
)
from cti_bridge.protocol.events import (
    AgentChanged,
    ConversationChanged,
    InteractionChanged,
    MessageAdded,
    OfferMade,
    WaitingChanged,
)
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentMode,
    Author,
    Channel,
    InteractionId,
    InteractionState,
    MessageId,
    RefusalCode,
    Verb,
)
from tests.helpers import page_values
from tests.helpers import screens_chat as chats
from tests.helpers import screens_work as work

if TYPE_CHECKING:
    from agent_desktop.views.chat.body import ChatBody
    from agent_desktop.views.chat.transcript import Transcript
    from agent_desktop.views.contact_list import ContactsView

pytestmark = pytest.mark.usefixtures("dressed")
I1, I2 = InteractionId("i1"), InteractionId("i2")
ENTER = Qt.Key.Key_Return
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def open_chat(qtbot, dressed):
    """A window with these contacts, the first one open and in front."""

    def opened(*contacts, offers=(), **changes):
        window, desktop, link = chats.open_work(
            *(contacts or (chats.chat(),)), offers=offers, **changes
        )
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=30_000)
        desktop.work.select(contacts[0].interaction_id if contacts else I1)
        return window, desktop, link

    return opened


def body(window) -> ChatBody:
    return window.page().conversation.bodies[Channel.CHAT]


def field(window):
    return body(window).composer.field


def page_text(window) -> str:
    return body(window).transcript.toPlainText()


def newer(link, view, **changes):
    link.emit(InteractionChanged(interaction=msgspec.structs.replace(view, version=99, **changes)))


# -- the focus -----------------------------------------------------------------------------------


def test_nothing_that_arrives_takes_the_focus_or_a_key(open_chat, qtbot):
    """The agent writes in one tab while the floor goes on around."""
    view = chats.chat()
    window, desktop, link = open_chat(view, chats.chat(2), chats.email(3))
    window.page().conversation.focus_work()
    typing = field(window)
    assert window.focusWidget() is typing

    arrivals = [
        lambda: link.emit(OfferMade(offer=work.offer(70, channel=Channel.CHAT))),
        lambda: link.emit(OfferMade(offer=work.offer(71))),
        lambda: link.emit(MessageAdded(message=chats.line(I1, 0, message_id=MessageId("n1")))),
        lambda: link.emit(MessageAdded(message=chats.line(I2, 0, message_id=MessageId("n2")))),
        lambda: newer(link, chats.chat(2), unread=3),
        lambda: newer(link, chats.email(4)),  # taken in another place, or woken
        lambda: link.emit(WaitingChanged(changed=tuple(
            chats.queued(n, Channel.EMAIL, 1, n) for n in range(100, 140)))),
        lambda: link.emit(WaitingChanged(gone=((InteractionId("i100"), 9),))),
        lambda: link.emit(ConversationChanged(interaction_id=I1, customer_typing=True)),
        lambda: newer(link, view, state=InteractionState.HELD),
        lambda: newer(link, chats.email(3), state=InteractionState.PARKED,
                      wake_at=page_values.NOW + timedelta(hours=1)),
        lambda: newer(link, chats.chat(2), state=InteractionState.WRAP_UP),
    ]  # fmt: skip
    for letter, arrive in zip("abcdefghijkl", arrivals, strict=True):
        arrive()
        QApplication.processEvents()
        assert window.focusWidget() is typing
        qtbot.keyClick(typing, letter)
    assert typing.toPlainText() == "abcdefghijkl"
    assert desktop.work.selected == I1


def test_a_chat_that_ends_while_one_types_keeps_the_field_and_its_words(open_chat, qtbot):
    view = chats.chat()
    window, desktop, link = open_chat(view)
    field(window).setFocus()
    qtbot.keyClicks(field(window), "12")
    newer(link, view, state=InteractionState.WRAP_UP, verbs=())
    QApplication.processEvents()
    assert window.focusWidget() is field(window)
    qtbot.keyClicks(field(window), "34")
    assert field(window).toPlainText() == "1234"
    assert desktop.wrap_up.disposition == ""
    assert not body(window).composer.send.isEnabled()
    qtbot.keyClick(field(window), ENTER)
    assert not link.sent_of(SendMessage)


def test_a_chat_that_ends_while_nobody_types_asks_for_its_result(open_chat):
    view = chats.chat()
    window, _, link = open_chat(view)
    window.page().contacts.take_focus()
    newer(link, view, state=InteractionState.WRAP_UP, verbs=())
    conversation = window.page().conversation
    assert conversation.sections.result
    assert conversation.wrap_up.isVisible()
    assert not body(window).isVisible()


def test_accepting_while_something_is_in_hand_opens_a_tab_and_no_more(open_chat, qtbot):
    offer = work.offer(7, channel=Channel.CHAT, customer_name="", match=None, display_name="Kim")
    window, desktop, link = open_chat(chats.chat(), offers=(offer,))
    tabs = window.page().conversation.tabs
    assert not tabs.isVisible()
    window.page().conversation.focus_work()
    qtbot.keyClick(field(window), Qt.Key.Key_F9)
    assert [c.offer_id for c in link.sent_of(AcceptOffer)] == ["o7"]
    newer(link, offer.interaction, state=InteractionState.CONNECTED, agent_id="a0")
    assert tabs.isVisible()
    assert tabs.count() == 2
    assert desktop.work.selected == I1
    assert window.focusWidget() is field(window)
    assert "Kim, Chat" in tabs.accessibleTabName(1)


# -- the conversation ----------------------------------------------------------------------------


def test_a_chat_shows_what_was_said(open_chat):
    window, _, _ = open_chat()
    text = page_text(window)
    assert "Buenos días. Desde ayer el router no tiene señal." in text
    assert "Ana Beltrán has joined" in text
    assert "foto del router.jpg" in text
    assert "Read" in text


def test_enter_sends_and_shift_enter_breaks_the_line(open_chat, qtbot):
    window, _, link = open_chat()
    qtbot.keyClicks(field(window), "one")
    qtbot.keyClick(field(window), ENTER, SHIFT)
    qtbot.keyClicks(field(window), "two")
    assert not link.sent_of(SendMessage)
    qtbot.keyClick(field(window), ENTER)
    assert [c.text for c in link.sent_of(SendMessage)] == ["one\ntwo"]
    assert field(window).toPlainText() == ""
    assert "Sending…" in page_text(window)


def test_a_refused_message_can_be_tried_again_from_the_page(open_chat, qtbot):
    window, _, link = open_chat()
    qtbot.keyClicks(field(window), "hello")
    qtbot.keyClick(field(window), ENTER)
    [sent] = link.sent_of(SendMessage)
    link.reply_to(SendMessage, Refused(request_id=0, code=RefusalCode.OVERLOADED))
    assert "Not sent" in page_text(window)
    body(window)._asked(f"retry:{sent.message_id}")
    assert [c.message_id for c in link.sent_of(SendMessage)] == [sent.message_id] * 2
    link.emit(MessageAdded(message=chats.line(I1, 1, message_id=sent.message_id, text="hello")))
    assert page_text(window).count("hello") == 1


def test_drafts_stay_with_their_chat(open_chat, qtbot):
    window, desktop, _ = open_chat(chats.chat(), chats.chat(2))
    qtbot.keyClicks(field(window), "for one")
    desktop.work.select(I2)
    assert field(window).toPlainText() == ""
    desktop.work.select(I1)
    assert field(window).toPlainText() == "for one"


def test_hostile_text_stays_text(open_chat):
    window, _, link = open_chat()
    evil = "<script>alert(1)</script><img src='file:///etc/passwd'> &lt;b&gt; \u202egnp.exe"
    link.emit(MessageAdded(message=chats.line(I1, 0, message_id=MessageId("e"), text=evil)))
    assert evil.replace("\u202e", "") in page_text(window)
    assert body(window).transcript.loadResource(2, QUrl("file:///etc/passwd")) is None


def test_links_lead_out_only_where_they_may(open_chat, qtbot):
    window, desktop, _ = open_chat()
    opened, composed = [], []
    body(window)._opener = opened.append
    desktop.email.compose = lambda address, customer: composed.append(address)
    for address in (
        "https://ayuda.ejemplo.es/x", "javascript:alert(1)", "file:///etc/passwd",
        "https://u:p@x.example/", "mailto:a@b.example",
    ):  # fmt: skip
        body(window)._asked(address)
    assert opened == ["https://ayuda.ejemplo.es/x"]
    assert composed == ["a@b.example"]


def test_what_is_below_is_told_and_not_scrolled_to(open_chat, qtbot):
    many = tuple(
        chats.line(I1, n, message_id=MessageId(f"x{n}"), author=Author.CUSTOMER)
        for n in range(120)
    )
    link = work.FakeLink()
    link.answers[OpenConversation] = lambda c: ConversationOpened(
        request_id=0, conversation=chats.conversation(c.interaction_id, messages=many, more=True)
    )
    window, _, link = open_chat(link=link)
    transcript: Transcript = body(window).transcript
    qtbot.waitUntil(lambda: transcript.verticalScrollBar().maximum() > 0)
    qtbot.waitUntil(lambda: transcript.at_end)
    transcript.verticalScrollBar().setValue(10)
    read = len(link.sent_of(MarkRead))
    fresh = chats.line(I1, 0, message_id=MessageId("fresh"), author=Author.CUSTOMER)
    link.emit(MessageAdded(message=fresh))
    assert transcript.verticalScrollBar().value() == 10
    assert body(window)._pill.isVisible()
    assert len(link.sent_of(MarkRead)) == read
    transcript.to_end()
    assert not body(window)._pill.isVisible()
    assert link.sent_of(MarkRead)[-1].message_id == "fresh"
    body(window)._asked("older:")
    assert len(link.sent_of(ListMessages)) == 1


def test_nothing_is_read_behind_another_window(open_chat, monkeypatch):
    window, _, link = open_chat()
    before = len(link.sent_of(MarkRead))
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    fresh = chats.line(I1, 0, message_id=MessageId("fresh"), author=Author.CUSTOMER)
    link.emit(MessageAdded(message=fresh))
    assert len(link.sent_of(MarkRead)) == before


def test_only_what_differs_is_written_anew(open_chat):
    window, _, link = open_chat()
    transcript = body(window).transcript
    cursor = transcript.textCursor()
    cursor.setPosition(3)
    cursor.setPosition(12, cursor.MoveMode.KeepAnchor)
    transcript.setTextCursor(cursor)
    chosen = transcript.textCursor().selectedText()
    link.emit(MessageAdded(message=chats.line(I1, 0, message_id=MessageId("n"))))
    assert transcript.textCursor().selectedText() == chosen


def test_the_customer_typing_leaving_and_waiting_is_said(open_chat):
    window, _, link = open_chat()
    said = body(window).running

    def running(**changes):
        link.emit(ConversationChanged(interaction_id=I1, **changes))
        return said.text()

    assert "is writing…" in running(customer_typing=True)
    assert "is writing: my rou" in running(customer_typing=True, preview="my rou")
    assert "has left the page" in running(customer_here=False)
    since = page_values.NOW - timedelta(seconds=75)
    assert "1:15" in running(waiting_reply_since=since)
    assert said.property("tone") == "bad"
    assert running() == ""


def test_files_and_pictures_are_attached_not_pasted(open_chat, tmp_path):
    window, desktop, link = open_chat()
    link.answers[UploadPart] = lambda c: Done(request_id=0, id=f"b-{c.name}")
    path = tmp_path / "list.txt"
    path.write_text("a,b")
    files, picture = QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    picture.setImageData(image)
    for data in (files, picture):
        field(window).insertFromMimeData(data)
    names = [f.name for f in desktop.uploads.of(upload_owner(I1))]
    assert names[0] == "list.txt"
    assert names[1].endswith(".png")
    assert field(window).toPlainText() == ""
    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("bold")
    field(window).insertFromMimeData(rich)
    assert field(window).toPlainText() == "bold"


def test_a_conversation_that_cannot_be_opened_says_so_and_can_be_tried_again(open_chat):
    link = work.FakeLink()
    link.answers[OpenConversation] = lambda c: Refused(request_id=0, code=RefusalCode.STORE_AWAY)
    window, _, link = open_chat(link=link)
    assert body(window)._trouble.isVisible()
    link.answers[OpenConversation] = lambda c: ConversationOpened(
        request_id=0, conversation=chats.conversation(c.interaction_id)
    )
    body(window)._trouble.acted.emit()
    assert body(window).transcript.isVisible()
    assert "Buenos días" in page_text(window)


# -- what may be done ----------------------------------------------------------------------------


def test_only_the_buttons_of_the_channel_stand_there(open_chat):
    window, desktop, _ = open_chat(chats.chat(), chats.email(2))
    strip = window.page().conversation.head.strip
    assert strip.hang_up.isVisible()
    assert strip.hang_up.text() == "End the chat"
    assert strip.hold.accessibleName() == "Put aside"
    assert not strip.finish.isVisible()
    assert not strip.park.isVisible()
    assert not strip.mute.isVisible()
    desktop.work.select(I2)
    assert strip.finish.isVisible()
    assert not strip.hang_up.isVisible()
    assert strip.park.isVisible()


def test_hold_and_end_by_key(open_chat, qtbot):
    window, _, link = open_chat()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert [c.interaction_id for c in link.sent_of(HoldCall)] == ["i1"]
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert [c.interaction_id for c in link.sent_of(ClearCall)] == ["i1"]


def test_parking_by_keyboard_gives_the_focus_back(open_chat, qtbot):
    window, _desktop, link = open_chat(chats.email(1))
    window.page().contacts.take_focus()
    before = window.focusWidget()
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL)
    popup = window.page().conversation.head._park
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert window.focusWidget() is before
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL)
    qtbot.keyClick(popup, Qt.Key.Key_1)
    [asked] = link.sent_of(ParkContact)
    assert asked.until == (page_values.NOW + timedelta(hours=1)).replace(second=0)
    assert not popup.isVisible()


def test_return_in_the_note_parks_until_the_time_that_was_set(open_chat, qtbot):
    window, _desktop, link = open_chat(chats.email(1))
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL)
    popup = window.page().conversation.head._park
    wanted = popup.custom.dateTime().addDays(3)
    popup.custom.setDateTime(wanted)
    qtbot.keyClicks(popup.note, "waits for the invoice")
    qtbot.keyClick(popup.note, Qt.Key.Key_Return)
    [asked] = link.sent_of(ParkContact)
    assert asked.until.timestamp() == wanted.toSecsSinceEpoch()
    assert asked.note == "waits for the invoice"


def test_transfer_with_a_note_to_agents_and_queues_alone(open_chat, qtbot):
    window, _, link = open_chat()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    panel = window.page().conversation.head.transfer
    qtbot.keyClicks(panel.search, "600123123")
    assert panel._none.isVisible()
    panel.search.clear()
    qtbot.keyClicks(panel.search, "peio")
    qtbot.keyClicks(panel.note, "wants a discount")
    qtbot.keyClick(panel.note, ENTER)
    [asked] = link.sent_of(BlindTransfer)
    assert (asked.to, asked.note) == ("agent:a1", "wants a discount")


def test_splitting_by_keyboard(open_chat, qtbot):
    window, _, link = open_chat()
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL | SHIFT)
    panel = window.page().conversation.head.split
    assert panel.isVisible()
    assert not panel.go.isEnabled()
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert panel.ticked() == (MessageId("i1-m5"),)
    qtbot.mouseClick(panel.go, Qt.MouseButton.LeftButton)
    [asked] = link.sent_of(SplitContact)
    assert asked.message_ids == ("i1-m5",)
    assert asked.queue_id is None


def test_selected_messages_are_ticked_already(open_chat):
    window, _, _ = open_chat()
    transcript = body(window).transcript
    transcript.selectAll()
    assert set(transcript.chosen_messages()) == {MessageId(f"i1-m{n}") for n in range(6)}
    window.page().conversation.head.strip.split.setChecked(True)
    assert len(window.page().conversation.head.split.ticked()) == 6


def test_an_email_is_finished_in_one_go_by_key(open_chat, qtbot):
    window, _, link = open_chat(chats.email(1))
    qtbot.keyClick(window, Qt.Key.Key_Return, CTRL)
    conversation = window.page().conversation
    assert conversation.sections.result
    assert conversation.wrap_up._ask.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_1, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Return, CTRL)
    assert [c.disposition for c in link.sent_of(CompleteWrapUp)] == ["resolved"]


def test_the_sections_are_switched_by_key(open_chat, qtbot):
    window, _, _ = open_chat()
    conversation = window.page().conversation
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    assert conversation.wrap_up.isVisible()
    qtbot.waitUntil(conversation.journey.isVisible, timeout=30_000)  # asked for after a pause
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    assert window.focusWidget() is field(window)


def test_a_handover_note_is_shown_to_who_takes_it(open_chat):
    window, _, _ = open_chat(chats.chat(handover="be kind"))
    assert window.page().conversation.head._handover.text() == "Handed over: be kind"


# -- the list ------------------------------------------------------------------------------------


def test_enter_in_the_list_takes_what_waits(open_chat, qtbot):
    window, desktop, link = open_chat(*chats.many())
    contacts = window.page().contacts
    contacts.waiting.first()
    assert desktop.work.selected == "i12"
    qtbot.keyClick(contacts.waiting, ENTER)
    assert [c.interaction_id for c in link.sent_of(TakeContact)] == ["i12"]
    desktop.work.select(I1)
    contacts.list.setFocus()
    qtbot.keyClick(contacts.list, ENTER)
    assert window.focusWidget() is field(window)
    assert len(link.sent_of(TakeContact)) == 1


def test_ctrl_t_takes_the_most_urgent_when_ones_own_is_open(open_chat, qtbot):
    window, _, link = open_chat(*chats.many())
    qtbot.keyClick(window, Qt.Key.Key_T, CTRL)
    assert [c.interaction_id for c in link.sent_of(TakeContact)] == ["i12"]


def test_the_arrows_go_from_one_list_into_the_other(open_chat, qtbot):
    window, desktop, _ = open_chat(*chats.many())
    contacts = window.page().contacts
    contacts.list.last()
    assert desktop.work.selected == "i4"
    qtbot.keyClick(contacts.list, Qt.Key.Key_Down)
    assert desktop.work.selected == "i12"
    assert window.focusWidget() is contacts.waiting
    qtbot.keyClick(contacts.waiting, Qt.Key.Key_Up)
    assert desktop.work.selected == "i4"


def test_letters_in_the_list_choose_nothing(open_chat, qtbot):
    window, desktop, _ = open_chat(*chats.many())
    view: ContactsView = window.page().contacts.waiting
    view.setFocus()
    qtbot.keyClicks(view, "charlotte")
    assert desktop.work.selected == I1


def test_each_row_says_all_to_a_screen_reader(open_chat):
    window, _, _ = open_chat(*chats.many())
    contacts = window.page().contacts
    rows = [contacts.waiting.contacts.index(n).data() for n in range(6)]
    assert rows[0].startswith("Iker Goñi, E-mail, Waiting, ")
    assert "12\N{NO-BREAK SPACE}min over" in rows[0]
    assert "Peio Larrea is reading" in next(r for r in rows if r.startswith("Charlotte"))
    own = [contacts.list.contacts.index(n).data() for n in range(6)]
    assert "2 unread" in next(r for r in own if r.startswith("Ainhoa"))


def test_chips_narrow_the_list(open_chat, qtbot):
    window, _, _ = open_chat(*chats.many())
    contacts = window.page().contacts
    chip = contacts.filter.chips[Channel.EMAIL]
    assert chip.accessibleName() == "E-mail: 2"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert contacts.waiting.contacts.rowCount() == 2
    assert contacts.filter._count.text() == "2 of 6"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert contacts.waiting.contacts.rowCount() == 6


def test_thousands_that_wait_keep_place_and_choice(open_chat, qtbot):
    window, desktop, link = open_chat()
    many = tuple(chats.queued(n, Channel.EMAIL, 1, n) for n in range(1_000, 6_000))
    link.emit(WaitingChanged(changed=many))
    view = window.page().contacts.waiting
    assert view.contacts.rowCount() == 5_000
    desktop.work.select(many[4_000].interaction_id)
    QApplication.processEvents()
    resets = []
    view.contacts.modelReset.connect(lambda: resets.append(1))
    gone = tuple((v.interaction_id, 2) for v in many[100:3_000:700])
    fresh = chats.queued(9_999, Channel.CHAT, 0, 2_500)
    link.emit(WaitingChanged(changed=(fresh,), gone=gone))
    assert view.contacts.rowCount() == 5_000 - len(gone) + 1
    assert view.currentIndex().row() == view.contacts.row_of(many[4_000].interaction_id)
    assert resets == []


@pytest.mark.parametrize("seed", range(12))
def test_the_model_obeys_qt_whatever_changes(qtmodeltester, seed):
    draw = random.Random(seed)
    model = ContactsModel(lambda row: str(row))
    qtmodeltester.check(model)
    shadow: list[str] = []
    model.rowsInserted.connect(
        lambda _p, a, b: shadow.__setitem__(slice(a, a), ["?"] * (b - a + 1))
    )
    model.rowsRemoved.connect(lambda _p, a, b: shadow.__delitem__(slice(a, b + 1)))
    for _ in range(40):
        numbers = draw.sample(range(30), draw.randrange(30))
        if draw.random() < 0.7:
            numbers.sort()
        model.set_rows([work.waiting(n, 5, notes=str(draw.randrange(3))) for n in numbers])
        assert model.rowCount() == len(numbers)
        ids = [
            model.index(n).data(Qt.ItemDataRole.UserRole).interaction_id
            for n in range(len(numbers))
        ]
        assert ids == [f"i{n}" for n in numbers]
        assert [model.row_of(i) for i in ids] == list(range(len(ids)))


# -- around --------------------------------------------------------------------------------------


def test_a_tab_click_opens_its_contact_even_from_a_waiting_one(open_chat, qtbot):
    window, desktop, _ = open_chat(*chats.many())
    tabs = window.page().conversation.tabs
    desktop.work.select(InteractionId("i12"))
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    assert desktop.work.selected == tabs.tabData(0)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(2).center())
    assert desktop.work.selected == tabs.tabData(2)


def test_an_offered_chat_is_accepted_not_answered(open_chat):
    offer = work.offer(7, channel=Channel.CHAT, subject="Change of tariff")
    window, _, _ = open_chat(chats.chat(), offers=(offer,))
    assert window.offers.answers[0].text() == "Accept  F9"
    assert window.offers.accessibleName().startswith("Chat offered: ")
    assert window.offers.answers[0].accessibleName().startswith("Accept: ")


def test_only_others_are_said_to_read(open_chat):
    waits = chats.queued(12, Channel.CHAT, 1, 0.3)
    window, desktop, link = open_chat(waits)
    me = desktop.store.state.agent.name
    desktop.work.select(waits.interaction_id)
    head = window.page().conversation.head
    for readers, said in (((me,), ""), ((me, "Peio"), "Peio is reading")):
        seen = msgspec.structs.replace(waits, version=waits.version + 1, readers=readers)
        link.emit(WaitingChanged(changed=(seen,)))
        assert head._readers.text() == said


def test_a_call_is_offered_before_what_is_written(open_chat):
    """Whoever rings listens: F9 answers the call, though the chat was offered before."""
    chat = work.offer(7, channel=Channel.CHAT, subject="Change of tariff")
    window, desktop, link = open_chat(chats.chat(), offers=(chat,))
    call = work.offer(8)
    link.emit(OfferMade(offer=call))
    assert [o.view.offer_id for o in desktop.offers.offers] == [call.offer_id, chat.offer_id]
    assert window.offers.answers[0].text() == "Answer  F9"
    assert window.offers.answers[1].text() == "Accept"
    desktop.offers.answer_first()
    assert link.sent_of(AcceptOffer)[-1].offer_id == call.offer_id


@pytest.mark.styled
def test_only_a_deadline_that_is_near_is_counted_down(open_chat, monkeypatch):
    window, _, link = open_chat(chats.chat(), offers=(work.offer(7, 12),))
    written: list[str] = []
    monkeypatch.setattr(offer_card, "line", lambda *args: written.append(args[-1]))
    window.offers.grab()
    assert "12\N{NO-BREAK SPACE}s" in written
    far = work.offer(8, 3_587, channel=Channel.EMAIL)
    link.emit(OfferMade(offer=far))
    written.clear()
    window.offers.grab()
    assert sum("\N{NO-BREAK SPACE}s" in text for text in written) == 1
    assert not any("3587" in text for text in written)


@pytest.mark.styled
def test_an_offer_leaves_the_field_free_in_a_small_window(open_chat):
    offer = work.offer(7, channel=Channel.CHAT)
    window, _, _ = open_chat(chats.chat(), offers=(offer,))
    send = window.page().conversation.bodies[Channel.CHAT].composer.send
    for size in ((1024, 640), (1440, 900), (1024, 640)):
        window.resize(*size)
        QApplication.processEvents()
        corner = send.mapTo(window, send.rect().bottomRight())
        assert window.offers.x() > corner.x(), size
        ends = window.offers.declines[0].geometry().right()
        assert ends == window.offers.width() - 17


def test_a_call_rings_and_other_work_is_told_of_once(dressed, qtbot, tmp_path):
    from agent_desktop.desktop import Desktop
    from agent_desktop.preferences import Preferences
    from cti_bridge.protocol.events import OfferEnded
    from cti_bridge.protocol.vocabulary import OfferState
    from tests.helpers.desktop import FakeLink

    class Tone:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def start(self) -> None:
            self.heard.append("ring")

        def stop(self) -> None:
            if self.heard and self.heard[-1] != "quiet":
                self.heard.append("quiet")

        def notify(self) -> None:
            self.heard.append("notice")

    link, tone = FakeLink(), Tone()
    desktop = Desktop(link, Preferences(tmp_path / "x.ini"), ring_tone=tone)
    link.emit(page_values.signed_in())
    link.emit(OfferMade(offer=work.offer(7, channel=Channel.CHAT)))
    link.emit(OfferMade(offer=work.offer(8)))
    assert tone.heard[-1] == "ring"
    assert tone.heard.count("notice") == 1
    link.emit(OfferEnded(offer_id="o8", interaction_id="i8", state=OfferState.RESCINDED))
    assert tone.heard[-1] == "quiet"  # the chat is still offered
    assert desktop.offers.offers


def test_shares_and_the_limit_of_a_reason_are_shown(open_chat):
    window, desktop, link = open_chat()
    assert window.top.shares.accessibleName() == "Call 0/1, Chat 2/3, E-mail 1/1"
    assert window.top.state.text().startswith("Busy · ")
    agent = msgspec.structs.replace(
        desktop.store.state.agent,
        mode=AgentMode.NOT_READY,
        reason="break",
        activity=AgentActivity.NOT_READY,
        since=page_values.NOW - timedelta(minutes=12),
        reason_until=page_values.NOW + timedelta(minutes=3),
    )
    link.emit(AgentChanged(agent=agent))
    assert window.top.state.text() == "Break · 12:00 / 15:00"
    over = msgspec.structs.replace(agent, reason_until=page_values.NOW - timedelta(seconds=90))
    link.emit(AgentChanged(agent=over))
    assert window.top.state.text() == "Break · 12:00 · 1:30 too long"
    assert window.top.state.property("tone") == "bad"


def test_the_verbs_of_work_are_in_the_command_bar(open_chat):
    from agent_desktop.views.actions import actions

    window, desktop, _ = open_chat(chats.email(1), *chats.many()[4:])
    titles = [a.title for a in actions(desktop, window.show_page)]
    assert any(t.startswith("Park until ") for t in titles)
    assert "Finish the contact" in titles
    desktop.work.select(InteractionId("i12"))
    titles = [a.title for a in actions(desktop, window.show_page)]
    assert "Take Iker Goñi" in titles


def test_a_dialled_call_back_has_the_buttons_of_a_call(open_chat):
    verbs = (Verb.MUTE, Verb.HOLD, Verb.CLEAR, Verb.DIGITS)
    view = chats.email(1, channel=Channel.CALLBACK, call="talking", verbs=verbs, call_to="+34600")
    window, _, _ = open_chat(view)
    strip = window.page().conversation.head.strip
    assert strip.hang_up.text() == "Hang up"
    assert strip.hold.accessibleName() == "Hold"
    assert not strip.finish.isVisible()
    assert window.page().conversation.head._state.text() == "On the telephone"
