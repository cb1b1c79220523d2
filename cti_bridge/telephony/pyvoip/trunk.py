"""Watching a trunk's server: no registration tells whether it lives, so it is asked (OPTIONS)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Timer, Timers

EVERY: Final = 30.0  # seconds between questions while it answers
RETRY: Final = 10.0  # while it does not
PATIENCE: Final = 6.0
MISSES: Final = 2  # silences in a row before the line is called down


class TrunkLine(Protocol):
    """What the watch needs of its line."""

    @property
    def timers(self) -> Timers: ...
    def options(
        self,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        patience: float,
    ) -> None: ...
    def look_up(self, done: Callable[[str], None]) -> None: ...
    def line_up(self, detail: str) -> None: ...
    def line_down(self, detail: str) -> None: ...


class TrunkWatch:
    """Up once the name is found; down after MISSES silences; up again with the first answer.

    Any answer counts, a refusal too: who refuses lives.
    """

    def __init__(
        self, line: TrunkLine, *, server: str, jitter: Callable[[], float] = random.random
    ) -> None:
        self._line, self._server, self._jitter = line, server, jitter
        self._misses = 0
        self._up: bool | None = None  # None: nothing was told yet
        self._timer: Timer | None = None
        self._stopped = False

    def start(self) -> None:
        self._line.look_up(self._looked_up)

    def stop(self) -> None:
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def _looked_up(self, problem: str) -> None:
        if self._stopped:
            return
        if problem:
            self._say_down(f"{problem}; check `server` of the line and the DNS")
            self._wait(RETRY, self.start)
        elif self._up is None:
            self._say_up()
            self._wait(EVERY, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        if not self._stopped:
            self._line.options(self._answered, self._silence, patience=PATIENCE)

    def _answered(self, response: LineMessage) -> None:
        if self._stopped or response.code < 200:
            return
        self._misses = 0
        self._say_up()
        self._wait(EVERY, self._ask)

    def _silence(self) -> None:
        if self._stopped:
            return
        self._misses += 1
        if self._misses >= MISSES:
            self._say_down("it does not answer; check that it runs, `server`, and the firewall")
        self._wait(RETRY, self.start)  # its address may be another by now

    def _say_up(self) -> None:
        if self._up is not True:
            self._up = True
            self._line.line_up(f"trunk to {self._server}")

    def _say_down(self, why: str) -> None:
        if self._up is not False:
            self._up = False
            self._line.line_down(f"{self._server}: {why}")

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._timer = self._line.timers.call_later(seconds * (0.9 + 0.2 * self._jitter()), then)
