"""Own and waiting contacts, which of them are shown, and which one is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from cti_bridge.protocol.vocabulary import WAITING, Channel, InteractionState

if TYPE_CHECKING:
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId, QueueId

ORDER: Final = (Channel.VOICE, Channel.CHAT, Channel.EMAIL, Channel.CALLBACK, Channel.VOICEMAIL)


class WorkViewModel(QObject):
    """Signals: `changed` (the lists), `selected_changed` (another contact is open),
    `interaction_changed` (the open one is another version), `filter_changed`."""

    changed = Signal()
    selected_changed = Signal()
    interaction_changed = Signal()
    filter_changed = Signal()

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._selected: InteractionId | None = None
        self._channels: frozenset[Channel] = frozenset()
        self._queue: QueueId | None = None
        store.changed.connect(self._changed)

    # -- the lists

    @property
    def own(self) -> tuple[InteractionView, ...]:
        """Ringing here first, then what is in hand."""
        state = self.store.state
        here = self.ringing_ids
        rings = (state.interactions[key] for key in here if key in state.interactions)
        return (*rings, *(i for i in state.own() if i.interaction_id not in here))

    @property
    def parked(self) -> tuple[InteractionView, ...]:
        return self.store.state.parked()

    @property
    def all_waiting(self) -> tuple[InteractionView, ...]:
        here = self.ringing_ids
        rows = self.store.state.waiting()
        return tuple(i for i in rows if i.interaction_id not in here) if here else rows

    @property
    def waiting(self) -> tuple[InteractionView, ...]:
        """What waits, of the channels and the queue that are asked for."""
        rows = self.all_waiting
        if self._channels:
            rows = tuple(i for i in rows if i.channel in self._channels)
        if self._queue is not None:
            rows = tuple(i for i in rows if i.queue_id == self._queue)
        return rows

    @property
    def ringing_ids(self) -> tuple[InteractionId, ...]:
        """In the order they rang here."""
        offers = self.store.state.offers.values()
        return tuple(o.view.interaction.interaction_id for o in offers)

    # -- what of the waiting is shown

    @property
    def channels(self) -> frozenset[Channel]:
        """Empty: all."""
        return self._channels

    @property
    def queue(self) -> QueueId | None:
        return self._queue

    def channels_here(self) -> tuple[Channel, ...]:
        """Channels in which something waits, and those that are asked for."""
        here = {i.channel for i in self.all_waiting} | self._channels
        return tuple(c for c in ORDER if c in here)

    def queues_here(self) -> tuple[tuple[QueueId, str], ...]:
        """Queues in which something waits, by name."""
        here = {i.queue_id: i.queue_name for i in self.all_waiting if i.queue_id is not None}
        if self._queue is not None:
            here.setdefault(self._queue, self._queue_name(self._queue))
        return tuple(sorted(here.items(), key=lambda q: q[1].casefold()))

    def show_channel(self, channel: Channel, on: bool) -> None:
        wanted = self._channels | {channel} if on else self._channels - {channel}
        if wanted != self._channels:
            self._channels = wanted
            self.filter_changed.emit()

    def show_queue(self, queue: QueueId | None) -> None:
        if queue != self._queue:
            self._queue = queue
            self.filter_changed.emit()

    def _queue_name(self, queue: QueueId) -> str:
        return dict(self.store.state.settings.queues).get(queue, queue)

    # -- the open one

    @property
    def selected(self) -> InteractionId | None:
        return self._selected

    @property
    def interaction(self) -> InteractionView | None:
        """The open contact as it stands now."""
        return self.store.state.interactions.get(self._selected) if self._selected else None

    @property
    def ringing(self) -> bool:
        """Whether the open contact rings here and is not answered yet."""
        return self._selected in self.ringing_ids

    @property
    def is_own(self) -> bool:
        """Whether the open contact is this agent's: in hand, parked or in wrap-up."""
        return self.mine(self.interaction)

    def mine(self, view: InteractionView | None) -> bool:
        session = self.store.state.session
        return (
            view is not None
            and session is not None
            and view.agent_id == session.agent_id
            and view.state not in WAITING
        )

    def select(self, interaction_id: InteractionId | None) -> None:
        if interaction_id != self._selected:
            self._selected = interaction_id
            self.selected_changed.emit()

    def step(self, by: int) -> None:
        """Selects the next (+1) or previous (-1) contact of all lists."""
        ids = [i.interaction_id for i in (*self.own, *self.parked, *self.waiting)]
        if ids:
            at = ids.index(self._selected) + by if self._selected in ids else 0
            self.select(ids[at % len(ids)])

    # -- inside

    def _changed(self, old: State, new: State) -> None:
        if old.interactions is new.interactions and old.offers is new.offers:
            if old.session is not new.session:
                self.changed.emit()
            return
        before = self._selected
        wanted = self._wanted(old, new)
        self.changed.emit()
        if wanted != before:
            self.select(wanted)
        elif before and (
            old.offers is not new.offers
            or old.interactions.get(before) != new.interactions.get(before)
        ):
            self.interaction_changed.emit()

    def _wanted(self, old: State, new: State) -> InteractionId | None:
        """A call just answered opens. Other work opens when nothing is in hand; else it waits
        in its tab. A ringing one opens when nothing else is in hand."""
        own = new.own()
        were_own = {i.interaction_id for i in old.own()}
        for contact in own:
            fresh = contact.interaction_id not in were_own
            if fresh and (contact.channel is Channel.VOICE or not self._engaged(new)):
                return contact.interaction_id
        if own:
            here = self._selected in new.interactions
            return self._selected if here else own[0].interaction_id
        return self._ringing_or_kept(old, new)

    def _engaged(self, new: State) -> bool:
        """Whether the open contact is one that this agent works on."""
        view = new.interactions.get(self._selected) if self._selected else None
        return self.mine(view)

    def _ringing_or_kept(self, old: State, new: State) -> InteractionId | None:
        kept = self._selected if self._selected in new.interactions else None
        fresh = [o.view.interaction for key, o in new.offers.items() if key not in old.offers]
        for view in fresh:
            quiet = kept is not None and view.channel is not Channel.VOICE
            if not self._rings_here(new) and not quiet:
                return view.interaction_id
        if kept is not None:
            return kept
        return next((o.view.interaction.interaction_id for o in new.offers.values()), None)

    def _rings_here(self, state: State) -> bool:
        return any(
            o.view.interaction.interaction_id == self._selected for o in state.offers.values()
        )


def waited(interaction: InteractionView) -> float | None:
    """Seconds from the queue to the answer; None while nobody has answered."""
    if interaction.established_at is None:
        return None
    since = interaction.queued_at or interaction.started_at
    return max(0.0, (interaction.established_at - since).total_seconds())


def in_hand(interaction: InteractionView) -> bool:
    return interaction.state in (InteractionState.CONNECTED, InteractionState.HELD)


def has_call(interaction: InteractionView) -> bool:
    """Whether somebody is on the line, or is being called: the headset is for this contact."""
    if interaction.channel is Channel.VOICE:
        return in_hand(interaction)
    return in_hand(interaction) and bool(interaction.call)
