"""Guessing passwords gets slower with each failure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

FORGET_SECONDS: Final = 15 * 60.0
KEYS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """After `free` failures each next one closes the door for 1, 2, 4 … up to `cap` seconds."""

    free: int
    cap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failures:
    count: int = 0
    at: float = 0.0
    until: float = 0.0


class Throttle:
    """Failures by key, in memory; the caller supplies the clock, in seconds.

    Holds at most `keys` of them and forgets the longest unused first: an attacker with that many
    addresses is stopped by the key of the login, not of the address.
    """

    def __init__(self, rule: Rule, *, keys: int = KEYS) -> None:
        self._rule, self._keys = rule, keys
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def closed_for(self, key: Hashable, now: float) -> float:
        """Seconds until this key may try again; 0.0 when it may now."""
        return max(0.0, self._get(key, now).until - now)

    def failed(self, key: Hashable, now: float) -> None:
        before = self._get(key, now)
        count = before.count + 1
        over = count - self._rule.free
        pause = min(self._rule.cap, 2.0 ** min(over, 30)) if over >= 0 else 0.0
        self._put(key, _Failures(count=count, at=now, until=now + pause))

    def forgive(self, key: Hashable, now: float) -> None:
        """Takes one failure back: it was an attempt counted before its end was known."""
        before = self._get(key, now)
        if before.count:
            self._put(key, replace(before, count=before.count - 1, until=now))

    def succeeded(self, key: Hashable) -> None:
        self._failures.pop(key, None)

    def _get(self, key: Hashable, now: float) -> _Failures:
        found = self._failures.get(key, _Failures())
        return _Failures() if now - found.at > FORGET_SECONDS and now >= found.until else found

    def _put(self, key: Hashable, value: _Failures) -> None:
        self._failures[key] = value
        self._failures.move_to_end(key)
        while len(self._failures) > self._keys:
            self._failures.popitem(last=False)
