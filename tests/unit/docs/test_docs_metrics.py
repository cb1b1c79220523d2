"""docs/administration.md against the figures that are served."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import generate_latest

from cti_bridge.server.metrics import Metrics

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "administration.md").read_text()
MEASURES = (ROOT / "cti_bridge" / "measures.py").read_text()
COUNTED = re.compile(r'CounterMetricFamily\(\s*"(ficha_\w+)"')
SHOWN = re.compile(r'GaugeMetricFamily\(\s*"(ficha_\w+)"')


def test_every_figure_is_told_and_no_other() -> None:
    served = re.findall(
        r"^# TYPE (ficha_\w+) (?!unknown)", generate_latest(Metrics().registry).decode(), re.M
    )
    names = {name for name in served if not name.endswith("_created")}
    names |= {f"{name}_total" for name in COUNTED.findall(MEASURES)}
    names |= set(SHOWN.findall(MEASURES))
    assert len(names) > 15
    assert set(re.findall(r"`(ficha_\w+)", PAGE)) == names
