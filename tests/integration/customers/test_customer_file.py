"""What a file holds beside its card, on both databases: read, written, kept, refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import text

from cti_bridge.customers.ports import Actor, NoContacts
from cti_bridge.customers.service import CustomerService
from cti_bridge.protocol.commands import (
    CreateCustomer,
    CustomerOpened,
    CustomersFound,
    FieldHistory,
    FieldHistoryListed,
    OpenCustomer,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.customer_values import (
    AddressView,
    ConsentView,
    FieldChangeView,
    FieldView,
    RelationView,
)
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerDraft, CustomerFile, IdentityView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    ConsentChannel,
    CustomerId,
    CustomerKind,
    CustomerStatus,
    FieldType,
    IdentityKind,
    MatchKind,
    RefusalCode,
    RelationKind,
)
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.telephony.ports import Caller, Number, NumberKind

if TYPE_CHECKING:
    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.store.engine import Database

ANA = Actor(agent_id=AgentId("a1"), name="Ana Soto")
PEIO = Actor(agent_id=AgentId("a2"), name="Peio Gil")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FIELDS = (
    FieldView(code="contract", names={"es": "Contrato", "en": "Contract"}),
    FieldView(code="seats", names={"en": "Seats"}, type=FieldType.NUMBER),
    FieldView(
        code="vat",
        names={"en": "VAT number"},
        applies_to=CustomerKind.ORGANISATION,
    ),
)
HOME = AddressView(label="home", street="Gran Vía 1, 3º", postcode="48001", city="Bilbao")


class Desk:
    """The service over a real database; each call is one frame of an agent."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, NOW
        self.told: list[AnyEvent] = []
        self.store, alone = SqlCustomers(database), NoContacts()
        self.service = CustomerService(
            store=self.store,
            timeline=alone,
            contacts=alone,
            publisher=self,
            clock=lambda: self.now,
            region="ES",
            fields=FIELDS,
        )

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.told.append(event)

    async def create(self, name: str, **more: Any) -> CustomerId:
        draft = CustomerDraft(name=name, **more)
        done = await self.service.handle(ANA, CreateCustomer(request_id=1, draft=draft))
        return CustomerId(done.id)  # type: ignore[union-attr]

    async def file(self, customer: CustomerId) -> CustomerFile:
        opened = await self.service.handle(ANA, OpenCustomer(request_id=1, customer_id=customer))
        assert isinstance(opened, CustomerOpened)
        return opened.file

    async def save(
        self, customer: CustomerId, actor: Actor = ANA, version: int | None = None, **changed: Any
    ) -> None:
        """Changes some fields; the others go back as the file shows them, as a form does."""
        file = await self.file(customer)
        command = SaveCustomer(
            request_id=1,
            customer_id=customer,
            version=version or file.card.version,
            draft=msgspec.structs.replace(as_draft(file), **changed),
        )
        await self.service.handle(actor, command)

    async def history(self, customer: CustomerId, field: str = "") -> FieldHistoryListed:
        command = FieldHistory(request_id=1, customer_id=customer, field=field)
        listed = await self.service.handle(ANA, command)
        assert isinstance(listed, FieldHistoryListed)
        return listed

    async def refused(self, customer: CustomerId, **changed: Any) -> tuple[RefusalCode, str]:
        with pytest.raises(CommandRefused) as refusal:
            await self.save(customer, **changed)
        return refusal.value.code, refusal.value.field


def as_draft(file: CustomerFile) -> CustomerDraft:
    card = file.card
    return CustomerDraft(
        name=card.name,
        organisation=card.organisation,
        language=card.language,
        tags=card.tags,
        identities=card.identities,
        owner=card.owner,
        kind=card.kind,
        status=card.status,
        alerts=card.alerts,
        given_name=file.given_name,
        family_name=file.family_name,
        born=file.born.isoformat() if file.born else "",
        time_zone=file.time_zone,
        custom=file.custom,
        addresses=file.addresses,
        relations=file.relations,
        consents=file.consents,
    )


@pytest.fixture
async def desk(database: Database) -> Desk:
    return Desk(database)


