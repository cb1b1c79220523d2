"""Customers are found by custom fields that are marked searchable, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from cti_bridge.customers import terms
from cti_bridge.customers.field_search import searched
from cti_bridge.customers.ports import Customer
from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.protocol.customer_values import FieldView
from cti_bridge.protocol.vocabulary import CustomerId, CustomerKind, FieldType
from cti_bridge.readers.csvfile import CsvFile
from cti_bridge.store import field_search
from cti_bridge.store.customers import SqlCustomers, last_contact_update
from cti_bridge.store.field_search import SqlFieldIndex
from cti_bridge.store.field_tables import field_todo, field_values
from cti_bridge.store.importing import Job, import_customers
from tests.helpers.merging import Office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cti_bridge.protocol.customer_values import CustomValue
    from cti_bridge.store.engine import Database

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CONTRACT = FieldView(code="contract", names={"en": "Contract"}, searchable=True)
SINCE = FieldView(code="signed", names={}, type=FieldType.DATE, searchable=True)
COLOUR = FieldView(code="colour", names={})
FIRM = FieldView(code="cif", names={}, searchable=True, applies_to=CustomerKind.ORGANISATION)
FIELDS = (CONTRACT, SINCE, COLOUR, FIRM)
ALL = frozenset[str]()


class File:
    def __init__(self, database: Database, fields: Sequence[FieldView] = FIELDS) -> None:
        self.database, self.store, self.count = database, SqlCustomers(database), 0
        self.serve(fields)

    def serve(self, fields: Sequence[FieldView]) -> None:
        """As a bridge that starts with these in its configuration."""
        self.fields, self.index = fields, SqlFieldIndex(self.database, fields)

    async def read(self, most: int = 500) -> int:
        """As the bridge's task does; how many steps it took."""
        await self.index.begin()
        steps = 0
        while await self.index.read_some(most):
            steps += 1
        return steps

    async def add(
        self, name: str, custom: Mapping[str, CustomValue], *, days: int | None = None
    ) -> Customer:
        self.count += 1
        customer = Customer(
            customer_id=CustomerId(f"c-{self.count}"), version=1, name=name, custom=custom,
            updated_at=NOW,
        )  # fmt: skip
        await self.store.create(customer)
        if days is not None:
            at = NOW - timedelta(days=days)
            await self.database.writing(
                lambda c: c.execute(last_contact_update(customer.customer_id, at))
            )
        return customer

    async def found(self, typed: str, unseen: frozenset[str] = ALL, limit: int = 9) -> list[str]:
        codes = [one.code for one in searched(self.fields)]
        wanted = terms.read(typed, "ES", codes, unseen)
        return [one.name for one in (await self.store.search(wanted, limit)).customers]

    async def rows(self) -> int:
        query = select(func.count()).select_from(field_values)
        return await self.database.reading(lambda c: c.execute(query).scalar_one())

    async def todo(self) -> int:
        query = select(func.count()).select_from(field_todo)
        return await self.database.reading(lambda c: c.execute(query).scalar_one())


@pytest.fixture
def file(database: Database) -> File:
    return File(database)


async def test_found_as_it_is_typed_by_its_beginning_and_by_each_of_its_words(file: File) -> None:
    await file.add("Marta", {"contract": "C-2024/0017 bis", "signed": "2024-05-31"}, days=3)
    await file.add("Luis", {"contract": "C-2025/0001", "colour": "C-2024"}, days=1)
    await file.read()
    for typed in ("c-2024", "C2024/00", "c 2024 0017", "0017", "BIS", "31/05/2024", "2024-05"):
        assert await file.found(typed) == ["Marta"], typed
    assert await file.found("c-202") == ["Luis", "Marta"]  # who was in contact last comes first
    assert await file.found("017") == []
    assert await file.found("C") == []


async def test_an_edit_is_followed(file: File) -> None:
    marta = await file.add("Marta", {"contract": "A-1000"})
    await file.read()
    saved = replace(marta, version=2, custom={"contract": "B-2000"})
    await file.store.save(saved)
    await file.read()
    assert (await file.found("a-1000"), await file.found("b-2000")) == ([], ["Marta"])
    await file.store.save(replace(saved, version=3, custom={}))
    await file.read()
    assert (await file.found("b-2000"), await file.rows(), await file.todo()) == ([], 0, 0)


