"""Two customers became one, or two again, or one was erased, while contacts name them.

A contact is looked up, and takes its place in the inbox, some moments after its customer was
read: it may still name one who is another's by now. So whatever a step saves is looked at here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace as replaced

from cti_bridge.protocol.vocabulary import MatchKind
from cti_bridge.telephony.ports import WITHHELD, Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.inputs import CustomersErased, CustomersMerged, CustomersSeparated
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.values import CustomerCard, Match, MatchResult
    from cti_bridge.protocol.vocabulary import CustomerId

    Homes = Mapping[CustomerId, CustomerCard | None]  # None: there is no such customer any more

REMEMBERED: Final = 1_000
"""Merges; a look-up is over within seconds."""


def merged(step: Step, event: CustomersMerged) -> None:
    """True whether or not this turn is stored: so it is remembered at once."""
    _remember(step.floor, event.absorbed, event.survivor)
    for contact in list(step.interactions.values()):
        if contact != (renamed := at_home(contact, step.floor.homes)):
            step.save(replace(renamed, changed_at=step.now))
    for row in list(step.missed.values()):
        if row != (mine := missed_at_home(row, step.floor.homes)):
            step.save(mine)


def erased(step: Step, event: CustomersErased) -> None:
    """What the store has blanked is blank here as well; a contact that was looked up before it
    was erased is nobody's."""
    for gone in event.customers:
        _remember(step.floor, gone, None)
    for contact in list(step.interactions.values()):
        if contact != (nobodys := at_home(contact, step.floor.homes)):
            step.save(replace(nobodys, changed_at=step.now))
    for row in list(step.missed.values()):
        number = row.caller.number.value
        if row.customer in event.customers or (number and number in event.own):
            caller = Caller(number=WITHHELD)
            step.save(replace(row, caller=caller, customer=None, customer_name=""))


def separated(step: Step, event: CustomersSeparated) -> None:
    card = event.customer
    step.floor.homes.pop(card.customer_id, None)
    for name in event.contacts:
        contact = step.interactions.get(name)
        if contact is not None and contact.customer != card.customer_id:
            match = contact.match and _matched_as(contact.match, card)
            step.save(
                replace(
                    contact,
                    customer=card.customer_id,
                    customer_name=card.name,
                    match=match,
                    changed_at=step.now,
                )
            )
        row = step.missed.get(name)
        if row is not None and row.customer != card.customer_id:
            step.save(replace(row, customer=card.customer_id, customer_name=card.name))


def _remember(floor: Floor, absorbed: CustomerId, survivor: CustomerCard | None) -> None:
    names = {absorbed, survivor.customer_id} if survivor is not None else {absorbed}
    for name, card in floor.homes.items():
        if card is not None and card.customer_id in names:
            floor.homes[name] = survivor
    if survivor is not None:
        floor.homes.pop(survivor.customer_id, None)
    floor.homes[absorbed] = survivor
    while len(floor.homes) > REMEMBERED:
        del floor.homes[next(iter(floor.homes))]


def at_home(contact: Interaction, homes: Homes) -> Interaction:
    """The contact, of the customer that its customer is by now."""
    if not homes:
        return contact
    if contact.customer is not None and contact.customer in homes:
        card = homes[contact.customer]
        contact = replace(
            contact,
            customer=card.customer_id if card else None,
            customer_name=card.name if card else "",
        )
    if contact.match is None or not any(
        one.card.customer_id in homes for one in contact.match.matches
    ):
        return contact
    match = _match_at_home(contact.match, homes)
    if match.kind is MatchKind.ONE and contact.customer is None:
        only = match.matches[0].card
        contact = replace(contact, customer=only.customer_id, customer_name=only.name)
    return replace(contact, match=match)


def missed_at_home(row: Missed, homes: Homes) -> Missed:
    if row.customer is None or row.customer not in homes:
        return row
    card = homes[row.customer]
    if card is None:
        return replace(row, customer=None, customer_name="")
    return replace(row, customer=card.customer_id, customer_name=card.name)


def _match_at_home(match: MatchResult, homes: Homes) -> MatchResult:
    """Each customer once, with its first reason; two that became one leave one less, and so does
    one who was erased."""
    found: dict[CustomerId, Match] = {}
    for one in match.matches:
        card = homes.get(one.card.customer_id, one.card)
        if card is not None:
            found.setdefault(card.customer_id, replaced(one, card=card))
    total = max(match.total - (len(match.matches) - len(found)), len(found))
    kind = {0: MatchKind.NONE, 1: MatchKind.ONE}.get(total, match.kind)
    return replaced(match, matches=tuple(found.values()), total=total, kind=kind)


def _matched_as(match: MatchResult, card: CustomerCard) -> MatchResult:
    if match.kind is not MatchKind.ONE or not match.matches:
        return match
    return replaced(match, matches=(replaced(match.matches[0], card=card),))
