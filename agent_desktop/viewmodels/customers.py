"""The Customers page: a search as typed, and which file stands open beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.asking import Asker, is_back
from agent_desktop.viewmodels.commanding import Commands
from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
from agent_desktop.viewmodels.searches import SearchesViewModel
from cti_bridge.protocol.commands import CustomersFound, Refused, SearchCustomers
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.subject_rights import CustomerErased
from cti_bridge.protocol.values import CustomerDraft, IdentityView
from cti_bridge.protocol.vocabulary import IdentityKind, Permission, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode

MAX_TEXT: Final = 100
PAGE: Final = 50
MOST: Final = 100  # more is not found by a bridge either
SEARCH: Final = "search"


class CustomersViewModel(QObject):
    """Signals: `changed` when anything shown changed, `opened` with the customer to show."""

    changed = Signal()
    opened = Signal(object)

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands | None = None,
        *,
        debounce_ms: int = 120,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        self.file = CustomerFileViewModel(link, commands or Commands(link, self), self)
        self.editor = CustomerEditorViewModel(link, store, self)
        self.file.edit_asked.connect(self.editor.edit)
        self.editor.saved.connect(self._saved)
        link.received.connect(self.apply)
        store.changed.connect(self._follow)
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._timer.timeout.connect(self.search)
        self._limit = PAGE
        self.text = ""
        self.found_for: str | None = None  # the text that `results` answer; None before the first
        self.results: tuple[CustomerCard, ...] = ()
        self.more = False
        self.alike = 0  # the last so many of `results` are spelt otherwise than was typed
        self.searches = SearchesViewModel(link, store, commands or Commands(link, self), self)
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
        if text:
            self._timer.start()
        else:
            self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self._timer.stop()
        self._asker.forget(SEARCH)
        self.results, self.more, self.error, self.found_for = (), False, None, None
        self.alike = 0

    def search(self) -> None:
        """Ask now; the answer to an older question is dropped when it comes."""
        self._timer.stop()
        text = self.text
        if not text:
            return
        self._asker.ask(
            SEARCH,
            SearchCustomers(request_id=0, text=text, limit=self._limit),
            lambda reply: self._found(text, reply),
        )
        self.changed.emit()

    def is_alike(self, card: CustomerCard) -> bool:
        """Whether this one of the results is spelt otherwise than was typed."""
        return self.alike > 0 and card in self.results[-self.alike :]

    def show_more(self) -> None:
        if self.can_show_more:
            self._limit = min(self._limit * 2, MOST)
            self.search()

    def open(self, customer_id: CustomerId | None) -> None:
        """Show a file, from the list or from anywhere; what is being edited is not left."""
        if customer_id == self.selected or self.editor.dirty:
            return
        if self.editor.active:
            self.editor.leave()
        self.selected = customer_id
        card = next((c for c in self.results if c.customer_id == customer_id), None)
        if card is not None:
            self.file.show(card)
        elif customer_id is not None:
            self.file.open(customer_id)
        else:
            self.file.clear()
        self.opened.emit(customer_id)
        self.changed.emit()

    def create(self) -> None:
        """A form for a new customer; a typed name or number stands in it already."""
        if not self.editor.dirty:
            self.editor.create(draft_from(self.text if not self.results else ""))

    def apply(self, event: object) -> None:
        """A fact of the bridge: somebody saved, or erased, a customer that stands in the list."""
        if isinstance(event, CustomerErased):
            self._erased(event.customer_id)
        elif isinstance(event, CustomerChanged) and any(
            card.customer_id == event.customer_id and card.version < event.version
            for card in self.results
        ):
            self._timer.start()

    def _erased(self, customer_id: CustomerId) -> None:
        """It is in no list any more, nor in a form that somebody was typing into."""
        if self.editor.active and self.editor.customer_id == customer_id:
            self.editor.leave()
        if self.selected == customer_id:
            self.selected = None
            self.file.clear()
            self.opened.emit(None)
        exact = len(self.results) - self.alike
        gone = [at for at, one in enumerate(self.results) if one.customer_id == customer_id]
        self.results = tuple(one for one in self.results if one.customer_id != customer_id)
        self.alike -= sum(at >= exact for at in gone)
        self.changed.emit()

    def _saved(self, customer_id: CustomerId) -> None:
        self._timer.start()
        self.selected = customer_id
        self.file.open(customer_id)
        self.opened.emit(customer_id)
        self.changed.emit()

    def _follow(self, old: State, new: State) -> None:
        """Nothing of one agent's session stays for the next; what a cut stopped is asked again."""
        if is_back(old, new) and self.error is not None:
            self.search()
        if old.session is not None and new.session is None:
            self._forget()
            self.text, self.selected = "", None
            self.file.clear()
            self.editor.leave()
            self.changed.emit()

    def _found(self, text: str, reply: AnyReply) -> None:
        match reply:
            case CustomersFound(customers=customers, more=more, alike=alike):
                self.results, self.more, self.error = customers, more, None
                self.alike = alike
                self.found_for = text
            case Refused(code=code):
                self.error = code
            case _:
                return
        self.changed.emit()


def draft_from(text: str) -> CustomerDraft:
    """What was searched in vain, as the beginning of a new customer."""
    if "@" in text:
        kind = IdentityKind.EMAIL
    elif sum(c.isdigit() for c in text) > len(text) // 2:
        kind = IdentityKind.PHONE
    else:
        return CustomerDraft(name=text)
    identity = IdentityView(kind=kind, value=text, source="agent")
    return CustomerDraft(name="", identities=(identity,))
