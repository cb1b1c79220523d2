"""How work that follows what was written rests, so that calls do not wait for it."""

from __future__ import annotations

import time
from typing import Final

BREATHS: Final = 9.0
"""While there is more it rests so many times as long as it worked: after an upgrade or an import
it works for an hour, and calls need the processor and the database's one writer meanwhile. At full
speed it took half a core and 6 to 20 ms of each offer (measured)."""


class Pace:
    """`begins` before each piece of work; then `rest` says how many seconds to sleep after it."""

    def __init__(self, idle: float) -> None:
        self._idle, self._began = idle, 0.0

    def begins(self) -> None:
        self._began = time.monotonic()

    def rest(self, *, more: bool) -> float:
        """`more`: there was something to do, so there may be more; else `idle` seconds."""
        return BREATHS * (time.monotonic() - self._began) if more else self._idle
