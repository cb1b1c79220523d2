"""The pages where they live: in the window, reaching each other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from agent_desktop.desktop import Desktop
from agent_desktop.preferences import Preferences
from agent_desktop.views import i18n
from agent_desktop.views.pages_table import PAGES
from agent_desktop.views.window import Window
from cti_bridge.protocol.commands import CustomerOpened, OpenCustomer, Originate
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.vocabulary import Permission
from tests.helpers import page_values as made


@pytest.fixture
def window(qtbot, online, tmp_path) -> Window:
    online.answers |= {
        SearchHistory: lambda _: HistoryFound(
            request_id=0, contacts=tuple(map(made.contact, range(20)))
        ),
        OpenInteraction: lambda _: InteractionOpened(request_id=0, file=made.interaction_file()),
        OpenCustomer: lambda c: CustomerOpened(
            request_id=0, file=made.file(int(c.customer_id[1:]))
        ),
    }
    desktop = Desktop(online, Preferences(tmp_path / "p.ini"))
    shown = Window(desktop)
    shown.desktop = desktop
    qtbot.addWidget(shown)
    online.emit(made.signed_in(missed=tuple(map(made.missed, range(3))), now=made.NOW))
    shown.resize(1024, 640)
    shown.show()
    return shown


@pytest.mark.styled
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_fits_the_smallest_window(qtbot, window, language):
    i18n.use_language(language)
    for page in PAGES:
        window.show_page(page.id)
        qtbot.wait(10)
        assert window.page() is window.built[page.id]
        assert window.width() == 1024, page.id
        assert window.height() == 640, page.id


def test_from_a_contact_to_the_file_and_back(qtbot, window):
    window.show_page("history")
    history = window.page()
    history.table.choose(1)
    history.detail.open_customer.click()
    customers = window.page()
    assert customers is window.built["customers"]
    assert window.desktop.customers.selected == "c0"
    customers.panel.read_contact(made.contact(2).interaction_id)
    assert window.page() is customers
    assert customers.panel.timeline.detail is not None
    assert customers.panel.contact.isVisible()
    customers.panel.contact.back.click()
    assert not customers.panel.contact.isVisible()


def test_from_a_missed_call_to_the_file(window):
    window.show_page("missed")
    page = window.page()
    page.list.choose(page.model.find("m1"))
    page.detail.customer.click()
    assert window.desktop.customers.selected == "c1"


def test_a_number_on_a_page_is_called(online, window):
    window.show_page("history")
    window.page().table.choose(1)
    window.page().detail.number.click()
    assert online.sent_of(Originate)[0].to == "+34612345099"


def test_splitters_stand_where_they_were_left(qtbot, window):
    window.show_page("missed")
    splitter = window.page().findChild(QSplitter, "missed")
    splitter.moveSplitter(420, 1)
    sizes = splitter.sizes()
    again = Window(window.desktop)
    qtbot.addWidget(again)
    again.resize(1024, 640)
    again.show()
    again.show_page("missed")
    qtbot.wait(10)
    assert again.page().findChild(QSplitter, "missed").sizes() == pytest.approx(sizes, abs=2)


@pytest.mark.parametrize(
    ("hidden", "order"),
    [
        (None, "work customers missed history supervision duplicates import privacy settings"),
        (Permission.MONITOR, "work customers missed history duplicates import privacy settings"),
    ],
)
def test_alt_and_a_number_follow_the_order_of_the_rail(qtbot, online, window, hidden, order):
    permissions = tuple(one for one in Permission if one is not hidden)
    online.emit(made.signed_in(settings=made.site(permissions=permissions)))
    for number, page in enumerate(order.split(), start=1):
        qtbot.keyClick(window, str(number), Qt.KeyboardModifier.AltModifier)
        assert window.page() is window.built[page]
        assert window.rail.buttons[page].toolTip().endswith(f"(Alt+{number})")
    before = window.page()
    qtbot.keyClick(window, "9", Qt.KeyboardModifier.AltModifier)
    assert window.page() is before
    tops = [window.rail.buttons[page].y() for page in order.split()]
    assert tops == sorted(tops)


def test_a_page_that_the_role_may_not_see_is_not_shown(online, window):
    window.show_page("work")
    permissions = (Permission.SIGNED_IN, Permission.HANDLE_CONTACTS)
    online.emit(made.signed_in(settings=made.site(permissions=permissions)))
    window.show_page("history")
    assert "history" not in window.built
