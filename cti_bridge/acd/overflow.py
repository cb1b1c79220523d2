"""What a queue's rules do with a contact that waits: pure.

The conditions are looked at when the contact comes to the queue, and again whenever one may have
come to hold while it waits: the queue closes (`closed`), agents go (`nobody`, `ratio`), somebody
comes in before it (`position`, `ratio`), its time is over (`waited`, since its place was taken, in
whatever queue). Only `full` is asked on arrival alone: it is the door, and who is in is in. Each
step is done once, in the order written; what is only said (an announcement, a reply to an e-mail)
leaves the contact waiting, and the first step that ends the wait is the last that is done.

The rules are for those whom nobody has talked to yet: who was transferred, or whose agent was
lost, is not sent away by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.acd.score import queued_at
from cti_bridge.config.outcomes import ENDS, applies
from cti_bridge.config.values import Overflow
from cti_bridge.protocol.vocabulary import LIVE_CHANNELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.config.values import Queue
    from cti_bridge.protocol.vocabulary import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A queue as a contact finds it."""

    open: bool = True
    waiting: int = 0  # contacts of its channel, this one too
    staffed: int = 0  # agents here who take its channel, busy or not (`Pool.staffed`)
    position: int = 0  # 1: next


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    step: Overflow
    note: str = ""  # "queue:index", for `Interaction.overflowed`; "": of no written step


def due(
    queue: Queue, contact: Interaction, crowd: Crowd, now: datetime, *, arriving: bool
) -> tuple[Due, ...]:
    """What is to be done now: things that are said, and at the end at most one step that ends
    the wait in this queue. `arriving`: the contact comes to the queue at this moment.

    A call or chat that finds the queue closed or full, with no step written for that, is turned
    away; anything else waits. Without a step for it, who came in time is not sent away when the
    queue closes.
    """
    found: list[Due] = []
    for note, step in _left(queue, contact):
        if not _holds(step, queue, contact, crowd, now, arriving=arriving):
            continue
        found.append(Due(step=step, note=note))
        if contact.channel in ENDS.get(step.do, ()):
            return tuple(found)
    if arriving and contact.channel in LIVE_CHANNELS and not contact.served:
        found.extend(_turned_away(queue, contact, crowd))
    return tuple(found)


def next_look(queue: Queue, contact: Interaction, now: datetime) -> datetime | None:
    """When the next step by waiting time is due; None: there is none left."""
    times = (
        queued_at(contact) + timedelta(seconds=step.over)
        for _, step in _left(queue, contact)
        if step.when == "waited"
    )
    return min((at for at in times if at > now), default=None)


def heeds_staff(queue: Queue) -> bool:
    """Whether somebody's leaving may change what is due in this queue."""
    return _heeds(queue, "nobody", "ratio")


def heeds_places(queue: Queue) -> bool:
    """Whether somebody who comes in before others may change what is due to these."""
    return _heeds(queue, "position", "ratio")


def heeds_hours(queue: Queue) -> bool:
    """Whether its closing may change what is due in this queue."""
    return _heeds(queue, "closed")


def _heeds(queue: Queue, *whens: str) -> bool:
    return any(step.when in whens for step in queue.overflow)


def _left(queue: Queue, contact: Interaction) -> Iterator[tuple[str, Overflow]]:
    """The steps that may still be done with this contact. None leads back to a queue that it
    waited in, so that it goes round no ring of queues."""
    if contact.served:
        return
    visited = {queue.id, *contact.came_to}
    for index, step in enumerate(queue.overflow):
        note = f"{queue.id}:{index}"
        if note in contact.overflowed or not _applies(step, contact.channel):
            continue
        if step.do == "queue" and step.queue in visited:
            continue
        yield note, step


def _applies(step: Overflow, channel: Channel) -> bool:
    named = not step.channels or channel.value in step.channels
    return named and applies(step.do, channel)


def _holds(
    step: Overflow,
    queue: Queue,
    contact: Interaction,
    crowd: Crowd,
    now: datetime,
    *,
    arriving: bool,
) -> bool:
    if step.when == "waited":
        return now >= queued_at(contact) + timedelta(seconds=step.over)
    if step.when == "full" and not arriving:
        return False
    if step.when == "ratio" and not arriving:
        # those who stand where the agents who are left will not come to soon, and not those
        # before them
        return crowd.position > step.over * crowd.staffed
    return _CROWDED[step.when](step, queue, crowd)


def _full(_: Overflow, queue: Queue, crowd: Crowd) -> bool:
    return 0 < queue.max_waiting < crowd.waiting


_CROWDED: Final[Mapping[str, Callable[[Overflow, Queue, Crowd], bool]]] = {
    "closed": lambda _step, _queue, crowd: not crowd.open,
    "nobody": lambda _step, _queue, crowd: crowd.staffed == 0,
    "full": _full,
    "position": lambda step, _queue, crowd: crowd.position > step.over,
    # more waiting than `over` for each agent; with nobody there it is beyond all bounds
    "ratio": lambda step, _queue, crowd: crowd.waiting > step.over * crowd.staffed,
}


def _turned_away(queue: Queue, contact: Interaction, crowd: Crowd) -> Iterator[Due]:
    """One step at most."""
    written = {
        step.when
        for step in queue.overflow
        if _applies(step, contact.channel) and contact.channel in ENDS.get(step.do, ())
    }
    whens: tuple[Literal["closed", "full"], ...] = ("closed", "full")
    for when in whens:
        step = Overflow(when=when, do="hang_up")
        if when not in written and _CROWDED[when](step, queue, crowd):
            yield Due(step=step)
            return
