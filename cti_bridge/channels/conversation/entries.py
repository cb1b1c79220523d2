"""What a contact's changes leave in its conversation: pure.

The customer of a chat is told who joins and who leaves. A handover note is for the next agent
alone. What an e-mail went through stands in its journey, so only the handover is told here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from cti_bridge.channels.conversation.ports import Message
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    InteractionState,
    MessageId,
    MessageKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.protocol.vocabulary import AgentId, QueueId

S = InteractionState
TALKING: Final = frozenset({S.CONNECTED, S.HELD})
WAITING: Final = frozenset({S.QUEUED, S.OFFERED})
"""Where one step may lead that takes it from an agent: it may be offered to the next at once."""
NAMESPACE: Final = uuid5(NAMESPACE_OID, "ficha: an entry of a conversation")


def entries(
    before: Interaction | None,
    after: Interaction,
    *,
    agent_name: Callable[[AgentId | None], str],
    queue_name: Callable[[QueueId | None], str],
) -> tuple[Message, ...]:
    """In their order; the same change gives the same ids."""
    if after.channel is Channel.VOICE:
        return ()
    found: list[Message] = []
    left = before is not None and before.state in TALKING and after.state in WAITING
    if before is not None and left:
        found += _left(before, after, agent_name, queue_name)
    if before is not None and after.handover and after.handover != before.handover:
        by = before.agent
        found.append(
            _entry(after, MessageKind.NOTE, Author.AGENT, agent_name(by), after.handover, by)
        )
    if _joined(before, after):
        found.append(_event(after, "joined", agent_name(after.agent), agent=after.agent))
    return tuple(found)


def _left(
    before: Interaction,
    after: Interaction,
    agent_name: Callable[[AgentId | None], str],
    queue_name: Callable[[QueueId | None], str],
) -> list[Message]:
    name = agent_name(before.agent)
    handed = after.transfers > before.transfers or after.wanted_agent != before.wanted_agent
    if handed:
        to = agent_name(after.wanted_agent) if after.wanted_agent else queue_name(after.queue)
        return [_event(after, "transferred", name, to, agent=before.agent)]
    if after.channel is Channel.CHAT:
        return [_event(after, "left", name, agent=before.agent)]
    return []


def _joined(before: Interaction | None, after: Interaction) -> bool:
    if after.channel is not Channel.CHAT or after.state is not S.CONNECTED:
        return False
    return before is None or before.state not in TALKING or before.agent != after.agent


def _event(
    contact: Interaction, code: str, name: str, text: str = "", *, agent: AgentId | None
) -> Message:
    return _entry(contact, MessageKind.EVENT, Author.SYSTEM, name, text, agent, code)


def _entry(
    contact: Interaction,
    kind: MessageKind,
    author: Author,
    name: str,
    text: str,
    agent: AgentId | None,
    code: str = "",
) -> Message:
    key = f"{contact.id} {contact.version} {kind} {code}"
    return Message(
        id=MessageId(str(uuid5(NAMESPACE, key))),
        interaction=contact.id,
        kind=kind,
        author=author,
        agent=agent,
        name=name,
        at=contact.changed_at,
        text=text,
        code=code,
    )
