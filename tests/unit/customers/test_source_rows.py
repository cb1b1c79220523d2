"""Cells to fields: people and organisations, addresses, consents, fields of one's own."""

from __future__ import annotations

from datetime import date

import pytest

from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.mapping import Column, Mapping
from cti_bridge.customers.sources.records import RowError, RowProblem
from cti_bridge.customers.sources.rows import ImportRow, RowReader
from cti_bridge.customers.sources.said import record
from cti_bridge.protocol.customer_values import FieldView
from cti_bridge.protocol.vocabulary import FieldType

FIELDS = (
    FieldView(code="contract", names={"es": "Contrato"}),
    FieldView(code="balance", names={}, type=FieldType.NUMBER),
    FieldView(code="until", names={}, type=FieldType.DATE),
    FieldView(code="gas", names={}, type=FieldType.YES_NO),
    FieldView(code="rate", names={}, type=FieldType.CHOICE, choices=("A", "B")),
)


def read(cells: dict[str, str], order: Order | None = None) -> ImportRow:
    given = {"name": "Marta", "phone": "612345099", **cells}
    mapping = Mapping(
        columns=tuple(Column(heading=name, field=name, order=order) for name in given)
    )
    return RowReader(mapping, "ES", FIELDS).read(1, list(given.values()))


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("kind", "Empresa", "organisation"),
        ("kind", "PARTICULAR", "person"),
        ("status", "Baja", "closed"),
        ("status", "fallecido", "deceased"),
        ("status", "Lead", "prospect"),
        ("born", "1980-05-31", date(1980, 5, 31)),
        ("time_zone", "Europe/Madrid", "Europe/Madrid"),
        ("language", "Castellano", "es"),
    ],
)
def test_a_field(field: str, cell: str, value: object) -> None:
    assert read({field: cell}).values[field] == value


def test_a_name_in_pieces_is_kept_in_both_ways() -> None:
    row = read({"name": "", "first_name": "Marta", "surname": "Núñez", "second_surname": "Ruiz"})
    assert row.values == {
        "name": "Marta Núñez Ruiz",
        "given_name": "Marta",
        "family_name": "Núñez Ruiz",
    }


def test_what_has_the_name_of_an_organisation_only_is_one() -> None:
    assert read({"name": "", "organisation": "Sol S.L."}).values["kind"] == "organisation"
    assert "kind" not in read({"organisation": "Sol S.L."}).values


def test_an_address_of_what_is_said() -> None:
    address = read({"street": "Mayor 1", "postcode": "48001", "country": "España"}).address
    assert address is not None
    assert (address.street, address.postcode, address.country) == ("Mayor 1", "48001", "ES")
    assert read({"country": "ES"}).address is None


def test_consents_by_channel() -> None:
    assert read({"consent_email": "Sí", "consent_sms": "0"}).consents == {
        "email": True,
        "sms": False,
    }


@pytest.mark.parametrize(
    ("code", "cell", "value"),
    [
        ("contract", " C-7 ", "C-7"),
        ("balance", "1.234,50", 1234.5),
        ("balance", "1,234.50", 1234.5),
        ("balance", "1.234.567", 1234567),
        ("balance", "-12,5", -12.5),
        ("balance", "7", 7),
        ("until", "3/2/2024", "2024-02-03"),
        ("gas", "no", False),
        ("rate", "B", "B"),
    ],
)
def test_a_field_of_ones_own(code: str, cell: str, value: object) -> None:
    assert read({f"custom.{code}": cell}, Order.DMY).custom == {code: value}


