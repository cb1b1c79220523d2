"""Pairs that may be one customer, one after the other, as fast as somebody can read.

The next pairs are there before they are wanted, and what is decided is taken as done while the
bridge is still asked; it can be taken back, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.asking import Asker, is_back
from agent_desktop.viewmodels.pair_choices import choices_of, mirrored, with_side
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.merge_values import PairView
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    MergeCustomers,
    MergePlanned,
    PairsListed,
    UndoMerge,
)
from cti_bridge.protocol.subject_rights import CustomerErased
from cti_bridge.protocol.vocabulary import Permission, RefusalCode

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.merge_values import MergeField, MergeSide
    from cti_bridge.protocol.vocabulary import CustomerId

Both: TypeAlias = "frozenset[CustomerId]"
Verdict = Literal["merged", "distinct", "later"]
PAGE: Final = 20
AHEAD: Final = 10
"""Fewer pairs than this in hand, and the next page is asked for."""
REMEMBERED: Final = 50
NEXT, PLAN = "next", "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was said of a pair; `merge_id` once the bridge has merged it."""

    number: int
    pair: PairView
    verdict: Verdict
    state: Literal["asked", "done", "refused"] = "asked"
    merge_id: str = ""
    refusal: RefusalCode | None = None
    take_back: bool = False  # wanted before the bridge had answered

    @property
    def names(self) -> tuple[str, str]:
        return self.pair.plan.survivor.name, self.pair.plan.absorbed.name


