"""How long each agent was not ready today, for each reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cti_bridge.protocol.vocabulary import AgentMode

if TYPE_CHECKING:
    from datetime import date, datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.protocol.vocabulary import AgentId


@dataclass(slots=True)
class Breaks:
    """Of periods that are over, on one day of the bridge's own zone; the one that runs is on the
    agent. A period that began before midnight counts from midnight on."""

    day: date | None = None
    seconds: dict[tuple[AgentId, str], float] = field(default_factory=dict)

    def changed(self, before: Agent, after: Agent) -> None:
        """An agent's mode, or its reason, became another."""
        if (before.mode, before.reason) == (after.mode, after.reason):
            return
        if before.mode is AgentMode.NOT_READY and before.reason:
            self.add(before.id, before.reason, before.mode_since, after.mode_since)

    def add(self, agent: AgentId, reason: str, since: datetime, until: datetime) -> None:
        self._turn(until)
        length = (until - max(since, midnight(until))).total_seconds()
        key = (agent, reason)
        self.seconds[key] = self.seconds.get(key, 0.0) + max(0.0, length)

    def used(self, agent: Agent, reason: str, now: datetime) -> float:
        """Seconds of today, with the period that runs."""
        self._turn(now)
        used = self.seconds.get((agent.id, reason), 0.0)
        if agent.mode is AgentMode.NOT_READY and agent.reason == reason:
            used += (now - max(agent.mode_since, midnight(now))).total_seconds()
        return used

    def _turn(self, now: datetime) -> None:
        today = now.astimezone().date()
        if today != self.day:
            self.day, self.seconds = today, {}


def midnight(now: datetime) -> datetime:
    """The beginning of the day in the bridge's own zone."""
    return now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
