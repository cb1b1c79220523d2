"""What an agent meets in a shift: focus, pages, notes that come too late, restarts."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agent_desktop.link import FaultKind, LinkFault, LinkState
from agent_desktop.preferences import Preferences
from agent_desktop.viewmodels.sign_in import SignInViewModel
from agent_desktop.views.sign_in import SignInPage
from agent_desktop.views.timeline import TimelineView
from agent_desktop.views.widgets import Button, Elided
from cti_bridge.protocol.commands import (
    AddNote,
    Done,
    OpenCustomer,
    Refused,
    SaveNotes,
    SetMode,
)
from cti_bridge.protocol.events import (
    AgentChanged,
    InteractionChanged,
    LineChanged,
    WaitingChanged,
)
from cti_bridge.protocol.values import LineView
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Direction,
    InteractionId,
    InteractionState,
    RefusalCode,
)
from tests.helpers import page_values
from tests.helpers import screens_work as made
from tests.helpers.calls import call, renewed
from tests.helpers.desktop import FakeLink

pytestmark = pytest.mark.usefixtures("dressed")


def test_the_call_in_hand_is_no_last_contact(desk):
    """It stands first in the timeline, as of now; the last contact is one that is over."""
    window, desktop, _ = desk((call(),))
    whole = page_values.file(0)
    live = page_values.contact(
        90, state=InteractionState.CONNECTED, disposition="", notes="", talk_seconds=0
    )
    over = page_values.contact(2, notes="Router sin señal", state=InteractionState.CLOSED)
    card = desktop.file.card
    desktop.file.adopt(msgspec.structs.replace(whole, card=card, timeline=(live, over)))
    panel = window.page().file
    said = [label.text() for label in panel.findChildren(Elided)]
    assert any("call: Router sin señal" in text for text in said)
    rows = panel.findChild(TimelineView).model()
    first, second = (rows.index(n).data() for n in range(2))
    assert first.startswith("Call · In progress")
    assert first.endswith(", Now")
    assert ", Now" not in second


def test_the_keyboard_begins_in_a_neutral_place(desk):
    """No button is lit after the sign-in, nor after the last contact is gone."""
    window, _, link = desk()
    contacts = window.page().contacts
    assert window.focusWidget() is contacts
    view = call()
    link.emit(InteractionChanged(interaction=view))
    assert window.focusWidget() is contacts.list
    over = msgspec.structs.replace(view, version=9, state=InteractionState.CLOSED, agent_id=None)
    link.emit(InteractionChanged(interaction=over))
    assert contacts.list.isHidden()
    assert window.focusWidget() is contacts


def test_behind_another_window_the_keyboard_stays_in_a_neutral_place(qtbot):
    window, _, link = made.make((call(),))
    qtbot.addWidget(window)
    contacts = window.page().contacts
    assert window.focusWidget() is contacts.list
    over = msgspec.structs.replace(call(), version=9, state=InteractionState.CLOSED)
    link.emit(InteractionChanged(interaction=over))
    assert window.focusWidget() is contacts


def test_hidden_under_the_hands_the_keyboard_goes_to_rest(desk):
    """Not on to the next button, which the space bar would press."""
    window, *_ = desk((call(),))
    work = window.page()
    work.conversation.wrap_up.notes.setFocus()
    work.conversation.wrap_up.hide()
    assert window.focusWidget() is work.contacts.list
    work.conversation.head.strip.hold.setFocus()
    work.conversation.head.strip.hold.setEnabled(False)
    assert window.focusWidget() is work.contacts.list
    QTest.keyClick(work.contacts.list, Qt.Key.Key_Tab)
    assert window.focusWidget() is not work.contacts.list  # the Tab key goes on as ever


def test_the_file_follows_the_customers_contacts(desk):
    """The second call of a customer, and the end of one, stand in the file that is open."""
    _, desktop, link = desk((call(),))
    view = msgspec.structs.replace(call(), interaction_id=InteractionId("another"))
    asked = len(link.sent_of(OpenCustomer))
    assert desktop.file.customer_id == view.customer_id
    link.emit(InteractionChanged(interaction=view))
    assert len(link.sent_of(OpenCustomer)) == asked + 1
    row = page_values.contact(90, interaction_id="another", state=InteractionState.CONNECTED)
    whole = page_values.file(0)
    desktop.file.adopt(
        msgspec.structs.replace(whole, card=desktop.file.card, timeline=(row, *whole.timeline))
    )
    asked = len(link.sent_of(OpenCustomer))
    held = msgspec.structs.replace(view, version=2, state=InteractionState.HELD)
    link.emit(InteractionChanged(interaction=held))
    assert len(link.sent_of(OpenCustomer)) == asked
    over = msgspec.structs.replace(view, version=3, state=InteractionState.CLOSED)
    link.emit(InteractionChanged(interaction=over))
    assert len(link.sent_of(OpenCustomer)) == asked + 1


def test_what_rang_here_and_ended_elsewhere_is_no_longer_in_progress(desk):
    """Not answered, it goes back to the queue: only the waiting list tells of its end."""
    _, desktop, link = desk((call(),))
    whole = page_values.file(0)
    view = call()
    row = page_values.contact(
        90, interaction_id=InteractionId("rang"), state=InteractionState.CONNECTED
    )
    rest = whole.timeline
    desktop.file.adopt(
        msgspec.structs.replace(whole, card=desktop.file.card, timeline=(row, *rest))
    )
    asked = len(link.sent_of(OpenCustomer))
    link.emit(WaitingChanged(gone=((InteractionId("somebody else's"), 3),)))
    assert len(link.sent_of(OpenCustomer)) == asked
    link.emit(WaitingChanged(gone=((InteractionId("rang"), 3),)))
    assert len(link.sent_of(OpenCustomer)) == asked + 1
    waits = made.waiting(77, 3, interaction_id=InteractionId("old"), customer_id=view.customer_id)
    for version in (1, 2, 3):  # not on the first page of the file: asked for once
        again = msgspec.structs.replace(waits, version=version)
        link.emit(WaitingChanged(changed=(again,)))
    assert len(link.sent_of(OpenCustomer)) == asked + 2


def test_a_mailbox_that_is_down_is_no_line_of_the_telephone(desk):
    window, _, link = desk()
    for line_id, name in (("l1", "Central"), ("mail:info", "info@example.com")):
        down = LineView(line_id=line_id, name=name, up=False, since=page_values.NOW)
        link.emit(LineChanged(line=down))
    assert window.banners.line.text() == (
        "Line out of service: Central. Calls on it do not come in. "
        "Mailbox out of service: info@example.com. Its e-mail waits, none is lost."
    )
    link.emit(LineChanged(line=msgspec.structs.replace(down, line_id="l1", up=True)))
    assert window.banners.line.text().startswith("Mailbox")


def test_answering_or_calling_out_shows_the_call_whatever_page_is_open(desk):
    """Ringing alone changes no page, and neither does somebody else's call."""
    window, desktop, link = desk((), (made.offer(7),))
    window.show_page("history")
    ringing = made.offer(7).interaction
    link.emit(InteractionChanged(interaction=msgspec.structs.replace(ringing, version=2)))
    waiting = made.waiting(8, 3)
    link.emit(InteractionChanged(interaction=waiting))
    assert window.page() is window.built["history"]
    answered = msgspec.structs.replace(ringing, version=3, state=InteractionState.CONNECTED)
    link.emit(InteractionChanged(interaction=answered))
    assert window.page() is window.built["work"]
    window.show_page("missed")
    held = msgspec.structs.replace(answered, version=4, state=InteractionState.HELD)
    for version, view in enumerate((held, answered, held), 5):
        link.emit(InteractionChanged(interaction=msgspec.structs.replace(view, version=version)))
    assert window.page() is window.built["missed"]
    out = made.contact(9, InteractionState.NEW, direction=Direction.OUTBOUND, established_at=None)
    link.emit(InteractionChanged(interaction=out))
    assert window.page() is window.built["work"]
    assert desktop.work.interaction is not None


