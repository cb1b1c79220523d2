"""Customers out of the house: with a reason, up to a limit, marked, and written down first."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cti_bridge.customers import terms
from cti_bridge.ids import new_id
from cti_bridge.privacy.ports import Access
from cti_bridge.privacy.searching import fair
from cti_bridge.privacy.sheets import sheet
from cti_bridge.privacy.unveiling import reason_of
from cti_bridge.privacy.watermark import SECRET, Export, place
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AccessKind, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.customers.ports import Customer, Terms
    from cti_bridge.privacy.masks import Veil
    from cti_bridge.privacy.ports import Person

MAX_TEXT = 100


class ExportStore(Protocol):
    """Raises `cti_bridge.errors.StoreError`."""

    async def customers(self, wanted: Terms, limit: int) -> tuple[tuple[Customer, ...], bool]:
        """By recent contact, all of them where nothing is asked for; and whether there are
        more."""

    async def record(self, export: Export, access: Access) -> None:
        """Both in one transaction, before a byte goes out."""

    async def exports(self) -> Sequence[Export]:
        """Newest first."""

    async def whose(self, cells: Sequence[Sequence[str]], region: str) -> list[str | None]:
        """The customer of each row of a file: by an id in it, or by a number, an address or a
        key that one customer alone has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    export: Export
    data: bytes
    more: bool


class Exporter:
    def __init__(
        self,
        store: ExportStore,
        *,
        clock: Callable[[], datetime],
        region: str,
        most: int,
        searched: Sequence[str] = (),
    ) -> None:
        """`searched`: codes of the custom fields that customers are found by."""
        self._store, self._now = store, clock
        self._region, self._most, self._searched = region, most, searched

    async def export(
        self, person: Person, veil: Veil | None, *, text: str, limit: int, reason: str
    ) -> Exported:
        """`limit` 0: as many as are allowed. Raises CommandRefused."""
        why = reason_of(reason)
        if not self._most:
            raise CommandRefused(RefusalCode.NOT_ALLOWED, "privacy.export_rows is 0")
        if not 0 <= limit <= self._most:
            raise CommandRefused(
                RefusalCode.TOO_LARGE, f"at most {self._most} customers", field="limit"
            )
        unseen = veil.fields if veil is not None else frozenset[str]()
        wanted = terms.read(text[:MAX_TEXT], self._region, self._searched, unseen)
        if text.strip() and wanted.empty:
            raise CommandRefused(RefusalCode.INVALID, "too short to search for", field="text")
        found, more = await self._store.customers(wanted, limit or self._most)
        cards = [customer.card() for customer in found]
        if veil is not None:
            may = fair(veil, text, cards, self._region)
            cards = [veil.over(card) for card, ok in zip(cards, may, strict=True) if ok]
        export = Export(
            id=new_id(),
            at=self._now(),
            agent=person.agent_id,
            name=person.name,
            reason=why,
            rows=len(cards),
            secret=secrets.token_bytes(SECRET),
        )
        cards.sort(key=lambda card: place(export.secret, card.customer_id))
        await self._store.record(export, _noted(person, export, text))
        return Exported(export=export, data=sheet(cards), more=more)


def _noted(person: Person, export: Export, text: str) -> Access:
    what = f"{export.rows}: {text[:MAX_TEXT]}" if text.strip() else str(export.rows)
    return Access(
        at=export.at,
        agent=person.agent_id,
        name=person.name,
        kind=AccessKind.EXPORT,
        detail=f"{export.id} ({what}): {export.reason}",
    )
