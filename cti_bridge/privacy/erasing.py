"""A customer for good: what would go, and that it went. Values and ports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from cti_bridge.customers.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.privacy.ports import Access
    from cti_bridge.protocol.vocabulary import CustomerId

Bar = Literal["", "held", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an erasure would touch. `bar`: why it may not be done now."""

    customer: CustomerId
    name: str
    deleted: Mapping[str, int] = field(default_factory=dict)  # rows, by table
    blanked: Mapping[str, int] = field(default_factory=dict)  # that stay without their people
    bar: Bar = ""


class BarredError(Exception):
    """The customer is held back, or has an open contact; nothing was done."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar)
        self.bar = bar


class EraseStore(Protocol):
    """Raises `cti_bridge.errors.StoreError`."""

    async def preview(self, customer: CustomerId) -> Preview | None:
        """None: there is no such customer."""

    async def erase(
        self, customer: CustomerId, *, by: str, reason: str, at: datetime, note: Access
    ) -> Mapping[str, int] | None:
        """Rows touched, by table; the last transaction takes the customer itself and writes
        `note`. None: no such customer. Raises BarredError. Broken off, it may be done again."""

    async def hold(
        self, customer: CustomerId, *, by: str, reason: str, at: datetime, note: Access
    ) -> bool:
        """Keeps the customer and all its contacts from erasure and retention. False: no such
        customer."""

    async def release(self, customer: CustomerId, note: Access) -> bool:
        """False: it was not held."""


def confirmed(typed: str, name: str) -> bool:
    """Whether somebody typed the customer's name, whatever its case and accents."""
    return bool(name.strip()) and " ".join(fold(typed).split()) == " ".join(fold(name).split())
