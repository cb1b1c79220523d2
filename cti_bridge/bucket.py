"""How much of something may be asked for, in time."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class TokenBucket:
    """`burst` at once, then `rate` a second; the caller supplies the clock, in seconds."""

    rate: float
    burst: float
    _level: float = field(init=False)
    _at: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._level = self.burst

    def take(self, now: float, weight: float = 1.0) -> bool:
        """Whether there was that much left."""
        if self._at is not None:
            self._level = min(self.burst, self._level + max(0.0, now - self._at) * self.rate)
        self._at = now
        if self._level < weight:
            return False
        self._level -= weight
        return True

    def wait(self) -> float:
        """Seconds until there is one again."""
        return max(0.0, (1 - self._level) / self.rate)
