"""Who wrote, or who is on the web site: matches that no telephone number gives."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers import matching
from cti_bridge.customers.identities import (
    IdentityError,
    normalise_email,
    normalise_key,
    normalise_phone,
)
from cti_bridge.customers.ports import Found
from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.vocabulary import IdentityKind, MatchReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.customers.ports import CustomerStore
    from cti_bridge.protocol.values import MatchResult

MAX_INPUT: Final = 254
MAX_VISITOR: Final = 64
_NOBODY: Final = Found()


def email_or_none(text: str) -> str | None:
    if len(text) > MAX_INPUT:
        return None
    try:
        return normalise_email(clean_line(text))
    except IdentityError:
        return None


def visitor_or_none(text: str) -> str | None:
    """A browser's random name, as our widget makes them."""
    return (
        text if 8 <= len(text) <= MAX_VISITOR and text.isascii() and text.isprintable() else None
    )


class Visitors:
    def __init__(self, store: CustomerStore, region: str) -> None:
        self._store, self._region = store, region

    async def match_email(self, address: str, name: str) -> MatchResult:
        value = email_or_none(address)
        found = await self._find(IdentityKind.EMAIL, value)
        return matching.plain(
            IdentityKind.EMAIL,
            value or "",
            found,
            on_file=MatchReason.EMAIL_ON_FILE,
            confirmed=MatchReason.EMAIL_CONFIRMED,
            name=name,
        )

    async def match_key(self, text: str, source: str) -> MatchResult:
        """Who has this number of another system; `source` "": of any."""
        value, kind = self._read(IdentityKind.KEY, text), IdentityKind.KEY
        found = await self._find(kind, value)
        has = {
            customer.customer_id
            for customer in found.customers
            for identity in customer.identities
            if (identity.kind, identity.value) == (kind, value) and source in ("", identity.source)
        }
        mine = tuple(one for one in found.customers if one.customer_id in has)
        total = found.total if not source else len(mine)
        reason = MatchReason.KEY_ON_FILE
        return matching.plain(
            kind,
            value or "",
            replace(found, customers=mine, total=total),
            on_file=reason,
            confirmed=reason,
        )

    async def match_visitor(
        self, visitor: str, *, email: str, phone: str, name: str, claims: Mapping[str, str]
    ) -> MatchResult:
        for kind, claim in (
            (IdentityKind.KEY, "sub"),
            (IdentityKind.EMAIL, "email"),
            (IdentityKind.PHONE, "phone"),
        ):
            vouched = await self._vouched(kind, claims.get(claim, ""), name)
            if vouched.matches:
                return vouched
        return matching.together(
            await asyncio.gather(
                self._browser(visitor), self.match_email(email, name), self._phone(phone, name)
            )
        )

    async def _vouched(self, kind: IdentityKind, text: str, name: str) -> MatchResult:
        value = self._read(kind, text)
        reason = MatchReason.SITE_TOKEN
        found = await self._find(kind, value)
        return matching.plain(
            kind, value or "", found, on_file=reason, confirmed=reason, name=name
        )

    async def _browser(self, visitor: str) -> MatchResult:
        value = visitor_or_none(visitor)
        reason = MatchReason.RETURNING_VISITOR
        found = await self._find(IdentityKind.VISITOR, value)
        return matching.plain(
            IdentityKind.VISITOR, value or "", found, on_file=reason, confirmed=reason
        )

    async def _phone(self, phone: str, name: str) -> MatchResult:
        value = self._read(IdentityKind.PHONE, phone)
        found = await self._find(IdentityKind.PHONE, value)
        return matching.plain(
            IdentityKind.PHONE,
            value or "",
            found,
            on_file=MatchReason.NUMBER_ON_FILE,
            confirmed=MatchReason.NUMBER_CONFIRMED,
            name=name,
        )

    async def _find(self, kind: IdentityKind, value: str | None) -> Found:
        return await self._store.find(kind, value, matching.MAX_MATCHES) if value else _NOBODY

    def _read(self, kind: IdentityKind, text: str) -> str | None:
        """Normalised; None where it is no identity of its kind."""
        if kind is IdentityKind.EMAIL:
            return email_or_none(text)
        text = clean_line(text[: MAX_INPUT + 1])
        if not text or len(text) > MAX_INPUT:
            return None
        try:
            if kind is IdentityKind.KEY:
                return normalise_key(text)
            return normalise_phone(text, self._region)[0]
        except IdentityError:
            return None
