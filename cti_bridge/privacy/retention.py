"""How long what is over is kept: run each day by the bridge, or by command."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.errors import StoreError
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cti_bridge.config.values import Retention

logger = logging.getLogger(__name__)
KINDS: Final = (
    "recordings",
    "voicemails",
    "transcripts",
    "mails",
    "interactions",
    "access_log",
)
EACH: Final = 24 * 3600.0
FIRST: Final = 600.0
"""Seconds after the start: the morning's first calls come before."""
AGAIN: Final = 900.0
PAUSE: Final = 0.05
"""Between two batches, so that the calls' own transactions go before."""
BRIDGE: Final = "bridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    counts: Mapping[str, int] = field(default_factory=dict)  # by kind; what went, or would go
    dry: bool = False


class RetentionStore(Protocol):
    """Raises `cti_bridge.errors.StoreError`. What belongs to a customer who is held stays."""

    async def due(self, kind: str, before: datetime) -> int:
        """How many of this kind are older."""

    async def let_go(self, kind: str, before: datetime) -> int:
        """A batch of them, in one transaction; how many. 0: there is none left."""

    async def ran(
        self, *, by: str, began: datetime, ended: datetime, counts: Mapping[str, int]
    ) -> None:
        """For the record."""


def deadlines(rules: Retention, now: datetime) -> dict[str, datetime]:
    """By kind, the time before which it goes; kinds that are kept for ever are left out."""
    days = {kind: getattr(rules, f"{kind}_days") for kind in KINDS}
    return {kind: now - timedelta(days=count) for kind, count in days.items() if count}


async def run(
    store: RetentionStore,
    rules: Retention,
    clock: Callable[[], datetime],
    *,
    by: str,
    dry: bool = False,
    told: Callable[[str, int], None] = lambda kind, count: None,
) -> Run:
    """Kind after kind, batch after batch; broken off, the next run goes on. Raises StoreError."""
    began, counts = clock(), Counter[str]()
    for kind, before in deadlines(rules, began).items():
        if dry:
            counts[kind] = await store.due(kind, before)
            continue
        while gone := await store.let_go(kind, before):
            counts[kind] += gone
            told(kind, counts[kind])
            await asyncio.sleep(PAUSE)
    counts = +counts
    if counts and not dry:
        await store.ran(by=by, began=began, ended=clock(), counts=counts)
    return Run(counts=counts, dry=dry)


class Keeper:
    """Runs each day for as long as the bridge serves; nothing to do where all is kept."""

    def __init__(
        self, store: RetentionStore, rules: Retention, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._rules, self._clock = store, rules, clock
        self._scope = Scope("retention")

    def start(self) -> None:
        if deadlines(self._rules, self._clock()):
            self._scope.spawn(self._daily(), "daily")

    async def stop(self) -> None:
        await self._scope.close()

    async def _daily(self) -> None:
        await asyncio.sleep(FIRST)
        while True:
            wait = EACH
            try:
                done = await run(self._store, self._rules, self._clock, by=BRIDGE)
                if done.counts:
                    what = ", ".join(f"{kind} {count}" for kind, count in done.counts.items())
                    logger.info("gone by retention: %s", what)
            except StoreError as error:
                logger.error("retention goes on later: %s", error)
                wait = AGAIN
            await asyncio.sleep(wait)
