"""What the benchmarks share: how much of everything, and where files go."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    output: Path
    customers: int = 1_000_000
    desks: int = 50


async def every(seconds: float, count: int) -> AsyncIterator[int]:
    """0, 1, 2 … at an even beat from now on; late ones follow at once, none is left out."""
    start = time.monotonic()
    for n in range(count):
        await asyncio.sleep(max(0.0, start + n * seconds - time.monotonic()))
        yield n
