"""The Missed calls page: who called in vain, who is calling back, and what closes a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from cti_bridge.protocol.commands import CloseMissed, Originate, Refused
from cti_bridge.protocol.vocabulary import Verb

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import MissedView
    from cti_bridge.protocol.vocabulary import InteractionId, QueueId, RefusalCode

REASONS: Final = ("reached", "no_answer", "wrong_number", "not_needed", "other")
"""Codes of why a missed call is closed; the view words them, the bridge keeps them."""
MAX_REASON: Final = 200


class MissedViewModel(QObject):
    """Signals: `changed`; `called_back` with the MissedView when the bridge took the call."""

    changed = Signal()
    called_back = Signal(object)

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._store = link, store
        self._all: tuple[MissedView, ...] = ()
        self.me = ""
        self.queue_id: QueueId | None = None
        self.pending: frozenset[InteractionId] = frozenset()
        self.errors: dict[InteractionId, RefusalCode] = {}
        store.changed.connect(self._follow)
        self._take(store.state)

    @property
    def rows(self) -> tuple[MissedView, ...]:
        """Of the chosen queue, the one that waits longest for its call first."""
        chosen = (m for m in self._all if self.queue_id in (None, m.queue_id))
        return tuple(sorted(chosen, key=lambda m: (m.at, m.interaction_id)))

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def queues(self) -> tuple[tuple[QueueId, str], ...]:
        """The queues that have missed calls, by name."""
        named = {m.queue_id: m.queue_name for m in self._all if m.queue_id is not None}
        return tuple(sorted(named.items(), key=lambda pair: pair[1].casefold()))

    @property
    def can_originate(self) -> bool:
        return Verb.ORIGINATE in self._store.state.settings.switch_verbs

    def age(self, row: MissedView) -> float:
        """Seconds since the call, on the bridge's clock."""
        return self._store.since(row.at)

    def now(self) -> datetime:
        return self._store.now()

    def _follow(self, old: State, new: State) -> None:
        if old.missed is not new.missed or old.agent != new.agent or old.settings != new.settings:
            self._take(new)

    def _take(self, state: State) -> None:
        self._all = tuple(state.missed.values())
        self.me = state.agent.name if state.agent else ""
        alive = {m.interaction_id for m in self._all}
        self.pending &= alive
        self.errors = {k: v for k, v in self.errors.items() if k in alive}
        if self.queue_id is not None and self.queue_id not in dict(self.queues):
            self.queue_id = None
        self.changed.emit()

    def show_queue(self, queue_id: QueueId | None) -> None:
        if queue_id != self.queue_id:
            self.queue_id = queue_id
            self.changed.emit()

    def find(self, interaction_id: InteractionId) -> MissedView | None:
        return next((m for m in self._all if m.interaction_id == interaction_id), None)

    def can_call(self, row: MissedView) -> bool:
        return (
            self.can_originate
            and bool(row.number)
            and not row.withheld
            and not row.taken_by
            and row.interaction_id not in self.pending
        )

    def can_close(self, row: MissedView) -> bool:
        return row.interaction_id not in self.pending

    def call_back(self, interaction_id: InteractionId) -> None:
        row = self.find(interaction_id)
        if row is None or not self.can_call(row):
            return
        self._begin(interaction_id)
        self._link.request(
            Originate(
                request_id=0,
                to=row.number,
                queue_id=row.queue_id,
                customer_id=row.customer_id,
                missed_id=interaction_id,
            ),
            lambda reply: self._called(row, reply),
        )

    def close(self, interaction_id: InteractionId, reason: str) -> None:
        """Take the row off everybody's list, saying why (a code of `REASONS`, or own words)."""
        row = self.find(interaction_id)
        if row is None or not self.can_close(row):
            return
        self._begin(interaction_id)
        command = CloseMissed(
            request_id=0, interaction_id=interaction_id, reason=reason.strip()[:MAX_REASON]
        )
        self._link.request(command, lambda reply: self._ended(interaction_id, reply))

    def _begin(self, interaction_id: InteractionId) -> None:
        self.pending |= {interaction_id}
        self.errors.pop(interaction_id, None)
        self.changed.emit()

    def _called(self, row: MissedView, reply: AnyReply) -> None:
        self._ended(row.interaction_id, reply)
        if not isinstance(reply, Refused):
            self.called_back.emit(row)

    def _ended(self, interaction_id: InteractionId, reply: AnyReply) -> None:
        self.pending -= {interaction_id}
        if isinstance(reply, Refused) and self.find(interaction_id) is not None:
            self.errors[interaction_id] = reply.code
        self.changed.emit()
