"""What became of the contacts of a stream."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCHES: Final = 30
T_95: Final = 2.045  # Student's t of 29 degrees of freedom, two-sided 95 %


@dataclass(slots=True)
class Figures:
    """Of each contact in the order they came: how long it waited, and whether somebody came."""

    waits: array[int] = field(default_factory=lambda: array("q"))  # microseconds; -1: waits yet
    answered: bytearray = field(default_factory=bytearray)
    busy: int = 0  # microseconds that agents worked on them

    def came(self) -> int:
        """The number of a contact that comes."""
        self.waits.append(-1)
        self.answered.append(0)
        return len(self.waits) - 1

    def ended(self, number: int, waited: int, *, answered: bool) -> None:
        self.waits[number] = waited
        self.answered[number] = answered

    def __len__(self) -> int:
        return len(self.waits)

    @property
    def mean_wait(self) -> float:
        """Seconds, of all whose wait is over, those who gave up included; NaN of none."""
        return _mean([one for one in self.waits if one >= 0]) / 1e6

    @property
    def abandoned(self) -> float:
        """The part that gave up, 0..1."""
        over = sum(one >= 0 for one in self.waits)
        return 1 - sum(self.answered) / over if over else math.nan

    @property
    def waited(self) -> float:
        """The part that waited at all."""
        return _mean([one > 0 for one in self.waits if one >= 0])

    def answered_within(self, seconds: float) -> float:
        """The part of all that was answered within so long."""
        most = round(seconds * 1e6)
        pairs = zip(self.waits, self.answered, strict=True)
        return _mean([bool(yes) and wait <= most for wait, yes in pairs if wait >= 0])

    def mean_wait_error(self) -> float:
        """Half the width of the 95 % interval of `mean_wait`, by 30 batch means (A. Law,
        "Simulation modeling and analysis", 9.5.3); NaN of fewer than 30 contacts."""
        size = len(self.waits) // BATCHES
        if not size:
            return math.nan
        means = [_mean(self.waits[n * size : (n + 1) * size]) / 1e6 for n in range(BATCHES)]
        middle = _mean(means)
        variance = sum((one - middle) ** 2 for one in means) / (BATCHES - 1)
        return T_95 * math.sqrt(variance / BATCHES)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if len(values) else math.nan
