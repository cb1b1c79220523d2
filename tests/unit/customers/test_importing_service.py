"""Imports that desktops begin: files in pieces, states, one at a time, who is told."""

from __future__ import annotations

import pytest

from cti_bridge.customers.importing.jobs import HALF_SENT, KEPT, MOST
from cti_bridge.customers.importing.names import ending, file_name, source_of
from cti_bridge.customers.importing.ports import ImportFault, Moved
from cti_bridge.customers.importing.states import TRANSITIONS, Trigger
from cti_bridge.protocol.importing import (
    BeginImport,
    DropImport,
    FetchRefusals,
    ImportCounts,
    ImportDropped,
    ImportPartTaken,
    ImportProblem,
    ImportsListed,
    ImportState,
    ListImports,
    ReadImport,
    RefusalsPart,
    RunImport,
    SendImportPart,
    SteerImport,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from tests.helpers.importing import LOOKED, RUI, House


async def refused(house: House, command: object, code: RefusalCode, field: str = "") -> str:
    with pytest.raises(CommandRefused) as caught:
        await house.do(command)
    assert (caught.value.code, caught.value.field) == (code, field)
    return caught.value.detail


def part(import_id: str, offset: int, data: bytes) -> SendImportPart:
    return SendImportPart(request_id=2, import_id=import_id, offset=offset, data=data)


def run(import_id: str, *, dry: bool = False) -> RunImport:
    return RunImport(request_id=5, import_id=import_id, dry_run=dry)


def steer(import_id: str, do: str) -> SteerImport:
    return SteerImport(request_id=6, import_id=import_id, do=do)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ImportState)
@pytest.mark.parametrize("trigger", Trigger)
def test_the_table_of_states(state: ImportState, trigger: Trigger) -> None:
    """Nothing leads back to a file on its way, and what is at work ends by itself alone."""
    to = TRANSITIONS.get((state, trigger))
    assert to is not ImportState.RECEIVING
    if state in (ImportState.TRYING, ImportState.RUNNING, ImportState.LOOKING):
        assert trigger not in (Trigger.LOOK, Trigger.TRY, Trigger.RUN) or to is None
    if trigger is Trigger.FAIL and to is not None:
        assert to in (ImportState.FAULTY, ImportState.READY, ImportState.STOPPED)


async def test_a_file_comes_in_pieces_and_is_looked_at_once_it_is_whole() -> None:
    house = House()
    import_id = await house.begun()
    assert await house.do(part(import_id, 0, b"a,b")) == ImportPartTaken(request_id=0, received=3)
    assert (await house.opened(import_id)).view.received == 3
    assert house.importer.looked == []
    await house.do(part(import_id, 3, b"\n1,"))
    await house.settled()
    opened = await house.opened(import_id)
    assert (opened.view.state, opened.view.kind, opened.columns) == (
        ImportState.READY, "csv", LOOKED.columns,
    )  # fmt: skip
    assert list(house.files.files.values()) == [b"a,b\n1,"]
    assert house.told() == ["receiving", "looking", "ready"]


async def test_after_a_cut_it_goes_on_where_it_was() -> None:
    house = House()
    import_id = await house.begun()
    await house.do(part(import_id, 0, b"a,b"))
    again = await house.do(part(import_id, 0, b"a,b"))  # its answer was lost
    ahead = await house.do(part(import_id, 5, b","))
    asked = await house.do(part(import_id, 0, b""))
    assert again == ahead == asked == ImportPartTaken(request_id=0, received=3)
    assert list(house.files.files.values()) == [b"a,b"]


async def test_what_is_too_large_empty_or_not_yours() -> None:
    house = House(max_bytes=100)
    await refused(house, BeginImport(request_id=1, name="a.csv"), RefusalCode.INVALID, "size")
    huge = BeginImport(request_id=1, name="a.csv", size=101)
    await refused(house, huge, RefusalCode.TOO_LARGE, "size")
    import_id = await house.begun(size=6)
    await refused(house, part(import_id, 0, b"1234567"), RefusalCode.TOO_LARGE, "data")
    await refused(house, part("nobody", 0, b"1"), RefusalCode.NOT_FOUND, "import_id")
    with pytest.raises(CommandRefused, match="not_yours"):
        await house.do(part(import_id, 0, b"a"), RUI)


async def test_a_disk_that_is_full_is_said_and_may_have_room_later() -> None:
    house = House()
    house.files.fails = True
    begin = BeginImport(request_id=1, name="a.csv", size=3)
    await refused(house, begin, RefusalCode.STORE_AWAY)
    house.files.fails = False
    import_id = await house.begun(size=3)
    house.files.fails = True
    await refused(house, part(import_id, 0, b"abc"), RefusalCode.STORE_AWAY)
    house.files.fails = False
    await house.do(part(import_id, 0, b"abc"))
    await house.settled()
    assert await house.state(import_id) == ImportState.READY


