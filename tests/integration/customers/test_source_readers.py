"""Spreadsheets and cards: each row as somebody would have typed it."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers.sources.planning import Wish, plan
from cti_bridge.customers.sources.records import RowError, SourceError
from cti_bridge.customers.sources.rows import ImportRow
from cti_bridge.readers import sheets, vcards
from cti_bridge.readers.opendocument import merged_ranges
from cti_bridge.readers.opening import Place, open_source
from tests.helpers import libreoffice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cti_bridge.customers.sources.records import Source
    from cti_bridge.customers.sources.rows import Outcome

CSV = (
    "Código;Nombre y apellidos;Móvil;Correo;Alta;Nota\n"
    "7001;Marta Núñez;34612345678;marta@ejemplo.es;03/02/2024;=1+1\n"
    "7002;Peña, S.L.;612345099;;15/11/2023;\n"
)


def opened(path: Path, **more: str) -> Source:
    return open_source(Place(location=str(path), **more))


def outcomes(source: Source) -> Sequence[Outcome]:
    return plan(source, "ES", Wish(fields={})).preview


def values(row: Outcome, kind: str) -> list[str]:
    assert isinstance(row, ImportRow)
    return [value for one, value, _ in row.identities if one == kind]


# -- spreadsheets -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The same customers as LibreOffice saves them."""
    home = tmp_path_factory.mktemp("office")
    source = home / "clientes.csv"
    source.write_text(CSV, encoding="utf-8")
    yield {kind: libreoffice.convert(source, kind, home) for kind in ("xlsx", "ods")}
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.peer("libreoffice")
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_spreadsheet_that_libreoffice_saved(saved: dict[str, Path], kind: str) -> None:
    source = opened(saved[kind])
    marta, second = outcomes(source)
    assert isinstance(marta, ImportRow)
    assert isinstance(second, ImportRow)
    assert (marta.name, second.name) == ("Marta Núñez", "Peña, S.L.")
    assert values(marta, "phone") == ["+34612345678"]  # a number there, and 3.4612345678E10
    assert (values(marta, "key"), values(second, "key")) == (["7001"], ["7002"])
    assert f"{marta.values['since']:%Y-%m-%d}" == "2024-02-03"  # a date there, no doubt about it
    assert f"{second.values['since']:%Y-%m-%d}" == "2023-11-15"
    assert source.about.kind == "sheet"
    assert (marta.line, second.line) == (2, 3)
    assert [row[0] for row in source.rows() if isinstance(row, tuple)] == [2, 3]
    assert source.done == 1.0


@pytest.mark.peer("libreoffice")
def test_a_sheet_that_is_not_there_is_named(saved: dict[str, Path]) -> None:
    with pytest.raises(SourceError, match="has no sheet 'Otra'; there are clientes") as told:
        opened(saved["xlsx"], sheet="Otra")
    assert "no spreadsheet" not in str(told.value)


def test_a_merged_cell_stands_in_all_that_it_covers(tmp_path: Path) -> None:
    """As in a list of people under the name of their company."""
    rows = [["Empresa", "Nombre", "Móvil"], ["Sol", "Ana", 612345099.0], ["", "Eva", 612345098.0]]
    path = _xlsx(tmp_path / "merged.xlsx", rows, merged="A2:A3")
    first, second = outcomes(opened(path))
    assert isinstance(first, ImportRow)
    assert isinstance(second, ImportRow)
    assert first.values["organisation"] == second.values["organisation"] == "Sol"


@pytest.mark.peer("libreoffice")
def test_a_merged_cell_of_a_sheet_that_libreoffice_saved(tmp_path: Path) -> None:
    table = tmp_path / "merged.html"
    table.write_text(
        "<table><tr><td>Empresa</td><td>Nombre</td><td>Movil</td></tr>"
        "<tr><td rowspan=2>Sol</td><td>Ana</td><td>612345099</td></tr>"
        "<tr><td>Eva</td><td>612345098</td></tr></table>"
    )
    first, second = outcomes(opened(libreoffice.convert(table, "ods", tmp_path)))
    assert isinstance(first, ImportRow)
    assert isinstance(second, ImportRow)
    assert first.values["organisation"] == second.values["organisation"] == "Sol"


def _content(path: Path, table: str, before: str = "") -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "content.xml",
            f'{before}<d xmlns:table="{names}:table:1.0" xmlns:x="{names}:text:1.0">'
            f'<table:table table:name="Otra"><table:table-row>'
            f'<table:table-cell table:number-rows-spanned="9"/></table:table-row></table:table>'
            f'<table:table table:name="Hoja">{table}</table:table></d>',
        )
    return path