def test_who_signs_in_begins_at_the_first_page_and_who_comes_back_stays(desk):
    window, _, link = desk()
    window.show_page("history")
    hello = page_values.signed_in(now=page_values.NOW)
    link.emit(msgspec.structs.replace(hello, epoch="after the restart"))
    assert window.page() is window.built["history"]
    link.fail(LinkFault(kind=FaultKind.ENDED, detail="signed_out"))
    assert window.sign_in.isVisible()
    link.emit(hello)
    assert window.page() is window.built["work"]
    assert window.focusWidget() is window.page().contacts


@pytest.mark.parametrize(
    ("was", "away", "asked"),
    [
        ({"mode": AgentMode.READY}, 20, [(AgentMode.READY, "")]),
        ({"mode": AgentMode.NOT_READY, "reason": "break"}, 20, [(AgentMode.NOT_READY, "break")]),
        (
            {"mode": AgentMode.READY, "next_mode": AgentMode.NOT_READY, "next_reason": "break"},
            20,
            [(AgentMode.NOT_READY, "break")],
        ),
        ({"mode": AgentMode.NOT_READY, "reason": "rona"}, 20, []),
        ({"mode": AgentMode.READY}, 600, []),
    ],
)
def test_after_a_restart_of_the_bridge_the_agent_is_what_they_were(desk, was, away, asked):
    _, desktop, link = desk()
    now = desktop.store.now()
    desktop.store.now = lambda: now
    agent = desktop.shell.agent
    link.emit(AgentChanged(agent=msgspec.structs.replace(agent, version=5, **was)))
    link.set_state(LinkState.OFFLINE)
    now += timedelta(seconds=away)
    hello = page_values.signed_in(now=page_values.NOW)
    fresh = msgspec.structs.replace(agent, mode=AgentMode.NOT_READY, reason="")
    snapshot = msgspec.structs.replace(hello.snapshot, agent=fresh)
    link.emit(msgspec.structs.replace(hello, epoch="after the restart", snapshot=snapshot))
    assert not link.sent_of(SetMode)
    link.set_state(LinkState.ONLINE)
    assert [(c.mode, c.reason) for c in link.sent_of(SetMode)] == asked


