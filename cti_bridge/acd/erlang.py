"""How long callers wait, by Erlang's formulas: B (lost), C (waiting), A (waiting until they give
up).

`load` is offered work in erlangs: arrivals per second times the mean handling seconds. All is
computed by recursions whose terms are between 0 and 1 or decrease, so that neither factorials nor
powers overflow, with thousands of agents too. A. K. Erlang, 1917; C. Palm, 1946, for the third;
recursions as in A. Mandelbaum and S. Zeltyn, "Service engineering in action: the
Palm/Erlang-A queue", 2007.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

MOST_AGENTS: Final = 100_000
_TINY: Final = 1e-16


def erlang_b(load: float, agents: int) -> float:
    """The part of calls that find everybody busy and are lost. B(0) = 1,
    B(n) = load·B(n-1) ÷ (n + load·B(n-1))."""
    lost = 1.0
    for busy in range(1, agents + 1):
        lost = load * lost / (busy + load * lost)
    return lost


def erlang_c(load: float, agents: int) -> float:
    """The part of calls that must wait, where all wait until they are answered; 1 where the load
    is more than the agents can do."""
    if load >= agents:
        return 1.0
    lost = erlang_b(load, agents)
    return agents * lost / (agents - load * (1 - lost))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """M/M/c: callers who never give up. Times in seconds."""

    per_second: float  # arrivals
    handling: float  # mean, talking and wrap-up
    agents: int

    @property
    def load(self) -> float:
        return self.per_second * self.handling

    @property
    def occupancy(self) -> float:
        """The part of their time that agents are busy, 0..1."""
        return min(1.0, self.load / self.agents) if self.agents else 1.0

    @property
    def waits(self) -> float:
        """The part of calls that wait at all."""
        return erlang_c(self.load, self.agents)

    @property
    def mean_wait(self) -> float:
        """Average speed of answer, of all calls; infinite where the load is too much."""
        spare = self.agents - self.load
        return self.waits * self.handling / spare if spare > 0 else math.inf

    def answered_within(self, seconds: float) -> float:
        """Service level: the part of calls that wait no longer."""
        spare = self.agents - self.load
        if spare <= 0:
            return 0.0
        return 1 - self.waits * math.exp(-spare * seconds / self.handling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """M/M/c+M: callers who give up after an exponential time of mean `patience` seconds."""

    per_second: float
    handling: float
    agents: int
    patience: float

    @property
    def load(self) -> float:
        return self.per_second * self.handling

    def _queue(self) -> tuple[float, float, float]:
        """Chance that somebody who comes must wait; mean number waiting; mean number talking.

        The chain of the number present: with all `agents` busy, the next state is reached from
        the last by load ÷ (agents + j·handling/patience). Weights are relative to the state in
        which all agents are busy and nobody waits; those below it sum to 1/B (Erlang B).
        """
        per_waiting = self.handling / self.patience
        weight, total, length, n = 1.0, 1.0, 0.0, 0
        while weight > _TINY * total or n < self.load - self.agents:
            n += 1
            weight *= self.load / (self.agents + n * per_waiting)
            total += weight
            length += n * weight
        lost = erlang_b(self.load, self.agents)
        below = 1 / lost - 1 if self.agents else 0.0
        whole = below + total
        # below: the mean number busy there is load·(states one less) = load·(below' ÷ whole)
        waits = total / whole
        waiting = length / whole
        talking = self.load - waiting * per_waiting  # what comes is served or gives up
        return waits, waiting, talking

    @property
    def waits(self) -> float:
        return self._queue()[0]

    @property
    def abandoned(self) -> float:
        """The part of callers who give up."""
        _, waiting, _ = self._queue()
        return waiting / self.patience / self.per_second

    @property
    def mean_wait(self) -> float:
        """Of all callers, those who give up included (Little: mean number waiting ÷ arrivals)."""
        return self._queue()[1] / self.per_second

    @property
    def occupancy(self) -> float:
        return self._queue()[2] / self.agents if self.agents else 1.0


def agents_needed(per_second: float, handling: float, *, within: float, target: float) -> int:
    """The fewest agents with whom `target` (0..1, less than 1) of the calls are answered within
    so many seconds. Raises ValueError where more than 100,000 would be needed."""
    if not 0 <= target < 1:
        raise ValueError("a target from 0 to less than 1")
    load = per_second * handling
    agents = max(1, math.floor(load) + 1)
    lost = erlang_b(load, agents)
    while agents <= MOST_AGENTS:
        waits = agents * lost / (agents - load * (1 - lost))
        level = 1 - waits * math.exp(-(agents - load) * within / handling)
        if level >= target:
            return agents
        agents += 1
        lost = load * lost / (agents + load * lost)
    raise ValueError("more agents than there are")