def test_merged_ranges_are_counted_over_what_is_repeated(tmp_path: Path) -> None:
    table = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        "<table:table-row-group><table:table-row>"
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2">'
        '<table:table table:name="within"><table:table-row>'
        '<table:table-cell table:number-rows-spanned="7"/></table:table-row></table:table>'
        "<x:p>Sol</x:p></table:table-cell><table:covered-table-cell/>"
        '<table:table-cell table:number-columns-spanned="3"/></table:table-row>'
        "</table:table-row-group>"
    )
    path = _content(tmp_path / "a.ods", table)
    assert merged_ranges(path, "Hoja") == [((3, 2), (4, 3)), ((3, 4), (3, 6))]
    assert merged_ranges(path, "Otra") == [((0, 0), (8, 0))]
    assert merged_ranges(path, "Tercera") == []


@pytest.mark.parametrize(
    ("table", "before"),
    [
        ("<table:table-row", ""),
        ("", '<!DOCTYPE d [<!ENTITY a "b">]>'),
        ('<table:table-row table:number-rows-repeated="many"/>', ""),
    ],
)
def test_what_is_no_sheet_has_no_merged_ranges(tmp_path: Path, table: str, before: str) -> None:
    assert merged_ranges(_content(tmp_path / "a.ods", table, before), "Hoja") == []
    (tmp_path / "b.ods").write_bytes(b"no zip")
    assert merged_ranges(tmp_path / "b.ods", "Hoja") == []


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Clientes 2024"], [], ["Nombre", "Móvil"], ["Ana", 612345099.0]]
    (row,) = outcomes(opened(_xlsx(tmp_path / "title.xlsx", rows)))
    assert isinstance(row, ImportRow)
    assert (row.name, row.line) == ("Ana", 4)


def test_a_number_that_lost_digits_costs_its_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Nombre", "Código"], ["Ana", 1234567890123456.0], ["Eva", 7.0]]
    first, second = outcomes(opened(_xlsx(tmp_path / "cut.xlsx", rows)))
    assert isinstance(first, RowError)
    assert "fifteen digits" in first.what
    assert values(second, "key") == ["7"]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.xlsx", b"name,phone\n", "no spreadsheet that can be read"),
        ("a.ods", b"", "no spreadsheet that can be read"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "no spreadsheet that can be read"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 40, "no spreadsheet that can be read"),
    ],
)
def test_what_is_no_spreadsheet_says_so(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=what) as caught:
        opened(path)
    assert name in str(caught.value)


def test_a_spreadsheet_that_would_fill_the_memory_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _xlsx(tmp_path / "bomb.xlsx", [["Nombre", "Móvil"], ["x" * 30_000, 1.0]])
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 20_000)
    with pytest.raises(SourceError, match="MB unpacked"):
        opened(path)
    monkeypatch.setattr(sheets, "MAX_FILE", 100)
    with pytest.raises(SourceError, match="Save it as CSV"):
        opened(path)


def test_an_empty_sheet_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is empty"):
        opened(_xlsx(tmp_path / "empty.xlsx", []))


# -- cards --------------------------------------------------------------------------------------

CARDS = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1ez;Marta;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Marta N=C3=BA=C3=
=B1ez
TEL;CELL;VOICE:612 345 099
TEL;WORK:944210017
EMAIL;INTERNET;PREF:marta@ejemplo.es
PHOTO;ENCODING=BASE64;TYPE=JPEG:
 /9j/4AAQSkZJRgABAQEASABIAAD
 /9j/4AAQSkZJRgABAQEASABIAAD

