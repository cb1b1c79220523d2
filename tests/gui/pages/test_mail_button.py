from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desktop.views.mail_button import MailButton

LONG = "eleanor.featherstonehaugh+invoices&orders@a-very-long-domain.example.com"


@pytest.mark.usefixtures("look")
def test_a_long_address_ends_in_dots_where_it_has_no_room_and_is_whole_where_it_has(qtbot) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    layout = QHBoxLayout(panel)
    button = MailButton(LONG, panel)
    layout.addWidget(button)
    layout.addStretch(1)
    panel.resize(220, 60)
    panel.show()
    whole = LONG.replace("&", "&&")
    qtbot.waitUntil(lambda: button.text().endswith("…"))
    assert whole.startswith(button.text()[:-1])
    assert LONG in button.accessibleName()
    wanted = button.sizeHint().width()
    assert wanted > button.width()
    panel.resize(1200, 60)
    qtbot.waitUntil(lambda: button.text() == whole)
    assert button.sizeHint().width() == button.width() == wanted
    button.set_address("a@b.es")
    assert button.text() == "a@b.es"
