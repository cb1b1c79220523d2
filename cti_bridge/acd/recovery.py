"""After a restart: what the store says is open, held against what the switch says is alive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.acd import surviving
from cti_bridge.acd.contacts import restore_timers
from cti_bridge.acd.departure import AGENT_LOST, clear
from cti_bridge.acd.ending import note_missed
from cti_bridge.acd.floor import calls_of
from cti_bridge.acd.interaction import TALKING, Trigger
from cti_bridge.acd.ledger import capacity_of
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.pool import Pool
from cti_bridge.acd.presence import grace
from cti_bridge.acd.queue import QueueFigures
from cti_bridge.acd.recording import found_again
from cti_bridge.acd.router import silence
from cti_bridge.acd.wishes import preferring
from cti_bridge.acd.writes import CloseMode, DropOutbox
from cti_bridge.protocol.vocabulary import (
    FINAL,
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

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.rules import Rules
    from cti_bridge.acd.step import Step
    from cti_bridge.acd.surviving import Alive
    from cti_bridge.acd.writes import OpenWork
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, QueueId

S = InteractionState
CAUSE = ClearCause.BRIDGE_RESTARTED


def fill(floor: Floor, work: OpenWork, rules: Rules, today: date) -> None:
    """Memory as the last life left it."""
    for agent in work.agents:
        phone, node = rules.telephone(agent.login)
        floor.agents[agent.id] = replace(agent, phone=phone, node=node)
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
    for agent in floor.agents.values():
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


def reconcile(step: Step, alive: Alive, last_alive: datetime | None) -> None:
    """Nothing that was logged is lost, nobody stays locked, each part ends with its cause; what
    the switch kept whole goes on.

    `last_alive` is the last sign of life of the old bridge: what a crash cut off is taken to
    have ended then, not hours later at the restart.
    """
    died = min(step.now, last_alive or step.now)
    surviving.without_the_gone(step, alive)
    kept = surviving.kept(step, alive)
    _nobody_is_here(step, died, kept)
    for contact in list(step.interactions.values()):
        if contact.state not in FINAL and not alive.may_be(contact):
            contact = found_again(contact, alive.of(contact.call), step.now)
        if contact.id in kept:
            surviving.go_on(step, contact, alive)
        elif contact.state not in FINAL:
            _taken_up(step, contact, alive, died)
    _end_segments(step, alive, died, kept)
    for call in list(surviving.strangers(step, alive)):
        clear(step, call)


def _taken_up(step: Step, contact: Interaction, alive: Alive, died: datetime) -> None:
    """One contact that has no agent any more."""
    live = alive.of(contact.call)
    waits = _waited(contact) and contact.queue is not None
    if contact.channel is not Channel.VOICE:
        if live is not None:  # placed from inside it, and nobody is there to talk
            clear(step, live.call)
        _goes_on(step, contact, died)
    elif surviving.left_to_each_other(step, contact, alive):
        pass
    elif _still_there(contact, alive, waits=waits):
        _requeue(step, contact, alive, died)
    else:
        for call in calls_of(contact):
            if call in alive.calls:
                clear(step, call)
        _end(step, contact, died)


def _waited(contact: Interaction) -> bool:
    """Who called; or was called by an agent and handed on to a queue, and waits there."""
    return contact.direction is Direction.INBOUND or contact.state in (S.QUEUED, S.OFFERED)


def _still_there(contact: Interaction, alive: Alive, *, waits: bool) -> bool:
    """Whether somebody is on the line and can wait, or may be."""
    if alive.of(contact.call) is not None:
        return (waits and not contact.caller_left) or contact.outside is not None
    return waits and alive.may_be(contact) and contact.state is not S.WRAP_UP


def _goes_on(step: Step, contact: Interaction, died: datetime) -> None:
    """What is written outlives the bridge: it waits at its place, for the agent who had it
    first; a call placed from inside it is over, and so is a wrap-up."""
    quiet = replace(
        contact,
        call=None,
        consult=None,
        parties=(),
        instead=None,
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


def _nobody_is_here(step: Step, died: datetime, kept: Mapping[InteractionId, AgentId]) -> None:
    """No offer rings, no agent is signed in, nobody calls back. Who talks by telephone is here,
    and has the grace time to come back."""
    for offer in list(step.offers.values()):
        if offer.state is OfferState.PENDING:
            step.save(offer.apply(OfferTrigger.RESCIND, at=step.now))
    for agent in list(step.agents.values()):
        mine = tuple(hand for hand in agent.hands if kept.get(hand.interaction) == agent.id)
        if mine:
            step.save(replace(agent, hands=mine, online=False))
            grace(step, agent)
        else:
            _is_out(step, agent, died)
    for row in list(step.missed.values()):
        if row.taken_by is not None and row.taken_by not in kept.values():
            step.save(replace(row, taken_by=None))


def _is_out(step: Step, agent: Agent, died: datetime) -> None:
    if agent.history and agent.mode is not AgentMode.LOGGED_OUT:
        step.effects.modes.append(CloseMode(id=agent.history, at=died))
    out = agent.with_mode(AgentMode.LOGGED_OUT, "", at=step.now)
    if agent.mode is not AgentMode.LOGGED_OUT or agent.work:
        step.save(replace(out, hands=(), history="", online=False))


def _requeue(step: Step, contact: Interaction, alive: Alive, died: datetime) -> None:
    """The caller is still there, or may be: before the others where somebody had answered."""
    if contact.state is S.WRAP_UP:
        step.save(replace(contact.apply(Trigger.CLOSE, at=step.now), consult=None))
        return
    live = alive.of(contact.call)
    if live is not None:
        silence(step, contact)  # a telephone may ring on for an offer of the old life
    for call in calls_of(contact):
        if call != contact.call and call in alive.calls:
            clear(step, call)
    state = replace(contact, talk_seconds=contact.talk_seconds + _talked(step, contact, died))
    if contact.state is S.NEW:
        state = state.apply(Trigger.ENQUEUE, at=step.now)
    elif contact.state is not S.QUEUED:
        state = state.apply(Trigger.RETURN, at=step.now)
    priority = max(AGENT_LOST, contact.priority) if contact.served else contact.priority
    again = replace(
        state,
        agent=None,
        offer=None,
        segment=None,
        consult=None,
        parties=(),
        wanted_agent=None,
        wanted_until=None,
        priority=priority,
        queued_at=contact.queued_at or step.now,
    )
    surviving.waiting(step, again, live)
    step.timer(("look", contact.id), step.present)
    if contact.state is not S.QUEUED:
        step.journey(contact.id, "requeued", code=CAUSE.value)


def _talked(step: Step, contact: Interaction, died: datetime) -> float:
    """Ends the agent's part where the old life left it; the seconds that it lasted."""
    segment = step.segments.get(contact.segment)
    if segment is None or segment.ended_at is not None:
        return 0.0
    ended = segment.ended(CAUSE, max(died, segment.answered_at or segment.started_at))
    step.save(ended)
    return ended.talk_seconds


