"""What the channels say of their contacts: they come, customers write, leave, fall silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.acd.ending import abandon, wrap_up
from cti_bridge.acd.hands import take_in_hand
from cti_bridge.acd.intake import identified
from cti_bridge.acd.interaction import TALKING, Interaction, Trigger
from cti_bridge.acd.overflowing import on_arrival
from cti_bridge.acd.ports import Taken
from cti_bridge.acd.wishes import preferring
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import FINAL, Channel, InteractionState, RefusalCode

if TYPE_CHECKING:
    from cti_bridge.acd.inputs import CameIn, CustomerGone, Rests, Wrote
    from cti_bridge.acd.ports import Arrival
    from cti_bridge.acd.step import Step

S = InteractionState
LONGEST_SUBJECT = 200


def came_in(step: Step, given: CameIn) -> Taken:
    """Queued, parked until its time, or in an agent's hand; the same arrival again is known."""
    arrival = given.arrival
    if step.interactions.get(arrival.id) is not None:
        return Taken(id=arrival.id)
    contact = _made(step, arrival)
    if arrival.agent is not None:
        _written_by_agent(step, contact, arrival)
    elif arrival.wake_at is not None and arrival.wake_at > step.now:
        _asked_at_a_time(step, contact, arrival)
    else:
        return _queued(step, contact, arrival)
    return Taken(id=arrival.id)


def _made(step: Step, arrival: Arrival) -> Interaction:
    if arrival.channel is Channel.VOICE:
        raise CommandRefused(RefusalCode.INVALID, "calls come from the switch", field="channel")
    if arrival.queue not in step.rules.queues:
        raise CommandRefused(RefusalCode.INVALID, "no such queue", field="queue")
    contact = Interaction(
        id=arrival.id,
        channel=arrival.channel,
        direction=arrival.direction,
        queue=arrival.queue,
        priority=arrival.priority,
        skills=dict(arrival.skills),
        caller=arrival.caller,
        subject=arrival.subject[:LONGEST_SUBJECT],
        language=arrival.language[:12],
        customer=arrival.customer,
        customer_name=arrival.customer_name,
        call_to=arrival.call_to,
        write_to=arrival.write_to,
        parent=arrival.parent,
        started_at=arrival.at,
        changed_at=step.now,
    )
    if arrival.match is not None:
        known = (contact.customer, contact.customer_name)
        contact = identified(contact, arrival.match)
        if known[0] is not None:
            contact = replace(contact, customer=known[0], customer_name=known[1])
    return contact


def _queued(step: Step, contact: Interaction, arrival: Arrival) -> Taken:
    queued = replace(
        contact.apply(Trigger.ENQUEUE, at=step.now), queued_at=arrival.queued_at or arrival.at
    )
    queued = preferring(step, queued, arrival.prefer)
    step.save(queued)
    step.journey(contact.id, "arrived", contact.channel.value)
    step.journey(contact.id, "queued", step.rules.queue_name(contact.queue))
    step.effects.queues.add(arrival.queue)
    return on_arrival(step, queued)


def _asked_at_a_time(step: Step, contact: Interaction, arrival: Arrival) -> None:
    parked = replace(
        contact.apply(Trigger.PARK, at=step.now), wake_at=arrival.wake_at, prefer=arrival.prefer
    )
    step.save(parked)
    step.journey(contact.id, "arrived", contact.channel.value)
    step.timer(("wake", contact.id), arrival.wake_at)


def _written_by_agent(step: Step, contact: Interaction, arrival: Arrival) -> None:
    agent = step.agents.get(arrival.agent)
    if agent is None:
        raise CommandRefused(RefusalCode.WRONG_STATE, "not signed in as an agent")
    step.journey(contact.id, "composed", agent.name)
    take_in_hand(step, agent, contact, since=step.now)


# -- the customer goes on ------------------------------------------------------------------------