ORG:Sol;Ventas
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Ruiz;Peio;;;
FN:Peio Ruiz\\, hijo
ORG:Luna
TEL;TYPE=HOME,VOICE:+34 912 345 678
TEL;TYPE=CELL:612345101
EMAIL;TYPE=INTERNET:peio@example.com
EMAIL:p2@example.com
item1.ADR;TYPE=HOME:;;Calle Mayor 1;Bilbao;Bizkaia;48001;España
NOTE:uno\\ndos
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Rota
BEGIN:VNOTE
BAD LINE WITHOUT COLON
TEL:
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Eva Soto
TEL;VALUE=uri;TYPE="voice,cell":tel:+34-612-345-102
BDAY:19800531
LANG:es
REV:20240203T101112Z
END:VCARD
"""


def cards(tmp_path: Path, text: str, encoding: str = "utf-8") -> Source:
    path = tmp_path / "contacts.vcf"
    path.write_bytes(text.encode(encoding))
    return opened(path)


def test_cards_of_three_versions_in_one_file(tmp_path: Path) -> None:
    marta, peio, bad, eva = outcomes(cards(tmp_path, CARDS))
    assert isinstance(marta, ImportRow)
    assert isinstance(peio, ImportRow)
    assert isinstance(bad, RowError)
    assert isinstance(eva, ImportRow)
    assert (marta.name, marta.values["organisation"], marta.line) == ("Marta Núñez", "Sol", 1)
    assert dict.fromkeys(marta.identities.values()) == {"mobile": None, "office": None, "": None}
    assert values(marta, "phone") == ["+34612345099", "+34944210017"]
    assert peio.name == "Peio Ruiz, hijo"
    assert values(peio, "email") == ["peio@example.com", "p2@example.com"]
    assert peio.note == "uno\ndos"
    assert peio.address is not None
    assert (peio.address.city, peio.address.country) == ("Bilbao", "ES")
    before = CARDS[: CARDS.index("FN:Rota")].count("\n")
    assert (bad.line, bad.field) == (before - 1, "")
    assert "a card that cannot be read" in bad.what
    assert values(eva, "phone") == ["+34612345102"]
    assert f"{eva.values['born']}" == "1980-05-31"


def test_a_card_without_its_end_or_too_long_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vcards, "MAX_CARD", 2_000)
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nTEL:612345099\nEND:VCARD\n"
    long = good.replace("FN:Ana", "FN:Ana\n" + "NOTE:x\n" * 1_000)
    one, open_, two, long_, three = outcomes(
        cards(tmp_path, good + "BEGIN:VCARD\nFN:Rota\n" + good + long + good)
    )
    assert [type(o) for o in (one, two, three)] == [ImportRow] * 3
    assert isinstance(open_, RowError)
    assert isinstance(long_, RowError)
    assert "without its end" in open_.what


def test_a_picture_of_megabytes_is_passed_over(tmp_path: Path) -> None:
    picture = "PHOTO;ENCODING=b:" + "A" * 3_000_000 + "\n"
    text = f"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\n{picture}TEL:612345099\nEND:VCARD\n"
    (row,) = outcomes(cards(tmp_path, text))
    assert values(row, "phone") == ["+34612345099"]


def test_cards_in_an_old_encoding(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Marta Núñez\r\nTEL:612345099\r\nEND:VCARD\r\n"
    (row,) = outcomes(cards(tmp_path, text, "cp1252"))
    assert isinstance(row, ImportRow)
    assert row.name == "Marta Núñez"


@pytest.mark.parametrize("text", ["no card here\n", "END:VCARD\n"])
def test_a_file_without_cards_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="no card in it"):
        cards(tmp_path, text)


# -- which reader -------------------------------------------------------------------------------


def test_cards_are_known_by_their_first_line(tmp_path: Path) -> None:
    path = tmp_path / "contacts.txt"
    path.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nTEL:612345099\nEND:VCARD\n")
    assert opened(path).about.kind == "vcard"


def test_what_a_file_does_not_have_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,phone\nAna,612345099\n")
    with pytest.raises(SourceError, match="has no table"):
        opened(path, table="customers")
    with pytest.raises(SourceError, match="no spreadsheet, so it has no sheet"):
        opened(path, sheet="Hoja1")


def _xlsx(path: Path, rows: Sequence[Sequence[object]], merged: str = "") -> Path:
    """The least that a spreadsheet is (ECMA-376 part 1)."""
    lines = []
    for at, row in enumerate(rows, start=1):
        cells = []
        for column, value in zip("ABCDEFG", row, strict=False):
            if isinstance(value, float):
                cells.append(f'<c r="{column}{at}"><v>{value!r}</v></c>')
            elif value != "":
                cells.append(f'<c r="{column}{at}" t="inlineStr"><is><t>{value}</t></is></c>')
        lines.append(f'<row r="{at}">{"".join(cells)}</row>')
    covered = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1"'
        f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Hoja1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}'
        f"</sheetData>{covered}</worksheet>",
    }
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def test_a_card_has_ten_numbers_of_a_kind(tmp_path: Path) -> None:
    numbers = "".join(f"TEL:6123450{n:02}\n" for n in range(12))
    text = f"BEGIN:VCARD\nVERSION:3.0\nFN:Centralita\n{numbers}END:VCARD\n"
    (row,) = outcomes(cards(tmp_path, text))
    assert values(row, "phone") == [f"+346123450{n:02}" for n in range(10)]
