"""Disposition and notes: kept as typed, saved as typed, never lost to an event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.work import has_call, in_hand
from cti_bridge.protocol.commands import AddNote, CompleteWrapUp, ExtendWrapUp, Refused, SaveNotes
from cti_bridge.protocol.vocabulary import LIVE_CHANNELS, InteractionState

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import Choice, InteractionView
    from cti_bridge.protocol.vocabulary import CustomerId, InteractionId

SAVE_MS: Final = 700  # after the last key
HURRY_SECONDS: Final = 2.0  # before the deadline nothing waits
MAX_NOTES: Final = 8_000  # characters
MAX_DRAFTS: Final = 64
MAX_NOTE: Final = 4_000  # of a customer's file, characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed for one contact. `saved` is what the bridge is known to hold."""

    notes: str = ""
    disposition: str = ""
    saved: tuple[str, str] | None = None
    sending: bool = False
    customer_id: CustomerId | None = None
    who: str = ""

    @property
    def dirty(self) -> bool:
        return self.saved != (self.notes, self.disposition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaved:
    """Notes of a contact that ended before the bridge had them. `customer_id` None: of a
    caller who is not on file."""

    notes: str
    customer_id: CustomerId | None
    who: str


class WrapUpViewModel(QObject):
    """Signals: `changed`; `loaded` (another contact's words belong in the fields);
    `unsaved_changed` (of `unsaved`)."""

    changed = Signal()
    loaded = Signal()
    unsaved_changed = Signal()

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
        self._drafts: dict[InteractionId, Draft] = {}
        self.unsaved: tuple[Unsaved, ...] = ()  # oldest first, until somebody decides
        self.asks_disposition = False  # finishing was tried without one
        self._pause = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._pause.timeout.connect(self.save_all)
        work.selected_changed.connect(self._selected)
        work.interaction_changed.connect(self._interaction)
        commands.changed.connect(self.changed)
        store.changed.connect(self._store_changed)

    # -- what is shown

    @property
    def interaction(self) -> InteractionView | None:
        return self._work.interaction

    @property
    def dispositions(self) -> tuple[Choice, ...]:
        return self._store.state.settings.dispositions

    @property
    def notes(self) -> str:
        return self._draft().notes

    @property
    def disposition(self) -> str:
        return self._draft().disposition

    @property
    def saved(self) -> bool:
        """Whether the bridge holds what is typed for the open contact."""
        return not self._draft().dirty

    @property
    def wrapping_up(self) -> bool:
        view = self.interaction
        return view is not None and view.state is InteractionState.WRAP_UP

    @property
    def seconds_left(self) -> float | None:
        """Until the bridge closes the wrap-up by itself; None without a deadline."""
        view = self.interaction
        if view is None or view.wrap_up_until is None:
            return None
        return max(0.0, (view.wrap_up_until - self._store.now()).total_seconds())

    @property
    def can_extend(self) -> bool:
        view = self.interaction
        return (
            self.wrapping_up
            and view is not None
            and view.wrap_up_extensions_left > 0
            and self._online("extend")
        )

    @property
    def finishes(self) -> bool:
        """Whether the open contact may be finished now: in its wrap-up, and work that nobody
        waits for on a line in one go."""
        return self.wrapping_up or self.in_one_go

    @property
    def in_one_go(self) -> bool:
        view = self.interaction
        return (
            view is not None
            and view.channel not in LIVE_CHANNELS
            and self._work.is_own
            and in_hand(view)
            and not has_call(view)
        )

    @property
    def can_finish(self) -> bool:
        return self.finishes and self._online("finish")

    # -- what is done

    def type(self, notes: str) -> None:
        self._put(notes=notes[:MAX_NOTES])

    def choose(self, code: str) -> None:
        self.asks_disposition = False
        self._put(disposition=code)

    def finish(self) -> None:
        view, draft = self.interaction, self._draft()
        if not self.can_finish or view is None:
            return
        if self.dispositions and not draft.disposition:
            self.asks_disposition = True
            self.changed.emit()
            return
        key = view.interaction_id

        def done(_reply: AnyReply) -> None:
            self._drafts.pop(key, None)

        command = CompleteWrapUp(
            request_id=0,
            interaction_id=key,
            disposition=draft.disposition,
            notes=draft.notes,
        )
        self._commands.do(f"finish {key}", command, done)

    def extend(self) -> None:
        view = self.interaction
        if self.can_extend and view is not None:
            self._commands.do(
                f"extend {view.interaction_id}",
                ExtendWrapUp(request_id=0, interaction_id=view.interaction_id),
            )

    def save_all(self) -> None:
        """Sends every draft that the bridge does not hold; called after a pause in typing."""
        if self._link.state is not LinkState.ONLINE:
            return  # the link's return calls again
        for key, draft in list(self._drafts.items()):
            if draft.dirty and not draft.sending:
                self._save(key, draft)

    def file_unsaved(self) -> None:
        """The oldest unsaved notes become a note in the customer's file."""
        lost = next(iter(self.unsaved), None)
        if lost is None or lost.customer_id is None:
            return
        command = AddNote(request_id=0, customer_id=lost.customer_id, text=lost.notes[:MAX_NOTE])
        self._commands.do("unsaved notes", command, lambda _reply: self._settle(lost))

    def drop_unsaved(self) -> None:
        for lost in self.unsaved[:1]:
            self._settle(lost)

    def _settle(self, settled: Unsaved) -> None:
        self.unsaved = tuple(one for one in self.unsaved if one is not settled)
        self.unsaved_changed.emit()

    def hurry(self) -> None:
        """To be called as the clock ticks: saves at once when the deadline is near."""
        left = self.seconds_left
        if left is not None and left < HURRY_SECONDS and self._pause.isActive():
            self._pause.stop()
            self.save_all()

    # -- inside

    def _draft(self) -> Draft:
        key = self._work.selected
        if key in self._drafts:
            return self._drafts[key]
        view = self.interaction
        if view is None:
            return Draft(saved=("", ""))
        return Draft(
            notes=view.notes,
            disposition=view.disposition,
            saved=(view.notes, view.disposition),
        )

    def _put(self, *, notes: str | None = None, disposition: str | None = None) -> None:
        key, draft = self._work.selected, self._draft()
        if key is None:
            return
        new = replace(
            draft,
            notes=draft.notes if notes is None else notes,
            disposition=draft.disposition if disposition is None else disposition,
        )
        if (view := self.interaction) is not None:
            new = replace(new, customer_id=view.customer_id, who=view.customer_name)
        if new != draft:
            self._drafts[key] = new
            self._forget_old()
            self._pause.start()
            self.changed.emit()

    def _save(self, key: InteractionId, draft: Draft) -> None:
        self._drafts[key] = replace(draft, sending=True)
        told = (draft.notes, draft.disposition)

        def answered(reply: AnyReply) -> None:
            now = self._drafts.get(key)
            if now is None:
                return
            if not isinstance(reply, Refused):
                self._drafts[key] = replace(now, sending=False, saved=told)
                if self._drafts[key].dirty:
                    self._pause.start()
            else:
                self._drafts[key] = replace(now, sending=False)
                self._refused(key, reply)
            self.changed.emit()

        self._link.request(
            SaveNotes(
                request_id=0,
                interaction_id=key,
                notes=draft.notes,
                disposition=draft.disposition,
            ),
            answered,
        )

    def _refused(self, key: InteractionId, reply: Refused) -> None:
        if key in self._store.state.interactions:
            self._commands.refused.emit(reply)
        else:
            self._give_up(key)

    def _give_up(self, key: InteractionId) -> None:
        """The contact is over for this desk: its words are shown once more, not swallowed."""
        draft = self._drafts.pop(key, None)
        if draft is not None and draft.dirty and draft.notes.strip():
            lost = Unsaved(notes=draft.notes, customer_id=draft.customer_id, who=draft.who)
            self.unsaved = (*self.unsaved, lost)[-MAX_DRAFTS:]
            self.unsaved_changed.emit()

    def _online(self, what: str) -> bool:
        pending = self._commands.pending(f"{what} {self._work.selected}")
        return self._link.state is LinkState.ONLINE and not pending

    def _selected(self) -> None:
        self.asks_disposition = False
        self.loaded.emit()
        self.changed.emit()

    def _interaction(self) -> None:
        if self._work.selected not in self._drafts:
            self.loaded.emit()  # nothing typed here: what the bridge holds is shown
        self.changed.emit()

    def _store_changed(self, old: State, new: State) -> None:
        if new.session is None and (self._drafts or self.unsaved):
            self._drafts, self.unsaved = {}, ()  # nothing of one agent is left for the next
            self.unsaved_changed.emit()
        if old.link is not new.link:
            if new.link is LinkState.ONLINE:
                self.save_all()
            self.changed.emit()
        if old.interactions is not new.interactions and new.session is not None:
            for key in [k for k, d in self._drafts.items() if k not in new.interactions]:
                if not self._drafts[key].dirty:
                    del self._drafts[key]
                elif not self._drafts[key].sending and not self._finishing(key):
                    self._save(key, self._drafts[key])  # a last try; `_refused` tells

    def _finishing(self, key: InteractionId) -> bool:
        return self._commands.pending(f"finish {key}")

    def _forget_old(self) -> None:
        while len(self._drafts) > MAX_DRAFTS:
            self._drafts.pop(next(iter(self._drafts)))
