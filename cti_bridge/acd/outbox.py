"""What must be told once a transaction stands, written in that same transaction.

A crash between the commit and the telling leaves the rows; the next life tells them, less
what it no longer believes (an offer died with its call)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cti_bridge.acd.ports import Audience
from cti_bridge.protocol.events import (
    AnyEvent,
    InteractionChanged,
    MissedChanged,
    MissedClosed,
    OfferEnded,
    OfferMade,
)
from cti_bridge.protocol.vocabulary import AgentId, OfferState, QueueId

if TYPE_CHECKING:
    from collections.abc import Iterable

OWED = (OfferMade, OfferEnded, InteractionChanged, MissedChanged, MissedClosed)
"""Facts about contacts. Agents and queues are told anew at each sign-in anyway."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    event: AnyEvent
    agents: tuple[AgentId, ...] = ()
    queues: tuple[QueueId, ...] = ()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[Owed, ...])


def pack(news: Iterable[tuple[AnyEvent, Audience]]) -> bytes:
    """The owed ones as JSON; b"" where there are none."""
    owed = [
        Owed(event=event, agents=tuple(to.agents), queues=tuple(to.queues))
        for event, to in news
        if isinstance(event, OWED)
    ]
    return _encoder.encode(owed) if owed else b""


def unpack(frames: bytes) -> list[tuple[AnyEvent, Audience]]:
    """Raises msgspec.DecodeError for what this version cannot read."""
    return [
        (one.event, Audience(agents=frozenset(one.agents), queues=frozenset(one.queues)))
        for one in _decoder.decode(frames)
    ]


def believable(event: AnyEvent) -> AnyEvent:
    """The event as a later life may tell it: an offer is told as ended."""
    if isinstance(event, OfferMade):
        offer = event.offer
        return OfferEnded(
            offer_id=offer.offer_id,
            interaction_id=offer.interaction.interaction_id,
            state=OfferState.RESCINDED,
        )
    return event
