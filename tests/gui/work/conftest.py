"""A window signed in to a fake link."""

from __future__ import annotations

import pytest

from agent_desktop.views import i18n, theme
from tests.helpers import screens_work as made


@pytest.fixture
def dressed(qapp):
    theme.install(qapp, "light")
    i18n.use_language("en")


@pytest.fixture
def desk(qtbot, dressed):
    """Opens a window with these contacts and offers; it is closed after the test."""

    def opened(*args, **kwargs):
        window, desktop, link = made.make(*args, **kwargs)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=30_000)
        return window, desktop, link

    return opened
