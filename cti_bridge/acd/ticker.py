"""Tells of queues and agents to all, at most a few times a second each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import Audience
from cti_bridge.acd.views import agent_view, queue_view
from cti_bridge.protocol.events import AgentChanged, QueueChanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.ports import Clock, Publisher
    from cti_bridge.acd.rules import Rules
    from cti_bridge.protocol.vocabulary import AgentId, QueueId

PERIOD_SECONDS: Final = 0.25
AGENTS_EVERY: Final = 4
"""Periods between two tellings of agents to all. Each agent is told of itself at once; with
fifty desktops, telling all of each change as it comes would be most of the bridge's frames."""


class Ticker:
    """The first change after a quiet time is told within a period; what follows is folded."""

    def __init__(self, floor: Floor, rules: Rules, clock: Clock, publisher: Publisher) -> None:
        self._floor, self._rules = floor, rules
        self._clock, self._publisher = clock, publisher
        self._queues: set[QueueId] = set()
        self._agents: set[AgentId] = set()
        self._wake = asyncio.Event()
        self._periods = 0

    def mark(self, queues: Iterable[QueueId], agents: Iterable[AgentId]) -> None:
        self._queues.update(queues)
        self._agents.update(agents)
        if self._queues or self._agents:
            self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(PERIOD_SECONDS)
            self.flush()

    def flush(self) -> None:
        """One period is over."""
        self._periods += 1
        queues, self._queues = self._queues, set()
        agents: set[AgentId] = set()
        if self._periods % AGENTS_EVERY == 0:
            agents, self._agents = self._agents, set()
        if not self._agents:
            self._wake.clear()
        today = self._clock.now().astimezone().date()
        for queue in sorted(queues & self._rules.queues.keys()):
            view = queue_view(self._floor, self._rules, queue, today)
            self._publisher.publish(QueueChanged(queue=view), Audience(queues=frozenset({queue})))
        for name in sorted(agents):
            agent = self._floor.agents.get(name)
            if agent is not None:
                self._publisher.publish(AgentChanged(agent=agent_view(agent)), Audience())
