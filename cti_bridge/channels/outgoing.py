"""E-mail as the other channels send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import QueueId


class Outgoing(Protocol):
    async def send_plain(
        self,
        *,
        id: str,  # noqa: A002 - as everywhere on the values
        to: str,
        subject: str,
        text: str,
        queue: QueueId,
        html: str = "",
        language: str = "",
        automatic: bool = True,
    ) -> bool:
        """Puts an e-mail from the queue's mailbox into the outbox; the same `id` again goes out
        once. False: no mailbox can send it, or the address is none. Raises StoreError."""
