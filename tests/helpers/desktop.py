"""A link without a network: a test sees what was asked and says what comes back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkFault, LinkState
from cti_bridge.protocol.commands import Refused, SignedIn
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.events import AnyEvent

C = TypeVar("C")


class FakeLink(QObject):
    """Records requests in `sent`; `reply()` answers the newest one that waits."""

    received = Signal(object)
    state_changed = Signal(object)
    failed = Signal(object)
    audio = Signal(bytes)

    def __init__(self, state: LinkState = LinkState.ONLINE) -> None:
        super().__init__()
        self.state = state
        self.frame_at = time.perf_counter()
        self.sent: list[AnyCommand] = []
        self.voice: list[bytes] = []
        self.sign_ins: list[tuple[str, str, str]] = []
        self._waiting: list[tuple[AnyCommand, Callable[[AnyReply], None]]] = []
        self.answers: dict[type, Callable[[AnyCommand], AnyReply]] = {}  # answered at once

    # -- LinkPort

    def request(
        self, command: AnyCommand, on_reply: Callable[[AnyReply], None] | None = None
    ) -> None:
        stamped = msgspec.structs.replace(command, request_id=len(self.sent) + 1)
        self.sent.append(stamped)
        if on_reply is None:
            return
        if self.state is not LinkState.ONLINE:
            on_reply(self._lost(stamped))
        elif type(stamped) in self.answers:
            on_reply(self.answers[type(stamped)](stamped))
        else:
            self._waiting.append((stamped, on_reply))

    def send_audio(self, data: bytes) -> None:
        self.voice.append(data)

    def sign_in(self, url: str, login: str, password: str) -> None:
        self.sign_ins.append((url, login, password))
        self.set_state(LinkState.CONNECTING)

    def sign_out(self) -> None:
        self.set_state(LinkState.SIGNED_OUT)

    # -- what a test does

    def emit(self, frame: AnyEvent | SignedIn) -> None:
        """The bridge tells something."""
        self.frame_at = time.perf_counter()
        self.received.emit(frame)

    def reply(self, reply: AnyReply) -> None:
        """Answers the newest request that waits."""
        command, on_reply = self._waiting.pop()
        on_reply(msgspec.structs.replace(reply, request_id=command.request_id))

    def reply_to(self, kind: type, reply: AnyReply) -> None:
        """Answers the oldest waiting request of this kind."""
        for index, (command, on_reply) in enumerate(self._waiting):
            if isinstance(command, kind):
                del self._waiting[index]
                on_reply(msgspec.structs.replace(reply, request_id=command.request_id))
                return
        raise AssertionError(f"no {kind.__name__} waits for a reply")

    def fail(self, fault: LinkFault) -> None:
        self.set_state(LinkState.SIGNED_OUT)
        self.failed.emit(fault)

    def set_state(self, state: LinkState) -> None:
        self.state = state
        if state is not LinkState.ONLINE:
            waiting, self._waiting = self._waiting, []
            for command, on_reply in waiting:
                on_reply(self._lost(command))
        self.state_changed.emit(state)

    def sent_of(self, kind: type[C]) -> list[C]:
        return [c for c in self.sent if isinstance(c, kind)]

    @staticmethod
    def _lost(command: AnyCommand) -> Refused:
        return Refused(
            request_id=command.request_id, code=RefusalCode.INTERNAL, detail="link lost"
        )
