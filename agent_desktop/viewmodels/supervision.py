"""Everybody's calls, and the one that a supervisor takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import (
    CallsListed,
    ListCalls,
    MonitorCall,
    Refused,
    StopMonitor,
)
from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.events import MonitorChanged
    from cti_bridge.protocol.values import LiveCallView
    from cti_bridge.protocol.vocabulary import InteractionId, MonitorMode, RefusalCode

AGAIN_MS: Final = 2_000


class SupervisionViewModel(QObject):
    """Asks for the calls while they are looked at. Signals: `changed`."""

    changed = Signal()

    def __init__(
        self, link: LinkPort, store: Store, commands: Commands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands = link, store, commands
        self._asker = Asker(link)
        self.rows: tuple[LiveCallView, ...] = ()
        self.loaded = False
        self.error: RefusalCode | None = None
        self._heard = ""  # the agent of the call that was asked for last
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self._ask)
        commands.changed.connect(self.changed)
        store.changed.connect(self._store_changed)

    @property
    def mine(self) -> MonitorChanged | None:
        """What this supervisor takes part in."""
        return self._store.state.monitor

    @property
    def heard(self) -> str:
        """The name of the agent whose call this supervisor takes part in; "" where unknown."""
        call = self.row(self.mine.interaction_id) if self.mine else None
        return call.agent_name if call else self._heard

    def look(self, on: bool) -> None:
        """Whether somebody looks at the list."""
        if on:
            self._again.start()
            self._ask()
        else:
            self._again.stop()

    def seconds(self, row: LiveCallView) -> float:
        return self._store.since(row.since)

    def row(self, key: InteractionId) -> LiveCallView | None:
        return next((one for one in self.rows if one.interaction_id == key), None)

    def can(self, row: LiveCallView | None, mode: MonitorMode) -> bool:
        if row is None or mode not in row.modes or not self._free:
            return False
        mine = self.mine
        same = mine is not None and (mine.interaction_id, mine.mode) == (row.interaction_id, mode)
        return not same

    @property
    def can_stop(self) -> bool:
        return self.mine is not None and self._free

    @property
    def _free(self) -> bool:
        online = self._link.state is LinkState.ONLINE
        return online and not self._commands.pending("monitor")

    def monitor(self, row: LiveCallView | None, mode: MonitorMode) -> None:
        if row is not None and self.can(row, mode):
            self._heard = row.agent_name
            command = MonitorCall(request_id=0, interaction_id=row.interaction_id, mode=mode)
            self._commands.do("monitor", command)

    def stop(self) -> None:
        if self.can_stop:
            self._commands.do("monitor", StopMonitor(request_id=0))

    def _ask(self) -> None:
        may = self._store.state.may(Permission.MONITOR)
        if may and self._link.state is LinkState.ONLINE and not self._asker.waiting("calls"):
            self._asker.ask("calls", ListCalls(request_id=0), self._came)

    def _came(self, reply: AnyReply) -> None:
        if isinstance(reply, CallsListed):
            self.rows, self.loaded, self.error = reply.calls, True, None
        elif isinstance(reply, Refused):
            self.error = reply.code
        self.changed.emit()

    def _store_changed(self, old: State, new: State) -> None:
        if new.session is None and old.session is not None:
            self.rows, self.loaded, self._heard = (), False, ""
        if old.monitor is not new.monitor or old.link is not new.link:
            self.changed.emit()
