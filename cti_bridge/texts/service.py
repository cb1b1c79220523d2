"""The search in what was written: notes, results of contacts, chats and mails."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.errors import StoreError
from cti_bridge.pace import Pace
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    TextsFound,
)
from cti_bridge.protocol.values import TextHit
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.tasks import Scope
from cti_bridge.texts import stems
from cti_bridge.texts.ports import Reader
from cti_bridge.texts.snippet import snippet

if TYPE_CHECKING:
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.searching import (
        SearchTexts,
    )
    from cti_bridge.protocol.vocabulary import QueueId
    from cti_bridge.texts.ports import Found, TextStore

logger = logging.getLogger(__name__)

MAX_TEXT: Final = 200
MAX_PAGE: Final = 100
BATCH: Final = 50
REST: Final = 2.0
"""Seconds between two looks for what was written."""
SULK: Final = 10.0
"""After the database failed."""


class TextRoom:
    """`start` once the store is open; `stop` is safe at any time."""

    def __init__(self, store: TextStore) -> None:
        self._store, self._scope = store, Scope("texts")

    def start(self) -> None:
        self._scope.spawn(self._read(), "reader")

    async def stop(self) -> None:
        await self._scope.close()

    async def handle(
        self, actor: Actor, queues: frozenset[QueueId], command: SearchTexts
    ) -> TextsFound:
        """Raises CommandRefused."""
        if len(command.text) > MAX_TEXT:
            raise CommandRefused(
                RefusalCode.INVALID, f"longer than {MAX_TEXT} characters", field="text"
            )
        asked = stems.asked(command.text)
        if not asked:
            return TextsFound(request_id=command.request_id, hits=())
        before = _cursor(command.cursor)
        limit = min(max(command.limit, 1), MAX_PAGE)
        try:
            found, following = await self._store.search(
                asked, Reader(agent=actor.agent_id, queues=queues), before, limit
            )
        except StoreError as error:
            logger.error("texts not searched: %s", error)
            code = RefusalCode.STORE_AWAY if error.transient else RefusalCode.INTERNAL
            raise CommandRefused(code, f"database: {error.kind}", retry_after_s=1.0) from error
        wanted = frozenset(stem for word in asked for stem in word)
        # finding the words again in long mails is work for a thread
        hits = await asyncio.to_thread(lambda: tuple(_hit(one, wanted) for one in found))
        return TextsFound(
            request_id=command.request_id,
            hits=hits,
            cursor="" if following is None else str(following),
        )

    async def _read(self) -> None:
        """For as long as the bridge lives: what was written gets into the index."""
        pace = Pace(REST)
        while True:
            pace.begins()
            try:
                done = await self._store.read_some(BATCH)
            except StoreError as error:
                logger.warning("texts wait to be read: %s", error)
                await asyncio.sleep(SULK)
            else:
                await asyncio.sleep(pace.rest(more=done == BATCH))


def _hit(found: Found, wanted: frozenset[str]) -> TextHit:
    said, marks = snippet(found.text, wanted, found.language)
    return TextHit(
        kind=found.kind,
        ref=found.ref,
        at=found.at,
        snippet=said,
        marks=marks,
        customer_id=found.customer_id,
        customer_name=found.customer_name,
        contact=found.contact,
    )


def _cursor(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise CommandRefused(RefusalCode.INVALID, "no such page", field="cursor")
    return int(text)
