"""Values that are hidden from this role, shown for a while with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cti_bridge.protocol.privacy import FieldRevealed, RevealField

if TYPE_CHECKING:
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import CustomerId

LEAST_REASON: Final = 3
MOST_REASON: Final = 200


class RevealingViewModel(QObject):
    """Nothing of it is kept: not over its seconds, and not over the session.

    Signals: `changed` with the field's name.
    """

    changed = Signal(str)

    def __init__(self, store: Store, commands: Commands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._shown: dict[tuple[str, str], str] = {}
        store.changed.connect(self._store_changed)

    def value(self, customer: CustomerId, field: str) -> str:
        """ "" while it is hidden."""
        return self._shown.get((customer, field), "")

    def pending(self, field: str) -> bool:
        return self._commands.pending(f"reveal {field}")

    def may_ask(self, reason: str) -> bool:
        return LEAST_REASON <= len(" ".join(reason.split())) <= MOST_REASON

    def ask(self, customer: CustomerId, field: str, reason: str) -> bool:
        """False where the reason will not do, or the same is asked already."""
        if not self.may_ask(reason):
            return False
        command = RevealField(
            request_id=0, customer_id=customer, field=field, reason=" ".join(reason.split())
        )
        return self._commands.do(
            f"reveal {field}", command, lambda reply: self._came(customer, field, reply)
        )

    def hide(self, customer: CustomerId, field: str) -> None:
        if self._shown.pop((customer, field), None) is not None:
            self.changed.emit(field)

    def _came(self, customer: CustomerId, field: str, reply: AnyReply) -> None:
        if isinstance(reply, FieldRevealed):
            self._shown[customer, field] = reply.value
            timer = QTimer(self, singleShot=True, interval=reply.seconds * 1000)
            timer.timeout.connect(lambda: self.hide(customer, field))
            timer.timeout.connect(timer.deleteLater)
            timer.start()
            self.changed.emit(field)

    def _store_changed(self, old: State, new: State) -> None:
        if new.session is None and old.session is not None:
            fields = [field for _customer, field in self._shown]
            self._shown.clear()
            for field in fields:
                self.changed.emit(field)
