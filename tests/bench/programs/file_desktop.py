"""The real desktop, offscreen, that opens files. `file_desktop URL FOLDER LOGIN CUSTOMER TIMES`

Prints "opened" with milliseconds, one for each time that the file of the customer with that
number was chosen until its timeline was painted; between them it shows another file. Then it
scrolls the first five thousand contacts, and prints "scrolled" with milliseconds, one for each
page.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSlider

from agent_desktop.app import Options, compose, run_loop, sound_of, stop
from agent_desktop.audio.fake import FakeSound
from agent_desktop.link import LinkState
from agent_desktop.views.pages.customers import CustomersPage
from cti_bridge.protocol.vocabulary import CustomerId
from tests.bench.programs.painted_desktop import until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

LONG = 5_000


class Painted(QObject):
    """Set at the end of a paint of the list while the awaited file is there."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__()
        self._page, self.at = page, 0.0
        page.panel._list.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        file = self._page._customers.file
        if event.type() is QEvent.Type.Paint and file.file is not None and not self.at:
            asyncio.get_running_loop().call_soon(self._done)
        return False

    def _done(self) -> None:
        self.at = self.at or time.perf_counter()


def customer_id(n: int) -> CustomerId:
    return CustomerId(f"{n:08x}-c000-7000-8000-{n:012x}")


async def body(app: QApplication) -> int:
    url, folder, login, n, times = sys.argv[1:6]
    running = compose(
        app,
        Options(url=url, login=login, preferences=Path(folder) / "desktop.ini", theme="light"),
        audio=lambda link, preferences: sound_of(FakeSound(), link, preferences),
    )
    running.window.resize(1280, 800)
    running.window.show()
    running.link.sign_in(url, login, os.environ["BENCH_PASSWORD"])
    await until(lambda: running.link.state is LinkState.ONLINE)
    running.window.show_page("customers")
    page = running.window.page()
    assert isinstance(page, CustomersPage)
    customers = running.desktop.customers
    painted = Painted(page)
    opened: list[float] = []
    for _ in range(int(times) + 1):  # the first builds fonts and icons
        customers.open(customer_id(6))
        await until(lambda: customers.file.file is not None)
        await asyncio.sleep(0.2)
        painted.at = 0.0
        before = time.perf_counter()
        customers.open(customer_id(int(n)))
        await until(lambda: painted.at > 0)
        opened.append((painted.at - before) * 1000)
    print("opened", *opened[1:], flush=True)
    view = page.panel._list

    def asking() -> bool:
        return customers.file._asker.waiting("more")

    bar = view.verticalScrollBar()
    while view.model().rowCount() < LONG and (customers.file.can_load_more or asking()):
        bar.setValue(bar.maximum())
        await asyncio.sleep(0.02)
        if customers.file.can_load_more and bar.value() == bar.maximum():
            customers.file.load_more()
    bar.setValue(0)
    await asyncio.sleep(0.2)
    steps = []
    while bar.value() < bar.maximum() and len(steps) < 400:
        before = time.perf_counter()
        bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
        view.viewport().repaint()
        steps.append((time.perf_counter() - before) * 1000)
        await asyncio.sleep(0)
    print("scrolled", *steps, flush=True)
    await running.closed.wait()
    await stop(running)
    return 0


if __name__ == "__main__":
    sys.exit(run_loop(body))
