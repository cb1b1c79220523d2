"""Imports night after night: what changed, what an agent corrected, what a kill left behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs
from sqlalchemy import func, select, update

from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.customers.sources.runs import Counts, RunState
from cti_bridge.customers.sources.survivorship import Rule
from cti_bridge.errors import StoreError
from cti_bridge.readers.csvfile import CsvFile
from cti_bridge.store import claim, importing
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.engine import Database
from cti_bridge.store.importing import Job, Progress, Report, import_customers
from cti_bridge.store.source_tables import source_records
from cti_bridge.store.sources import SqlSources
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cti_bridge.customers.ports import Customer
    from cti_bridge.customers.sources.records import RowError

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
HEAD = "key,name,phone,company,tags,language,street,city,marketing\n"
MARTA = "C-1,Marta Nuñes,612345099,Sol,vip,es,Calle Mayor 1,Bilbao,yes\n"


class Nights:
    """The same source, one night after the other."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.store, self.sources = SqlCustomers(database), SqlSources(database)
        self.now = NIGHT

    async def run(
        self,
        content: str,
        source: str = "crm",
        rules: Mapping[str, Rule] | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        resume: bool = False,
        wait: bool = False,
        progress: Callable[[Progress], None] | None = None,
        refused: Callable[[RowError], None] | None = None,
    ) -> Report:
        path = self.folder / "crm.csv"
        path.write_text(content)
        file = CsvFile(path)
        mapping = plan(file, "ES", Wish(fields=fields or {}, rules=rules)).mapping
        self.now += timedelta(days=1)
        job = Job(source=source, mapping=mapping, region="ES", now=self.now, resume=resume,
                  wait=wait)  # fmt: skip
        return await import_customers(self.database, file, job, progress=progress, refused=refused)

    async def called(self, number: str = "+34612345099") -> Customer:
        (found,) = (await self.store.find_phone(number, "", 5)).customers
        whole = await self.store.get(found.customer_id)
        assert whole is not None
        return whole

    async def correct(self, **fields: object) -> None:
        """As an agent's save does."""
        one = await self.called()
        after = replace(
            one, version=one.version + 1, updated_by="Ana", updated_at=self.now, **fields
        )  # type: ignore[arg-type]
        assert await self.store.save(after, "agent") is not None

    async def count(self) -> int:
        query = select(func.count()).select_from(customers)
        return await self.database.reading(lambda c: c.execute(query).scalar_one())


@pytest.fixture
async def nights(database: Database, tmp_path: Path) -> Nights:
    return Nights(database, tmp_path)


# -- what changed, and what was corrected -------------------------------------------------------


async def test_a_night_in_which_nothing_changed_writes_nothing(nights: Nights) -> None:
    assert (await nights.run(HEAD + MARTA)).counts == Counts(created=1)
    before = await nights.called()
    assert (await nights.run(HEAD + MARTA)).counts == Counts(unchanged=1)
    assert await nights.called() == before
    assert before.addresses[0].city == "Bilbao"
    assert [(one.purpose, one.given) for one in before.consents] == [("marketing", True)]
    assert (before.kind, before.status, before.created_by) == ("person", "active", "import crm")


HEAD_MORE = (
    "key,name,phone,street,city,Dirección de facturación,Home City,service,Consent date,origen\n"
)
MORE = "C-1,Marta Núñez,612345099,Calle Mayor 1,Bilbao,Calle Sol 2,Getxo,no,2025-05-31,web\n"


async def test_further_addresses_and_consents_night_after_night(nights: Nights) -> None:
    said = {"service": "consent.service.email", "origen": "consent_source"}
    await nights.run(HEAD_MORE + MORE, fields=said)
    marta = await nights.called()
    places = {one.label: (one.street, one.city) for one in marta.addresses}
    assert places == {"": ("Calle Mayor 1", "Bilbao"), "billing": ("Calle Sol 2", ""),
                      "home": ("", "Getxo")}  # fmt: skip
    (no,) = marta.consents
    assert (no.channel, no.purpose, no.given, no.source) == ("email", "service", False, "web")
    assert no.at is not None
    assert no.at.date().isoformat() == "2025-05-31"
    assert (await nights.run(HEAD_MORE + MORE, fields=said)).counts == Counts(unchanged=1)
    await nights.correct(addresses=marta.addresses[:2])  # the agent knows: not at home there
    moved = MORE.replace("Sol 2", "Luna 3").replace("Getxo", "Leioa").replace(",no,", ",yes,")
    await nights.run(
        HEAD_MORE + moved.replace("2025", "2026").replace("05-31", "01-31"), fields=said
    )
    marta = await nights.called()
    assert [(one.label, one.street) for one in marta.addresses] == [
        ("", "Calle Mayor 1"), ("billing", "Calle Luna 3"),
    ]  # fmt: skip
    assert [one.given for one in marta.consents] == [True, False]
    history = await nights.store.changes(marta.customer_id, "consents", None, 9)
    assert history is not None
    assert history.changes[0].new == {
        "channel": "email", "purpose": "service", "given": True, "source": "web",
    }  # fmt: skip


