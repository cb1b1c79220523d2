"""Who works where and who lives together, as a source says it night after night."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from cti_bridge.customers.ports import Customer
from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.ids import new_id
from cti_bridge.protocol.vocabulary import CustomerId, CustomerKind
from cti_bridge.readers.csvfile import CsvFile
from cti_bridge.store import import_relations
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.importing import Job, Report, import_customers
from cti_bridge.store.tables import customers
from tests.integration.customers.test_import_runs import NIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cti_bridge.protocol.customer_values import RelationView
    from cti_bridge.store.engine import Database

HEAD = "key,kind,name,works_at_key,works at,job title,household\n"
MARTA = "P-1,person,Marta Núñez,E-1,,Accountant,\n"
SOL = "E-1,organisation,Sol SL,,,,\n"
LUNA = "E-2,organisation,Luna SL,,,,\n"


class Nights:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.store, self.now = SqlCustomers(database), NIGHT

    async def run(self, *rows: str, source: str = "crm", dry_run: bool = False) -> Report:
        path = self.folder / "crm.csv"
        path.write_text(HEAD + "".join(rows))
        file = CsvFile(path)
        wish = Wish(fields={"works_at_key": "works_at_key"})
        self.now += timedelta(days=1)
        job = Job(source=source, mapping=plan(file, "ES", wish).mapping, region="ES", now=self.now,
                  dry_run=dry_run)  # fmt: skip
        return await import_customers(self.database, file, job)

    async def named(self, name: str) -> Customer:
        query = select(customers.c.id).where(
            customers.c.name == name, customers.c.merged_into.is_(None)
        )
        found = await self.database.reading(lambda c: c.execute(query).scalar_one())
        whole = await self.store.get(CustomerId(found))
        assert whole is not None
        return whole

    async def stands(self, name: str) -> list[tuple[str, str, str]]:
        """Kind, the other's name and the role, from this one's file."""
        found = (await self.named(name)).relations
        return sorted(
            (f"{one.kind}{' back' if one.backward else ''}", one.name, one.role) for one in found
        )

    async def correct(self, name: str, relations: Sequence[RelationView]) -> None:
        """As an agent's save does."""
        one = await self.named(name)
        after = replace(
            one, version=one.version + 1, updated_by="Ana", updated_at=self.now,
            relations=tuple(relations),
        )  # fmt: skip
        assert await self.store.save(after, "agent") is not None


@pytest.fixture
async def nights(database: Database, tmp_path: Path) -> Nights:
    return Nights(database, tmp_path)


async def test_by_the_key_of_a_later_row_and_seen_from_both_files(nights: Nights) -> None:
    report = await nights.run(MARTA, SOL)
    assert report.unrelated.count == 0
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol SL", "Accountant")]
    assert await nights.stands("Sol SL") == [("works_at back", "Marta Núñez", "Accountant")]
    before = await nights.named("Marta Núñez"), await nights.named("Sol SL")
    assert (before[0].version, before[1].version) == (2, 2)
    history = await nights.store.changes(before[1].customer_id, "relations", None, 9)
    assert history is not None
    assert [(one.source, one.by) for one in history.changes] == [("import crm", "import crm")]
    report = await nights.run(MARTA, SOL)
    assert (report.counts.unchanged, report.counts.updated) == (2, 0)
    assert (await nights.named("Marta Núñez"), await nights.named("Sol SL")) == before


async def test_what_an_agent_corrected_stays(nights: Nights) -> None:
    await nights.run(MARTA, SOL, LUNA)
    (works,) = (await nights.named("Marta Núñez")).relations
    await nights.correct("Marta Núñez", [])
    promoted = MARTA.replace("Accountant", "Director")
    moved = MARTA.replace("E-1", "E-2")
    for said in (MARTA, promoted, moved):
        await nights.run(said, SOL, LUNA)
        assert await nights.stands("Marta Núñez") == []
    await nights.correct("Marta Núñez", [replace_role(works, "Owner")])
    await nights.run(MARTA, SOL, LUNA)
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol SL", "Owner")]


def replace_role(one: RelationView, role: str) -> RelationView:
    return type(one)(customer_id=one.customer_id, kind=one.kind, role=role)


async def test_what_the_source_changes_is_followed(nights: Nights) -> None:
    await nights.run(MARTA, SOL, LUNA)
    await nights.run(MARTA.replace("Accountant", "Director"), SOL, LUNA)
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol SL", "Director")]
    await nights.run(MARTA.replace("Accountant", "").replace("E-1", ""), SOL, LUNA)  # says nothing
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol SL", "Director")]
    await nights.run(MARTA.replace("E-1", "E-2"), SOL, LUNA)
    assert await nights.stands("Marta Núñez") == [("works_at", "Luna SL", "Accountant")]
    assert await nights.stands("Sol SL") == []


