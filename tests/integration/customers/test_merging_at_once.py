"""Merges, edits, notes, calls and undos at the same moment, on both databases: whatever wins,
nothing names a customer that is another's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.merging import Office

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from cti_bridge.protocol.vocabulary import CustomerId
    from cti_bridge.store.engine import Database

ROUNDS = 6


@pytest.fixture
async def office(database: Database) -> Office:
    return Office(database)


async def tried(doing: Coroutine[Any, Any, Any]) -> RefusalCode | None:
    """Why it was refused; None: it was done."""
    try:
        await doing
    except CommandRefused as refusal:
        return refusal.code
    return None


async def nothing_is_orphaned(office: Office, *people: CustomerId) -> None:
    live = {(await office.file(one)).card.customer_id for one in people}
    rows = {await office.row(one): one for one in people}
    owners = await office.owners()
    for kind in ("notes", "identities"):
        assert {rows[n] for n in owners[kind].values() if n in rows} <= live
    assert {one for one in owners["contacts"].values() if one in people} <= live


async def test_a_merge_an_edit_a_note_and_a_call_at_once(office: Office) -> None:
    for n in range(ROUNDS):
        one = await office.create(f"Marta {n}", f"61234{n:04}")
        two = await office.create(f"Marta N. {n}", f"61235{n:04}")
        caller = Caller(number=Number(kind=NumberKind.E164, value=f"+3461236{n:04}"))
        told = await asyncio.gather(
            tried(office.merge(one, two)),
            tried(office.edit(two, language="eu")),
            tried(office.edit(one, organisation="Ona")),
            tried(office.note(two, "a la vez")),
            tried(office.customers.teach(two, caller, "Ana")),
            tried(office.note(one, "también")),
        )
        assert set(told) <= {None, RefusalCode.CONFLICT}
        assert (told[3], told[4], told[5]) == (None, None, None)  # a note is never refused
        if told[0] is not None:  # the file was changed first: asked again it is done
            await office.merge(one, two)
        await nothing_is_orphaned(office, one, two)
        file = await office.file(two)
        assert {note.text for note in file.notes} == {"a la vez", "también"}
        assert f"+3461236{n:04}" in [one.value for one in file.card.identities]


async def test_two_merges_of_the_same_two_at_once(office: Office) -> None:
    """One into the other and the other into the one: one is refused, so no circle."""
    for n in range(ROUNDS):
        one, two = await office.create(f"A {n}"), await office.create(f"B {n}")
        told = await asyncio.gather(
            tried(office.merge(one, two)), tried(office.merge(two, one)), return_exceptions=True
        )
        assert sorted(told, key=str) == sorted([None, RefusalCode.CONFLICT], key=str)
        await nothing_is_orphaned(office, one, two)


async def test_two_undos_at_once_are_one(office: Office) -> None:
    for n in range(ROUNDS):
        one, two = await office.create(f"A {n}"), await office.create(f"B {n}")
        merge = await office.merge(one, two)
        told = await asyncio.gather(*(tried(office.undo(merge)) for _ in range(3)))
        assert told.count(None) == 1
        assert set(told) <= {None, RefusalCode.CONFLICT, RefusalCode.TOO_LATE}
        assert (await office.file(two)).card.customer_id == two


async def test_an_undo_and_a_merge_of_its_survivor_at_once(office: Office) -> None:
    for n in range(ROUNDS):
        one, two, three = [await office.create(f"{who} {n}") for who in "ABC"]
        inner = await office.merge(one, two)
        told = await asyncio.gather(
            tried(office.undo(inner)),
            tried(office.merge(three, one)),
            tried(office.note(two, "x")),
        )
        assert told[2] is None
        assert None in told[:2]
        await nothing_is_orphaned(office, one, two, three)