@pytest.mark.parametrize(
    ("field", "cell", "what"),
    [
        ("kind", "perro", "neither person nor organisation"),
        ("status", "quizá", "not a status"),
        ("born", "1980-13-01", "not a date"),
        ("born", "1780-01-01", "not between 1850 and today"),
        ("born", "2999-01-01", "not between 1850 and today"),
        ("time_zone", "../etc/passwd", "not a time zone"),
        ("country", "Narnia", "not a country"),
        ("street", "x" * 300, "longer than 200"),
        ("postcode", "1" * 30, "longer than 16"),
        ("consent", "quizá", "neither yes nor no"),
        ("custom.balance", "1.234", "thousands or thousandths"),
        ("custom.balance", "-", "not a number"),
        ("custom.balance", "1e9", "not a number"),
        ("custom.rate", "C", "not one of its choices"),
        ("custom.until", "mañana", "not a date"),
        ("custom.gas", "7", "neither yes nor no"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(field: str, cell: str, what: str) -> None:
    with pytest.raises(RowProblem, match=what) as caught:
        read({field: cell}, Order.YMD)
    assert caught.value.field == field


def test_a_field_that_the_configuration_does_not_have_is_said_at_once() -> None:
    mapping = Mapping(columns=(Column(heading="Color", field="custom.colour"),))
    with pytest.raises(RowProblem, match="the configuration has no field 'colour'"):
        RowReader(mapping, "ES", FIELDS)


def test_a_refused_row_keeps_no_more_of_its_cells_than_can_be_told() -> None:
    mapping = Mapping(columns=(Column(heading="phone", field="phone"),))
    rows = [(7, ["x" * 100_000, *["y"] * 500])]
    (error,) = RowReader(mapping, "ES").outcomes(rows)
    assert isinstance(error, RowError)
    assert sum(map(len, error.cells)) <= 500 * 200


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("C-00000001", "C-00000001"),
        ("a/1:2.b_3", "a/1:2.b_3"),
        (" 0042 ", "0042"),
        ("Ñ-1", "Ñ-1"),
        ("a\u200bb", "ab"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_key_stays_as_it_is_written(cell: str, value: str) -> None:
    assert read({"key": cell}).key == value


def test_a_key_that_is_too_long_is_refused() -> None:
    with pytest.raises(RowProblem, match="longer than 64"):
        read({"key": "x" * 65})


@pytest.mark.parametrize("times", [1, 2])
def test_a_cell_that_comes_again_is_read_the_same(times: int) -> None:
    for _ in range(times):
        values = read({"name": " Mun\u0303oz\u200b  Díaz ", "organisation": "x" * 65}).values
        assert (values["name"], values["organisation"]) == ("Muñoz Díaz", "x" * 65)


def test_what_is_kept_of_a_row_is_the_same_in_every_version() -> None:
    row = read(
        {"name": "", "first_name": "Ana", "surname": "García", "key": "C-1",
         "since": "2020-02-01", "kind": "Particular", "email": "ana@example.com"}
    )  # fmt: skip
    text, digest = record(row)
    assert text == (
        '{"v":{"since":"2020-02-01T00:00:00Z","kind":"person","given_name":"Ana",'
        '"family_name":"García","name":"Ana García"},"i":[["phone","+34612345099","",""],'
        '["key","C-1","",""],["email","ana@example.com","",""]]}'
    )
    assert digest.hex() == "c0d98068b6e3964bc9037ec8b77cba10"


def test_who_works_where_and_lives_together() -> None:
    links = read({"works_at_key": "E-1", "job_title": "Clerk", "household": "H-1"}).links
    assert links == {"works_at_key": "E-1", "job_title": "Clerk", "household": "H-1"}
    assert not read({"works_at": " "}).links


def test_a_job_without_an_employer_is_at_the_rows_organisation() -> None:
    links = read({"job_title": "Clerk", "organisation": "Sol S.L."}).links
    assert links == {"job_title": "Clerk", "works_at": "Sol S.L."}
    assert not read({"job_title": "Clerk"}).links


def test_an_organisation_works_nowhere() -> None:
    firm = {"name": "", "organisation": "Sol S.L."}
    assert not read({**firm, "job_title": "Clerk"}).links
    for field in ("works_at", "works_at_key", "household"):
        with pytest.raises(RowProblem, match=f"{field}: said of an organisation"):
            read({**firm, field: "x"})


def test_further_addresses_by_their_label() -> None:
    row = read({"street": "Mayor 1", "street.billing": "Sol 2", "country.billing": "España",
                "city.home": "Bilbao", "country.work": "ES"})  # fmt: skip
    assert row.address is not None
    assert row.address.label == ""
    places = row.places or {}
    assert {label: (one.label, one.street, one.city) for label, one in places.items()} == {
        "billing": ("billing", "Sol 2", ""),
        "home": ("home", "", "Bilbao"),
    }
    assert places["billing"].country == "ES"
    with pytest.raises(RowProblem, match=r"postcode\.home: longer than 16"):
        read({"postcode.home": "x" * 17})


def test_consents_of_other_purposes_with_their_source_and_date() -> None:
    row = read({"consent.survey": "no", "consent.service.email": "sí", "consent_sms": "1",
                "consent_date": "2025-05-31", "consent_source": "web form"})  # fmt: skip
    assert row.consents == {"any survey": False, "email service": True, "sms": True}
    assert row.consent_at is not None
    assert (row.consent_at.date(), row.consent_source) == (date(2025, 5, 31), "web form")
    assert "consent_date" not in row.values
    with pytest.raises(RowProblem, match="consent_date: 'soon' is not a date"):
        read({"consent_date": "soon"})
