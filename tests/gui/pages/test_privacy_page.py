"""The access log: who looked at a customer, what an agent looked at, alerts, hidden values."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from agent_desktop.state import Store
from agent_desktop.viewmodels.commanding import Commands
from agent_desktop.viewmodels.revealing import RevealingViewModel
from agent_desktop.views.reveal import HiddenValue
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.privacy import AccessListed, FieldRevealed, ListAccess, RevealField
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, CustomerId, RefusalCode
from tests.helpers import page_values as made
from tests.helpers import screens_privacy as shown
from tests.helpers.desktop import FakeLink
from tests.helpers.screens import Stage

STAGE = Stage("en", "light", 1280, 800)


@pytest.fixture
def log(qtbot, look):
    def opened(rows=12, **more):
        window, page = shown.log(STAGE, rows, **more)
        page = page.log
        qtbot.addWidget(window)
        window.show()
        return window, page, window._desktop.link

    return opened


def asked(link):
    return link.sent_of(ListAccess)[-1]


def test_from_an_entry_to_who_else_and_what_else(log):
    _window, page, link = log()
    assert page.entries.rowCount() == 12
    assert not page.who.isEnabled()
    page.table.choose(1)
    entry = shown.entry(1)
    assert entry.customer_id is not None
    page.who.click()
    assert (asked(link).customer_id, asked(link).agent_id) == (entry.customer_id, None)
    assert page._about.isVisible()
    page.table.choose(1)
    page.what.click()
    assert (asked(link).customer_id, asked(link).agent_id) == (None, entry.agent_id)
    assert page.clear.isVisible()
    page.clear.click()
    assert asked(link).agent_id is None
    assert not page.clear.isVisible()


def test_kinds_agents_and_older_pages(log):
    _window, page, link = log(more=True)
    page.kind.setCurrentIndex(page.kind.findData(AccessKind.HEAR))
    page.kind.activated.emit(page.kind.currentIndex())
    assert asked(link).kinds == (AccessKind.HEAR,)
    page.older.click()
    assert asked(link).before == shown.entry(11).n
    assert len(page._model.rows) == 24
    page.kind.setCurrentIndex(0)
    page.kind.activated.emit(0)
    assert asked(link).kinds == ()


def test_an_answer_to_an_older_question_is_not_shown(log):
    _window, page, link = log()
    link.answers.pop(ListAccess)
    page._model.of_agent(AgentId("a1"))
    page._model.of_agent(AgentId("a2"))
    link.reply(AccessListed(request_id=0, entries=(shown.entry(3),)))  # to the newest
    link.reply(AccessListed(request_id=0, entries=tuple(map(shown.entry, range(9)))))
    assert page.entries.rowCount() == 1


def test_an_empty_log_and_a_refusal_say_so(log):
    _window, page, link = log(0)
    assert page._list.currentWidget() is page._nothing
    link.answers[ListAccess] = lambda _: Refused(request_id=0, code=RefusalCode.STORE_AWAY)
    page.refresh_button.click()
    assert page._trouble.isVisible()


def test_an_alert_stands_on_every_page_until_it_is_read(log):
    window, page, link = log()
    link.emit(shown.alert("Rosa Campos"))
    link.emit(shown.alert("Luis Gil", blocked=True))
    link.emit(replace(shown.alert("Rosa Campos"), looks=90))
    notice = window.banners.volume
    window.show_page("work")
    assert notice.isVisible()
    assert "Luis Gil" in notice.text()
    assert "refused" in notice.text()
    notice.acted.emit()
    assert "Rosa Campos has looked at 90" in notice.text()
    notice.acted.emit()
    assert not notice.isVisible()
    assert page is not None


def test_every_kind_has_words_in_the_list(log):
    _window, page, _link = log(len(AccessKind))
    for number in range(page.entries.rowCount()):
        assert page.entries.cell(number, 2).text
        assert page.entries.cell(number, 2).icon


@pytest.fixture
def hidden(qtbot, look):
    link = FakeLink()
    store = Store(link)
    commands = Commands(link)
    model = RevealingViewModel(store, commands)
    link.emit(made.signed_in())
    widget = HiddenValue(model, CustomerId("c1"), "identity:r1", "•••• 5099", say=str.upper)
    qtbot.addWidget(widget)
    widget.show()
    yield widget, model, link
    for owned in (model, commands, store):
        owned.deleteLater()


def test_a_hidden_value_is_shown_with_a_reason_and_hidden_again(hidden, qtbot):
    widget, model, link = hidden
    link.answers[RevealField] = lambda _: FieldRevealed(request_id=0, value="k-1", seconds=3600)
    assert widget.value.text() == "•••• 5099"
    widget.show_button.click()
    assert widget.reason.isVisible()
    qtbot.keyClicks(widget.reason, "  x ")
    assert not widget.ask.isEnabled()
    qtbot.keyClicks(widget.reason, "the customer asks")
    qtbot.keyClick(widget.reason, Qt.Key.Key_Return)
    (sent,) = link.sent_of(RevealField)
    assert (sent.customer_id, sent.field) == ("c1", "identity:r1")
    assert sent.reason == "x the customer asks"
    assert widget.value.text() == "K-1"
    assert not widget.reason.isVisible()
    widget.show_button.click()
    assert widget.value.text() == "•••• 5099"
    assert model.value(CustomerId("c1"), "identity:r1") == ""


def test_after_its_seconds_it_is_hidden_by_itself(hidden, qtbot):
    widget, model, link = hidden
    link.answers[RevealField] = lambda _: FieldRevealed(request_id=0, value="k-1", seconds=0)
    with qtbot.waitSignal(model.changed, timeout=30_000):
        assert model.ask(CustomerId("c1"), "identity:r1", "the customer asks")
    qtbot.waitUntil(lambda: widget.value.text() == "•••• 5099", timeout=30_000)


def test_a_refused_reveal_shows_nothing(hidden):
    widget, model, link = hidden
    link.answers[RevealField] = lambda _: Refused(request_id=0, code=RefusalCode.NOT_ALLOWED)
    model.ask(CustomerId("c1"), "identity:r1", "the customer asks")
    assert widget.value.text() == "•••• 5099"
    assert not model.ask(CustomerId("c1"), "identity:r1", "no")
