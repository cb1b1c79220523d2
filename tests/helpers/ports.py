"""Free loopback ports for peers that cannot bind port 0 themselves."""

from __future__ import annotations

import itertools
import os
import random
import socket

_draw = random.Random(os.getpid())
_taken: set[int] = set()


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """A port that is free now and that this process has not given out; outside the range that
    the kernel draws from for outgoing sockets."""
    for _ in range(500):
        port = _draw.randrange(10_000, 31_000)
        if port not in _taken and _is_free(port, kind):
            _taken.add(port)
            return port
    raise OSError("no free port found")


def free_range(count: int) -> tuple[int, int]:
    """First and last of `count` UDP ports in a row, the first one even (RFC 3550 section 11)."""
    for _ in range(500):
        first = _draw.randrange(10_000, 31_000 - count) & ~1
        ports = range(first, first + count)
        if not _taken.intersection(ports) and all(
            _is_free(port, socket.SOCK_DGRAM) for port in itertools.islice(ports, 0, None, 8)
        ):
            _taken.update(ports)
            return first, first + count - 1
    raise OSError(f"no {count} free ports in a row found")


def _is_free(port: int, kind: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
