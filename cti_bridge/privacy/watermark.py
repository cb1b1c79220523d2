"""Whose export a leaked list of customers is, by the order of its rows.

Each export has a secret, and its rows are ordered by a keyed digest of the customer's id: an order
that looks like any other. Of a file it is asked, for every export, how many rows stand before a
row that its secret orders later. In a chance order that is one of two neighbours, with a standard
deviation of sqrt((rows + 1) / 12) (the Eulerian distribution). So rows that were taken away, and
blocks that were moved, leave the trace; a file that was sorted anew has lost it.
"""

from __future__ import annotations

import hmac
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

SECRET: Final = 32
CERTAIN: Final = 1e-9
LIKELY: Final = 1e-3
FEWEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    id: str
    at: datetime
    agent: str
    name: str
    reason: str
    rows: int
    secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How well one export fits."""

    export: Export
    rows: int  # of the file that were recognised
    in_order: int  # neighbours that stand as the export orders them
    chance: float  # that some export fits so well by chance, 0 to 1
    verdict: Literal["certain", "likely", "no"]


def place(secret: bytes, customer: str) -> bytes:
    return hmac.digest(secret, customer.encode("utf-8", "surrogatepass"), "sha256")


def ordered(secret: bytes, customers: Iterable[str]) -> list[str]:
    return sorted(customers, key=lambda one: place(secret, one))


def traces(customers: Sequence[str], exports: Sequence[Export]) -> list[Trace]:
    """The exports by how well they fit, best first; `customers` in the order of the file."""
    rows = list(dict.fromkeys(customers))
    found = [_trace(rows, export, len(exports)) for export in exports]
    return sorted(found, key=lambda one: (one.chance, -one.in_order))


def _trace(rows: Sequence[str], export: Export, tried: int) -> Trace:
    places = [place(export.secret, one) for one in rows]
    in_order = sum(a < b for a, b in itertools.pairwise(places))
    chance = min(1.0, _by_chance(len(rows), in_order) * tried)
    verdict: Literal["certain", "likely", "no"] = "no"
    if len(rows) >= FEWEST and chance < LIKELY:
        verdict = "certain" if chance < CERTAIN else "likely"
    return Trace(export=export, rows=len(rows), in_order=in_order, chance=chance, verdict=verdict)


def _by_chance(rows: int, in_order: int) -> float:
    """That a chance order has so many neighbours in order, or more."""
    if rows < 2:
        return 1.0
    if in_order == rows - 1:
        return math.exp(-math.lgamma(rows + 1))  # one order of rows!
    deviation = math.sqrt((rows + 1) / 12)
    # half a step less, as a whole number is taken for a range of the normal distribution
    distance = (in_order - 0.5 - (rows - 1) / 2) / deviation
    return 0.5 * math.erfc(distance / math.sqrt(2))
