"""Two files become one and two again, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.customer_values import AddressView, ConsentView, RelationView
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.merging import (
    ListMerges,
    MergesListed,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerDraft, HistoryFilter
from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerId,
    CustomerStatus,
    IdentityKind,
    InteractionState,
    RefusalCode,
    RelationKind,
)
from cti_bridge.store.merge_tables import merges
from cti_bridge.store.privacy_tables import legal_holds
from cti_bridge.store.source_tables import source_records, sources
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.merging import ANA, Office, set_fields, view_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from cti_bridge.store.engine import Database


@pytest.fixture
async def office(database: Database) -> Office:
    return Office(database)


def calling(number: str) -> Caller:
    return Caller(number=Number(kind=NumberKind.E164, value=number))


async def refused(office: Office, code: RefusalCode, doing: object) -> CommandRefused:
    with pytest.raises(CommandRefused) as caught:
        await doing  # type: ignore[misc]
    assert caught.value.code is code, caught.value
    return caught.value


# -- one of two ---------------------------------------------------------------------------------


async def test_everything_of_one_is_the_others(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099", language="es", tags=("VIP",))
    other = await office.create("Núñez, Marta", "612345099", "marta@example.com", tags=("vieja",))
    theirs, mine = await office.call(other), await office.call(marta)
    note = await office.note(other, "prefiere la tarde")
    await office.merge(marta, other)
    file = await office.file(marta)
    assert [one.value for one in file.card.identities] == ["+34612345099", "marta@example.com"]
    assert file.card.tags == ("VIP", "vieja")
    assert set(await office.contacts(marta)) == {theirs, mine}
    assert await office.notes(marta) == [note]
    assert [(one.absorbed, one.absorbed_name, one.by) for one in file.merges] == [
        (other, "Núñez, Marta", "Ana Soto")
    ]


async def test_whatever_names_the_absorbed_finds_the_survivor(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099")
    other = await office.create("Marta N.", "612345000")
    await office.merge(marta, other)
    assert (await office.file(other)).card.customer_id == marta
    card = await office.customers.card(other)
    assert card is not None
    assert card.customer_id == marta
    match = await office.customers.match(calling("+34612345000"))
    assert [one.card.customer_id for one in match.matches] == [marta]
    await office.note(other, "von gestern")  # a desktop that still shows the absorbed
    assert len(await office.notes(marta)) == 1
    late = await office.call(marta)
    assert await office.contacts(other) == [late]
    found, _ = await office.history.search(HistoryFilter(customer_id=other), "", 10)
    assert [one.interaction_id for one in found] == [late]


async def test_the_absorbed_is_found_by_nothing(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099")
    other = await office.create("Zenobia Iturriaga", "612345000")
    await office.merge(marta, other, picks={"name": "survivor"})
    assert await office.found("zenobia") == []
    assert await office.found("612345000") == ["Marta Núñez"]


async def test_a_number_that_is_learnt_for_the_absorbed_is_the_survivors(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    await office.merge(marta, other)
    await office.customers.teach(other, calling("+34612345777"), "Ana")
    assert await office.numbers(marta) == ["+34612345777"]


async def test_an_edit_of_the_absorbed_meets_the_survivors_file(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    opened = await office.file(other)
    await office.merge(marta, other)
    for version in (opened.card.version, (await office.file(marta)).card.version):
        command = c.SaveCustomer(
            request_id=1,
            customer_id=other,
            version=version,
            draft=CustomerDraft(name="Marta Navarro"),
        )
        refusal = await refused(
            office, RefusalCode.CONFLICT, office.customers.handle(ANA, command)
        )
        assert refusal.current is not None
        assert refusal.current.card.customer_id == marta
    assert (await office.file(marta)).card.name != "Marta Navarro"


async def test_desktops_and_the_distributor_are_told(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    office.told.events.clear()
    await office.merge(marta, other, picks={"name": "survivor"})
    told = [one for one in office.told.events if isinstance(one, CustomerChanged)]
    assert [(one.customer_id, one.version, one.merged_into) for one in told] == [
        (marta, 2, None),
        (other, 2, marta),
    ]
    [(absorbed, card)] = office.told.merges
    assert (absorbed, card.customer_id, card.name) == (other, marta, "Marta Núñez")


async def test_parts_that_both_have_are_there_once(office: Office) -> None:
    home = AddressView(label="casa", street="C/ Mayor 3", postcode="48001", city="Bilbao")
    again = AddressView(label="home", street="c/ mayor 3", postcode="48001", city="BILBAO")
    work = AddressView(street="Gran Vía 1", postcode="48001", city="Bilbao")
    boss = await office.create("Talleres Ona", kind="organisation")
    works = RelationView(customer_id=boss, kind=RelationKind.WORKS_AT)
    yes = ConsentView(channel=ConsentChannel.EMAIL, purpose="marketing", given=True)
    no = ConsentView(channel=ConsentChannel.EMAIL, purpose="marketing", given=False)
    marta = await office.create(
        "Marta Núñez", addresses=(home,), relations=(works,), consents=(yes,)
    )
    other = await office.create(
        "Marta N.", addresses=(again, work), relations=(works,), consents=(no,)
    )
    before = await office.whole(marta), await office.whole(other)
    merge = await office.merge(marta, other)
    file = await office.file(marta)
    assert [one.street for one in file.addresses] == ["C/ Mayor 3", "Gran Vía 1"]
    assert [one.customer_id for one in file.relations] == [boss]
    assert [one.given for one in file.consents] == [False]  # what was said last counts
    assert [one.given for one in file.consents_before] == [True]
    assert len((await office.file(boss)).relations) == 1
    await office.undo(merge)
    assert (await office.whole(marta), await office.whole(other)) == before
    assert len((await office.file(boss)).relations) == 2


async def test_who_is_related_to_the_other_is_not_related_to_themselves(office: Office) -> None:
    marta = await office.create("Marta Núñez")
    lives = RelationView(customer_id=marta, kind=RelationKind.HOUSEHOLD, role="es ella")
    other = await office.create("Marta N.", relations=(lives,))
    before = await office.whole(marta), await office.whole(other)
    merge = await office.merge(marta, other)
    assert (await office.file(marta)).relations == ()
    await office.undo(merge)
    assert (await office.whole(marta), await office.whole(other)) == before


async def test_a_merge_puts_nobody_above_themselves(office: Office) -> None:
    """Whose daughter has a daughter that is her: the one relation goes, and comes back."""
    kind = RelationKind.PARENT_OF
    young = await office.create("Marta joven")
    child = await office.create("Jone", relations=(RelationView(customer_id=young, kind=kind),))
    old = await office.create(
        "Marta mayor", relations=(RelationView(customer_id=child, kind=kind, role="madre"),)
    )
    before = [await office.whole(one) for one in (young, child, old)]
    merge = await office.merge(young, old)
    [left] = (await office.file(child)).relations
    assert (left.customer_id, left.backward) == (young, False)
    assert len((await office.file(young)).relations) == 1
    await office.undo(merge)
    assert [await office.whole(one) for one in (young, child, old)] == before


async def test_the_rules_choose_and_a_person_chooses_otherwise(office: Office) -> None:
    marta = await office.create(
        "Marta Núñez", language="es", born="1980-05-31", organisation="Ona"
    )
    other = await office.create("Marta Núñez Gil", language="eu", status="deceased")
    await office.edit(marta, organisation="Talleres Ona")
    plan = await office.plan(marta, other)
    chosen = {one.name: (one.side, one.why, one.result) for one in plan.fields}
    assert chosen["name"] == ("absorbed", "newer", ("Marta Núñez Gil",))
    assert chosen["status"] == ("absorbed", "graver", ("deceased",))
    assert chosen["born"] == ("survivor", "only", ("1980-05-31",))
    assert chosen["organisation"] == ("survivor", "only", ("Talleres Ona",))
    assert (await office.file(marta)).card.name == "Marta Núñez"  # nothing was done
    await office.merge(marta, other, picks={"name": "survivor", "language": "absorbed"})
    file = await office.file(marta)
    assert (file.card.name, file.card.language) == ("Marta Núñez", "eu")
    assert file.card.status is CustomerStatus.DECEASED
    assert file.born == date(1980, 5, 31)


async def test_what_an_agent_corrected_stands_before_what_is_newer(office: Office) -> None:
    marta = await office.create("Marta Nuñes", language="es")
    await office.edit(marta, name="Marta Núñez")
    other = await office.create("Marta Nuñes Gil", language="eu")  # as it came
    plan = await office.plan(marta, other)
    name = next(one for one in plan.fields if one.name == "name")
    assert (name.side, name.why) == ("survivor", "corrected")


async def test_what_speaks_against_is_told(office: Office) -> None:
    marta = await office.create("Marta Núñez", born="1980-05-31")
    other = await office.create("Marta Núñez", born="1982-01-02", kind="organisation")
    assert set((await office.plan(marta, other)).doubts) == {"born", "kind"}


async def test_who_is_merged_wins_over_an_older_since(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    await set_fields(office.database, other, since=long_ago, pinned_note="ojo")
    await office.merge(marta, other)
    card = (await office.file(marta)).card
    assert (card.since, card.pinned_note) == (long_ago, "ojo")


# -- what is no merge -----------------------------------------------------------------------------


async def test_what_cannot_be_merged_is_refused_by_name(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    third = await office.create("Marta")
    bad: list[tuple[RefusalCode, str, str, str]] = [
        (RefusalCode.INVALID, marta, marta, "same"),
        (RefusalCode.NOT_FOUND, marta, "nobody", "absorbed"),
        (RefusalCode.NOT_FOUND, "x" * 500, marta, "survivor"),
        (RefusalCode.NOT_FOUND, "\x00", marta, "survivor"),
    ]
    for code, one, two, field in bad:
        doing = office.merge(CustomerId(one), CustomerId(two))
        assert (await refused(office, code, doing)).field == field
    await office.merge(marta, other)
    for one, two in ((other, marta), (other, third), (third, other)):  # a cycle, and what is gone
        refusal = await refused(office, RefusalCode.CONFLICT, office.merge(one, two))
        assert refusal.field == "merged"


async def test_more_than_a_file_holds_is_refused_before_anything_moves(office: Office) -> None:
    first = await office.create("Centralita", *(f"6123450{n:02}" for n in range(30)))
    second = await office.create("Centralita", *(f"6123451{n:02}" for n in range(30)))
    before = await office.owners()
    refusal = await refused(office, RefusalCode.INVALID, office.merge(first, second))
    assert refusal.field == "identities"
    assert await office.owners() == before


async def test_labels_beyond_what_a_file_holds_are_told(office: Office) -> None:
    first = await office.create("Ana", tags=tuple(f"a{n}" for n in range(15)))
    second = await office.create("Ana", tags=tuple(f"b{n}" for n in range(15)))
    before = await office.whole(second)
    assert "labels_cut" in (await office.plan(first, second)).doubts
    merge = await office.merge(first, second)
    assert len((await office.file(first)).card.tags) == 20
    await office.edit(first, organisation="Ona")  # and can be saved
    await office.undo(merge)
    assert await office.whole(second) == before


async def test_a_file_that_was_changed_since_is_not_merged(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    plan = await office.plan(marta, other)
    await office.edit(other, name="Marta Navarro")
    doing = office.merge(
        marta,
        other,
        survivor_version=plan.survivor.version,
        absorbed_version=plan.absorbed.version,
    )
    assert (await refused(office, RefusalCode.CONFLICT, doing)).field == "version"
    assert (await office.file(other)).card.name == "Marta Navarro"


# -- and back -------------------------------------------------------------------------------------


async def test_an_undo_gives_both_as_they_were(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099", "a@example.com", tags=("VIP", "B"))
    other = await office.create("Marta N.", "a@example.com", "612345000", tags=("x", "B"))
    await office.customers.teach(other, calling("+34612345000"), "Ana")
    mine, theirs = await office.call(marta), await office.call(other)
    note = await office.note(other, "prefiere la tarde", pinned=True)
    before = await office.whole(marta), await office.whole(other)
    merge = await office.merge(marta, other)
    assert await office.undo(merge) == other
    assert (await office.whole(marta), await office.whole(other)) == before
    assert (await office.contacts(marta), await office.contacts(other)) == ([mine], [theirs])
    assert (await office.notes(marta), await office.notes(other)) == ([], [note])
    assert await office.found("marta") == ["Marta N.", "Marta Núñez"]
    assert (await office.file(marta)).merges == ()


async def test_what_came_since_goes_where_its_number_belongs(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099")
    other = await office.create("Marta N.", "612345000")
    merge = await office.merge(marta, other)
    hers = await office.call(marta, "+34612345000")  # the absorbed's number
    mine = await office.call(marta, "+34612345099")
    odd = await office.call(marta, "+34944000000")
    note = await office.note(marta, "desde entonces")
    plan = await office.undo_plan(merge)
    sides = {one.key: one.side for one in plan.items}
    assert sides[f"interaction:{hers}"] == "absorbed"
    assert sides[f"interaction:{mine}"] == sides[f"interaction:{odd}"] == "survivor"
    assert sides[f"note:{note}"] == "survivor"
    await office.undo(merge, picks={f"interaction:{odd}": "absorbed", f"note:{note}": "absorbed"})
    assert set(await office.contacts(other)) == {hers, odd}
    assert await office.contacts(marta) == [mine]
    assert await office.notes(other) == [note]


async def test_an_edit_since_stays_or_goes_as_it_is_picked(office: Office) -> None:
    marta = await office.create("Marta Núñez", language="es")
    other = await office.create("Marta N.", language="eu")
    first = await office.merge(marta, other, picks={"name": "survivor", "language": "absorbed"})
    await office.edit(marta, language="en", organisation="Ona", tags=("nueva",))
    plan = await office.undo_plan(first)
    assert {(one.text, one.side) for one in plan.items if one.kind == "field"} == {
        ("language", "survivor"),
        ("organisation", "survivor"),
        ("tags", "survivor"),
    }
    await office.undo(first, picks={"field:language": "absorbed", "field:tags": "absorbed"})
    mine, theirs = (await office.file(marta)).card, (await office.file(other)).card
    assert (mine.language, mine.organisation, mine.tags) == ("es", "Ona", ())
    assert (theirs.language, theirs.organisation, theirs.tags) == ("en", "", ("nueva",))


async def test_numbers_since_can_be_given(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    merge = await office.merge(marta, other)
    await office.edit(marta, identities=(view_of("612345111"), view_of("612345112")))
    keys = {one.text: one.key for one in (await office.undo_plan(merge)).items}
    await office.undo(merge, picks={keys["+34612345111"]: "absorbed"})
    assert await office.numbers(other) == ["+34612345111"]
    assert await office.numbers(marta) == ["+34612345112"]


async def test_what_was_taken_out_since_does_not_come_back_twice(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099")
    other = await office.create("Marta N.", "612345000", "612345001")
    merge = await office.merge(marta, other)
    kept = tuple(view_of(one) for one in ("612345099", "612345001"))
    await office.edit(marta, identities=kept)
    await office.undo(merge)
    assert await office.numbers(marta) == ["+34612345099"]
    assert await office.numbers(other) == ["+34612345001"]


async def test_merges_of_one_survivor_are_undone_in_any_order(office: Office) -> None:
    marta = await office.create("Marta", "612345099")
    second = await office.create("Marta N.", "612345000", language="es", tags=("VIP",))
    third = await office.create("Marta Nu.", "612345000", language="es", tags=("VIP", "c"))
    before = [await office.whole(one) for one in (marta, second, third)]
    first_merge = await office.merge(marta, second)
    second_merge = await office.merge(marta, third)
    await office.undo(first_merge)
    file = await office.file(marta)  # what the third brought too is still there
    assert [one.value for one in file.card.identities] == ["+34612345099", "+34612345000"]
    assert (file.card.language, set(file.card.tags)) == ("es", {"VIP", "c"})
    assert await office.whole(second) == before[1]
    await office.undo(second_merge)
    assert [await office.whole(one) for one in (marta, second, third)] == before


async def test_a_chain_is_undone_from_its_end(office: Office) -> None:
    names = ("Marta", "Marta N.", "Marta Núñez")
    first, second, third = [await office.create(one, f"6123450{len(one):02}") for one in names]
    before = [await office.whole(one) for one in (first, second, third)]
    inner = await office.merge(second, first)
    outer = await office.merge(third, second)
    assert (await office.file(first)).card.customer_id == third  # through both
    refusal = await refused(office, RefusalCode.WRONG_STATE, office.undo(inner))
    assert outer in str(refusal)
    await office.undo(outer)
    assert (await office.file(first)).card.customer_id == second
    await office.undo(inner)
    assert [await office.whole(one) for one in (first, second, third)] == before


async def test_an_undo_is_done_once_and_a_merge_may_be_done_again(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    merge = await office.merge(marta, other)
    await office.undo(merge)
    await refused(office, RefusalCode.TOO_LATE, office.undo(merge))
    await refused(office, RefusalCode.NOT_FOUND, office.undo("no such merge"))
    again = await office.merge(other, marta)  # the other way round
    assert (await office.file(marta)).card.customer_id == other
    await office.undo(again)
    listed = await office.merging.handle(ANA, ListMerges(request_id=1))
    assert isinstance(listed, MergesListed)
    assert [one.merge_id for one in listed.merges] == [again, merge]
    assert all(one.undone_by == "Ana Soto" for one in listed.merges)


async def test_a_plan_that_was_overtaken_is_refused(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    merge = await office.merge(marta, other)
    plan = await office.undo_plan(merge)
    await office.edit(marta, language="eu")
    doing = office.undo(merge, version=plan.version)
    await refused(office, RefusalCode.CONFLICT, doing)
    await office.undo(merge)
    assert (await office.file(marta)).card.language == "eu"


async def test_open_contacts_go_with_their_customer(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    ringing = await office.call(other, state=InteractionState.CONNECTED)
    merge = await office.merge(marta, other)
    await office.undo(merge)
    [(card, contacts)] = office.told.separations
    assert (card.customer_id, card.name, contacts) == (other, "Marta N.", {ringing})


async def test_a_contact_that_a_writer_wrote_meanwhile_is_brought_home(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    await office.merge(marta, other)
    late = await office.call(other)  # ended while its customer was merged
    assert late not in await office.contacts(marta)
    await office.merging.start()
    assert await office.contacts(marta) == [late]


async def test_the_history_of_fields_says_what_a_merge_wrote(office: Office) -> None:
    marta = await office.create("Marta", "612345099")
    other = await office.create("Marta Núñez", "612345000")
    merge = await office.merge(marta, other)
    await office.undo(merge)
    found = await office.store.changes(marta, "name", None, 10)
    assert found is not None
    assert [(one.source, one.old, one.new) for one in found.changes] == [
        ("unmerge", "Marta Núñez", "Marta"),
        ("merge", "Marta", "Marta Núñez"),
    ]


async def test_a_long_history_moves_at_once(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    calls = [await office.call(other) for _ in range(40)]
    merge = await office.merge(marta, other)
    assert len(await office.contacts(marta)) == 40
    plan = await office.undo_plan(merge)
    assert (plan.back["interaction"], plan.items) == (40, ())
    await office.undo(merge)
    assert set(await office.contacts(other)) == set(calls)


async def test_a_merge_keeps_what_both_said(office: Office) -> None:
    marta = await office.create("Marta Núñez", "612345099", born="1980-05-31")
    other = await office.create("Marta N.", "612345000")
    merge = await office.merge(marta, other)
    query = select(merges).where(merges.c.id == merge)
    row = await office.database.reading(lambda x: x.execute(query).one())
    assert row.survivor_was["born"] == "1980-05-31"
    assert row.absorbed_was["name"] == "Marta N."
    assert row.known_by["absorbed"]["identity"] == ["phone||+34612345000"]
    assert row.at - office.now <= timedelta(0)
    assert IdentityKind.PHONE in row.known_by["survivor"]["identity"][0]


async def test_what_is_held_back_from_erasure_stays_so(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    hold = insert(legal_holds).values(customer_id=other, at=office.now, by="Rosa", reason="juicio")
    await office.database.writing(lambda x: x.execute(hold))
    merge = await office.merge(marta, other)
    await office.undo(merge)
    await office.merge(marta, other)  # held already
    query = select(legal_holds.c.customer_id, legal_holds.c.reason)
    held = await office.database.reading(lambda x: x.execute(query).all())
    assert set(held) == {(marta, "juicio"), (other, "juicio")}


async def test_what_a_source_says_of_the_absorbed_it_says_of_the_survivor(office: Office) -> None:
    marta, other = await office.create("Marta Núñez"), await office.create("Marta N.")
    rows = {one: await office.row(one) for one in (marta, other)}

    def write(connection: Connection) -> None:
        made = insert(sources).values(
            name="crm", mapping={}, created_at=office.now, updated_at=office.now
        )
        source = connection.execute(made.returning(sources.c.n)).scalar_one()
        said = {"source_n": source, "digest": b"x" * 16, "values": {}}
        for key, customer in (("1", marta), ("2", other), ("3", other)):
            row = {**said, "key": key, "customer_n": rows[customer]}
            connection.execute(insert(source_records).values(row))

    async def owners() -> dict[str, int]:
        query = select(source_records.c.key, source_records.c.customer_n)
        found = await office.database.reading(lambda x: x.execute(query).all())
        return {row.key: row.customer_n for row in found}

    await office.database.writing(write)
    before = await owners()
    merge = await office.merge(marta, other)
    assert set((await owners()).values()) == {rows[marta]}
    await office.undo(merge)
    assert await owners() == before
