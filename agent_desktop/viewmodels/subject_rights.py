"""One customer's privacy at the desk: what an erasure would do, holds, and the erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.asking import Asker, is_back
from agent_desktop.viewmodels.revealing import LEAST_REASON, MOST_REASON
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.subject_rights import (
    CustodyChanged,
    CustomerErased,
    EraseCustomer,
    ErasurePlanned,
    ErasureTaken,
    HoldCustomer,
    PlanErasure,
    ReleaseCustomer,
)
from cti_bridge.protocol.vocabulary import Permission, RefusalCode

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.subject_rights import ErasurePlan
    from cti_bridge.protocol.vocabulary import CustomerId

PLAN, HOLD, ERASE = "plan", "hold", "erase"
Stage = Literal["", "running", "erased"]


def good_reason(text: str) -> bool:
    return LEAST_REASON <= len(" ".join(text.split())) <= MOST_REASON


class SubjectRightsViewModel(QObject):
    """Signals: `changed`; `asked` when a customer's privacy is wanted on the screen."""

    changed = Signal()
    asked = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        self._forget()
        link.received.connect(self.apply)
        store.changed.connect(self._follow)

    def _forget(self) -> None:
        for topic in (PLAN, HOLD, ERASE):
            self._asker.forget(topic)
        self.customer_id: CustomerId | None = None
        self.name = ""  # as it was called when it was opened; the plan knows better
        self.plan: ErasurePlan | None = None
        self.error: Refused | None = None  # of the newest thing that was asked
        self.failed = ""  # its topic
        self.stage: Stage = ""
        self.rows = 0  # that the erasure touched

    # -- who may

    @property
    def may_look(self) -> bool:
        return self._store.state.may(Permission.HOLD)

    @property
    def may_erase(self) -> bool:
        """And end a hold."""
        return self._store.state.may(Permission.ERASE)

    @property
    def may_take(self) -> bool:
        return self._store.state.may(Permission.SUBJECT)

    def busy(self, topic: str) -> bool:
        return self._asker.waiting(topic)

    # -- what is asked

    def open(self, customer: CustomerId, name: str = "") -> None:
        self._forget()
        self.customer_id, self.name = customer, name
        self.look()
        self.asked.emit()

    def close(self) -> None:
        self._forget()
        self.changed.emit()

    def look(self) -> None:
        if self.customer_id is not None and self.may_look:
            command = PlanErasure(request_id=0, customer_id=self.customer_id)
            self._asker.ask(PLAN, command, self._planned)
        self.changed.emit()

    def hold(self, reason: str) -> bool:
        """False where it cannot be asked."""
        if self.customer_id is None or not good_reason(reason) or self.busy(HOLD):
            return False
        held = self.plan is not None and self.plan.hold is not None
        make = ReleaseCustomer if held else HoldCustomer
        command = make(request_id=0, customer_id=self.customer_id, reason=_line(reason))
        self._ask(HOLD, command)
        return True

    def can_erase(self, typed: str, reason: str) -> bool:
        """Whether it may be tried: the bridge compares the name."""
        ready = self.plan is not None and not self.plan.bar and not self.busy(ERASE)
        return self.may_erase and ready and bool(typed.strip()) and good_reason(reason)

    def erase(self, typed: str, reason: str) -> bool:
        if self.plan is None or not self.can_erase(typed, reason):
            return False
        command = EraseCustomer(
            request_id=0,
            customer_id=self.plan.customer_id,
            version=self.plan.version,
            typed=typed.strip(),
            reason=_line(reason),
        )
        self._ask(ERASE, command)
        return True

    def _ask(self, topic: str, command: HoldCustomer | ReleaseCustomer | EraseCustomer) -> None:
        self.error, self.failed = None, ""
        self._asker.ask(topic, command, lambda reply: self._answered(topic, reply))
        self.changed.emit()

    # -- what comes

    def _planned(self, reply: AnyReply) -> None:
        if isinstance(reply, ErasurePlanned):
            self.plan = reply.plan
            if self.failed == PLAN:
                self.error, self.failed = None, ""
        elif isinstance(reply, Refused):
            self.error, self.failed = reply, PLAN
            if reply.code is RefusalCode.NOT_FOUND:
                self.plan = None
        self.changed.emit()

    def _answered(self, topic: str, reply: AnyReply) -> None:
        match reply:
            case ErasureTaken(running=True):
                if self.stage != "erased":
                    self.stage = "running"
            case ErasureTaken(rows=rows):
                self.stage, self.rows, self.plan = "erased", rows, None
            case Done():
                self.look()
            case Refused():
                self.error, self.failed = reply, topic
                self.look()  # what is shown is not what stands
            case _:
                pass
        self.changed.emit()

    def apply(self, event: object) -> None:
        mine = getattr(event, "customer_id", None) == self.customer_id
        if not mine or self.customer_id is None:
            return
        if isinstance(event, CustomerErased):
            self._asker.forget(PLAN)
            self.stage, self.plan = "erased", None
            self.changed.emit()
        elif isinstance(event, CustomerChanged) and not self.stage:
            self.look()
        elif isinstance(event, CustodyChanged) and self.stage != "erased":
            if self.busy(HOLD) or self.busy(ERASE):
                return  # what was asked here is looked at with its answer
            self.stage = ""  # an erasure that was going on broke off
            self.look()

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self.close()
        elif is_back(old, new) and not self.stage:
            self.look()


def _line(reason: str) -> str:
    return " ".join(reason.split())
