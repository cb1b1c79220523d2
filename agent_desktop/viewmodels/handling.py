"""What is done with a contact on any channel: taken, parked, split, called, looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import (
    AcceptOffer,
    DialContact,
    ParkContact,
    SplitContact,
    TakeContact,
)
from cti_bridge.protocol.vocabulary import InteractionState, Permission, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId, MessageId, QueueId

MAX_NOTE: Final = 1_000
MAX_NUMBER: Final = 64
MAX_SUBJECT: Final = 200
MAX_SPLIT: Final = 100  # messages
SOONEST: Final = timedelta(minutes=1)
LATEST: Final = timedelta(days=90)


class HandlingViewModel(QObject):
    """Every verb is asked once, and its button is off until the bridge has answered.

    Signals: `changed`; `asked_to_work` when a person asks for the field where one works on the
    open contact.
    """

    changed = Signal()
    asked_to_work = Signal()

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands,
        work: WorkViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands, self._work = link, store, commands, work
        for signal in (work.selected_changed, work.interaction_changed, commands.changed):
            signal.connect(self.changed)
        store.changed.connect(self._store_changed)

    @property
    def interaction(self) -> InteractionView | None:
        return self._work.interaction

    def offered(self, verb: Verb) -> bool:
        """Whether it may be done with the open contact at all."""
        view = self.interaction
        return view is not None and verb in view.verbs

    def can(self, verb: Verb) -> bool:
        return (
            self.offered(verb)
            and self._link.state is LinkState.ONLINE
            and not self._commands.pending(f"{verb} {self._work.selected}")
        )

    def can_take(self, view: InteractionView) -> bool:
        return (
            (Verb.TAKE in view.verbs or view.state is InteractionState.PARKED)
            and self._store.state.may(Permission.HANDLE_CONTACTS)
            and self._link.state is LinkState.ONLINE
            and not self._commands.pending(f"{Verb.TAKE} {view.interaction_id}")
        )

    def take(self, interaction_id: InteractionId | None = None) -> None:
        """Out of the queue, or back from being parked; what rings here is accepted."""
        key = interaction_id or self._work.selected
        view = self._store.state.interactions.get(key) if key else None
        if view is None or self._accept(view) or not self.can_take(view):
            return
        command = TakeContact(request_id=0, interaction_id=view.interaction_id)
        self._commands.do(f"{Verb.TAKE} {view.interaction_id}", command)

    def _accept(self, view: InteractionView) -> bool:
        for offer_id, offer in self._store.state.offers.items():
            if offer.view.interaction.interaction_id == view.interaction_id:
                command = AcceptOffer(request_id=0, offer_id=offer_id)
                self._commands.do(f"accept {offer_id}", command)
                return True
        return False

    def park(self, until: datetime, note: str = "") -> None:
        """Until a time between a minute and 90 days from now; what is further is brought in."""
        view, now = self.interaction, self._store.now()
        if view is None or not self.can(Verb.PARK):
            return
        when = min(max(until, now + SOONEST), now + LATEST)
        command = ParkContact(
            request_id=0, interaction_id=view.interaction_id, until=when, note=note[:MAX_NOTE]
        )
        self._commands.do(f"{Verb.PARK} {view.interaction_id}", command)

    def split(
        self,
        messages: Sequence[MessageId],
        queue_id: QueueId | None = None,
        subject: str = "",
    ) -> None:
        """These messages become a contact of their own: this agent's, or a queue's."""
        view = self.interaction
        if view is None or not messages or not self.can(Verb.SPLIT):
            return
        command = SplitContact(
            request_id=0,
            interaction_id=view.interaction_id,
            message_ids=tuple(messages)[:MAX_SPLIT],
            queue_id=queue_id,
            subject=subject.strip()[:MAX_SUBJECT],
        )
        self._commands.do(f"{Verb.SPLIT} {view.interaction_id}", command)

    def dial(self, to: str = "") -> None:
        """Calls whom the open contact is about, from inside it."""
        view = self.interaction
        if view is None or not self.can(Verb.DIAL) or not (to.strip() or view.call_to):
            return
        command = DialContact(
            request_id=0, interaction_id=view.interaction_id, to=to.strip()[:MAX_NUMBER]
        )
        self._commands.do(f"{Verb.DIAL} {view.interaction_id}", command)

    def _store_changed(self, old: State, new: State) -> None:
        if old.link is not new.link:
            self.changed.emit()
