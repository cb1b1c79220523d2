"""A user of the bridge, as the store keeps it and the server signs it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import AgentId, QueueId, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the bridge; an agent is one who handles contacts."""

    agent_id: AgentId
    login: str
    name: str
    role: Role
    queues: frozenset[QueueId]
    password_hash: str  # argon2id
    disabled: bool = False
