"""A customer for good: what would go, and that it went. Values and ports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from cti_bridge.customers.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.privacy.ports import Access
    from cti_bridge.protocol.subject_rights import HoldView
    from cti_bridge.protocol.vocabulary import CustomerId

Bar = Literal["", "held", "open", "merged", "changed"]
"""Held back; has an open contact; is another's file by now; was changed since it was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an erasure would touch. `bar`: why it may not be done now."""

    customer: CustomerId
    version: int = 0
    name: str
    references: tuple[str, ...] = ()  # keys of other systems, good to confirm by as the name is
    deleted: Mapping[str, int] = field(default_factory=dict)  # rows, by table
    blanked: Mapping[str, int] = field(default_factory=dict)  # that stay without their people
    kept: Mapping[str, int] = field(default_factory=dict)  # that stay as they are
    hold: HoldView | None = None
    bar: Bar = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """`ids`: of the customer, and of all that were merged into it. `own`: numbers and addresses
    that no other customer has."""

    counts: Mapping[str, int] = field(default_factory=dict)  # rows touched, by table
    ids: tuple[CustomerId, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


class BarredError(Exception):
    """It may not be erased now. Where something came between (a hold, a call, a merge) the words
    of some contacts may be gone already; done again, the rest goes."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar)
        self.bar = bar


class HeldError(Exception):
    """Somebody else, `by`, holds the customer: another's hold would lose their reason."""

    def __init__(self, by: str) -> None:
        super().__init__(f"held by {by}")
        self.by = by


class EraseStore(Protocol):
    """Raises `cti_bridge.errors.StoreError`."""

    async def preview(self, customer: CustomerId) -> Preview | None:
        """None: there is no such customer."""

    async def erase(
        self,
        customer: CustomerId,
        *,
        by: str,
        reason: str,
        at: datetime,
        note: Access,
        version: int | None = None,
    ) -> Erased | None:
        """The last transaction takes the customer itself and writes `note`. None: no such
        customer. `version`: of the file as it must stand when it begins; what is written while
        it goes on goes with it. Raises BarredError. Broken off, it may be done again."""

    async def hold(
        self, customer: CustomerId, *, by: str, reason: str, at: datetime, note: Access
    ) -> bool:
        """Keeps the customer and all its contacts from erasure and retention; again by the same
        person it is another reason. False: no such customer. Raises HeldError."""

    async def release(self, customer: CustomerId, note: Access) -> bool:
        """False: it was not held."""


def confirmed(typed: str, preview: Preview) -> bool:
    """Whether somebody typed the customer's name or one of its references, whatever the case and
    accents; of a file with neither, its id."""
    said = _plain(typed)
    names = [one for one in map(_plain, (preview.name, *preview.references)) if one]
    return said in (names or [_plain(preview.customer)])


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
