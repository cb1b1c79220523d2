"""Asks the customer file, at each way out, whether somebody may be called or written to."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.customers.contacting import SERVICE, any_of
from cti_bridge.customers.identities import IdentityError, normalise_phone
from cti_bridge.customers.visitors import email_or_none
from cti_bridge.protocol.vocabulary import ConsentChannel, IdentityKind
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from cti_bridge.customers.contacting import Reached
    from cti_bridge.customers.ports import Customer
    from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode
    from cti_bridge.telephony.ports import Number

logger = logging.getLogger(__name__)
MOST: Final = 20
"""Of the customers behind one number, so many are asked about."""


class StandingStore(Protocol):
    """May raise `cti_bridge.errors.StoreError`."""

    async def standing(
        self, to: Reached, customer: CustomerId | None, limit: int
    ) -> tuple[tuple[Customer, ...], Collection[Reached]]:
        """The customer, or else those who have this identity, with their consents; and what is
        suppressed of `to` and of their keys. One trip."""


class Permits:
    """Implements `acd.ports.Permit` and `channels.mail.ports.Permit`."""

    def __init__(self, store: StandingStore, region: str) -> None:
        self._store, self._region = store, region

    async def may_call(
        self, number: Number, customer: CustomerId | None, *, answering: bool
    ) -> RefusalCode | None:
        """None: yes. An extension of the own PBX is no customer's. Raises StoreError."""
        value = number.value
        if number.kind is NumberKind.RAW:
            with contextlib.suppress(IdentityError):  # a short code, which nobody on file has
                value, _ = normalise_phone(number.value, self._region)
        if not value or number.kind in {NumberKind.EXTENSION, NumberKind.WITHHELD}:
            return None
        to = IdentityKind.PHONE, value
        return await self._asked(to, customer, ConsentChannel.PHONE, answering=answering)

    async def may_write(
        self, address: str, customer: CustomerId | None = None, *, answering: bool
    ) -> RefusalCode | None:
        """None: yes. Raises StoreError."""
        value = email_or_none(address)
        if value is None:
            return None  # no address: whoever sends says so
        to = IdentityKind.EMAIL, value
        return await self._asked(to, customer, ConsentChannel.EMAIL, answering=answering)

    async def _asked(
        self,
        to: Reached,
        customer: CustomerId | None,
        channel: ConsentChannel,
        *,
        answering: bool,
    ) -> RefusalCode | None:
        people, suppressed = await self._store.standing(to, customer, MOST)
        refused = any_of(people, channel, SERVICE, suppressed, to=to, answering=answering)
        if refused is not None:
            logger.info("not contacted by %s: %s", channel, refused)
        return refused