def related(customer: CustomerId, kind: RelationKind, **more: Any) -> RelationView:
    return RelationView(customer_id=customer, kind=kind, **more)


def of(changes: tuple[FieldChangeView, ...]) -> list[tuple[str, object, object]]:
    return [(one.field, one.old, one.new) for one in changes]


# -- written and read ---------------------------------------------------------------------------


async def test_a_file_comes_back_as_it_was_written(desk: Desk) -> None:
    customer = await desk.create(
        "",
        given_name=" Marta ",
        family_name="Núñez  Soto",
        kind=CustomerKind.PERSON,
        status=CustomerStatus.PROSPECT,
        alerts=("vulnerable", "vulnerable", "overdue"),
        born="1980-05-31",
        time_zone="Atlantic/Canary",
        custom={"contract": " A-1 ", "seats": 3.0},
        addresses=(HOME, AddressView(label="empty", country="ES"), HOME),
        consents=(ConsentView(channel=ConsentChannel.EMAIL, purpose="marketing", given=True),),
    )
    file = await desk.file(customer)
    assert file.card.name == "Marta Núñez Soto"  # made of the two
    assert (file.card.kind, file.card.status) == (CustomerKind.PERSON, CustomerStatus.PROSPECT)
    assert file.card.alerts == ("vulnerable", "overdue")
    assert (file.given_name, file.family_name) == ("Marta", "Núñez Soto")
    assert (file.born, file.time_zone) == (date(1980, 5, 31), "Atlantic/Canary")
    assert file.custom == {"contract": "A-1", "seats": 3}
    assert file.addresses == (HOME,)
    assert [(c.purpose, c.given, c.source, c.at) for c in file.consents] == [
        ("marketing", True, "agent", NOW)
    ]


async def test_a_draft_that_says_nothing_of_a_field_leaves_it(desk: Desk) -> None:
    customer = await desk.create(
        "Marta", addresses=(HOME,), custom={"seats": 2}, born="1980-05-31"
    )
    card = (await desk.file(customer)).card
    draft = CustomerDraft(name="Marta Núñez")  # of a desktop that knows nothing of the rest
    await desk.service.handle(
        ANA, SaveCustomer(request_id=1, customer_id=customer, version=card.version, draft=draft)
    )
    file = await desk.file(customer)
    assert (file.card.name, file.addresses, file.custom) == ("Marta Núñez", (HOME,), {"seats": 2})
    assert file.born == date(1980, 5, 31)
    await desk.save(customer, born="", addresses=(), custom={})
    file = await desk.file(customer)
    assert (file.born, file.addresses, file.custom) == (None, (), {})


async def test_the_card_of_a_pop_and_of_a_search_has_status_and_alerts(desk: Desk) -> None:
    await desk.create(
        "Marta",
        status=CustomerStatus.DECEASED,
        alerts=("vulnerable",),
        identities=(IdentityView(kind=IdentityKind.PHONE, value="612345099"),),
    )
    caller = Caller(number=Number(kind=NumberKind.E164, value="+34612345099"))
    card = (await desk.service.match(caller)).matches[0].card
    assert (card.status, card.alerts) == (CustomerStatus.DECEASED, ("vulnerable",))
    found = await desk.service.handle(ANA, SearchCustomers(request_id=1, text="marta"))
    assert isinstance(found, CustomersFound)
    assert found.customers[0].status is CustomerStatus.DECEASED


async def test_a_customer_of_a_look_up_is_not_saved(desk: Desk) -> None:
    await desk.create(
        "Marta", identities=(IdentityView(kind=IdentityKind.EMAIL, value="m@example.com"),)
    )
    found = await desk.store.find(IdentityKind.EMAIL, "m@example.com", 5)
    assert found.customers[0].partial
    with pytest.raises(ValueError, match="not read whole"):
        await desk.store.save(replace(found.customers[0], version=2), "agent")


