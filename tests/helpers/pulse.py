"""A PulseAudio daemon of our own with a loudspeaker that a microphone hears (a null sink and its
monitor), on a private socket. Debian: `apt-get install pulseaudio`."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def available() -> bool:
    return shutil.which("pulseaudio") is not None


@contextlib.contextmanager
def loopback_daemon(folder: Path) -> Iterator[dict[str, str]]:
    """Yields the environment that makes a program use the daemon."""
    socket = folder / "native"
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    daemon = subprocess.Popen(
        [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disallow-exit",
            "--load=module-null-sink sink_name=ear rate=48000",
            "--load=module-remap-source source_name=mouth master=ear.monitor",
            f"--load=module-native-protocol-unix socket={socket} auth-anonymous=1",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 10
        while not socket.exists():
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"pulseaudio did not start: {daemon.stderr.read()!r}")
            time.sleep(0.05)
        yield {**environment, "PULSE_SERVER": f"unix:{socket}"}
    finally:
        daemon.terminate()
        daemon.wait(10)
        daemon.stderr.close()
