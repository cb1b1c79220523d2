"""Tells of queues, agents and missed calls to all, at most a few times a second each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import Audience
from cti_bridge.acd.views import agent_view, missed_view, queue_view, view_of
from cti_bridge.protocol.events import (
    AgentsChanged,
    MissedChanged,
    QueueChanged,
    WaitingChanged,
)
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock, Publisher
    from cti_bridge.acd.rules import Rules
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, QueueId

PERIOD_SECONDS: Final = 0.25
MOST_TOLD: Final = 200  # contacts, or agents, in one frame
AGENTS_EVERY: Final = 4
"""Periods between two tellings of agents to all, in one frame. Each agent is told of itself at
once; telling all of each change as it comes would be most of the bridge's frames."""


class Ticker:
    """The first change after a quiet time is told within a period; what follows is folded."""

    def __init__(self, floor: Floor, rules: Rules, clock: Clock, publisher: Publisher) -> None:
        self._floor, self._rules = floor, rules
        self._clock, self._publisher = clock, publisher
        self._queues: set[QueueId] = set()
        self._agents: set[AgentId] = set()
        self._came: dict[QueueId, set[InteractionId]] = {}  # wait there, and changed
        self._went: dict[QueueId, dict[InteractionId, int]] = {}  # with their version
        self._missed: dict[InteractionId, None] = {}  # in the order they were missed
        self._wake = asyncio.Event()
        self._periods = 0

    def mark(self, queues: Iterable[QueueId], agents: Iterable[AgentId]) -> None:
        self._queues.update(queues)
        self._agents.update(agents)
        if self._queues or self._agents:
            self._wake.set()

    def missed(self, row: InteractionId) -> None:
        """A call that nobody answered, and nobody has taken: callers who give up by the dozen
        would be a frame to each desktop each. Who takes one tells of it at once."""
        self._missed[row] = None
        self._wake.set()

    def contact(self, before: Interaction | None, after: Interaction) -> None:
        """Notes who began to wait, changed while waiting, or waits no more."""
        was, now = _queue_of(before), _queue_of(after)
        if was is not None and was != now:
            self._went.setdefault(was, {})[after.id] = after.version
            self._came.get(was, set()).discard(after.id)
        if now is not None:
            self._came.setdefault(now, set()).add(after.id)
            self._went.get(now, {}).pop(after.id, None)
        if was is not None or now is not None:
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
        self._tell_waiting()
        self._tell_missed()
        now = self._clock.now()
        for queue in sorted(queues & self._rules.queues.keys()):
            view = queue_view(self._floor, self._rules, queue, now)
            self._publisher.publish(QueueChanged(queue=view), Audience(queues=frozenset({queue})))
        self._tell_agents(agents)

    def _tell_agents(self, names: Iterable[AgentId]) -> None:
        found = (self._floor.agents.get(name) for name in sorted(names))
        views = tuple(agent_view(one, self._rules) for one in found if one is not None)
        for first in range(0, len(views), MOST_TOLD):
            told = AgentsChanged(agents=views[first : first + MOST_TOLD])
            self._publisher.publish(told, Audience())

    def _tell_missed(self) -> None:
        """As they are now; those that were called back meanwhile are off the list."""
        names, self._missed = self._missed, {}
        for row in filter(None, map(self._floor.missed.get, names)):
            who = self._floor.agents.get(row.taken_by) if row.taken_by else None
            view = missed_view(row, self._rules, who.name if who else "")
            queues = frozenset({row.queue} if row.queue else ())
            self._publisher.publish(MissedChanged(missed=view), Audience(queues=queues))

    def _tell_waiting(self) -> None:
        """First who went, then who came: one who went from one queue to another is seen by
        those of both in that order."""
        went, self._went = self._went, {}
        came, self._came = self._came, {}
        for queue, gone in sorted(went.items()):
            if gone:
                told = WaitingChanged(gone=tuple(gone.items()))
                self._publisher.publish(told, Audience(queues=frozenset({queue})))
        for queue, names in sorted(came.items()):
            found = (self._floor.interactions.get(name) for name in sorted(names))
            views = tuple(
                view_of(self._floor, self._rules, one)
                for one in found
                if one is not None and _queue_of(one) == queue
            )
            for first in range(0, len(views), MOST_TOLD):
                told = WaitingChanged(changed=views[first : first + MOST_TOLD])
                self._publisher.publish(told, Audience(queues=frozenset({queue})))


def _queue_of(contact: Interaction | None) -> QueueId | None:
    """Where it waits."""
    if contact is None or contact.state is not InteractionState.QUEUED:
        return None
    return contact.queue
