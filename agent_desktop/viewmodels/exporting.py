"""A list of customers out of the house: with a reason, up to a limit, into a file."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.asking import Asker
from agent_desktop.viewmodels.subject_rights import good_reason
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.privacy import CustomersExported, ExportCustomers
from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply

logger = logging.getLogger(__name__)
EXPORT: Final = "export"
MAX_TEXT: Final = 100


class ExportViewModel(QObject):
    """Signals: `changed`."""

    changed = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        self._forget()
        store.changed.connect(self._follow)

    def _forget(self) -> None:
        self._asker.forget(EXPORT)
        self.path = Path()
        self.done: CustomersExported | None = None
        self.error: Refused | None = None
        self.unwritten = False  # it came, and cannot be written here

    @property
    def may(self) -> bool:
        return self._store.state.may(Permission.EXPORT)

    @property
    def most(self) -> int:
        """Customers in one export; 0: nothing leaves this house."""
        return self._store.state.settings.export_rows

    @property
    def busy(self) -> bool:
        return self._asker.waiting(EXPORT)

    def can_export(self, reason: str) -> bool:
        return self.may and self.most > 0 and good_reason(reason) and not self.busy

    def export(self, text: str, limit: int, reason: str, path: Path) -> bool:
        """`limit` 0: as many as are allowed. False where it cannot be asked."""
        if not self.can_export(reason):
            return False
        self._forget()
        self.path = path
        command = ExportCustomers(
            request_id=0,
            reason=" ".join(reason.split()),
            text=" ".join(text.split())[:MAX_TEXT],
            limit=limit,
        )
        self._asker.ask(EXPORT, command, self._came)
        self.changed.emit()
        return True

    def _came(self, reply: AnyReply) -> None:
        if isinstance(reply, CustomersExported):
            self.done = reply
            try:
                _write(self.path, reply.data)
            except OSError as error:
                logger.warning("an export was not written: %s", error)
                self.unwritten = True
        elif isinstance(reply, Refused):
            self.error = reply
        self.changed.emit()

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._forget()
            self.changed.emit()
        elif old.settings is not new.settings:
            self.changed.emit()


def _write(path: Path, data: bytes) -> None:
    """For its owner alone."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
        out.write(data)
