"""For whom a contact is kept, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.protocol.vocabulary import AgentMode, MatchKind

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.vocabulary import AgentId


def preferring(step: Step, contact: Interaction, agent: AgentId | None) -> Interaction:
    """Kept for this agent first, for the queue's `prefer_seconds`; None: for the one the
    queue's rules name, if any."""
    queue = step.rules.queue(contact.queue)
    if agent is None and "last_agent" in queue.prefer:
        agent = _last_agent(step, contact)
    if agent is None or not queue.prefer_seconds:
        if contact.prefer is None:
            return contact
        return replace(contact, prefer=None, prefer_until=None, prefer_why="")
    until = step.present + timedelta(seconds=queue.prefer_seconds)
    return replace(contact, prefer=agent, prefer_until=until, prefer_why="last_agent")


def _last_agent(step: Step, contact: Interaction) -> AgentId | None:
    """Who talked to this customer last, and is here."""
    match = contact.match
    if match is None or match.kind is not MatchKind.ONE or not match.matches:
        return None
    for earlier in match.matches[0].card.last_contacts:
        agent = step.agents.get(earlier.agent_id)
        if agent is not None:
            here = agent.online and agent.mode is not AgentMode.LOGGED_OUT
            return agent.id if here else None
    return None


def wanting(step: Step, contact: Interaction, agent: AgentId) -> Interaction:
    """Handed to this agent by another: nobody else is offered it while the service level lasts."""
    level = step.rules.service_level(contact.queue, contact.channel)
    until = step.present + timedelta(seconds=level)
    return replace(contact, wanted_agent=agent, wanted_until=until)


def unbound(contact: Interaction) -> Interaction:
    """For anybody from now on."""
    return replace(
        contact,
        wanted_agent=None,
        wanted_until=None,
        prefer=None,
        prefer_until=None,
        prefer_why="",
    )
