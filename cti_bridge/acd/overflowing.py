"""What the queue's rules do with a contact that comes at the wrong moment, or waits too long.

`overflow` says which rules are due; here they are carried out, and written into the journey.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import treatment
from cti_bridge.acd.ending import abandon
from cti_bridge.acd.overflow import (
    Crowd,
    due,
    heeds_hours,
    heeds_places,
    heeds_staff,
    next_look,
)
from cti_bridge.acd.ports import Taken
from cti_bridge.protocol.vocabulary import Channel, ClearCause, InteractionState, QueueId
from cti_bridge.telephony.ports import Caller, Number, NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.overflow import Due
    from cti_bridge.acd.step import Step

S = InteractionState
_BY_SWITCH = frozenset({"announce", "voicemail", "callback", "hang_up"})
CLOSING: Final = "closing"
"""Timer of a queue: it closes."""
AGAIN: Final = "rules"
"""Timer of a queue: there was more to do than one turn may."""
MOST_AT_ONCE: Final = 100
"""Contacts of a queue that one turn sends away: each is rows of the turn's transaction."""


def on_arrival(step: Step, contact: Interaction) -> Taken:
    """As the contact finds its queue, and the ones that its rules send it on to."""
    for one in _apply(step, contact, arriving=True):
        if one.step.do != "queue" and step.interactions[contact.id].state is not S.QUEUED:
            return Taken(
                id=contact.id,
                turned_away=one.step.when,
                outcome=one.step.do,
                reply=one.step.reply,
            )
    return Taken(id=contact.id)


def look(step: Step, contact: Interaction) -> None:
    """Time for a rule that was not due before; who keys a number or leaves a message is let
    finish, and looked at then."""
    if contact.state is not S.QUEUED or not contact.offerable:
        return
    for one in _apply(step, contact, arriving=False):
        if contact.channel is Channel.CHAT and one.step.do != "queue":
            _tell(step, contact, one)


def look_at_queue(step: Step, name: QueueId) -> None:
    """Something changed for all who wait there: it closed, or agents went. From the front, so
    that the first are the first in the queue that they are sent to."""
    step.feed()
    _look_at(step, name, list(step.floor.pool.waiting(name)))


def look_again(step: Step) -> None:
    """At the end of a turn: agents went, or somebody came in before others."""
    deserted = _deserted(step)
    for name in sorted(deserted):
        look_at_queue(step, name)
    came = [one for one in step.interactions.changed.values() if _came_in(step, one)]
    for contact in came:
        if contact.queue is not None and contact.queue not in deserted:
            step.feed()
            _look_at(step, contact.queue, list(step.floor.pool.behind(contact.id)))


def _look_at(step: Step, name: QueueId, waiting: Iterable[Interaction]) -> None:
    left = MOST_AT_ONCE
    for one in waiting:
        contact = step.interactions[one.id]
        if contact.queue != name or not _is_due(step, contact):
            continue
        if not left:
            step.timer((AGAIN, name), step.present)
            return
        look(step, contact)
        left -= 1


def _is_due(step: Step, contact: Interaction) -> bool:
    if contact.state is not S.QUEUED or not contact.offerable:
        return False
    queue, crowd = step.rules.queue(contact.queue), _crowd(step, contact)
    return bool(due(queue, contact, crowd, step.now, arriving=False))


def _deserted(step: Step) -> set[QueueId]:
    """Queues that have fewer agents than before this turn, and heed it."""
    found: set[QueueId] = set()
    for agent in step.agents.changed.values():
        was = step.floor.agents.get(agent.id)
        if was is None or not was.willing:
            continue
        if not agent.willing or was.capacity != agent.capacity:
            found |= was.queues
        else:
            found |= was.queues - agent.queues
    return {name for name in found if heeds_staff(step.rules.queue(name))}


def _came_in(step: Step, contact: Interaction) -> bool:
    """Whether it waits in a queue that heeds places, and did not before this turn."""
    if contact.state is not S.QUEUED or not heeds_places(step.rules.queue(contact.queue)):
        return False
    was = step.floor.interactions.get(contact.id)
    if was is None or was.state is not S.QUEUED or was.queue != contact.queue:
        return True
    return was.channel is not contact.channel or was.priority != contact.priority


