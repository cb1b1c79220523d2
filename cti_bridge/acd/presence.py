"""Who is here and what they asked for: modes, reasons, the wish for later, the grace time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.acd.agent import Agent
from cti_bridge.acd.writes import CloseMode, OpenMode
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AgentId, AgentMode, InteractionId, RefusalCode

if TYPE_CHECKING:
    from cti_bridge.acd.agent import AgentRecord
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import SetMode


def came(step: Step, record: AgentRecord) -> None:
    """A session is up: the grace time ends; one who was out is not ready until they say so."""
    agent = step.agents.get(record.agent_id) or Agent(
        id=record.agent_id,
        mode_since=step.now,
        since=step.now,
        idle_since=step.now,
    )
    agent = replace(
        agent,
        login=record.login,
        name=record.name,
        queues=record.queues,
        online=True,
        skills=record.skills,
        capacity=record.capacity,
        interrupted_by=record.interrupted_by,
        phone=record.phone,
        node=record.node,
    )
    step.save(agent)
    step.timer(("grace", agent.id), None)
    if agent.mode is AgentMode.LOGGED_OUT:
        change_mode(step, agent, AgentMode.NOT_READY, "")
    _hears_nobody(step, agent, False)
    step.effects.queues.update(agent.queues)


def _hears_nobody(step: Step, agent: Agent, silent: bool) -> None:
    """The caller hears silence while the agent's headset is away; who talks by telephone is
    heard as before."""
    silent = silent and not agent.phone
    for contact in step.work_of(agent):
        if contact.call is not None and contact.muted_by_link is not silent:
            step.save(replace(contact, muted_by_link=silent))


def lost(step: Step, agent: Agent) -> None:
    """The socket went: nothing new is offered, and the grace time runs."""
    if not agent.online:
        return
    step.save(replace(agent, online=False))
    _hears_nobody(step, agent, True)
    grace(step, agent)


def grace(step: Step, agent: Agent, *, least: float = 0) -> None:
    """From now on: so long the agent's desktop may be away; `least` seconds."""
    seconds = max(least, step.rules.config.server.session_grace)
    step.timer(("grace", agent.id), step.present + timedelta(seconds=seconds))
    step.effects.queues.update(agent.queues)


def log_out(step: Step, agent: Agent) -> None:
    """The agent's part in presence only; the contacts are seen to first (`departure`)."""
    current = step.agents[agent.id]
    change_mode(step, replace(current, online=False), AgentMode.LOGGED_OUT, "")
    step.timer(("grace", agent.id), None)


def set_mode(step: Step, agent: Agent, command: SetMode) -> Done:
    """Ready at once, since capacity counts what is in hand; a pause after it."""
    _check_reason(step, agent, command)
    begins = command.mode is AgentMode.READY and agent.mode is not AgentMode.READY
    if busy(agent) and not begins:
        after = None if command.mode is agent.mode and not command.reason else command.mode
        step.save(replace(agent, next_mode=after, next_reason=command.reason if after else ""))
    else:
        change_mode(step, agent, command.mode, command.reason)
    return Done(request_id=command.request_id)


def busy(agent: Agent) -> bool:
    """Whether something in hand counts; a chat that rests keeps nobody from a pause."""
    return any(hand.counts for hand in agent.hands)


def _check_reason(step: Step, agent: Agent, command: SetMode) -> None:
    if not command.reason:
        return
    if command.mode is not AgentMode.NOT_READY or command.reason not in step.rules.reasons:
        raise CommandRefused(RefusalCode.INVALID, "no such reason", field="reason")
    most = step.rules.reasons[command.reason].daily_seconds
    same = agent.mode is command.mode and agent.reason == command.reason
    if most and not same and step.floor.breaks.used(agent, command.reason, step.now) >= most:
        raise CommandRefused(RefusalCode.USED_UP, f"{most:.0f} s a day", field="reason")


def change_mode(step: Step, agent: Agent, mode: AgentMode, reason: str) -> None:
    """From now on, with its row of the history; the same mode again changes nothing."""
    if (agent.mode, agent.reason) == (mode, reason):
        step.save(replace(agent, next_mode=None, next_reason=""))
        return
    if agent.history:
        step.effects.modes.append(CloseMode(id=agent.history, at=step.now))
    row = step.new_id()
    changed = replace(agent.with_mode(mode, reason, at=step.now), history=row)
    step.effects.modes.append(
        OpenMode(id=row, agent=agent.id, mode=mode, reason=changed.reason, at=step.now)
    )
    step.save(changed)
    step.effects.queues.update(agent.queues)


def release(
    step: Step,
    name: AgentId,
    contact: InteractionId,
    *,
    served: bool,
    then: tuple[AgentMode, str] | None = None,
) -> None:
    """The agent is free of the contact; of the last one in the mode asked for meanwhile, else in
    `then`, which waits for the others in hand."""
    agent = step.agents.get(name)
    if agent is None or contact not in agent.work:
        return
    agent = agent.without_work(contact)
    if served:
        agent = replace(agent, idle_since=step.now)
    step.save(agent)
    step.effects.queues.update(agent.queues)
    if agent.mode is AgentMode.LOGGED_OUT:
        return
    if busy(agent):
        if then is not None and agent.next_mode is None:
            step.save(replace(agent, next_mode=then[0], next_reason=then[1]))
        return
    if agent.next_mode is not None:
        change_mode(step, agent, agent.next_mode, agent.next_reason)
    elif then is not None:
        change_mode(step, agent, *then)
