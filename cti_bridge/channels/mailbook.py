"""What the e-mail channel keeps for itself: its place in each mailbox, and its outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import BlobId, InteractionId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlace:
    """How far a mailbox has been read; the UIDs below `next_uid` are done, or are in `todo`."""

    mailbox: str
    uid_validity: int
    next_uid: int
    synced_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One mail of a mailbox that is not done yet: `message` is the entry it becomes, known
    before that is stored; `arrived` when its contact knows, and only the mark is missing."""

    mailbox: str
    uid_validity: int
    uid: int
    message: MessageId | None = None
    arrived: bool = False
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgo:
    """One e-mail on its way out. `recipients` are those that nobody has answered for yet."""

    id: str  # the message's id, or what the sender chose
    mailbox: str
    message: MessageId | None = None  # the entry of a conversation, where there is one
    sender: str  # of the envelope; "": <>, for what must never be answered
    recipients: tuple[str, ...]
    blob: BlobId  # the bytes
    draft: str = ""  # JSON, for taking it back
    due_at: datetime
    made_at: datetime
    attempts: int = 0
    state: Literal["waiting", "failed"] = "waiting"
    detail: str = ""  # what the server said last


class MailBook(Protocol):
    """Raises `cti_bridge.errors.StoreError`."""

    async def place(self, mailbox: str) -> BoxPlace | None: ...

    async def found(self, place: BoxPlace, uids: Sequence[int]) -> None:
        """Keeps the place, and these UIDs as to be done, in one transaction."""

    async def moved(self, place: BoxPlace, uids: Sequence[int]) -> None:
        """The mailbox has other UIDs now: as `found`, and what was to be done is forgotten."""

    async def todo(self, mailbox: str, limit: int) -> tuple[Todo, ...]:
        """By attempts, then by UID."""

    async def save_todo(self, rows: Sequence[Todo]) -> None: ...

    async def done(self, rows: Sequence[Todo]) -> None: ...

    async def put(self, outgo: Outgo) -> bool:
        """False: one with this id is, or was, there already."""

    async def outgoing(self, mailbox: str, due: datetime, limit: int) -> tuple[Outgo, ...]:
        """What waits and is due, oldest first."""

    async def next_due(self, mailbox: str) -> datetime | None: ...

    async def outgo(self, id: str) -> Outgo | None: ...  # noqa: A002

    async def save_outgo(self, outgo: Outgo) -> None: ...

    async def begin(self, outgo: Outgo) -> bool:
        """Saves that it is tried now; False: it was taken back."""

    async def sent(self, id: str, at: datetime) -> None:  # noqa: A002
        """Out of the outbox; its id is remembered."""

    async def take_back(self, id: str) -> bool:  # noqa: A002
        """Out of the outbox, unless it was begun; whether it was."""

    async def note_thread(
        self, address: str, subject: str, interaction: InteractionId, at: datetime
    ) -> None:
        """This address and folded subject belong to this contact now."""

    async def thread(
        self, address: str, subject: str, since: datetime
    ) -> InteractionId | None: ...

    async def may_answer(self, address: str, at: datetime, most: int, seconds: float) -> bool:
        """Counts an automatic answer to the address; False: it had `most` within `seconds`."""
