"""Who comes, when, for how long, and how long they would wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import merge
from itertools import count, takewhile
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from cti_bridge.protocol.vocabulary import Channel, QueueId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Contacts of one kind: Poisson arrivals, exponential times. Seconds."""

    queue: QueueId
    channel: Channel = Channel.VOICE
    per_second: float
    handling: float  # mean, wrap-up included
    patience: float | None = None  # mean; None: nobody gives up
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)


class Coming(NamedTuple):
    """One contact; microseconds from the beginning."""

    at: int
    stream: int
    handling: int
    patience: int | None


def traffic(
    streams: Iterable[Stream], seed: int, seconds: float | None = None
) -> Iterator[Coming]:
    """All contacts in the order they come, for ever or for so long. Each stream draws its
    arrivals, its handling and its patience from a source of its own, so that the same seed gives
    the same callers whatever agents there are and whatever else comes."""
    merged = merge(*(_stream(one, number, seed) for number, one in enumerate(streams)))
    if seconds is None:
        return merged
    end = round(seconds * 1e6)
    return takewhile(lambda coming: coming.at < end, merged)


def _stream(stream: Stream, number: int, seed: int) -> Iterator[Coming]:
    arrivals, handling, patience = (
        Random(f"{seed}/{number}/{what}").expovariate for what in ("come", "talk", "leave")
    )
    at = 0.0
    for _ in count():
        at += arrivals(stream.per_second)
        waits = None
        if stream.patience is not None:
            waits = round(patience(1 / stream.patience) * 1e6)
        yield Coming(round(at * 1e6), number, round(handling(1 / stream.handling) * 1e6), waits)
