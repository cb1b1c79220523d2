"""A customer file with merging over a real database, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.rules import Rules
from cti_bridge.acd.writes import SaveInteraction
from cti_bridge.customers.merging.service import MergingService
from cti_bridge.customers.ports import Actor, Customer, Identity
from cti_bridge.customers.service import CustomerService
from cti_bridge.ids import new_id
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.merging import (
    MergeCustomers,
    MergePlanned,
    UndoMerge,
    UndoPlanned,
)
from cti_bridge.protocol.values import CustomerDraft, IdentityView, NoteView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    CustomerId,
    IdentityKind,
    InteractionId,
    InteractionState,
    NoteId,
    QueueId,
)
from cti_bridge.store import acd_tables
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.history import SqlHistory
from cti_bridge.store.merging import SqlMerges
from cti_bridge.store.pairs import SqlPairs
from cti_bridge.store.tables import customers, identities, notes
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.floor import CONFIG

if TYPE_CHECKING:
    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.customer_values import FieldView
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.merge_values import MergePlan, UndoPlan
    from cti_bridge.protocol.values import CustomerCard, CustomerFile
    from cti_bridge.store.engine import Database

ANA = Actor(agent_id=AgentId("a1"), name="Ana Soto")
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Told:
    """A publisher, and a distributor that remembers what it was told of customers."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self.merges: list[tuple[CustomerId, CustomerCard]] = []
        self.separations: list[tuple[CustomerCard, frozenset[InteractionId]]] = []

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)

    async def merged(self, absorbed: CustomerId, survivor: CustomerCard) -> None:
        self.merges.append((absorbed, survivor))

    async def separated(self, customer: CustomerCard, contacts: frozenset[InteractionId]) -> None:
        self.separations.append((customer, contacts))


