"""Live calls: seen by supervisors, listened to by mouse and keys; the agent sees who is in."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from cti_bridge.protocol.commands import CallsListed, ListCalls, MonitorCall, StopMonitor
from cti_bridge.protocol.events import CallMonitored, MonitorChanged
from cti_bridge.protocol.values import MonitoredView
from cti_bridge.protocol.vocabulary import InteractionId, InteractionState, MonitorMode
from tests.helpers import page_values as made
from tests.helpers import screens_supervision as shown
from tests.helpers import screens_work
from tests.helpers.screens import Stage

STAGE = Stage("en", "light", 1280, 800)
LISTEN, WHISPER, BARGE = MonitorMode.LISTEN, MonitorMode.WHISPER, MonitorMode.BARGE


@pytest.fixture
def floor(qtbot, look):
    def opened(rows=5):
        window, page = shown.floor(STAGE, rows)
        qtbot.addWidget(window)
        window.show()
        return window, page, window._desktop.link

    return opened


def told(link, mode=LISTEN, state="on", number=1):
    link.emit(MonitorChanged(interaction_id=InteractionId(f"i{number}"), mode=mode, state=state))


def test_calls_are_listed_and_listened_to_by_a_key(floor, qtbot):
    _window, page, link = floor()
    assert page.calls.rowCount() == 5
    assert not page.buttons[LISTEN].isEnabled()
    page.table.choose(1)
    assert page.buttons[LISTEN].isEnabled()
    page.table.entered_row.emit(page.table.currentIndex())
    (asked,) = link.sent_of(MonitorCall)
    assert (asked.interaction_id, asked.mode) == ("i1", LISTEN)
    told(link, state="asked")
    assert page._doing.text() == "Connecting…"
    told(link)
    assert shown.call(1).agent_name in page._doing.text()
    assert not page.buttons[LISTEN].isEnabled()
    page.buttons[BARGE].click()
    assert link.sent_of(MonitorCall)[-1].mode is BARGE
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    page.stop.click()
    assert link.sent_of(StopMonitor)
    told(link, state="")
    assert not page.stop.isVisible()
    assert page._doing.text() == ""


def test_nobody_is_asked_about_calls_that_nobody_looks_at(floor):
    window, page, link = floor()
    assert link.sent_of(ListCalls)
    window.show_page("work")
    assert not page._model._again.isActive()
    window.show_page("supervision")
    assert page._model._again.isActive()


def test_an_empty_floor_says_so(floor):
    _window, page, _link = floor(0)
    assert page._list.currentWidget() is page._nothing
    assert not page.buttons[LISTEN].isVisible()


def test_an_agent_sees_who_has_come_in(qtbot, look):
    view = screens_work.contact(1, InteractionState.CONNECTED)
    window, _desktop, link = screens_work.make((view,))
    qtbot.addWidget(window)
    window.show()
    notice = window.page().conversation.head._monitored
    assert not notice.isVisible()
    key = view.interaction_id
    link.emit(CallMonitored(interaction_id=key, by="Susana Vega", mode=BARGE))
    assert notice.isVisible()
    link.emit(CallMonitored(interaction_id=key, by="Susana Vega", mode=None))
    assert not notice.isVisible()


def test_who_was_there_before_the_desktop_came_back_is_told(qtbot, look):
    view = screens_work.contact(1, InteractionState.CONNECTED)
    window, desktop, link = screens_work.make((view,))
    qtbot.addWidget(window)
    window.show()
    key, notice = view.interaction_id, window.page().conversation.head._monitored
    back = made.signed_in(now=made.NOW)
    there = (MonitoredView(interaction_id=key, by="Susana Vega", mode=BARGE),)
    snapshot = replace(back.snapshot, interactions=(view,), monitored=there)
    link.emit(replace(back, snapshot=snapshot))
    assert notice.text().startswith("Susana Vega")
    assert notice.isVisible()
    link.emit(CallMonitored(interaction_id=key, by="Susana Vega", mode=None))
    assert not desktop.store.state.monitored


def test_of_two_supervisors_the_one_who_stays_is_still_told(qtbot, look):
    view = screens_work.contact(1, InteractionState.CONNECTED)
    window, desktop, link = screens_work.make((view,))
    qtbot.addWidget(window)
    window.show()
    notice = window.page().conversation.head._monitored
    key = view.interaction_id
    link.emit(CallMonitored(interaction_id=key, by="Susana Vega", mode=LISTEN))
    link.emit(CallMonitored(interaction_id=key, by="Iker Goñi", mode=BARGE))
    assert len(desktop.store.state.monitored[key]) == 2
    link.emit(CallMonitored(interaction_id=key, by="Iker Goñi", mode=None))
    assert notice.isVisible()
    assert notice.text().startswith("Susana Vega")
    link.emit(CallMonitored(interaction_id=key, by="Susana Vega", mode=None))
    assert not notice.isVisible()


def test_whoever_is_in_a_call_is_told_on_every_page(floor):
    window, page, link = floor()
    page.table.choose(1)
    page.buttons[BARGE].click()
    told(link, BARGE)
    banner = window.banners.monitoring
    assert not banner.isVisible()  # the page says it
    window.show_page("work")
    assert banner.isVisible()
    assert shown.call(1).agent_name in banner.text()
    banner.acted.emit()
    assert len(link.sent_of(StopMonitor)) == 1
    told(link, BARGE, state="")
    assert not banner.isVisible()
    assert not window.banners.isVisible()


def test_the_call_that_is_heard_is_marked_and_spoken(floor):
    _window, page, link = floor()
    told(link, WHISPER, number=2)
    assert page.calls.cell(2, 0).icon == ("microphone", "accent")
    assert page.calls.cell(1, 0).icon is None
    assert "You whisper to" in page._spoken(shown.call(2))
    assert "withheld" in page._who(shown.call(2))
    assert page._who(replace(shown.call(2), number="+34612345099")) == "Not on file"


def test_when_the_chosen_call_ends_its_neighbour_is_not_chosen(floor):
    _window, page, link = floor()
    page.table.choose(1)
    left = tuple(shown.call(n) for n in (0, 2, 3, 4))
    link.answers[ListCalls] = lambda _: CallsListed(request_id=0, calls=left)
    page._model._ask()
    assert page.calls.rowCount() == 4
    assert not page.buttons[BARGE].isEnabled()
    page._ask(LISTEN)
    assert not link.sent_of(MonitorCall)


def test_the_keyboard_begins_at_the_list(floor, qtbot):
    window, page, _link = floor()
    window.show_page("work")
    window.show_page("supervision")
    assert window.focusWidget() is page.table


def test_calls_that_nobody_can_listen_to_say_so(floor):
    _window, page, link = floor()
    assert not page._deaf.isVisible()
    deaf = (replace(shown.call(0), modes=()),)
    link.answers[ListCalls] = lambda _: CallsListed(request_id=0, calls=deaf)
    page._model._ask()
    assert page._deaf.isVisible()
    assert not page.buttons[LISTEN].isVisible()
