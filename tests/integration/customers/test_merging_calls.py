"""A call that rings while its customer becomes another's: the distributor, the customer file and
merging together, over one database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from cti_bridge.acd.distributor import Distributor
from cti_bridge.acd.rules import Rules
from cti_bridge.config.values import Config, Matching, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged, OfferMade
from cti_bridge.protocol.vocabulary import AgentId, AgentMode, InteractionId
from cti_bridge.store import acd_tables as t
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.history import SqlHistory
from cti_bridge.telephony.simulator.switch import SimulatedSwitch
from tests.helpers.floor import caller, record
from tests.helpers.merging import Office, Told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId
    from cti_bridge.store.engine import Database

ANA = AgentId("ana")
NUMBER = "+34612345099"
CONFIG = Config(
    matching=Matching(budget_ms=2000),
    queues=(Queue(id="support", name="Support", offer_seconds=60, wrap_up_seconds=60),),
)


class Desk(Told):
    """What desktops are told; merging reaches the real distributor through it."""

    def __init__(self) -> None:
        super().__init__()
        self.news = asyncio.Event()
        self.distributor: Distributor | None = None

    def publish(self, event: AnyEvent, to: Audience) -> None:
        super().publish(event, to)
        self.news.set()

    async def merged(self, absorbed: CustomerId, survivor: CustomerCard) -> None:
        assert self.distributor is not None
        await self.distributor.merged(absorbed, survivor)

    async def separated(self, customer: CustomerCard, contacts: frozenset[InteractionId]) -> None:
        assert self.distributor is not None
        await self.distributor.separated(customer, contacts)

    async def offer(self) -> OfferMade:
        async with asyncio.timeout(60):
            while True:
                for event in self.events:
                    if isinstance(event, OfferMade):
                        return event
                self.news.clear()
                await self.news.wait()


class Centre:
    def __init__(self, database: Database) -> None:
        self.desk = Desk()
        self.office = Office(database, told=self.desk)
        self.switch = SimulatedSwitch()
        self.distributor = Distributor(
            config=CONFIG,
            switch=self.switch,
            store=SqlAcdStore(database),
            history=SqlHistory(database, Rules(CONFIG, self.switch.verbs)),
            customers=self.office.customers,
            publisher=self.desk,
        )
        self.desk.distributor = self.distributor

    async def start(self) -> None:
        await self.distributor.start()
        await self.switch.start(self.distributor.switch_event)
        self.distributor.switch_started()
        await self.distributor.signed_in(record("ana", "support"))
        ready = c.SetMode(request_id=1, mode=AgentMode.READY)
        await self.distributor.handle(ANA, ready)

    async def stored(self, contact: InteractionId) -> str | None:
        query = select(t.interactions.c.customer_id).where(t.interactions.c.id == contact)
        found = await self.office.database.reading(lambda x: x.execute(query).scalar())
        return str(found) if found is not None else None


@pytest.fixture
async def centre(database: Database) -> AsyncIterator[Centre]:
    made = Centre(database)
    await made.start()
    yield made
    await made.distributor.stop()


async def test_a_ringing_call_turns_to_the_survivor_and_back(centre: Centre) -> None:
    office = centre.office
    marta = await office.create("Marta Núñez")
    other = await office.create("Marta N.", NUMBER)
    centre.switch.ring(caller(NUMBER), "")
    offer = (await centre.desk.offer()).offer
    contact = offer.interaction.interaction_id
    assert offer.interaction.customer_id == other
    merge = await office.merge(marta, other, picks={"name": "survivor"})
    told = [one for one in centre.desk.events if isinstance(one, InteractionChanged)]
    assert told[-1].interaction.customer_id == marta
    assert told[-1].interaction.match.matches[0].card.name == "Marta Núñez"
    assert await centre.stored(contact) == marta
    accept = c.AcceptOffer(request_id=1, offer_id=offer.offer_id)
    await centre.distributor.handle(ANA, accept)
    await office.undo(merge)
    assert centre.distributor.find(contact).customer == other  # type: ignore[union-attr]
    assert await centre.stored(contact) == other


async def test_calls_that_come_in_during_merges_end_on_survivors(centre: Centre) -> None:
    office = centre.office
    numbers = [f"+3461234510{n}" for n in range(6)]
    pairs = [
        (await office.create(f"Marta {n}"), await office.create(f"Marta N. {n}", number))
        for n, number in enumerate(numbers)
    ]

    async def ring(number: str) -> None:
        centre.switch.ring(caller(number), "")

    await asyncio.gather(
        *(office.merge(one, two) for one, two in pairs), *(ring(number) for number in numbers)
    )
    async with asyncio.timeout(60):
        while len(centre.distributor.floor.interactions) < len(numbers):
            await asyncio.sleep(0.01)
    survivors = {one for one, _ in pairs}
    floor = centre.distributor.floor
    assert {one.customer for one in floor.interactions.values()} == survivors
    assert {await centre.stored(name) for name in floor.interactions} == survivors


async def test_who_attaches_the_absorbed_gets_the_survivor(centre: Centre) -> None:
    office = centre.office
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    centre.switch.ring(caller(NUMBER), "")
    offer = (await centre.desk.offer()).offer
    contact = offer.interaction.interaction_id
    await centre.distributor.handle(ANA, c.AcceptOffer(request_id=1, offer_id=offer.offer_id))
    await office.merge(marta, other)
    attach = c.AttachCustomer(request_id=2, interaction_id=contact, customer_id=other)
    await centre.distributor.handle(ANA, attach)
    assert await centre.stored(contact) == marta
    assert await office.numbers(marta) == [NUMBER]  # and learnt for her
