"""For whom a contact is kept, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import AgentMode, MatchKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import AgentId

LAST_AGENT: Final = "last_agent"
OWNER: Final = "owner"


def preferring(step: Step, contact: Interaction, agent: AgentId | None) -> Interaction:
    """Kept for this agent first, who had it, for the queue's `prefer_seconds`; None: for the one
    the queue's rules name, if any."""
    queue = step.rules.queue(contact.queue)
    why = LAST_AGENT
    if agent is None:
        agent, why = _named(step, contact)
    if agent is None or not queue.prefer_seconds:
        if contact.prefer is None:
            return contact
        return replace(contact, prefer=None, prefer_until=None, prefer_why="")
    until = step.present + timedelta(seconds=queue.prefer_seconds)
    return replace(contact, prefer=agent, prefer_until=until, prefer_why=why)


def _named(step: Step, contact: Interaction) -> tuple[AgentId | None, str]:
    """Of those whom the queue's rules name, in their order, the first who could be asked now;
    else the first who is here at all, and may be ready in time."""
    match = contact.match
    if match is None or match.kind is not MatchKind.ONE or not match.matches:
        return None, ""
    here = list(_here(step, contact, match.matches[0].card))
    willing = ((agent, why) for agent, why in here if agent.willing)
    found = next(willing, here[0] if here else None)
    return (found[0].id, found[1]) if found is not None else (None, "")


def _here(step: Step, contact: Interaction, card: CustomerCard) -> Iterator[tuple[Agent, str]]:
    for why in step.rules.queue(contact.queue).prefer:
        agent = _WHOSE[why](step, card)
        if agent is None or not agent.online or agent.mode is AgentMode.LOGGED_OUT:
            continue
        if contact.queue in agent.queues:
            yield agent, why


def _last_agent(step: Step, card: CustomerCard) -> Agent | None:
    """Who talked to this customer last, of those who are known here."""
    known = (step.agents.get(earlier.agent_id) for earlier in card.last_contacts)
    return next((agent for agent in known if agent is not None), None)


def _owner(step: Step, card: CustomerCard) -> Agent | None:
    """Who looks after this customer; a login that nobody here has is nobody."""
    if not card.owner:
        return None
    return next((one for one in step.agents.values() if one.login == card.owner), None)


_WHOSE: Final[Mapping[str, Callable[[Step, CustomerCard], Agent | None]]] = {
    LAST_AGENT: _last_agent,
    OWNER: _owner,
}


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
