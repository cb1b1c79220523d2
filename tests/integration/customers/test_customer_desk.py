"""Notes that are edited, searches that are kept, matters that are open; on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from cti_bridge.customers.ports import Actor
from cti_bridge.customers.searches import MOST, Searches
from cti_bridge.protocol.commands import (
    AddNote,
    CustomerOpened,
    EditNote,
    OpenCustomer,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    DropSearch,
    ListSearches,
    SaveSearch,
    SearchesListed,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Channel,
    CustomerId,
    InteractionState,
    NoteId,
    RefusalCode,
)
from cti_bridge.store.acd_tables import missed_calls
from cti_bridge.store.history import SqlHistory
from cti_bridge.store.searches import SqlSearches
from cti_bridge.telephony.ports import NumberKind
from tests.integration.customers.test_customer_service import ANA, NOW, Room
from tests.integration.texts.test_text_search import Archive

if TYPE_CHECKING:
    from cti_bridge.protocol.values import CustomerFile, SavedSearch
    from cti_bridge.store.engine import Database

BEA = Actor(agent_id=AgentId("a2"), name="Bea Gil")


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


async def file_of(room: Room, customer: CustomerId) -> CustomerFile:
    opened = await room.service.handle(ANA, OpenCustomer(request_id=1, customer_id=customer))
    assert isinstance(opened, CustomerOpened)
    return opened.file


async def noted(room: Room, text: str, *, pinned: bool = False) -> tuple[CustomerId, NoteId]:
    customer = await room.create("Marta")
    done = await room.service.handle(
        ANA, AddNote(request_id=1, customer_id=customer, text=text, pinned=pinned)
    )
    return customer, NoteId(done.id)  # type: ignore[union-attr]


def edit(customer: CustomerId, note: NoteId, version: int, text: str, *, pinned: bool) -> EditNote:
    return EditNote(
        request_id=1, customer_id=customer, note_id=note, version=version, text=text, pinned=pinned
    )


async def test_a_note_is_edited_by_another_and_stands_on_the_card_while_pinned(room: Room) -> None:
    customer, note = await noted(room, "Llamar por la tarde.")
    await room.service.handle(BEA, edit(customer, note, 1, " Por la mañana. ", pinned=True))
    file = await file_of(room, customer)
    [stands] = file.notes
    assert (stands.text, stands.author, stands.edited_by, stands.version) == (
        "Por la mañana.", "Ana Soto", "Bea Gil", 2,
    )  # fmt: skip
    assert stands.edited_at == NOW
    assert file.card.pinned_note == "Por la mañana."
    await room.service.handle(BEA, edit(customer, note, 2, "Por la mañana.", pinned=False))
    assert (await file_of(room, customer)).card.pinned_note == ""


async def test_who_edits_what_another_edited_is_told_how_it_stands(room: Room) -> None:
    customer, note = await noted(room, "uno")
    await room.service.handle(ANA, edit(customer, note, 1, "dos", pinned=False))
    with pytest.raises(CommandRefused) as caught:
        await room.service.handle(BEA, edit(customer, note, 1, "tres", pinned=False))
    assert caught.value.code is RefusalCode.CONFLICT
    assert caught.value.current is not None
    assert caught.value.current.notes[0].text == "dos"


@pytest.mark.parametrize(
    ("text", "version", "note", "code"),
    [
        ("", 1, None, RefusalCode.INVALID),
        ("x" * 10_001, 1, None, RefusalCode.INVALID),
        ("ok", 0, None, RefusalCode.NOT_FOUND),
        ("ok", 2**40, None, RefusalCode.NOT_FOUND),
        ("ok", 1, "nobody", RefusalCode.NOT_FOUND),
        ("ok", 1, "\x00", RefusalCode.NOT_FOUND),
    ],
)
async def test_edits_that_cannot_be(
    room: Room, text: str, version: int, note: str | None, code: RefusalCode
) -> None:
    customer, known = await noted(room, "uno")
    wanted = NoteId(note) if note is not None else known
    with pytest.raises(CommandRefused) as caught:
        await room.service.handle(ANA, edit(customer, wanted, version, text, pinned=False))
    assert caught.value.code is code
    assert (await file_of(room, customer)).notes[0].text == "uno"


async def test_a_note_of_another_customer_is_left_alone(room: Room) -> None:
    _, note = await noted(room, "uno")
    other = await room.create("Luis")
    with pytest.raises(CommandRefused) as caught:
        await room.service.handle(ANA, edit(other, note, 1, "dos", pinned=False))
    assert caught.value.code is RefusalCode.NOT_FOUND


# -- searches that are kept --------------------------------------------------------------------


async def kept(searches: Searches, actor: Actor = ANA) -> tuple[SavedSearch, ...]:
    listed = await searches.handle(actor, ListSearches(request_id=1))
    assert isinstance(listed, SearchesListed)
    return listed.searches


async def test_searches_are_ones_own_by_name_and_one_for_each_name(database: Database) -> None:
    searches = Searches(SqlSearches(database), lambda: NOW)
    for name, text in (("Ñora", "nora"), ("bares", "bar"), ("BARES", "bar restaurante")):
        await searches.handle(ANA, SaveSearch(request_id=1, name=name, text=text))
    mine = await kept(searches)
    assert [(one.name, one.text) for one in mine] == [
        ("BARES", "bar restaurante"),
        ("Ñora", "nora"),
    ]
    assert await kept(searches, BEA) == ()
    drop = DropSearch(request_id=1, search_id=mine[0].search_id)
    with pytest.raises(CommandRefused) as caught:
        await searches.handle(BEA, drop)
    assert caught.value.code is RefusalCode.NOT_FOUND
    await searches.handle(ANA, drop)
    assert [one.name for one in await kept(searches)] == ["Ñora"]


async def test_searches_are_bounded(database: Database) -> None:
    searches = Searches(SqlSearches(database), lambda: NOW)
    for n in range(MOST):
        await searches.handle(ANA, SaveSearch(request_id=1, name=f"s{n}", text="x"))
    for name, text, field in (
        ("one more", "x", "name"), ("", "x", "name"), ("s1", " ", "text"),
        ("s1", "x" * 101, "text"),
        ("x" * 1_000, "x", "name"),
    ):  # fmt: skip
        with pytest.raises(CommandRefused) as caught:
            await searches.handle(ANA, SaveSearch(request_id=1, name=name, text=text))
        assert (caught.value.code, caught.value.field) == (RefusalCode.INVALID, field)
    for odd in ("", "\x00", "x" * 100, "'"):
        with pytest.raises(CommandRefused):
            await searches.handle(ANA, DropSearch(request_id=1, search_id=odd))
    assert len(await kept(searches)) == MOST


# -- open matters ------------------------------------------------------------------------------


async def test_what_is_open_of_a_customer(database: Database) -> None:
    archive = Archive(database)
    mine = {"customer_id": "c-1"}
    await archive.contact("over", **mine)
    parked = await archive.contact("", state=InteractionState.PARKED, **mine)
    await archive.contact("", state=InteractionState.QUEUED, customer_id="c-2")
    queued = await archive.contact(
        "", state=InteractionState.QUEUED, channel=Channel.CALLBACK, **mine
    )
    row = {
        "number_kind": NumberKind.E164, "number": "+34612345099", "number_extension": "",
        "display_name": "", "customer_name": "", "at": NOW, "waited_seconds": 1.0, "attempts": 1,
        "closed_reason": "", **mine,
    }  # fmt: skip
    rows = [{**row, "id": "m1", "closed_at": None}, {**row, "id": "m2", "closed_at": NOW}]
    await database.writing(lambda c: c.execute(insert(missed_calls), rows))
    history = SqlHistory(database, None)  # type: ignore[arg-type]
    contacts, missed = await history.open_matters(CustomerId("c-1"), 20)
    assert [one.interaction_id for one in contacts] == [queued, parked]
    assert missed == 1
    assert await history.open_matters(CustomerId("c-3"), 20) == ((), 0)
