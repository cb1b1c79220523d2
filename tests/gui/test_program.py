"""`agent-desktop` as a process, where there is no screen."""

from __future__ import annotations

import os
import subprocess
import sys


def test_without_a_screen_it_says_so_and_what_runs_without(tmp_path):
    unset = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    bare = {name: value for name, value in os.environ.items() if name not in unset}
    ended = subprocess.run(
        [sys.executable, "-m", "agent_desktop"],
        env=bare | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("agent-desktop: there is no screen")
    assert "agent-desktop --demo" in ended.stderr


def test_loading_the_sound_system_says_nothing_of_libraries_it_does_without():
    body = (
        "from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from agent_desktop.audio.system import open_sound; sound = open_sound()\n"
        "print(type(sound).__name__)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", body],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stdout == "QtSound\n"
    assert "qt.multimedia" not in ended.stderr
