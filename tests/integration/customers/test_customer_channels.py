"""Who wrote, and who is on the web site: matched and learnt, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from cti_bridge.customers.ports import Actor, NoContacts
from cti_bridge.customers.service import CustomerService
from cti_bridge.protocol.commands import CreateCustomer, CustomerOpened, OpenCustomer, SaveCustomer
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerCard, CustomerDraft, IdentityView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    CustomerId,
    IdentityKind,
    MatchKind,
    MatchReason,
    RefusalCode,
)
from cti_bridge.store.customers import VISITORS, SqlCustomers, last_contact_update
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401

if TYPE_CHECKING:
    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import MatchResult
    from cti_bridge.store.engine import Database

ANA = Actor(agent_id=AgentId("a1"), name="Ana Soto")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BROWSER = "5b0c8f4e-8f0e-4a57-9f6e-0d8f0a5f3f11"
MARTA = IdentityView(kind=IdentityKind.EMAIL, value="marta@example.es")


class Room:
    def __init__(self, database: Database) -> None:  # noqa: F811
        self.database, self.now = database, NOW
        self.events: list[AnyEvent] = []
        contacts = NoContacts()
        self.service = CustomerService(
            store=SqlCustomers(database),
            timeline=contacts,
            contacts=contacts,
            publisher=self,
            clock=lambda: self.now,
            region="ES",
        )

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)

    async def create(self, name: str, *identities: IdentityView) -> CustomerId:
        draft = CustomerDraft(name=name, identities=identities)
        done = await self.service.handle(ANA, CreateCustomer(request_id=1, draft=draft))
        return CustomerId(done.id)  # type: ignore[union-attr]

    async def card(self, customer: CustomerId) -> CustomerCard:
        opened = await self.service.handle(ANA, OpenCustomer(request_id=1, customer_id=customer))
        assert isinstance(opened, CustomerOpened)
        return opened.file.card

    async def teach(self, customer: CustomerId, kind: NumberKind, value: str) -> None:
        caller = Caller(number=Number(kind=kind, value=value))
        await self.service.teach(customer, caller, "Ana Soto")


@pytest.fixture
def room(database: Database) -> Room:  # noqa: F811
    return Room(database)


def named(result: MatchResult) -> list[tuple[str, MatchReason]]:
    return [(match.card.name, match.reason) for match in result.matches]


async def test_who_writes_is_found_whatever_the_case(room: Room) -> None:
    await room.create("Marta", MARTA)
    found = await room.service.match_email(" MARTA@Example.ES ")
    assert (found.kind, found.total) == (MatchKind.ONE, 1)
    assert named(found) == [("Marta", MatchReason.EMAIL_ON_FILE)]
    assert found.matches[0].matched_value == "marta@example.es"
    nobody = Caller(number=Number(kind=NumberKind.EMAIL, value="otra@example.es"))
    assert (await room.service.match(nobody)).kind is MatchKind.NONE


@pytest.mark.parametrize(
    "address", ["", "no", "a@b", "@example.es", "a@example.es\x00", "x" * 300 + "@example.es"]
)
async def test_what_is_no_address_is_nobody_s(room: Room, address: str) -> None:
    await room.create("Marta", MARTA)
    assert (await room.service.match_email(address)).matches == ()


async def test_of_a_shared_address_first_who_signs_then_who_was_here_last(room: Room) -> None:
    for name in ("Marta Gil", "Luis Gil", "Eva Gil"):
        await room.create(name, MARTA)
    recent = (await room.service.match_email("marta@example.es")).matches[2].card
    await room.database.writing(
        lambda c: c.execute(last_contact_update(recent.customer_id, NOW - timedelta(days=1)))
    )
    found = await room.service.match_email("marta@example.es", "GIL, Luís")
    assert (found.kind, found.total) == (MatchKind.SEVERAL, 3)
    by_name = [match.card.name for match in found.matches]
    assert by_name[0] == "Luis Gil"
    by_date = await room.service.match_email("marta@example.es")
    assert by_date.matches[0].card.name == recent.name


async def test_a_key_that_looks_like_an_address_is_none(room: Room) -> None:
    await room.create("Key", IdentityView(kind=IdentityKind.KEY, value="marta@example.es"))
    assert (await room.service.match_email("marta@example.es")).kind is MatchKind.NONE


async def test_an_address_that_an_agent_confirmed_is_on_the_file(room: Room) -> None:
    marta = await room.create("Marta")
    await room.teach(marta, NumberKind.EMAIL, "Marta@Example.es")
    found = await room.service.match_email("marta@example.es")
    assert named(found) == [("Marta", MatchReason.EMAIL_CONFIRMED)]
    assert found.matches[0].confirmed_at == NOW
    card = await room.card(marta)
    assert [(i.kind, i.value, i.source) for i in card.identities] == [
        (IdentityKind.EMAIL, "marta@example.es", "email")
    ]
    assert card.version == 2
    before = len(room.events)
    await room.teach(marta, NumberKind.EMAIL, "not an address")
    assert len(room.events) == before
    assert len((await room.card(marta)).identities) == 1


async def test_a_browser_is_known_again(room: Room) -> None:
    marta = await room.create("Marta", MARTA)
    assert (await room.service.match_visitor(BROWSER)).kind is MatchKind.NONE
    before = len(room.events)
    await room.teach(marta, NumberKind.VISITOR, BROWSER)
    caller = Caller(number=Number(kind=NumberKind.VISITOR, value=BROWSER))
    found = await room.service.match(caller)
    assert named(found) == [("Marta", MatchReason.RETURNING_VISITOR)]
    assert found.matches[0].matched_value == ""  # says nothing to people
    card = await room.card(marta)
    assert [i.kind for i in card.identities] == [IdentityKind.EMAIL]
    assert card.version == 1  # whoever edits the file just now keeps on editing
    assert len(room.events) == before


async def test_saving_the_file_keeps_its_browsers(room: Room) -> None:
    marta = await room.create("Marta")
    await room.teach(marta, NumberKind.VISITOR, BROWSER)
    draft = CustomerDraft(name="Marta Gil", identities=(MARTA,))
    await room.service.handle(
        ANA, SaveCustomer(request_id=1, customer_id=marta, version=1, draft=draft)
    )
    found = await room.service.match_visitor(BROWSER)
    assert named(found) == [("Marta Gil", MatchReason.RETURNING_VISITOR)]


async def test_nobody_types_a_browser(room: Room) -> None:
    with pytest.raises(CommandRefused) as refused:
        await room.create("Marta", IdentityView(kind=IdentityKind.VISITOR, value=BROWSER))
    assert (refused.value.code, refused.value.field) == (
        RefusalCode.INVALID,
        "identities[0].kind",
    )


async def test_a_browser_is_one_customer_s_the_last_that_was_said(room: Room) -> None:
    marta, luis = await room.create("Marta"), await room.create("Luis")
    await room.teach(marta, NumberKind.VISITOR, BROWSER)
    await room.teach(luis, NumberKind.VISITOR, BROWSER)
    assert named(await room.service.match_visitor(BROWSER)) == [
        ("Luis", MatchReason.RETURNING_VISITOR)
    ]


async def test_browsers_do_not_fill_the_file(room: Room) -> None:
    marta = await room.create("Marta")
    names = [str(uuid4()) for _ in range(VISITORS + 3)]
    for name in names:
        await room.teach(marta, NumberKind.VISITOR, name)
    known = [bool((await room.service.match_visitor(name)).matches) for name in names]
    assert known == [False] * 3 + [True] * VISITORS
    await room.teach(marta, NumberKind.EMAIL, "marta@example.es")
    assert len((await room.card(marta)).identities) == 1


@pytest.mark.parametrize("name", ["", "short", "x" * 65, "tab\there-and-more", "ñandú-ñandú"])
async def test_what_is_no_browser_s_name_is_not_learnt(room: Room, name: str) -> None:
    marta = await room.create("Marta")
    await room.teach(marta, NumberKind.VISITOR, name)
    assert (await room.service.match_visitor(name)).kind is MatchKind.NONE


async def test_what_the_site_vouches_for_goes_before_what_was_typed(room: Room) -> None:
    marta = await room.create("Marta", IdentityView(kind=IdentityKind.KEY, value="CL-1"))
    await room.create("Luis", MARTA)
    await room.teach(marta, NumberKind.VISITOR, BROWSER)
    found = await room.service.match_visitor(
        "", email="marta@example.es", claims={"sub": "CL-1", "email": "luis@example.es"}
    )
    assert named(found) == [("Marta", MatchReason.SITE_TOKEN)]
    assert found.matches[0].matched_value == "CL-1"
    by_address = await room.service.match_visitor(
        BROWSER, claims={"sub": "unknown", "email": "marta@example.es"}
    )
    assert named(by_address) == [("Luis", MatchReason.SITE_TOKEN)]


async def test_a_browser_and_an_address_of_two_people_are_both_shown(room: Room) -> None:
    marta = await room.create("Marta")
    await room.create("Luis", MARTA, IdentityView(kind=IdentityKind.PHONE, value="612345678"))
    await room.teach(marta, NumberKind.VISITOR, BROWSER)
    found = await room.service.match_visitor(
        BROWSER, email="marta@example.es", phone="612 34 56 78"
    )
    assert (found.kind, found.total) == (MatchKind.SEVERAL, 2)
    assert named(found) == [
        ("Marta", MatchReason.RETURNING_VISITOR),
        ("Luis", MatchReason.EMAIL_ON_FILE),
    ]
    by_phone = await room.service.match_visitor("", phone="+34 612345678")
    assert named(by_phone) == [("Luis", MatchReason.NUMBER_ON_FILE)]


async def test_garbage_of_a_form_is_nobody(room: Room) -> None:
    await room.create("Marta", MARTA)
    found = await room.service.match_visitor(
        "\x00" * 9,
        email="\udcff@\x00",
        phone="9" * 5_000,
        claims={"sub": "x" * 5_000, "email": "]", "phone": "\x00"},
    )
    assert found.kind is MatchKind.NONE


def key(value: str, source: str = "crm") -> IdentityView:
    return IdentityView(kind=IdentityKind.KEY, value=value, source=source)


async def test_one_exact_customer_number_wins_over_the_caller_s_own(room: Room) -> None:
    phone = IdentityView(kind=IdentityKind.PHONE, value="+34612345678")
    await room.create("Luis", phone)
    await room.create("Marta", key("C-1"))
    caller = Caller(number=Number(kind=NumberKind.E164, value="+34612345678"))
    found = await room.service.match_key("C-1", "", caller)
    assert (found.kind, named(found)) == (
        MatchKind.ONE,
        [("Marta", MatchReason.KEY_ON_FILE)],
    )
    assert found.matches[0].matched_value == "C-1"
    by_number = [("Luis", MatchReason.NUMBER_ON_FILE)]
    for nobody in ("C-2", "c-1", "x" * 5_000, "\x00"):
        assert named(await room.service.match_key(nobody, "", caller)) == by_number
    assert named(await room.service.match_key("C-1", "another system", caller)) == by_number


async def test_a_customer_number_of_several_is_asked_beside_the_caller_s(room: Room) -> None:
    await room.create("Marta", key("C-1"))
    await room.create("Peio", key("C-1"))
    await room.create("Luis", IdentityView(kind=IdentityKind.PHONE, value="+34612345678"))
    caller = Caller(number=Number(kind=NumberKind.E164, value="+34612345678"))
    found = await room.service.match_key("C-1", "", caller)
    assert found.kind is MatchKind.SEVERAL
    assert {name for name, _ in named(found)} == {"Marta", "Peio", "Luis"}
