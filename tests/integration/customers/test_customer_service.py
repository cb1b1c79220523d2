"""The customer file end to end, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from cti_bridge.acd.ports import Audience
from cti_bridge.customers.ports import Actor, NoContacts
from cti_bridge.customers.service import CustomerService
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import (
    AddNote,
    CreateCustomer,
    CustomerOpened,
    CustomersFound,
    OpenCustomer,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerDraft, CustomerFile, IdentityView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    CustomerId,
    IdentityKind,
    InteractionId,
    MatchKind,
    MatchReason,
    RefusalCode,
)
from cti_bridge.store.customers import SqlCustomers, last_contact_update
from cti_bridge.telephony.ports import WITHHELD, Caller, Number, NumberKind

if TYPE_CHECKING:
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.store.engine import Database

ANA = Actor(agent_id=AgentId("a1"), name="Ana Soto")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Heard:
    """A publisher that remembers."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    def publish(self, event: AnyEvent, to: Audience) -> None:
        assert to == Audience()  # everybody who may read customers
        self.events.append(event)


class Room:
    """The service over a real database, with a clock in hand."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.heard, self.contacts, self.now = Heard(), NoContacts(), NOW
        self.store = SqlCustomers(database)
        self.service = CustomerService(
            store=self.store,
            timeline=self.contacts,
            contacts=self.contacts,
            publisher=self.heard,
            clock=lambda: self.now,
            region="ES",
        )

    async def create(self, name: str, *phones: str, **more: str) -> CustomerId:
        draft = CustomerDraft(
            name=name,
            identities=tuple(IdentityView(kind=IdentityKind.PHONE, value=p) for p in phones),
            **more,
        )
        done = await self.service.handle(ANA, CreateCustomer(request_id=1, draft=draft))
        return CustomerId(done.id)  # type: ignore[union-attr]

    async def file(self, customer: CustomerId) -> CustomerFile:
        opened = await self.service.handle(ANA, OpenCustomer(request_id=1, customer_id=customer))
        assert isinstance(opened, CustomerOpened)
        return opened.file

    async def found(self, text: str, limit: int = 50) -> list[str]:
        reply = await self.service.handle(
            ANA, SearchCustomers(request_id=1, text=text, limit=limit)
        )
        assert isinstance(reply, CustomersFound)
        return [card.name for card in reply.customers]

    async def contacted(self, customer: CustomerId, days_ago: int) -> None:
        at = NOW - timedelta(days=days_ago)
        await self.database.writing(lambda c: c.execute(last_contact_update(customer, at)))


@pytest.fixture
async def room(database: Database) -> Room:
    return Room(database)


def calling(number: str, extension: str = "", kind: NumberKind = NumberKind.E164) -> Caller:
    return Caller(number=Number(kind=kind, value=number, extension=extension))


# -- the screen pop -----------------------------------------------------------------------------


async def test_one_customer_has_the_number_in_whatever_spelling(room: Room) -> None:
    customer = await room.create("Marta Núñez", "612 34 50 99")
    await room.create("Otro", "612345098")
    match = await room.service.match(calling("+34612345099"))
    assert (match.kind, match.total) == (MatchKind.ONE, 1)
    assert match.matches[0].card.customer_id == customer
    assert match.matches[0].reason is MatchReason.NUMBER_ON_FILE
    assert match.matches[0].matched_value == "+34612345099"
    assert match.matches[0].source == "agent"


async def test_several_are_ranked_by_recent_contact(room: Room) -> None:
    old, never, recent = [
        await room.create(name, "+34944210017") for name in ("Viejo", "Nunca", "Reciente")
    ]
    await room.contacted(old, 300)
    await room.contacted(recent, 2)
    match = await room.service.match(calling("+34944210017"))
    assert (match.kind, match.total) == (MatchKind.SEVERAL, 3)
    assert [m.card.customer_id for m in match.matches] == [recent, old, never]


async def test_a_crowd_is_cut_but_counted(room: Room) -> None:
    made = [await room.create(f"Centralita {i}", "+34944210017") for i in range(25)]
    for days, customer in enumerate(made):
        await room.contacted(customer, days + 1)
    match = await room.service.match(calling("+34944210017"))
    assert match.total == 25
    assert [m.card.customer_id for m in match.matches] == made[:20]


@pytest.mark.parametrize(
    ("caller", "kind"),
    [
        (Caller(number=WITHHELD), MatchKind.WITHHELD),
        (calling("+34600000001"), MatchKind.NONE),
        (calling("1003", kind=NumberKind.EXTENSION), MatchKind.NONE),
        (calling("' OR 1=1 --", kind=NumberKind.RAW), MatchKind.NONE),
    ],
)
async def test_nobody(room: Room, caller: Caller, kind: MatchKind) -> None:
    await room.create("Marta Núñez", "612345099")
    match = await room.service.match(caller)
    assert (match.kind, match.matches, match.total) == (kind, (), 0)


async def test_the_owner_is_folded_travels_with_the_match_and_is_taken_away(room: Room) -> None:
    customer = await room.create("Marta Núñez", "612345099", owner=" Ana ")
    match = await room.service.match(calling("+34612345099"))
    assert match.matches[0].card.owner == "ana"
    draft = CustomerDraft(name="Marta Núñez")  # of a desktop that knows of no owner
    for version, owner, then in ((1, None, "ana"), (2, "José", "jose"), (3, "", "")):
        written = msgspec.structs.replace(draft, owner=owner)
        command = SaveCustomer(request_id=1, customer_id=customer, version=version, draft=written)
        await room.service.handle(ANA, command)
        assert (await room.file(customer)).card.owner == then
    assert (await room.file(await room.create("Otra"))).card.owner == ""


@pytest.mark.parametrize("owner", ["ana soto", "x" * 81])
async def test_what_can_be_no_login_is_no_owner(room: Room, owner: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        await room.create("Marta", owner=owner)
    assert (refused.value.code, refused.value.field) == (RefusalCode.INVALID, "owner")


async def test_main_number_and_extensions(room: Room) -> None:
    await room.create("Extensión 4012", "+34944210017 ext 4012")
    await room.create("Extensión 4013", "+34944210017;ext=4013")
    direct = await room.service.match(calling("+34944210017", "4012"))
    assert [(m.card.name, m.reason) for m in direct.matches] == [
        ("Extensión 4012", MatchReason.NUMBER_ON_FILE)
    ]
    assert direct.kind is MatchKind.ONE
    assert direct.matches[0].matched_value == "+34944210017;ext=4012"
    behind = await room.service.match(calling("+34944210017"))
    assert behind.kind is MatchKind.SEVERAL
    assert {m.reason for m in behind.matches} == {MatchReason.NUMBER_WITHOUT_EXTENSION}
    assert (await room.service.match(calling("+34944210017", "4099"))).kind is MatchKind.NONE
    await room.create("La empresa", "+34944210017")
    company = await room.service.match(calling("+34944210017"))
    assert [m.card.name for m in company.matches] == ["La empresa"]
    stranger = await room.service.match(calling("+34944210017", "4099"))
    assert [(m.card.name, m.reason) for m in stranger.matches] == [
        ("La empresa", MatchReason.NUMBER_WITHOUT_EXTENSION)
    ]


async def test_an_internal_extension(room: Room) -> None:
    await room.create("Almacén", "1003")
    match = await room.service.match(calling("1003", kind=NumberKind.EXTENSION))
    assert [(m.card.name, m.reason) for m in match.matches] == [("Almacén", MatchReason.EXTENSION)]


async def test_a_number_that_the_edge_could_not_read_finds_the_typed_one(room: Room) -> None:
    await room.create("Sin plan", "900 000 00 0".replace(" ", ""))
    match = await room.service.match(calling("900000000", kind=NumberKind.RAW))
    assert match.kind is MatchKind.ONE


# -- teaching the index -------------------------------------------------------------------------


async def test_confirming_teaches_the_index(room: Room) -> None:
    right = await room.create("La buena", "+34944210017")
    await room.create("La otra", "+34944210017")
    await room.service.teach(right, calling("+34944210017"), "Ana Soto")
    match = await room.service.match(calling("+34944210017"))
    reasons = {m.card.name: (m.reason, m.confirmed_at) for m in match.matches}
    assert reasons["La buena"] == (MatchReason.NUMBER_CONFIRMED, NOW)
    assert reasons["La otra"] == (MatchReason.NUMBER_ON_FILE, None)
    assert (await room.file(right)).card.version == 1  # what was typed is not outdated by it


async def test_saving_an_unknown_caller_teaches_the_index(room: Room) -> None:
    customer = await room.create("Nueva")
    caller = calling("+34600000001")
    assert (await room.service.match(caller)).kind is MatchKind.NONE
    await room.service.teach(customer, caller, "Ana Soto")
    match = await room.service.match(caller)
    assert match.kind is MatchKind.ONE
    assert (match.matches[0].source, match.matches[0].confirmed_at) == ("ring", NOW)
    assert room.heard.events[-1] == CustomerChanged(customer_id=customer, version=2, by="Ana Soto")
    await room.service.teach(customer, caller, "Ana Soto")  # twice is once
    assert len((await room.file(customer)).card.identities) == 1


async def test_withheld_and_vanished_teach_nothing(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    customer = await room.create("Marta")
    heard = len(room.heard.events)
    await room.service.teach(customer, Caller(number=WITHHELD), "Ana")
    await room.service.teach(CustomerId("gone"), calling("+34600000001"), "Ana")
    assert len(room.heard.events) == heard
    assert "nothing learnt" in caplog.text
    assert (await room.file(customer)).card.identities == ()


async def test_a_full_file_learns_no_more(room: Room) -> None:
    customer = await room.create("Muchos", *(f"+346000000{i:02}" for i in range(50)))
    await room.service.teach(customer, calling("+34611111111"), "Ana")
    assert (await room.service.match(calling("+34611111111"))).kind is MatchKind.NONE


# -- editing ------------------------------------------------------------------------------------


async def test_create_attaches_the_contact_and_says_so(room: Room) -> None:
    command = CreateCustomer(
        request_id=7,
        draft=CustomerDraft(name=" Ana  Pérez\u202e ", tags=("VIP", " VIP ", "")),
        interaction_id=InteractionId("i1"),
    )
    done = await room.service.handle(ANA, command)
    customer = CustomerId(done.id)  # type: ignore[union-attr]
    assert room.contacts.attached == [(InteractionId("i1"), customer)]
    assert room.heard.events == [CustomerChanged(customer_id=customer, version=1, by="Ana Soto")]
    file = await room.file(customer)
    assert (file.card.name, file.card.tags, file.card.since) == ("Ana Pérez", ("VIP",), NOW)
    assert (file.updated_at, file.updated_by) == (NOW, "Ana Soto")


async def test_saving_keeps_where_identities_came_from(room: Room) -> None:
    customer = await room.create("Marta", "612345099", "944210017")
    await room.service.teach(customer, calling("+34612345099"), "Ana")
    room.now = NOW + timedelta(hours=1)
    forged = IdentityView(
        kind=IdentityKind.PHONE,
        value="612 345 099",
        label="móvil",
        source="forged",
        confirmed_at=room.now,
    )
    mail = IdentityView(kind=IdentityKind.EMAIL, value="Marta@Ejemplo.ES", confirmed_at=room.now)
    draft = CustomerDraft(name="Marta Núñez", identities=(forged, mail))
    await room.service.handle(
        ANA, SaveCustomer(request_id=1, customer_id=customer, version=1, draft=draft)
    )
    card = (await room.file(customer)).card
    assert card.version == 2
    assert [(i.value, i.label, i.source, i.confirmed_at) for i in card.identities] == [
        ("+34612345099", "móvil", "agent", NOW),
        ("marta@ejemplo.es", "", "agent", None),
    ]
    assert (await room.service.match(calling("+34944210017"))).kind is MatchKind.NONE  # removed


async def test_the_second_to_save_is_told_with_the_file_as_it_stands(room: Room) -> None:
    customer = await room.create("Marta")
    first = SaveCustomer(
        request_id=1, customer_id=customer, version=1, draft=CustomerDraft(name="Primera")
    )
    second = SaveCustomer(
        request_id=2, customer_id=customer, version=1, draft=CustomerDraft(name="Segunda")
    )
    await room.service.handle(ANA, first)
    with pytest.raises(CommandRefused) as caught:
        await room.service.handle(ANA, second)
    assert caught.value.code is RefusalCode.CONFLICT
    assert caught.value.current is not None
    assert (caught.value.current.card.name, caught.value.current.card.version) == ("Primera", 2)
    assert (await room.file(customer)).card.name == "Primera"


async def test_a_race_of_two_savers_has_one_winner(room: Room) -> None:
    customer = await room.create("Marta")
    known = await room.store.get(customer)
    assert known is not None
    from dataclasses import replace

    one = replace(known, version=2, name="Una")
    two = replace(known, version=2, name="Dos")
    import asyncio

    saved = await asyncio.gather(room.store.save(one), room.store.save(two))
    assert sorted(done is not None for done in saved) == [False, True]


async def test_notes_pinned_first_then_newest(room: Room) -> None:
    customer = await room.create("Marta")
    for minute, (text, pinned) in enumerate(
        [("uno", False), ("llamar por la tarde", True), ("tres\r\nlíneas", False)]
    ):
        room.now = NOW + timedelta(minutes=minute)
        await room.service.handle(
            ANA, AddNote(request_id=1, customer_id=customer, text=text, pinned=pinned)
        )
    file = await room.file(customer)
    assert [n.text for n in file.notes] == ["llamar por la tarde", "tres\nlíneas", "uno"]
    assert file.card.pinned_note == "llamar por la tarde"
    assert file.notes[1].at == NOW + timedelta(minutes=2)
    assert file.card.version == 1


# -- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (CustomerDraft(name=" \u200b "), "name"),
        (CustomerDraft(name="x" * 201), "name"),
        (CustomerDraft(name="x", organisation="x" * 60_000), "organisation"),
        (CustomerDraft(name="x", language="Español"), "language"),
        (CustomerDraft(name="x", tags=("y" * 41,)), "tags[0]"),
        (CustomerDraft(name="x", tags=("y",) * 21), "tags"),
        (
            CustomerDraft(
                name="x",
                identities=(
                    IdentityView(kind=IdentityKind.PHONE, value="612345099"),
                    IdentityView(kind=IdentityKind.PHONE, value="no es un número"),
                ),
            ),
            "identities[1].value",
        ),
        (
            CustomerDraft(
                name="x", identities=(IdentityView(kind=IdentityKind.EMAIL, value="a@b"),)
            ),
            "identities[0].value",
        ),
        (
            CustomerDraft(
                name="x",
                identities=(IdentityView(kind=IdentityKind.KEY, value="k", label="l" * 41),),
            ),
            "identities[0].label",
        ),
        (
            CustomerDraft(
                name="x", identities=(IdentityView(kind=IdentityKind.KEY, value="k"),) * 51
            ),
            "identities",
        ),
    ],
)
async def test_a_bad_draft_is_refused_by_its_field(
    room: Room, draft: CustomerDraft, field: str
) -> None:
    with pytest.raises(CommandRefused) as caught:
        await room.service.handle(ANA, CreateCustomer(request_id=1, draft=draft))
    assert (caught.value.code, caught.value.field) == (RefusalCode.INVALID, field)
    assert room.heard.events == []


@pytest.mark.parametrize("absent", ["gone", "", "\x00", "\ud800", "ñ", "x" * 50_000])
async def test_what_is_not_there(room: Room, absent: str) -> None:
    gone = CustomerId(absent)
    for command in (
        OpenCustomer(request_id=1, customer_id=gone),
        SaveCustomer(request_id=1, customer_id=gone, version=1, draft=CustomerDraft(name="x")),
        AddNote(request_id=1, customer_id=gone, text="x"),
    ):
        with pytest.raises(CommandRefused) as caught:
            await room.service.handle(ANA, command)
        assert caught.value.code is RefusalCode.NOT_FOUND
    assert await room.service.card(CustomerId("gone")) is None


@pytest.mark.parametrize("text", ["", "  \u200b", "x" * 10_001])
async def test_a_bad_note(room: Room, text: str) -> None:
    customer = await room.create("Marta")
    with pytest.raises(CommandRefused) as caught:
        await room.service.handle(ANA, AddNote(request_id=1, customer_id=customer, text=text))
    assert (caught.value.code, caught.value.field) == (RefusalCode.INVALID, "text")


async def test_a_database_that_is_gone_refuses_and_does_not_burst(room: Room) -> None:
    await room.database.close()
    with pytest.raises(CommandRefused) as caught:
        await room.found("marta")
    assert caught.value.code is RefusalCode.INTERNAL
    with pytest.raises(StoreError):  # the distributor's business: PENDING, or an empty pop
        await room.service.match(calling("+34612345099"))


# -- search -------------------------------------------------------------------------------------


async def test_search_as_you_type(room: Room) -> None:
    await room.create("María José Núñez García", "612 345 099", organisation="Panadería Sol")
    await room.create("John O'Neill", "+44 20 7946 0018", organisation="ACME-24h Ltd.")
    await room.create("Nuria Vega")
    for text in ("nunez", "NÚÑ", "garcia maria", "sol pan", "612345", "+34 612 34", "0034612",
                 "34612345", "099x"[:0] + "mari jo nu gar pan"):  # fmt: skip
        assert await room.found(text) == ["María José Núñez García"], text
    for text in ("o'neill", "neill acme", "24h", "+44 (20) 7946", "442079460018"[:0] + "john"):
        assert await room.found(text) == ["John O'Neill"], text
    assert await room.found("nu") == ["Nuria Vega", "María José Núñez García"]
    for text in ("", " ", "a", "%", "nunez zzz", '"', "OR", "nunez*", "' OR 1=1", "x" * 5000):
        found = await room.found(text)
        assert found == (["María José Núñez García"] if text == "nunez*" else []), text


async def test_search_by_address_and_key(room: Room) -> None:
    draft = CustomerDraft(
        name="Marta",
        identities=(
            IdentityView(kind=IdentityKind.EMAIL, value="marta.n@ejemplo.es"),
            IdentityView(kind=IdentityKind.KEY, value="CL-000123"),
        ),
    )
    await room.service.handle(ANA, CreateCustomer(request_id=1, draft=draft))
    for text in ("marta.n@", "Marta.N@Ejemplo", "CL-000", "cl-000123"):
        assert await room.found(text) == ["Marta"], text
    assert await room.found("CL-000124") == []


async def test_search_follows_a_change_of_name(room: Room) -> None:
    customer = await room.create("Marta Vieja")
    draft = CustomerDraft(name="Marta Nueva")
    await room.service.handle(
        ANA, SaveCustomer(request_id=1, customer_id=customer, version=1, draft=draft)
    )
    assert await room.found("vieja") == []
    assert await room.found("nueva") == ["Marta Nueva"]


async def test_search_is_by_recent_contact_and_says_when_there_is_more(room: Room) -> None:
    made = {name: await room.create(f"García {name}") for name in ("uno", "dos", "tres")}
    await room.contacted(made["dos"], 1)
    await room.contacted(made["uno"], 9)
    assert await room.found("garcia") == ["García dos", "García uno", "García tres"]
    reply = await room.service.handle(ANA, SearchCustomers(request_id=1, text="gar", limit=2))
    assert isinstance(reply, CustomersFound)
    assert reply.more
    assert [c.name for c in reply.customers] == ["García dos", "García uno"]
