"""The Customers page: a search as typed, and which file stands open beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import CustomersFound, Refused, SearchCustomers
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.vocabulary import Permission, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode

MAX_TEXT: Final = 100
PAGE: Final = 50
MOST: Final = 200
SEARCH: Final = "search"


class CustomersViewModel(QObject):
    """Signals: `changed` when anything shown changed, `opened` with the customer to show."""

    changed = Signal()
    opened = Signal(object)

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        *,
        debounce_ms: int = 120,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        link.received.connect(self.apply)
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._timer.timeout.connect(self.search)
        self._limit = PAGE
        self.text = ""
        self.found_for: str | None = None  # the text that `results` answer; None before the first
        self.results: tuple[CustomerCard, ...] = ()
        self.more = False
        self.error: RefusalCode | None = None
        self.selected: CustomerId | None = None

    @property
    def busy(self) -> bool:
        return self._timer.isActive() or self._asker.waiting(SEARCH)

    @property
    def can_edit(self) -> bool:
        return self._store.state.may(Permission.EDIT_CUSTOMERS)

    @property
    def can_originate(self) -> bool:
        return Verb.ORIGINATE in self._store.state.settings.switch_verbs

    def now(self) -> datetime:
        return self._store.now()

    @property
    def can_show_more(self) -> bool:
        return self.more and self._limit < MOST

    def type(self, text: str) -> None:
        """What stands in the search field; asks the bridge when the typing pauses."""
        text = " ".join(text.split())[:MAX_TEXT]
        if text == self.text and self.found_for is not None:
            return
        self.text, self._limit = text, PAGE
        self._asker.forget(SEARCH)
        self._timer.start()
        self.changed.emit()

    def search(self) -> None:
        """Ask now; the answer to an older question is dropped when it comes."""
        self._timer.stop()
        text = self.text
        self._asker.ask(
            SEARCH,
            SearchCustomers(request_id=0, text=text, limit=self._limit),
            lambda reply: self._found(text, reply),
        )
        self.changed.emit()

    def show_more(self) -> None:
        if self.can_show_more:
            self._limit = min(self._limit * 2, MOST)
            self.search()

    def open(self, customer_id: CustomerId | None) -> None:
        if customer_id != self.selected:
            self.selected = customer_id
            self.opened.emit(customer_id)
            self.changed.emit()

    def apply(self, event: object) -> None:
        """A fact of the bridge: somebody saved a customer that stands in the list."""
        if isinstance(event, CustomerChanged) and any(
            card.customer_id == event.customer_id and card.version < event.version
            for card in self.results
        ):
            self._timer.start()

    def created(self, customer_id: CustomerId) -> None:
        """A customer was made here: show its file, and look again."""
        self.search()
        self.open(customer_id)

    def _found(self, text: str, reply: AnyReply) -> None:
        match reply:
            case CustomersFound(customers=customers, more=more):
                self.results, self.more, self.error = customers, more, None
                self.found_for = text
            case Refused(code=code):
                self.error = code
            case _:
                return
        self.changed.emit()
