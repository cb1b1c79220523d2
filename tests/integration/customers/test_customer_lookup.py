"""Who has a number, ranked alike by the short way and by the one for a crowd."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol.commands import CreateCustomer, Done
from cti_bridge.protocol.values import CustomerDraft, IdentityView
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind
from cti_bridge.store import customers
from tests.helpers.merging import ANA, Office

if TYPE_CHECKING:
    from cti_bridge.customers.ports import Found
    from cti_bridge.store.engine import Database

MAIN = "+34915550000"
ASKED = ((MAIN, ""), (MAIN, "101"), (MAIN, "999"), ("+34915550001", ""), ("+34600000000", ""))


def behind(extension: str = "", number: str = MAIN) -> IdentityView:
    """As it is typed."""
    value = f"{number} ext. {extension}" if extension else number
    return IdentityView(kind=IdentityKind.PHONE, value=value)


async def create(office: Office, name: str, *had: IdentityView) -> CustomerId:
    draft = CustomerDraft(name=name, identities=had)
    done = await office.customers.handle(ANA, CreateCustomer(request_id=1, draft=draft))
    assert isinstance(done, Done)
    return CustomerId(done.id)


async def all_of(office: Office, limit: int) -> list[Found]:
    return [await office.store.find_phone(number, ext, limit) for number, ext in ASKED]


@pytest.mark.parametrize("limit", [1, 3, 20])
async def test_few_are_ranked_as_many_are(
    database: Database, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """A switchboard with and without extensions; one customer with two of them; contacts of other
    days; one who was merged; and a number that nobody has."""
    office = Office(database)
    known = {
        "Ana Soto": (behind("101"), behind()),
        "Bruno Gil": (behind("102"),),
        "Carla Ruiz": (behind(),),
        "Diego Vidal": (behind("101"), behind("102")),
        "Elena Pardo": (behind(number="+34915550001"), behind()),
        "Elena Pardo López": (behind(number="+34915550001"),),
    }
    who = {name: await create(office, name, *had) for name, had in known.items()}
    await office.call(who["Carla Ruiz"])
    await office.call(who["Diego Vidal"])
    await office.merge(who["Elena Pardo"], who["Elena Pardo López"])
    few = await all_of(office, limit)
    monkeypatch.setattr(customers, "FEW", 0)
    assert few == await all_of(office, limit)
    assert [found.total for found in few] == [5, 4, 3, 1, 0]
    assert [found.exact_total for found in few] == [3, 2, 0, 1, 0]
    assert few[0].customers[0].name == "Carla Ruiz"
    assert few[1].customers[0].name == "Diego Vidal"


async def test_a_crowd_behind_one_number(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers, "FEW", 2)
    office = Office(database)
    for name in ("Ana Soto", "Bruno Gil", "Carla Ruiz"):
        await create(office, name, behind())
    found = await office.store.find_phone(MAIN, "", 2)
    assert (len(found.customers), found.total, found.exact_total) == (2, 3, 3)