async def test_a_yes_of_a_list_does_not_undo_a_no_whatever_the_purpose(nights: Nights) -> None:
    said = {"service": "consent.service.email", "origen": "consent_source"}
    await nights.run(HEAD_MORE + MORE, fields=said)
    yes = MORE.replace(",no,", ",yes,")
    await nights.run(HEAD_MORE + yes, source="list", fields=said)
    assert [one.given for one in (await nights.called()).consents] == [False]


async def test_what_an_agent_corrected_stays_and_the_rest_follows(nights: Nights) -> None:
    await nights.run(HEAD + MARTA)
    await nights.correct(name="Marta Núñez Calvo", tags=())
    changed = MARTA.replace("Nuñes", "Nuñez").replace("Sol", "Luna").replace("vip", "vip|oro")
    assert (await nights.run(HEAD + changed)).counts == Counts(updated=1, held=1)
    marta = await nights.called()
    assert (marta.name, marta.organisation) == ("Marta Núñez Calvo", "Luna")
    assert marta.tags == ("oro",)  # the agent took the other away
    history = await nights.store.changes(marta.customer_id, "organisation", None, 9)
    assert history is not None
    assert [(one.old, one.new, one.source) for one in history.changes] == [
        ("Sol", "Luna", "import crm")
    ]


@pytest.mark.parametrize(
    ("rule", "name"),
    [(Rule.AGENT_FIRST, "Marta C"), (Rule.SOURCE_FIRST, "Marta Otra"),
     (Rule.NEWEST, "Marta Otra"), (Rule.ONLY_IF_EMPTY, "Marta C")],
)  # fmt: skip
async def test_a_rule_says_whose_word_counts(nights: Nights, rule: Rule, name: str) -> None:
    await nights.run(HEAD + MARTA)
    await nights.correct(name="Marta C")
    await nights.run(HEAD + MARTA.replace("Marta Nuñes", "Marta Otra"), rules={"name": rule})
    assert (await nights.called()).name == name


async def test_a_number_is_replaced_unless_it_was_confirmed(nights: Nights) -> None:
    await nights.run(HEAD + MARTA)
    await nights.run(HEAD + MARTA.replace("612345099", "612345098"))
    marta = await nights.called("+34612345098")
    assert [one.value for one in marta.identities] == ["C-1", "+34612345098"]
    confirmed = replace(marta.identities[1], confirmed_at=NIGHT)
    await nights.store.learn(marta.customer_id, confirmed, by="Ana", at=NIGHT, most=50)
    await nights.run(HEAD + MARTA.replace("612345099", "612345097"))
    kept = await nights.called("+34612345098")
    assert [one.value for one in kept.identities] == ["C-1", "+34612345098", "+34612345097"]


async def test_a_number_that_somebody_took_away_does_not_come_back(nights: Nights) -> None:
    row = MARTA.replace("612345099", "612345099 / 912345678")
    await nights.run(HEAD + row)
    marta = await nights.called()
    kept = tuple(one for one in marta.identities if one.value != "+34912345678")
    await nights.correct(identities=kept)
    await nights.run(HEAD + row.replace("Sol", "Luna"))
    after = await nights.called()
    assert (after.organisation, len(after.identities)) == ("Luna", 2)


async def test_an_address_moves_and_a_corrected_one_stays(nights: Nights) -> None:
    await nights.run(HEAD + MARTA)
    await nights.run(HEAD + MARTA.replace("Mayor 1", "Menor 2"))
    marta = await nights.called()
    assert [one.street for one in marta.addresses] == ["Calle Menor 2"]
    await nights.correct(addresses=(structs.replace(marta.addresses[0], street="Calle Nueva 3"),))
    await nights.run(HEAD + MARTA.replace("Mayor 1", "Vieja 4"))
    assert [one.street for one in (await nights.called()).addresses] == ["Calle Nueva 3"]


async def test_a_no_of_the_customer_outlives_the_list(nights: Nights) -> None:
    await nights.run(HEAD + MARTA)
    await nights.run(HEAD + MARTA.replace(",yes", ",no"))
    await nights.run("key,name,phone,marketing\nX-9,Marta Nuñes,612345099,yes\n", source="list")
    marta = await nights.called()
    assert [one.given for one in marta.consents] == [False, True]  # newest first


async def test_rows_without_a_key_are_known_by_name_and_number(nights: Nights) -> None:
    rows = "name,phone,company\nMarta,612345099,Sol\n"
    await nights.run(rows)
    assert (await nights.run(rows)).counts == Counts(unchanged=1)
    assert (await nights.run(rows.replace("Sol", "Luna"))).counts == Counts(updated=1)
    assert await nights.count() == 1


