"""Search as you type, on both databases: every way that `store.search` may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from cti_bridge.customers import terms
from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind
from cti_bridge.store import search
from cti_bridge.store.customers import SqlCustomers, last_contact_update
from cti_bridge.store.tables import vocabulary

if TYPE_CHECKING:
    from cti_bridge.store.engine import Database

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class File:
    """A customer file that says who is found."""

    def __init__(self, database: Database) -> None:
        self.database, self.store, self.count = database, SqlCustomers(database), 0

    async def add(
        self, name: str, phone: str = "", *, days: int | None = None, organisation: str = ""
    ) -> CustomerId:
        """`days`: so long ago was the last contact."""
        self.count += 1
        customer = CustomerId(f"c-{self.count}")
        phones = (Identity(kind=IdentityKind.PHONE, value=phone),) if phone else ()
        await self.store.create(
            Customer(
                customer_id=customer, version=1, name=name, organisation=organisation,
                updated_at=NOW, identities=phones,
            )
        )  # fmt: skip
        if days is not None:
            at = NOW - timedelta(days=days)
            await self.database.writing(lambda c: c.execute(last_contact_update(customer, at)))
        return customer

    async def found(self, typed: str, limit: int = 50) -> list[str]:
        """Those that are spelt otherwise with a ~ before them."""
        found = await self.store.search(terms.read(typed, "ES"), limit)
        exact = len(found.customers) - found.alike
        names = [customer.name for customer in found.customers]
        return names[:exact] + [f"~{name}" for name in names[exact:]]

    async def words(self) -> dict[str, int]:
        rows = await self.database.reading(
            lambda c: c.execute(select(vocabulary.c.word, vocabulary.c.holders)).all()
        )
        return {row.word: row.holders for row in rows}


@pytest.fixture
def file(database: Database) -> File:
    return File(database)


async def test_one_letter_wrong_in_a_word_of_four(file: File) -> None:
    await file.add("Marta García", organisation="Talleres Norte")
    for typed in ("gracia", "garica", "gacia", "garccia", "harcia", "garcoa", "marta garzia",
                  "mata garcia", "taleres", "gars"):  # fmt: skip
        assert await file.found(typed) == ["~Marta García"], typed
    for typed in ("gaicra", "xyrcia", "grc", "mrt", "norte"):
        found = await file.found(typed)
        assert found == (["Marta García"] if typed == "norte" else []), typed


async def test_two_letters_wrong_in_a_word_of_eight(file: File) -> None:
    await file.add("Iñaki Etxeberria")
    for typed in ("etxebaria", "etxevverria", "etxeberira", "etcheberria"):
        assert await file.found(typed) == ["~Iñaki Etxeberria"], typed
    assert await file.found("egsebarria") == []  # three


async def test_what_is_spelt_so_comes_before_what_is_like_it(file: File) -> None:
    await file.add("Ana Lozano", days=1)
    await file.add("Ana Lozana", days=9)
    await file.add("Ana Luzano")
    assert await file.found("lozana") == ["Ana Lozana", "~Ana Lozano"]
    assert await file.found("ana lozano", limit=1) == ["Ana Lozano"]
    assert await file.found("ana lozan") == ["Ana Lozano", "Ana Lozana", "~Ana Luzano"]


async def test_a_common_word_beside_a_rare_one(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small bounds make a small file behave as a big one; each way gives the same."""
    for at in range(60):
        await file.add(f"María García {'López' if at % 20 == 7 else 'Ruiz'}", days=60 - at)
    await file.add("María García Lozano")
    await file.add("Zoe García")
    wanted = ["María García López"] * 3 + ["María García Lozano"]
    assert await file.found("maría garcía lo") == wanted
    for few, stroll, walk in ((0, 5, 5), (0, 5, 1_000), (3, 5, 5), (0, 1_000, 1_000)):
        monkeypatch.setattr(search, "FEW", few)
        monkeypatch.setattr(search, "STROLL", stroll)
        monkeypatch.setattr(search, "WALK", walk)
        assert await file.found("maría garcía lo") == wanted, (few, stroll, walk)
        assert await file.found("zoe garcia") == ["Zoe García"], (few, stroll, walk)
        assert await file.found("gar m rui", limit=2) == ["María García Ruiz"] * 2


async def test_customers_who_never_were_in_contact_come_newest_first(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 2)
    for name in ("uno", "dos", "tres", "cuatro"):
        await file.add(f"García {name}")
    await file.add("García antes", days=400)
    assert await file.found("garcia", limit=3) == ["García antes", "García cuatro", "García tres"]


async def test_last_digits(file: File) -> None:
    await file.add("Marta", "+34612345099", days=3)
    await file.add("Luis", "+34944215099", days=1)
    assert await file.found("5099") == ["Luis", "Marta"]
    assert await file.found("45 099") == ["Marta"]
    assert await file.found("612 345 099") == ["Marta"]
    assert await file.found("099") == []  # too few
    assert await file.found("+5099") == []  # a number of another country


async def test_words_are_counted_whoever_writes(file: File) -> None:
    marta = await file.add("Marta García")
    await file.add("Luis García", organisation="Talleres Norte")
    assert await file.words() == {"marta": 1, "garcia": 2, "luis": 1, "talleres": 1, "norte": 1}
    await file.database.writing(
        lambda c: c.execute(
            text("UPDATE customers SET words = 'marta ruiz' WHERE id = :id"), {"id": marta}
        )
    )
    words = await file.words()
    assert (words["garcia"], words["ruiz"]) == (1, 1)
    await file.database.writing(
        lambda c: c.execute(text("UPDATE customers SET words = '' WHERE id = :id"), {"id": marta})
    )
    assert {w: n for w, n in (await file.words()).items() if n > 0} == {
        "garcia": 1, "luis": 1, "talleres": 1, "norte": 1,
    }  # fmt: skip


async def test_odd_texts_find_nothing_and_break_nothing(file: File) -> None:
    await file.add("Žofie Ḱ", organisation="株式会社 テスト")
    await file.add("0 1 2")
    for typed in ("'", '"', "' OR ''='", "a* b*", "&|!:()", "<-> x", "\\", "%_", "\x00ab",
                  "ﷺﷺ", "x" * 500, "zzzzzzzz zzzzzzzz", "ы" * 30):  # fmt: skip
        assert await file.found(typed) == [], typed
    assert await file.found("zofie") == ["Žofie Ḱ"]
    assert await file.found("株式") == ["Žofie Ḱ"]
