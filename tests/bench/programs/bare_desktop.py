"""The desktop without a bridge, offscreen. `bare_desktop FOLDER ROWS`

With 0 rows: the program as users start it; prints "painted" when the sign-in page is. With
more: the History page with so many contacts, scrolled from top to bottom a page at a time; prints
"scrolled" with a JSON list of milliseconds, one for each page from the key to the paint.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSlider, QApplication

from agent_desktop.app import Options, compose, machine_sound, run_loop, stop
from agent_desktop.views import i18n, theme

if TYPE_CHECKING:
    from agent_desktop.views.pages.history import HistoryPage
    from agent_desktop.views.window import Window

PAGE = 200


class FirstPaint(QObject):
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QApplication.instance().removeEventFilter(self)
            print("painted", flush=True)
        return False


async def signing_in(app: QApplication) -> int:
    options = Options(preferences=Path(sys.argv[1]) / "desktop.ini")
    running = compose(app, options, audio=machine_sound)
    paint = FirstPaint()
    app.installEventFilter(paint)
    running.window.show()
    await running.closed.wait()
    await stop(running)
    return 0


def full_page(rows: int) -> tuple[Window, HistoryPage]:
    """The window, signed in to a bridge that has so many contacts, at its History page."""
    from agent_desktop.views.pages.history import HistoryPage
    from cti_bridge.protocol.searching import (
        HistoryFound,
        SearchHistory,
    )
    from tests.helpers import page_values, screens_pages
    from tests.helpers.screens import Stage

    def answer(command: SearchHistory) -> HistoryFound:
        first = int(command.cursor or 0)
        last = min(rows, first + PAGE)
        contacts = tuple(page_values.contact(n) for n in range(first, last))
        return HistoryFound(
            request_id=0, contacts=contacts, cursor=str(last) if last < rows else ""
        )

    stage = Stage("es", "light", 1280, 800)
    link = stage.link()
    link.answers[SearchHistory] = answer
    window = screens_pages.opened(stage, "history", link)
    page = window.page()
    assert isinstance(page, HistoryPage)
    window.show()
    return window, page


async def scrolling(app: QApplication) -> int:
    rows = int(sys.argv[2])
    theme.install(app, "light")
    i18n.use_language("es")
    _window, page = full_page(rows)
    model, bar = page.table.model(), page.table.verticalScrollBar()
    async with asyncio.timeout(120):
        while model.rowCount() < rows:
            bar.setValue(bar.maximum())
            await asyncio.sleep(0)
    bar.setValue(0)
    await asyncio.sleep(0.2)
    times = []
    while bar.value() < bar.maximum():
        before = time.perf_counter()
        bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
        page.table.viewport().repaint()
        times.append((time.perf_counter() - before) * 1000)
        await asyncio.sleep(0)
    print("scrolled", json.dumps(times), flush=True)
    await asyncio.sleep(3600)
    return 0


if __name__ == "__main__":
    sys.exit(run_loop(scrolling if int(sys.argv[2]) else signing_in))
