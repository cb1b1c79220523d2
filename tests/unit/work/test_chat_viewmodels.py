"""Chats, conversations and what is done with work, without a widget."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from agent_desktop.desktop import Desktop
from agent_desktop.link import LinkState
from agent_desktop.preferences import Preferences
from agent_desktop.state import Store
from agent_desktop.viewmodels.chat import MAX_TEXT, upload_owner
from agent_desktop.viewmodels.handling import LATEST, SOONEST
from agent_desktop.viewmodels.work import has_call
from agent_desktop.views.park import usual
from cti_bridge.protocol.commands import (
    AcceptOffer,
    CompleteWrapUp,
    ConversationOpened,
    DialContact,
    Done,
    ListMessages,
    LookAt,
    MarkRead,
    MessagesListed,
    OpenConversation,
    ParkContact,
    Refused,
    SendMessage,
    SetTyping,
    SplitContact,
    TakeContact,
)
from cti_bridge.protocol.events import (
    ConversationChanged,
    InteractionChanged,
    MessageAdded,
    OfferMade,
    WaitingChanged,
)
from cti_bridge.protocol.vocabulary import (
    Author,
    BlobId,
    Channel,
    InteractionId,
    InteractionState,
    MessageId,
    QueueId,
    RefusalCode,
)
from tests.helpers import page_values as made
from tests.helpers import screens_chat as chats
from tests.helpers import screens_work as work
from tests.helpers.desktop import FakeLink

I1, I2 = InteractionId("i1"), InteractionId("i2")


@pytest.fixture
def desk(qapp, tmp_path):
    """A desktop signed in, with these contacts; conversations are answered at once."""
    kept: list[Any] = []

    def opened(*contacts: Any, answered: bool = True) -> tuple[Desktop, FakeLink]:
        link = FakeLink()
        if answered:
            link.answers[OpenConversation] = lambda c: ConversationOpened(
                request_id=0,
                conversation=chats.conversation(c.interaction_id),  # type: ignore[union-attr]
            )
        store = Store(link, monotonic=lambda: 1000.0, wall=made.NOW.timestamp)
        desktop = Desktop(link, Preferences(tmp_path / "desk.ini"), store=store)
        hello = made.signed_in(now=made.NOW)
        assert hello.snapshot is not None
        snapshot = msgspec.structs.replace(hello.snapshot, interactions=contacts)
        link.emit(msgspec.structs.replace(hello, snapshot=snapshot))
        kept.append((desktop, link, store))
        return desktop, link

    return opened


def newer(link: FakeLink, view: Any, **changes: Any) -> None:
    link.emit(
        InteractionChanged(
            interaction=msgspec.structs.replace(view, version=view.version + 1, **changes)
        )
    )


# -- opening -------------------------------------------------------------------------------------


def test_ones_own_chat_opens_its_conversation_once_and_tells_nobody(desk):
    desktop, link = desk(chats.chat())
    assert desktop.work.selected == I1
    newer(link, chats.chat(), unread=1)
    assert len(link.sent_of(OpenConversation)) == 1
    assert not link.sent_of(LookAt)
    assert desktop.conversations.current is not None


def test_a_call_has_no_conversation(desk):
    _, link = desk(work.contact(1, InteractionState.CONNECTED))
    assert not link.sent_of(OpenConversation)


def test_reading_what_waits_is_told_after_a_rest_and_ends_with_the_next(desk, qtbot):
    waits = [chats.queued(n, Channel.CHAT, 1, 1) for n in (1, 2)]
    desktop, link = desk(*waits)
    for view in waits:
        desktop.work.select(view.interaction_id)
    qtbot.waitUntil(lambda: bool(link.sent_of(LookAt)), timeout=30_000)
    assert [(c.interaction_id, c.looking) for c in link.sent_of(LookAt)] == [("i2", True)]
    assert [c.interaction_id for c in link.sent_of(OpenConversation)] == ["i2"]
    desktop.work.select(None)
    assert [(c.interaction_id, c.looking) for c in link.sent_of(LookAt)][-1] == ("i2", False)


def test_what_is_said_while_it_is_asked_for_is_there(desk):
    desktop, link = desk(chats.chat(), answered=False)
    assert desktop.conversations.busy(I1)
    late = chats.line(I1, 0, message_id=MessageId("late"))
    link.emit(MessageAdded(message=late))
    link.reply_to(
        OpenConversation,
        ConversationOpened(request_id=0, conversation=chats.conversation(I1)),
    )
    assert desktop.conversations.current.messages[-1].message_id == "late"


def test_a_conversation_that_cannot_be_opened_says_why_and_is_asked_for_again(desk):
    desktop, link = desk(chats.chat(), answered=False)
    link.reply_to(OpenConversation, Refused(request_id=0, code=RefusalCode.STORE_AWAY))
    assert desktop.conversations.error(I1).code is RefusalCode.STORE_AWAY
    newer(link, chats.chat(), unread=3)
    assert len(link.sent_of(OpenConversation)) == 1  # not by every event
    desktop.conversations.again(I1)
    assert desktop.conversations.error(I1) is None
    assert len(link.sent_of(OpenConversation)) == 2


def test_after_a_cut_the_open_one_is_asked_for_and_the_others_when_they_open(desk):
    desktop, link = desk(chats.chat(), chats.chat(2))
    desktop.work.select(I2)
    desktop.work.select(I1)
    asked = len(link.sent_of(OpenConversation))
    link.set_state(LinkState.OFFLINE)
    link.set_state(LinkState.ONLINE)
    again = [c.interaction_id for c in link.sent_of(OpenConversation)[asked:]]
    assert again == ["i1"]
    desktop.work.select(I2)
    assert [c.interaction_id for c in link.sent_of(OpenConversation)][-1] == "i2"


def test_earlier_messages_are_asked_for_once_at_a_time(desk):
    desktop, link = desk(chats.chat(), answered=False)
    link.reply_to(
        OpenConversation,
        ConversationOpened(request_id=0, conversation=chats.conversation(I1, more=True)),
    )
    desktop.conversations.older(I1)
    desktop.conversations.older(I1)
    asked = link.sent_of(ListMessages)
    assert [c.before for c in asked] == ["i1-m0"]
    older = chats.line(I1, 0, message_id=MessageId("older"))
    link.reply_to(ListMessages, MessagesListed(request_id=0, messages=(older,), more=False))
    assert desktop.conversations.current.messages[0].message_id == "older"
    desktop.conversations.older(I1)
    assert len(link.sent_of(ListMessages)) == 1


# -- saying --------------------------------------------------------------------------------------


def test_a_message_goes_out_once_and_leaves_the_field_at_once(desk):
    desktop, link = desk(chats.chat())
    desktop.chat.type("  hello  ")
    assert desktop.chat.send()
    assert not desktop.chat.send()
    [sent] = link.sent_of(SendMessage)
    assert sent.text == "hello"
    assert desktop.chat.draft == ""
    assert [m.text for m in desktop.chat.unsent(I1)] == ["hello"]
    told = chats.line(I1, 1, message_id=sent.message_id, text="hello")
    link.emit(MessageAdded(message=told))
    assert desktop.chat.unsent(I1) == ()


def test_each_chat_keeps_its_own_draft(desk):
    desktop, _ = desk(chats.chat(), chats.chat(2))
    desktop.work.select(I1)
    desktop.chat.type("one")
    desktop.work.select(I2)
    assert desktop.chat.draft == ""
    desktop.chat.type("two")
    desktop.work.select(I1)
    assert desktop.chat.draft == "one"


def test_what_a_cut_stopped_goes_out_by_itself_as_the_same_message(desk):
    desktop, link = desk(chats.chat())
    for text in ("one", "two"):
        desktop.chat.type(text)
        desktop.chat.send()
    first = [c.message_id for c in link.sent_of(SendMessage)]
    link.set_state(LinkState.OFFLINE)
    assert [m.refused for m in desktop.chat.unsent(I1)] == [RefusalCode.INTERNAL] * 2
    link.set_state(LinkState.ONLINE)
    assert [c.message_id for c in link.sent_of(SendMessage)] == first * 2


def test_a_refusal_for_good_waits_for_a_person(desk):
    desktop, link = desk(chats.chat())
    desktop.chat.type("hello")
    desktop.chat.send()
    [sent] = link.sent_of(SendMessage)
    link.reply_to(SendMessage, Refused(request_id=0, code=RefusalCode.WRONG_STATE))
    link.set_state(LinkState.OFFLINE)
    link.set_state(LinkState.ONLINE)
    assert len(link.sent_of(SendMessage)) == 1
    desktop.chat.drop(I1, sent.message_id)
    assert desktop.chat.draft == "hello"
    assert desktop.chat.unsent(I1) == ()


def test_too_long_a_message_stays_in_the_field(desk):
    desktop, link = desk(chats.chat())
    desktop.chat.type("x" * (MAX_TEXT + 3))
    assert desktop.chat.too_long == 3
    assert not desktop.chat.send()
    desktop.chat.type("x" * MAX_TEXT)
    assert desktop.chat.send()
    assert len(link.sent_of(SendMessage)) == 1


@pytest.mark.parametrize(
    "changes",
    [{"verbs": ()}, {"state": InteractionState.QUEUED, "agent_id": None}],
    ids=["ended", "waiting"],
)
def test_nothing_is_said_in_a_chat_that_is_not_mine_or_is_over(desk, changes):
    desktop, link = desk(chats.chat(**changes))
    desktop.work.select(I1)
    desktop.chat.type("hello")
    assert not desktop.chat.send()
    assert desktop.chat.draft == "hello"
    assert not link.sent_of(SetTyping)


def test_files_go_with_the_message_and_an_unfinished_one_holds_it_back(desk):
    desktop, link = desk(chats.chat())
    desktop.chat.type("look")
    desktop.uploads.start(upload_owner(I1), "a.txt", b"abc")
    assert not desktop.chat.can_send
    from cti_bridge.protocol.commands import UploadPart

    link.reply_to(UploadPart, Done(request_id=0, id="blob-1"))
    assert desktop.chat.send()
    assert link.sent_of(SendMessage)[0].attachments == (BlobId("blob-1"),)
    assert desktop.uploads.of(upload_owner(I1)) == ()


def test_typing_is_told_once_and_ends_with_the_message_or_the_chat(desk):
    desktop, link = desk(chats.chat(), chats.chat(2))
    desktop.work.select(I1)
    desktop.chat.type("h")
    desktop.chat.type("he")
    assert [c.typing for c in link.sent_of(SetTyping)] == [True]
    desktop.work.select(I2)
    assert [(c.interaction_id, c.typing) for c in link.sent_of(SetTyping)][-1] == ("i1", False)
    desktop.chat.type("x")
    desktop.chat.send()
    assert [c.typing for c in link.sent_of(SetTyping)] == [True, False, True, False]


def test_reading_is_told_once_for_each_newest_message_of_the_customer(desk):
    desktop, link = desk(chats.chat())
    desktop.chat.seen()
    desktop.chat.seen()
    assert [c.message_id for c in link.sent_of(MarkRead)] == ["i1-m4"]
    link.emit(MessageAdded(message=chats.line(I1, 1, message_id=MessageId("mine"))))
    desktop.chat.seen()
    assert len(link.sent_of(MarkRead)) == 1
    fresh = chats.line(I1, 0, message_id=MessageId("fresh"), author=Author.CUSTOMER)
    link.emit(MessageAdded(message=fresh))
    desktop.chat.seen()
    assert [c.message_id for c in link.sent_of(MarkRead)][-1] == "fresh"


# -- doing ---------------------------------------------------------------------------------------


def test_taking_is_asked_once_and_only_where_it_may_be(desk):
    waits = chats.queued(1, Channel.EMAIL, 3, 3)
    theirs = chats.queued(2, Channel.EMAIL, 3, 3, verbs=())
    desktop, link = desk(waits, theirs)
    desktop.work_actions.take(I1)
    desktop.work_actions.take(I1)
    desktop.work_actions.take(I2)
    desktop.work_actions.take(InteractionId("nobody"))
    assert [c.interaction_id for c in link.sent_of(TakeContact)] == ["i1"]
    link.reply_to(TakeContact, Refused(request_id=0, code=RefusalCode.TOO_LATE))
    assert desktop.work_actions.can_take(waits)


def test_taking_what_rings_here_accepts_it(desk):
    desktop, link = desk()
    link.emit(OfferMade(offer=work.offer(7, channel=Channel.CHAT)))
    desktop.work_actions.take(InteractionId("i7"))
    assert [c.offer_id for c in link.sent_of(AcceptOffer)] == ["o7"]
    assert not link.sent_of(TakeContact)


def test_a_parked_contact_of_ones_own_is_taken_back(desk):
    desktop, link = desk(chats.email(1, state=InteractionState.PARKED, verbs=()))
    desktop.work_actions.take(I1)
    assert len(link.sent_of(TakeContact)) == 1


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(seconds=-5), SOONEST),
        (timedelta(days=4000), LATEST),
    ],
)
def test_parking_is_kept_within_its_limits(desk, ahead, told):
    desktop, link = desk(chats.email(1))
    desktop.work_actions.park(made.NOW + ahead, "x" * 5_000)
    [asked] = link.sent_of(ParkContact)
    assert asked.until == made.NOW + told
    assert len(asked.note) == 1_000


def test_splitting_needs_messages_and_goes_where_it_is_told(desk):
    desktop, link = desk(chats.email(1))
    desktop.work_actions.split(())
    assert not link.sent_of(SplitContact)
    desktop.work_actions.split((MessageId("m1"),), QueueId("q1"), " a new matter ")
    [asked] = link.sent_of(SplitContact)
    assert (asked.queue_id, asked.subject) == ("q1", "a new matter")


def test_dialling_needs_somebody_to_dial(desk):
    desktop, link = desk(chats.email(1))
    desktop.work_actions.dial()
    assert not link.sent_of(DialContact)
    desktop.work_actions.dial(" +34 600 ")
    assert [c.to for c in link.sent_of(DialContact)] == ["+34 600"]


def test_an_email_is_finished_in_one_go_and_a_chat_is_not(desk):
    desktop, link = desk(chats.email(1))
    desktop.wrap_up.finish()
    assert desktop.wrap_up.asks_disposition
    desktop.wrap_up.choose("resolved")
    desktop.wrap_up.finish()
    assert [c.disposition for c in link.sent_of(CompleteWrapUp)] == ["resolved"]
    desktop, link = desk(chats.chat())
    assert not desktop.wrap_up.can_finish


def test_the_headset_is_for_calls_alone():
    assert has_call(work.contact(1, InteractionState.CONNECTED))
    assert not has_call(chats.chat())
    assert not has_call(chats.email(channel=Channel.CALLBACK))
    for stage in ("dialling", "talking"):
        assert has_call(chats.email(channel=Channel.CALLBACK, call=stage))
    assert not has_call(work.contact(1, InteractionState.WRAP_UP))


# -- what opens by itself ------------------------------------------------------------------------


def test_other_work_than_a_call_opens_only_where_nothing_is_in_hand(desk):
    desktop, link = desk(chats.chat())
    newer(link, chats.email(2))
    assert desktop.work.selected == I1
    newer(link, work.contact(3, InteractionState.CONNECTED))
    assert desktop.work.selected == "i3"


def test_work_that_is_taken_opens_where_nothing_is_in_hand(desk):
    waits = chats.queued(1, Channel.EMAIL, 3, 3)
    desktop, link = desk(waits, chats.queued(2, Channel.EMAIL, 3, 3))
    desktop.work.select(I2)
    newer(link, waits, state=InteractionState.CONNECTED, agent_id="a0")
    assert desktop.work.selected == I1


def test_an_offered_chat_leaves_what_is_read_alone(desk):
    desktop, link = desk(chats.queued(1, Channel.EMAIL, 3, 3))
    desktop.work.select(I1)
    link.emit(OfferMade(offer=work.offer(7, channel=Channel.CHAT)))
    assert desktop.work.selected == I1
    link.emit(OfferMade(offer=work.offer(8)))
    assert desktop.work.selected == "i8"


def test_the_running_state_does_not_change_what_is_open(desk):
    desktop, link = desk(chats.chat(), chats.chat(2))
    desktop.work.select(I1)
    link.emit(ConversationChanged(interaction_id=I2, unread=9, customer_typing=True))
    assert desktop.work.selected == I1


# -- filters -------------------------------------------------------------------------------------


def test_what_waits_is_narrowed_by_channel_and_queue(desk):
    rows = (
        chats.queued(1, Channel.EMAIL, 1, 1, queue_id=QueueId("q0"), queue_name="Soporte"),
        chats.queued(2, Channel.CHAT, 1, 2, queue_id=QueueId("q0"), queue_name="Soporte"),
        chats.queued(3, Channel.CHAT, 1, 3, queue_id=QueueId("q1"), queue_name="Ventas"),
    )
    desktop, link = desk()
    link.emit(WaitingChanged(changed=rows))
    model = desktop.work
    assert model.channels_here() == (Channel.CHAT, Channel.EMAIL)
    assert model.queues_here() == (("q0", "Soporte"), ("q1", "Ventas"))
    model.show_channel(Channel.CHAT, True)
    assert [i.interaction_id for i in model.waiting] == ["i2", "i3"]
    model.show_queue(QueueId("q1"))
    assert [i.interaction_id for i in model.waiting] == ["i3"]
    link.emit(WaitingChanged(gone=((InteractionId("i3"), 2),)))
    assert model.waiting == ()
    assert QueueId("q1") in dict(model.queues_here())  # it can be switched off again
    model.show_queue(None)
    model.show_channel(Channel.CHAT, False)
    assert len(model.waiting) == 2


# -- times to park until -------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [0, 7, 12, 14, 15, 16, 17, 20, 23])
@pytest.mark.parametrize("day", range(16, 23))
def test_usual_times_are_ahead_and_in_their_order(day: int, hour: int) -> None:
    now = made.NOW.astimezone().replace(day=day, hour=hour)
    times = usual(now)
    assert times[0][0] == "hour"
    assert {"tomorrow"} <= {code for code, _ in times} <= {"hour", "today", "tomorrow", "monday"}
    whens = [when for code, when in times if code != "hour"]
    assert all(when > now for _, when in times)
    assert whens == sorted(whens)
    assert len({when for _, when in times[1:]}) == len(times) - 1
