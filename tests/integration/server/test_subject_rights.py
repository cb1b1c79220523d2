"""Erasures, holds and archives as desktops ask for them, through the bridge's own rooms."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from cti_bridge.app import open_bridge
from cti_bridge.config.values import Config, Retention, Server, Site, Store
from cti_bridge.errors import StoreError
from cti_bridge.protocol import commands as c
from cti_bridge.protocol import subject_rights as r
from cti_bridge.protocol.codec import MAX_EVENT_BYTES
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.merging import (
    MergeCustomers,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerDraft
from cti_bridge.protocol.vocabulary import (
    ROLE_PERMISSIONS,
    AccessKind,
    AgentMode,
    IdentityKind,
    Permission,
    RefusalCode,
    Role,
)
from tests.integration.server.test_privacy_door import ANA, SARA, House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PHONE, KEY = IdentityKind.PHONE, IdentityKind.KEY
WHY = "asked for by letter"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    config = Config(
        site=Site(spool=str(tmp_path / "spool")),
        store=Store(url=f"sqlite:///{tmp_path / 'ficha.db'}"),
        server=Server(port=0),
        retention=Retention(access_log_days=400),
    )
    bridge = await open_bridge(config)
    yield House(bridge)
    await bridge.stop()


async def zulema(house: House) -> str:
    return await house.customer("Zulema Ruíz", (PHONE, "612 345 099"), (KEY, "K-7"))


async def plan_of(house: House, customer: str) -> r.ErasurePlan:
    plan: r.ErasurePlan = (await house.ask(r.PlanErasure, SARA, customer_id=customer)).plan
    return plan


async def erase(house: House, customer: str, version: int = 1, typed: str = "zulema ruiz"):  # type: ignore[no-untyped-def]
    return await house.ask(
        r.EraseCustomer, SARA, customer_id=customer, version=version, typed=typed, reason=WHY
    )


async def refused(asking) -> tuple[RefusalCode, str]:  # type: ignore[no-untyped-def]
    with pytest.raises(CommandRefused) as caught:
        await asking
    return caught.value.code, caught.value.field


def test_who_may() -> None:
    """The bridge asks the class of each frame; an agent may nothing of it, and a supervisor
    neither take away nor hand out what masks may hide."""
    asked = {
        one: one.permission
        for one in vars(r).values()
        if isinstance(one, type) and issubclass(one, c.Command)
    }
    assert len(asked) == 8  # with `Command` itself
    mine = {role: ROLE_PERMISSIONS[role] for role in Role}
    rights = {Permission.HOLD, Permission.SUBJECT, Permission.ERASE}
    assert not mine[Role.AGENT] & rights
    assert mine[Role.SUPERVISOR] & rights == {Permission.HOLD}
    assert mine[Role.ADMIN] >= rights
    assert asked[r.EraseCustomer] is asked[r.ReleaseCustomer] is Permission.ERASE


async def test_a_plan_says_what_goes_what_stays_and_is_a_look(house: House) -> None:
    customer = await zulema(house)
    await house.ask(c.AddNote, customer_id=customer, text="likes tea")
    plan = await plan_of(house, customer)
    assert (plan.name, plan.bar, plan.hold, plan.log_days) == ("Zulema Ruíz", "", None, 400)
    assert plan.deleted["customers"] == 1
    assert plan.deleted["identities"] == 2
    assert plan.deleted["customer_notes"] == 1
    assert (await house.noted())[-1] == (SARA.name, AccessKind.VIEW, customer, None, "")
    nobody = house.ask(r.PlanErasure, SARA, customer_id="nobody")
    assert await refused(nobody) == (RefusalCode.NOT_FOUND, "customer_id")
    hostile = house.ask(r.PlanErasure, SARA, customer_id="x'; drop\0" * 900)
    assert await refused(hostile) == (RefusalCode.NOT_FOUND, "customer_id")


async def test_an_erasure_is_confirmed_reasoned_logged_and_told(house: House) -> None:
    customer = await zulema(house)
    wrong = ("", "Zulema", "zulema ruiz gil", "9" * 5000)
    for typed in wrong:
        assert await refused(erase(house, customer, typed=typed)) == (RefusalCode.INVALID, "typed")
    short = house.ask(
        r.EraseCustomer, SARA, customer_id=customer, version=1, typed="K-7", reason="x"
    )
    assert await refused(short) == (RefusalCode.INVALID, "reason")
    done = await erase(house, customer, typed="k-7")  # by a reference, whatever its case
    assert done.rows >= 3
    assert not done.running
    [told] = [event for event in house.told if isinstance(event, r.CustomerErased)]
    assert (told.customer_id, told.by) == (customer, SARA.name)
    assert (await house.noted())[-1][1:3] == (AccessKind.ERASE, customer)
    assert (await house.noted())[-1][4] == WHY
    assert await refused(erase(house, customer)) == (RefusalCode.NOT_FOUND, "customer_id")
    gone = house.ask(c.OpenCustomer, customer_id=customer)
    assert await refused(gone) == (RefusalCode.NOT_FOUND, "customer_id")


async def test_of_two_at_once_one_does_it(house: House) -> None:
    customer = await zulema(house)
    answers = await asyncio.gather(
        *(erase(house, customer) for _ in range(5)), return_exceptions=True
    )
    done = [one for one in answers if isinstance(one, r.ErasureTaken)]
    codes = {one.code for one in answers if isinstance(one, CommandRefused)}
    assert len(done) == 1
    assert codes <= {RefusalCode.BUSY, RefusalCode.NOT_FOUND}
    assert [e[1] for e in await house.noted()].count(AccessKind.ERASE) == 1


async def test_a_file_that_was_edited_since_is_looked_at_again(house: House) -> None:
    customer = await zulema(house)
    plan = await plan_of(house, customer)
    await house.ask(c.AddNote, customer_id=customer, text="call back on Monday", pinned=True)
    file = (await house.ask(c.OpenCustomer, customer_id=customer)).file
    draft = CustomerDraft(name="Zulema Ruiz Gil", identities=file.card.identities)
    await house.ask(c.SaveCustomer, customer_id=customer, version=file.card.version, draft=draft)
    late = erase(house, customer, plan.version)
    assert await refused(late) == (RefusalCode.CONFLICT, "version")
    assert (await house.ask(c.OpenCustomer, customer_id=customer)).file.notes
    newer = await plan_of(house, customer)
    assert newer.version > plan.version
    await erase(house, customer, newer.version, "zulema ruiz gil")


async def test_a_file_that_was_merged_since_is_not_erased(house: House) -> None:
    customer, other = await zulema(house), await house.customer("Zulema R.", (KEY, "K-8"))
    await house.ask(
        MergeCustomers,
        SARA,
        survivor=other,
        absorbed=customer,
        survivor_version=1,
        absorbed_version=1,
    )
    assert await refused(erase(house, customer)) == (RefusalCode.NOT_FOUND, "customer_id")
    plan = await plan_of(house, other)
    assert plan.deleted["customers"] == 2
    assert await refused(erase(house, other, 1, "zulema r.")) == (RefusalCode.CONFLICT, "version")
    await erase(house, other, plan.version, plan.name)
    gone = {event.customer_id for event in house.told if isinstance(event, r.CustomerErased)}
    assert gone == {customer, other}


async def test_who_is_held_stays_until_released(house: House) -> None:
    customer = await zulema(house)
    held = await house.ask(r.HoldCustomer, SARA, customer_id=customer, reason="a lawsuit")
    assert held.id == customer
    plan = await plan_of(house, customer)
    assert plan.bar == "held"
    assert plan.hold is not None
    assert (plan.hold.by, plan.hold.reason) == (SARA.name, "a lawsuit")
    assert await refused(erase(house, customer)) == (RefusalCode.WRONG_STATE, "held")
    await house.ask(r.HoldCustomer, SARA, customer_id=customer, reason="another one")
    again = (await plan_of(house, customer)).hold
    assert again is not None
    assert again.reason == "another one"
    late = house.ask(r.HoldCustomer, ANA, customer_id=customer, reason="a tax audit")
    assert await refused(late) == (RefusalCode.WRONG_STATE, "holder")
    assert (await plan_of(house, customer)).hold == again
    await house.ask(r.ReleaseCustomer, SARA, customer_id=customer, reason="it is over")
    late = house.ask(r.ReleaseCustomer, SARA, customer_id=customer, reason="it is over")
    assert await refused(late) == (RefusalCode.WRONG_STATE, "hold")
    nobody = house.ask(r.HoldCustomer, SARA, customer_id="nobody", reason="it is over")
    assert await refused(nobody) == (RefusalCode.NOT_FOUND, "customer_id")
    said = [e[4] for e in await house.noted() if e[1] is AccessKind.HOLD]
    assert said == ["held: a lawsuit", "held: another one", "released: it is over"]
    await erase(house, customer)


async def test_desks_are_told_of_holds_and_of_erasures_that_begin_or_break_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await zulema(house)

    def told() -> list[str]:
        events = [one for one in house.told if isinstance(one, r.CustodyChanged)]
        assert {(one.customer_id, one.by) for one in events} <= {(customer, SARA.name)}
        return [type(one).__name__ for one in events]

    await house.ask(r.HoldCustomer, SARA, customer_id=customer, reason="a lawsuit")
    assert len(told()) == 1
    assert await refused(erase(house, customer)) == (RefusalCode.WRONG_STATE, "held")
    assert len(told()) == 1  # nothing is other than before
    await house.ask(r.ReleaseCustomer, SARA, customer_id=customer, reason="it is over")
    assert len(told()) == 2

    async def fails(*of: object, **more: object) -> None:
        raise StoreError("locked", "is locked")

    with monkeypatch.context() as broken:
        broken.setattr(house.bridge.privacy.custody._store, "erase", fails)
        with pytest.raises(StoreError):
            await erase(house, customer)
    assert len(told()) == 4  # began, broke off
    await erase(house, customer)
    assert len(told()) == 5  # began; its end is CustomerErased


async def test_a_customer_in_a_live_contact_is_not_erased(house: House) -> None:
    customer = await zulema(house)
    await house.bridge.rooms.signed_in(ANA, resumed=False)
    await house.ask(c.SetMode, mode=AgentMode.READY)
    match = await house.bridge.customers.match_visitor("v-1", phone="612345099")
    contact = await house.chat("chat-1", match)
    await house.ask(c.AttachCustomer, interaction_id=contact, customer_id=customer)
    assert (await plan_of(house, customer)).bar == "open"
    assert await refused(erase(house, customer)) == (RefusalCode.WRONG_STATE, "open")


async def test_a_look_up_from_before_the_erasure_names_nobody_after_it(house: House) -> None:
    customer = await zulema(house)
    match = await house.bridge.customers.match_visitor("v-1", phone="612345099")
    assert match.matches
    await erase(house, customer)
    await house.bridge.rooms.signed_in(ANA, resumed=False)
    await house.ask(c.SetMode, mode=AgentMode.READY)
    contact = await house.chat("chat-1", match)
    kept = house.bridge.distributor.floor.interactions[contact]
    assert kept.customer is None
    assert kept.match is not None
    assert kept.match.matches == ()
    told = [e for e in house.told if isinstance(e, InteractionChanged)]
    assert "Zulema" not in str(told)


async def test_an_erasure_that_takes_long_is_answered_for_and_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await zulema(house)
    custody, go = house.bridge.privacy.custody, asyncio.Event()
    real = custody._store.erase

    async def slow(*of: object, **more: object):  # type: ignore[no-untyped-def]
        await go.wait()
        return await real(*of, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(custody, "_patience", 0.01)
    monkeypatch.setattr(custody._store, "erase", slow)
    taken = await erase(house, customer)
    assert taken.running
    assert (await plan_of(house, customer)).bar == "erasing"
    assert await refused(erase(house, customer)) == (RefusalCode.BUSY, "")
    go.set()
    async with asyncio.timeout(30):
        while not any(isinstance(event, r.CustomerErased) for event in house.told):
            await asyncio.sleep(0.01)


async def test_a_database_that_fails_leaves_it_to_be_done_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await zulema(house)
    store = house.bridge.privacy.custody._store

    async def fails(*of: object, **more: object) -> None:
        raise StoreError("locked", "is locked")

    with monkeypatch.context() as broken:
        broken.setattr(store, "erase", fails)
        with pytest.raises(StoreError):
            await erase(house, customer)
    assert (await erase(house, customer)).rows


# -- archives


async def fetched(house: House, name: str, limit: int = 700) -> tuple[bytes, r.ArchivePart]:
    data = b""
    async with asyncio.timeout(150):
        while True:
            try:
                part = await house.ask(
                    r.FetchArchive, SARA, archive_id=name, offset=len(data), limit=limit
                )
            except CommandRefused as refusal:
                if refusal.code is not RefusalCode.BUSY:
                    raise
                await asyncio.sleep(0.05)
                continue
            data += part.data
            if part.last:
                return data, part


async def take(house: House, customer: str, by=SARA, **more: object) -> str:  # type: ignore[no-untyped-def]
    asked = {"reason": WHY, "language": "en", **more}
    return str((await house.ask(r.TakeArchive, by, customer_id=customer, **asked)).archive_id)


async def test_everything_comes_piece_by_piece_and_is_on_record_first(house: House) -> None:
    customer = await zulema(house)
    await house.ask(c.AddNote, customer_id=customer, text="likes tea")
    name = await take(house, customer)
    assert (await house.noted())[-1] == (SARA.name, AccessKind.SUBJECT, customer, None, WHY)
    data, last = await fetched(house, name)
    assert len(data) == last.size
    assert (last.entries > 3, last.unreadable) == (True, 0)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told = json.loads(archive.read("data.json"))
        assert "likes tea" in archive.read("index.html").decode()
    assert told["data"]["customer_notes"][0]["text"] == "likes tea"
    again, _ = await fetched(house, name, limit=10**9)  # a cut in the last piece
    assert again == data
    beyond = house.ask(r.FetchArchive, SARA, archive_id=name, offset=len(data) + 1)
    assert await refused(beyond) == (RefusalCode.INVALID, "offset")
    for _ in range(2):
        await house.ask(r.DropArchive, SARA, archive_id=name)
    gone = house.ask(r.FetchArchive, SARA, archive_id=name)
    assert await refused(gone) == (RefusalCode.NOT_FOUND, "archive_id")


async def test_nobody_fetches_anothers(house: House) -> None:
    name = await take(house, await zulema(house))
    other = house.ask(r.FetchArchive, ANA, archive_id=name)
    assert await refused(other) == (RefusalCode.NOT_FOUND, "archive_id")
    await house.ask(r.DropArchive, ANA, archive_id=name)
    assert (await fetched(house, name))[0]


async def test_one_for_each_person_and_few_in_all(house: House) -> None:
    customer = await zulema(house)
    first, second = await take(house, customer), await take(house, customer)
    late = house.ask(r.FetchArchive, SARA, archive_id=first)
    assert await refused(late) == (RefusalCode.NOT_FOUND, "archive_id")
    assert (await fetched(house, second))[0]
    others = [SARA.__class__(**{**_fields(SARA), "agent_id": f"admin-{n}"}) for n in range(3)]
    for one in others[:2]:
        await take(house, customer, by=one)
    full = take(house, customer, by=others[2])
    assert await refused(full) == (RefusalCode.BUSY, "")
    house.bridge.privacy.archives._drop(house.bridge.privacy.archives._all[SARA.agent_id])
    await take(house, customer, by=others[2])


def _fields(account: object) -> dict[str, object]:
    return {name: getattr(account, name) for name in account.__dataclass_fields__}  # type: ignore[attr-defined]


async def test_what_cannot_be_made_says_why(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandRefused) as nobody:
        await fetched(house, await take(house, "nobody"))
    assert nobody.value.code is RefusalCode.NOT_FOUND
    short = take(house, "nobody", reason=" a ")
    assert await refused(short) == (RefusalCode.INVALID, "reason")
    customer = await zulema(house)

    async def full(*of: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(house.bridge.privacy.archives._store, "write", full)
    with pytest.raises(CommandRefused) as no_room:
        await fetched(house, await take(house, customer))
    assert no_room.value.code is RefusalCode.STORE_AWAY
    assert "No space" in no_room.value.detail


def test_a_piece_fits_its_frame() -> None:
    from cti_bridge.privacy.archives import MAX_PIECE

    assert MAX_PIECE * 4 // 3 + 1000 < MAX_EVENT_BYTES