async def test_what_a_source_says_of_a_merged_customer_reaches_the_survivor(
    nights: Nights,
) -> None:
    rows = "key,name,phone,company\nC-1,Marta,612345099,Sol\nC-2,Marta N,612345098,Sol\n"
    await nights.run(rows)
    numbers = select(customers.c.n).order_by(customers.c.n)
    first, second = await nights.database.reading(lambda c: c.execute(numbers).scalars().all())
    merging = update(customers).where(customers.c.n == second).values(merged_into=first)
    await nights.database.writing(lambda c: c.execute(merging))
    report = await nights.run(rows.replace("612345098,Sol", "612345097,Sol"))
    assert report.counts == Counts(updated=1, unchanged=1, held=1)
    survivor = await nights.called()
    assert "+34612345097" in [one.value for one in survivor.identities]
    assert (await nights.called("+34612345097")).customer_id == survivor.customer_id


async def test_who_was_erased_is_not_brought_back(nights: Nights) -> None:
    await nights.run(HEAD + MARTA)
    erased = update(source_records).values(customer_n=None, values={}, digest=bytes(16))
    await nights.database.writing(lambda c: c.execute(erased))
    assert (await nights.run(HEAD + MARTA.replace("Sol", "Luna"))).counts == Counts(unchanged=1)
    assert (await nights.called()).organisation == "Sol"  # whatever erasing has made of it


# -- stopped and gone on ------------------------------------------------------------------------


def many(count: int) -> str:
    return "key,name,phone\n" + "".join(f"K{n},Cliente {n},6{n:08}\n" for n in range(count))


class _Killed(BaseException):
    """As SIGKILL: nothing of ours runs after it."""


async def test_a_killed_run_goes_on_where_it_stopped(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 100)

    async def nothing(*_: object) -> None: ...

    def kill(progress: Progress) -> None:
        if progress.rows == 200:
            raise _Killed

    with monkeypatch.context() as dying:
        dying.setattr(importing, "_end", nothing)
        with pytest.raises(_Killed):
            await nights.run(many(450), progress=kill)
    assert await nights.count() == 200
    last = (await nights.sources.all())[0].last
    assert last is not None
    assert (last.state, last.position) == (RunState.RUNNING, 201)
    report = await nights.run(many(450), resume=True)
    assert (report.resumed_at, report.counts) == (201, Counts(created=450))
    assert await nights.count() == 450
    done = (await nights.sources.all())[0].last
    assert done is not None
    assert (done.state, done.n) == (RunState.DONE, last.n)


async def test_another_file_is_read_from_its_beginning(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 100)

    def stop(progress: Progress) -> None:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await nights.run(many(250), progress=stop)
    last = (await nights.sources.all())[0].last
    assert last is not None
    assert last.state is RunState.STOPPED
    report = await nights.run(many(251), resume=True)
    assert (report.resumed_at, report.counts) == (0, Counts(created=151, unchanged=100))


async def test_what_is_refused_is_told_with_its_cells(nights: Nights) -> None:
    told: list[RowError] = []
    await nights.run("name,phone\nAna,612345099\nEva,banana\n", refused=told.append)
    assert [(one.line, one.field, tuple(one.cells)) for one in told] == [
        (3, "phone", ("Eva", "banana"))
    ]


# -- two at once --------------------------------------------------------------------------------


async def test_a_second_import_is_refused_by_name_or_waits(
    nights: Nights, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "WAIT_SECONDS", 0.05)
    other = await Database.open(database_url)
    try:
        second = Nights(other, nights.folder)
        tried: list[asyncio.Task[Report]] = []

        async def meanwhile() -> None:
            with pytest.raises(StoreError, match='an import of "crm" is running') as caught:
                await second.run(HEAD + MARTA, source="shop")
            assert caught.value.kind == "in_use"

        refusing: list[asyncio.Task[None]] = []

        def start(_: Progress) -> None:
            if not refusing:
                refusing.append(asyncio.ensure_future(meanwhile()))
                tried.append(
                    asyncio.ensure_future(second.run(HEAD + MARTA, source="late", wait=True))
                )

        monkeypatch.setattr(importing, "BATCH", 20)
        end = importing._end

        async def late(*which: Any) -> None:
            await refusing[0]  # the first one is still running when the second is refused
            await end(*which)

        monkeypatch.setattr(importing, "_end", late)
        await nights.run(many(100), progress=start)
        assert (await tried[0]).counts == Counts(created=1)
    finally:
        await other.close()


async def test_sources_are_listed_and_removed(nights: Nights) -> None:
    await nights.run(HEAD + MARTA)
    file = CsvFile(nights.folder / "crm.csv")
    mapping = plan(file, "ES", Wish(fields={})).mapping
    await nights.sources.save("crm", {"location": "/data/crm.csv"}, mapping, NIGHT)
    saved = await nights.sources.named("crm")
    assert saved is not None
    assert (saved.rows, saved.mapping, saved.place) == (1, mapping, {"location": "/data/crm.csv"})
    assert await nights.sources.remove("crm")
    assert not await nights.sources.remove("crm")
    assert await nights.sources.all() == []
    assert await nights.count() == 1
