"""What the e-mail channel needs of others, beside `acd.ports` and `channels.mailbook`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.channels.conversation.ports import Attachment, Message
    from cti_bridge.protocol.values import MatchResult
    from cti_bridge.protocol.vocabulary import BlobId, CustomerId, InteractionId, RefusalCode


class Journal(Protocol):
    """The conversations' service: what is written is stored and told. Raises StoreError."""

    async def add(self, message: Message) -> Message | None:
        """None: one with this id is there already."""

    async def changed(self, message: Message) -> None: ...

    async def attachment(self, blob: BlobId, interaction: InteractionId) -> Attachment | None:
        """None: no such file, or not one of this contact's."""


class People(Protocol):
    """The customer file. Raises StoreError."""

    async def match_email(self, address: str, name: str = "") -> MatchResult: ...


class Permit(Protocol):
    """The rules of whom we may write to. Raises StoreError."""

    async def may_write(
        self, address: str, customer: CustomerId | None = None, *, answering: bool
    ) -> RefusalCode | None:
        """None: yes. `answering`: they wrote to us of their own accord."""


class Anybody:
    """For a bridge, or a test, without a customer file: all may be written to."""

    async def may_write(
        self, address: str, customer: CustomerId | None = None, *, answering: bool
    ) -> RefusalCode | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail as it was fetched; `file` holds its bytes, and is closed by who takes it."""

    uid: int
    file: IO[bytes]
    size: int
    received_at: datetime
    whole: bool = True  # False: larger than the mailbox takes; only its headers are here


class BoxError(Exception):
    """A mailbox that cannot be reached or used now; `str` says why and what to do, without a
    secret. `denied`: it refused the sign-in, and will again."""

    def __init__(self, detail: str, *, denied: bool = False) -> None:
        super().__init__(detail)
        self.denied = denied