def test_notes_of_a_contact_that_ended_first_stay_until_somebody_decides(desk, qtbot):
    window, desktop, link = desk((call(),))
    link.answers[SaveNotes] = lambda c: Refused(request_id=0, code=RefusalCode.TOO_LATE)
    qtbot.keyClicks(window.page().conversation.wrap_up.notes, "the last words")
    renewed(link, call(), state=InteractionState.CLOSED)
    banner = window.banners.unsaved
    assert banner.isVisible()
    assert "the last words" in banner.text()
    banner.copy.click()
    assert QApplication.clipboard().text() == "the last words"
    [put] = [b for b in banner.findChildren(Button) if call().customer_name in b.text()]
    put.click()
    put.click()
    [note] = link.sent_of(AddNote)
    assert (note.customer_id, note.text) == (call().customer_id, "the last words")
    assert banner.isVisible()
    link.reply_to(AddNote, Done(request_id=0))
    assert not window.banners.isVisible()
    assert not desktop.wrap_up.unsaved


def test_unsaved_notes_of_nobody_on_file_are_dropped_or_gone_with_the_agent(desk, qtbot):
    nobody = msgspec.structs.replace(call(), customer_id=None, customer_name="", match=None)
    window, desktop, link = desk((nobody,))
    link.answers[SaveNotes] = lambda c: Refused(request_id=0, code=RefusalCode.TOO_LATE)
    for words in ("first", "second"):
        link.emit(InteractionChanged(interaction=nobody))
        qtbot.keyClicks(window.page().conversation.wrap_up.notes, words)
        renewed(link, nobody, state=InteractionState.CLOSED)
        nobody = msgspec.structs.replace(nobody, interaction_id=InteractionId(words))
    banner = window.banners.unsaved
    assert "first" in banner.text()
    assert all(not b.isVisible() for b in banner.findChildren(Button) if not b.text())
    banner.leave.click()
    assert "second" in banner.text()
    link.fail(LinkFault(kind=FaultKind.ENDED, detail="taken_over"))
    assert not desktop.wrap_up.unsaved


@pytest.mark.styled
def test_a_long_fault_does_not_squeeze_the_sign_in(qtbot, tmp_path):
    link = FakeLink(LinkState.SIGNED_OUT)
    page = SignInPage(SignInViewModel(link, Preferences(tmp_path / "desk.ini")))
    qtbot.addWidget(page)
    page.resize(1024, 640)
    page.show()
    before = [f.height() for f in (page.server, page.login, page.password)]
    link.fail(LinkFault(kind=FaultKind.CERTIFICATE))
    QApplication.processEvents()
    assert page.notice.isVisible()
    assert [f.height() for f in (page.server, page.login, page.password)] == before
    for field in (page.server, page.login, page.password):
        assert field.parentWidget().rect().contains(field.geometry())
