"""After a restart: what the store says is open, held against what the switch says is alive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd.contacts import restore_timers
from cti_bridge.acd.departure import AGENT_LOST, clear
from cti_bridge.acd.ending import note_missed
from cti_bridge.acd.interaction import FINAL, TALKING, Trigger
from cti_bridge.acd.ledger import capacity_of
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.pool import Pool
from cti_bridge.acd.queue import QueueFigures
from cti_bridge.acd.recording import found_again
from cti_bridge.acd.wishes import preferring
from cti_bridge.acd.writes import CloseMode, DropOutbox
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Channel,
    ClearCause,
    Direction,
    InteractionState,
    OfferState,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.rules import Rules
    from cti_bridge.acd.step import Step
    from cti_bridge.acd.writes import OpenWork
    from cti_bridge.protocol.vocabulary import QueueId
    from cti_bridge.telephony.ports import CallId, LiveCall

S = InteractionState
CAUSE = ClearCause.BRIDGE_RESTARTED


def fill(floor: Floor, work: OpenWork, rules: Rules, today: date) -> None:
    """Memory as the last life left it."""
    floor.agents.update((one.id, one) for one in work.agents)
    floor.interactions.update((one.id, one) for one in work.interactions)
    floor.segments.update((one.id, one) for one in work.segments)
    floor.offers.update((one.id, one) for one in work.offers)
    floor.missed.update((one.id, one) for one in work.missed)
    floor.missed_of.update((one.caller.number, one.id) for one in work.missed)
    floor.pool = Pool(rules.config.queues)
    floor.at_once = capacity_of(rules.config.capacity)
    for contact in work.interactions:
        floor.index(contact)
        floor.pool.put_contact(contact)
    for agent in work.agents:
        floor.pool.put_agent(agent)
    for one in work.breaks:
        until = one.until or work.alive_at
        if until is not None and until.astimezone().date() == today:
            floor.breaks.add(one.agent, one.reason, one.since, until)
    for name in rules.queues:
        floor.figures[name] = _figures(work, rules, name, today)


def _figures(work: OpenWork, rules: Rules, name: QueueId, today: date) -> QueueFigures:
    figures, short = QueueFigures(day=today), rules.queue(name).short_abandon_seconds
    for one in work.waited:
        if one.queue != name:
            continue
        if one.answered:
            within = rules.service_level(name, one.channel)
            figures = figures.with_answered(one.seconds, within)
        else:
            figures = figures.with_abandoned(one.seconds, short)
    return figures


def reconcile(step: Step, alive: Mapping[CallId, LiveCall], last_alive: datetime | None) -> None:
    """Nothing that was logged is lost, nobody stays locked, each part ends with its cause.

    `last_alive` is the last sign of life of the old bridge: what a crash cut off is taken to
    have ended then, not hours later at the restart.
    """
    died = min(step.now, last_alive or step.now)
    _nobody_is_here(step, died)
    for contact in list(step.interactions.values()):
        live = alive.get(contact.call) if contact.call else None
        if contact.state in FINAL:
            continue
        contact = found_again(contact, live, step.now)
        if contact.channel is not Channel.VOICE:
            if live is not None:  # placed from inside it, and nobody is there to talk
                clear(step, live.call)
            _goes_on(step, contact, died)
        elif live is not None and contact.queue is not None:
            _requeue(step, contact, established=live.established)
        else:
            _end(step, contact, died)
    _end_segments(step, alive, died)


def _goes_on(step: Step, contact: Interaction, died: datetime) -> None:
    """What is written outlives the bridge: it waits at its place, for the agent who had it
    first; a call placed from inside it is over, and so is a wrap-up."""
    quiet = replace(
        contact,
        call=None,
        consult=None,
        outside=None,
        outside_segment=None,
        call_part=None,
        call_state="",
    )
    if contact.state is S.PARKED:
        restore_timers(step, contact)
    elif contact.state is S.WRAP_UP:
        closed = replace(quiet, wrap_up_until=None, ended_at=contact.ended_at or died)
        step.save(closed.apply(Trigger.CLOSE, at=step.now))
        step.journey(contact.id, "closed", code=CAUSE.value)
    elif contact.state is S.QUEUED:
        step.save(quiet)
        step.timer(("look", contact.id), step.present)
    else:
        _waits_again(step, quiet)


def _waits_again(step: Step, contact: Interaction) -> None:
    trigger = Trigger.ENQUEUE if contact.state is S.NEW else Trigger.RETURN
    had = contact.agent if contact.state in TALKING else contact.prefer
    waiting = replace(
        contact.apply(trigger, at=step.now),
        agent=None,
        offer=None,
        segment=None,
        wanted_agent=None,
        wanted_until=None,
        queue=contact.queue or step.rules.default_queue,
        queued_at=contact.queued_at or contact.started_at,
    )
    step.save(preferring(step, waiting, had))
    step.timer(("look", contact.id), step.present)
    step.journey(contact.id, "requeued", code=CAUSE.value)


def _nobody_is_here(step: Step, died: datetime) -> None:
    """No offer rings, no agent is signed in, nobody calls back."""
    for offer in list(step.offers.values()):
        if offer.state is OfferState.PENDING:
            step.save(offer.apply(OfferTrigger.RESCIND, at=step.now))
    for agent in list(step.agents.values()):
        if agent.history and agent.mode is not AgentMode.LOGGED_OUT:
            step.effects.modes.append(CloseMode(id=agent.history, at=died))
        out = agent.with_mode(AgentMode.LOGGED_OUT, "", at=step.now)
        if agent.mode is not AgentMode.LOGGED_OUT or agent.work:
            step.save(replace(out, hands=(), history="", online=False))
    for row in list(step.missed.values()):
        if row.taken_by is not None:
            step.save(replace(row, taken_by=None))


def _requeue(step: Step, contact: Interaction, *, established: bool) -> None:
    """The caller is still there: before the others where somebody had answered."""
    if contact.state is S.WRAP_UP:
        step.save(replace(contact.apply(Trigger.CLOSE, at=step.now), consult=None))
        return
    state = contact
    if contact.state is S.NEW:
        state = contact.apply(Trigger.ENQUEUE, at=step.now)
    elif contact.state is not S.QUEUED:
        state = contact.apply(Trigger.RETURN, at=step.now)
    step.save(
        replace(
            state,
            agent=None,
            offer=None,
            segment=None,
            consult=None,
            wanted_agent=None,
            priority=AGENT_LOST if established else contact.priority,
            queued_at=contact.queued_at or step.now,
        )
    )
    step.journey(contact.id, "requeued", code=CAUSE.value)


def _end(step: Step, contact: Interaction, died: datetime) -> None:
    segment = step.segments.get(contact.segment)
    talked = 0.0
    if segment is not None and segment.ended_at is None:
        end = max(died, segment.answered_at or segment.started_at)
        ended = segment.ended(CAUSE, end)
        talked = ended.talk_seconds
        step.save(ended)
    dead = replace(
        contact,
        call=None,
        consult=None,
        outside=None,
        outside_segment=None,
        wrap_up_until=None,
        ended_at=contact.ended_at or died,
        talk_seconds=contact.talk_seconds + talked,
        failure=contact.failure if contact.state is S.WRAP_UP else CAUSE,
    )
    inbound = contact.direction is Direction.INBOUND
    if contact.state in TALKING:
        dead = dead.apply(Trigger.CLEAR, at=step.now).apply(Trigger.CLOSE, at=step.now)
    elif contact.state is S.WRAP_UP or not inbound:
        dead = dead.apply(Trigger.CLOSE, at=step.now)
    else:
        dead = dead.apply(Trigger.CUSTOMER_LEFT, at=step.now)
        waited = (died - (contact.queued_at or contact.started_at)).total_seconds()
        note_missed(step, dead, waited)
    step.save(dead)
    step.journey(contact.id, dead.state.value, code=CAUSE.value)


def _end_segments(step: Step, alive: Mapping[CallId, LiveCall], died: datetime) -> None:
    """Also those of contacts that were closed while an outside party talked on."""
    for segment in list(step.segments.values()):
        contact = step.interactions.get(segment.interaction)
        kept = contact is not None and contact.call in alive and contact.outside in alive
        if segment.ended_at is None and not kept:
            end = max(died, segment.answered_at or segment.started_at)
            step.save(segment.ended(CAUSE, end))


def owed(work: OpenWork) -> DropOutbox:
    return DropOutbox(ids=tuple(name for name, _ in work.outbox))
