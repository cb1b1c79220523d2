"""The Work page as an agent uses it: what is asked of the bridge, and when."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from agent_desktop.link import FaultKind, LinkFault, LinkState
from agent_desktop.models.contacts import ContactsModel
from agent_desktop.models.timeline import TimelineModel
from agent_desktop.views import i18n
from cti_bridge.protocol.commands import (
    AcceptOffer,
    AttachCustomer,
    BlindTransfer,
    CancelTransfer,
    ClearCall,
    CompleteWrapUp,
    Consult,
    CreateCustomer,
    DeclineOffer,
    Done,
    ExtendWrapUp,
    HoldCall,
    MuteCall,
    OfferShown,
    OpenCustomer,
    Originate,
    Refused,
    RetrieveCall,
    SaveNotes,
    SearchCustomers,
    SendDigits,
    SetMode,
)
from cti_bridge.protocol.events import (
    CustomerChanged,
    MatchFound,
    OfferEnded,
    OfferMade,
)
from cti_bridge.protocol.searching import (
    ListTimeline,
    TimelineListed,
)
from cti_bridge.protocol.values import MatchResult
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentMode,
    InteractionState,
    MatchKind,
    OfferState,
    RefusalCode,
    Verb,
)
from tests.helpers import page_values
from tests.helpers import screens_work as made
from tests.helpers.calls import call, renewed

pytestmark = pytest.mark.usefixtures("dressed")


# -- ringing ---------------------------------------------------------------------------------


def test_a_ringing_call_is_painted_told_and_opens_the_file(desk):
    window, desktop, link = desk()
    offer = made.offer(7)
    link.emit(OfferMade(offer=offer))
    assert window.offers.isVisible()
    shown = link.sent_of(OfferShown)
    assert [s.offer_id for s in shown] == [offer.offer_id]
    assert shown[0].paint_ms > 0
    assert desktop.work.selected == offer.interaction.interaction_id
    assert desktop.file.card == offer.interaction.match.matches[0].card
    window.offers.update()
    QApplication.processEvents()
    assert len(link.sent_of(OfferShown)) == 1


def test_an_offer_is_not_told_as_painted_while_the_window_is_hidden(desk):
    window, _, link = desk()
    window.hide()
    link.emit(OfferMade(offer=made.offer(7)))
    QApplication.processEvents()
    assert not link.sent_of(OfferShown)


def test_ringing_takes_neither_the_focus_nor_a_key(desk, qtbot):
    window, _, link = desk((call(),))
    notes = window.page().conversation.wrap_up.notes
    window.activateWindow()
    notes.setFocus()
    qtbot.keyClicks(notes, "he asks ")
    focus = window.focusWidget()
    link.emit(OfferMade(offer=made.offer(7)))
    QApplication.processEvents()
    assert window.focusWidget() is focus
    qtbot.keyClicks(notes, "for more")
    assert notes.toPlainText() == "he asks for more"
    assert window.page().conversation.head._name.text() == page_values.PEOPLE[0][0]


def test_answering_asks_once_and_waits_for_the_bridge(desk, qtbot):
    window, desktop, link = desk((), (made.offer(7),))
    button = window.offers.answers[0]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    desktop.offers.answer_first()
    assert len(link.sent_of(AcceptOffer)) == 1
    link.reply_to(AcceptOffer, Refused(request_id=0, code=RefusalCode.TOO_LATE))
    assert "late" in window.toast.text().lower()


def test_f9_answers_the_first_and_shift_f9_declines_it(desk, qtbot):
    window, _, link = desk((), (made.offer(7), made.offer(8)))
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert [c.offer_id for c in link.sent_of(AcceptOffer)] == ["o7"]
    link.emit(OfferEnded(offer_id="o7", interaction_id="i7", state=OfferState.ACCEPTED))
    qtbot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert [c.offer_id for c in link.sent_of(DeclineOffer)] == ["o8"]


@pytest.mark.styled
def test_several_calls_are_one_strip_and_a_rescinded_one_leaves_it(desk):
    window, _, link = desk((call(),), tuple(made.offer(n) for n in range(7, 13)))
    assert [b.isVisible() for b in window.offers.answers] == [True] * 4
    tall = window.offers.height()
    for number in range(7, 12):
        ended = OfferEnded(
            offer_id=f"o{number}", interaction_id=f"i{number}", state=OfferState.RESCINDED
        )
        link.emit(ended)
    assert [b.isVisible() for b in window.offers.answers] == [True, False, False, False]
    assert window.offers.height() < tall
    link.emit(OfferEnded(offer_id="o12", interaction_id="i12", state=OfferState.RESCINDED))
    assert not window.offers.isVisible()


def test_a_ring_tone_plays_while_something_rings(desk):
    _, desktop, link = desk()
    heard = []
    desktop.offers.rang.connect(lambda _offer: heard.append("ring"))
    desktop.offers.quiet.connect(lambda: heard.append("quiet"))
    link.emit(OfferMade(offer=made.offer(7)))
    link.emit(OfferMade(offer=made.offer(8)))
    link.emit(OfferEnded(offer_id="o7", interaction_id="i7", state=OfferState.RESCINDED))
    assert heard == ["ring", "ring"]
    link.emit(OfferEnded(offer_id="o8", interaction_id="i8", state=OfferState.RESCINDED))
    assert heard[-1] == "quiet"


# -- the call --------------------------------------------------------------------------------


def test_only_valid_buttons_stand_there(desk):
    window, _, link = desk((call(verbs=(Verb.HOLD, Verb.CLEAR)),))
    strip = window.page().conversation.head.strip
    shown = [b for b in (strip.hold, strip.mute, strip.keypad, strip.transfer) if b.isVisible()]
    assert shown == [strip.hold]
    renewed(link, call(), verbs=())
    assert not strip.isVisible()


def test_hold_is_asked_once_and_shown_when_the_bridge_says_so(desk, qtbot):
    window, _, link = desk((call(),))
    strip = window.page().conversation.head.strip
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert len(link.sent_of(HoldCall)) == 1
    assert not strip.hold.isEnabled()
    assert strip.hold.text() == "Hold"
    link.reply_to(HoldCall, Done(request_id=0))
    renewed(link, call(), state=InteractionState.HELD, verbs=(Verb.RETRIEVE, Verb.CLEAR))
    assert strip.hold.accessibleName() == "Retrieve"
    qtbot.mouseClick(strip.hold, Qt.MouseButton.LeftButton)
    assert len(link.sent_of(RetrieveCall)) == 1


def test_mute_and_hang_up_by_key(desk, qtbot):
    window, _, link = desk((call(muted=True),))
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert [c.muted for c in link.sent_of(MuteCall)] == [False]
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert [c.interaction_id for c in link.sent_of(ClearCall)] == ["i1"]


def test_digits_go_out_as_they_are_typed(desk, qtbot):
    window, _, link = desk((call(),))
    strip = window.page().conversation.head.strip
    qtbot.mouseClick(strip.keypad, Qt.MouseButton.LeftButton)
    pad = window.page().conversation.head.keypad
    qtbot.keyClicks(pad, "1x#9")
    assert [c.digits for c in link.sent_of(SendDigits)] == ["1", "#", "9"]
    assert pad._sent.text() == "1#9"


@pytest.mark.parametrize(
    ("typed", "shift", "kind", "to"),
    [
        ("peio", False, BlindTransfer, "agent:a1"),
        ("peio", True, Consult, "agent:a1"),
        ("ventas", False, BlindTransfer, "queue:q1"),
        ("+34 946 55 01 28", False, BlindTransfer, "+34946550128"),
    ],
)
def test_transfer_by_keyboard(desk, qtbot, typed, shift, kind, to):
    window, _, link = desk((call(),))
    qtbot.keyClick(window, Qt.Key.Key_F6)
    panel = window.page().conversation.head.transfer
    assert panel.isVisible()
    qtbot.keyClicks(panel.search, typed)
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(panel.search, Qt.Key.Key_Return, modifier)
    assert [(type(c), c.to) for c in link.sent if isinstance(c, BlindTransfer | Consult)] == [
        (kind, to)
    ]
    assert not panel.isVisible()


def test_nobody_to_transfer_to_says_so(desk, qtbot):
    window, _, link = desk((call(),))
    qtbot.keyClick(window, Qt.Key.Key_F6)
    panel = window.page().conversation.head.transfer
    qtbot.keyClicks(panel.search, "zzz")
    assert panel._none.isVisible()
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert not link.sent_of(BlindTransfer)


def test_a_consultation_offers_what_the_bridge_allows(desk):
    view = call(
        InteractionState.HELD,
        consult="talking",
        consult_party="Peio",
        verbs=(Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER),
    )
    window, _, _ = desk((view,))
    strip = window.page().conversation.head.consult
    visible = {verb for verb, b in strip._buttons.items() if b.isVisible()}
    assert strip.isVisible()
    assert visible == {Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER}


@pytest.mark.parametrize(
    ("consult", "sent"),
    [
        ("dialling", CancelTransfer),
        ("talking", CancelTransfer),
        ("conference", ClearCall),
        ("", ClearCall),
    ],
)
def test_hanging_up_in_a_consultation_ends_that_call_alone(desk, qtbot, consult, sent):
    verbs = (Verb.CANCEL_TRANSFER, Verb.CLEAR) if consult else (Verb.CLEAR,)
    window, _, link = desk((call(consult=consult, consult_party="Peio", verbs=verbs),))
    qtbot.mouseClick(window.page().conversation.head.strip.hang_up, Qt.MouseButton.LeftButton)
    assert len(link.sent_of(sent)) == 1
    assert len(link.sent_of(CancelTransfer)) + len(link.sent_of(ClearCall)) == 1


# -- wrap-up ---------------------------------------------------------------------------------


def wrap_up(**changes):
    times = {"wrap_up_until": page_values.NOW + timedelta(seconds=30), "verbs": ()}
    return call(InteractionState.WRAP_UP, **times | {"wrap_up_extensions_left": 1} | changes)


def test_a_wrap_up_without_a_mouse(desk, qtbot):
    window, _, link = desk((wrap_up(),))
    notes = window.page().conversation.wrap_up.notes
    qtbot.keyClick(window.page(), Qt.Key.Key_3)
    notes.setFocus()
    qtbot.keyClicks(notes, "rings back at 5")
    qtbot.keyClick(notes, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    done = link.sent_of(CompleteWrapUp)
    assert [(c.disposition, c.notes) for c in done] == [("call_back", "rings back at 5")]


def test_finishing_without_a_result_asks_for_one(desk, qtbot):
    window, _, link = desk((wrap_up(),))
    card = window.page().conversation.wrap_up
    qtbot.mouseClick(card.finish, Qt.MouseButton.LeftButton)
    assert not link.sent_of(CompleteWrapUp)
    assert card._ask.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert not card._ask.isVisible()


def test_notes_are_saved_as_typed_and_no_event_touches_them(desk, qtbot):
    window, desktop, link = desk((call(),))
    notes = window.page().conversation.wrap_up.notes
    qtbot.keyClicks(notes, "no signal")
    qtbot.waitUntil(lambda: bool(link.sent_of(SaveNotes)), timeout=30_000)
    assert link.sent_of(SaveNotes)[-1].notes == "no signal"
    qtbot.keyClicks(notes, " since Monday")
    renewed(link, call(), notes="no signal", state=InteractionState.WRAP_UP)
    assert notes.toPlainText() == "no signal since Monday"
    assert not desktop.wrap_up.saved


def test_notes_typed_while_the_link_is_lost_are_kept_and_saved_on_return(desk, qtbot):
    window, desktop, link = desk((call(),))
    notes = window.page().conversation.wrap_up.notes
    link.set_state(LinkState.OFFLINE)
    assert window.banners.link.isVisible()
    qtbot.keyClicks(notes, "kept")
    desktop.wrap_up.save_all()
    assert not link.sent_of(SaveNotes)
    link.set_state(LinkState.ONLINE)
    assert link.sent_of(SaveNotes)[-1].notes == "kept"
    assert not window.banners.link.isVisible()
    assert notes.toPlainText() == "kept"


def test_each_contact_keeps_its_own_notes(desk, qtbot):
    first, second = call(), made.contact(2, InteractionState.HELD)
    window, desktop, _ = desk((first, second))
    notes = window.page().conversation.wrap_up.notes
    desktop.work.select(first.interaction_id)
    qtbot.keyClicks(notes, "one")
    desktop.work.select(second.interaction_id)
    assert notes.toPlainText() == ""
    qtbot.keyClicks(notes, "two")
    desktop.work.select(first.interaction_id)
    assert notes.toPlainText() == "one"


def test_more_time_is_asked_for(desk, qtbot):
    window, _, link = desk((wrap_up(),))
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert len(link.sent_of(ExtendWrapUp)) == 1
    renewed(link, wrap_up(), wrap_up_extensions_left=0)
    assert not window.page().conversation.wrap_up.extend.isVisible()


# -- who is calling --------------------------------------------------------------------------

NOBODY = {"customer_id": None, "customer_name": "", "display_name": ""}


def test_several_matches_are_confirmed_by_the_agent(desk, qtbot):
    window, desktop, link = desk((call(match=made.several(), **NOBODY),))
    panel = window.page().conversation.match
    rows = [r for r in panel._several._rows if r.isVisible()]
    assert len(rows) == 3
    assert desktop.file.card is None
    qtbot.mouseClick(rows[1].button, Qt.MouseButton.LeftButton)
    asked = link.sent_of(AttachCustomer)
    assert [(c.customer_id, c.teach) for c in asked] == [("c0", True)]
    assert not rows[0].button.isEnabled()


def test_an_unknown_caller_is_saved_with_the_name_typed(desk, qtbot):
    nobody = MatchResult(kind=MatchKind.NONE)
    window, _, link = desk((call(match=nobody, **NOBODY | {"display_name": "NORTE"}),))
    unknown = window.page().conversation.match._unknown
    assert unknown._name.text() == "NORTE"
    unknown._name.setFocus()
    unknown._name.selectAll()
    qtbot.keyClicks(unknown._name, "Talleres Norte")
    qtbot.keyClick(unknown._name, Qt.Key.Key_Return)
    made_one = link.sent_of(CreateCustomer)[0]
    assert made_one.draft.name == "Talleres Norte"
    assert made_one.draft.identities[0].value == "+34612345099"
    assert made_one.interaction_id == "i1"


def test_a_withheld_number_is_said_and_nothing_is_asked(desk):
    hidden = MatchResult(kind=MatchKind.WITHHELD)
    window, _desktop, link = desk((call(match=hidden, ani="", ani_withheld=True, **NOBODY),))
    panel = window.page().conversation.match
    assert panel._notice.isVisible()
    assert not panel._unknown.isVisible()
    assert window.page().conversation.head._name.text() == "Number withheld"
    assert not link.sent_of(OpenCustomer)


def test_a_match_that_comes_late_opens_the_file(desk):
    pending = MatchResult(kind=MatchKind.PENDING)
    window, desktop, link = desk((call(match=pending, **NOBODY),))
    assert window.page().conversation.match._notice.isVisible()
    link.emit(MatchFound(interaction_id="i1", match=made.one(0)))
    assert desktop.file.card is not None
    assert not window.page().conversation.match.isVisible()


# -- the file --------------------------------------------------------------------------------


def test_the_file_is_fetched_behind_its_card_and_again_when_somebody_saved(desk):
    _, desktop, link = desk((call(),))
    assert len(link.sent_of(OpenCustomer)) == 1
    card = desktop.file.card
    same = CustomerChanged(customer_id=card.customer_id, version=card.version, by="me")
    link.emit(msgspec.structs.replace(same, version=card.version - 1))  # overtaken
    assert len(link.sent_of(OpenCustomer)) == 1
    link.emit(msgspec.structs.replace(same, version=card.version + 1, by="Peio"))
    assert len(link.sent_of(OpenCustomer)) == 2
    link.emit(same)  # a note does not change the record's version
    assert len(link.sent_of(OpenCustomer)) == 3


def test_the_timeline_is_paged_from_its_last_row(desk):
    _, desktop, link = desk((call(),))
    last = desktop.file.timeline[-1]
    QApplication.processEvents()  # the list sees its end and asks by itself
    desktop.file.load_more()
    asked = link.sent_of(ListTimeline)
    assert [(c.before, c.before_id) for c in asked] == [(last.started_at, last.interaction_id)]
    older = page_values.contact(40)
    link.reply_to(ListTimeline, TimelineListed(request_id=0, contacts=(last, older)))
    assert desktop.file.timeline[-2:] == (last, older)
    desktop.file.load_more()
    assert len(link.sent_of(ListTimeline)) == 1


# -- shell -----------------------------------------------------------------------------------


def test_ready_and_not_ready_by_key(desk, qtbot):
    window, _, link = desk()
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert [(c.mode, c.reason) for c in link.sent_of(SetMode)] == [(AgentMode.NOT_READY, "break")]
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert len(link.sent_of(SetMode)) == 1  # the first is still on its way


def test_command_bar_calls_a_number(desk, qtbot):
    window, _, link = desk()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    bar = window.command_bar
    qtbot.keyClicks(bar.field, "612 34 50 99")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert [c.to for c in link.sent_of(Originate)] == ["612345099"]
    assert not bar.isVisible()


def test_command_bar_finds_actions_without_accents_and_searches_customers(desk, qtbot):
    window, desktop, link = desk()
    window.open_command_bar()
    bar = window.command_bar
    qtbot.keyClicks(bar.field, "BREAK")
    assert [e.action.title for e in desktop.command_bar.entries] == ["State: Break"]
    qtbot.waitUntil(lambda: bool(link.sent_of(SearchCustomers)), timeout=30_000)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert link.sent_of(SetMode)[0].reason == "break"


def test_escape_gives_the_focus_back(desk, qtbot):
    window, _, _ = desk((call(),))
    window.activateWindow()
    notes = window.page().conversation.wrap_up.notes
    notes.setFocus()
    window.open_command_bar()
    qtbot.keyClick(window.command_bar.field, Qt.Key.Key_Escape)
    assert window.focusWidget() is notes


def test_a_role_without_pages_sees_no_buttons_for_them(desk):
    window, _, link = desk()
    bare = msgspec.structs.replace(
        page_values.signed_in(), settings=page_values.site(permissions=())
    )
    link.emit(bare)
    assert not any(b.isVisible() for b in window.rail.buttons.values())


def test_language_switches_while_it_runs(desk):
    window, _, _ = desk((call(),))
    i18n.use_language("es")
    QApplication.processEvents()
    try:
        assert window.page().conversation.head.strip.hold.accessibleName() == "Retener"
    finally:
        i18n.use_language("en")


def test_signed_out_shows_why_and_forgets_customers(desk):
    window, desktop, link = desk((call(),))
    link.fail(LinkFault(kind=FaultKind.ENDED, detail="taken_over"))
    assert window.sign_in.isVisible()
    assert "another computer" in window.sign_in.notice.text()
    assert desktop.store.state.interactions == {}
    assert desktop.file.card is None


def test_everything_that_takes_the_focus_has_a_name(desk):
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit

    window, _, _ = desk((call(),), (made.offer(7),), activity=AgentActivity.BUSY)
    nameless = [
        w
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit)
        for w in window.findChildren(kind)
        if w.isVisible() and not (w.accessibleName() or getattr(w, "text", str)())
    ]
    assert nameless == []


# -- models ----------------------------------------------------------------------------------


def test_list_models_obey_qt(qtmodeltester, qtbot):
    contacts = ContactsModel(str)
    contacts.set_own((call(),), (made.waiting(2, 5),))
    qtmodeltester.check(contacts)
    with qtbot.assertNotEmitted(contacts.rowsInserted), qtbot.waitSignal(contacts.dataChanged):
        contacts.set_own((call(version=2),), (made.waiting(2, 5),))
    timeline = TimelineModel(str, lambda: None, lambda: False)
    rows = [page_values.contact(n) for n in range(5)]
    timeline.set_rows(rows)
    qtmodeltester.check(timeline)
    with qtbot.waitSignal(timeline.rowsInserted):
        timeline.set_rows([*rows, page_values.contact(6)])


# -- sign-in ---------------------------------------------------------------------------------


def test_throttled_sign_in_counts_down(desk, qtbot):
    window, desktop, link = desk()
    link.sign_out()
    refusal = Refused(request_id=0, code=RefusalCode.THROTTLED, retry_after_s=1.2)
    link.fail(LinkFault(kind=FaultKind.REFUSED, refusal=refusal))
    page = window.sign_in
    for field, text in ((page.server, "localhost"), (page.login, "ana"), (page.password, "pw")):
        field.setText(text)
    assert not page.button.isEnabled()
    assert "2" in page.notice.text()
    qtbot.waitUntil(page.button.isEnabled, timeout=30_000)
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert link.sign_ins == [("ws://localhost:8765/v1", "ana", "pw")]
    assert page.password.text() == ""
    assert desktop.preferences.text("login") == "ana"
