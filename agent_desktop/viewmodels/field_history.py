"""Who changed a field of a customer's file, from what to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import FieldHistory, FieldHistoryListed, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.customer_values import FieldChangeView
    from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode


class FieldHistoryViewModel(QObject):
    """Signals: `changed`."""

    changed = Signal()

    def __init__(self, link: LinkPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = Asker(link)
        self.customer_id: CustomerId | None = None
        self.field = ""
        self._forget()

    def _forget(self) -> None:
        self.changes: tuple[FieldChangeView, ...] = ()
        self.more = False
        self.created_at: datetime | None = None
        self.created_by = ""
        self.error: RefusalCode | None = None

    @property
    def busy(self) -> bool:
        return self._asker.waiting("changes")

    def open(self, customer_id: CustomerId, field: str) -> None:
        """`field` as in `FieldChangeView`; "" for all."""
        self.customer_id, self.field = customer_id, field
        self._forget()
        self._ask(None)

    def load_more(self) -> None:
        if self.more and not self.busy:
            self._ask(self.changes[-1].change_id)

    def _ask(self, before: int | None) -> None:
        if self.customer_id is not None:
            command = FieldHistory(
                request_id=0, customer_id=self.customer_id, field=self.field, before=before
            )
            self._asker.ask("changes", command, self._listed)
        self.changed.emit()

    def _listed(self, reply: AnyReply) -> None:
        if isinstance(reply, FieldHistoryListed):
            self.changes += reply.changes
            self.more = reply.more and bool(reply.changes)
            self.created_at, self.created_by = reply.created_at, reply.created_by
        elif isinstance(reply, Refused):
            self.error = reply.code
        self.changed.emit()
