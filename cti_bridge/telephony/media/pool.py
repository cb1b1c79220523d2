"""The RTP ports of a line, handed out in turn."""

from __future__ import annotations

from collections import deque


class NoPortError(Exception):
    """Every RTP port of the range is in use; the call cannot be set up now (SIP 503)."""


class PortPool:
    """Even ports from `low` to `high`, each with the odd one above it for RTCP (RFC 3550
    section 11). `PortPool(0, 0)` lets the operating system choose.

    The pool is a queue: a released port goes to its end, so that it rests as long as the
    range allows and late packets of an old call do not meet a new one. Taking and releasing
    cost the same however large the range is.
    """

    def __init__(self, low: int, high: int) -> None:
        if (low, high) == (0, 0):
            self._free: deque[int] | None = None
        else:
            if not 1024 <= low <= high <= 65535:
                raise ValueError(f"RTP ports {low}-{high}: give a range within 1024-65535")
            self._free = deque(range(low + low % 2, high, 2))
            if not self._free:
                raise ValueError(f"RTP ports {low}-{high}: no even port with an odd one above")
        self._taken: set[int] = set()

    @property
    def free(self) -> int | None:
        """How many calls still find a port; None when the operating system chooses."""
        return None if self._free is None else len(self._free)

    def take(self) -> int:
        """The port that rested longest, 0 for any. Raises NoPortError."""
        if self._free is None:
            return 0
        if not self._free:
            raise NoPortError(f"all {len(self._taken)} RTP ports are in use")
        port = self._free.popleft()
        self._taken.add(port)
        return port

    def release(self, port: int) -> None:
        """Gives a port back; a port that was not taken is left alone."""
        if self._free is not None and port in self._taken:
            self._taken.remove(port)
            self._free.append(port)
