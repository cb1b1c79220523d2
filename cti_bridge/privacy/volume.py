"""When an agent looks at unusually many customers: pure, by the hour that slides.

A look at the customer of a contact in hand is work and counts for nothing. Other looks count
once for each customer (a search once for each text): somebody who copies the file looks at many,
somebody who reads one file again and again does not.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import AccessKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.privacy.ports import Access
    from cti_bridge.protocol.vocabulary import AgentId

COUNTED: Final = frozenset(
    {
        AccessKind.VIEW,
        AccessKind.SEARCH,
        AccessKind.CONTACT,
        AccessKind.HEAR,
        AccessKind.FILE,
        AccessKind.REVEAL,
    }
)
HOUR: Final = timedelta(hours=1)
FLOOR: Final = 20
"""So few looks are never unusual, whatever the agent's own usual is."""
MOST: Final = 5000
"""Looks of one agent that are kept in mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    per_hour: int = 0  # 0: no limit
    times_usual: float = 0.0  # 0: not compared
    block: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    agent: AgentId
    name: str
    looks: int
    usual: float
    limit: int  # the one that was reached
    at: datetime
    blocked: bool


@dataclass(slots=True)
class _Agent:
    looks: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=MOST))
    told_at: datetime | None = None


class Volume:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._agents: dict[AgentId, _Agent] = {}
        self.usual: Mapping[AgentId, float] = {}

    def limit_of(self, agent: AgentId) -> int:
        """How many looks in an hour are too many; 0: any number is fine."""
        limits = [self._limits.per_hour] if self._limits.per_hour else []
        usual = self.usual.get(agent, 0.0)
        if usual and self._limits.times_usual:
            limits.append(max(FLOOR, round(usual * self._limits.times_usual)))
        return min(limits, default=0)

    def note(self, entry: Access) -> Alert | None:
        """The alert, where this look is the one too many: one in an hour for each agent."""
        if entry.kind not in COUNTED or entry.contact is not None:
            return None
        known = self._agents.setdefault(entry.agent, _Agent())
        known.looks.append((entry.at, entry.customer or f"{entry.kind}:{entry.detail}"))
        limit, looks = self.limit_of(entry.agent), self._count(known, entry.at)
        if not limit or looks < limit:
            return None
        if known.told_at is not None and entry.at - known.told_at < HOUR:
            return None
        known.told_at = entry.at
        return Alert(
            agent=entry.agent,
            name=entry.name,
            looks=looks,
            usual=round(self.usual.get(entry.agent, 0.0), 1),
            limit=limit,
            at=entry.at,
            blocked=self._limits.block,
        )

    def wait(self, agent: AgentId, now: datetime) -> float:
        """Seconds until this agent may look at a customer outside of a contact; 0: now."""
        limit, known = self.limit_of(agent), self._agents.get(agent)
        if not self._limits.block or not limit or known is None:
            return 0.0
        if self._count(known, now) < limit:
            return 0.0
        return max(1.0, (known.looks[0][0] + HOUR - now).total_seconds())

    def _count(self, known: _Agent, now: datetime) -> int:
        while known.looks and now - known.looks[0][0] >= HOUR:
            known.looks.popleft()
        return len({what for _at, what in known.looks})
