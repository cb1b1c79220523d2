"""The figures of one queue, today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """Counted on `day`, the bridge's local date; of another day they are nought."""

    day: date
    answered: int = 0
    answered_within: int = 0  # within the service level's seconds
    abandoned: int = 0
    abandoned_short: int = 0  # sooner than the short-abandon limit

    def on(self, day: date) -> QueueFigures:
        return self if day == self.day else QueueFigures(day=day)

    def with_answered(self, waited: float, within: float) -> QueueFigures:
        return replace(
            self,
            answered=self.answered + 1,
            answered_within=self.answered_within + (waited <= within),
        )

    def with_abandoned(self, waited: float, short: float) -> QueueFigures:
        return replace(
            self,
            abandoned=self.abandoned + 1,
            abandoned_short=self.abandoned_short + (waited < short),
        )

    @property
    def service_level(self) -> float | None:
        """Answered within T ÷ (answered + abandoned after the short-abandon limit), 0..1;
        None where nothing counts yet."""
        counted = self.answered + self.abandoned - self.abandoned_short
        return self.answered_within / counted if counted else None
