"""An import while it runs, and what is left of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # it ended before its end: killed, or its source or database broke


class RunTrigger(StrEnum):
    FINISH = "finish"
    BREAK = "break"
    FIND_DEAD = "find_dead"  # another import has the lease, so this one cannot live
    RESUME = "resume"


TRANSITIONS: Final[dict[tuple[RunState, RunTrigger], RunState]] = {
    (RunState.RUNNING, RunTrigger.FINISH): RunState.DONE,
    (RunState.RUNNING, RunTrigger.BREAK): RunState.STOPPED,
    (RunState.RUNNING, RunTrigger.FIND_DEAD): RunState.STOPPED,
    (RunState.STOPPED, RunTrigger.RESUME): RunState.RUNNING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    held: int = 0  # of the others: rows of which the file kept a word of its own

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            refused=self.refused + other.refused,
            held=self.held + other.held,
        )

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused

    def record(self) -> dict[str, int]:
        return asdict(self)


def counts_of(record: Mapping[str, int]) -> Counts:
    return Counts(**{name: int(record.get(name, 0)) for name in Counts.__slots__})
