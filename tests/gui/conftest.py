"""Every `async def` test in this folder runs on the Qt loop, as in production."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.helpers import looks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget


def _qt_loop() -> qasync.QEventLoop:
    return qasync.QEventLoop(QApplication.instance() or QApplication([]))


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], qasync.QEventLoop]]:
    return {"qt": _qt_loop}


@pytest.fixture(autouse=True)
def sheet(request: pytest.FixtureRequest) -> None:
    looks.wear(request.node.get_closest_marker("styled") is not None)


@pytest.fixture(autouse=True)
def swept(qapp: QApplication) -> Iterator[None]:
    """Windows that a test leaves behind go with it: Qt styles every one that lives anew, whenever
    a theme is put on. Those that a module shares were there before."""
    before = set(map(id, qapp.topLevelWidgets()))
    yield
    left: list[QWidget] = [one for one in qapp.topLevelWidgets() if id(one) not in before]
    for widget in left:
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
