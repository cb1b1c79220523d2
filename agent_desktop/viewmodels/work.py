"""Own and waiting contacts, and which one is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId


class WorkViewModel(QObject):
    """Signals: `changed` (the lists), `selected_changed` (another contact is open),
    `interaction_changed` (the open one is another version)."""

    changed = Signal()
    selected_changed = Signal()
    interaction_changed = Signal()

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._selected: InteractionId | None = None
        store.changed.connect(self._changed)

    @property
    def own(self) -> tuple[InteractionView, ...]:
        """Ringing here first, then what is in hand."""
        state = self.store.state
        here = (o.view.interaction.interaction_id for o in state.offers.values())
        rings = (state.interactions[key] for key in here if key in state.interactions)
        return (*rings, *(i for i in state.own() if not self._rings(i)))

    @property
    def waiting(self) -> tuple[InteractionView, ...]:
        return tuple(i for i in self.store.state.waiting() if not self._rings(i))

    def _rings(self, view: InteractionView) -> bool:
        return any(
            o.view.interaction.interaction_id == view.interaction_id
            for o in self.store.state.offers.values()
        )

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
        return any(
            o.view.interaction.interaction_id == self._selected
            for o in self.store.state.offers.values()
        )

    def select(self, interaction_id: InteractionId | None) -> None:
        if interaction_id != self._selected:
            self._selected = interaction_id
            self.selected_changed.emit()

    def step(self, by: int) -> None:
        """Selects the next (+1) or previous (-1) contact of both lists."""
        ids = [i.interaction_id for i in (*self.own, *self.waiting)]
        if ids:
            at = ids.index(self._selected) + by if self._selected in ids else 0
            self.select(ids[at % len(ids)])

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
        """A call just answered opens; a ringing one opens when nothing else is in hand."""
        own = new.own()
        were_own = {i.interaction_id for i in old.own()}
        for contact in own:
            if contact.interaction_id not in were_own:
                return contact.interaction_id
        if own:
            here = {i.interaction_id for i in own} | set(new.interactions)
            return self._selected if self._selected in here else own[0].interaction_id
        fresh = [o for key, o in new.offers.items() if key not in old.offers]
        if fresh and not self._rings_here(new):
            return fresh[0].view.interaction.interaction_id
        if self._selected in new.interactions:
            return self._selected
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
