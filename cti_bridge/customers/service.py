"""The customer file: the screen pop's look-up, and what sessions ask of it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from cti_bridge.acd.ports import Audience
from cti_bridge.customers import consents, drafts, matching, relations, terms
from cti_bridge.customers.cleaning import invalid, possible_id
from cti_bridge.customers.drafts import TYPED, Writing
from cti_bridge.customers.field_search import searched
from cti_bridge.customers.fields import applying
from cti_bridge.customers.identities import IdentityError, normalise_phone
from cti_bridge.customers.merging.views import merge_view
from cti_bridge.customers.ports import HIDDEN, Customer, Identity
from cti_bridge.customers.relations import RelationError
from cti_bridge.customers.text import clean_text
from cti_bridge.customers.visitors import Visitors, email_or_none, visitor_or_none
from cti_bridge.errors import StoreError
from cti_bridge.ids import new_id
from cti_bridge.protocol.commands import (
    AddNote,
    CreateCustomer,
    CustomerOpened,
    CustomersFound,
    Done,
    EditNote,
    FieldHistory,
    FieldHistoryListed,
    OpenCustomer,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.customer_values import NoContactView
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerFile, NoteView
from cti_bridge.protocol.vocabulary import (
    FINAL,
    CustomerId,
    IdentityKind,
    MatchKind,
    NoteId,
    RefusalCode,
)
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cti_bridge.acd.ports import Publisher
    from cti_bridge.customers.merging.ports import Merges
    from cti_bridge.customers.ports import (
        Actor,
        Clock,
        Contacts,
        CustomerStore,
        NoContact,
        Timeline,
    )
    from cti_bridge.protocol.customer_values import FieldView, MergeView, RelationView
    from cti_bridge.protocol.values import (
        ContactSummary,
        CustomerCard,
        CustomerDraft,
        MatchResult,
    )
    from cti_bridge.telephony.ports import Caller, Number

    CustomerReply: TypeAlias = CustomersFound | CustomerOpened | FieldHistoryListed | Done

CustomerCommand: TypeAlias = (
    SearchCustomers
    | OpenCustomer
    | CreateCustomer
    | SaveCustomer
    | FieldHistory
    | AddNote
    | EditNote
)
logger = logging.getLogger(__name__)

MAX_NOTE: Final = 10_000
MAX_VERSION: Final = 2**31 - 1
MAX_FIELD: Final = 80
MAX_FOUND: Final = 100
TIMELINE_PAGE: Final = 50
NOTES_SHOWN: Final = 200
MERGES_SHOWN: Final = 20
MOVES: Final = 3
"""How often a file is looked for that is merged, or taken back, while something is written."""
MATTERS_SHOWN: Final = 20
RUNG: Final = "ring"
"""The source of a number learnt from a call."""
WROTE: Final = "email"
CHATTED: Final = "chat"


class CustomerService:
    """Implements `acd.ports.Customers`, and answers the customer commands."""

    def __init__(
        self,
        *,
        store: CustomerStore,
        timeline: Timeline,
        contacts: Contacts,
        publisher: Publisher,
        clock: Clock,
        region: str,
        merges: Merges | None = None,
        fields: Sequence[FieldView] = (),
        no_contact: NoContact | None = None,
    ) -> None:
        self._store, self._timeline, self._contacts = store, timeline, contacts
        self._publisher, self._clock, self._region = publisher, clock, region
        self._fields, self._merges = tuple(fields), merges
        self._searched = tuple(one.code for one in searched(fields))
        self._no_contact = no_contact
        self._visitors = Visitors(store, region)

    # -- for the distributor -------------------------------------------------------------------

    async def match(self, caller: Caller) -> MatchResult:
        """One trip to the store; raises StoreError when the look-up fails."""
        if caller.number.kind is NumberKind.EMAIL:
            return await self.match_email(caller.number.value, caller.display_name)
        if caller.number.kind is NumberKind.VISITOR:
            return await self.match_visitor(caller.number.value)
        if caller.number.kind is NumberKind.WITHHELD or not caller.number.value:
            return matching.WITHHELD
        number = self._readable(caller.number)
        found = await self._store.find_phone(number.value, number.extension, matching.MAX_MATCHES)
        if not found.customers:
            return matching.NOBODY
        return matching.result(number, found, found.last)

    async def match_key(self, key: str, source: str, caller: Caller) -> MatchResult:
        """Whose customer number this is; where that is not one customer, who has the caller's
        number too. Raises StoreError."""
        keyed = await self._visitors.match_key(key, source)
        if keyed.kind is MatchKind.ONE:
            return keyed
        by_number = await self.match(caller)
        return matching.together((keyed, by_number)) if keyed.matches else by_number

    async def match_email(self, address: str, name: str = "") -> MatchResult:
        """Who writes from this address; raises StoreError."""
        return await self._visitors.match_email(address, name)

    async def match_visitor(
        self,
        visitor: str,
        *,
        email: str = "",
        phone: str = "",
        name: str = "",
        claims: Mapping[str, str] | None = None,
    ) -> MatchResult:
        """Who a visitor of a web site may be; raises StoreError.

        `claims` are what the site vouches for ("sub", "email", "phone"), already verified: where
        they name anybody, nothing else is asked. Else whose browser it was before, and whose the
        address and number of the form are, which anybody can type.
        """
        return await self._visitors.match_visitor(
            visitor, email=email, phone=phone, name=name, claims=claims or {}
        )

    async def card(self, customer: CustomerId) -> CustomerCard | None:
        found = await self._store.get(customer)
        if found is None:
            return None
        last = await self._last_contacts([found.customer_id])
        return found.card(tuple(last.get(found.customer_id, ())))

    async def teach(self, customer: CustomerId, caller: Caller, by: str) -> None:
        """The index learns the caller's number, address or browser for this customer, as
        confirmed by `by`."""
        learnt = self._identity(caller.number)
        if learnt is None:
            return
        now = self._clock()
        most = drafts.MAX_IDENTITIES
        confirmed = replace(learnt, confirmed_at=now)
        customer, version = await self._at_home(
            customer, lambda one: self._store.learn(one, confirmed, by=by, at=now, most=most)
        )
        if version is None:
            logger.warning("nothing learnt: customer %s is gone or has no room", customer)
            return
        if learnt.kind not in HIDDEN:
            self._changed(customer, version, by)

    # -- for sessions --------------------------------------------------------------------------

    async def handle(self, actor: Actor, command: CustomerCommand) -> CustomerReply:
        """Raises CommandRefused."""
        if not _possible(command):
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        try:
            return await self._answer(actor, command)
        except StoreError as error:
            logger.error("%s not done: %s", type(command).__name__, error)
            code = RefusalCode.STORE_AWAY if error.transient else RefusalCode.INTERNAL
            raise CommandRefused(code, f"database: {error.kind}", retry_after_s=1.0) from error

    async def _answer(self, actor: Actor, command: CustomerCommand) -> CustomerReply:
        match command:
            case SearchCustomers():
                return await self._search(actor, command)
            case OpenCustomer():
                return await self._open(command)
            case CreateCustomer():
                return await self._create(actor, command)
            case SaveCustomer():
                return await self._save(actor, command)
            case FieldHistory():
                return await self._history(command)
            case AddNote() | EditNote():
                return await self._note(actor, command)

    async def _search(self, actor: Actor, command: SearchCustomers) -> CustomersFound:
        wanted = terms.read(command.text, self._region, self._searched, actor.unseen)
        if wanted.empty:
            return CustomersFound(request_id=command.request_id, customers=())
        limit = min(max(command.limit, 1), MAX_FOUND)
        found = await self._store.search(wanted, limit)
        last = await self._last_contacts([c.customer_id for c in found.customers], each=1)
        return CustomersFound(
            request_id=command.request_id,
            customers=tuple(c.card(tuple(last.get(c.customer_id, ()))) for c in found.customers),
            more=found.more,
            alike=found.alike,
        )

    async def _open(self, command: OpenCustomer) -> CustomerOpened:
        file = await self._file(command.customer_id)
        if file is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        return CustomerOpened(request_id=command.request_id, file=file)

    async def _create(self, actor: Actor, command: CreateCustomer) -> Done:
        now = self._clock()
        blank = Customer(
            customer_id=CustomerId(new_id()),
            version=1,
            name="",
            since=now,
            updated_at=now,
            updated_by=actor.name,
            created_by=actor.name,
        )
        customer = drafts.write(command.draft, blank, self._writing(now))
        with _relations_of(command.draft):
            others = await self._store.create(customer)
        self._changed(customer.customer_id, 1, actor.name)
        self._all_changed(others, actor.name)
        if command.interaction_id is not None:
            try:
                await self._contacts.attach(actor, command.interaction_id, customer.customer_id)
            except CommandRefused as refusal:
                # the customer is saved: a contact that ended meanwhile does not undo that
                logger.warning("saved customer not attached to its contact: %s", refusal)
        return Done(request_id=command.request_id, id=customer.customer_id)

    async def _save(self, actor: Actor, command: SaveCustomer) -> Done:
        known = await self._store.get(command.customer_id)
        if known is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        now = self._clock()
        draft = drafts.write(command.draft, known, self._writing(now))
        others = None
        # whoever edits a file that was merged meanwhile has to look at the survivor's
        if (known.customer_id, known.version) == (command.customer_id, command.version):
            version = command.version + 1
            saved = replace(draft, version=version, updated_at=now, updated_by=actor.name)
            with _relations_of(command.draft):
                others = await self._store.save(saved, TYPED)
        if others is None:
            current = await self._file(command.customer_id)
            raise CommandRefused(RefusalCode.CONFLICT, field="version", current=current)
        self._changed(command.customer_id, command.version + 1, actor.name)
        self._all_changed(others, actor.name)
        return Done(request_id=command.request_id, id=command.customer_id)

    async def _note(self, actor: Actor, command: AddNote | EditNote) -> Done:
        if isinstance(command, AddNote):
            return await self._add_note(actor, command)
        return await self._edit_note(actor, command)

    async def _history(self, command: FieldHistory) -> FieldHistoryListed:
        limit = min(max(command.limit, 1), MAX_FOUND)
        field = command.field[:MAX_FIELD]
        found = await self._store.changes(command.customer_id, field, command.before, limit)
        if found is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        return FieldHistoryListed(
            request_id=command.request_id,
            changes=found.changes,
            more=found.more,
            created_at=found.created_at,
            created_by=found.created_by,
        )

    async def _add_note(self, actor: Actor, command: AddNote) -> Done:
        text = _note_text(command.text)
        note = NoteView(
            note_id=NoteId(new_id()),
            text=text,
            author=actor.name,
            at=self._clock(),
            pinned=command.pinned,
        )
        customer, version = await self._at_home(
            command.customer_id, lambda one: self._store.add_note(one, note)
        )
        if version is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
        self._changed(customer, version, actor.name)
        return Done(request_id=command.request_id, id=note.note_id)

    async def _at_home(
        self, customer: CustomerId, write: Callable[[CustomerId], Awaitable[int | None]]
    ) -> tuple[CustomerId, int | None]:
        """Writes to whoever the customer is by now, and returns who that is. Between two looks it
        may have been merged, or have become itself again."""
        home, written = customer, await write(customer)
        for _ in range(MOVES):
            if written is not None:
                break
            home = await self._store.home(customer) or customer
            written = await write(home)
        return home, written

    async def _edit_note(self, actor: Actor, command: EditNote) -> Done:
        text, now = _note_text(command.text), self._clock()
        note = NoteView(
            note_id=command.note_id,
            text=text,
            author="",
            at=now,
            pinned=command.pinned,
            version=command.version + 1,
            edited_at=now,
            edited_by=actor.name,
        )
        version, stands = await self._store.edit_note(command.customer_id, note)
        if version is None and stands is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="note_id")
        if version is None:
            current = await self._file(command.customer_id)
            raise CommandRefused(RefusalCode.CONFLICT, field="note_id", current=current)
        self._changed(command.customer_id, version, actor.name)
        return Done(request_id=command.request_id, id=command.note_id)

    # -- parts ---------------------------------------------------------------------------------

    async def _file(self, customer: CustomerId) -> CustomerFile | None:
        opened, (timeline, more), (waiting, missed) = await asyncio.gather(
            self._store.open(customer, NOTES_SHOWN),
            self._timeline.page(customer, None, None, TIMELINE_PAGE),
            self._timeline.open_matters(customer, MATTERS_SHOWN),
        )
        if opened is None:
            return None
        found, notes = opened
        counting, replaced = consents.parted(found.consents)
        shown = {one.code for one in applying(self._fields, found.kind)}
        return CustomerFile(
            card=found.card(tuple(c for c in timeline if c.state in FINAL)[:3]),
            notes=notes,
            timeline=timeline,
            timeline_more=more,
            updated_at=found.updated_at,
            updated_by=found.updated_by,
            open=waiting,
            missed=missed,
            given_name=found.given_name,
            family_name=found.family_name,
            born=found.born,
            time_zone=found.time_zone,
            custom={code: value for code, value in found.custom.items() if code in shown},
            addresses=found.addresses,
            relations=found.relations,
            relations_more=found.relations_more,
            consents=counting,
            consents_before=replaced[: consents.MAX_BEFORE],
            merges=await self._merged_into(found.customer_id),
            no_contact=await self._listed(found),
        )

    async def _listed(self, customer: Customer) -> tuple[NoContactView, ...]:
        if self._no_contact is None:
            return ()
        listed = await self._no_contact.listed(
            {(one.kind, one.value) for one in customer.identities if one.kind not in HIDDEN}
        )
        return tuple(
            NoContactView(
                kind=one.kind, value=one.value, reason=one.reason, source=one.source, at=one.at
            )
            for one in listed
        )

    async def _merged_into(self, customer: CustomerId) -> tuple[MergeView, ...]:
        if self._merges is None:
            return ()
        return tuple(map(merge_view, await self._merges.merges_into(customer, MERGES_SHOWN)))

    def _writing(self, now: datetime) -> Writing:
        return Writing(region=self._region, now=now, fields=self._fields)

    async def _last_contacts(
        self, ids: Sequence[CustomerId], each: int = 3
    ) -> Mapping[CustomerId, tuple[ContactSummary, ...]]:
        """A pop without its last contacts is better than none: a failure is logged."""
        try:
            return await self._timeline.last_contacts(ids, each=each) if ids else {}
        except StoreError as error:
            logger.error("cards go without their last contacts: %s", error)
            return {}

    def _identity(self, number: Number) -> Identity | None:
        """What there is to learn; None: nothing that would be found again."""
        if number.kind is NumberKind.EMAIL:
            address = email_or_none(number.value)
            return (
                Identity(kind=IdentityKind.EMAIL, value=address, source=WROTE) if address else None
            )
        if number.kind is NumberKind.VISITOR:
            visitor = visitor_or_none(number.value)
            kind = IdentityKind.VISITOR
            return Identity(kind=kind, value=visitor, source=CHATTED) if visitor else None
        number = self._readable(number)
        if number.kind is NumberKind.WITHHELD or not number.value:
            return None
        return Identity(
            kind=IdentityKind.PHONE,
            value=number.value,
            extension=number.extension,
            source=RUNG,
        )

    def _readable(self, number: Number) -> Number:
        """A number that the edge could not read may yet be one that was typed into a file."""
        if number.kind is not NumberKind.RAW:
            return number
        try:
            value, extension = normalise_phone(number.value, self._region)
        except IdentityError:
            return number
        return replace(number, value=value, extension=extension or number.extension)

    def _changed(self, customer: CustomerId, version: int, by: str) -> None:
        event = CustomerChanged(customer_id=customer, version=version, by=by)
        self._publisher.publish(event, Audience())

    def _all_changed(self, others: Mapping[CustomerId, int], by: str) -> None:
        for customer, version in others.items():
            self._changed(customer, version, by)


@contextmanager
def _relations_of(draft: CustomerDraft) -> Iterator[None]:
    """A relation that cannot be written is told by its place in the draft."""
    try:
        yield
    except RelationError as error:
        raise invalid(_place(draft.relations or (), error.relation), str(error)) from error


def _place(views: Sequence[RelationView], wrong: RelationView) -> str:
    """The field of a relation that was taken from `views`, or that stood on file: "kind" then,
    for it is the customer's new kind that it does not go with."""
    keys = [relations.key(one) for one in views]
    wanted = relations.key(wrong)
    return f"relations[{keys.index(wanted)}]" if wanted in keys else "kind"


def _note_text(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise CommandRefused(
            RefusalCode.INVALID, f"longer than {MAX_NOTE} characters", field="text"
        )
    text = clean_text(text)
    if not text:
        raise CommandRefused(RefusalCode.INVALID, "empty", field="text")
    return text


def _possible(command: CustomerCommand) -> bool:
    """Whether its ids could be ones of ours; a database may choke on any other text, or number."""
    if isinstance(command, SearchCustomers | CreateCustomer):
        return True
    if isinstance(command, EditNote) and not (
        possible_id(command.note_id) and 0 < command.version < MAX_VERSION
    ):
        return False
    return possible_id(command.customer_id)