@dataclass
class Office:
    """The services over one database, with the clock in hand; each step takes a minute."""

    database: Database
    merge_above: float | None = None
    fields: tuple[FieldView, ...] = ()
    now: datetime = START
    told: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        self.store = SqlCustomers(self.database)
        self.merges, self.pairs = SqlMerges(self.database), SqlPairs(self.database)
        self.records = SqlAcdStore(self.database)
        self.history = SqlHistory(self.database, Rules(CONFIG, frozenset()))
        self.merging = MergingService(
            store=self.merges,
            pairs=self.pairs,
            publisher=self.told,
            clock=self.clock,
            floor=self.told,
            merge_above=self.merge_above,
        )
        self.customers = CustomerService(
            store=self.store,
            timeline=self.history,
            contacts=NobodyHandles(),
            publisher=self.told,
            clock=self.clock,
            region="ES",
            merges=self.merging,
            fields=self.fields,
        )

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    # -- making --------------------------------------------------------------------------------

    async def create(self, name: str, *known_by: str, **more: Any) -> CustomerId:
        """`known_by`: numbers and addresses."""
        draft = CustomerDraft(name=name, identities=tuple(map(view_of, known_by)), **more)
        done = await self.customers.handle(ANA, c.CreateCustomer(request_id=1, draft=draft))
        assert isinstance(done, c.Done)
        return CustomerId(done.id)

    async def edit(self, customer: CustomerId, **fields: Any) -> None:
        file = await self.file(customer)
        card = file.card
        draft = {
            "name": card.name,
            "organisation": card.organisation,
            "language": card.language,
            "tags": card.tags,
            "identities": card.identities,
        }
        command = c.SaveCustomer(
            request_id=1,
            customer_id=card.customer_id,
            version=card.version,
            draft=CustomerDraft(**(draft | fields)),
        )
        await self.customers.handle(ANA, command)

    async def note(self, customer: CustomerId, text: str, *, pinned: bool = False) -> NoteId:
        command = c.AddNote(request_id=1, customer_id=customer, text=text, pinned=pinned)
        done = await self.customers.handle(ANA, command)
        assert isinstance(done, c.Done)
        return NoteId(done.id)

    async def call(
        self,
        customer: CustomerId | None,
        number: str = "+34600000000",
        *,
        state: InteractionState = InteractionState.CLOSED,
    ) -> InteractionId:
        """A call that was handled, or still is."""
        name = InteractionId(new_id())
        at = self.clock()
        contact = Interaction(
            id=name,
            version=1,
            queue=QueueId("support"),
            caller=Caller(number=Number(kind=NumberKind.E164, value=number)),
            started_at=at,
            changed_at=at,
            customer=customer,
            customer_name="as it was",
            state=state,
        )
        await self.records.commit(
            [
                SaveInteraction(
                    interaction=contact, expected=None, queue_name="Support", agent_name=""
                )
            ]
        )
        return name

    # -- merging -------------------------------------------------------------------------------

    async def merge(self, survivor: CustomerId, absorbed: CustomerId, **more: Any) -> str:
        command = MergeCustomers(request_id=1, survivor=survivor, absorbed=absorbed, **more)
        done = await self.merging.handle(ANA, command)
        assert isinstance(done, c.Done)
        return done.id

    async def plan(self, survivor: CustomerId, absorbed: CustomerId, **more: Any) -> MergePlan:
        command = MergeCustomers(
            request_id=1, survivor=survivor, absorbed=absorbed, dry_run=True, **more
        )
        planned = await self.merging.handle(ANA, command)
        assert isinstance(planned, MergePlanned)
        return planned.plan

    async def undo(self, merge_id: str, **more: Any) -> CustomerId:
        done = await self.merging.handle(ANA, UndoMerge(request_id=1, merge_id=merge_id, **more))
        assert isinstance(done, c.Done)
        return CustomerId(done.id)

    async def undo_plan(self, merge_id: str, **more: Any) -> UndoPlan:
        command = UndoMerge(request_id=1, merge_id=merge_id, dry_run=True, **more)
        planned = await self.merging.handle(ANA, command)
        assert isinstance(planned, UndoPlanned)
        return planned.plan

    # -- what stands there ---------------------------------------------------------------------

    async def file(self, customer: CustomerId) -> CustomerFile:
        opened = await self.customers.handle(
            ANA, c.OpenCustomer(request_id=1, customer_id=customer)
        )
        assert isinstance(opened, c.CustomerOpened)
        return opened.file

    async def whole(self, customer: CustomerId) -> Customer:
        """As stored, less what every writing changes."""
        found = await self.store.get(customer)
        assert found is not None
        return replace(found, version=0, updated_at=START, updated_by="")

    async def contacts(self, customer: CustomerId) -> list[InteractionId]:
        found, _ = await self.history.page(customer, limit=1000)
        return [one.interaction_id for one in found]

    async def notes(self, customer: CustomerId) -> list[NoteId]:
        return [one.note_id for one in (await self.file(customer)).notes]

    async def numbers(self, customer: CustomerId) -> list[str]:
        return [one.value for one in (await self.whole(customer)).identities]

    async def found(self, text: str) -> list[str]:
        reply = await self.customers.handle(ANA, c.SearchCustomers(request_id=1, text=text))
        assert isinstance(reply, c.CustomersFound)
        return [card.name for card in reply.customers]

    async def row(self, customer: CustomerId) -> int:
        query = select(customers.c.n).where(customers.c.id == customer)
        return int(await self.database.reading(lambda x: x.execute(query).scalar_one()))

    async def owners(self) -> dict[str, dict[str, Any]]:
        """Whose every contact, note and identity is, by its own key; each exactly once."""

        def work(connection: Any) -> dict[str, dict[str, Any]]:
            i = acd_tables.interactions.c
            return {
                "contacts": dict(connection.execute(select(i.id, i.customer_id)).all()),
                "notes": dict(connection.execute(select(notes.c.id, notes.c.customer_n)).all()),
                "identities": dict(
                    connection.execute(select(identities.c.n, identities.c.customer_n)).all()
                ),
            }

        return await self.database.reading(work)


class NobodyHandles:
    async def attach(self, actor: Actor, interaction: InteractionId, customer: CustomerId) -> None:
        raise AssertionError("no contact is in hand")


def view_of(text: str) -> IdentityView:
    kind = IdentityKind.EMAIL if "@" in text else IdentityKind.PHONE
    return IdentityView(kind=kind, value=text)


async def set_fields(database: Database, customer: CustomerId, **columns: Any) -> None:
    """What no draft says: since, pinned note, last contact."""
    statement = update(customers).where(customers.c.id == customer).values(**columns)
    await database.writing(lambda connection: connection.execute(statement))


__all__ = ["ANA", "START", "Identity", "NoteView", "Office", "Told", "set_fields", "view_of"]
