"""E-mail, voicemail, call-backs and reasons as an agent uses them, in the window."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QImage

from agent_desktop.audio.ports import NoSound
from agent_desktop.viewmodels.blobs import Blobs
from agent_desktop.viewmodels.canned import CannedViewModel, first_name, greeting, unfilled
from agent_desktop.viewmodels.voicemail import VoicemailPlayer
from agent_desktop.views import i18n, reasons
from agent_desktop.views.attachments import AttachmentStrip
from agent_desktop.views.decision import WhyButton
from agent_desktop.views.pages.history import HistoryPage
from cti_bridge.protocol.commands import (
    BlobPart,
    CompleteWrapUp,
    ConversationOpened,
    DialContact,
    FetchBlob,
    MarkRead,
    MessageOpened,
    OpenConversation,
    OpenMessage,
    SaveDraft,
    SendEmail,
    UploadPart,
)
from cti_bridge.protocol.values import AttachmentView, CannedReply
from cti_bridge.protocol.vocabulary import Channel, MessageId, QueueId, Verb
from tests.helpers import page_values
from tests.helpers import screens_mail as made
from tests.helpers.screens_mail import MAIL

CTRL = Qt.KeyboardModifier.ControlModifier


def composing(mail):
    window, desktop, link = mail()
    body = made.body(window)
    body.reply()
    return window, desktop, link, body


# -- reading


def test_the_newest_is_open_and_the_others_are_lines(qtbot, mail):
    window, _desktop, link = mail()
    cards = made.body(window).messages.cards
    assert [card.opened for card in cards.values()] == [False, False, True]
    cards[MessageId("m1")].head.toggled.emit()
    assert cards[MessageId("m1")].opened
    assert "revisamos" in cards[MessageId("m1")].view.toPlainText()
    qtbot.waitUntil(lambda: bool(link.sent_of(MarkRead)), timeout=30_000)
    assert [c.message_id for c in link.sent_of(MarkRead)] == ["m0"]


def test_history_inside_html_is_folded_and_shown_on_request(mail):
    html = (
        '<p>Sigue igual.</p><div class="quote"><p>El lunes, Soporte escribió:</p><p>Hola</p></div>'
    )
    talk = made.conversation(messages=(made.mail(0, html=html, text="Sigue igual.", quoted=""),))
    window, desktop, _link = mail(talk)
    card = made.body(window).messages.cards[MessageId("m0")]
    assert card.view.toPlainText().strip() == "Sigue igual."
    assert not card.quote.isHidden()
    assert card.quoted.isHidden()
    card.quote.click()
    assert not card.quoted.isHidden()
    assert card.quoted.toPlainText().split("\n") == ["El lunes, Soporte escribió:", "Hola"]
    desktop.reading.show_plain(MessageId("m0"), plain=True)
    assert card.quote.isHidden()  # its text has no history


def test_images_of_other_servers_are_shown_on_request_only(mail):
    window, desktop, _link = mail()
    card = made.body(window).messages.cards[MessageId("m0")]
    asked: list[str] = []
    card._remote.fetch = lambda address, asker, done: asked.append(address)
    assert not card.blocked.isHidden()
    card.blocked.acted.emit()
    assert card.blocked.isHidden()
    made.settle()
    assert set(asked) == {"https://img.talleresnorte.example/px.gif"}
    desktop.reading.show_plain(MessageId("m0"), plain=True)
    assert "Concepto" not in card.view.toPlainText()


def test_the_rest_of_a_long_message_is_fetched(mail):
    talk = made.conversation(messages=(made.mail(0, cut=True, text="principio"),))
    window, _desktop, link = mail(talk)
    card = made.body(window).messages.cards[MessageId("m0")]
    card.cut.acted.emit()
    card.cut.acted.emit()
    assert len(link.sent_of(OpenMessage)) == 1
    link.reply_to(OpenMessage, MessageOpened(request_id=0, message=made.mail(0, text="y fin")))
    assert card.view.toPlainText() == "y fin"
    assert card.cut.isHidden()


def test_a_link_that_lies_is_asked_about(mail):
    window, _desktop, _link = mail()
    thread, opened = made.body(window).messages, []
    thread._opener = opened.append
    thread.ask_link("https://ejemplo.es/", "ejemplo.es")
    assert opened == ["https://ejemplo.es/"]
    thread.ask_link("https://evil.example/", "banco.example")
    assert "evil.example" in thread.link.text()
    assert len(opened) == 1
    thread.link.acted.emit()
    assert opened[-1] == "https://evil.example/"
    thread.ask_link("file:///etc/passwd", "ejemplo.es")
    thread.link.acted.emit()
    assert len(opened) == 2


def test_messages_are_chosen_to_be_split_off(qtbot, mail):
    window, _desktop, _link = mail()
    body = made.body(window)
    body.set_selecting(True)
    with qtbot.waitSignal(body.selection_changed):
        body.messages.cards[MessageId("m2")].tick.setChecked(True)
    assert body.selected_messages() == ("m2",)
    body.set_selecting(False)
    assert body.selected_messages() == ()


# -- writing


def test_ctrl_enter_in_the_text_sends_and_does_not_finish(qtbot, mail):
    _window, desktop, link, body = composing(mail)
    qtbot.keyClicks(body.composer.text, "Hecho")
    qtbot.keyClick(body.composer.text, Qt.Key.Key_Return, CTRL)
    assert link.sent_of(SendEmail)[0].draft.text == "Hecho"
    assert not link.sent_of(CompleteWrapUp)
    assert body.composer.text.isReadOnly()
    assert desktop.email.writing(MAIL).sending


def test_keys_answer_where_the_keyboard_is(qtbot, mail):
    window, desktop, _link = mail()
    body = made.body(window)
    body.focus_first()
    head = body.messages.cards[MessageId("m0")].head
    qtbot.keyClick(head, Qt.Key.Key_R, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert desktop.email.writing(MAIL).draft.mode == "reply"
    assert body.composer.text.hasFocus()


def test_what_is_typed_is_saved_when_the_window_closes(qtbot, mail):
    window, _desktop, link, body = composing(mail)
    qtbot.keyClicks(body.composer.text, "casi")
    window.close()
    assert link.sent_of(SaveDraft)[-1].draft.text == "casi"


def test_what_was_forgotten_is_asked_about_once(qtbot, mail):
    _window, _desktop, link, body = composing(mail)
    qtbot.keyClicks(body.composer.text, "Le adjunto la factura")
    body.composer.send.click()
    assert not link.sent_of(SendEmail)
    assert not body.composer.notice.isHidden()
    body.composer.send.click()
    assert len(link.sent_of(SendEmail)) == 1


def test_what_is_typed_as_a_recipient_counts(qtbot, mail):
    _window, desktop, _link, body = composing(mail)
    field = body.composer.to
    qtbot.keyClicks(field.entry, "Jefe <jefe@norte.example>,wrong,")
    assert [a.address for a in desktop.email.writing(MAIL).draft.to] == [
        "compras@talleresnorte.example",
        "jefe@norte.example",
        "wrong",
    ]
    assert not body.composer.send.isEnabled()
    qtbot.keyClick(field.entry, Qt.Key.Key_Backspace)
    assert len(field.addresses) == 2
    field.chips[1].click()  # back into the field, to be corrected
    assert field.entry.text() == "Jefe <jefe@norte.example>"


def test_pasted_pictures_and_dropped_files_go_up(qtbot, mail, tmp_path):
    _window, desktop, link, body = composing(mail)
    pasted = QMimeData()
    pasted.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    body.composer.text.insertFromMimeData(pasted)
    (tmp_path / "carta.txt").write_text("hola")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "carta.txt"))])
    body.composer.text.insertFromMimeData(dropped)
    first, second = link.sent_of(UploadPart)
    assert first.data.startswith(b"\x89PNG")
    assert second.name == "carta.txt"
    assert len(desktop.uploads.of(f"email {MAIL}")) == 2
    assert body.composer.text.toPlainText() == ""


def test_the_composer_shows_the_draft_of_its_contact(qtbot, mail):
    _window, desktop, link, body = composing(mail)
    qtbot.keyClicks(body.composer.text, "sigo")
    qtbot.waitUntil(lambda: bool(link.sent_of(SaveDraft)), timeout=30_000)
    desktop.work.select(None)
    desktop.work.select(MAIL)
    assert body.composer.text.toPlainText() == "sigo"
    body.composer.discard.click()
    assert not body.composer.isVisible()
    assert not body.undo.isHidden()
    body.undo.acted.emit()
    assert body.composer.text.toPlainText() == "sigo"


# -- canned replies


def canned(qapp, *replies, view=None):
    class Still(QObject):
        changed = Signal(object, object)

    still = Still()
    settings = page_values.site(replies=replies, site_name="Bilbao")
    still.state = type("S", (), {"settings": settings, "agent": None})()
    still.now = lambda: page_values.NOW
    work = type("W", (), {"interaction": view})()
    return CannedViewModel(still, work, still)


def test_the_contacts_language_comes_first(qapp):
    view = made.contact(language="en")
    model = canned(qapp, *made.REPLIES, view=view)
    assert [r.code for r in model.find("")] == ["hello", "horario", "saludo", "factura"]
    assert [r.code for r in model.find("horário")] == ["horario"]  # accents do not matter
    assert [r.code for r in model.find("corregida")] == ["factura"]
    assert model.find("nada de eso") == ()


def test_only_what_is_for_this_channel_and_queue_is_found(qapp):
    view = made.contact(channel=Channel.CHAT, queue_id=QueueId("q0"))
    here = CannedReply(code="a", title="A", text="a", queues=(QueueId("q0"),))
    there = CannedReply(code="b", title="B", text="b", queues=(QueueId("q9"),))
    mails = CannedReply(code="c", title="C", text="c", channels=(Channel.EMAIL,))
    model = canned(qapp, here, there, mails, view=view)
    assert [r.code for r in model.find("")] == ["a"]


def test_variables_are_filled_and_unknown_ones_stay(qapp):
    view = made.contact(customer_name="Ruiz Molina, Javier", queue_name="Soporte")
    model = canned(qapp, view=view)
    text = model.fill("{first_name} · {queue} · {site} · {date} · {agent} · {other} {", "es")
    assert text == "Javier · Soporte · Bilbao · 21 de noviembre de 2026 · {agent} · {other} {"
    assert unfilled(text) == ("{agent}",)
    assert first_name("Ana Beltrán") == "Ana"
    noon = page_values.NOW.replace(hour=15)
    assert greeting(noon, "es") == "Buenas tardes"
    assert greeting(noon.replace(hour=23), "en") == "Good evening"


def test_a_slash_opens_them_and_enter_inserts(qtbot, mail):
    _window, _desktop, link, body = composing(mail)
    edit, popup = body.composer.text, body.composer.canned
    edit.setFocus()
    qtbot.keyClicks(edit, "a/b ")
    assert popup.isHidden()  # not in the middle of a word
    qtbot.keyClicks(edit, "/hor")
    assert popup.isVisible()
    assert popup.list.count() == 1
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "a/b Atendemos de 9 a 20 h."
    assert popup.isHidden()
    assert not link.sent_of(SendEmail)


def test_escape_leaves_what_was_typed(qtbot, mail):
    _window, _desktop, _link, body = composing(mail)
    edit, popup = body.composer.text, body.composer.canned
    edit.setFocus()
    qtbot.keyClicks(edit, "/")
    assert popup.list.count() == len(made.REPLIES)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert popup.list.currentRow() == 1
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    qtbot.keyClicks(edit, "sa")
    assert popup.isHidden()
    assert edit.toPlainText() == "/sa"


# -- attachments


def test_a_suspicious_file_is_opened_after_a_warning_and_a_program_never(qtbot, mail):
    _window, desktop, _link = mail()
    opened = []
    strip = AttachmentStrip(desktop, opener=lambda path: opened.append(path) or True)
    qtbot.addWidget(strip)
    plain, program, locked = (
        AttachmentView(blob_id="b1", name="../a.pdf", suspicious=""),
        AttachmentView(blob_id="b2", name="a.pdf.exe", suspicious="double_extension"),
        AttachmentView(blob_id="b5", name="a.zip", suspicious="encrypted"),
    )
    strip.show_attachments((plain, program, locked))
    strip.ask_open(program)
    strip.ask_open(locked)
    assert opened == []
    assert "password" in strip.warning.text()
    strip.warning.acted.emit()
    assert [p.name for p in opened] == ["a.zip"]
    strip.ask_open(plain)
    assert opened[-1].name == "a.pdf"
    assert [tile.open.isHidden() for tile in strip.tiles] == [False, True, False]


def test_a_file_that_cannot_be_written_is_said(qtbot, mail, tmp_path):
    _window, desktop, _link = mail()
    strip = AttachmentStrip(desktop)
    qtbot.addWidget(strip)
    strip.save_to(made.files()[0], tmp_path / "no" / "such" / "folder.pdf")
    assert "could not be saved" in strip.warning.text()


# -- voicemail and call-backs


class Loud:
    """A loudspeaker that is pulled by hand."""

    def __init__(self) -> None:
        self.pull = None

    def open_player(self, pull):
        self.pull = pull
        return self

    def stop(self) -> None:
        self.pull = None


def player(qapp, loud):
    from tests.helpers.desktop import FakeLink

    link = FakeLink()
    link.answers[FetchBlob] = lambda _: BlobPart(
        request_id=0, data=made.voice(1.0), size=1, last=True
    )
    return VoicemailPlayer(Blobs(link), loud), made.voicemail_talk().messages[0]


def test_a_voicemail_is_played_paused_and_moved(qapp):
    loud = Loud()
    voice, message = player(qapp, loud)
    voice.show(message)
    assert voice.ready
    assert voice.length == pytest.approx(1.0)
    assert max(voice.wave) == pytest.approx(1.0)
    voice.toggle()
    for _ in range(10):
        assert len(loud.pull()) == 320
    assert voice.position == pytest.approx(0.2)
    voice.step(5)
    voice._tick()
    assert not voice.playing  # at its end
    voice.play()
    assert voice.position == 0
    voice.show(None)
    assert loud.pull is None


def test_a_machine_without_sound_says_so(qapp):
    class Silent:
        def open_player(self, pull):
            raise NoSound("none")

    for loud in (None, Silent()):
        voice, message = player(qapp, loud)
        voice.show(message)
        voice.play()
        assert voice.trouble == "no_speaker"
        assert not voice.playing
    voice.show(msgspec.structs.replace(message, message_id="v2", attachments=()))
    assert voice.trouble == "no_recording"


def test_a_caller_is_called_back_from_the_card(qtbot, mail):
    window, desktop, link = mail(made.voicemail_talk(), made.voicemail_contact())
    dial = window.page().conversation.body.dial
    assert dial.field.text() == "+34 944 00 81 20"
    dial.call.click()
    assert link.sent_of(DialContact)[0].to == "+34944008120"
    assert not dial.call.isEnabled()  # on its way
    dial.field.setText("no es un número")
    dial.field.textEdited.emit("")
    assert not dial.call.isEnabled()
    assert desktop.work_actions.offered(Verb.DIAL)


# -- reasons


def test_why_that_agent_can_be_read(qtbot, dressed):
    why = WhyButton(made.decision())
    qtbot.addWidget(why)
    why.show()
    why.toggle()
    from PySide6.QtWidgets import QLabel

    said = [label.text() for label in why.view.findChildren(QLabel)]
    assert "Ana Beltrán: free for the longest time." in said
    assert "lacks “english”" in said
    assert "no room for one more" in said
    assert any("facturación ≥ 2, english ≥ 3" in text for text in said)
    assert any("free for 5" in text and "skill 6" in text for text in said)
    why.toggle()
    assert why.view.isHidden()


def test_every_reason_has_words_in_both_languages(dressed):
    tables = (
        (reasons.why, reasons.WHYS),
        (reasons.bar, reasons.BARS),
        (reasons.suspicious, reasons.SUSPICIOUS),
        (reasons.automatic, reasons.AUTOMATIC),
        (reasons.delivery, reasons.DELIVERIES),
        (reasons.upload_error, reasons.UPLOADS),
    )
    english = [[say(code) for code in table] for say, table in tables]
    i18n.use_language("es")
    spanish = [[say(code) for code in table] for say, table in tables]
    i18n.use_language("en")
    for one, other in zip(english, spanish, strict=True):
        assert all(a and a != b for a, b in zip(one, other, strict=True)), (one, other)


def test_the_only_one_who_could_is_called_so(dressed):
    assert reasons.summary(made.decision(able=1)).endswith("the only one who could take it.")
    assert reasons.summary(made.decision(candidates=(), why="taken")) == "Took it from the queue"
    assert reasons.bar("skill:contract_law") == "lacks “contract law”"
    assert reasons.bar("something_new") == "something new"


# -- the history


def test_what_was_written_is_read_in_the_history(qtbot, mail):
    _window, desktop, link = mail()
    link.answers[OpenConversation] = lambda c: ConversationOpened(
        request_id=0, conversation=made.conversation(interaction_id=c.interaction_id)
    )
    page = HistoryPage(desktop.history, desktop)
    qtbot.addWidget(page)
    page.show()
    view = msgspec.structs.replace(made.contact(), interaction_id="i9")
    desktop.history.detail = page_values.interaction_file(interaction=view)
    desktop.history.detail_changed.emit()
    assert len([c for c in link.sent_of(OpenConversation) if c.interaction_id == "i9"]) == 0
    page.what.press(1)
    assert len([c for c in link.sent_of(OpenConversation) if c.interaction_id == "i9"]) == 1
    assert len(page.past.mails.cards) == 3
    assert page.past.mails.cards[MessageId("m0")].reply.isHidden()  # nothing is written there
    call = msgspec.structs.replace(view, channel=Channel.VOICE, interaction_id="i8")
    desktop.history.detail = page_values.interaction_file(interaction=call)
    desktop.history.detail_changed.emit()
    assert page._side.currentWidget() is page.detail
