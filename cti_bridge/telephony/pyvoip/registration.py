"""Staying registered (RFC 3261 section 10), through any length of outage.

pyVoIP 1.6.8 gives up for good after three failures, holds its receive lock for 30 s while it
waits, and calls a lost datagram wrong credentials. Here one REGISTER every half minute is the
binding's refresh, the NAT's keep-alive and the watch on the registrar in one.
"""

from __future__ import annotations

import logging
import random
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.telephony.addresses import parse_address, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.pyvoip.client import LineClient
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Timer, Timers

logger = logging.getLogger(__name__)
KEEP_ALIVE: Final = 30.0  # seconds between REGISTERs at most
PATIENCE: Final = 4.0  # seconds for an answer
BACKOFF: Final = (1.0, 2.0, 4.0, 6.0)  # seconds, the last for ever: back within 10 s
DENIED: Final = (30.0, 60.0, 120.0, 300.0)  # wrong credentials: a PBX bans who insists
MAX_EXPIRES: Final = 86_400


class RegistrationState(StrEnum):
    IDLE = "idle"
    TRYING = "trying"
    UP = "up"
    WAITING = "waiting"  # for the next attempt
    LEAVING = "leaving"


class Registrar(Protocol):
    """What the registration needs of its line."""

    @property
    def timers(self) -> Timers: ...
    @property
    def sip(self) -> LineClient: ...
    def register(
        self,
        expires: int,
        authorization: str,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        patience: float,
    ) -> None:
        """Sends a REGISTER; raises OSError when there is no server to send to."""

    def look_up(self, done: Callable[[str], None]) -> None:
        """Looks the server's name up again; `done` gets "" or why it failed."""

    def line_up(self, detail: str) -> None: ...
    def line_down(self, detail: str) -> None: ...


class Registration:
    def __init__(
        self,
        registrar: Registrar,
        *,
        server: str,
        user: str,
        expires: int,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._line, self._server, self._user = registrar, server, user
        self._expires = expires
        self._jitter = jitter
        self.state = RegistrationState.IDLE
        self._failures = 0
        self._authenticated = 0
        self._round = 0  # answers to an older attempt are not listened to
        self._timer: Timer | None = None
        self._left: Callable[[], None] | None = None

    def start(self) -> None:
        self._attempt()

    def stop(self, left: Callable[[], None]) -> None:
        """Unregisters where it was registered; `left` is called once, within PATIENCE."""
        was, self.state = self.state, RegistrationState.LEAVING
        self._cancel_timer()
        if was is not RegistrationState.UP:
            left()
            return
        self._left, self._authenticated = left, 0
        self._send(0)

    def _attempt(self) -> None:
        self._timer = None
        if self.state is RegistrationState.LEAVING:
            return
        self._authenticated = 0
        if self.state is not RegistrationState.UP:
            self.state = RegistrationState.TRYING
            self._line.look_up(self._looked_up)
        else:
            self._send(self._expires)

    def _looked_up(self, problem: str) -> None:
        if self.state is RegistrationState.LEAVING:
            return
        if problem:
            self._failed(f"{self._server}: {problem}; check `server` of the line and the DNS")
        else:
            self._send(self._expires)

    def _send(self, expires: int) -> None:
        self._round += 1
        this = self._round

        def answered(response: LineMessage) -> None:
            if this == self._round:
                self._answered(response, expires)

        def timed_out() -> None:
            if this == self._round:
                self._silence()

        authorization = self._line.sip.credentials.header("REGISTER", f"sip:{self._server}")
        try:
            self._line.register(expires, authorization, answered, timed_out, patience=PATIENCE)
        except OSError as error:
            self._failed(f"cannot send to {self._server}: {error}")

    def _answered(self, response: LineMessage, expires: int) -> None:
        code = response.code
        if code < 200:
            return
        if code in (401, 407) and self._may_authenticate(response):
            self._send(expires)
        elif self.state is RegistrationState.LEAVING:
            self._gone()
        elif code < 300:
            self._registered(response)
        elif code == 423:
            self._too_brief(response)
        elif code in (401, 403, 404, 407):
            self._denied(response)
        else:
            self._failed(f"{self._server} answered REGISTER with {code} {response.reason[:80]}")

    def _may_authenticate(self, response: LineMessage) -> bool:
        if not self._line.sip.credentials.password or not self._line.sip.challenged(response):
            return False
        challenge = self._line.sip.credentials.challenge
        self._authenticated += 1
        # The first may answer the nonce of the last refresh; a second only a stale one.
        return self._authenticated == 1 or (
            self._authenticated == 2 and challenge is not None and challenge.stale
        )

    def _registered(self, response: LineMessage) -> None:
        granted = self._granted(response)
        was, self.state = self.state, RegistrationState.UP
        self._failures = 0
        # A tenth early or late, so that a hundred lines do not refresh in one second.
        wait = min(KEEP_ALIVE, granted * 0.75) * (0.9 + 0.2 * self._jitter())
        self._wait(max(wait, 1.0))
        if was is not RegistrationState.UP:
            self._line.line_up(f"registered at {self._server} as {self._user}")

    def _granted(self, response: LineMessage) -> float:
        """Seconds: of our own Contact, or of Expires, or what we asked for (section 10.2.4)."""
        contacts = [part for line in response.every("Contact") for part in split(line, ",")]
        bindings = [one for text in contacts if (one := parse_address(text))]
        own = [one for one in bindings if one.uri.user == self._user]
        texts = [one.params.get("expires", "") for one in own] + [response.first("Expires")]
        usable = [int(x) for x in texts if x.isascii() and x.isdigit() and len(x) < 8]
        if usable:
            return float(min(max(min(usable), 2), MAX_EXPIRES))
        return float(self._expires)

    def _too_brief(self, response: LineMessage) -> None:
        least = response.first("Min-Expires")
        usable = least.isascii() and least.isdigit() and len(least) < 6
        if usable and self._expires < int(least) <= MAX_EXPIRES:
            self._expires = int(least)
            self._send(self._expires)
        else:
            self._failed(f"{self._server} wants another `expires` ({least[:10] or 'unsaid'})")

    def _denied(self, response: LineMessage) -> None:
        hint = {
            403: "the PBX forbids this user; check `user`, `password` and its allow-list",
            404: f"the PBX does not know the user {self._user}; check `user`",
        }.get(response.code, "wrong `user`, `auth_user` or `password`")
        self._failed(f"{self._server} refused REGISTER ({response.code}): {hint}", denied=True)

    def _silence(self) -> None:
        self._failed(
            f"{self._server} does not answer; check that the PBX runs, `server`, and the firewall"
        )

    def _failed(self, detail: str, *, denied: bool = False) -> None:
        if self.state is RegistrationState.LEAVING:
            self._gone()
            return
        first = self._failures == 0 or self.state is RegistrationState.UP
        self.state = RegistrationState.WAITING
        steps = DENIED if denied else BACKOFF
        wait = steps[min(self._failures, len(steps) - 1)]
        self._failures += 1
        self._wait(wait * (0.75 + 0.5 * self._jitter()))
        if first:
            self._line.line_down(detail)

    def _gone(self) -> None:
        left, self._left = self._left, None
        if left is not None:
            left()

    def _wait(self, seconds: float) -> None:
        self._cancel_timer()
        self._timer = self._line.timers.call_later(seconds, self._attempt)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
