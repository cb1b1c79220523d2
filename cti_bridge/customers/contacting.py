"""Whether somebody may be called or written to. Pure; asked at every way out of the house.

The first of these that holds decides:

1. Suppressed: the number or address itself, or the customer by a key. It wins over everything.
2. Deceased.
3. Closed, unless this answers somebody who called or wrote of their own accord.
4. Consent, unless this answers: a word given for the channel (or any) and the purpose counts by
   its newest. Who forbade it is left alone; SERVICE needs no word, every other purpose needs one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from cti_bridge.customers.consents import current
from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerStatus,
    IdentityKind,
    RefusalCode,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from cti_bridge.customers.ports import Customer

SERVICE: Final = "service"
"""The purpose of what an agent does by hand: about the customer's own affairs."""
MARKETING: Final = "marketing"
MAX_REASON: Final = 200

Reached: TypeAlias = tuple[IdentityKind, str]
"""A number, an address or a key, normalised, without an extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Nobody may be reached so; `value` is normalised, an extension of a number is no part."""

    kind: IdentityKind
    value: str
    reason: str = ""
    source: str = ""
    at: datetime

    @property
    def reached(self) -> Reached:
        return self.kind, self.value


def may_contact(
    customer: Customer | None,
    channel: ConsentChannel,
    purpose: str,
    suppressions: Collection[Reached],
    *,
    to: Reached | None = None,
    answering: bool = False,
) -> RefusalCode | None:
    """None: yes; else the rule that forbids it. `customer` None: nobody on file is reached so."""
    if to in suppressions or (customer is not None and _by_key(customer, suppressions)):
        return RefusalCode.SUPPRESSED
    if customer is None:
        return None
    if customer.status is CustomerStatus.DECEASED:
        return RefusalCode.DECEASED
    if answering:
        return None
    if customer.status is CustomerStatus.CLOSED:
        return RefusalCode.ACCOUNT_CLOSED
    return None if _consents(customer, channel, purpose) else RefusalCode.NO_CONSENT


def any_of(
    customers: Iterable[Customer],
    channel: ConsentChannel,
    purpose: str,
    suppressions: Collection[Reached],
    *,
    to: Reached,
    answering: bool = False,
) -> RefusalCode | None:
    """Of a number or address that several may be reached by: one of them is enough."""
    refused: RefusalCode | None = None
    for one in tuple(customers) or (None,):
        code = may_contact(one, channel, purpose, suppressions, to=to, answering=answering)
        if code is None:
            return None
        refused = refused or code
    return refused


def _by_key(customer: Customer, suppressions: Collection[Reached]) -> bool:
    return any(
        (one.kind, one.value) in suppressions
        for one in customer.identities
        if one.kind is IdentityKind.KEY
    )


def _consents(customer: Customer, channel: ConsentChannel, purpose: str) -> bool:
    """The word for this very channel goes before that for any."""
    said = {one.channel: one.given for one in current(customer.consents) if one.purpose == purpose}
    return said.get(channel, said.get(ConsentChannel.ANY, purpose == SERVICE))
