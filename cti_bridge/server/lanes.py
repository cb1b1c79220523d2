"""Commands of one session: in order where order matters, side by side where it does not."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.tasks import Scope


class Lane:
    """At most `width` jobs at work and `limit` waiting; a lane one wide keeps their order.

    It has no task while it is idle.
    """

    def __init__(self, scope: Scope, name: str, *, width: int, limit: int) -> None:
        self._scope, self._name, self._width, self._limit = scope, name, width, limit
        self._waiting: deque[Callable[[], Awaitable[None]]] = deque()
        self._working = 0

    def put(self, job: Callable[[], Awaitable[None]]) -> bool:
        """False where the lane is full; `job` must not raise."""
        if len(self._waiting) >= self._limit:
            return False
        self._waiting.append(job)
        if self._working < self._width:
            self._working += 1
            self._scope.spawn(self._work(), self._name)
        return True

    def clear(self) -> None:
        """Forgets what waits; what is at work comes to its end."""
        self._waiting.clear()

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._waiting.popleft()()
        finally:
            self._working -= 1
