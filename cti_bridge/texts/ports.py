"""What the search in texts needs of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cti_bridge.protocol.values import ContactSummary, TextKind
    from cti_bridge.protocol.vocabulary import AgentId, CustomerId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks: of contacts that are not over, their own and those of their queues."""

    agent: AgentId
    queues: frozenset[QueueId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text that has all that was asked for."""

    n: int
    kind: TextKind
    ref: str
    at: datetime
    text: str
    language: str = ""
    customer_id: CustomerId | None = None
    customer_name: str = ""
    contact: ContactSummary | None = None  # None: a note of the customer's file


class TextStore(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    async def read_some(self, most: int) -> int:
        """Brings the index up to date with at most `most` of what was written since; how many
        there were."""

    async def search(
        self, asked: Sequence[Sequence[str]], reader: Reader, before: int | None, limit: int
    ) -> tuple[tuple[Found, ...], int | None]:
        """The newest texts that have one of each of `asked`, and where the next page begins."""
