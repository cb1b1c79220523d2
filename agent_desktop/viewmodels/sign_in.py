"""Signing in: where, who, and what went wrong."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import FaultKind, LinkState

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.link import LinkFault, LinkPort
    from agent_desktop.preferences import Preferences

DEFAULT_PORT: Final = 8765
PATH: Final = "/v1"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class SignInViewModel(QObject):
    changed = Signal()

    def __init__(
        self,
        link: LinkPort,
        preferences: Preferences,
        parent: QObject | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._link, self._preferences, self._monotonic = link, preferences, monotonic
        self.fault: LinkFault | None = None
        self._free_at = 0.0
        self._tick = QTimer(self, interval=250)
        self._tick.timeout.connect(self._ticked)
        link.state_changed.connect(self._state)
        link.failed.connect(self._failed)

    @property
    def url(self) -> str:
        return self._preferences.text("url")

    @property
    def login(self) -> str:
        return self._preferences.text("login")

    @property
    def busy(self) -> bool:
        return self._link.state is LinkState.CONNECTING

    @property
    def wait_seconds(self) -> int:
        """Seconds until the bridge listens again after too many attempts."""
        return max(0, math.ceil(self._free_at - self._monotonic()))

    @property
    def can_sign_in(self) -> bool:
        return not self.busy and self.wait_seconds == 0

    def sign_in(self, url: str, login: str, password: str) -> None:
        if not self.can_sign_in:
            return
        self.fault = None
        address = normal_url(url)
        self._preferences.set_text("url", address)
        self._preferences.set_text("login", login.strip())
        self._link.sign_in(address, login.strip(), password)

    def _failed(self, fault: LinkFault) -> None:
        self.fault = fault
        if fault.kind is FaultKind.REFUSED and fault.refusal and fault.refusal.retry_after_s > 0:
            self._free_at = self._monotonic() + fault.refusal.retry_after_s
            self._tick.start()
        self.changed.emit()

    def _state(self, state: LinkState) -> None:
        if state is LinkState.ONLINE:
            self.fault = None
        self.changed.emit()

    def _ticked(self) -> None:
        if self.wait_seconds == 0:
            self._tick.stop()
        self.changed.emit()


def normal_url(text: str) -> str:
    """An address as people type it → a WebSocket URL: TLS, except on this machine itself."""
    text = text.strip().rstrip("/")
    try:
        given = urlsplit(text if "://" in text else f"//{text}")
        host, port = given.hostname, given.port
    except ValueError:  # the link will say that it is no address
        return text if "://" in text else f"wss://{text}"
    if given.scheme:
        return text if given.path else f"{text}{PATH}"
    scheme = "ws" if host in _LOOPBACK else "wss"
    where = given.netloc if port else f"{given.netloc}:{DEFAULT_PORT}"
    return f"{scheme}://{where}{given.path or PATH}"
