"""Privacy at the door of the rooms: what is asked goes in by here and what is shown goes out.

A look is written down when it was answered; one that could not be written down is not answered.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from cti_bridge.acd.ports import Audience
from cti_bridge.errors import StoreError
from cti_bridge.privacy.archives import ArchiveCommand, Archives
from cti_bridge.privacy.custody import Custody, CustodyCommand
from cti_bridge.privacy.exporting import Exporter
from cti_bridge.privacy.looks import LOOKS, looks
from cti_bridge.privacy.masks import veils
from cti_bridge.privacy.patterns import DOTS
from cti_bridge.privacy.ports import Access, AccessQuery
from cti_bridge.privacy.recorder import AccessRecorder
from cti_bridge.privacy.searching import only_fair, refuse_parts
from cti_bridge.privacy.showing import Showing
from cti_bridge.privacy.unveiling import (
    NOTES,
    masked_at_all,
    reason_of,
    revealed,
    unmasked,
)
from cti_bridge.privacy.volume import Limits, Volume
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.privacy import (
    AccessListed,
    CustomersExported,
    ExportCustomers,
    FieldRevealed,
    ListAccess,
    RevealField,
    VolumeAlert,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.subject_rights import (
    ArchiveBegun,
    ArchivePart,
    DropArchive,
    ErasurePlanned,
    ErasureTaken,
    FetchArchive,
    TakeArchive,
)
from cti_bridge.protocol.vocabulary import AccessKind, RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from cti_bridge.acd.ports import Publisher
    from cti_bridge.config.values import Privacy
    from cti_bridge.customers.ports import Actor, CustomerStore
    from cti_bridge.privacy.erasing import EraseStore
    from cti_bridge.privacy.exporting import ExportStore
    from cti_bridge.privacy.masks import Veil
    from cti_bridge.privacy.ports import AccessStore, Floor, Person, Work
    from cti_bridge.privacy.subject import SubjectStore
    from cti_bridge.privacy.volume import Alert
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.vocabulary import InteractionId

logger = logging.getLogger(__name__)
OwnCommand: TypeAlias = (
    ListAccess | RevealField | ExportCustomers | ArchiveCommand | CustodyCommand
)
USUAL_DAYS: Final = timedelta(days=28)
USUAL_EACH: Final = 6 * 3600.0
RETRY: Final = 60.0
MAX_ID: Final = 36
MAX_DETAIL: Final = 200
UNVEILED: Final = (
    FieldRevealed,
    CustomersExported,
    ErasurePlanned,
    ErasureTaken,
    ArchiveBegun,
    ArchivePart,
    c.Done,
)


class PrivacyService:
    def __init__(
        self,
        config: Privacy,
        *,
        store: AccessStore,
        exports: ExportStore,
        customers: CustomerStore,
        erasing: EraseStore,
        subjects: SubjectStore,
        region: str,
        sensitive: Sequence[str],
        searched: Sequence[str],
        work: Work,
        floor: Floor,
        spool: str,
        log_days: int,
        publisher: Publisher,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._work, self._publisher, self._now = store, work, publisher, clock
        self._customers, self._region = customers, region
        self.showing = Showing(veils(config.mask, sensitive), work)
        self._reveal_seconds = config.reveal_seconds
        self._exporter = Exporter(
            exports, clock=clock, region=region, most=config.export_rows, searched=searched
        )
        self.recorder = AccessRecorder(store, clock)
        self.custody = Custody(
            erasing, floor=floor, publisher=publisher, clock=clock, log_days=log_days
        )
        self.archives = Archives(subjects, recorder=self.recorder, clock=clock, folder=spool)
        self.volume = Volume(
            Limits(
                per_hour=config.alert_views_per_hour,
                times_usual=config.alert_times_usual,
                block=config.alert_block,
            )
        )
        self._scope = Scope("privacy")

    async def start(self) -> None:
        self.recorder.start()
        self._scope.spawn(self._learn_usual(), "usual")

    async def stop(self) -> None:
        """After the last desktop and the last pop."""
        await self._scope.close()
        await self.archives.stop()
        await self.custody.stop()
        await self.recorder.stop()

    # -- at the door

    async def handle(
        self,
        person: Person,
        command: AnyCommand,
        do: Callable[[AnyCommand], Awaitable[AnyReply]],
    ) -> AnyReply:
        """Raises CommandRefused, or what `do` raises."""
        veil = self.showing.veil(person.role)
        try:
            reply = await self._handle(person, veil, command, do)
        except CommandRefused as refusal:
            if veil is not None and refusal.current is not None:
                mine = self._is_of(person, command)
                refusal.current = veil.over(refusal.current, messages=not mine)
            raise
        if veil is None or isinstance(reply, UNVEILED):
            return reply
        return veil.over(reply, messages=not self._is_of(person, command))

    def _is_of(self, person: Person, command: AnyCommand) -> bool:
        contact = getattr(command, "interaction_id", None)
        return contact is not None and self._work.in_hand(person.agent_id, contact)

    async def _handle(
        self,
        person: Person,
        veil: Veil | None,
        command: AnyCommand,
        do: Callable[[AnyCommand], Awaitable[AnyReply]],
    ) -> AnyReply:
        if isinstance(command, OwnCommand):
            return await self._own(person, veil, command)
        match command:
            case c.CreateCustomer() | c.SaveCustomer():
                return await do(await self._unmasked(veil, command))
            case c.EditNote():
                return await do(await self._note_unmasked(veil, command))
            case _:
                pass
        if not isinstance(command, LOOKS):
            return await do(command)
        await self.recorder.admit()
        self._not_too_many(person, command)
        if veil is not None:
            refuse_parts(veil, command, self._region)
        reply = await do(command)
        for entry in looks(person, command, reply, self._work, self._now()):
            self._note(entry)
        return only_fair(veil, command, reply, self._region) if veil is not None else reply

    def looked(self, actor: Actor, kind: AccessKind, contact: InteractionId, detail: str) -> None:
        """A recording was fetched, or a file of a contact; a file of one's own work is work."""
        if kind is AccessKind.FILE and self._work.in_hand(actor.agent_id, contact):
            return
        self._note(
            Access(
                at=self._now(),
                agent=actor.agent_id,
                name=actor.name,
                kind=kind,
                contact=contact,
                detail=detail,
            )
        )

    async def imported(self, actor: Actor, detail: str) -> None:
        """Customers are brought in, or were: raises CommandRefused where it cannot be written
        down."""
        await self.recorder.written(
            Access(
                at=self._now(),
                agent=actor.agent_id,
                name=actor.name,
                kind=AccessKind.IMPORT,
                detail=detail[:MAX_DETAIL],
            )
        )

    def _note(self, entry: Access) -> None:
        if self.recorder.note(entry):
            self._count(entry)

    def _count(self, entry: Access) -> None:
        alert = self.volume.note(entry)
        if alert is not None:
            self._alert(alert)

    def _not_too_many(self, person: Person, command: AnyCommand) -> None:
        """A look at the customer of one's own contact is always let through."""
        wait = self.volume.wait(person.agent_id, self._now())
        if not wait or isinstance(command, c.FetchBlob):
            return
        agent, contact = person.agent_id, getattr(command, "interaction_id", None)
        customer = getattr(command, "customer_id", None)
        if contact is not None and self._work.in_hand(agent, contact):
            return
        if customer is not None and self._work.contact_with(agent, customer) is not None:
            return
        raise CommandRefused(
            RefusalCode.THROTTLED, "unusually many customers looked at", retry_after_s=wait
        )

    def _alert(self, alert: Alert) -> None:
        logger.warning(
            "%s has looked at %d customers in an hour (usual: %s, limit: %d)%s",
            alert.agent,
            alert.looks,
            alert.usual or "not known",
            alert.limit,
            ": further ones are refused" if alert.blocked else "",
        )
        detail = f"{alert.looks} / {alert.limit}"
        self.recorder.note(
            Access(
                at=alert.at,
                agent=alert.agent,
                name=alert.name,
                kind=AccessKind.ALERT,
                detail=detail,
            )
        )
        event = VolumeAlert(
            agent_id=alert.agent,
            agent_name=alert.name,
            looks=alert.looks,
            usual=alert.usual,
            limit=alert.limit,
            at=alert.at,
            blocked=alert.blocked,
        )
        self._publisher.publish(event, Audience())

    # -- own commands

    async def _own(self, person: Person, veil: Veil | None, command: OwnCommand) -> AnyReply:
        match command:
            case ListAccess():
                return await self._list(person, command)
            case RevealField():
                return await self._reveal(person, veil, command)
            case ExportCustomers():
                return await self._export(person, veil, command)
            case TakeArchive() | FetchArchive() | DropArchive():
                return await self.archives.handle(person, command)
            case _:
                return await self._custody(person, command)

    async def _custody(self, person: Person, command: CustodyCommand) -> AnyReply:
        """What an erasure would do is a look like any other."""
        await self.recorder.admit()
        reply = await self.custody.handle(person, command)
        for entry in looks(person, command, reply, self._work, self._now()):
            self._note(entry)
        return reply

    async def _reveal(
        self, person: Person, veil: Veil | None, command: RevealField
    ) -> FieldRevealed:
        reason = reason_of(command.reason)
        _possible("customer_id", command.customer_id)
        opened = await self._customers.open(command.customer_id, NOTES)
        if opened is None or veil is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id" if veil else "field")
        found = revealed(veil, command, *opened)
        await self.recorder.admit()
        self._not_too_many(person, command)
        entry = Access(
            at=self._now(),
            agent=person.agent_id,
            name=person.name,
            kind=AccessKind.REVEAL,
            customer=command.customer_id,
            contact=self._work.contact_with(person.agent_id, command.customer_id),
            detail=f"{found.what}: {reason}",
        )
        await self.recorder.written(entry)
        self._count(entry)
        return FieldRevealed(
            request_id=command.request_id, value=found.value, seconds=self._reveal_seconds
        )

    async def _export(
        self, person: Person, veil: Veil | None, command: ExportCustomers
    ) -> CustomersExported:
        made = await self._exporter.export(
            person, veil, text=command.text, limit=command.limit, reason=command.reason
        )
        logger.warning(
            "%s has exported %d customers (%s)", person.agent_id, made.export.rows, made.export.id
        )
        return CustomersExported(
            request_id=command.request_id,
            export_id=made.export.id,
            rows=made.export.rows,
            data=made.data,
            more=made.more,
        )

    async def _unmasked(
        self, veil: Veil | None, command: c.CreateCustomer | c.SaveCustomer
    ) -> c.CreateCustomer | c.SaveCustomer:
        """With what is hidden from this role as it stands on file."""
        if not masked_at_all(command.draft):
            return command
        known = None
        if isinstance(command, c.SaveCustomer):
            _possible("customer_id", command.customer_id)
            known = await self._customers.get(command.customer_id)
        return replace(command, draft=unmasked(command.draft, known, veil))

    async def _note_unmasked(self, veil: Veil | None, command: c.EditNote) -> c.EditNote:
        """Who may not read a note may pin it: its text stays as it stands on file. Raises
        CommandRefused for dots that were written over it."""
        if veil is None or DOTS not in command.text:
            return command
        _possible("customer_id", command.customer_id)
        opened = await self._customers.open(command.customer_id, NOTES)
        notes = opened[1] if opened else ()
        note = next((one for one in notes if one.note_id == command.note_id), None)
        if note is None or veil.written(note.text) != command.text:
            raise CommandRefused(RefusalCode.INVALID, "hidden: type the whole", field="text")
        return replace(command, text=note.text)

    async def _list(self, person: Person, command: ListAccess) -> AnyReply:
        _bounded(command)
        asked = command.customer_id or command.agent_id or ""
        if not command.before:  # the first page: the later ones belong to the same look
            await self.recorder.written(
                Access(
                    at=self._now(),
                    agent=person.agent_id,
                    name=person.name,
                    kind=AccessKind.AUDIT,
                    customer=command.customer_id,
                    detail=asked,
                )
            )
        entries, more = await self._store.page(
            AccessQuery(
                customer=command.customer_id,
                agent=command.agent_id,
                kinds=command.kinds,
                since=command.since,
                until=command.until,
                before=command.before,
                limit=command.limit,
            )
        )
        return AccessListed(request_id=command.request_id, entries=entries, more=more)

    # -- beside

    async def _learn_usual(self) -> None:
        """What is usual for each agent, now and some times a day."""
        while True:
            try:
                self.volume.usual = await self._store.usual(self._now() - USUAL_DAYS)
                wait = USUAL_EACH
            except StoreError as error:
                logger.error("what is usual for each agent could not be read: %s", error)
                wait = RETRY
            await asyncio.sleep(wait)


def _bounded(command: ListAccess) -> None:
    for name in ("customer_id", "agent_id"):
        _possible(name, getattr(command, name) or "")
    for name in ("since", "until"):
        at = getattr(command, name)
        if at is not None and at.tzinfo is None:
            raise CommandRefused(RefusalCode.INVALID, "a time without its zone", field=name)


def _possible(name: str, text: str) -> None:
    """An id that could be one of ours; a database may choke on any other text."""
    if len(text) > MAX_ID or not text.isascii() or (text and not text.isprintable()):
        raise CommandRefused(RefusalCode.NOT_FOUND, field=name)
