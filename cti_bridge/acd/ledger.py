"""How much an agent has in hand, and whether a contact of a channel fits on top of it.

One contact of a channel takes 1/N of an agent, where N is how many of that channel fill one. The
parts are summed exactly, over the least common multiple of the N: three thirds are one, not
0.9999. Work that a channel may interrupt counts nothing towards that channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.values import Share
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cti_bridge.config.values import Capacity
    from cti_bridge.protocol.vocabulary import InteractionId

USUAL: Final[Mapping[Channel, int]] = MappingProxyType(
    {
        Channel.VOICE: 1,
        Channel.CHAT: 3,
        Channel.EMAIL: 1,
        Channel.CALLBACK: 1,
        Channel.VOICEMAIL: 1,
    }
)
USUAL_INTERRUPTIONS: Final[Mapping[Channel, frozenset[Channel]]] = MappingProxyType(
    {
        Channel.EMAIL: frozenset({Channel.VOICE, Channel.CHAT}),
        Channel.VOICEMAIL: frozenset({Channel.VOICE}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One contact that an agent has; an offer that rings is one too."""

    interaction: InteractionId
    channel: Channel = Channel.VOICE
    counts: bool = True  # False: it rests (a chat in which nothing is said)


def capacity_of(section: Capacity, own: Mapping[str, int] | None = None) -> dict[Channel, int]:
    """How many contacts of each channel fill an agent; `own` stands before [capacity]'s."""
    most = {channel: int(getattr(section, channel.value)) for channel in Channel}
    return most | {Channel(name): number for name, number in (own or {}).items()}


def interruptions_of(section: Capacity) -> dict[Channel, frozenset[Channel]]:
    """By channel in hand: those that may come on top of it."""
    return {
        Channel(name): frozenset(map(Channel, others))
        for name, others in section.interrupted_by.items()
    }


def room(
    hands: Iterable[Hand],
    capacity: Mapping[Channel, int],
    interrupted_by: Mapping[Channel, frozenset[Channel]],
    channel: Channel,
) -> bool:
    """Whether one contact of `channel` more keeps the agent at one whole or less."""
    most = capacity.get(channel, 0)
    if most <= 0:
        return False
    whole = _whole(tuple(capacity.values()))
    taken = sum(
        _part(capacity, hand.channel, whole)
        for hand in hands
        if hand.counts and channel not in interrupted_by.get(hand.channel, ())
    )
    return taken + whole // most <= whole


def load(hands: Iterable[Hand], capacity: Mapping[Channel, int]) -> int:
    """Percent of an agent that is in use, rounded down; more than 100 where work was
    interrupted."""
    whole = _whole(tuple(capacity.values()))
    taken = sum(_part(capacity, hand.channel, whole) for hand in hands if hand.counts)
    return 100 * taken // whole


def shares(hands: Iterable[Hand], capacity: Mapping[Channel, int]) -> tuple[Share, ...]:
    """Of each channel that the agent can have: how many count now, and the most."""
    counted = [hand.channel for hand in hands if hand.counts]
    return tuple(
        Share(channel=channel, using=counted.count(channel), most=capacity.get(channel, 0))
        for channel in Channel
        if capacity.get(channel, 0) or channel in counted
    )


def _part(capacity: Mapping[Channel, int], channel: Channel, whole: int) -> int:
    """Of a channel that fills no agent, got by a change of the configuration: the whole."""
    most = capacity.get(channel, 0)
    return whole // most if most > 0 else whole


@lru_cache(maxsize=1024)
def _whole(numbers: tuple[int, ...]) -> int:
    return lcm(*(number for number in numbers if number > 0))
