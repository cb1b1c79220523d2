"""`cti-bridge` as a user types it: in this process, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PASSWORD = "long enough 1"


def add(cli, login="ana", *more):
    return cli("user", "add", login, "--password-stdin", *more, typed=f"{PASSWORD}\n")


def process(tmp_path, *words, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        [sys.executable, "-m", "cti_bridge", *words],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )
