"""Importing CSV files as people export them, on both databases."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from cti_bridge.customers.ports import Terms
from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.customers.sources.records import SourceError
from cti_bridge.customers.sources.rows import ImportRow
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.readers.csvfile import CsvFile
from cti_bridge.store import importing
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.importing import Job, Progress, Report, import_customers
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cti_bridge.customers.ports import Customer
    from cti_bridge.store.engine import Database

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HEADER = (
    "Nombre;Apellidos;Teléfono;Móvil;Correo electrónico;Código;Empresa;Idioma;Etiquetas;Alta\n"
)
MARTA = (
    "Marta;Núñez Calvo;944 21 00 17;612345099;MARTA@ejemplo.es;C-1;Sol;Español;VIP|Oro;13/2/2024\n"
)


class Desk:
    """A database, a folder, and an import at hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.store = SqlCustomers(database)

    def file(self, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / "customers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    async def load(
        self,
        content: str | bytes,
        source: str = "crm",
        *,
        progress: Callable[[Progress], None] | None = None,
        **more: bool,
    ) -> Report:
        file = CsvFile(self.file(content))
        mapping = plan(file, "ES", Wish(fields={})).mapping
        job = Job(source=source, mapping=mapping, region="ES", now=NOW, **more)
        return await import_customers(self.database, file, job, progress=progress)

    async def count(self) -> int:
        query = select(func.count()).select_from(customers)
        return await self.database.reading(lambda c: c.execute(query).scalar_one())

    async def called(self, number: str) -> list[Customer]:
        return list((await self.store.find_phone(number, "", 20)).customers)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1_000)


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def counts(report: Report) -> tuple[int, int, int, int]:
    counts = report.counts
    return counts.created, counts.updated, counts.unchanged, counts.refused


def parsed(path: Path) -> list[ImportRow]:
    preview = plan(CsvFile(path), "ES", Wish(fields={})).preview
    return [row for row in preview if isinstance(row, ImportRow)]


# -- what arrives -------------------------------------------------------------------------------


async def test_a_spanish_file_becomes_customers(desk: Desk) -> None:
    report = await desk.load(HEADER + MARTA)
    assert counts(report) == (1, 0, 0, 0)
    (marta,) = await desk.called("+34612345099")
    assert (marta.name, marta.organisation, marta.language) == ("Marta Núñez Calvo", "Sol", "es")
    assert (marta.tags, marta.since) == (("VIP", "Oro"), datetime(2024, 2, 13, tzinfo=UTC))
    assert [(i.kind, i.value, i.label, i.source) for i in marta.identities] == [
        (IdentityKind.PHONE, "+34944210017", "", "import crm"),
        (IdentityKind.PHONE, "+34612345099", "mobile", "import crm"),
        (IdentityKind.EMAIL, "marta@ejemplo.es", "", "import crm"),
        (IdentityKind.KEY, "C-1", "", "import crm"),
    ]
    assert (marta.updated_by, marta.version) == ("import crm", 1)


async def test_the_second_time_nothing_changes(desk: Desk) -> None:
    rows = HEADER + MARTA + "Ana;;;;ana@example.com;;;;;\n"
    await desk.load(rows)
    assert counts(await desk.load(rows)) == (0, 0, 2, 0)
    assert await desk.count() == 2


async def test_a_known_key_is_brought_up_to_date_and_keeps_what_is_not_said(desk: Desk) -> None:
    await desk.load(HEADER + MARTA)
    report = await desk.load("key,name,phone,tags\nC-1,Marta Núñez de Soto,699111222,oro2\n")
    assert counts(report) == (0, 1, 0, 0)
    (marta,) = await desk.called("+34699111222")
    assert (marta.name, marta.organisation, marta.version) == ("Marta Núñez de Soto", "Sol", 2)
    assert marta.tags == ("VIP", "Oro", "oro2")
    assert "+34944210017" not in [i.value for i in marta.identities]  # replaced
    assert len(marta.identities) == 4
    found = await desk.store.search(Terms(words=("soto",)), 5)
    assert [customer.name for customer in found.customers] == ["Marta Núñez de Soto"]


@pytest.mark.parametrize("heading", ["Gestor", "agente", "COMERCIAL", "owner", "Account manager"])
async def test_who_looks_after_a_customer_is_a_column(desk: Desk, heading: str) -> None:
    await desk.load(f"name,key,phone,{heading}\nMarta,C-1,612345099,Anais\nPeio,C-2,612345098,\n")
    assert [c.owner for c in await desk.called("+34612345099")] == ["anais"]
    assert [c.owner for c in await desk.called("+34612345098")] == [""]
    report = await desk.load(f"name,key,{heading}\nMarta,C-1,JOSÉ\nPeio,C-2,Ana López\n")
    assert counts(report) == (0, 1, 0, 1)
    assert report.errors[0].field == "owner"
    await desk.load("name,key,phone\nMarta,C-1,612345097\n")  # says nothing of it
    (marta,) = await desk.called("+34612345097")
    assert (marta.owner, marta.version) == ("jose", 3)


async def test_the_key_of_another_system_is_another_key(desk: Desk) -> None:
    await desk.load("key,name\nC-1,Marta\n", source="crm")
    assert counts(await desk.load("key,name\nC-1,Pedro\n", source="shop")) == (1, 0, 0, 0)


async def test_name_with_an_identity_is_the_same_person_and_a_number_alone_is_not(
    desk: Desk,
) -> None:
    await desk.load("name,phone\nMarta Núñez,612345099\n")
    report = await desk.load("name,phone,email\nMARTA NUÑEZ,+34 612 34 50 99,m@example.com\n")
    assert counts(report) == (0, 1, 0, 0)
    report = await desk.load("name,phone\nPedro Núñez,612345099\n")
    assert counts(report) == (1, 0, 0, 0)
    assert len(await desk.called("+34612345099")) == 2


async def test_duplicates_within_a_file_are_one(desk: Desk) -> None:
    rows = "name,phone,email\nMarta,612345099,\nmarta,612345099,m@example.com\nMarta,612345099,\n"
    assert counts(await desk.load(rows)) == (1, 1, 1, 0)
    (marta,) = await desk.called("+34612345099")
    assert (len(marta.identities), marta.version) == (2, 1)


async def test_what_an_agent_confirmed_stays_confirmed(desk: Desk) -> None:
    await desk.load("name,phone\nMarta,612345099\n")
    (marta,) = await desk.called("+34612345099")
    confirmed = replace(marta.identities[0], confirmed_at=NOW)
    await desk.store.learn(marta.customer_id, confirmed, by="Ana", at=NOW, most=50)
    await desk.load("name,phone,company\nMarta,612345099,Sol\n")
    (marta,) = await desk.called("+34612345099")
    assert marta.identities[0].confirmed_at == NOW


async def test_formulas_are_text(desk: Desk) -> None:
    name = '=HYPERLINK("http://evil.example";"x")'
    rows = io.StringIO()
    csv.writer(rows).writerows([["name", "phone", "company"], [name, "612345099", "+1-2|cmd"]])
    await desk.load(rows.getvalue())
    (customer,) = await desk.called("+34612345099")
    assert (customer.name, customer.organisation) == (name, "+1-2|cmd")


async def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    report = await desk.load(HEADER + MARTA + "x;;;;no-address;;;;;\n", dry_run=True)
    assert counts(report) == (1, 0, 0, 1)
    assert report.dry_run
    assert await desk.count() == 0


async def test_notes_are_kept_once(desk: Desk) -> None:
    rows = 'name,phone,notes\nMarta,612345099,"uno\ndos"\n'
    await desk.load(rows)
    await desk.load(rows)
    (marta,) = await desk.called("+34612345099")
    opened = await desk.store.open(marta.customer_id, 10)
    assert opened is not None
    assert [(note.text, note.author) for note in opened[1]] == [("uno\ndos", "import crm")]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("612345099.0", ["+34612345099"]),  # a table that took it for a quantity
        ('"6,12345099E+08"', ["+34612345099"]),  # and wrote all of it
        ("3.4612345099E+10", ["+34612345099"]),
        ("612 345 101 / 91 234 56 78", ["+34612345101", "+34912345678"]),
        ('"612345101, 912345678"', ["+34612345101", "+34912345678"]),
        ("612345101 y 912345678", ["+34612345101", "+34912345678"]),
        ('"91 234 56 78, 12"', ["+34912345678"]),  # an extension
        ("'612345099", ["+34612345099"]),
        ("-", []),
    ],
)
def test_a_phone_cell_as_people_write_it(tmp_path: Path, cell: str, numbers: list[str]) -> None:
    file = tmp_path / "c.csv"
    file.write_text(f"name,phone,key\nMarta,{cell},K1\n")
    [row] = parsed(file)
    assert [value for kind, value, _ in row.identities if kind == "phone"] == numbers