async def test_a_merged_file_is_found_as_what_it_became(desk: Desk) -> None:
    phone = IdentityView(kind=IdentityKind.PHONE, value="612345099")
    kept = await desk.create("Marta Núñez")
    merged = await desk.create("Marta Nuñez", identities=(phone,))
    await desk.database.writing(
        lambda c: c.execute(
            text(
                "UPDATE customers SET merged_into = (SELECT n FROM customers WHERE id = :kept)"
                " WHERE id = :merged"
            ),
            {"kept": kept, "merged": merged},
        )
    )
    caller = Caller(number=Number(kind=NumberKind.E164, value="+34612345099"))
    assert (await desk.service.match(caller)).kind is MatchKind.NONE
    for wanted, expected in (("marta", [kept]), ("612345099", [])):
        found = await desk.service.handle(ANA, SearchCustomers(request_id=1, text=wanted))
        assert isinstance(found, CustomersFound)
        assert [card.customer_id for card in found.customers] == expected
    now = await desk.store.get(merged)
    assert now is not None
    assert now.customer_id == kept
    assert (await desk.file(merged)).card.customer_id == kept


# -- relations ----------------------------------------------------------------------------------


async def test_who_works_where_is_seen_from_both_sides(desk: Desk) -> None:
    firm = await desk.create("Talleres Ona", kind=CustomerKind.ORGANISATION)
    works = related(firm, RelationKind.WORKS_AT, role="Contable")
    marta = await desk.create("Marta", relations=(works,))
    mine, theirs = await desk.file(marta), await desk.file(firm)
    assert [(r.name, r.backward, r.other_kind) for r in mine.relations] == [
        ("Talleres Ona", False, CustomerKind.ORGANISATION)
    ]
    assert [(r.customer_id, r.name, r.role, r.backward) for r in theirs.relations] == [
        (marta, "Marta", "Contable", True)
    ]
    assert theirs.card.version == 2  # whoever edits it now must see it
    assert of((await desk.history(firm)).changes) == [
        (
            "relations",
            None,
            {"customer_id": marta, "kind": "works_at", "role": "Contable", "backward": True},
        )
    ]
    await desk.save(firm, relations=())  # taken away from the other side
    assert (await desk.file(marta)).relations == ()
    assert (await desk.file(marta)).card.version == 2
    assert CustomerChanged(customer_id=marta, version=2, by="Ana Soto") in desk.told


async def test_a_household_is_one_from_whichever_side_it_is_written(desk: Desk) -> None:
    ana, jon = await desk.create("Ana"), await desk.create("Jon")
    await desk.save(jon, relations=(related(ana, RelationKind.HOUSEHOLD),))
    await desk.save(ana, relations=(related(jon, RelationKind.HOUSEHOLD, backward=True),))
    for customer, other in ((ana, jon), (jon, ana)):
        relations = (await desk.file(customer)).relations
        assert [(r.customer_id, r.backward) for r in relations] == [(other, False)]


async def test_nobody_is_related_to_themselves_nor_above_themselves(desk: Desk) -> None:
    ana, eva, ida = [await desk.create(name) for name in ("Ana", "Eva", "Ida")]
    parent = RelationKind.PARENT_OF
    await desk.save(ana, relations=(related(eva, parent),))
    await desk.save(eva, relations=(related(ida, parent), related(ana, parent, backward=True)))
    field = (RefusalCode.INVALID, "relations[0].customer_id")
    assert await desk.refused(ana, relations=(related(ana, parent),)) == field
    wrong = (RefusalCode.INVALID, "relations[1]")
    up = related(eva, parent, backward=True)
    assert await desk.refused(ida, relations=(up, related(ana, parent))) == wrong
    again = related(ida, parent, backward=True)  # the same circle, said from the other side
    assert await desk.refused(ana, relations=(related(eva, parent), again)) == wrong
    assert len((await desk.file(ana)).relations) == 1
    await desk.save(ida, relations=(up, related(ana, RelationKind.KNOWS)))  # no harm in that


