"""One queue and so many agents, first come first served, by the textbook's own recursion."""

from __future__ import annotations

from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from cti_bridge.acd.simulation.run import Scenario
from cti_bridge.acd.simulation.traffic import Stream
from cti_bridge.config.values import Queue
from cti_bridge.protocol.vocabulary import QueueId
from tests.helpers.routing import ready

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cti_bridge.acd.simulation.traffic import Coming


def waits(contacts: Iterable[Coming], agents: int) -> Iterator[tuple[int, bool]]:
    """Of each: microseconds waited, and whether it was answered (J. Kiefer, J. Wolfowitz, 1955):
    who comes is answered by the agent who is free first, or gives up before that."""
    free = [0] * agents  # when each agent is
    heapify(free)
    for at, _, handling, patience in contacts:
        wait = max(0, free[0] - at)
        if patience is not None and wait > patience:
            yield patience, False
        else:
            heapreplace(free, at + wait + handling)
            yield wait, True


def one_queue(
    agents: int, load: float, handling: float = 180, patience: float | None = None
) -> Scenario:
    """So many agents, who are busy for `load` (0..1) of their time where nobody gives up."""
    name = QueueId("support")
    return Scenario(
        queues=(Queue(id=name, name="Support"),),
        agents=tuple(ready(f"a{n:03}") for n in range(agents)),
        streams=(
            Stream(
                queue=name,
                per_second=agents * load / handling,
                handling=handling,
                patience=patience,
            ),
        ),
    )