async def test_of_another_kind_of_customer_the_field_is_not_searched(file: File) -> None:
    marta = await file.add("Marta", {"cif": "B-777"})
    await file.read()
    assert await file.found("b-777") == []
    await file.store.save(replace(marta, version=2, kind=CustomerKind.ORGANISATION))
    await file.read()
    assert await file.found("b-777") == ["Marta"]


async def test_marked_searchable_later(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there already is read in steps, and a bridge that ends between two goes on."""
    file.serve([COLOUR])
    for at in range(20):
        await file.add(f"Marta {at}", {"contract": f"K-{at:03}"} if at % 2 else {})
    assert await file.read() == 0
    assert await file.todo() == 0  # nobody asks: nothing is kept
    monkeypatch.setattr(field_search, "WALK", 6)
    file.serve([CONTRACT, COLOUR])
    assert await file.index.begin()
    for _ in range(3):
        await file.index.read_some(2)
    read = await file.rows()
    assert 0 < read < 20
    file.serve([CONTRACT, COLOUR])  # the next bridge
    assert await file.index.begin()
    assert await file.read(2) > 1
    assert await file.found("k-019") == ["Marta 19"]
    assert not await file.index.begin()
    file.serve([COLOUR])
    assert await file.found("k-019") == []  # at once
    await file.read()
    assert await file.rows() == 0


async def test_what_is_hidden_from_the_asker_is_not_compared(file: File) -> None:
    await file.add("Marta", {"contract": "C-1", "signed": "2024-05-31"})
    await file.add("Luis", {"contract": "ES91 2100 0418 4502 0005 1332"})
    await file.read()
    hidden = frozenset({"custom:contract"})
    assert await file.found("c-1", hidden) == []
    assert await file.found("20240531", hidden) == ["Marta"]
    pattern = frozenset({"iban"})
    for typed in ("es91", "ES91 2100 0418 4502 0005 1332", "1332", "2100 0418"):
        assert await file.found(typed) == ["Luis"], typed
        assert await file.found(typed, pattern) == [], typed
    assert await file.found("c-1", pattern) == ["Marta"]


async def test_a_merge_and_its_undo_are_followed(database: Database) -> None:
    office, index = Office(database, fields=FIELDS), SqlFieldIndex(database, FIELDS)
    await index.begin()

    async def found(typed: str) -> list[str]:
        while await index.read_some(100):
            pass
        return await office.found(typed)

    marta = await office.create("Marta Núñez", custom={"signed": "2024-05-31"})
    other = await office.create("Marta N.", custom={"contract": "K-17"})
    assert await found("k-17") == ["Marta N."]
    merge = await office.merge(marta, other, picks={"name": "survivor"})
    assert await found("k-17") == await found("31/05/2024") == ["Marta Núñez"]
    await office.undo(merge)
    assert (await found("k-17"), await found("2024-05")) == (["Marta N."], ["Marta Núñez"])


async def test_an_import_is_followed(file: File, tmp_path: Path) -> None:
    await file.read()
    source = tmp_path / "crm.csv"
    source.write_text("name,phone,contract\nMarta,612345099,K-17\nLuis,612345098,\n")
    rows = CsvFile(source)
    wish = Wish(fields={"contract": "custom.contract"})
    mapping = plan(rows, "ES", wish, fields=FIELDS).mapping
    job = Job(source="crm", mapping=mapping, region="ES", now=NOW, fields=FIELDS)
    await import_customers(file.database, rows, job)
    assert (await file.read(), await file.found("k-17")) == (1, ["Marta"])
    source.write_text("name,phone,contract\nMarta,612345099,K-18\nLuis,612345098,\n")
    await import_customers(file.database, CsvFile(source), job)
    await file.read()
    assert (await file.found("k-17"), await file.found("k-18")) == ([], ["Marta"])
