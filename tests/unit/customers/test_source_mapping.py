"""Which column is which: by heading, by contents, by what somebody said."""

from __future__ import annotations

import json

import pytest

from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.fields import column_of
from cti_bridge.customers.sources.guessing import guess, refuse_doubt
from cti_bridge.customers.sources.mapping import Column, Mapping, from_record
from cti_bridge.customers.sources.records import RowProblem
from cti_bridge.customers.sources.survivorship import Rule


def fields(mapping: Mapping) -> list[str]:
    return [column.field for column in mapping.columns]


def test_headings_go_before_contents() -> None:
    mapping = guess(["Nombre", "Teléfono", "Fax"], [["Ana", "612345099", "912345678"]], "ES")
    assert fields(mapping) == ["first_name", "phone", "phone"]
    assert [column.guessed for column in mapping.columns] == [False, False, True]


def test_columns_that_nobody_names_are_known_by_what_stands_in_them() -> None:
    rows = [
        ["1", "Ana Soto", "612 345 099", "ana@example.com", "48001", "2024"],
        ["2", "Peio Ruiz", "912345678.0", "x@example.com", "48002", "2023"],
        ["3", "Iñigo de la Peña", "", "", "48003", "2022"],
    ]
    mapping = guess(["a", "b", "c", "d", "e", "f"], rows, "ES")
    assert fields(mapping) == ["", "name", "phone", "email", "", ""]
    mapping.check()


def test_a_column_is_what_most_of_it_is() -> None:
    cells = [["612345099"]] * 8 + [["pendiente"]] * 2
    assert fields(guess(["x"], cells, "ES")) == ["phone"]
    cells = [["612345099"]] * 7 + [["pendiente"]] * 3
    assert fields(guess(["x"], cells, "ES")) == [""]


def test_two_columns_of_words_are_no_name() -> None:
    rows = [["Ana Soto", "Calle Mayor", "612345099"]]
    assert fields(guess(["a", "b", "c"], rows, "ES")) == ["", "", "phone"]


def test_a_doubtful_date_is_said_with_what_to_say() -> None:
    rows = [["Ana", "612345099", "3/2/2024"]]
    mapping = guess(["name", "phone", "Alta"], rows, "ES")
    with pytest.raises(RowProblem, match=r"Alta: '3/2/2024' may be.*--dates dmy"):
        refuse_doubt(mapping, rows)
    refuse_doubt(mapping.changed({}, Order.MDY), rows)
    assert mapping.changed({}, Order.MDY).columns[2].order is Order.MDY
    assert mapping.changed({}, Order.MDY).columns[1].order is None


def test_somebody_says_what_a_column_is() -> None:
    mapping = guess(["Nombre", "Fax", "Interno"], [["Ana", "912345678", "7"]], "ES")
    changed = mapping.changed({"FAX": "", "interno": "key"}, rules={"name": Rule.SOURCE_FIRST})
    assert fields(changed) == ["first_name", "", "key"]
    assert changed.unused == ("Fax",)
    with pytest.raises(RowProblem, match="no column 'Otra'; there are Nombre, Fax"):
        mapping.changed({"Otra": "key"})
    with pytest.raises(RowProblem, match="'colour' is no field: there are name"):
        mapping.changed({"Fax": "colour"})


def test_a_saved_mapping_fits_columns_in_another_order() -> None:
    saved = Mapping(
        columns=(
            Column(heading="Nombre", field="first_name"),
            Column(heading="Alta", field="since", order=Order.DMY),
            Column(heading="Fax", field=""),
        )
    )
    fitted = saved.fitted(["alta", "Nuevo", "NOMBRE"])
    assert fields(fitted) == ["since", "", "first_name"]
    assert fitted.columns[0].order is Order.DMY
    with pytest.raises(RowProblem, match="the column 'Alta' is gone"):
        saved.fitted(["Nombre", "Fax"])


def test_a_mapping_is_kept_as_json_and_read_again() -> None:
    mapping = Mapping(
        columns=(Column(heading="Alta", field="since", order=Order.DMY),),
        rules={"name": Rule.NEWEST},
    )
    assert from_record(json.loads(json.dumps(mapping.record()))) == mapping
    with pytest.raises(ValueError, match="no mapping"):
        from_record({})
    with pytest.raises(ValueError, match="colour"):
        from_record({"columns": [["a", "since", "colour"]], "rules": {}})


@pytest.mark.parametrize(
    ("headings", "what"),
    [
        (["edad", "color"], "no column for the name"),
        (["name", "color"], "no column for a number"),
        (["name", "name", "phone"], "two columns for the name"),
        (["nombre", "nombre", "phone"], "for the first_name: nombre and nombre. Say what one"),
        (["612345110", "Pepe Gil", "pepe@x.es"], "the first row is no heading: '612345110'"),
        (["Pepe Gil", "pepe@x.es"], "the first row is no heading: 'pepe@x.es'"),
        (["name"] * 300, "300 columns"),
        ([], "no column for the name"),
    ],
)
def test_a_mapping_that_cannot_do_says_what_it_lacks(headings: list[str], what: str) -> None:
    with pytest.raises(RowProblem, match=what):
        guess(headings, [], "ES").check()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Dirección de facturación", "street.billing"),
        ("Código postal envío", "postcode.shipping"),
        ("Home City", "city.home"),
        ("Business Street", "street.work"),
        ("País de entrega", "country.shipping"),
        ("Home Phone", "home"),
        ("Email trabajo", ""),
        ("Casa", "home"),
        ("Código empresa", "works_at_key"),
        ("Cargo", "job_title"),
        ("Unidad familiar", "household"),
        ("Fecha del consentimiento", "consent_date"),
    ],
)
def test_headings_of_further_addresses_and_of_others(heading: str, field: str) -> None:
    assert column_of(heading) == (field or None)


def test_a_label_and_a_purpose_may_be_any_code() -> None:
    mapping = guess(["Nombre", "Teléfono", "x", "y"], [["Ana", "612345099", "", ""]], "ES")
    mapping = mapping.changed({"x": "street.summer_house", "y": "consent.research.post"})
    assert fields(mapping)[2:] == ["street.summer_house", "consent.research.post"]
    for wrong in ("street.", "street.Home", "name.home", "consent.x.fax", "consent.X"):
        with pytest.raises(RowProblem, match="is no field"):
            mapping.changed({"x": wrong})