async def test_a_relation_needs_the_right_kinds_and_somebody_there(desk: Desk) -> None:
    firm = await desk.create("Talleres Ona", kind=CustomerKind.ORGANISATION)
    marta = await desk.create("Marta", relations=(related(firm, RelationKind.WORKS_AT),))
    wrong = (RefusalCode.INVALID, "relations[0]")
    assert await desk.refused(firm, relations=(related(marta, RelationKind.WORKS_AT),)) == wrong
    nobody = CustomerId("nobody")
    assert await desk.refused(marta, relations=(related(nobody, RelationKind.KNOWS),)) == wrong
    odd = CustomerId("a\x00b")
    assert await desk.refused(marta, relations=(related(odd, RelationKind.KNOWS),)) == (
        RefusalCode.INVALID,
        "relations[0].customer_id",
    )
    # a person cannot become an organisation while working at one
    kind = await desk.refused(marta, kind=CustomerKind.ORGANISATION)
    assert kind == (RefusalCode.INVALID, "relations[0]")


async def test_more_relations_than_a_file_shows_are_left_alone(desk: Desk) -> None:
    firm = await desk.create("Talleres Ona", kind=CustomerKind.ORGANISATION)
    works = (related(firm, RelationKind.WORKS_AT),)
    first, *_, last = [await desk.create(f"Empleado {n}", relations=works) for n in range(102)]
    file = await desk.file(firm)
    assert (len(file.relations), file.relations_more) == (100, True)
    assert file.relations[0].customer_id == last
    await desk.save(firm, relations=file.relations[1:])
    assert (await desk.file(last)).relations == ()
    assert len((await desk.file(first)).relations) == 1
    assert len((await desk.file(firm)).relations) == 100


async def test_two_at_once_cannot_close_a_circle(desk: Desk) -> None:
    ana, eva = await desk.create("Ana"), await desk.create("Eva")
    stale = (await desk.file(eva)).card.version
    await desk.save(ana, relations=(related(eva, RelationKind.PARENT_OF),))
    with pytest.raises(CommandRefused) as refusal:
        await desk.save(eva, version=stale, relations=(related(ana, RelationKind.PARENT_OF),))
    assert refusal.value.code is RefusalCode.CONFLICT


# -- consents -----------------------------------------------------------------------------------


async def test_the_newest_consent_counts_and_the_others_are_kept(desk: Desk) -> None:
    mail = ConsentView(
        channel=ConsentChannel.EMAIL, purpose="marketing", given=True, source="web form", at=NOW
    )
    customer = await desk.create("Marta", consents=(mail,))
    desk.now += timedelta(days=1)
    await desk.save(customer, name="Marta N")  # a form sends back what it shows: nothing new
    assert (await desk.file(customer)).consents == (mail,)
    no = msgspec.structs.replace(mail, given=False, source="")
    await desk.save(customer, consents=(no,))
    file = await desk.file(customer)
    assert [(c.given, c.source, c.at) for c in file.consents] == [(False, "agent", desk.now)]
    assert file.consents_before == (mail,)
    late = msgspec.structs.replace(mail, at=NOW - timedelta(days=9), source="on paper")
    await desk.save(customer, consents=(late,))  # found later, said earlier
    file = await desk.file(customer)
    assert file.consents[0].given is False
    assert [c.source for c in file.consents_before] == ["web form", "on paper"]
    await desk.save(customer, consents=())
    assert len((await desk.file(customer)).consents) == 1  # none is ever taken away
    changed = of((await desk.history(customer, "consents")).changes)
    assert [(old and old["given"], new and new["given"]) for _, old, new in changed] == [  # type: ignore[index]
        (True, False)
    ]


# -- history ------------------------------------------------------------------------------------


