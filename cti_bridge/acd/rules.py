"""What the configuration says, laid out for the distributor's questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cti_bridge.config.values import Queue
from cti_bridge.protocol.vocabulary import QueueId
from cti_bridge.telephony.numbers import dial_string, read_number
from cti_bridge.telephony.ports import DialPlan, Number

if TYPE_CHECKING:
    from cti_bridge.config.values import Config
    from cti_bridge.protocol.vocabulary import Verb
    from cti_bridge.telephony.ports import LineId

_UNQUEUED = Queue(id="none", name="-")


class Rules:
    def __init__(self, config: Config, verbs: frozenset[Verb]) -> None:
        self.config, self.verbs = config, verbs
        self.queues: dict[QueueId, Queue] = {QueueId(one.id): one for one in config.queues}
        self.reasons = frozenset(one.code for one in config.reasons)
        self.dispositions = frozenset(one.code for one in config.dispositions)
        self._lines = {one.id: one.name or one.id for one in config.lines}
        self._by_line = {one.id: QueueId(one.queue) for one in config.lines if one.queue}
        self._plan = DialPlan(
            region=config.site.region,
            extensions=tuple(sorted({text for line in config.lines for text in line.extensions})),
        )
        self._by_dnis = {
            spelling: QueueId(one.id)
            for one in config.queues
            for number in one.dnis
            for spelling in (_plain(read_number(number, self._plan).value), _plain(number))
        }

    @property
    def default_queue(self) -> QueueId:
        return next(iter(self.queues), QueueId(_UNQUEUED.id))

    def queue_for(self, dnis: str, line: LineId, first_dialled: str = "") -> QueueId:
        """The queue that claims the dialled number, else the number that was dialled before a
        PBX forwarded the call, else the line's, else the first."""
        claimed = (
            self._by_dnis.get(_plain(dnis))
            or self._by_dnis.get(_plain(first_dialled))
            or self._by_line.get(line)
        )
        return claimed if claimed in self.queues else self.default_queue

    def queue(self, name: QueueId | None) -> Queue:
        """Its figures; for a contact of no queue the defaults."""
        return self.queues.get(name, _UNQUEUED) if name is not None else _UNQUEUED

    def queue_name(self, name: QueueId | None) -> str:
        return self.queues[name].name if name in self.queues else ""

    def line_name(self, line: LineId) -> str:
        return self._lines.get(line, line)

    def read_number(self, typed: str) -> Number:
        return read_number(typed, self._plan)

    def dial_string(self, typed: str) -> str:
        """What to dial for what was typed; raises ValueError where it is no number."""
        return dial_string(typed, self._plan)


def _plain(number: str) -> str:
    return re.sub(r"[\s().-]", "", number).removeprefix("00").lower().lstrip("+")