async def test_half_a_file_is_swept_and_a_whole_one_kept_for_a_day() -> None:
    house = House()
    half, whole = await house.begun(), await house.sent()
    house.wait(seconds=HALF_SENT.total_seconds() + 1)
    await house.service.sweep()
    await refused(house, part(half, 0, b"a"), RefusalCode.NOT_FOUND, "import_id")
    assert house.events[-1] == ImportDropped(import_id=half)
    assert await house.state(whole) == ImportState.READY
    house.wait(seconds=KEPT.total_seconds() + 1)
    await house.service.sweep()
    assert house.files.files == {}


async def test_what_runs_is_not_swept() -> None:
    house = House()
    import_id = await house.sent()
    await house.do(run(import_id))
    house.wait(days=3)
    await house.service.sweep()
    assert await house.state(import_id) == ImportState.RUNNING
    house.importer.runs[0].end(created=1)


async def test_a_dry_run_counts_and_the_columns_are_chosen_again() -> None:
    house = House()
    import_id = await house.sent()
    await house.do(run(import_id, dry=True))
    assert house.log == []  # nothing is brought in
    house.importer.runs[0].end(created=2, refused=1, held=1)
    await house.settled()
    view = (await house.opened(import_id)).view
    assert (view.state, view.tried, view.counts.created) == (ImportState.READY, True, 2)
    assert not view.refusals  # a dry run leaves no file
    await house.do(
        ReadImport(request_id=4, import_id=import_id, fields=("phone",), orders=("",),
                   source="crm", rule="newest")
    )  # fmt: skip
    await house.settled()
    wanted = house.importer.looked[-1]
    assert (wanted.fields, wanted.name, wanted.rule) == (("phone",), "crm", "newest")
    view = (await house.opened(import_id)).view
    assert (view.source, view.tried, view.counts) == ("crm", False, ImportCounts())


async def test_a_run_is_seen_by_all_paused_and_goes_on() -> None:
    house = House()
    import_id = await house.sent()
    await house.do(run(import_id))
    played = house.importer.runs[0]
    played.hear(Moved(counts=ImportCounts(created=5, refused=1), fraction=0.5, seconds_left=3.0))
    view = (await house.opened(import_id)).view
    assert (view.counts.rows, view.fraction, view.seconds_left, view.refusals) == (
        6, 0.5, 3.0, True,
    )  # fmt: skip
    await house.do(steer(import_id, "pause"), RUI)  # from another desktop
    assert await house.state(import_id) == ImportState.PAUSED
    await house.do(steer(import_id, "resume"), RUI)
    assert played.steered == ["pause", "resume"]
    played.end(created=9, refused=1)
    await house.settled()
    assert await house.state(import_id) == ImportState.DONE
    assert house.log == [
        "Sara Gil: clientes: clientes.csv",
        "Sara Gil: clientes: 9 new, 0 changed",
    ]


async def test_a_run_that_is_stopped_goes_on_where_it_stopped() -> None:
    house = House()
    import_id = await house.sent()
    await house.do(run(import_id))
    await house.do(steer(import_id, "cancel"))
    await house.settled()
    view = (await house.opened(import_id)).view
    assert (view.state, view.fault_code) == (ImportState.STOPPED, "cancelled")
    await house.do(steer(import_id, "resume"))
    assert house.importer.asked[-1][2] is True
    house.importer.runs[-1].end(created=1)
    await house.settled()
    view = (await house.opened(import_id)).view
    assert (view.state, view.fault_code) == (ImportState.DONE, "")


async def test_a_dry_run_that_dies_says_so_and_counts_nothing() -> None:
    house = House()
    import_id = await house.sent()
    await house.do(run(import_id, dry=True))
    house.importer.runs[0].fail("died")
    await house.settled()
    view = (await house.opened(import_id)).view
    assert (view.state, view.fault_code, view.tried) == (ImportState.READY, "died", False)


async def test_one_import_at_a_time_and_the_second_is_told_by_whom() -> None:
    house = House()
    first, second = await house.sent("uno.csv"), await house.sent("dos.csv")
    await house.do(run(first))
    for dry in (True, False):
        assert '"uno"' in await refused(house, run(second, dry=dry), RefusalCode.BUSY)
    await refused(house, DropImport(request_id=7, import_id=first), RefusalCode.WRONG_STATE)
    house.importer.runs[0].end(created=1)
    await house.settled()
    await house.do(run(second))
    assert await house.state(second) == ImportState.RUNNING
    house.importer.runs[1].end()


async def test_nothing_is_imported_while_a_column_is_wrong_or_nobody_can_write_it_down() -> None:
    house = House()
    house.importer.answer = type(LOOKED)(
        kind="csv", detail="", columns=(), problems=(ImportProblem(code="no_name"),)
    )
    import_id = await house.sent()
    assert await refused(house, run(import_id), RefusalCode.INVALID, "columns") == "no_name"
    house.importer.answer = LOOKED
    await house.do(ReadImport(request_id=4, import_id=import_id))
    await house.settled()
    house.log_fails = CommandRefused(RefusalCode.STORE_AWAY)
    await refused(house, run(import_id), RefusalCode.STORE_AWAY)
    assert await house.state(import_id) == ImportState.READY
    assert house.importer.runs == []


