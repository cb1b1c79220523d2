"""A draft is saved as typed, goes out once, comes back when asked, and is never lost."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from agent_desktop.desktop import Desktop
from agent_desktop.link import LinkState
from agent_desktop.preferences import Preferences
from agent_desktop.state import Store
from agent_desktop.viewmodels.email import owner_of
from cti_bridge.protocol.commands import (
    CompleteWrapUp,
    ComposeEmail,
    ConversationOpened,
    Done,
    OpenConversation,
    Refused,
    RetrySend,
    SaveDraft,
    SendEmail,
    UndoSend,
    UploadPart,
)
from cti_bridge.protocol.events import InteractionChanged, MessageAdded, MessageChanged
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import (
    AgentId,
    CustomerId,
    Delivery,
    InteractionId,
    MessageId,
    RefusalCode,
)
from tests.helpers import page_values
from tests.helpers import screens_mail as made
from tests.helpers.desktop import FakeLink
from tests.helpers.screens_mail import CUSTOMER, MAIL, US


def without_window(folder, talk=None):
    """Everything of a desktop but its window, an e-mail in hand."""
    link = FakeLink()
    link.answers[OpenConversation] = lambda _: ConversationOpened(
        request_id=0, conversation=talk or made.conversation()
    )
    store = Store(link, monotonic=lambda: 1000.0, wall=page_values.NOW.timestamp)
    desktop = Desktop(link, Preferences(folder / "desk.ini"), store=store)
    settings = page_values.site(mailboxes=(("clientes", US.address),))
    hello = page_values.signed_in(settings=settings, now=page_values.NOW)
    snapshot = msgspec.structs.replace(hello.snapshot, interactions=(made.contact(),))
    link.emit(msgspec.structs.replace(hello, snapshot=snapshot))
    desktop.work.select(MAIL)
    return desktop, link


@pytest.fixture
def desk(qapp, tmp_path):
    return without_window(tmp_path)


def written(desktop, text="Buenos días"):
    desktop.email.begin(MAIL, "reply")
    desktop.email.change(MAIL, text=text)
    return desktop.email.writing(MAIL)


def sent(desktop, link, finish_as=None) -> MessageId:
    """Handed to the bridge and taken; its message is there, and can still come back."""
    desktop.email.send(MAIL, finish_as)
    command = link.sent_of(SendEmail)[-1]
    link.reply_to(SendEmail, Done(request_id=0, id=command.message_id))
    message = made.mail(
        1,
        message_id=command.message_id,
        delivery=Delivery.UNDOABLE,
        undo_until=page_values.NOW + timedelta(seconds=8),
    )
    link.emit(MessageAdded(message=message))
    return command.message_id


def became(link, message_id: MessageId, delivery: Delivery) -> None:
    link.emit(MessageChanged(message=made.mail(1, message_id=message_id, delivery=delivery)))


def test_an_answer_begins_with_who_wrote_and_what_about(desk):
    desktop, _link = desk
    draft = written(desktop).draft
    assert draft.to == (CUSTOMER,)
    assert draft.subject == "Re: Factura de octubre, no coincide el importe"
    assert draft.in_reply_to == "m0"
    desktop.email.begin(MAIL, "reply_all")
    again = desktop.email.writing(MAIL).draft
    assert [a.address for a in again.cc] == ["jefe@talleresnorte.example"]
    assert again.text == "Buenos días"  # what was typed stays


def test_what_is_forwarded_takes_its_files_along(desk):
    desktop, _link = desk
    desktop.email.begin(MAIL, "forward")
    draft = desktop.email.writing(MAIL).draft
    assert draft.attachments == ("b1", "b2", "b3")  # not the picture inside the text
    assert draft.files[0].name == "Factura 2026-1187.pdf"
    desktop.email.remove_kept(MAIL, "b2")
    assert desktop.email.writing(MAIL).draft.attachments == ("b1", "b3")
    assert draft.to == ()


def test_it_is_saved_once_for_many_keys(qtbot, desk):
    desktop, link = desk
    desktop.email.begin(MAIL, "reply")
    for end in range(1, 12):
        desktop.email.change(MAIL, text="Buenos días"[:end])
    assert not link.sent_of(SaveDraft)
    qtbot.waitUntil(lambda: len(link.sent_of(SaveDraft)) == 1, timeout=30_000)
    assert link.sent_of(SaveDraft)[0].draft.text == "Buenos días"
    link.reply_to(SaveDraft, Done(request_id=0))
    writing = desktop.email.writing(MAIL)
    assert not writing.dirty
    assert writing.draft.saved_at is not None


def test_what_is_typed_while_it_is_saved_is_saved_next(qtbot, desk):
    desktop, link = desk
    written(desktop, "uno")
    desktop.email.save_all()
    desktop.email.change(MAIL, text="uno dos")
    desktop.email.save_all()
    assert len(link.sent_of(SaveDraft)) == 1  # one at a time
    link.reply_to(SaveDraft, Done(request_id=0))
    assert desktop.email.writing(MAIL).dirty
    qtbot.waitUntil(lambda: len(link.sent_of(SaveDraft)) == 2, timeout=30_000)
    assert link.sent_of(SaveDraft)[1].draft.text == "uno dos"


def test_a_lost_link_loses_no_word(desk):
    desktop, link = desk
    written(desktop, "uno")
    desktop.email.save_all()
    link.set_state(LinkState.OFFLINE)
    desktop.email.change(MAIL, text="uno dos")
    assert desktop.email.writing(MAIL).error is None
    link.set_state(LinkState.ONLINE)
    assert link.sent_of(SaveDraft)[-1].draft.text == "uno dos"


def test_a_refused_save_is_said_and_the_words_stay(desk):
    desktop, link = desk
    written(desktop, "uno")
    desktop.email.save_all()
    link.reply_to(SaveDraft, Refused(request_id=0, code=RefusalCode.STORE_AWAY))
    writing = desktop.email.writing(MAIL)
    assert writing.error is RefusalCode.STORE_AWAY
    assert writing.draft.text == "uno"


def test_a_draft_of_yesterday_is_there_again(qapp, tmp_path):
    draft = Draft(to=(CUSTOMER,), subject="Re: x", text="empecé", files=made.files()[:1])
    desktop, _link = without_window(tmp_path, made.conversation(draft=draft))
    writing = desktop.email.writing(MAIL)
    assert writing.draft.text == "empecé"
    assert writing.kept == made.files()[:1]
    assert not writing.dirty


def test_a_sent_draft_does_not_come_back_with_the_old_conversation(qapp, tmp_path):
    draft = Draft(to=(CUSTOMER,), subject="Re: x", text="empecé")
    desktop, link = without_window(tmp_path, made.conversation(draft=draft))
    message_id = sent(desktop, link)
    became(link, message_id, Delivery.SENT)
    became(link, message_id, Delivery.DELIVERED)
    assert desktop.email.writing(MAIL) is None


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"to": ()}, "no_recipient"),
        ({"to": (Address(address="ana@ejemplo"),)}, "bad_address"),
        ({"bcc": (Address(address="x"),)}, "bad_address"),
        ({"text": " \n"}, "empty"),
        ({"text": "Hola, {first_name}"}, "unfilled"),
    ],
)
def test_what_is_not_ready_does_not_go_out(desk, fields, problem):
    desktop, link = desk
    written(desktop)
    assert desktop.email.problems(MAIL) == ()
    desktop.email.change(MAIL, **fields)
    assert problem in desktop.email.problems(MAIL)
    desktop.email.send(MAIL)
    assert not link.sent_of(SendEmail)


def test_a_brace_of_the_customers_own_is_no_variable(desk):
    desktop, _link = desk
    written(desktop, "use {x} y {nombre}")
    assert desktop.email.problems(MAIL) == ()


@pytest.mark.parametrize("text", ["Le adjunto la factura", "please find attached", "va anexo"])
def test_a_forgotten_file_is_asked_about(desk, text):
    desktop, _link = desk
    written(desktop, text)
    assert desktop.email.doubts(MAIL) == ("forgotten_attachment",)
    desktop.email.change(MAIL, text="Buenos días", subject="")
    assert desktop.email.doubts(MAIL) == ("no_subject",)


def test_it_goes_out_once_with_what_is_written(desk):
    desktop, link = desk
    written(desktop, "Hecho.")
    desktop.email.send(MAIL)
    desktop.email.send(MAIL)
    desktop.email.change(MAIL, text="demasiado tarde")
    (command,) = link.sent_of(SendEmail)
    assert command.draft.text == "Hecho."
    link.reply_to(SendEmail, Done(request_id=0, id=command.message_id))
    assert desktop.email.writing(MAIL) is None


def test_a_send_that_the_link_swallowed_is_sent_again_as_the_same(desk):
    desktop, link = desk
    written(desktop)
    desktop.email.send(MAIL)
    link.set_state(LinkState.OFFLINE)
    assert desktop.email.writing(MAIL).sending is not None
    link.set_state(LinkState.ONLINE)
    first, second = link.sent_of(SendEmail)
    assert first.message_id == second.message_id
    link.reply_to(SendEmail, Done(request_id=0, id=second.message_id))
    assert desktop.email.writing(MAIL) is None


def test_a_refused_send_leaves_the_draft(desk):
    desktop, link = desk
    written(desktop, "Hecho.")
    desktop.email.send(MAIL)
    link.reply_to(SendEmail, Refused(request_id=0, code=RefusalCode.TOO_LARGE))
    writing = desktop.email.writing(MAIL)
    assert (writing.draft.text, writing.error) == ("Hecho.", RefusalCode.TOO_LARGE)
    assert desktop.email.can_send(MAIL)


def test_it_can_be_taken_back(desk):
    desktop, link = desk
    written(desktop, "Demasiado pronto.")
    message_id = sent(desktop, link)
    desktop.email.undo(MAIL, message_id)
    assert link.sent_of(UndoSend)[-1].message_id == message_id
    link.reply_to(UndoSend, Done(request_id=0))
    assert desktop.email.writing(MAIL).draft.text == "Demasiado pronto."


def test_taken_back_before_the_answer_it_is_what_was_sent(desk, tmp_path):
    """Not the older draft that the bridge had when the contact was opened."""
    older = Draft(mode="reply", to=(CUSTOMER,), subject="Re: x", text="Half a ma")
    desktop, link = without_window(tmp_path, made.conversation(draft=older))
    desktop.email.change(MAIL, text="Half a mail, and its end.")
    message_id = sent(desktop, link)
    desktop.email.undo(MAIL, message_id)
    became(link, message_id, Delivery.TAKEN_BACK)
    link.reply_to(UndoSend, Done(request_id=0))
    assert desktop.email.writing(MAIL).draft.text == "Half a mail, and its end."
    desktop.email.save_all()
    assert link.sent_of(SaveDraft)[-1].draft.text == "Half a mail, and its end."


def test_an_older_draft_does_not_come_back_once_the_mail_is_gone(desk, tmp_path):
    """What was typed here was newer than the draft that came with the conversation."""
    older = Draft(mode="reply", to=(CUSTOMER,), subject="Re: x", text="Half a ma")
    desktop, link = without_window(tmp_path)
    written(desktop, "The whole mail.")
    key = made.conversation(draft=older)
    desktop.store.take(key)
    message_id = sent(desktop, link)
    became(link, message_id, Delivery.SENDING)
    became(link, message_id, Delivery.SENT)
    assert desktop.email.writing(MAIL) is None


def test_what_was_typed_while_it_was_nobodys_is_saved_when_it_is_ones_own_again(qtbot, desk):
    """After a restart of the bridge the contact waits, until it is taken again."""
    desktop, link = desk
    written(desktop, "typed while away")
    view = made.contact()
    waits = msgspec.structs.replace(view, version=view.version + 1, verbs=())
    link.emit(InteractionChanged(interaction=waits))
    desktop.email.save_all()
    assert not link.sent_of(SaveDraft)
    again = msgspec.structs.replace(view, version=view.version + 2)
    link.emit(InteractionChanged(interaction=again))
    qtbot.waitUntil(lambda: bool(link.sent_of(SaveDraft)), timeout=30_000)
    assert link.sent_of(SaveDraft)[-1].draft.text == "typed while away"


def test_too_late_to_be_taken_back(qtbot, desk):
    desktop, link = desk
    written(desktop)
    message_id = sent(desktop, link)
    desktop.email.undo(MAIL, message_id)
    with qtbot.waitSignal(desktop.commands.refused):
        link.reply_to(UndoSend, Refused(request_id=0, code=RefusalCode.TOO_LATE))
    assert desktop.email.writing(MAIL) is None


def test_a_contact_is_finished_when_its_mail_cannot_come_back(desk):
    desktop, link = desk
    written(desktop)
    message_id = sent(desktop, link, finish_as="resolved")
    assert not link.sent_of(CompleteWrapUp)
    became(link, message_id, Delivery.SENDING)
    became(link, message_id, Delivery.SENT)
    (command,) = link.sent_of(CompleteWrapUp)
    assert (command.interaction_id, command.disposition) == (MAIL, "resolved")


@pytest.mark.parametrize("end", ["undone", "failed"])
def test_a_contact_whose_mail_did_not_go_is_not_finished(desk, end):
    desktop, link = desk
    written(desktop)
    message_id = sent(desktop, link, finish_as="resolved")
    if end == "undone":
        desktop.email.undo(MAIL, message_id)
        link.reply_to(UndoSend, Done(request_id=0))
        became(link, message_id, Delivery.TAKEN_BACK)
    else:
        became(link, message_id, Delivery.FAILED)
    became(link, message_id, Delivery.SENT)
    assert not link.sent_of(CompleteWrapUp)


def test_a_failed_mail_is_tried_again(desk):
    desktop, link = desk
    desktop.email.retry(MAIL, MessageId("m1"))
    desktop.email.retry(MAIL, MessageId("m1"))
    assert [c.message_id for c in link.sent_of(RetrySend)] == ["m1"]


def test_a_thrown_draft_can_be_brought_back(desk):
    desktop, link = desk
    written(desktop, "quizá")
    desktop.email.discard(MAIL)
    assert link.sent_of(SaveDraft)[-1].draft is None
    assert desktop.email.writing(MAIL) is None
    assert desktop.email.thrown(MAIL)
    desktop.email.restore(MAIL)
    assert desktop.email.writing(MAIL).draft.text == "quizá"
    assert desktop.email.writing(MAIL).dirty


def test_a_new_mail_is_a_contact_of_its_own(qtbot, desk):
    desktop, link = desk
    desktop.email.compose("ana@ejemplo.es", CustomerId("c1"))
    (command,) = link.sent_of(ComposeEmail)
    assert command.draft.to == (Address(address="ana@ejemplo.es"),)
    assert command.customer_id == "c1"
    fresh = made.contact(7)
    link.answers[OpenConversation] = lambda _: ConversationOpened(
        request_id=0,
        conversation=made.conversation(
            interaction_id=InteractionId("i7"), messages=(), draft=command.draft
        ),
    )
    link.emit(InteractionChanged(interaction=fresh))
    with qtbot.waitSignal(desktop.email.composed):
        link.reply_to(ComposeEmail, Done(request_id=0, id="i7"))
    assert desktop.work.selected == "i7"
    assert desktop.email.writing(InteractionId("i7")).draft.mode == "new"


def test_files_go_up_and_go_with_it(desk):
    desktop, link = desk
    written(desktop, "Le adjunto la factura")
    desktop.uploads.start(owner_of(MAIL), "f.pdf", b"x" * 10)
    assert "uploading" in desktop.email.problems(MAIL)
    link.reply_to(UploadPart, Done(request_id=0, id="b9"))
    assert desktop.email.writing(MAIL).draft.attachments == ("b9",)
    assert desktop.email.doubts(MAIL) == ()
    message_id = sent(desktop, link)
    assert desktop.uploads.of(owner_of(MAIL)) == ()
    desktop.email.undo(MAIL, message_id)
    link.reply_to(UndoSend, Done(request_id=0))
    assert desktop.email.writing(MAIL).draft.attachments == ("b9",)


def test_nothing_of_one_agent_is_left_for_the_next(desk):
    desktop, link = desk
    written(desktop)
    link.set_state(LinkState.SIGNED_OUT)
    assert desktop.email.writing(MAIL) is None


def test_what_is_somebody_elses_now_is_kept_and_not_sent(desk):
    desktop, link = desk
    written(desktop, "casi")
    view = msgspec.structs.replace(
        desktop.store.state.interactions[MAIL], agent_id=AgentId("a2"), version=9
    )
    link.emit(InteractionChanged(interaction=view))
    desktop.email.save_all()
    desktop.email.send(MAIL)
    assert not link.sent_of(SendEmail)
    assert not link.sent_of(SaveDraft)
    assert desktop.email.writing(MAIL).draft.text == "casi"


def test_our_own_mailboxes_get_no_answer(desk):
    desktop, _link = desk
    desktop.email.begin(MAIL, "reply_all")
    draft = desktop.email.writing(MAIL).draft
    assert US.address not in {a.address for a in (*draft.to, *draft.cc)}
