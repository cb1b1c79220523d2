"""Which of two waiting contacts goes first: whole numbers, so that nothing depends on rounding.

A contact's score is the queue's priority, and its own, and the queue's ageing for each minute that
it has waited. All scores of one queue grow alike, so the order within a queue never changes while
it waits: a `Place` is fixed when the contact is queued, and `rank` compares places of different
queues at a moment.

A caller or a visitor to whom somebody talked already (transferred, or the agent was lost) goes
before all that were not served, whatever their scores: who is on the line is not sent to the end.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from cti_bridge.protocol.vocabulary import LIVE_CHANNELS

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.config.values import Queue
    from cti_bridge.protocol.vocabulary import InteractionId

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
AGEING_STEPS: Final = 1000  # an ageing is taken to a thousandth of a point
POINT: Final = AGEING_STEPS * 60_000_000  # what one point of priority is worth


class Place(NamedTuple):
    """Smaller goes first, within one queue at any time."""

    ahead: int  # -1: somebody talked to the customer already, who is still there
    key: int  # less the priority, plus what it would have aged since 1970
    queued: int  # microseconds since 1970
    id: InteractionId


Rank: TypeAlias = "tuple[int, int, int, InteractionId]"


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)


def queued_at(contact: Interaction) -> datetime:
    return contact.queued_at or contact.started_at


def ageing_of(queue: Queue) -> int:
    """Thousandths of a point for each minute, which is what each microsecond adds to a score
    counted in `POINT`s."""
    return round(queue.ageing * AGEING_STEPS)


def place_of(contact: Interaction, queue: Queue) -> Place:
    queued = micros(queued_at(contact))
    ahead = contact.served and contact.channel in LIVE_CHANNELS
    points = (queue.priority + contact.priority) * POINT
    return Place(-int(ahead), ageing_of(queue) * queued - points, queued, contact.id)


def rank(place: Place, ageing: int, now: int) -> Rank:
    """The place among those of all queues at `now` (microseconds); smaller goes first."""
    ahead, key, queued, name = place
    return (ahead, key - ageing * now, queued, name)


def points(place: Place, ageing: int, now: int) -> float:
    """The score at `now`, as people read it."""
    return (ageing * now - place.key) / POINT
