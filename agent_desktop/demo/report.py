"""What a demo without a screen leaves behind: pictures, a table, report.json."""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.protocol.demo import Preparing

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget  # noqa: TID251 (a type only)


PREPARING: Final = {
    "customers": "Making 10,000 customers and two years of their contacts…",
    "bridge": "Starting the bridge, its line and its callers…",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    name: str
    happened: bool
    at_s: float  # since the trip began
    took_ms: float
    detail: str = ""
    picture: str = ""


@dataclass(slots=True)
class Report:
    """Rows as they happen; `finish` writes report.json and prints the table."""

    folder: Path
    steps: list[StepDone] = field(default_factory=list)
    pops: list[dict[str, Any]] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in (*self.folder.glob("[0-9][0-9]-*.png"), self.folder / "report.json"):
            old.unlink(missing_ok=True)

    def tell(self, news: object) -> None:
        """What is being prepared, for those who wait at the terminal."""
        if isinstance(news, Preparing):
            sys.stdout.write(f"{PREPARING.get(news.what, news.what)}\n")
            sys.stdout.flush()

    def begin(self) -> None:
        self._began = time.monotonic()
        sys.stdout.write("The trip: each step presses what a person would press.\n")
        sys.stdout.flush()

    def add(
        self, name: str, *, happened: bool, took_ms: float, detail: str, window: QWidget
    ) -> None:
        picture = f"{len(self.steps) + 1:02d}-{name.replace(' ', '-')}.png"
        window.grab().save(str(self.folder / picture))
        self.steps.append(
            StepDone(
                name=name,
                happened=happened,
                at_s=round(time.monotonic() - self._began, 2),
                took_ms=round(took_ms, 1),
                detail=detail,
                picture=picture,
            )
        )

    @property
    def complete(self) -> bool:
        return bool(self.steps) and all(step.happened for step in self.steps)

    def finish(self) -> None:
        pops = [pop["invite_to_paint_ms"] for pop in self.pops]
        content = {
            "complete": self.complete,
            "seconds": round(time.monotonic() - self._began, 1),
            "pop_ms": {
                "median": round(statistics.median(pops), 1) if pops else None,
                "worst": round(max(pops), 1) if pops else None,
                "each": self.pops,
            },
            "heard": self.heard,
            "steps": [asdict(step) for step in self.steps],
        }
        file = self.folder / "report.json"
        file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        sys.stdout.write(self._table(pops))

    def _table(self, pops: list[float]) -> str:
        rows = [f"{'':2} {'step':<26} {'at s':>6} {'ms':>8}  what was seen"]
        rows += [
            f"{'ok' if step.happened else 'NO':2} {step.name:<26} {step.at_s:>6.2f}"
            f" {step.took_ms:>8.1f}  {step.detail}"
            for step in self.steps
        ]
        if pops:
            rows.append(
                f"\nINVITE to paint: median {statistics.median(pops):.1f} ms, worst "
                f"{max(pops):.1f} ms, of {len(pops)} calls"
            )
        state = "every step happened" if self.complete else "NOT every step happened"
        rows.append(f"{state}; pictures and report.json are in {self.folder}/\n")
        return "\n".join(rows)
