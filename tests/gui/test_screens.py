"""What draws pictures and measures builds on the desktop as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent_desktop.views import i18n, theme
from tests.bench.programs.bare_desktop import PAGE, full_page
from tests.helpers import screens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

screens.load()
NAMES = sorted(screens.SCREENS)
STYLED = 4
"""Each fourth wears the style sheet: all are of the same parts, and `make screens` draws them."""


@pytest.fixture(autouse=True, scope="module")
def light(qapp: QApplication) -> Iterator[None]:
    yield
    theme.install(qapp, "light")
    i18n.use_language("en")


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if i % STYLED else pytest.mark.styled) for i, n in enumerate(NAMES)],
)
def test_each_screen_can_be_drawn(qapp: QApplication, tmp_path: Path, name: str) -> None:
    drawn = screens.draw(name, screens.Stage("es", "dark", 1024, 640), tmp_path)
    assert drawn.name == f"{name}-es-dark-1024.png"
    assert drawn.stat().st_size > 5_000


@pytest.mark.styled
def test_the_page_that_is_measured_fills_as_it_is_scrolled(qtbot, qapp: QApplication) -> None:
    theme.install(qapp, "light")
    window, page = full_page(2 * PAGE)
    model, bar = page.table.model(), page.table.verticalScrollBar()
    assert model.rowCount() == PAGE
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: model.rowCount() == 2 * PAGE)
    window.close()
    window.deleteLater()
