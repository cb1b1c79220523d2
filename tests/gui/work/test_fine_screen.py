"""Icons on a screen of two or three pixels to the point."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SIZES = """
from PySide6.QtWidgets import QApplication
from agent_desktop.views import theme
app = QApplication([])
theme.install(app, "light")
for ratio in (1.0, app.devicePixelRatio()):
    drawn = theme._pixmap("call", "accent", 18, ratio)
    print(ratio, drawn.width(), drawn.deviceIndependentSize().width())
"""


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_an_icon_is_as_large_as_it_was_asked_for(scale):
    """In a process of its own: the ratio is the application's."""
    wanted = {"QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SIZES],
        env=os.environ | wanted,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said = [[float(x) for x in line.split()] for line in done.stdout.splitlines()]
    assert said == [[1.0, 18.0, 18.0], [float(scale), 18.0 * scale, 18.0]]
