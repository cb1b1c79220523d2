"""One at a time for each contact, without a lock for each that there ever was."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.protocol.vocabulary import InteractionId


class Turns:
    def __init__(self) -> None:
        self._locks: dict[InteractionId, asyncio.Lock] = {}
        self._waiting: Counter[InteractionId] = Counter()

    @asynccontextmanager
    async def of(self, interaction: InteractionId) -> AsyncIterator[None]:
        """In the order of asking."""
        lock = self._locks.setdefault(interaction, asyncio.Lock())
        self._waiting[interaction] += 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[interaction] -= 1
            if not self._waiting[interaction]:
                del self._waiting[interaction], self._locks[interaction]