def _end(step: Step, contact: Interaction, died: datetime) -> None:
    talked = _talked(step, contact, died)
    dead = replace(
        contact,
        call=None,
        consult=None,
        parties=(),
        outside=None,
        outside_segment=None,
        wrap_up_until=None,
        ended_at=contact.ended_at or died,
        talk_seconds=contact.talk_seconds + talked,
        failure=contact.failure if contact.state is S.WRAP_UP else CAUSE,
    )
    if contact.state in TALKING:
        dead = dead.apply(Trigger.CLEAR, at=step.now).apply(Trigger.CLOSE, at=step.now)
    elif contact.state is S.WRAP_UP or not _waited(contact):
        dead = dead.apply(Trigger.CLOSE, at=step.now)
    else:
        dead = dead.apply(Trigger.CUSTOMER_LEFT, at=step.now)
        waited = (died - (contact.queued_at or contact.started_at)).total_seconds()
        note_missed(step, dead, waited)
    step.save(dead)
    step.journey(contact.id, dead.state.value, code=CAUSE.value)


def _end_segments(
    step: Step, alive: Alive, died: datetime, kept: Mapping[InteractionId, AgentId]
) -> None:
    """Also those of contacts that were closed while an outside party talked on."""
    for segment in list(step.segments.values()):
        contact = step.interactions.get(segment.interaction)
        outside = alive.of(contact.outside) if contact is not None else None
        goes_on = segment.interaction in kept or (
            contact is not None and outside is not None and contact.call in alive.calls
        )
        if segment.ended_at is None and not goes_on:
            end = max(died, segment.answered_at or segment.started_at)
            step.save(segment.ended(CAUSE, end))


def owed(work: OpenWork) -> DropOutbox:
    return DropOutbox(ids=tuple(name for name, _ in work.outbox))
