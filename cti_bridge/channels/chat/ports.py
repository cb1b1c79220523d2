"""What the chat room needs of others, and what the web listener needs of the chat room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.channels.conversation.ports import Attachment, Message
    from cti_bridge.protocol.values import MatchResult
    from cti_bridge.protocol.vocabulary import (
        BlobId,
        InteractionId,
        MessageId,
    )


class ChatRefused(Exception):
    """Nothing was done; `code` as in `frames.RefusedFrame`."""

    def __init__(
        self,
        code: str,
        *,
        field: str = "",
        retry_after_s: float = 0.0,
        opens_at: datetime | None = None,
    ) -> None:
        super().__init__(f"{code}: {field}" if field else code)
        self.code, self.field = code, field
        self.retry_after_s, self.opens_at = retry_after_s, opens_at


class Tab(Protocol):
    """One connected page of a visitor."""

    def send(self, frame: bytes) -> None:
        """One encoded frame, in order; never blocks: a browser that is too slow is cut."""

    async def drained(self) -> None:
        """When little is left to be sent: between the pages of a long history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteClaims:
    """What a web site vouches for by a signed token; empty: it did not say."""

    subject: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""


class Visitors(Protocol):
    """The customer file, as a chat sees it."""

    async def match_visitor(
        self,
        visitor: str,
        *,
        email: str = "",
        phone: str = "",
        name: str = "",
        claims: Mapping[str, str] | None = None,
    ) -> MatchResult:
        """Who a visitor may be, by what the site vouches for, the browser's name, and what the
        form says; raises StoreError."""


class Talk(Protocol):
    """Conversations, as a chat sees them: what is stored here is told to the desktops."""

    async def add(self, message: Message) -> Message | None:
        """Stored, with its `seq`; None: there is one with this id already."""

    def typing(self, interaction: InteractionId, on: bool, preview: str = "") -> None: ...

    def here(self, interaction: InteractionId, here: bool) -> None: ...

    def customer_got(self, interaction: InteractionId, seq: int) -> None:
        """All up to this entry has arrived at the customer; told, not stored."""

    def customer_read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        """As `customer_got`; it was on the screen."""

    async def attachment(self, blob: BlobId, interaction: InteractionId) -> Attachment | None:
        """An agent's fresh upload, or a file of this very contact; None: no such file."""