def test_two_addresses_in_one_cell(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("name,email\nMarta,a@example.com; b@example.com\n")
    assert [value for _, value, _ in parsed(file)[0].identities] == [
        "a@example.com",
        "b@example.com",
    ]


# -- rows that are refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "field", "what"),
    [
        ("Marta,banana,,", "phone", "not a phone number"),
        ("Marta,6.12E+08,,", "phone", "the spreadsheet has cut this number"),
        ("Marta,030/12,,", "phone", "phone number"),  # no two numbers, and not one
        ("Marta,61234,,", "", ""),  # an extension: fine
        ("Marta,612345,0099,,x", "", "5 columns where the header has 4"),
        ("Marta,612345099", "", "2 columns where the header has 4"),
        (",612345099,,", "name", "empty"),
        (f"{'x' * 201},612345099,,", "name", "longer than 200"),
        ("Marta,612345099,klingonés,", "language", "not a language"),
        ("Marta,612345099,,31/31/2024", "since", "not a date"),
        ("Marta,612345099,,mañana", "since", "not a date"),
    ],
)
async def test_a_bad_row_is_left_out_with_its_line(
    desk: Desk, row: str, field: str, what: str
) -> None:
    rows = f"name,phone,language,since\nAna,699000001,,\n\n{row}\nEva,699000002,en,2024-01-31\n"
    report = await desk.load(rows)
    if not what:
        assert counts(report) == (3, 0, 0, 0)
        return
    assert counts(report) == (2, 0, 0, 1)
    (error,) = report.errors
    assert (error.line, error.field) == (4, field)
    assert what in error.what


async def test_a_quote_that_nobody_closed_costs_one_row(desk: Desk) -> None:
    good = "".join(f"Cliente {at},6990{at:05}\n" for at in range(300))
    report = await desk.load(f'name,phone\nAna,699100001\n"Marta,612345099\n{good}')
    assert counts(report) == (301, 0, 0, 1)
    assert report.errors[0].line == 3
    assert "quote" in report.errors[0].what
    report = await desk.load(f'name,phone\n{good}"Marta,612345099\n')  # in the last line
    assert counts(report) == (0, 0, 300, 1)
    assert report.errors[0].line == 302


async def test_a_line_without_end_is_refused_not_swallowed(desk: Desk) -> None:
    report = await desk.load("name,phone\n" + "x" * 3_000_000 + "\nAna,699100001\n")
    assert counts(report) == (1, 0, 0, 1)
    assert (report.errors[0].line, "longer than" in report.errors[0].what) == (2, True)


async def test_errors_are_counted_all_and_kept_some(desk: Desk) -> None:
    report = await desk.load("name,phone\n" + "Marta,banana\n" * 1_500)
    assert (report.counts.refused, len(report.errors), report.counts.rows) == (1_500, 200, 1_500)


# -- files that cannot be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" * 20, "is not a text file"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00" * 20, "export it as CSV"),
        (b"edad,color\n3,rojo\n", "line 1: no column for the name"),
        (b"name,color\nAna,rojo\n", "no column for a number"),
        (b"\n\nphone\n612345099\n", "line 3: no column for the name"),
        (b"name,name,phone\na,b,c\n", "two columns for the name"),
        (b"\xff\xfen\x00a\x00m\x00e\x00,\x00\x00\xd8", "is damaged: not valid utf-16"),
        (",".join(["name"] * 300).encode(), "300 columns"),
    ],
)
async def test_an_unusable_file_says_why(desk: Desk, content: bytes, what: str) -> None:
    with pytest.raises(SourceError) as caught:
        await desk.load(content)
    assert what in str(caught.value)
    assert "customers.csv" in str(caught.value)
    assert await desk.count() == 0


