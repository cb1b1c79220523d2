"""A real Asterisk 22 that runs on a given folder of configuration and sounds, as an admin's would.

    with running(folder) as pbx:        # what `cti-bridge asterisk init --out FOLDER` wrote
        pbx.log                         # its warnings and errors, ours or not
        pbx.restart()                   # after something in pbx.etc or pbx.sounds was changed

The folder's files are put over those that Debian's package brought, as its README says to.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.peers import ASTERISK_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARED = ("documentation", "rest-api")
_CONF = """[directories]
astetcdir => {run}/etc
astrundir => {run}/run
astlogdir => {run}/log
astdbdir => {run}/db
astspooldir => {run}/spool
astdatadir => {run}/data
astvarlibdir => /var/lib/asterisk
astmoddir => /usr/lib/x86_64-linux-gnu/asterisk/modules
[options]
lightbackground = no
"""


class OwnAsterisk:
    """`etc`, `sounds`: its folders, to be changed between two starts."""

    def __init__(self, folder: Path) -> None:
        (ASTERISK_ROOT / "run").mkdir(exist_ok=True)
        self.run = Path(tempfile.mkdtemp(prefix="ficha-", dir=ASTERISK_ROOT / "run"))
        for name in ("etc", "run", "log", "spool/recording", "spool/tmp", "db", "data/sounds"):
            (self.run / name).mkdir(parents=True)
        self.etc, self.sounds = self.run / "etc", self.run / "data" / "sounds"
        self.recordings = self.run / "spool" / "recording"
        inside = f"/run/{self.run.name}"
        for name in _SHARED:
            (self.run / "data" / name).symlink_to(f"/usr/share/asterisk/{name}")
        for file in (ASTERISK_ROOT / "etc" / "asterisk").glob("*.conf"):
            shutil.copy(file, self.etc)
        (self.etc / "asterisk.conf").write_text(_CONF.format(run=inside))
        for file in folder.glob("*.conf"):
            shutil.copy(file, self.etc)
        shutil.copytree(folder / "sounds" / "ficha", self.sounds / "ficha")
        self._words = [
            "chroot",
            str(ASTERISK_ROOT),
            "asterisk",
            "-C",
            f"{inside}/etc/asterisk.conf",
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self.first_words = ""  # the log of its first start

    @property
    def log(self) -> str:
        file = self.run / "log" / "messages.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def start(self, *, within: float = 60) -> None:
        with (self.run / "log" / "console").open("ab") as console:
            self._process = subprocess.Popen(
                [*self._words, "-f", "-n"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        end = time.monotonic() + within
        while "fully booted" not in self.command("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() > end:
                text = (self.run / "log" / "console").read_text(errors="replace")
                raise RuntimeError(f"Asterisk is not up: {text[-2000:]}")
            time.sleep(0.05)
        self.first_words = self.first_words or self.log

    def stop(self) -> None:
        if (process := self._process) is None:
            return
        self.command("core stop now")
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.run, ignore_errors=True)

    def command(self, line: str) -> str:
        """What the console answers; "" while it is down."""
        done = subprocess.run(
            [*self._words, "-rx", line],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=30,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout if done.returncode == 0 else ""


@contextlib.contextmanager
def running(folder: Path) -> Iterator[OwnAsterisk]:
    pbx = OwnAsterisk(folder)
    try:
        pbx.start()
        yield pbx
    finally:
        pbx.close()
