"""Qt objects in reference cycles die on the Qt thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from agent_desktop.garbage import collected_here

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _leave_cycles(died_on: list[int]) -> None:
    """One of Qt's, among as many others as make a collection due."""
    for _ in range(gc.get_threshold()[0] + 100):
        cycle: list[object] = []
        cycle.append(cycle)
    owner = QObject()
    timer = QTimer(owner)
    timer.start(60_000)
    owner.cycle = owner  # type: ignore[attr-defined]
    weakref.finalize(owner, lambda: died_on.append(threading.get_ident()))


def _allocate_elsewhere() -> None:
    """As much as makes the interpreter run every generation, on a thread of its own."""

    def allocate() -> None:
        keep = [[n] for n in range(200_000)]
        keep.clear()

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()


def test_another_thread_never_destroys_what_is_qts(qtbot: QtBot) -> None:
    died_on: list[int] = []
    gc.enable()
    with collected_here(interval_ms=10):
        _leave_cycles(died_on)
        _allocate_elsewhere()
        assert died_on == []
        qtbot.waitUntil(lambda: bool(died_on))
    assert died_on == [threading.get_ident()]


def test_the_interpreter_collects_again_afterwards(qtbot: QtBot) -> None:
    gc.enable()
    with collected_here():
        assert not gc.isenabled()
    assert gc.isenabled()