# -- one contact ---------------------------------------------------------------------------------


def _apply(step: Step, contact: Interaction, *, arriving: bool) -> Iterator[Due]:
    """Carries out what is due, and gives it; then sets the time to look again."""
    queue = step.rules.queue(contact.queue)
    if not (queue.overflow or queue.max_waiting or queue.hours):
        return
    crowd = _crowd(step, contact)
    for one in due(queue, contact, crowd, step.now, arriving=arriving):
        _do(step, contact, one)
        yield one
        contact = step.interactions[contact.id]
        if one.step.do == "queue":
            yield from _apply(step, contact, arriving=True)
            return
    if contact.state is S.QUEUED:
        step.timer(("look", contact.id), next_look(queue, contact, step.now))
        if heeds_hours(queue):
            step.timer((CLOSING, queue.id), step.rules.closes_at(contact.queue, step.now))


def _crowd(step: Step, contact: Interaction) -> Crowd:
    """Less those who are served in this very turn: their agents are idle."""
    step.feed()
    pool, name, channel = step.floor.pool, contact.queue, contact.channel
    idle = (pool.roster.ready[channel] & pool.roster.of_queue(name)).bit_count()
    waiting = pool.line(name).by_channel.get(channel, 0)
    return Crowd(
        open=step.rules.is_open(name, step.now),
        waiting=max(0, waiting - idle),
        staffed=pool.staffed(name, channel) if name is not None else 0,
        position=max(0, pool.position(contact.id) - idle),
    )


def _do(step: Step, contact: Interaction, one: Due) -> None:
    rule = one.step
    if one.note:
        contact = replace(contact, overflowed=(*contact.overflowed, one.note))
        step.save(contact)
    target = QueueId(rule.queue) if rule.do == "queue" else None
    detail = step.rules.queue_name(target) if target else rule.reply or rule.sound
    step.journey(contact.id, f"overflow_{rule.do}", detail, code=rule.when)
    if target is not None:
        _move(step, contact, target)
    elif contact.call is not None:
        if rule.do in _BY_SWITCH:
            treatment.overflow(step, contact, rule)
    elif contact.channel is Channel.CHAT:
        _chat(step, contact, rule.do)
    elif contact.channel is Channel.EMAIL:
        _tell(step, contact, one)


def _tell(step: Step, contact: Interaction, one: Due) -> None:
    """Its channel, which it has or had, sees to it; of a chat that comes, `Taken` tells it."""
    now = replace(step.interactions[contact.id], channel=contact.channel)
    step.effects.overflowed.append((now, one.step.do, one.step.reply))


def _move(step: Step, contact: Interaction, target: QueueId) -> None:
    """To another queue: its place is kept, as if it had waited there."""
    if contact.queue is not None:
        step.effects.queues.add(contact.queue)
    came_to = contact.came_to if contact.queue is None else (*contact.came_to, contact.queue)
    step.save(replace(contact, queue=target, came_to=came_to, changed_at=step.now))
    step.effects.queues.add(target)


def _chat(step: Step, contact: Interaction, do: str) -> None:
    """A visitor whose number is known is called back at the same place, and one who has waited
    and whose address is known is answered by e-mail; else the chat ends, and the widget offers
    what is left."""
    if do == "callback" and contact.call_to is not None:
        step.save(replace(contact, channel=Channel.CALLBACK, changed_at=step.now))
        step.journey(contact.id, "callback", contact.call_to.value)
    elif do == "email" and contact.write_to and step.before(contact.id) is not None:
        number = Number(kind=NumberKind.EMAIL, value=contact.write_to)
        writes = Caller(number=number, display_name=contact.caller.display_name)
        step.save(replace(contact, channel=Channel.EMAIL, caller=writes, changed_at=step.now))
        step.journey(contact.id, "by_email", contact.write_to)
    else:
        abandon(step, contact, ClearCause.TURNED_AWAY)
