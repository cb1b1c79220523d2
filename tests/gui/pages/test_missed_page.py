"""The Missed calls page, by mouse and by keys."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt

from agent_desktop.models.missed import MissedModel
from agent_desktop.models.table import Column
from agent_desktop.viewmodels.missed import MissedViewModel
from agent_desktop.views.numbers import DialPad, NumberButton
from agent_desktop.views.pages.missed import MissedPage
from cti_bridge.protocol.commands import CloseMissed, Done, Originate, Refused
from cti_bridge.protocol.events import MissedChanged, MissedClosed
from cti_bridge.protocol.vocabulary import InteractionId, QueueId, RefusalCode
from tests.helpers import page_values as made


@pytest.fixture
def page(qtbot, online, facts) -> MissedPage:
    shown = MissedPage(MissedViewModel(online, facts))
    qtbot.addWidget(shown)
    shown.resize(1200, 700)
    shown.show()
    shown.activateWindow()
    shown.entered()
    return shown


def line(page: MissedPage, row: int, column: int) -> str:
    return page.model.index(row, column).data()


def choose(page: MissedPage, name: str) -> None:
    page.list.choose(page.model.find(InteractionId(name)))


def test_the_model_obeys_qt(qtmodeltester, online, facts):
    missed = MissedViewModel(online, facts)
    model = MissedModel(missed, [Column("Who", lambda m: m.number)])
    qtmodeltester.check(model)
    online.emit(MissedClosed(interaction_id=InteractionId("m1")))
    assert model.rowCount() == 4
    qtmodeltester.check(model, force_py=True)


def test_rows_say_who_how_long_and_how_often(page):
    assert page._count.text() == "5 pending"
    row = page.model.find(InteractionId("m1"))
    assert line(page, row, 0) == made.PEOPLE[1][0]
    assert line(page, row, 1) == "Ventas · waited 0:43 · 2 attempts"
    assert line(page, row, 2) == "29\N{NO-BREAK SPACE}min"
    taken = page.model.find(InteractionId("m2"))
    assert line(page, taken, 1) == "Peio Larrea is calling back"
    withheld = page.model.find(InteractionId("m3"))
    assert line(page, withheld, 0) == "Number withheld"


def test_enter_calls_back_and_a_refusal_is_told_at_the_row(qtbot, online, page):
    choose(page, "m1")
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert online.sent_of(Originate)[0].missed_id == "m1"
    assert not page.detail.call.isEnabled()
    online.reply(Refused(request_id=0, code=RefusalCode.LINE_DOWN))
    row = page.model.find(InteractionId("m1"))
    assert line(page, row, 1) == "The telephone line is down."
    assert page.detail._trouble.text() == "The telephone line is down."
    assert page.detail.call.isEnabled()
    page.detail.call.click()
    online.reply(Done(request_id=0))
    assert not page.detail._trouble.text()


def test_a_row_that_another_agent_took_cannot_be_called(page):
    choose(page, "m2")
    assert not page.detail.call.isEnabled()
    assert "Peio Larrea" in page.detail._taken.text()


def test_a_withheld_number_has_no_call_button_and_says_why(page):
    choose(page, "m3")
    assert not page.detail.call.isVisible()


def test_delete_digit_enter_closes(qtbot, online, page):
    choose(page, "m1")
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    qtbot.keyClick(page.detail.reasons, Qt.Key.Key_4)
    assert page.detail.close_it.hasFocus()
    qtbot.keyClick(page.detail.close_it, Qt.Key.Key_Space)
    command = online.sent_of(CloseMissed)[0]
    assert (command.interaction_id, command.reason) == ("m1", "not_needed")
    online.reply(Done(request_id=0))
    online.emit(MissedClosed(interaction_id=InteractionId("m1")))
    assert page.model.find(InteractionId("m1")) == -1
    assert page.list.hasFocus()


def test_another_reason_needs_words(qtbot, online, page):
    choose(page, "m1")
    page.detail.reasons.press(4)
    assert not page.detail.close_it.isEnabled()
    qtbot.keyClick(page.detail.other, Qt.Key.Key_Return)
    assert online.sent == []
    qtbot.keyClicks(page.detail.other, "wrote an e-mail")
    qtbot.keyClick(page.detail.other, Qt.Key.Key_Return)
    assert online.sent_of(CloseMissed)[0].reason == "wrote an e-mail"


def test_the_open_row_stays_open_while_others_come_and_go(online, page):
    choose(page, "m1")
    online.emit(MissedChanged(missed=made.missed(7)))
    assert page.detail.row is not None
    assert page.detail.row.interaction_id == "m1"
    row = page.list.currentIndex().row()
    assert page.model.row(row).interaction_id == "m1"
    online.emit(MissedClosed(interaction_id=InteractionId("m1")))
    assert page.detail.row is not None  # the next one stands open


def test_words_being_typed_survive_a_change_of_the_row(qtbot, online, page):
    choose(page, "m1")
    page.detail.reasons.press(4)
    qtbot.keyClicks(page.detail.other, "half a sent")
    online.emit(MissedChanged(missed=made.missed(1, attempts=9)))
    assert page.detail.other.text() == "half a sent"
    assert page.detail.reasons.code() == "other"


def test_the_last_one_gone_says_so(online, page):
    for n in range(5):
        online.emit(MissedClosed(interaction_id=InteractionId(f"m{n}")))
    assert page._stack.currentWidget() is page._nothing
    assert page._nothing.accessibleName() == "No missed calls"
    assert page._count.text() == ""


def test_a_queue_is_chosen(page):
    page.queue.choose(QueueId("q1"))
    page.queue.activated.emit(page.queue.currentIndex())
    assert {page.model.row(n).queue_id for n in range(page.model.rowCount())} == {"q1"}


def test_an_odd_row_is_shown_without_harm(online, facts, page):
    bare = made.missed(
        8, number="", withheld=False, queue_id=None, queue_name="", attempts=0, waited_seconds=-5
    )
    state = facts.state
    facts._set(replace(state, missed=MappingProxyType({bare.interaction_id: bare})))
    assert line(page, 0, 0) == "Number withheld"
    assert line(page, 0, 1) == "waited 0:00"


def test_the_dial_pad_takes_only_what_can_be_dialled(qtbot, look):
    pad = DialPad()
    qtbot.addWidget(pad)
    pad.show()
    assert not pad.call.isEnabled()
    qtbot.keyClicks(pad.field, "612x")
    assert not pad.call.isEnabled()
    assert pad._wrong.isVisible()
    pad.field.clear()
    qtbot.keyClicks(pad.field, "+34 612 34 50 99")
    with qtbot.waitSignal(pad.call_requested) as called:
        qtbot.keyClick(pad.field, Qt.Key.Key_Return)
    assert called.args == ["+34 612 34 50 99"]
    assert pad.field.text() == ""


def test_a_number_is_called_where_it_stands(qtbot, look):
    number = NumberButton("+34612345099")
    qtbot.addWidget(number)
    assert number.text() == "+34 612 34 50 99"
    assert number.accessibleName() == "Call +34 612 34 50 99"
    with qtbot.waitSignal(number.call_requested) as called:
        number.click()
    assert called.args == ["+34612345099"]
    number.set_number("+34612345099", can_call=False)
    assert not number.isEnabled()