class DuplicatesViewModel(QObject):
    """Signals: `changed`; `asked` when something wants this page shown."""

    changed = Signal()
    asked = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._store, self._asker = link, store, Asker(link)
        self._number = 0
        self._forget()
        link.received.connect(self.apply)
        store.changed.connect(self._follow)

    def _forget(self) -> None:
        for topic in (NEXT, PLAN):
            self._asker.forget(topic)
        self.pairs: tuple[PairView, ...] = ()  # in hand; the first is looked at
        self.cursor: str | None = None  # of the next page; None: nothing was asked yet
        self.open = self.put_off = 0
        self.error: RefusalCode | None = None
        self.field = 0  # the row that the keyboard is at
        self.decided: tuple[Decided, ...] = ()  # newest first
        self.with_put_off = False
        self._old: frozenset[Both] = frozenset()  # pairs of which a file was changed since

    # -- what is shown -------------------------------------------------------------------------

    @property
    def may(self) -> bool:
        return self._store.state.may(Permission.MERGE_CUSTOMERS)

    @property
    def current(self) -> PairView | None:
        first = self.pairs[0] if self.pairs else None
        if first is not None and first.put_off and not self.with_put_off:
            return None
        return first

    @property
    def loading(self) -> bool:
        return self.current is None and (self._asker.waiting(NEXT) or self._asker.waiting(PLAN))

    @property
    def fresh(self) -> bool:
        """Whether the pair is shown as its files are now."""
        return not self._asker.waiting(PLAN) and not self._is_old(self.current)

    @property
    def only_put_off(self) -> bool:
        return self.current is None and bool(self.pairs)

    @property
    def fields(self) -> tuple[MergeField, ...]:
        """Those that differ first, then those on which both agree."""
        return choices_of(self.current) if self.current is not None else ()

    @property
    def differing(self) -> int:
        return sum(one.why != "same" for one in self.fields)

    @property
    def left(self) -> int:
        """Pairs that wait for somebody, the one in hand among them."""
        return self.open + (self.put_off if self.with_put_off else 0)

    @property
    def last(self) -> Decided | None:
        return self.decided[0] if self.decided else None

    # -- coming and going ----------------------------------------------------------------------

    def enter(self) -> None:
        """The page is looked at; what was in hand is still there."""
        if self.may and not self.pairs:
            self._ask_next(anew=True)

    def again(self) -> None:
        self.error = None
        self.pairs = ()
        self._ask_next(anew=True)
        self.changed.emit()

    def look_at_put_off(self) -> None:
        self.with_put_off, self.field = True, 0
        self._renew_current()
        self.changed.emit()

    def compare(self, survivor: CustomerId, absorbed: CustomerId) -> None:
        """Two that somebody takes for one; they come before all others."""
        self._plan(survivor, absorbed, None)
        self.asked.emit()
        self.changed.emit()

    def _ask_next(self, *, anew: bool = False) -> None:
        if anew:
            self.cursor = ""
        if not self.may or self.cursor is None or self._asker.waiting(NEXT):
            return
        self._asker.ask(
            NEXT, DuplicatePairs(request_id=0, cursor=self.cursor, limit=PAGE), self._listed
        )

    def _listed(self, reply: AnyReply) -> None:
        match reply:
            case PairsListed(pairs=pairs, cursor=cursor, open=waiting, put_off=put_off):
                known = {both(one) for one in self.pairs}
                known |= {both(one.pair) for one in self.decided if one.state == "asked"}
                fresh = tuple(one for one in pairs if both(one) not in known)
                self.pairs += fresh
                self.cursor = cursor or None
                under_way = sum(one.state == "asked" for one in self.decided)
                self.open, self.put_off = max(waiting - under_way, 0), put_off
                self.error = None
                self._look_ahead()
            case Refused(code=code):
                self.error = code
            case _:
                pass
        self.changed.emit()

    def _look_ahead(self) -> None:
        if len(self.pairs) < AHEAD and self.cursor:
            self._ask_next()

    # -- choosing ------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Up and down through the fields that differ."""
        self.go_to(self.field + by)

    def go_to(self, field: int) -> None:
        most = max(self.differing - 1, 0)
        if 0 <= field <= most and field != self.field:
            self.field = field
            self.changed.emit()

    def choose(self, side: MergeSide) -> None:
        """Whose value the field takes that the keyboard is at."""
        pair = self.current
        if pair is not None and self.field < self.differing:
            name = self.fields[self.field].name
            self._put_first(msgspec.structs.replace(pair, plan=with_side(pair.plan, name, side)))

    def swap(self) -> None:
        """The other one stays; what was chosen stays chosen."""
        pair = self.current
        if pair is not None:
            self._put_first(msgspec.structs.replace(pair, plan=mirrored(pair.plan)))

    def _put_first(self, pair: PairView) -> None:
        self.pairs = (pair, *self.pairs[1:])
        self.changed.emit()

    # -- deciding ------------------------------------------------------------------------------

    def merge(self) -> None:
        pair = self.current
        if pair is None or not self.fresh:
            return
        plan = pair.plan
        picks = {one.name: one.side for one in plan.fields if one.why != "same"}
        command = MergeCustomers(
            request_id=0,
            survivor=plan.survivor.customer_id,
            survivor_version=plan.survivor.version,
            absorbed=plan.absorbed.customer_id,
            absorbed_version=plan.absorbed.version,
            picks=picks,
        )
        self._decide(pair, "merged", command)

    def distinct(self) -> None:
        self._judge("distinct")

    def later(self) -> None:
        self._judge("later")

    def _judge(self, verdict: Literal["distinct", "later"]) -> None:
        pair = self.current
        if pair is not None:
            a, b = pair.plan.survivor.customer_id, pair.plan.absorbed.customer_id
            self._decide(pair, verdict, JudgePair(request_id=0, a=a, b=b, verdict=verdict))

    def _decide(
        self, pair: PairView, verdict: Verdict, command: MergeCustomers | JudgePair
    ) -> None:
        self._number += 1
        number = self._number
        decided = Decided(number=number, pair=pair, verdict=verdict)
        self.decided = (decided, *self.decided)[:REMEMBERED]
        self.pairs = self.pairs[1:]
        if verdict == "merged":
            self._drop_all(pair.plan.absorbed.customer_id)
            self._grow_old(pair.plan.survivor.customer_id)
        self._count(pair, verdict, -1)
        self.field = 0
        self._link.request(command, lambda reply: self._answered(number, reply))
        self._renew_current()
        self._look_ahead()
        self.changed.emit()

    def _count(self, pair: PairView, verdict: Verdict, by: int) -> None:
        if pair.put_off:
            self.put_off = max(self.put_off + (0 if verdict == "later" else by), 0)
        else:
            self.open = max(self.open + by, 0)
            self.put_off = max(self.put_off - (by if verdict == "later" else 0), 0)

    def _answered(self, number: int, reply: AnyReply) -> None:
        decided = next((one for one in self.decided if one.number == number), None)
        if decided is None:
            return
        match reply:
            case Done(id=made):
                done = replace(decided, state="done", merge_id=made)
                self._replace(done)
                if done.take_back:
                    self._take_back(done)
                elif not self.pairs and self.cursor is None and decided.verdict == "merged":
                    self._ask_next(anew=True)  # pairs that followed a merge came too late
            case Refused(code=code):
                self._count(decided.pair, decided.verdict, 1)
                if decided.take_back:
                    self._drop(number)
                    self._bring_back(decided.pair)
                else:
                    self._replace(replace(decided, state="refused", refusal=code))
            case _:
                pass
        self.changed.emit()

    def _replace(self, decided: Decided) -> None:
        self.decided = tuple(
            decided if one.number == decided.number else one for one in self.decided
        )

    def _drop(self, number: int) -> None:
        self.decided = tuple(one for one in self.decided if one.number != number)

    # -- taking back ---------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return self.last is not None and not self.last.take_back

    def undo(self) -> None:
        """The pair that was decided last is looked at once more."""
        last = self.last
        if last is None or last.take_back:
            return
        if last.state == "asked":
            self._replace(replace(last, take_back=True))
        elif last.state == "refused":
            self._drop(last.number)
            self._bring_back(last.pair)
        else:
            self._replace(replace(last, take_back=True))
            self._take_back(last)
        self.changed.emit()

    def _take_back(self, decided: Decided) -> None:
        plan = decided.pair.plan
        a, b = plan.survivor.customer_id, plan.absorbed.customer_id
        command: UndoMerge | JudgePair
        if decided.verdict == "merged":
            command = UndoMerge(request_id=0, merge_id=decided.merge_id, distinct=False)
        else:
            command = JudgePair(request_id=0, a=a, b=b, verdict="open")

        def answered(reply: AnyReply) -> None:
            if isinstance(reply, Refused):
                self._replace(replace(decided, take_back=False, state="done", refusal=reply.code))
            else:
                self._drop(decided.number)
                self._count(decided.pair, decided.verdict, 1)
                self._bring_back(decided.pair)
            self.changed.emit()

        self._link.request(command, answered)

    def _bring_back(self, pair: PairView) -> None:
        """In front of all others, as the two files are now."""
        self.field = 0
        plan = pair.plan
        self._plan(plan.survivor.customer_id, plan.absorbed.customer_id, pair)

    # -- what somebody else did ----------------------------------------------------------------

    def apply(self, event: object) -> None:
        if not isinstance(event, CustomerChanged | CustomerErased):
            return
        first = self.pairs[:1]
        if isinstance(event, CustomerErased):
            self._drop_all(event.customer_id)
        elif event.merged_into is not None:
            self._drop_all(event.customer_id)
            self._grow_old(event.merged_into)
        else:
            self._grow_old(event.customer_id)
        if first != self.pairs[:1]:
            self.field = 0
            self._look_ahead()
        self._renew_current()
        self.changed.emit()

    def _drop_all(self, gone: CustomerId) -> None:
        """Whoever was merged is in no pair any more; the bridge has the survivor's instead."""
        self.pairs = tuple(one for one in self.pairs if gone not in both(one))

    def _grow_old(self, changed: CustomerId) -> None:
        self._old |= {both(one) for one in self.pairs if changed in both(one)}

    def _is_old(self, pair: PairView | None) -> bool:
        return pair is not None and both(pair) in self._old

    def _renew_current(self) -> None:
        pair = self.current
        if pair is not None and self._is_old(pair):
            plan = pair.plan
            self._plan(plan.survivor.customer_id, plan.absorbed.customer_id, pair)

    def _plan(self, survivor: CustomerId, absorbed: CustomerId, pair: PairView | None) -> None:
        """Asks for the merge of two as it would be now; `pair` is what is known of them."""
        command = MergeCustomers(request_id=0, survivor=survivor, absorbed=absorbed, dry_run=True)
        self._asker.ask(PLAN, command, lambda reply: self._planned(pair, reply))

    def _planned(self, pair: PairView | None, reply: AnyReply) -> None:
        match reply:
            case MergePlanned(plan=plan):
                found = (
                    PairView(plan=plan, probability=0.0)
                    if pair is None
                    else msgspec.structs.replace(pair, plan=plan)
                )
                others = tuple(one for one in self.pairs if both(one) != both(found))
                self.pairs = (found, *others)
                self._old -= {both(found)}
                self.error = None
            case Refused(code=code):
                if pair is not None:
                    self.pairs = tuple(one for one in self.pairs if both(one) != both(pair))
                    self._look_ahead()
                self.error = code if pair is None else None
            case _:
                pass
        self.changed.emit()

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._forget()
            self.changed.emit()
        elif is_back(old, new) and self.error is not None:
            self.again()


def both(pair: PairView) -> Both:
    """The two, whichever of them stays."""
    return frozenset((pair.plan.survivor.customer_id, pair.plan.absorbed.customer_id))
