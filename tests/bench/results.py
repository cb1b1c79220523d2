"""What a benchmark gives, as a table for people and a list for machines."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound that the value should keep."""

    at_most: float | None = None
    at_least: float | None = None

    def kept(self, value: float) -> bool:
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        least = "" if self.at_least is None else f">= {self.at_least:g}"
        most = "" if self.at_most is None else f"<= {self.at_most:g}"
        return " ".join(filter(None, (least, most)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure. `reference` is the same figure of the floor, where there is one."""

    bench: str
    load: str
    metric: str
    unit: str
    value: float
    reference: float | None = None
    goal: Goal | None = None

    @property
    def missed(self) -> bool:
        return self.goal is not None and not self.goal.kept(self.value)


def percentile(values: Sequence[float], part: float) -> float:
    """Nearest rank: the smallest value that `part` of the values do not exceed; NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def spread(
    bench: str,
    load: str,
    metric: str,
    values: Sequence[float],
    *,
    unit: str = "ms",
    reference: Sequence[float] | None = None,
    goals: dict[str, Goal] | None = None,
) -> list[Result]:
    """p50, p95, p99 of the values, and beside each the reference's."""
    return [
        Result(
            bench=bench,
            load=load,
            metric=f"{metric} {name}",
            unit=unit,
            value=percentile(values, part),
            reference=None if reference is None else percentile(reference, part),
            goal=(goals or {}).get(name),
        )
        for name, part in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99))
    ]


def table(results: Iterable[Result]) -> str:
    head = ("bench", "load", "metric", "value", "unit", "floor", "ratio", "goal", "")
    rows = [head, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    left = {0, 1, 2, 4, 7, 8}
    lines = []
    for row in rows:
        cells = (
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _row(result: Result) -> tuple[str, ...]:
    ratio = ""
    if result.reference:
        ratio = f"{result.value / result.reference:.2f}"
    return (
        result.bench,
        result.load,
        result.metric,
        _number(result.value),
        result.unit,
        "" if result.reference is None else _number(result.reference),
        ratio,
        "" if result.goal is None else str(result.goal),
        "MISSED" if result.missed else "",
    )


def _number(value: float) -> str:
    if math.isnan(value):
        return "none"
    return f"{value:.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.2f}"


def write(results: Iterable[Result], file: Path) -> None:
    """A list of {bench, load, metric, unit, value, reference, goal}."""
    rows = []
    for result in results:
        row = asdict(result)
        row["goal"] = None if result.goal is None else str(result.goal)
        row["value"] = None if math.isnan(result.value) else result.value
        rows.append(row)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, indent=1) + "\n")
