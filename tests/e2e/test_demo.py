"""`agent-desktop --demo`, as a newcomer runs it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

STEPS = {
    "known customer rings",
    "answer",
    "talk",
    "hold",
    "retrieve",
    "hang up",
    "wrap up",
    "contact in the file",
    "several customers",
    "unknown caller",
    "number withheld",
    "caller gives up",
    "three at once",
    "history",
}


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "agent_desktop", "--demo", *more]


def screenless() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return {**kept, "PYTHONWARNINGS": "ignore"}


@pytest.mark.timeout(500)
@pytest.mark.parametrize("language", ["es", "en"])
def test_without_a_screen_every_step_happens_and_is_reported(
    tmp_path: Path, language: str
) -> None:
    done = subprocess.run(
        command("--output", str(tmp_path), "--language", language),
        env=screenless(),
        capture_output=True,
        text=True,
        timeout=480,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["complete"]
    assert {step["name"] for step in report["steps"]} >= STEPS
    for step in report["steps"]:
        assert step["happened"]
        assert (tmp_path / step["picture"]).stat().st_size > 5_000
    assert all(pop["invite_to_paint_ms"] > 0 for pop in report["pop_ms"]["each"])
    heard = {entry["step"]: entry for entry in report["heard"]}
    assert heard["talk"]["caller_heard_agent"] >= 0.8
    assert heard["talk"]["agent_heard_caller"] >= 0.8
    assert heard["hold"]["hold_music"]
    assert "every step happened" in done.stdout


@pytest.mark.timeout(120)
def test_a_killed_demo_leaves_no_bridge_behind(tmp_path: Path) -> None:
    desktop = subprocess.Popen(
        command("--output", str(tmp_path)),
        env=screenless(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        bridge = _child_of(desktop.pid)
        words = bridge.cmdline()
        time.sleep(1)
    finally:
        desktop.send_signal(signal.SIGKILL)
        desktop.wait(60)
    folder = Path(words[words.index("--dir") + 1])
    bridge.wait(60)  # raises psutil.TimeoutExpired where it goes on without its desktop
    assert not list(folder.glob("ficha.db*"))
    shutil.rmtree(folder)


def _child_of(pid: int) -> psutil.Process:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for child in psutil.Process(pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # another child, and over already
                if "cti_bridge" in " ".join(child.cmdline()):
                    return child
        time.sleep(0.1)
    raise AssertionError("the demo started no bridge")