async def test_a_file_that_cannot_be_read_is_faulty_and_may_be_looked_at_again() -> None:
    house = House()
    house.importer.answer = ImportFault("source", "clientes.xlsx: is damaged")
    import_id = await house.sent("clientes.xlsx")
    opened = await house.opened(import_id)
    assert (opened.view.state, opened.view.fault) == (
        ImportState.FAULTY, "clientes.xlsx: is damaged",
    )  # fmt: skip
    await refused(house, run(import_id), RefusalCode.WRONG_STATE)
    house.importer.answer = LOOKED
    await house.do(ReadImport(request_id=4, import_id=import_id, sheet="Activos"))
    await house.settled()
    assert await house.state(import_id) == ImportState.READY
    assert house.importer.looked[-1].sheet == "Activos"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("fields", {"fields": ("name",) * 201, "orders": ("",) * 201}),
        ("fields", {"fields": ("x" * 61,), "orders": ("",)}),
        ("orders", {"fields": ("name",), "orders": ()}),
        ("orders", {"fields": ("name",), "orders": ("sideways",)}),
        ("rule", {"rule": "nobody_first"}),
        ("source", {"source": "x" * 74}),
        ("source", {"source": "\u200b"}),
    ],
)
async def test_a_hostile_choice_is_refused_by_its_field(field: str, wrong: dict) -> None:
    house = House()
    import_id = await house.sent()
    command = ReadImport(request_id=4, import_id=import_id, **wrong)
    await refused(house, command, RefusalCode.INVALID, field)
    assert await house.state(import_id) == ImportState.READY


async def test_a_named_source_is_opened_by_name_and_its_place_is_told_to_nobody() -> None:
    house = House()
    listed = await house.do(ListImports(request_id=1))
    assert isinstance(listed, ImportsListed)
    assert [one.name for one in listed.sources] == ["shop"]
    assert "mariadb" not in str(listed)
    unknown = BeginImport(request_id=1, source="cantina")
    await refused(house, unknown, RefusalCode.NOT_FOUND, "source")
    done = await house.do(BeginImport(request_id=1, source="shop"))
    await house.settled()
    import_id = done.id  # type: ignore[attr-defined]
    assert house.importer.looked[0].whence.table == "clientes"
    assert house.log == ["Sara Gil: shop: looked at"]
    assert "mariadb" not in str(await house.opened(import_id))
    other = ReadImport(request_id=4, import_id=import_id, source="crm")
    await refused(house, other, RefusalCode.INVALID, "source")


async def test_refused_rows_are_fetched_in_pieces() -> None:
    house = House()
    import_id = await house.sent()
    fetch = FetchRefusals(request_id=8, import_id=import_id)
    await refused(house, fetch, RefusalCode.NOT_FOUND, "import_id")
    await house.do(run(import_id))
    path = house.importer.asked[0][3]
    house.files.files[path] = b"row,column,reason\n2,phone,x\n"
    house.importer.runs[0].end(refused=1)
    await house.settled()
    assert await house.do(fetch) == RefusalsPart(
        request_id=0, data=b"row,column,reason\n2,phone,x\n", size=28
    )
    end = FetchRefusals(request_id=8, import_id=import_id, offset=28)
    assert (await house.do(end)).data == b""  # type: ignore[attr-defined]
    before = FetchRefusals(request_id=8, import_id=import_id, offset=-1)
    await refused(house, before, RefusalCode.INVALID, "offset")


async def test_the_oldest_that_is_over_makes_room() -> None:
    house = House()
    for number in range(MOST):
        await house.sent(f"{number}.csv")
    await refused(house, BeginImport(request_id=1, name="x.csv", size=1), RefusalCode.BUSY)
    listed = await house.do(ListImports(request_id=1))
    oldest = listed.imports[-1].import_id  # type: ignore[attr-defined]
    await house.do(run(oldest))
    house.importer.runs[0].end(created=1)
    await house.settled()
    await house.begun()
    await refused(house, run(oldest), RefusalCode.NOT_FOUND, "import_id")


@pytest.mark.parametrize(
    ("given", "name", "end", "source"),
    [
        ("clientes.xlsx", "clientes.xlsx", ".xlsx", "clientes"),
        ("../../etc/passwd", "passwd", "", "passwd"),
        ("C:\\Datos\\Clientes 2026.CSV", "Clientes 2026.CSV", ".csv", "Clientes 2026"),
        ("a\x00b\x1b[31m|<>.vcf", "ab[31m.vcf", ".vcf", "ab[31m"),
        ("...", "file", "", "file"),
        ("", "file", "", "file"),
        ("x" * 5000 + ".csv", "x" * 116 + ".csv", ".csv", "x" * 73),
        (".csv", "csv", "", "csv"),
    ],
)
def test_names_of_strangers(given: str, name: str, end: str, source: str) -> None:
    assert file_name(given) == name
    assert ending(file_name(given)) == end
    assert source_of(file_name(given)) == source
