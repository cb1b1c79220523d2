"""The access log as a supervisor asks it, and the alerts of unusual volume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.privacy import AccessListed, ListAccess, VolumeAlert
from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.privacy import AccessView
    from cti_bridge.protocol.vocabulary import (
        AccessKind,
        AgentId,
        CustomerId,
        RefusalCode,
    )

PAGE: Final = 100
MOST: Final = 2_000
MOST_ALERTS: Final = 20
LOG: Final = "log"


class PrivacyViewModel(QObject):
    """Signals: `changed`; `alerted` when `alerts` is another; `asked` when the log of one
    customer is wanted on the screen."""

    changed = Signal()
    alerted = Signal()
    asked = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._store, self._asker = link, store, Asker(link)
        self.wanted = ListAccess(request_id=0, limit=PAGE)
        self.customer_name = ""
        self.rows: tuple[AccessView, ...] = ()
        self.more = self.loaded = False
        self.error: RefusalCode | None = None
        self.alerts: tuple[VolumeAlert, ...] = ()
        link.received.connect(self._received)
        store.changed.connect(self._store_changed)

    @property
    def agents(self) -> tuple[tuple[AgentId, str], ...]:
        return self._store.state.settings.agents

    @property
    def busy(self) -> bool:
        return self._asker.waiting(LOG)

    @property
    def can_show_more(self) -> bool:
        return self.more and not self.busy and len(self.rows) < MOST

    # -- what is asked

    def look(self) -> None:
        """The newest page of what is wanted."""
        if self._may:
            self._asker.ask(LOG, self.wanted, self._came)
            self.changed.emit()

    def older(self) -> None:
        if self.can_show_more and self._may:
            asked = replace(self.wanted, before=self.rows[-1].n)
            self._asker.ask(LOG, asked, self._came_older)
            self.changed.emit()

    def of_customer(self, customer: CustomerId | None, name: str = "") -> None:
        """Who looked at this one; by anybody."""
        self.customer_name = name
        self._want(replace(self.wanted, customer_id=customer, agent_id=None))

    def show_customer(self, customer: CustomerId, name: str) -> None:
        """From a file: who looked at it."""
        self.of_customer(customer, name)
        self.asked.emit()

    @property
    def may(self) -> bool:
        return self._store.state.may(Permission.AUDIT)

    def of_agent(self, agent: AgentId | None) -> None:
        """What this one looked at; at anybody."""
        self.customer_name = ""
        self._want(replace(self.wanted, agent_id=agent, customer_id=None))

    def of_kind(self, kind: AccessKind | None) -> None:
        self._want(replace(self.wanted, kinds=(kind,) if kind else ()))

    def clear(self) -> None:
        self.customer_name = ""
        self._want(ListAccess(request_id=0, limit=PAGE))

    def dismiss(self) -> None:
        """The oldest alert was read."""
        self.alerts = self.alerts[1:]
        self.alerted.emit()

    @property
    def filtered(self) -> bool:
        wanted = self.wanted
        return bool(wanted.customer_id or wanted.agent_id or wanted.kinds)

    def _want(self, wanted: ListAccess) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.rows, self.more, self.loaded = (), False, False
            self.look()

    # -- what comes

    @property
    def _may(self) -> bool:
        return self.may and self._link.state is LinkState.ONLINE

    def _came(self, reply: AnyReply) -> None:
        self._put(reply, ())

    def _came_older(self, reply: AnyReply) -> None:
        self._put(reply, self.rows)

    def _put(self, reply: AnyReply, before: tuple[AccessView, ...]) -> None:
        if isinstance(reply, AccessListed):
            self.rows, self.more = (*before, *reply.entries), reply.more
            self.loaded, self.error = True, None
        elif isinstance(reply, Refused):
            self.error = reply.code
        self.changed.emit()

    def _received(self, frame: object) -> None:
        if isinstance(frame, VolumeAlert):
            others = tuple(one for one in self.alerts if one.agent_id != frame.agent_id)
            self.alerts = (*others, frame)[-MOST_ALERTS:]
            self.alerted.emit()

    def _store_changed(self, old: State, new: State) -> None:
        if new.session is None and old.session is not None:
            self.rows, self.more, self.loaded, self.alerts = (), False, False, ()
            self.wanted, self.customer_name = ListAccess(request_id=0, limit=PAGE), ""
            self.alerted.emit()
            self.changed.emit()
        elif old.settings.agents != new.settings.agents:
            self.changed.emit()
