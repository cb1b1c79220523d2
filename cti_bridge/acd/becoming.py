"""Two customers became one, or two again, while contacts name them.

A contact is looked up, and takes its place in the inbox, some moments after its customer was
read: it may still name one who is another's by now. So whatever a step saves is looked at here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace as replaced

from cti_bridge.protocol.vocabulary import MatchKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.inputs import CustomersMerged, CustomersSeparated
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.values import CustomerCard, Match, MatchResult
    from cti_bridge.protocol.vocabulary import CustomerId

    Homes = Mapping[CustomerId, CustomerCard]

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


def _remember(floor: Floor, absorbed: CustomerId, survivor: CustomerCard) -> None:
    for name, card in floor.homes.items():
        if card.customer_id in (absorbed, survivor.customer_id):
            floor.homes[name] = survivor
    floor.homes.pop(survivor.customer_id, None)
    floor.homes[absorbed] = survivor
    while len(floor.homes) > REMEMBERED:
        del floor.homes[next(iter(floor.homes))]


def at_home(contact: Interaction, homes: Homes) -> Interaction:
    """The contact, of the customer that its customer is by now."""
    if not homes:
        return contact
    card = homes.get(contact.customer) if contact.customer is not None else None
    if card is not None:
        contact = replace(contact, customer=card.customer_id, customer_name=card.name)
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
    card = homes.get(row.customer) if row.customer is not None else None
    if card is None:
        return row
    return replace(row, customer=card.customer_id, customer_name=card.name)


def _match_at_home(match: MatchResult, homes: Homes) -> MatchResult:
    """Each customer once, with its first reason; two that became one leave one less."""
    found: dict[CustomerId, Match] = {}
    for one in match.matches:
        card = homes.get(one.card.customer_id, one.card)
        found.setdefault(card.customer_id, replaced(one, card=card))
    total = max(match.total - (len(match.matches) - len(found)), len(found))
    kind = MatchKind.ONE if total == 1 else match.kind
    return replaced(match, matches=tuple(found.values()), total=total, kind=kind)


def _matched_as(match: MatchResult, card: CustomerCard) -> MatchResult:
    if match.kind is not MatchKind.ONE or not match.matches:
        return match
    return replaced(match, matches=(replaced(match.matches[0], card=card),))
