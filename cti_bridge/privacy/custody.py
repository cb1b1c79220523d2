"""Erasures and holds as desktops ask for them: with permission, confirmed, reasoned, one at a
time for each customer."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from cti_bridge.acd.ports import Audience
from cti_bridge.customers.cleaning import possible_id
from cti_bridge.errors import StoreError
from cti_bridge.privacy.erasing import BarredError, HeldError, confirmed
from cti_bridge.privacy.ports import Access
from cti_bridge.privacy.unveiling import reason_of
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.subject_rights import (
    CustodyChanged,
    CustomerErased,
    EraseCustomer,
    ErasurePlan,
    ErasurePlanned,
    ErasureTaken,
    HoldCustomer,
    PlanErasure,
    ReleaseCustomer,
)
from cti_bridge.protocol.vocabulary import AccessKind, RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.acd.ports import Publisher
    from cti_bridge.privacy.erasing import Bar, Erased, EraseStore, Preview
    from cti_bridge.privacy.ports import Floor, Person
    from cti_bridge.protocol.vocabulary import CustomerId

    CustodyReply: TypeAlias = ErasurePlanned | ErasureTaken | Done

logger = logging.getLogger(__name__)
CustodyCommand: TypeAlias = PlanErasure | EraseCustomer | HoldCustomer | ReleaseCustomer
PATIENCE: Final = 15.0
"""Seconds after which an erasure that goes on is answered for."""
MAX_TYPED: Final = 300


class Custody:
    """What may be taken away of a customer, and what is held back."""

    def __init__(
        self,
        store: EraseStore,
        *,
        floor: Floor,
        publisher: Publisher,
        clock: Callable[[], datetime],
        log_days: int = 0,
        patience: float = PATIENCE,
    ) -> None:
        self._store, self._floor, self._publisher, self._now = store, floor, publisher, clock
        self._log_days, self._patience = log_days, patience
        self._erasing: set[CustomerId] = set()
        self._scope = Scope("custody")

    async def stop(self) -> None:
        """An erasure that is going on is broken off; done again it goes to its end."""
        await self._scope.close()

    async def handle(self, person: Person, command: CustodyCommand) -> CustodyReply:
        """Raises CommandRefused or StoreError."""
        if not possible_id(command.customer_id):
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        match command:
            case PlanErasure():
                return await self._plan(command)
            case EraseCustomer():
                return await self._erase(person, command)
            case HoldCustomer():
                return await self._hold(person, command)
            case ReleaseCustomer():
                return await self._release(person, command)

    async def _plan(self, command: PlanErasure) -> ErasurePlanned:
        preview = await self._preview(command.customer_id)
        plan = ErasurePlan(
            customer_id=preview.customer,
            version=preview.version,
            name=preview.name,
            deleted=dict(preview.deleted),
            blanked=dict(preview.blanked),
            kept=dict(preview.kept),
            hold=preview.hold,
            bar=preview.bar if preview.bar in ("held", "open") else "",
            log_days=self._log_days,
        )
        if preview.customer in self._erasing:
            plan = replace(plan, bar="erasing")
        return ErasurePlanned(request_id=command.request_id, plan=plan)

    async def _preview(self, customer: CustomerId) -> Preview:
        preview = await self._store.preview(customer)
        if preview is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        return preview

    # -- erasing

    async def _erase(self, person: Person, command: EraseCustomer) -> ErasureTaken:
        reason = reason_of(command.reason)
        customer = command.customer_id
        if customer in self._erasing:
            raise CommandRefused(RefusalCode.BUSY, "is being erased", retry_after_s=1.0)
        self._erasing.add(customer)  # before anything is waited for: of two at once one does it
        try:
            preview = await self._preview(customer)
            if preview.version != command.version:
                raise refused("changed")
            if not confirmed(command.typed[:MAX_TYPED], preview):
                raise CommandRefused(RefusalCode.INVALID, "not the name", field="typed")
            if preview.bar:
                raise refused(preview.bar)
        except BaseException:
            self._erasing.discard(customer)
            raise
        self._tell(person, customer)
        outcome: asyncio.Future[Erased] = asyncio.get_running_loop().create_future()
        self._scope.spawn(self._run(person, command, reason, outcome), f"erase {customer}")
        ended, _ = await asyncio.wait({outcome}, timeout=self._patience)
        if not ended:
            return ErasureTaken(request_id=command.request_id, running=True)
        if outcome.cancelled():
            raise CommandRefused(RefusalCode.STORE_AWAY, "the bridge stops")
        return ErasureTaken(request_id=command.request_id, rows=outcome.result().rows)

    async def _run(
        self, person: Person, command: EraseCustomer, reason: str, outcome: asyncio.Future[Erased]
    ) -> None:
        """Goes on where whoever asked for it is gone; a failure nobody waits for is logged."""
        try:
            outcome.set_result(await self._to_its_end(person, command, reason))
        except Exception as error:
            self._tell(person, command.customer_id)
            outcome.set_exception(error)
            outcome.exception()  # it is looked at, also where nobody waits any more
            if not isinstance(error, CommandRefused | StoreError):
                raise
            logger.warning("customer %s was not erased: %s", command.customer_id, error)
        finally:
            outcome.cancel()  # the bridge stops; of one that has its result nothing

    async def _to_its_end(self, person: Person, command: EraseCustomer, reason: str) -> Erased:
        customer = command.customer_id
        try:
            erased = await self._store.erase(
                customer,
                by=person.name,
                reason=reason,
                at=self._now(),
                note=self._entry(person, AccessKind.ERASE, customer, reason),
                version=command.version,
            )
        except BarredError as error:
            raise refused(error.bar) from error
        finally:
            self._erasing.discard(customer)
        if erased is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        logger.warning("%s has erased customer %s (%d rows)", person.name, customer, erased.rows)
        for gone in erased.ids:
            event = CustomerErased(customer_id=gone, by=person.name)
            self._publisher.publish(event, Audience())
        await self._floor.erased(frozenset(erased.ids), frozenset(erased.own))
        return erased

    # -- holds

    async def _hold(self, person: Person, command: HoldCustomer) -> Done:
        reason, customer = reason_of(command.reason), command.customer_id
        try:
            held = await self._store.hold(
                customer,
                by=person.name,
                reason=reason,
                at=self._now(),
                note=self._entry(person, AccessKind.HOLD, customer, f"held: {reason}"),
            )
        except HeldError as error:
            what = "held by another"
            raise CommandRefused(RefusalCode.WRONG_STATE, what, field="holder") from error
        if not held:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        self._tell(person, customer)
        return Done(request_id=command.request_id, id=customer)

    async def _release(self, person: Person, command: ReleaseCustomer) -> Done:
        reason, customer = reason_of(command.reason), command.customer_id
        note = self._entry(person, AccessKind.HOLD, customer, f"released: {reason}")
        if not await self._store.release(customer, note):
            raise CommandRefused(RefusalCode.WRONG_STATE, "was not held", field="hold")
        self._tell(person, customer)
        return Done(request_id=command.request_id, id=customer)

    def _tell(self, person: Person, customer: CustomerId) -> None:
        """Desks that have the customer open look again."""
        self._publisher.publish(CustodyChanged(customer_id=customer, by=person.name), Audience())

    def _entry(
        self, person: Person, kind: AccessKind, customer: CustomerId, detail: str
    ) -> Access:
        return Access(
            at=self._now(),
            agent=person.agent_id,
            name=person.name,
            kind=kind,
            customer=customer,
            detail=detail,
        )


def refused(bar: Bar) -> CommandRefused:
    if bar == "changed":
        return CommandRefused(RefusalCode.CONFLICT, "changed since", field="version")
    return CommandRefused(RefusalCode.WRONG_STATE, bar, field=bar)