def test_wrong_columns_say_what_was_found_and_expected(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("edad;color\n3;rojo\n")
    with pytest.raises(SourceError, match=r"expected one of name, nombre.*found edad, color"):
        plan(CsvFile(path), "ES", Wish(fields={}))


def test_no_file_and_a_directory(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        CsvFile(tmp_path / "none.csv")
    with pytest.raises(SourceError, match="is a directory"):
        CsvFile(tmp_path)


# -- encodings, delimiters, headings ------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"),
     ("latin-1", "cp1252")],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end(
    tmp_path: Path, encoding: str, found: str, delimiter: str, end: str
) -> None:
    path = tmp_path / "a.csv"
    rows = [["Nombre", "Teléfono"], ["Núñez Ibáñez", "612345099"], ["Peña, S.L.", "699000001"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    file = CsvFile(path)
    assert (file.about.detail, file.about.delimiter) == (found, delimiter)
    assert [(row.name, next(iter(row.identities))[1]) for row in parsed(path)] == [
        ("Núñez Ibáñez", "+34612345099"),
        ("Peña, S.L.", "+34699000001"),
    ]


def test_a_wrong_letter_late_in_a_large_file_decides(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,phone\n" + b"Ana,612345099\n" * 200_000 + b"Nu\xf1ez,612345098\n")
    file = CsvFile(path)
    assert file.about.detail == "cp1252"


def test_excel_says_its_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nname;phone\nAna;612345099\n")
    (row,) = parsed(path)
    assert (row.name, row.line) == ("Ana", 3)


@pytest.mark.parametrize(
    ("headings", "cells", "name", "values"),
    [
        ("First Name,Last Name,Phone 1,Phone 2", "Ana,Soto,612345099,699000001", "Ana Soto",
         ["+34612345099", "+34699000001"]),
        ("RAZÓN SOCIAL,TELÉFONO FIJO", "Sol S.L.,944210017", "Sol S.L.", ["+34944210017"]),
        ("Empresa,E-mail", "Sol,info@example.com", "Sol", ["info@example.com"]),
        ("nombre y apellidos,nº cliente", "Ana Soto,7", "Ana Soto", ["7"]),
        ('"Customer name","Customer ID",edad', "Ana,C-7,33", "Ana", ["C-7"]),
    ],
)  # fmt: skip
def test_headings(tmp_path: Path, headings: str, cells: str, name: str, values: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{headings}\n{cells}\n")
    (row,) = parsed(path)
    assert (row.name, [key[1] for key in row.identities]) == (name, values)


# -- size ---------------------------------------------------------------------------------------


async def test_progress_is_told_by_the_batch(desk: Desk) -> None:
    rows = "name,phone\n" + "".join(f"Cliente {at},6{at:08}\n" for at in range(2_500))
    told: list[Progress] = []
    report = await desk.load(rows, progress=told.append)
    assert [progress.rows for progress in told] == [1_000, 2_000, 2_500]
    assert told[-1].fraction == 1.0
    assert all(progress.rows_per_second > 0 for progress in told)
    assert (report.counts.created, await desk.count()) == (2_500, 2_500)
    again = await desk.load(rows)
    assert counts(again) == (0, 0, 2_500, 0)


async def test_a_placeholder_number_in_every_row_stays_cheap(desk: Desk) -> None:
    rows = "name,phone,key\n" + "".join(f"Cliente {at},600000000,K{at}\n" for at in range(3_000))
    assert (await desk.load(rows)).counts.created == 3_000
    assert (await desk.load(rows)).counts.unchanged == 3_000  # known by their keys
    assert (await desk.store.find_phone("+34600000000", "", 20)).total == 3_000


async def test_a_database_that_fails_half_way_says_where(desk: Desk) -> None:
    rows = "name,phone\n" + "".join(f"Cliente {at},6{at:08}\n" for at in range(2_500))

    stopped = []

    def stop(progress: Progress) -> None:
        if not stopped:
            desk.database._closed = True  # type: ignore[attr-defined]
        stopped.append(progress)

    with pytest.raises(StoreError, match="the rows before 1002 are in") as caught:
        await desk.load(rows, progress=stop)
    assert "run the same import again" in caught.value.todo
    desk.database._closed = False  # type: ignore[attr-defined]
    assert await desk.count() == 1_000