def wrote(step: Step, given: Wrote) -> bool:
    """What rests goes on, what is parked wakes up, what is over comes back; a chat that is over
    does not: its customer begins another."""
    contact = step.interactions.get(given.interaction)
    if contact is None and given.stored is not None:
        contact = step.revive(given.stored)
    if contact is None:
        return False
    if contact.resting:
        go_on(step, contact)
    elif contact.state is S.PARKED:
        wake(step, contact, "customer_wrote")
    elif contact.state in (S.WRAP_UP, S.CLOSED):
        return _reopened(step, contact, given)
    return contact.state not in FINAL


def go_on(step: Step, contact: Interaction) -> None:
    """A chat that rested: it counts again."""
    segment = step.segments.get(contact.segment)
    if segment is not None:
        step.save(segment.retrieved(step.now))
    step.save(contact.apply(Trigger.RETRIEVE, at=step.now))
    step.journey(contact.id, "retrieved")


def wake(step: Step, contact: Interaction, why: str) -> Interaction:
    """Back to its queue, for the agent who parked it first: what was put aside did not wait."""
    woken = replace(
        contact.apply(Trigger.WAKE, at=step.now),
        agent=None,
        offer=None,
        segment=None,
        wake_at=None,
        queued_at=step.now,
        came_to=(),
        overflowed=(),
    )
    woken = preferring(step, woken, contact.agent or contact.prefer)
    step.save(woken)
    step.timer(("wake", contact.id), None)
    step.timer(("look", contact.id), step.present)
    step.journey(contact.id, "woken", step.agent_name(woken.prefer), code=why)
    if woken.queue is not None:
        step.effects.queues.add(woken.queue)
    return woken


def _reopened(step: Step, contact: Interaction, given: Wrote) -> bool:
    if contact.live or contact.call is not None or contact.outside is not None:
        return False
    again = replace(contact.apply(Trigger.REOPEN, at=step.now), ended_at=None, failure=None)
    again = replace(again, wrap_up_until=None, wrap_up_extensions_left=0)
    step.timer(("wrap-up", contact.id), None)
    step.journey(contact.id, "reopened", code="customer_wrote")
    if again.state is S.CONNECTED:  # its agent has it still
        step.save(again)
        return True
    queue = again.queue if again.queue in step.rules.queues else step.rules.default_queue
    waiting = replace(
        again,
        agent=None,
        offer=None,
        segment=None,
        queue=queue,
        queued_at=min(given.at, step.now),
        came_to=(),
        overflowed=(),
    )
    step.save(preferring(step, waiting, contact.agent))
    step.effects.queues.add(queue)
    return True


def left(step: Step, given: CustomerGone) -> None:
    """The customer is gone: abandoned, or wrap-up for the agent who had them."""
    contact = step.interactions.get(given.interaction)
    if contact is None or contact.call is not None:
        return  # over; or its agent is on the telephone with them
    if contact.state in TALKING:
        wrap_up(step, contact, given.cause)
    elif contact.state is S.PARKED:
        abandon(step, wake(step, contact, "customer_left"), given.cause)
    elif contact.state in (S.NEW, S.QUEUED, S.OFFERED):
        abandon(step, contact, given.cause)


def rests(step: Step, given: Rests) -> None:
    contact = step.interactions.get(given.interaction)
    if contact is not None and contact.channel is Channel.CHAT and contact.call is None:
        rest(step, contact, "idle")


def rest(step: Step, contact: Interaction, why: str) -> None:
    """A chat takes nothing of its agent until somebody says something."""
    if contact.state is not S.CONNECTED:
        return
    segment = step.segments.get(contact.segment)
    if segment is not None:
        step.save(segment.held(step.now))
    step.save(contact.apply(Trigger.HOLD, at=step.now))
    step.journey(contact.id, "held", code=why)


# -- time ----------------------------------------------------------------------------------------


def wake_due(step: Step, contact: Interaction) -> None:
    if contact.state is not S.PARKED or contact.wake_at is None:
        return
    if step.now >= contact.wake_at:
        wake(step, contact, "time")


def restore_timers(step: Step, contact: Interaction) -> None:
    """After a restart."""
    if contact.state is S.PARKED:
        at = contact.wake_at or step.now
        step.timer(("wake", contact.id), max(at, step.now + timedelta(seconds=1)))
