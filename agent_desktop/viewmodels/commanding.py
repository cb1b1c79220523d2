"""Commands on their way: a button stays disabled until the bridge has said yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cti_bridge.protocol.commands import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.link import LinkPort
    from cti_bridge.protocol.commands import AnyCommand, AnyReply


class Commands(QObject):
    """Sends each command once and remembers it by a key until its answer.

    Signals:
        changed: what is pending is another.
        refused: a `Refused` that nobody else takes care of, to be worded for the user.
    """

    changed = Signal()
    refused = Signal(object)

    def __init__(self, link: LinkPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._pending: set[str] = set()

    def pending(self, key: str) -> bool:
        return key in self._pending

    def do(
        self, key: str, command: AnyCommand, done: Callable[[AnyReply], None] | None = None
    ) -> bool:
        """False where the same is still on its way. `done` gets the reply that is no refusal."""
        if key in self._pending:
            return False
        self._pending.add(key)
        self.changed.emit()

        def answered(reply: AnyReply) -> None:
            self._pending.discard(key)
            self.changed.emit()
            if isinstance(reply, Refused):
                self.refused.emit(reply)
            elif done:
                done(reply)

        self._link.request(command, answered)
        return True
