"""Picks a customer by typing: who is related to the one that is being edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import CustomersFound, SearchCustomers

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId

SEARCH: Final = "search"
SHOWN: Final = 6
MAX_TEXT: Final = 100


class CustomerPicker(QObject):
    """Signal: `changed` when there is something else to choose from."""

    changed = Signal()

    def __init__(
        self, link: LinkPort, parent: QObject | None = None, *, debounce_ms: int = 120
    ) -> None:
        super().__init__(parent)
        self._asker = Asker(link)
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._timer.timeout.connect(self.search)
        self.text = ""
        self.without: CustomerId | None = None  # the customer itself is no choice
        self.found: tuple[CustomerCard, ...] = ()
        self.answered = False  # what is typed has been looked for

    def type(self, text: str) -> None:
        """Asks when the typing pauses; "" forgets."""
        self.text, self.answered = " ".join(text.split())[:MAX_TEXT], False
        self._asker.forget(SEARCH)
        self._timer.stop()
        if self.text:
            self._timer.start()
        else:
            self.found = ()
        self.changed.emit()

    def search(self) -> None:
        self._timer.stop()
        if self.text:
            command = SearchCustomers(request_id=0, text=self.text, limit=SHOWN + 1)
            self._asker.ask(SEARCH, command, self._answer)

    def _answer(self, reply: AnyReply) -> None:
        self.answered = True
        found = reply.customers if isinstance(reply, CustomersFound) else ()
        self.found = tuple(one for one in found if one.customer_id != self.without)[:SHOWN]
        self.changed.emit()
