"""Where the time of a call behind an Asterisk goes: INVITE, event, look-up, commit, offer, ring.

Callers, telephones and desks are those of `pbx`. Each stage is told as the time since the one
before it, and since the INVITE. With PROFILE=FILE in the environment the bridge runs under
cProfile, whose figures are left in that file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.bench_pbx import AGENTS, WARM_UP, calls_of
from tests.bench.pbx import BRIDGE_DNIS
from tests.bench.pbx_product import centre
from tests.bench.results import Result, percentile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.load import Load

STAGES: Final = (
    "event read",
    "event handled",
    "look-up begun",
    "looked up",
    "turn begun",
    "commit begun",
    "stored",
    "told",
    "offer at the desk",
    "dialling",
    "telephone",
    "dialled",
)
BRIDGE: Final = "tests.bench.programs.staged_bridge"


async def run(load: Load, quick: bool) -> list[Result]:
    beats = {1: 8, 10: 60, 30: 150} if quick else {1: 60, 10: 300, 30: 900}
    seen: dict[int, tuple[dict[str, int], dict[str, dict[str, int]]]] = {}
    used: dict[int, dict[str, float]] = {}
    with TemporaryDirectory(prefix="ficha-pbx-stages-") as name:
        stages = Path(name) / "stages.json"
        os.environ["BENCH_STAGES"] = str(stages)
        if profile := os.environ.get("PROFILE"):
            os.environ["BENCH_PROFILE"] = profile
        async with (
            centre(load, Path(name), agents=AGENTS, port=0, answer_ms=None) as running,
            running.bridge(BRIDGE) as (bridge, url),
            running.desks(url) as desks,
        ):
            await calls_of(running, BRIDGE_DNIS, 10, WARM_UP, desks)
            programs = {"bridge": bridge, "desks": desks, "telephones": running.phones}
            for rate, calls in beats.items():
                before = {name: one.cpu_seconds() for name, one in programs.items()}
                made = await calls_of(running, BRIDGE_DNIS, rate, calls, desks)
                used[rate] = {
                    name: (one.cpu_seconds() - before[name]) / calls * 1000
                    for name, one in programs.items()
                }
                seen[rate] = made.sent, {"offer at the desk": made.told, "telephone": made.rang}
        noted = json.loads(stages.read_text())
    results: list[Result] = []
    for rate, (sent, ends) in seen.items():
        results += _figures(f"{rate}/s", sent, {**noted, **ends})
        results += [
            _result(f"{rate}/s", f"processor: {name}", "ms a call", ms)
            for name, ms in used[rate].items()
        ]
    for kind in ("read", "written"):
        took = [ns / 1e6 for ns in noted.get(f"thread: {kind}", {}).values()]
        for part in (0.5, 0.95, 0.99):
            results.append(
                _result("all", f"{kind} by a thread p{part * 100:g}", "ms", percentile(took, part))
            )
    return results


def _figures(
    at: str, sent: Mapping[str, int], came: Mapping[str, Mapping[str, int]]
) -> list[Result]:
    results = []
    before: Mapping[str, int] = sent
    for stage in STAGES:
        here = came.get(stage, {})
        since = [(here[n] - before[n]) / 1e6 for n in sent if n in here and n in before]
        total = [(here[n] - sent[n]) / 1e6 for n in sent if n in here]
        results += [
            _result(at, f"{stage} p50", "ms", percentile(since, 0.5)),
            _result(at, f"{stage} p95", "ms", percentile(since, 0.95)),
            _result(at, f"{stage}, from the INVITE p50", "ms", percentile(total, 0.5)),
        ]
        before = here
    return results


def _result(load: str, metric: str, unit: str, value: float) -> Result:
    return Result(bench="pbx-stages", load=load, metric=metric, unit=unit, value=value)
