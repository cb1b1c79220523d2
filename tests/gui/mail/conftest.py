"""A window that is signed in, with an e-mail in hand."""

from __future__ import annotations

import pytest

from agent_desktop.views import i18n, theme
from tests.helpers import screens_mail as made


@pytest.fixture
def dressed(qapp):
    theme.install(qapp, "light")
    i18n.use_language("en")


@pytest.fixture
def mail(qtbot, dressed):
    """Opens a window whose open contact is an e-mail (or what is given)."""

    def opened(*args, **kwargs):
        window, desktop, link = made.opened(*args, **kwargs)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=30_000)
        return window, desktop, link

    return opened
