"""Sending again what is not answered (RFC 3261 section 17, timers A, B, E, F, G, H)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

T1: Final = 0.5
T2: Final = 4.0
GIVE_UP: Final = 64 * T1


class Resend:
    """Calls `send` now, and again after 0.5, 1, 2, 4, 4 … s until `stop`; `gave_up` after 32 s."""

    def __init__(self, send: Callable[[], None], gave_up: Callable[[], None]) -> None:
        self._send, self._gave_up = send, gave_up
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + GIVE_UP
        self._gap = T1
        self._timer: asyncio.TimerHandle | None = None
        self._go()

    def stop(self) -> None:
        """Safe to call twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go(self) -> None:
        if self._loop.time() >= self._end:
            self._timer = None
            self._gave_up()
            return
        self._send()
        self._timer = self._loop.call_later(self._gap, self._go)
        self._gap = min(2 * self._gap, T2)
