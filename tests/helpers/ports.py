"""Free loopback ports for peers that cannot bind port 0 themselves.

Each is outside the range that the kernel draws from for outgoing sockets, free at the moment it is
given, and not given again while others are left: a peer binds it later, and binds its media ports
only for a call. When no others are left, those given out longest ago come back first.
"""

from __future__ import annotations

import itertools
import os
import random
import socket

FIRST, LAST = 10_000, 31_000
_draw = random.Random(os.getpid())
_given: dict[int, None] = {}  # in the order in which they were given out


def free_port() -> int:
    """A port that is free now."""
    return _draw_free(1)[0]


def free_range(count: int) -> tuple[int, int]:
    """First and last of `count` UDP ports in a row, the first one even (RFC 3550 section 11)."""
    ports = _draw_free(count)
    return ports[0], ports[-1]


def _draw_free(count: int) -> range:
    """`count` ports in a row, which are remembered as given.

    Raises OSError where none were found, however many of the given ones are taken back.
    """
    while True:
        for _ in range(200):
            first = _draw.randrange(FIRST, LAST - count)
            ports = (
                range(first & ~1, (first & ~1) + count) if count > 1 else range(first, first + 1)
            )
            if _given.keys().isdisjoint(ports) and all(
                _is_free(port) for port in itertools.islice(ports, 0, None, 8)
            ):
                _given.update(dict.fromkeys(ports))
                return ports
        if not _given:
            raise OSError(f"no {count} free ports in a row found from {FIRST} to {LAST}")
        for port in list(itertools.islice(_given, (len(_given) + 1) // 2)):
            del _given[port]


def _is_free(port: int) -> bool:
    """For both: a telephone listens at the one number by UDP and by TCP."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
