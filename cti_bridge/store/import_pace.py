"""How many rows an import takes at a time: many where nobody waits, else few, with rests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.rows import ImportRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.customers.sources.rows import Outcome
    from cti_bridge.store.engine import Database

BESIDE: Final = 500
"""Rows in a transaction for which a bridge on SQLite may have to wait: some 50 ms."""
LEAST: Final = 50
TURN_SECONDS: Final = 0.1
"""Where it takes longer than this, the next transaction has fewer rows."""
LEAST_REST: Final = 0.03
"""Seconds between two of them, at least: SQLite lets who waits try again each 25 ms."""
_LONG: Final = 9  # 512 characters weigh as much as a row


class Pace:
    """Of one import. `most` rows at a time, of which nobody says that they hinder somebody, or
    `wanted` (0: what is good beside a bridge where there is one, else `most`)."""

    def __init__(self, database: Database, wanted: int, most: int) -> None:
        self._database, self._wanted, self._most = database, wanted, most
        self._few = wanted or min(BESIDE, most)
        self._rows = most
        self._beside = False

    async def rows(self) -> int:
        """For the next transaction. Asked each time: a bridge may start meanwhile, and end."""
        self._beside = not self._wanted and await self._database.bridge_waits()
        self._rows = self._few if self._wanted or self._beside else self._most
        return self._rows

    async def rest(self, took: float) -> None:
        """After a transaction of so many seconds: as long again, where a bridge waits."""
        if self._rows == self._few:
            longest = self._wanted or min(BESIDE, self._most)
            fitting = int(self._few * TURN_SECONDS / max(took, 1e-3))
            self._few = max(min(LEAST, longest), min(fitting, 2 * self._few, longest))
        if self._beside:
            await asyncio.sleep(max(took, LEAST_REST))


def some(outcomes: Iterator[Outcome], most: int) -> list[Outcome]:
    """The next rows, fewer where they are long: of a batch everything is in memory at once."""
    taken = []
    room = most
    for one in outcomes:
        taken.append(one)
        room -= _weight(one)
        if room <= 0:
            break
    return taken


def _weight(one: Outcome) -> int:
    length = len(one.note) if isinstance(one, ImportRow) else sum(map(len, one.cells))
    return 1 + (length >> _LONG)
