"""Writes the access log beside the work: queued, in batches, and never lost unsaid.

A pop waits for nothing: what cannot be queued is counted, and the count is an entry. Everything
else waits for room in the queue before it is done, and is refused where there is none: who
cannot be written down does not look.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.errors import StoreError
from cti_bridge.privacy.ports import Access
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.privacy.ports import AccessStore

logger = logging.getLogger(__name__)
QUEUE: Final = 5000
BATCH: Final = 500
GATHER: Final = 0.25
"""Seconds in which looks come together to one transaction."""
ROOM_SECONDS: Final = 3.0
AGAIN_SECONDS: Final = 2.0
STOP_SECONDS: Final = 3.0
SAME: Final = timedelta(minutes=1)
REMEMBERED: Final = 4000
NOBODY: Final = AgentId("")


class AccessRecorder:
    def __init__(
        self, store: AccessStore, clock: Callable[[], datetime], *, room: int = QUEUE
    ) -> None:
        self._store, self._clock, self._most = store, clock, room
        self._waiting: deque[tuple[Access, asyncio.Future[None] | None]] = deque()
        self._recent: OrderedDict[tuple[object, ...], datetime] = OrderedDict()
        self._lost = 0
        self._came, self._room, self._empty = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._scope = Scope("access-log")
        self._stopping = False

    def start(self) -> None:
        self._scope.spawn(self._run(), "write")

    async def stop(self) -> None:
        """Writes what waits, for a short while; what is left then is counted in the log."""
        self._stopping = True
        self._came.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.settled(), STOP_SECONDS)
        await self._scope.close()
        if self._waiting or self._lost:
            left = len(self._waiting) + self._lost
            logger.error("%d entries of the access log could not be written", left)

    async def settled(self) -> None:
        """Everything that was noted is in the database."""
        if self._waiting:
            await self._empty.wait()

    # -- noting

    def note_pop(self, entry: Access) -> None:
        """Never waits, never raises."""
        if len(self._waiting) >= self._most:
            if not self._lost:
                logger.error("the access log cannot be written: pops are counted only")
            self._lost += 1
            return
        self._put(entry, None)

    def note(self, entry: Access) -> bool:
        """After `admit`. False: the same look was noted within the last minute."""
        key = (entry.agent, entry.kind, entry.customer, entry.contact, entry.detail)
        last = self._recent.get(key)
        if last is not None and entry.at - last < SAME:
            return False
        self._recent[key] = entry.at
        self._recent.move_to_end(key)
        while len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        self._put(entry, None)
        return True

    async def admit(self) -> None:
        """Returns once there is room; raises CommandRefused where there is none in time."""
        if len(self._waiting) < self._most:
            return
        self._room.clear()
        try:
            await asyncio.wait_for(self._room.wait(), ROOM_SECONDS)
        except TimeoutError:
            raise _cannot_write() from None

    async def written(self, entry: Access) -> None:
        """Returns once it is in the database; raises CommandRefused where it cannot be."""
        await self.admit()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(entry, done)
        try:
            await asyncio.wait_for(done, ROOM_SECONDS)
        except TimeoutError:
            raise _cannot_write() from None

    def _put(self, entry: Access, done: asyncio.Future[None] | None) -> None:
        self._waiting.append((entry, done))
        self._empty.clear()
        self._came.set()

    # -- writing

    async def _run(self) -> None:
        while True:
            await self._came.wait()
            if not self._stopping:
                await asyncio.sleep(GATHER)
            batch = [self._waiting[n] for n in range(min(BATCH, len(self._waiting)))]
            if not await self._write([entry for entry, _done in batch]):
                await asyncio.sleep(0.1 if self._stopping else AGAIN_SECONDS)
                continue
            for _entry, done in batch:
                self._waiting.popleft()
                if done is not None and not done.done():
                    done.set_result(None)
            if not self._waiting:
                self._came.clear()
                self._empty.set()
            self._room.set()

    async def _write(self, entries: list[Access]) -> bool:
        lost = self._lost
        if lost:
            what = Access(
                at=self._clock(), agent=NOBODY, name="", kind=AccessKind.LOST, detail=str(lost)
            )
            entries = [what, *entries]
        if not entries:
            return True
        try:
            await self._store.append(entries)
        except StoreError as error:
            logger.error("%d entries of the access log wait: %s", len(entries), error)
            return False
        self._lost -= lost
        return True


def _cannot_write() -> CommandRefused:
    return CommandRefused(
        RefusalCode.STORE_AWAY, "the access log cannot be written", retry_after_s=1.0
    )
