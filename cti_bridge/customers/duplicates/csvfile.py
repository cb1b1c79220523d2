"""Pairs in a CSV file, for who wants to look at them in a spreadsheet."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.duplicates.values import Pair

HEADER: Final = ("customer", "other", "probability", "reasons")


class CsvPairs:
    """Implements `Pairs`. Numbers and our own codes only: nothing that a customer wrote stands in
    the file, so no cell of it can be a formula. Raises OSError."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file)
        self._rows.writerow(HEADER)
        self.written = 0

    async def put(self, pairs: Sequence[Pair]) -> None:
        for pair in pairs:
            self._rows.writerow((pair.a, pair.b, f"{pair.probability:.6f}", reasons(pair)))
        self.written += len(pairs)


def reasons(pair: Pair) -> str:
    """The fields with their agreement and weight, what counts most first."""
    ordered = sorted(pair.reasons, key=lambda reason: -abs(reason.weight))
    return ", ".join(f"{one.field} {one.agreement} ({one.weight:.1f})" for one in ordered)
