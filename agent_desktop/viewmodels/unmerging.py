"""Taking a merge back: what goes where, item by item, before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.merging import (
    ListMerges,
    MergesListed,
    UndoMerge,
    UndoPlanned,
)
from cti_bridge.protocol.vocabulary import CustomerId, Permission, RefusalCode

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.customer_values import MergeView
    from cti_bridge.protocol.merge_values import MergeSide, UndoItem, UndoPlan

PAGE: Final = 100
PLAN, UNDO, LIST = "plan", "undo", "list"


class UnmergingViewModel(QObject):
    """Signals: `changed`; `asked` when the plan of an undo is wanted on the screen; `undone`
    with the CustomerId of whoever is a customer again."""

    changed = Signal()
    asked = Signal()
    undone = Signal(object)

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        self._forget()
        link.received.connect(self.apply)
        store.changed.connect(self._follow)

    def _forget(self) -> None:
        for topic in (PLAN, UNDO, LIST):
            self._asker.forget(topic)
        self.merges: tuple[MergeView, ...] = ()  # newest first
        self.more = False
        self.loaded = False
        self.merge_id = ""  # whose plan is looked at; "": none
        self.plan: UndoPlan | None = None
        self.picks: dict[str, MergeSide] = {}
        self.distinct = True
        self.error: RefusalCode | None = None

    @property
    def may(self) -> bool:
        return self._store.state.may(Permission.MERGE_CUSTOMERS)

    @property
    def busy(self) -> bool:
        return any(self._asker.waiting(topic) for topic in (PLAN, UNDO))

    # -- the list ------------------------------------------------------------------------------

    def look(self) -> None:
        """The newest merges of all customers."""
        self._asker.ask(LIST, ListMerges(request_id=0, limit=PAGE), self._listed)

    def show_more(self) -> None:
        if self.more and self.merges and not self._asker.waiting(LIST):
            command = ListMerges(request_id=0, before=self.merges[-1].merge_id, limit=PAGE)
            self._asker.ask(LIST, command, self._listed_more)

    def _listed(self, reply: AnyReply) -> None:
        if isinstance(reply, MergesListed):
            self.merges, self.more, self.loaded = reply.merges, reply.more, True
        self.changed.emit()

    def _listed_more(self, reply: AnyReply) -> None:
        if isinstance(reply, MergesListed):
            known = {one.merge_id for one in self.merges}
            self.merges += tuple(one for one in reply.merges if one.merge_id not in known)
            self.more = reply.more
        self.changed.emit()

    # -- one merge -----------------------------------------------------------------------------

    def open(self, merge_id: str) -> None:
        self.merge_id, self.plan, self.picks, self.distinct = merge_id, None, {}, True
        self.error = None
        self._ask()
        self.asked.emit()
        self.changed.emit()

    def close(self) -> None:
        self._asker.forget(PLAN)
        self.merge_id, self.plan, self.error = "", None, None
        self.changed.emit()

    def side(self, item: UndoItem) -> MergeSide:
        return self.picks.get(item.key, item.side)

    def give(self, item: UndoItem, side: MergeSide) -> None:
        self.picks = {**self.picks, item.key: side}
        self.changed.emit()

    def set_distinct(self, distinct: bool) -> None:
        self.distinct = distinct
        self.changed.emit()

    def confirm(self) -> None:
        if self.plan is None or self.busy:
            return
        command = UndoMerge(
            request_id=0,
            merge_id=self.merge_id,
            version=self.plan.version,
            picks=self.picks,
            distinct=self.distinct,
        )
        self._asker.ask(UNDO, command, self._answered)
        self.changed.emit()

    def _ask(self) -> None:
        command = UndoMerge(request_id=0, merge_id=self.merge_id, dry_run=True)
        self._asker.ask(PLAN, command, self._planned)

    def _planned(self, reply: AnyReply) -> None:
        match reply:
            case UndoPlanned(plan=plan):
                self.plan = plan
                keys = {item.key for item in plan.items}
                self.picks = {key: side for key, side in self.picks.items() if key in keys}
            case Refused(code=code):
                self.error = code
            case _:
                pass
        self.changed.emit()

    def _answered(self, reply: AnyReply) -> None:
        match reply:
            case Done(id=customer):
                self.close()
                self.look()
                self.undone.emit(CustomerId(customer))
            case Refused(code=RefusalCode.CONFLICT):
                self.error = RefusalCode.CONFLICT  # the plan comes anew, with what was picked
                self._ask()
            case Refused(code=code):
                self.error = code
            case _:
                pass
        self.changed.emit()

    def apply(self, event: object) -> None:
        if isinstance(event, CustomerChanged) and self.plan is not None and not self.busy:
            merge = self.plan.merge
            if event.customer_id in (merge.survivor, merge.absorbed):
                self._ask()

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._forget()
            self.changed.emit()
