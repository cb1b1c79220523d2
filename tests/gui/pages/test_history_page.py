"""The History page: paging, filters, the open contact, keys."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt

from agent_desktop.models.history import HistoryModel
from agent_desktop.models.table import Column
from agent_desktop.viewmodels.history import HistoryViewModel
from agent_desktop.views import i18n
from agent_desktop.views.filters import period
from agent_desktop.views.interaction_detail import InteractionDetail
from agent_desktop.views.pages.history import HistoryPage
from agent_desktop.views.tables import Width, fit
from agent_desktop.views.widgets import Text
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Channel,
    CustomerId,
    Direction,
    InteractionId,
    InteractionState,
    RefusalCode,
)
from tests.helpers import page_values as made


@pytest.fixture
def history(online, facts) -> HistoryViewModel:
    return HistoryViewModel(online, facts, debounce_ms=0)


@pytest.fixture
def page(qtbot, history) -> HistoryPage:
    shown = HistoryPage(history)
    qtbot.addWidget(shown)
    shown.resize(1400, 700)
    shown.show()
    shown.entered()
    return shown


def found(first: int, count: int, cursor: str = "") -> HistoryFound:
    rows = tuple(made.contact(n) for n in range(first, first + count))
    return HistoryFound(request_id=0, contacts=rows, cursor=cursor)


def cell(model: QAbstractItemModel, row: int, column: int) -> str:
    return model.index(row, column).data()


def test_the_model_obeys_qt_while_it_grows(qtmodeltester, online, history):
    model = HistoryModel(history, [Column("Who", lambda c: c.customer_name)])
    qtmodeltester.check(model)
    history.reload()
    online.reply(found(0, 5, "k"))
    assert len(online.sent_of(SearchHistory)) == 2  # the tester asks for more as a view does
    assert not model.canFetchMore(QModelIndex())
    online.reply(found(5, 5))
    assert model.rowCount() == 10
    assert not model.canFetchMore(QModelIndex())
    assert not model.canFetchMore(model.index(0, 0))
    qtmodeltester.check(model, force_py=True)


def test_scrolling_to_the_end_fetches_the_next_page(qtbot, online, page):
    online.reply(found(0, 100, "k1"))
    assert len(online.sent_of(SearchHistory)) == 1
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(online.sent_of(SearchHistory)) == 2)
    online.reply(found(100, 50))
    assert page.model.rowCount() == 150
    page.table.scrollToBottom()
    qtbot.wait(20)
    assert len(online.sent_of(SearchHistory)) == 2


@pytest.mark.styled
def test_ten_thousand_rows_scroll_smoothly(qtbot, online, page):
    """A whole screenful costs less than two frames of a screen, at the end as at the start."""
    count = 10_000
    online.reply(found(0, count))
    bar = page.table.verticalScrollBar()
    for value in (0, bar.maximum() // 2, bar.maximum()):
        bar.setValue(value)
        page.table.viewport().grab()
        best = min(_grab(page) for _ in range(3))
        assert best < 0.033, f"{best * 1000:.1f} ms of the processor"


def _grab(page: HistoryPage) -> float:
    begin = time.thread_time()
    page.table.viewport().grab()
    return time.thread_time() - begin


def test_rows_say_what_happened(online, page):
    online.reply(found(0, 12))
    assert cell(page.model, 0, 1) == made.PEOPLE[0][0]
    assert cell(page.model, 3, 6) == "Missed"
    assert cell(page.model, 3, 5) == "–"
    assert cell(page.model, 4, 1) == "Not on file"
    assert cell(page.model, 1, 6) == "Open a case"
    spoken = page.model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Missed" in spoken
    assert "Incoming" in spoken


def test_rows_of_chats_and_mails_say_it_in_their_words(online, page):
    """No call, no ringing, and no name of a browser."""
    chat = made.contact(
        1, channel=Channel.CHAT, number="103ae055-c54d-42aa", customer_name="",
        state=InteractionState.CONNECTED,
    )  # fmt: skip
    mail = made.contact(
        2, channel=Channel.EMAIL, number="a@example.net", state=InteractionState.CONNECTED
    )
    online.reply(HistoryFound(request_id=0, contacts=(chat, mail), cursor=""))
    assert cell(page.model, 0, 1) == "Visitor of the web site"
    assert cell(page.model, 0, 2) == ""
    assert cell(page.model, 0, 6) == "In conversation"
    assert cell(page.model, 1, 2) == "a@example.net"
    assert cell(page.model, 1, 6) == "In hand"


def test_a_change_of_language_reaches_the_table(qtbot, online, page):
    online.reply(found(0, 4))
    i18n.use_language("es")
    across = Qt.Orientation.Horizontal
    qtbot.waitUntil(lambda: page.model.headerData(1, across) == "Cliente")
    assert cell(page.model, 3, 6) == "Perdida"
    assert cell(page.model, 1, 6) == "Abrir caso"


def test_each_filter_asks_by_its_field(qtbot, online, page, history):
    online.reply(found(0, 4))
    filters = page.filters

    def pick(box, value):
        box.choose(value)
        box.activated.emit(box.currentIndex())

    pick(filters.agent, AgentId("a1"))
    pick(filters.direction, Direction.OUTBOUND)
    pick(filters.disposition, "case")
    filters.missed_only.click()
    asked = online.sent_of(SearchHistory)[-1].filter
    assert (asked.agent_id, asked.direction, asked.disposition, asked.missed_only) == (
        "a1",
        Direction.OUTBOUND,
        "case",
        True,
    )
    filters.clear.click()
    assert not history.filtered
    assert filters.agent.currentData() is None
    assert not filters.missed_only.isChecked()


def test_typing_searches_and_down_goes_to_the_rows(qtbot, online, page):
    online.reply(found(0, 4))
    page.focus_search()
    qtbot.keyClicks(page.filters.search, "rou")
    qtbot.waitUntil(lambda: online.sent_of(SearchHistory)[-1].filter.text == "rou")
    online.reply(found(0, 2))
    qtbot.keyClick(page.filters.search, Qt.Key.Key_Down)
    assert page.table.currentIndex().row() == 0
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    assert page.table.currentIndex().row() == 1
    qtbot.keyClick(page.table, Qt.Key.Key_Home)
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    assert page.filters.search.hasFocus()


def test_the_open_contact_is_told_whole(qtbot, online, page):
    online.reply(found(0, 4))
    page.table.choose(1)
    online.reply(InteractionOpened(request_id=0, file=made.interaction_file()))
    texts = _texts(page.detail)
    for said in (
        "Incoming call · Soporte · Today",
        "talk 3:15 · hold 0:31 · wrap-up 0:22 · Transferred",
        "Voice: 0.12 % lost, 2 late, jitter 3.4 ms",
        "18 ms after the call came in",
        "Not answered in time · James Hart",
        "+34 944 21 00 17",
    ):
        assert any(said in text for text in texts), said
    with qtbot.waitSignal(page.call_requested) as called:
        page.detail.number.click()
    assert called.args == ["+34612345099"]
    with qtbot.waitSignal(page.customer_requested) as asked:
        page.detail.open_customer.click()
    assert asked.args == [CustomerId("c0")]


def _texts(widget) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in widget.findChildren(QLabel)]


def test_a_late_detail_does_not_replace_the_row_that_is_open(online, page, history):
    online.reply(found(0, 4))
    page.table.choose(0)
    page.table.choose(1)
    late = made.interaction_file(interaction=made.interaction(customer_name="Late"))
    online.reply_to(OpenInteraction, InteractionOpened(request_id=0, file=late))
    assert history.detail is None
    assert history.selected == made.contact(1).interaction_id


def test_errors_are_worded_with_a_way_out(qtbot, online, page):
    online.reply(Refused(request_id=0, code=RefusalCode.OVERLOADED))
    assert page._trouble.isVisible()
    assert page._trouble.text() == "The server is overloaded. Try again in a moment."
    page._trouble.acted.emit()
    online.reply(found(0, 2))
    assert not page._trouble.isVisible()
    page.table.choose(0)
    online.reply(Refused(request_id=0, code=RefusalCode.NOT_FOUND))
    assert "It no longer exists." in _texts(page._no_detail)


def test_new_contacts_are_counted_on_the_button(qtbot, online, page):
    online.reply(found(0, 2))
    view = made.interaction(interaction_id=InteractionId("fresh"))
    online.emit(InteractionChanged(interaction=view))
    assert page.refresh.text() == "1 new"
    page.refresh.click()
    online.reply(found(0, 2))
    assert page.refresh.text() == ""


def test_signing_out_leaves_nothing_behind(online, page, history):
    online.reply(found(0, 4))
    page.table.choose(1)
    online.sign_out()
    assert page.model.rowCount() == 0
    assert history.selected is None


def test_columns_give_way_in_order_and_fill_the_place():
    widths = (Width(least=100), Width(least=100, share=1), Width(least=100, drop=1))
    assert fit(widths, 400) == [100, 200, 100]
    assert fit(widths, 250) == [100, 150, 0]
    assert fit(widths, 150) == [100, 100, 0]  # what never gives way stays
    assert fit((), 100) == []


@pytest.mark.parametrize(
    ("code", "days", "until"), [("today", 0, False), ("week", 6, False), ("yesterday", 1, True)]
)
def test_periods_begin_at_midnight_here(code, days, until):
    today = datetime(2026, 11, 21, 10, 30, tzinfo=UTC).astimezone()
    since, end = period(code, today)
    assert since is not None
    local = since.astimezone()
    assert (local.hour, local.minute) == (0, 0)
    assert (today.date() - local.date()).days == days
    assert (end is not None) is until
    assert period("", today) == (None, None)


def test_own_dates_in_the_wrong_order_are_put_right(online, page, history):
    from PySide6.QtCore import QDate

    online.reply(found(0, 2))
    box = page.filters.period
    box.choose("dates")
    box.activated.emit(box.currentIndex())
    page.filters.since.setDate(QDate(2026, 11, 20))
    page.filters.until.setDate(QDate(2026, 11, 1))
    since, until = history.filter.since, history.filter.until
    assert since is not None
    assert until is not None
    assert since.astimezone().date().isoformat() == "2026-11-01"
    assert until.astimezone().date().isoformat() == "2026-11-21"


def test_what_the_menu_was_told_stands_in_the_history(qtbot, look):
    detail = InteractionDetail()
    qtbot.addWidget(detail)
    view = made.interaction(variables={"contract": "48-210", "queue": "q0"})
    detail.show_file(made.interaction_file(interaction=view), made.site())
    said = [one.text() for one in detail.findChildren(Text)]
    assert "Contract: 48-210" in said
