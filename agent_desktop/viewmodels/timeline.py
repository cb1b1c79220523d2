"""A customer's contacts over all channels: filtered, page by page, and one of them opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.asking import Asker
from agent_desktop.viewmodels.open_contact import OpenContact
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.searching import (
    HistoryFound,
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import ContactSummary, CustomerFile, Settings
    from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode

PAGE: Final = 200
EVERYTHING: Final = HistoryFilter()
ROWS: Final = "rows"


class TimelineViewModel(OpenContact, QObject):
    """Signals: `changed` (rows or filter), `opened` (the contact that is read, or none)."""

    changed = Signal()
    opened = Signal()

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        file: CustomerFileViewModel,
        *,
        debounce_ms: int = 200,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asker, self._store, self._file = Asker(link), store, file
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._timer.timeout.connect(self.reload)
        self._customer: CustomerId | None = None
        self._seen: CustomerFile | None = None
        self._found: tuple[ContactSummary, ...] = ()
        self._cursor = ""
        self.filter = EVERYTHING
        self.error: RefusalCode | None = None
        file.changed.connect(self._follow)

    @property
    def settings(self) -> Settings:
        """Agents and queues to filter by."""
        return self._store.state.settings

    @property
    def filtered(self) -> bool:
        return self.filter != EVERYTHING

    @property
    def busy(self) -> bool:
        return self._timer.isActive() or self._asker.waiting(ROWS) or self._file.loading

    @property
    def rows(self) -> tuple[ContactSummary, ...]:
        """Newest first; of a filter what has come so far."""
        return self._found if self.filtered else self._file.timeline

    @property
    def can_load_more(self) -> bool:
        if not self.filtered:
            return self._file.can_load_more
        return bool(self._cursor) and not self.busy and self.error is None

    def load_more(self) -> None:
        if not self.filtered:
            self._file.load_more()
        elif self.can_load_more:
            self._ask(self._cursor)

    def set_filter(self, *, at_once: bool = True, **changes: Any) -> None:
        """Change some fields; typed text waits for a pause (`at_once=False`)."""
        wanted = msgspec.structs.replace(self.filter, **changes)
        if wanted == self.filter:
            return
        self.filter = wanted
        self._asker.forget(ROWS)
        self._found, self._cursor, self.error = (), "", None
        if at_once or not self.filtered:
            self.reload()
        else:
            self._timer.start()
            self.changed.emit()

    def clear_filter(self) -> None:
        self.set_filter(**msgspec.structs.asdict(EVERYTHING))

    def reload(self) -> None:
        self._timer.stop()
        if self.filtered and self._customer is not None:
            self._ask("")
        self.changed.emit()

    def _ask(self, cursor: str) -> None:
        wanted = msgspec.structs.replace(self.filter, customer_id=self._customer)
        command = SearchHistory(request_id=0, filter=wanted, cursor=cursor, limit=PAGE)
        self._asker.ask(ROWS, command, lambda reply: self._came(cursor, reply))

    def _came(self, cursor: str, reply: AnyReply) -> None:
        match reply:
            case HistoryFound(contacts=contacts, cursor=following):
                known = {c.interaction_id for c in self._found} if cursor else set()
                fresh = tuple(c for c in contacts if c.interaction_id not in known)
                self._found = (self._found if cursor else ()) + fresh
                self._cursor, self.error = (following if fresh else ""), None
            case Refused(code=code):
                self.error = code
            case _:
                return
        self.changed.emit()

    def _follow(self) -> None:
        """Another customer begins without a filter; a newer file is asked for by the filter."""
        if self._file.customer_id != self._customer:
            self._customer = self._file.customer_id
            self._asker.forget(ROWS)
            self._timer.stop()
            self.filter, self._found, self._cursor, self.error = EVERYTHING, (), "", None
            self.open(None)
        elif self._file.file is not self._seen and self.filtered:
            self._ask("")
        self._seen = self._file.file
        self.changed.emit()

    def _contact_changed(self) -> None:
        self.opened.emit()
