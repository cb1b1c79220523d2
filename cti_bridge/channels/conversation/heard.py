"""Who listens to which recording just now: a sound comes in pieces, and is one listening."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import AgentId, BlobId

SAME: Final = timedelta(minutes=10)
KEPT: Final = 1000


class Heard:
    def __init__(self) -> None:
        self._last: OrderedDict[tuple[AgentId, BlobId], datetime] = OrderedDict()

    def again(self, agent: AgentId, blob: BlobId, now: datetime) -> bool:
        """Whether it belongs to a listening that was noted."""
        last = self._last.get((agent, blob))
        return last is not None and now - last < SAME

    def note(self, agent: AgentId, blob: BlobId, now: datetime) -> None:
        self._last[agent, blob] = now
        self._last.move_to_end((agent, blob))
        while len(self._last) > KEPT:
            self._last.popitem(last=False)
