"""What the customer file needs of others, in values of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.protocol.values import CustomerCard, IdentityView
from cti_bridge.protocol.vocabulary import CustomerKind, CustomerStatus, IdentityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date, datetime
    from typing import TypeAlias

    from cti_bridge.customers.contacting import Reached, Suppression
    from cti_bridge.protocol.customer_values import (
        AddressView,
        ConsentView,
        CustomValue,
        FieldChangeView,
        RelationView,
    )
    from cti_bridge.protocol.values import ContactSummary, NoteView
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        CustomerId,
        InteractionId,
        Permission,
    )

    Clock: TypeAlias = Callable[[], datetime]  # aware, UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks, from the session."""

    agent_id: AgentId
    name: str
    permissions: frozenset[Permission] = frozenset()
    unseen: frozenset[str] = frozenset()  # what [[privacy.mask]] hides: "phone", "custom:plan" …


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One way in which a customer is known; normalised (`customers.identities`)."""

    kind: IdentityKind
    value: str
    extension: str = ""
    label: str = ""
    source: str = ""
    confirmed_at: datetime | None = None

    @property
    def key(self) -> tuple[IdentityKind, str, str]:
        """What makes two of them the same for one customer."""
        return self.kind, self.value, self.extension

    @property
    def written(self) -> str:
        """As the wire and people see it: an extension follows as in RFC 3966 section 5.3."""
        return f"{self.value};ext={self.extension}" if self.extension else self.value

    def view(self) -> IdentityView:
        return IdentityView(
            kind=self.kind,
            value=self.written,
            label=self.label,
            source=self.source,
            confirmed_at=self.confirmed_at,
        )


HIDDEN: Final = frozenset({IdentityKind.VISITOR})
"""Kinds that say nothing to people: found by, and neither shown nor typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as stored; text is cleaned and bounded (`customers.drafts`).

    What stands after `owner` is read by `CustomerStore.get` and `open`. A look-up or a search
    brings kind, status and alerts of it, for the card, and says so by `partial`.
    """

    customer_id: CustomerId
    version: int
    name: str
    organisation: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    pinned_note: str = ""
    last_contact_at: datetime | None = None
    updated_at: datetime
    updated_by: str = ""
    identities: tuple[Identity, ...] = ()
    owner: str = ""  # login of the agent who looks after the customer, folded; "": nobody
    kind: CustomerKind = CustomerKind.PERSON
    status: CustomerStatus = CustomerStatus.ACTIVE
    alerts: tuple[str, ...] = ()
    given_name: str = ""
    family_name: str = ""
    born: date | None = None
    time_zone: str = ""
    custom: Mapping[str, CustomValue] = field(default_factory=dict)  # configured today or not
    addresses: tuple[AddressView, ...] = ()
    relations: tuple[RelationView, ...] = ()  # from both sides, newest first, at most 100
    relations_more: bool = False
    consents: tuple[ConsentView, ...] = ()  # newest first, at most 200; none is ever taken away
    created_by: str = ""
    partial: bool = False

    def card(self, last_contacts: tuple[ContactSummary, ...] = ()) -> CustomerCard:
        return CustomerCard(
            customer_id=self.customer_id,
            version=self.version,
            name=self.name,
            organisation=self.organisation,
            language=self.language,
            since=self.since,
            tags=self.tags,
            identities=tuple(i.view() for i in self.identities if i.kind not in HIDDEN),
            last_contacts=last_contacts,
            pinned_note=self.pinned_note,
            owner=self.owner,
            kind=self.kind,
            status=self.status,
            alerts=self.alerts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Who changed what of a customer, newest first, and who made the file."""

    changes: tuple[FieldChangeView, ...]
    more: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The customers behind one number, those with its very extension first, then by recency."""

    customers: tuple[Customer, ...] = ()
    exact_total: int = 0  # customers with this number and this extension, before the cut
    total: int = 0  # with this number and any extension
    last: Mapping[CustomerId, tuple[ContactSummary, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A search as typed, ready for the indexes (`customers.terms`)."""

    words: tuple[str, ...] = ()  # folded; each must begin a word of the name or organisation
    prefixes: tuple[str, ...] = ()  # beginnings of identities; any of them will do
    tails: tuple[str, ...] = ()  # ends of numbers, the last digit first
    phrase: str = ""  # a value of one of `fields` must begin so, or go on so from one of its words
    fields: tuple[str, ...] = ()  # codes of custom fields, those that the asker is shown
    unseen: frozenset[str] = frozenset()  # patterns that the asker is not shown in their values

    @property
    def empty(self) -> bool:
        return not (self.words or self.prefixes or self.tails or self.phrase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a search found, by recent contact; the last `alike` of them are spelt otherwise."""

    customers: tuple[Customer, ...] = ()
    more: bool = False
    alike: int = 0


class CustomerStore(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    async def find_phone(self, value: str, extension: str, limit: int) -> Found:
        """With the last contacts of each; kept clear of slow searches: this is the screen pop."""

    async def find(self, kind: IdentityKind, value: str, limit: int) -> Found:
        """As `find_phone`, of any other kind; `exact_total` is `total`."""

    async def get(self, customer: CustomerId) -> Customer | None:
        """Whoever has this id: of one that was merged, its survivor. So does `open`."""

    async def home(self, customer: CustomerId) -> CustomerId | None:
        """The id of whoever has this one: its own, or its survivor's. None: nobody has it."""

    async def open(
        self, customer: CustomerId, notes: int
    ) -> tuple[Customer, tuple[NoteView, ...]] | None:
        """With its newest `notes` notes, pinned ones first."""

    async def search(self, terms: Terms, limit: int) -> Findings:
        """The first `limit`, and whether there were more."""

    async def create(self, customer: Customer) -> Mapping[CustomerId, int]:
        """As `save`."""

    async def save(self, customer: Customer, source: str) -> Mapping[CustomerId, int] | None:
        """Writes over version `customer.version - 1`; None where another saved first.

        What changed is kept for `changes`, as of `source`. A relation stands in two files:
        returns the other customers whose file changed by it, with their versions.
        Raises `customers.relations.RelationError`; ValueError for a `partial` customer.
        """

    async def changes(
        self, customer: CustomerId, field: str, before: int | None, limit: int
    ) -> History | None:
        """Of one field, or of all (""), older than the change `before`. None: no such customer."""

    async def add_note(self, customer: CustomerId, note: NoteView) -> int | None:
        """The file's version, which a note does not change; None: no such customer, or merged."""

    async def edit_note(
        self, customer: CustomerId, note: NoteView
    ) -> tuple[int | None, NoteView | None]:
        """Writes text, pin and edit over version `note.version - 1`. The file's version, which a
        note does not change, where that was done; else None, and the note as it stands (None:
        no such note of this customer)."""

    async def learn(
        self, customer: CustomerId, identity: Identity, *, by: str, at: datetime, most: int
    ) -> int | None:
        """Adds the identity, or marks it as confirmed; the file's version after it.

        A new identity raises the version. None: no such customer, merged, or it has `most`
        already.
        A visitor is one customer's at a time, whose newest five are kept; it stands in no form,
        so it neither counts nor raises the version.
        """


class Timeline(Protocol):
    """The contacts of customers, kept by the distributor."""

    async def page(
        self,
        customer_id: CustomerId,
        before: datetime | None,
        before_id: InteractionId | None,
        limit: int,
        /,
    ) -> tuple[tuple[ContactSummary, ...], bool]:
        """Newest first, older than (before, before_id); and whether there are more."""

    async def last_contacts(
        self, ids: Sequence[CustomerId], /, each: int = 3
    ) -> Mapping[CustomerId, tuple[ContactSummary, ...]]:
        """Newest first; customers without contacts may be missing."""

    async def open_matters(
        self, customer_id: CustomerId, limit: int, /
    ) -> tuple[tuple[ContactSummary, ...], int]:
        """Contacts that are not over, newest first; and how many missed calls nobody dealt with
        yet."""


class Contacts(Protocol):
    """The distributor's hand for a caller who has just become a customer."""

    async def attach(
        self, actor: Actor, interaction: InteractionId, customer: CustomerId
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoContacts:
    """A `Timeline` and `Contacts` for a bridge, or a test, that handles none."""

    attached: list[tuple[InteractionId, CustomerId]] = field(default_factory=list)

    async def page(
        self,
        customer_id: CustomerId,
        before: datetime | None,
        before_id: InteractionId | None,
        limit: int,
        /,
    ) -> tuple[tuple[ContactSummary, ...], bool]:
        return (), False

    async def last_contacts(
        self, ids: Sequence[CustomerId], /, each: int = 3
    ) -> Mapping[CustomerId, tuple[ContactSummary, ...]]:
        return {}

    async def open_matters(
        self, customer_id: CustomerId, limit: int, /
    ) -> tuple[tuple[ContactSummary, ...], int]:
        return (), 0

    async def attach(self, actor: Actor, interaction: InteractionId, customer: CustomerId) -> None:
        self.attached.append((interaction, customer))


class NoContact(Protocol):
    """The list of no contact. May raise `cti_bridge.errors.StoreError`."""

    async def listed(self, wanted: Collection[Reached]) -> tuple[Suppression, ...]:
        """What is on it of these numbers, addresses and keys."""
