"""Ctrl+K: customers, numbers and everything that can be done, by typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.folding import folded
from agent_desktop.viewmodels.asking import Asker
from agent_desktop.viewmodels.call import dialable
from cti_bridge.protocol.commands import CustomersFound, SearchCustomers
from cti_bridge.protocol.searching import (
    SearchTexts,
    TextsFound,
)
from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from agent_desktop.viewmodels.call import CallViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import CustomerCard, TextHit

LIMIT: Final = 8
TEXTS: Final = 4
LEAST_TEXT: Final = 3
PAUSE_MS: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done; the view words it and gives the list at each opening."""

    icon: str
    title: str
    hint: str = ""  # e.g. its key
    run: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row: a customer, something that was written, a number to call, or an action."""

    customer: CustomerCard | None = None
    alike: bool = False  # the customer is spelt otherwise than was typed
    text: TextHit | None = None
    number: str = ""
    action: Action | None = None


class CommandBarViewModel(QObject):
    """Signals: `changed` (the rows), `customer_asked` (a CustomerId to open), `text_asked` (a
    TextHit to open in its place)."""

    changed = Signal()
    customer_asked = Signal(object)
    text_asked = Signal(object)

    def __init__(
        self, link: LinkPort, store: Store, call: CallViewModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._call, self._asker = store, call, Asker(link)
        self._text = ""
        self._actions: tuple[Action, ...] = ()
        self._customers: tuple[CustomerCard, ...] = ()
        self._alike = 0
        self._texts: tuple[TextHit, ...] = ()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)

    @property
    def searching(self) -> bool:
        return self._pause.isActive() or self._asker.waiting("customers")

    @property
    def text(self) -> str:
        return self._text

    @property
    def entries(self) -> tuple[Entry, ...]:
        words = folded(self._text).split()
        fitting = [a for a in self._actions if all(w in folded(a.title) for w in words)]
        number = dialable(self._text) if self._call.can_originate else ""
        return (
            *((Entry(number=number),) if number else ()),
            *(
                Entry(customer=c, alike=at >= len(self._customers) - self._alike)
                for at, c in enumerate(self._customers)
            ),
            *(Entry(text=hit) for hit in self._texts),
            *(Entry(action=a) for a in fitting),
        )

    def begin(self, actions: tuple[Action, ...]) -> None:
        self._actions, self._text, self._customers, self._texts = actions, "", (), ()
        self.changed.emit()

    def type(self, text: str) -> None:
        self._text = text
        if len(text.strip()) >= 2 and self._store.state.may(Permission.READ_CUSTOMERS):
            self._pause.start()
        else:
            self._pause.stop()
            self._asker.forget("customers")
            self._asker.forget("texts")
            self._customers, self._texts = (), ()
        self.changed.emit()

    def run(self, entry: Entry) -> None:
        if entry.customer is not None:
            self.customer_asked.emit(entry.customer.customer_id)
        elif entry.text is not None:
            self.text_asked.emit(entry.text)
        elif entry.number:
            self._call.originate(entry.number)
        elif entry.action is not None:
            entry.action.run()

    def _search(self) -> None:
        command = SearchCustomers(request_id=0, text=self._text.strip(), limit=LIMIT)
        self._asker.ask("customers", command, self._found)
        text = self._text.strip()
        if len(text) >= LEAST_TEXT and self._store.state.may(Permission.READ_HISTORY):
            wanted = SearchTexts(request_id=0, text=text, limit=TEXTS)
            self._asker.ask("texts", wanted, self._said)
        else:
            self._asker.forget("texts")
            self._texts = ()

    def _found(self, reply: AnyReply) -> None:
        found = reply if isinstance(reply, CustomersFound) else None
        self._customers = found.customers[:LIMIT] if found else ()
        self._alike = found.alike if found else 0
        self.changed.emit()

    def _said(self, reply: AnyReply) -> None:
        self._texts = reply.hits[:TEXTS] if isinstance(reply, TextsFound) else ()
        self.changed.emit()
