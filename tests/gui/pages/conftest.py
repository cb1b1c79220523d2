"""A link that is signed in, a theme, and English words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent_desktop.state import Store
from agent_desktop.views import i18n, theme
from tests.helpers import page_values as made
from tests.helpers.desktop import FakeLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    theme.install(qapp, "light")
    i18n.use_language("en")
    yield
    i18n.use_language("en")


@pytest.fixture
def online(look: None) -> FakeLink:
    return FakeLink()


@pytest.fixture
def facts(online: FakeLink) -> Store:
    """A store that has heard a sign-in with five missed calls."""
    store = Store(online)
    online.emit(made.signed_in(missed=tuple(map(made.missed, range(5))), now=made.NOW))
    return store
