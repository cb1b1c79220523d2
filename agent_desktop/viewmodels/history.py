"""The History page: filters, pages by cursor, and the contact that stands open beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.asking import Asker, is_back
from agent_desktop.viewmodels.open_contact import DETAIL, OpenContact
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.searching import (
    HistoryFound,
    SearchHistory,
)
from cti_bridge.protocol.subject_rights import CustomerErased
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import FINAL, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import ContactSummary, Settings
    from cti_bridge.protocol.vocabulary import InteractionId, RefusalCode

PAGE: Final = 200
MOST_NEWER: Final = 1000
EVERYTHING: Final = HistoryFilter()
ROWS: Final = "rows"


class HistoryViewModel(OpenContact, QObject):
    """Signals: `restarted` when the rows begin anew, `added` with a tuple of further rows,
    `changed` for the rest of the list's state, `detail_changed` for the open contact,
    `settings_changed` when there is something else to filter by."""

    restarted = Signal()
    added = Signal(object)
    changed = Signal()
    detail_changed = Signal()
    settings_changed = Signal()

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        *,
        debounce_ms: int = 200,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        link.received.connect(self.apply)
        store.changed.connect(self._follow)
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._timer.timeout.connect(self.reload)
        self._cursor = ""
        self._ended_since: set[InteractionId] = set()
        self._known: set[InteractionId] = set()
        self.filter = EVERYTHING
        self.loaded = False  # whether the first page has come
        self.count = 0  # rows so far
        self.error: RefusalCode | None = None

    @property
    def settings(self) -> Settings:
        """Agents, queues and dispositions to filter by."""
        return self._store.state.settings

    @property
    def can_originate(self) -> bool:
        return Verb.ORIGINATE in self.settings.switch_verbs

    def now(self) -> datetime:
        return self._store.now()

    @property
    def busy(self) -> bool:
        return self._timer.isActive() or self._asker.waiting(ROWS)

    @property
    def detail_busy(self) -> bool:
        return self._asker.waiting(DETAIL)

    @property
    def can_fetch_more(self) -> bool:
        return bool(self._cursor) and not self.busy and self.error is None

    @property
    def complete(self) -> bool:
        """Whether `count` is the whole of what the filter finds."""
        return self.loaded and not self._cursor

    @property
    def filtered(self) -> bool:
        return self.filter != EVERYTHING

    @property
    def newer(self) -> int:
        """How many contacts ended since the list was loaded."""
        return len(self._ended_since)

    # -- the list -------------------------------------------------------------------------------

    def set_filter(self, *, at_once: bool = True, **changes: Any) -> None:
        """Change some fields of the filter; typed text waits for a pause (`at_once=False`)."""
        wanted = msgspec.structs.replace(self.filter, **changes)
        if wanted == self.filter:
            return
        self.filter = wanted
        if at_once:
            self.reload()
        else:
            self._asker.forget(ROWS)
            self._timer.start()
            self.changed.emit()

    def clear_filter(self) -> None:
        if self.filtered:
            self.filter = EVERYTHING
            self.reload()

    def ensure_loaded(self) -> None:
        """The page is shown: load it the first time, or again after a failure."""
        if not self.busy and (not self.loaded or self.error is not None):
            self.reload()

    def reload(self) -> None:
        self._timer.stop()
        self._asker.ask(ROWS, self._search(""), self._first_page)
        self.changed.emit()

    def fetch_more(self) -> None:
        """The next page, by cursor; nothing while a page is on its way."""
        if self.can_fetch_more:
            self._asker.ask(ROWS, self._search(self._cursor), self._next_page)
            self.changed.emit()

    def retry(self) -> None:
        """After a refusal: the page that failed, or the list from its start."""
        self.error = None
        if self._cursor:
            self.fetch_more()
        else:
            self.reload()

    def _search(self, cursor: str) -> SearchHistory:
        return SearchHistory(request_id=0, filter=self.filter, cursor=cursor, limit=PAGE)

    def _first_page(self, reply: AnyReply) -> None:
        if isinstance(reply, HistoryFound):
            self.loaded, self.count, self._cursor = True, 0, ""
            self._known.clear()
            self._ended_since.clear()
            self.restarted.emit()
        self._next_page(reply)

    def _next_page(self, reply: AnyReply) -> None:
        match reply:
            case HistoryFound(contacts=contacts, cursor=cursor):
                self.error = None
                fresh = tuple(c for c in contacts if c.interaction_id not in self._known)
                self._cursor = cursor if fresh or not self._known else ""
                self._add(fresh)
            case Refused(code=code):
                self.error = code
            case _:
                return
        self.changed.emit()

    def _add(self, rows: tuple[ContactSummary, ...]) -> None:
        self._known.update(row.interaction_id for row in rows)
        self.count += len(rows)
        if rows:
            self.added.emit(rows)

    def apply(self, event: object) -> None:
        """A fact of the bridge: a contact that ended since is offered as "newer"."""
        match event:
            case InteractionChanged(interaction=view) if self.loaded and view.state in FINAL:
                self._ended(view.interaction_id)
            case CustomerErased() if self.loaded:
                self.reload()
            case _:
                pass

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._forget()
        if old.settings != new.settings:
            self.settings_changed.emit()
        if is_back(old, new) and self.error is not None:
            self.retry()

    def _forget(self) -> None:
        """Nothing of one agent's session stays for the next."""
        self._timer.stop()
        self._asker.forget(ROWS)
        self._known.clear()
        self._ended_since.clear()
        self.filter, self._cursor, self.loaded, self.count = EVERYTHING, "", False, 0
        self.error = None
        self.restarted.emit()
        self.open(None)
        self.changed.emit()

    def _ended(self, interaction_id: InteractionId) -> None:
        new = interaction_id not in self._known and interaction_id not in self._ended_since
        if new and len(self._ended_since) < MOST_NEWER:
            self._ended_since.add(interaction_id)
            self.changed.emit()

    def _contact_changed(self) -> None:
        self.detail_changed.emit()
