"""Whom a mail may go to: the addresses of the customer whose file is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop


def customer_addresses(desktop: Desktop) -> tuple[Address, ...]:
    card = desktop.file.card
    if card is None:
        return ()
    return tuple(
        Address(address=identity.value, name=card.name)
        for identity in card.identities
        if identity.kind is IdentityKind.EMAIL
    )
