"""The access log as a chain: each entry's digest covers the entry and the digest before it.

Who changes, adds or takes away an entry must write every later digest anew, and the newest one,
which is logged each day, is another then. A detail stands in the chain by its own salted digest,
so it can be erased with its customer and the chain still holds.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

SALT: Final = 16
BEGINNING: Final = bytes(32)
"""What stands before the first entry."""


def detail_digest(salt: bytes, detail: str) -> bytes:
    return hashlib.sha256(salt + detail.encode("utf-8", "surrogatepass")).digest()


def entry_digest(
    before: bytes,
    *,
    n: int,
    at: datetime,
    agent: str,
    name: str,
    kind: str,
    customer: str | None,
    contact: str | None,
    detail: bytes,
) -> bytes:
    """`at` is aware; `detail` is its digest."""
    microseconds = int(at.timestamp()) * 1_000_000 + at.microsecond
    entry = msgspec.json.encode(
        [n, microseconds, agent, name, kind, customer, contact, detail.hex()]
    )
    return hashlib.sha256(before + entry).digest()
