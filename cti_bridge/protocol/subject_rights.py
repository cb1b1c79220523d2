"""What one customer may ask for, and what may not be taken away: erasure, holds, a copy of all."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from msgspec import field

from cti_bridge.protocol.frames import Command, Event, PieceSize, Place, Reply, Value, Version
from cti_bridge.protocol.vocabulary import CustomerId, Permission


class HoldView(Value, frozen=True, kw_only=True):
    """By law, nothing of a customer may be taken away."""

    at: datetime
    by: str
    reason: str


class ErasurePlan(Value, frozen=True, kw_only=True):
    """What an erasure would do now; nothing is done yet. Counts are by the name of what is kept
    there ("customer_notes", "messages", …), which the desktop words."""

    customer_id: CustomerId
    version: int  # of the file as it was counted
    name: str
    deleted: dict[str, int] = field(default_factory=dict)
    blanked: dict[str, int] = field(default_factory=dict)  # stay, without their people
    kept: dict[str, int] = field(default_factory=dict)  # stay as they are
    hold: HoldView | None = None
    bar: Literal["", "held", "open", "erasing"] = ""  # why it may not be done now
    log_days: int = 0  # that it was looked at is kept for so long; 0: for ever


class PlanErasure(Command, frozen=True, kw_only=True, tag="plan-erasure"):
    """Whether a customer is held, and what an erasure would take away; a look at the customer."""

    permission: ClassVar[Permission] = Permission.HOLD
    customer_id: CustomerId


class ErasurePlanned(Reply, frozen=True, kw_only=True, tag="erasure-planned"):
    plan: ErasurePlan


class EraseCustomer(Command, frozen=True, kw_only=True, tag="erase-customer"):
    """For good. Refused with CONFLICT where the file was changed since the plan, with
    WRONG_STATE and the field "held", "open" or "merged" where it may not be, with BUSY while it
    is being done, and with INVALID and the field "typed" for another name.

    Of a large file the answer may come before the end: `CustomerErased` is the end.
    """

    permission: ClassVar[Permission] = Permission.ERASE
    customer_id: CustomerId
    version: Version  # as in the plan
    typed: str  # the customer's name, or one of its references
    reason: str  # 3 to 200 characters


class ErasureTaken(Reply, frozen=True, kw_only=True, tag="erasure-taken"):
    rows: int = 0  # touched
    running: bool = False  # it is going on


class CustomerErased(Event, frozen=True, kw_only=True, tag="customer-erased"):
    """There is no such customer any more: nothing of it is shown, or asked for again."""

    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId
    by: str


class CustodyChanged(Event, frozen=True, kw_only=True, tag="custody-changed"):
    """A customer is held or released, or an erasure began or broke off: what a plan said does not
    hold any more. It says no reason; who may know asks for the plan."""

    permission: ClassVar[Permission] = Permission.HOLD
    customer_id: CustomerId
    by: str


class HoldCustomer(Command, frozen=True, kw_only=True, tag="hold-customer"):
    """Keeps a customer, and all contacts, from erasure and retention. Of one whom
    the same person holds the reason becomes this one; WRONG_STATE where another does."""

    permission: ClassVar[Permission] = Permission.HOLD
    customer_id: CustomerId
    reason: str  # 3 to 200 characters


class ReleaseCustomer(Command, frozen=True, kw_only=True, tag="release-customer"):
    """Ends a hold. Refused with WRONG_STATE where there is none."""

    permission: ClassVar[Permission] = Permission.ERASE
    customer_id: CustomerId
    reason: str  # 3 to 200 characters


class TakeArchive(Command, frozen=True, kw_only=True, tag="take-archive"):
    """Everything of a customer, for that customer: a .zip with a page to read, the same as JSON,
    and every file. Nothing of it is hidden. It is made beside; `FetchArchive` brings it."""

    permission: ClassVar[Permission] = Permission.SUBJECT
    customer_id: CustomerId
    reason: str  # 3 to 200 characters
    language: Literal["es", "en"] = "es"


class ArchiveBegun(Reply, frozen=True, kw_only=True, tag="archive-begun"):
    archive_id: str


class FetchArchive(Command, frozen=True, kw_only=True, tag="fetch-archive"):
    """A piece of one's own archive, refused with BUSY while it is being made. It is gone some
    minutes after the latest piece, and with the next one that is taken."""

    permission: ClassVar[Permission] = Permission.SUBJECT
    archive_id: str
    offset: Place = 0
    limit: PieceSize = 262_144  # bytes; at most 1 MB


class ArchivePart(Reply, frozen=True, kw_only=True, tag="archive-part"):
    data: bytes
    size: int  # of the whole
    last: bool
    entries: int = 0  # in its tables
    unreadable: int = 0  # files that could not be opened: damaged, or no key


class DropArchive(Command, frozen=True, kw_only=True, tag="drop-archive"):
    """It is not wanted any more; of one that is gone already nothing is said."""

    permission: ClassVar[Permission] = Permission.SUBJECT
    archive_id: str
