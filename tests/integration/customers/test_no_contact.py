"""Who must not be contacted is not: at every way out, over the real customer file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from cti_bridge.acd.distributor import Distributor
from cti_bridge.acd.ports import Arrival
from cti_bridge.acd.rules import Rules
from cti_bridge.channels.mail.simulator import SmtpServer
from cti_bridge.config.values import Config, Queue
from cti_bridge.customers.contacting import Suppression
from cti_bridge.customers.permits import Permits
from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged, OfferMade
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    OpenInteraction,
)
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    CustomerId,
    CustomerStatus,
    Delivery,
    IdentityKind,
    InteractionId,
    InteractionState,
    MessageId,
    QueueId,
    RefusalCode,
)
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.history import SqlHistory
from cti_bridge.store.suppressions import SqlSuppressions
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from cti_bridge.telephony.simulator.switch import SimulatedSwitch
from tests.helpers.floor import record
from tests.helpers.mailroom import ANA as WRITER
from tests.helpers.mailroom import BOX, eventually, letter, mailroom
from tests.integration.acd.test_acd_distributor import Hub, People
from tests.integration.mail.test_mail_rooms import box_at, in_hand, reply_to, send

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.store.engine import Database

ANA = AgentId("ana")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PHONE, EMAIL, KEY = IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.KEY
SUPPORT = QueueId("support")
MARTA = Address(address="marta@example.net", name="Marta Ruiz")


async def add(database: Database, name: str, status: CustomerStatus, *has: Identity) -> CustomerId:
    customer = CustomerId(name)
    row = Customer(
        customer_id=customer,
        version=1,
        name=name,
        updated_at=NOW,
        status=status,
        identities=has,
    )
    await SqlCustomers(database).create(row)
    return customer


def phone(value: str) -> Identity:
    return Identity(kind=PHONE, value=value)


def number(value: str) -> Number:
    return Number(kind=NumberKind.E164, value=value)


async def suppress(database: Database, *listed: tuple[IdentityKind, str]) -> int:
    rows = [Suppression(kind=k, value=v, reason="asked", source="list", at=NOW) for k, v in listed]
    return await SqlSuppressions(database).add(rows)


async def test_the_file_is_asked_by_number_address_and_key(database: Database) -> None:
    """With extensions, shared numbers, several kinds of one value, and merged files."""
    permits = Permits(SqlSuppressions(database), "ES")
    shared = "+34944210017"
    key = Identity(kind=KEY, value="C-1")
    gone = await add(database, "gone", CustomerStatus.DECEASED, phone(shared), key)
    closed = await add(database, "closed", CustomerStatus.CLOSED, phone("+34612345001"))
    mailed = Identity(kind=EMAIL, value="a@example.net")
    await add(database, "mailed", CustomerStatus.CLOSED, mailed)

    async def calls(to: str, who: CustomerId | None = None, *, answering: bool = False) -> Any:
        return await permits.may_call(number(to), who, answering=answering)

    assert await calls(shared) is RefusalCode.DECEASED
    assert await calls(shared, answering=True) is RefusalCode.DECEASED
    assert await calls("+34612345001") is RefusalCode.ACCOUNT_CLOSED
    assert await calls("+34612345001", answering=True) is None
    assert await calls("+34699999999") is None
    assert await calls("+34699999999", closed) is RefusalCode.ACCOUNT_CLOSED  # another number
    assert await permits.may_write("A@Example.net", answering=False) is RefusalCode.ACCOUNT_CLOSED
    here = await add(database, "here", CustomerStatus.ACTIVE, phone(shared))
    assert await calls(shared) is None  # for whoever is left
    assert await calls(shared, gone) is RefusalCode.DECEASED
    assert await calls(shared, here) is None
    raw = Number(kind=NumberKind.RAW, value="944 21 00 17")
    extension = Number(kind=NumberKind.EXTENSION, value="1003")
    assert await suppress(database, (PHONE, shared), (KEY, shared), (PHONE, "1003")) == 3
    assert await suppress(database, (PHONE, shared), (PHONE, shared)) == 0
    assert await calls(shared, here, answering=True) is RefusalCode.SUPPRESSED
    assert await permits.may_call(raw, None, answering=False) is RefusalCode.SUPPRESSED
    assert await permits.may_call(extension, None, answering=False) is None  # a colleague
    await suppress(database, (KEY, "C-1"))
    assert await calls("+34699999999", gone) is RefusalCode.SUPPRESSED
    listed, total = await SqlSuppressions(database).list("+34944")
    assert [(one.kind, one.source) for one in listed] == [(KEY, "list"), (PHONE, "list")]
    assert total == 2
    wanted = {(PHONE, shared), (KEY, "C-1"), (EMAIL, "nobody@example.net"), (EMAIL, shared)}
    listed = await SqlSuppressions(database).listed(wanted)
    assert [(one.kind, one.value, one.reason) for one in listed] == [
        (KEY, "C-1", "asked"),
        (PHONE, shared, "asked"),
    ]
    assert await SqlSuppressions(database).listed(set()) == ()
    assert await SqlSuppressions(database).remove(PHONE, shared)
    assert not await SqlSuppressions(database).remove(PHONE, shared)
    assert await calls(shared, here) is None
    merged = text("UPDATE customers SET merged_into = 1 WHERE id = 'closed'")
    await database.writing(lambda connection: connection.execute(merged))
    assert await calls("+34612345001") is None


# -- calls ----------------------------------------------------------------------------------------


class Desk:
    """A distributor whose customer file is real."""

    def __init__(self, database: Database) -> None:
        config = Config(queues=(Queue(id="support", name="Support", dnis=("944210000",)),))
        self.switch, self.hub = SimulatedSwitch(), Hub()
        self.acd = Distributor(
            config=config,
            switch=self.switch,
            store=SqlAcdStore(database),
            history=SqlHistory(database, Rules(config, self.switch.verbs)),
            customers=People(),
            publisher=self.hub,
            permit=Permits(SqlSuppressions(database), "ES"),
        )

    async def ask(self, command: Any) -> Any:
        return await self.acd.handle(ANA, command)

    async def refused(self, command: Any) -> RefusalCode:
        with pytest.raises(CommandRefused) as refusal:
            await self.ask(command)
        return refusal.value.code

    def dialled(self) -> list[Any]:
        placed = ("originate", "consult", "blind_transfer")
        return [one for one in self.switch.commands if one[0] in placed]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    await add(database, "gone", CustomerStatus.DECEASED, phone("+34612345001"))
    await add(database, "closed", CustomerStatus.CLOSED, phone("+34612345002"))
    await suppress(database, (PHONE, "+34612345003"))
    made = Desk(database)
    await made.acd.start()
    await made.switch.start(made.acd.switch_event)
    await made.acd.signed_in(record("ana", "support"))
    await made.ask(c.SetMode(request_id=0, mode=AgentMode.READY))
    yield made
    await made.acd.stop()


async def test_click_to_dial_consultation_and_transfer(desk: Desk) -> None:
    for to, code in (
        ("612345001", RefusalCode.DECEASED),
        ("+34 612 345 002", RefusalCode.ACCOUNT_CLOSED),
        ("612345003", RefusalCode.SUPPRESSED),
    ):
        assert await desk.refused(c.Originate(request_id=1, to=to)) is code
    assert desk.dialled() == []
    assert not desk.acd.floor.interactions  # nothing was begun that would stand in a history
    desk.switch.ring(Caller(number=number("+34612345002")), "944210000")
    offer = (await desk.hub.until(OfferMade)).offer
    await desk.ask(c.AcceptOffer(request_id=2, offer_id=offer.offer_id))
    await desk.hub.until(
        InteractionChanged, lambda e: e.interaction.state is InteractionState.CONNECTED
    )
    contact = offer.interaction.interaction_id
    consult = c.Consult(request_id=3, interaction_id=contact, to="612345003")
    assert await desk.refused(consult) is RefusalCode.SUPPRESSED
    blind = c.BlindTransfer(request_id=4, interaction_id=contact, to="612345001")
    assert await desk.refused(blind) is RefusalCode.DECEASED
    assert desk.dialled() == []
    await eventually(lambda: desk.acd.floor.interactions[contact].consult is None)
    assert desk.acd.floor.interactions[contact].state is InteractionState.CONNECTED


def call_back(of: str, name: str) -> Arrival:
    return Arrival(
        id=InteractionId(name),
        channel=Channel.CALLBACK,
        caller=Caller(number=number(of)),
        call_to=number(of),
        queue=SUPPORT,
        at=datetime.now(UTC),
    )


async def test_a_call_back_that_must_not_be_says_so_and_one_that_was_asked_for_is_made(
    desk: Desk,
) -> None:
    await desk.acd.arrive(call_back("+34612345003", "suppressed"))
    offer = (await desk.hub.until(OfferMade)).offer
    await desk.ask(c.AcceptOffer(request_id=1, offer_id=offer.offer_id))
    shown = await desk.hub.until(InteractionChanged, lambda e: e.interaction.failure is not None)
    assert shown.interaction.state is InteractionState.CONNECTED  # in hand, to be finished
    assert desk.dialled() == []
    again = c.DialContact(request_id=2, interaction_id=offer.interaction.interaction_id)
    assert await desk.refused(again) is RefusalCode.SUPPRESSED
    opened = await desk.ask(
        OpenInteraction(request_id=3, interaction_id=offer.interaction.interaction_id)
    )
    steps = [(step.what, step.code) for step in opened.file.journey]
    assert ("not_dialled", "suppressed") in steps
    await desk.ask(
        c.CompleteWrapUp(
            request_id=4,
            interaction_id=offer.interaction.interaction_id,
            disposition="resolved",
        )
    )
    await desk.acd.arrive(call_back("+34612345002", "closed"))  # who asked for it is called
    second = await desk.hub.until(OfferMade, lambda e: e.offer.offer_id != offer.offer_id)
    await desk.ask(c.AcceptOffer(request_id=5, offer_id=second.offer.offer_id))
    await eventually(lambda: desk.dialled())
    assert desk.dialled()[0][0] == "originate"


# -- mail -----------------------------------------------------------------------------------------


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    running = SmtpServer()
    await running.start()
    yield running
    await running.stop()


async def test_mail_by_hand_and_by_itself(database: Database, server: SmtpServer) -> None:
    closed = Identity(kind=EMAIL, value="marta@example.net")
    await add(database, "closed", CustomerStatus.CLOSED, closed)
    await suppress(database, (EMAIL, "no@example.net"))
    permits = Permits(SqlSuppressions(database), "ES")
    async with mailroom(database, box_at(server), permit=permits) as room:

        async def refused(command: Any) -> tuple[RefusalCode, str]:
            with pytest.raises(CommandRefused) as refusal:
                await room.mail.handle(WRITER, command)
            return refusal.value.code, refusal.value.field

        compose = c.ComposeEmail(request_id=1, draft=Draft(to=(MARTA,), text="x", mode="new"))
        assert await refused(compose) == (RefusalCode.ACCOUNT_CLOSED, "draft.to[0]")
        assert room.contacts.arrivals == []
        asked = await in_hand(room, letter(key="a"))
        draft = reply_to(asked)
        other = Draft(to=draft.to, cc=(Address(address="no@example.net"),), text="x")
        wrong = await refused(send("m1", asked.interaction, other))
        assert wrong == (RefusalCode.SUPPRESSED, "draft.cc[0]")
        assert await room.store.get(MessageId("m1")) is None
        await room.mail.handle(
            WRITER, send("m2", asked.interaction, draft)
        )  # who wrote is answered
        await eventually(lambda: server.received)
        assert await room.mail.send_plain(
            id="t1", to="no@example.net", subject="Your chat", text="x", queue=SUPPORT
        )
        row = await eventually(lambda: _failed(room, "t1"))
        assert row.detail == "no@example.net: 550 not sent: suppressed"
    assert server.recipients == [("marta@example.net",)]


async def _failed(room: Any, name: str) -> Any:
    row = await room.book.outgo(name)
    return row if row is not None and row.state == "failed" else None


async def test_a_list_that_grows_while_a_mail_rests_in_the_outbox(
    database: Database, server: SmtpServer
) -> None:
    box = box_at(server, undo_seconds=30)
    permits = Permits(SqlSuppressions(database), "ES")
    async with mailroom(database, box, permit=permits) as room:
        asked = await in_hand(room, letter(key="a"))
        await room.mail.handle(WRITER, send("m1", asked.interaction, reply_to(asked)))
        await suppress(database, (EMAIL, "marta@example.net"))
        room.clock.advance(seconds=31)
        room.mail._room.wake(BOX.id)

        async def failed() -> Any:
            found = await room.store.get(MessageId("m1"))
            return found if found and found.delivery is Delivery.FAILED else None

        message = await eventually(failed)
        assert message.delivery_detail == "marta@example.net: 550 not sent: suppressed"
    assert server.received == []
