"""How a contact, or somebody's part in it, ends: abandoned, wrapped up, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.acd.interaction import Interaction, Trigger
from cti_bridge.acd.missed import Missed
from cti_bridge.acd.presence import release
from cti_bridge.acd.router import rescind
from cti_bridge.protocol.vocabulary import AgentMode, Channel, ClearCause, Direction

if TYPE_CHECKING:
    from cti_bridge.acd.segment import Segment
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.vocabulary import AgentId, SegmentId
    from cti_bridge.telephony.ports import MediaFigures


def end_segment(
    step: Step, name: SegmentId | None, cause: ClearCause, media: MediaFigures | None = None
) -> Segment | None:
    segment = step.segments.get(name)
    if segment is None:
        return None
    ended = segment.ended(cause, step.now, media)
    step.save(ended)
    return ended


def end_call_part(
    step: Step, contact: Interaction, cause: ClearCause, media: MediaFigures | None = None
) -> Interaction:
    """The contact without the call that was placed from inside it."""
    end_segment(step, contact.call_part, cause, media)
    return replace(
        contact,
        call=None,
        call_part=None,
        call_state="",
        instead=None,
        muted=False,
        muted_by_link=False,
    )


def end_agent_part(
    step: Step, contact: Interaction, cause: ClearCause, media: MediaFigures | None = None
) -> Interaction:
    """The contact with its agent's segment ended and the talking added up."""
    before = step.segments.get(contact.segment)
    ended = end_segment(step, contact.segment, cause, media)
    added = ended.talk_seconds if ended and before and before.ended_at is None else 0.0
    return replace(
        contact, talk_seconds=contact.talk_seconds + added, muted=False, muted_by_link=False
    )


def abandon(step: Step, contact: Interaction, cause: ClearCause) -> None:
    """The customer left before an answer, or was turned away: the offer goes, and a call is a
    missed one. Only who left by themselves counts as abandoned."""
    rescind(step, contact)
    end_segment(step, contact.segment, cause)
    by_telephone = contact.channel is Channel.VOICE or contact.call_state != ""
    contact = end_call_part(step, contact, cause)
    agent = contact.agent
    gone = replace(
        contact.apply(Trigger.CUSTOMER_LEFT, at=step.now),
        treatment=None,
        ended_at=step.now,
        failure=cause,
    )
    step.save(gone)
    step.journey(contact.id, "abandoned", code=cause.value)
    waited = (step.now - (contact.queued_at or contact.started_at)).total_seconds()
    if contact.queue is not None and cause is not ClearCause.TURNED_AWAY:
        count_abandoned(step, contact, waited)
    if agent is not None:
        release(step, agent, contact.id, served=False)
    step.timer(("look", contact.id), None)
    if by_telephone:
        note_missed(step, gone, waited)


def count_abandoned(step: Step, contact: Interaction, waited: float) -> None:
    """Of live contacts: what waits as work is not given up."""
    if contact.queue is None or contact.served or not contact.live:
        return
    figures = step.figures.get(contact.queue)
    if figures is not None:
        short = step.rules.queue(contact.queue).short_abandon_seconds
        step.figures.put(contact.queue, figures.with_abandoned(waited, short))
    step.effects.queues.add(contact.queue)


def count_answered(step: Step, contact: Interaction) -> None:
    """The first answer of a live contact that waited: each by its channel's service level."""
    if contact.queue is None or contact.served or contact.queued_at is None or not contact.live:
        return
    figures = step.figures.get(contact.queue)
    if figures is not None:
        waited = (step.now - contact.queued_at).total_seconds()
        within = step.rules.service_level(contact.queue, contact.channel)
        step.figures.put(contact.queue, figures.with_answered(waited, within))
    step.effects.queues.add(contact.queue)


def note_missed(step: Step, contact: Interaction, waited: float) -> None:
    """A new row of the missed list, or one more attempt on the row of the same number."""
    row = Missed(
        id=contact.id,
        caller=contact.caller,
        customer=contact.customer,
        customer_name=contact.customer_name,
        queue=contact.queue,
        at=contact.started_at,
        waited_seconds=max(0.0, waited),
    )
    earlier = step.missed_of(contact.caller.number)
    step.save(earlier.again(row) if earlier else row)


def wrap_up(
    step: Step,
    contact: Interaction,
    cause: ClearCause,
    media: MediaFigures | None = None,
    *,
    failure: bool = False,
) -> None:
    """The agent's part is over: wrap-up with a deadline, or the end where nobody is there."""
    queue = step.rules.queue(contact.queue)
    done = end_agent_part(step, contact, cause, media)
    end_segment(step, contact.call_part, cause)  # where the call goes on without its agent
    done = replace(
        done.apply(Trigger.CLEAR, at=step.now),
        ended_at=step.now,
        consult=None,
        call_part=None,
        call_state="",
        treatment=None,
        wrap_up_until=step.present + timedelta(seconds=queue.wrap_up_seconds),
        wrap_up_extensions_left=queue.wrap_up_extensions,
        failure=cause if failure else done.failure,
    )
    step.save(done)
    step.journey(contact.id, "cleared", code=cause.value)
    agent = step.agents.get(contact.agent)
    absent = agent is None or agent.mode is AgentMode.LOGGED_OUT
    if absent or not queue.wrap_up_seconds or queue.wrap_up == "none":
        close(step, done)
    else:
        step.timer(("wrap-up", contact.id), done.wrap_up_until)


def close(
    step: Step,
    contact: Interaction,
    disposition: str | None = None,
    notes: str | None = None,
    by: AgentId | None = None,
) -> None:
    """The contact stands in the file; None keeps what was saved while it was typed."""
    segment = step.segments.get(contact.segment)
    if segment is not None and contact.wrap_up_until is not None:
        step.save(segment.wrapped_up(step.now))
    closed = replace(
        contact.apply(Trigger.CLOSE, at=step.now),
        disposition=contact.disposition if disposition is None else disposition,
        notes=contact.notes if notes is None else notes,
        wrap_up_until=None,
    )
    step.save(closed)
    step.journey(contact.id, "closed", code=closed.disposition)
    step.timer(("wrap-up", contact.id), None)
    if contact.agent is not None:
        release(step, contact.agent, contact.id, served=True)
    drop_call_back(step, contact, by)


def drop_call_back(step: Step, contact: Interaction, by: AgentId | None = None) -> None:
    """A call-back that nobody answered leaves the missed call on the list, untaken."""
    row = step.missed.get(contact.missed)
    if row is None or row.closed_at is not None or contact.direction is not Direction.OUTBOUND:
        return
    if contact.served:
        step.save(row.closed(by or contact.agent, "called_back", step.now))
    else:
        step.save(replace(row, taken_by=None))
