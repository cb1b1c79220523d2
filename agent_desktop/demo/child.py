"""The demo's bridge, as a child process that ends with this one, however this one ends."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from cti_bridge.protocol.demo import (
    DemoReady,
    HangUp,
    Listen,
    Ring,
    Say,
    decode_demo_news,
    encode_line,
)

if TYPE_CHECKING:
    from pathlib import Path

    from cti_bridge.protocol.demo import DemoCommand

logger = logging.getLogger(__name__)
STOP_MS: Final = 8000
KEPT_ERRORS: Final = 4000  # characters of the child's standard error


class DemoBridge(QObject):
    """Signals: `news` (a `DemoNews`), `ended` (text: why, for a person)."""

    news = Signal(object)
    ended = Signal(object)

    def __init__(
        self, folder: Path, customers: int, language: str = "es", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.ready: DemoReady | None = None
        self._errors = ""
        self._stopping = False
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONWARNINGS", "ignore::DeprecationWarning")
        self._process.setProcessEnvironment(environment)
        self._process.setProgram(sys.executable)
        wanted = {"--dir": folder, "--customers": customers, "--language": language}
        options = [str(word) for pair in wanted.items() for word in pair]
        self._process.setArguments(["-m", "cti_bridge", "demo", *options])
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)

    def start(self) -> None:
        self._process.start()

    def stop(self) -> None:
        """Asks it to end and waits; the callers hang up, the database closes."""
        self._stopping = True
        if self._process.state() is QProcess.ProcessState.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(STOP_MS):
            logger.warning("the demo's bridge did not end by itself")
            self._process.kill()
            self._process.waitForFinished(STOP_MS)

    def ring(self, command: Ring) -> None:
        self._send(command)

    def say(self, text: str) -> None:
        """The visitor of the chat says something more."""
        self._send(Say(text=text))

    def listen(self, caller: int, seconds: float) -> None:
        """`Heard` follows as news."""
        self._send(Listen(caller=caller, seconds=seconds))

    def hang_up(self, caller: int = 0) -> None:
        self._send(HangUp(caller=caller))

    def _send(self, command: DemoCommand) -> None:
        self._process.write(encode_line(command))

    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                news = decode_demo_news(line)
            except msgspec.DecodeError:
                logger.warning("the demo's bridge says: %s", line[:200])
                continue
            if isinstance(news, DemoReady):
                self.ready = news
            self.news.emit(news)

    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._errors = (self._errors + text)[-KEPT_ERRORS:]
        for line in text.splitlines():
            logger.info("bridge: %s", line)

    def _finished(self, code: int) -> None:
        if not self._stopping:
            self.ended.emit(f"the demo's bridge ended with {code}:\n{self._errors.strip()}")

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.ended.emit(f"the demo's bridge cannot be started: {self._process.errorString()}")
