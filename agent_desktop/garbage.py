"""Cyclic garbage is collected on the Qt thread alone.

Python runs its collector on whichever thread happens to allocate, such as the one that looks
a host name up. A widget or timer destroyed there ends the program: Qt objects die where they live.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERVAL_MS = 1_000


@contextmanager
def collected_here(interval_ms: int = INTERVAL_MS) -> Iterator[None]:
    """While open, only a timer of the calling (Qt) thread collects, by the usual thresholds."""
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()  # modules and classes stay: a full collection need not walk them
    timer = QTimer(interval=interval_ms)
    timer.timeout.connect(collect_due)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        gc.collect()
        if enabled:
            gc.enable()


def collect_due() -> None:
    """Collects the oldest generation whose threshold is passed, as the interpreter would."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
            gc.collect(generation)
            return