async def test_who_is_not_on_file_yet_is_waited_for(nights: Nights) -> None:
    report = await nights.run(MARTA)
    assert (report.counts.created, report.counts.refused, report.unrelated.count) == (1, 0, 1)
    (told,) = report.unrelated.first
    assert (told.line, told.field) == (2, "works_at")
    assert told.what.startswith("no organisation on file is 'E-1'")
    assert (await nights.run(MARTA)).unrelated.count == 1
    await nights.run(SOL, source="erp")  # of another system: the key is of one organisation only
    assert (await nights.run(MARTA)).unrelated.count == 0
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol SL", "Accountant")]


async def test_by_name_whatever_its_case_where_one_is_called_so(nights: Nights) -> None:
    by_name = "P-1,person,Marta Núñez,,SOL S.L.,,\n"
    sol = SOL.replace("Sol SL", "Sol S.L.")
    assert (await nights.run(by_name, sol)).unrelated.count == 0
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol S.L.", "")]
    other = "P-2,person,Luis Gil,,Sol S.L.,,\n"
    report = await nights.run(by_name, sol, other, sol.replace("E-1", "E-9"))
    assert "several organisations are 'Sol S.L.'" in report.unrelated.first[0].what
    assert await nights.stands("Luis Gil") == []
    await nights.run("P-2,person,Luis Gil,E-9,Sol S.L.,,\n")  # the key goes before the name
    assert [one[0] for one in await nights.stands("Luis Gil")] == ["works_at"]


async def test_what_stood_there_is_filled_and_not_said_twice(nights: Nights) -> None:
    await nights.run(SOL, "P-1,person,Marta Núñez,,,,\n")
    sol = await nights.named("Sol SL")
    from cti_bridge.protocol.customer_values import RelationView
    from cti_bridge.protocol.vocabulary import RelationKind

    by_hand = RelationView(customer_id=sol.customer_id, kind=RelationKind.WORKS_AT)
    await nights.correct("Marta Núñez", [by_hand])
    await nights.run(SOL, MARTA)
    assert await nights.stands("Marta Núñez") == [("works_at", "Sol SL", "Accountant")]


async def test_a_household_and_who_moves_out(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_relations, "AT_ONCE", 2)
    ana, leo, eva = (
        f"P-{at},person,{name},,,,H-1\n" for at, name in enumerate(("Ana", "Leo", "Eva"))
    )
    await nights.run(ana, leo, eva)
    assert await nights.stands("Ana") == [("household", "Eva", ""), ("household", "Leo", "")]
    assert await nights.stands("Leo") == [("household", "Ana", ""), ("household", "Eva", "")]
    kept = [one for one in (await nights.named("Ana")).relations if one.name == "Leo"]
    await nights.correct("Ana", kept)
    await nights.run(ana, leo, eva)
    assert await nights.stands("Eva") == [("household", "Leo", "")]
    await nights.run(ana, leo.replace("H-1", "H-2"), eva, "P-9,person,Zoe,,,,H-2\n")
    assert await nights.stands("Leo") == [("household", "Zoe", "")]
    assert await nights.stands("Ana") == []


async def test_a_key_that_too_many_share_relates_nobody(nights: Nights) -> None:
    rows = [f"P-{at},person,Ana {at},,,,0\n" for at in range(13)]
    report = await nights.run(*rows)
    assert (report.counts.created, report.unrelated.count) == (13, 13)
    assert await nights.stands("Ana 3") == []


async def test_after_a_merge_the_survivor_is_meant(nights: Nights) -> None:
    from tests.helpers.merging import Office

    await nights.run(MARTA, SOL, LUNA)
    office = Office(nights.database)
    sol, luna = await nights.named("Sol SL"), await nights.named("Luna SL")
    await office.merge(luna.customer_id, sol.customer_id, picks={"name": "survivor"})
    assert await nights.stands("Marta Núñez") == [("works_at", "Luna SL", "Accountant")]
    await nights.run(MARTA.replace("Accountant", "Director"), SOL, LUNA)
    assert await nights.stands("Marta Núñez") == [("works_at", "Luna SL", "Director")]


async def test_an_organisation_on_file_works_nowhere(nights: Nights) -> None:
    firm = Customer(
        customer_id=CustomerId(new_id()), version=1, name="Luna", updated_at=NIGHT,
        kind=CustomerKind.ORGANISATION,
    )  # fmt: skip
    await nights.store.create(firm)
    await nights.run(SOL, "P-1,organisation,Luna,,,,\n")
    report = await nights.run(SOL, "P-1,,Luna,E-1,,,\n")
    assert "is an organisation on file" in report.unrelated.first[0].what


async def test_a_dry_run_writes_no_relation(nights: Nights) -> None:
    report = await nights.run(MARTA, SOL, dry_run=True)
    assert (report.counts.created, report.unrelated.count) == (2, 0)
