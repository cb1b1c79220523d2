"""A new contact takes its place in a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd.interaction import Trigger
from cti_bridge.acd.overflowing import on_arrival
from cti_bridge.acd.wishes import preferring

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.vocabulary import QueueId


def enqueue(step: Step, contact: Interaction, queue: QueueId) -> None:
    """NEW to QUEUED: the wait begins, and the queue's rules look at it."""
    waiting = contact.apply(Trigger.ENQUEUE, at=step.now, queue=queue, queued_at=step.now)
    waiting = preferring(step, waiting, None)
    step.save(waiting)
    step.journey(waiting.id, "queued", step.rules.queue_name(queue))
    step.effects.queues.add(queue)
    on_arrival(step, waiting)