async def test_each_field_tells_who_changed_it(desk: Desk) -> None:
    phone = IdentityView(kind=IdentityKind.PHONE, value="612345099", label="mobile")
    customer = await desk.create("Marta", identities=(phone,), addresses=(HOME,))
    listed = await desk.history(customer)
    assert (listed.changes, listed.created_by, listed.created_at) == ((), "Ana Soto", NOW)
    desk.now += timedelta(hours=1)
    moved = msgspec.structs.replace(HOME, street="Calle Nueva 2")
    await desk.save(
        customer,
        PEIO,
        name="Marta Núñez",
        tags=("VIP",),
        identities=(),
        addresses=(moved,),
        custom={"seats": 4},
        born="1980-05-31",
    )
    changes = (await desk.history(customer)).changes
    assert {(one.by, one.source, one.at) for one in changes} == {("Peio Gil", "agent", desk.now)}
    assert sorted(of(changes), key=str) == [
        (
            "addresses",
            {"label": "home", "street": "Gran Vía 1, 3º", "postcode": "48001", "city": "Bilbao"},
            {"label": "home", "street": "Calle Nueva 2", "postcode": "48001", "city": "Bilbao"},
        ),
        ("born", None, "1980-05-31"),
        ("custom.seats", None, 4),
        ("identities", {"kind": "phone", "value": "+34612345099", "label": "mobile"}, None),
        ("name", "Marta", "Marta Núñez"),
        ("tags", None, "VIP"),
    ]
    assert of((await desk.history(customer, "name")).changes) == [("name", "Marta", "Marta Núñez")]
    page = await desk.service.handle(
        ANA, FieldHistory(request_id=1, customer_id=customer, before=changes[3].change_id, limit=1)
    )
    assert isinstance(page, FieldHistoryListed)
    assert (page.changes, page.more) == (changes[4:5], True)
    with pytest.raises(CommandRefused):
        await desk.history(CustomerId("nobody"))


async def test_what_a_call_teaches_is_in_the_history(desk: Desk) -> None:
    customer = await desk.create("Marta")
    caller = Caller(number=Number(kind=NumberKind.E164, value="+34612345099"))
    await desk.service.teach(customer, caller, "Peio Gil")
    await desk.service.teach(customer, caller, "Peio Gil")
    changes = (await desk.history(customer)).changes
    assert [(one.field, one.by, one.source) for one in changes] == [
        ("identities", "Peio Gil", "ring")
    ]
    assert changes[0].new == {"kind": "phone", "value": "+34612345099"}


# -- bad input ----------------------------------------------------------------------------------


WRONG: tuple[tuple[str, dict[str, Any]], ...] = (
    ("born", {"born": "31/05/1980"}),
    ("born", {"born": "2126-01-01"}),
    ("born", {"born": "1066-10-14"}),
    ("time_zone", {"time_zone": "Mars/Olympus"}),
    ("time_zone", {"time_zone": "../../etc/passwd"}),
    ("alerts[1]", {"alerts": ("vulnerable", "No Such")}),
    ("alerts", {"alerts": tuple(f"a{n}" for n in range(11))}),
    ("addresses", {"addresses": (HOME,) * 21}),
    ("addresses[0].street", {"addresses": (AddressView(street="x" * 201),)}),
    ("addresses[1].country", {"addresses": (HOME, AddressView(city="X", country="Spain"))}),
    ("custom.seats", {"custom": {"seats": "three"}}),
    ("custom.seats", {"custom": {"seats": True}}),
    ("custom.nope", {"custom": {"nope": 1}}),
    ("custom.vat", {"custom": {"vat": "ESB1"}}),  # of organisations only
    (
        "consents[0].purpose",
        {"consents": (ConsentView(channel=ConsentChannel.ANY, purpose="¡!", given=True),)},
    ),
    (
        "consents[0].at",
        {
            "consents": (
                ConsentView(
                    channel=ConsentChannel.ANY,
                    purpose="survey",
                    given=True,
                    at=NOW + timedelta(days=1),
                ),
            )
        },
    ),
    ("relations", {"relations": (related(CustomerId("x"), RelationKind.KNOWS),) * 201}),
)


async def test_a_field_at_fault_is_named(desk: Desk) -> None:
    customer = await desk.create("Marta")
    for field, changed in WRONG:
        assert await desk.refused(customer, **changed) == (RefusalCode.INVALID, field)
    assert (await desk.file(customer)).card.version == 1


async def test_what_is_no_longer_configured_stays_and_is_not_shown(desk: Desk) -> None:
    customer = await desk.create(
        "Ona", kind=CustomerKind.ORGANISATION, custom={"vat": "ESB1", "seats": 2}
    )
    await desk.save(customer, kind=CustomerKind.PERSON)  # the form still holds the other kind's
    assert (await desk.file(customer)).custom == {"seats": 2}
    await desk.save(customer, kind=CustomerKind.ORGANISATION)
    assert (await desk.file(customer)).custom == {"seats": 2, "vat": "ESB1"}
