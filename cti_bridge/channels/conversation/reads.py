"""How far agents have read, stored together: each glance at a chat is no transaction.

A bridge that is killed forgets the last second of it, and shows as unread what was read then.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.errors import StoreError

if TYPE_CHECKING:
    from cti_bridge.channels.conversation.ports import MessageStore
    from cti_bridge.protocol.vocabulary import InteractionId
    from cti_bridge.tasks import Scope

logger = logging.getLogger(__name__)
TOGETHER: Final = 0.5
"""Seconds in which what is read is gathered."""


class Reads:
    def __init__(self, store: MessageStore, scope: Scope) -> None:
        self._store, self._scope = store, scope
        self._unsaved: dict[InteractionId, int] = {}
        self._saving: asyncio.Task[None] | None = None

    def put(self, interaction: InteractionId, seq: int) -> None:
        self._unsaved[interaction] = max(seq, self._unsaved.get(interaction, 0))
        if self._saving is None or self._saving.done():
            self._saving = self._scope.spawn(self._save_soon(), "reads")

    async def flush(self, interaction: InteractionId) -> None:
        """Before the store is asked to count; raises StoreError."""
        seq = self._unsaved.get(interaction)
        if seq is not None:
            await self._store.save_reads({interaction: seq})
            self._forget({interaction: seq})

    async def end(self) -> None:
        await self._save()

    async def _save_soon(self) -> None:
        while self._unsaved:
            await asyncio.sleep(TOGETHER)
            await self._save()

    async def _save(self) -> None:
        reads = dict(self._unsaved)
        try:
            await self._store.save_reads(reads)
        except StoreError as error:
            logger.warning("what was read is stored later: %s", error)
            return
        self._forget(reads)

    def _forget(self, saved: dict[InteractionId, int]) -> None:
        for interaction, seq in saved.items():
            if self._unsaved.get(interaction) == seq:
                del self._unsaved[interaction]
