"""What somebody is shown who decides about a source's columns; nothing of it raises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.mapping import Column, Mapping
from cti_bridge.customers.sources.records import About, RowError
from cti_bridge.customers.sources.surveying import Placed, Problem, Survey, survey
from cti_bridge.customers.sources.survivorship import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cti_bridge.customers.sources.records import Raw


@dataclass
class Rows:
    headings: Sequence[str]
    cells: Sequence[Sequence[str]]
    about: About = field(default_factory=lambda: About(kind="csv", name="a.csv", detail="utf-8"))
    done: float | None = None

    def rows(self) -> Iterator[Raw | RowError]:
        for number, cells in enumerate(self.cells, start=2):
            yield number, list(cells)


ANA = ("Ana Soto", "612 345 099", "3/2/2024")
HEADINGS = ("Cliente", "Teléfono", "Alta")


def looked(
    fields: Sequence[str] | None = None,
    orders: Sequence[Order | None] | None = None,
    *,
    headings: Sequence[str] = HEADINGS,
    cells: Sequence[Sequence[str]] = (ANA,),
    saved: Mapping | None = None,
) -> Survey:
    chosen = None
    if fields is not None:
        chosen = Placed(fields=fields, orders=orders or [None] * len(fields))
    return survey(Rows(headings, cells), "ES", chosen, saved)


def test_a_guess_its_samples_and_its_doubt() -> None:
    found = looked()
    assert [column.field for column in found.mapping.columns] == ["name", "phone", "since"]
    assert found.samples == (("Ana Soto",), ("612 345 099",), ("3/2/2024",))
    assert found.problems == [Problem(code="doubtful", columns=("Alta",), detail="3/2/2024")]
    assert found.preview == ()


def test_what_was_chosen_goes_before_the_guess() -> None:
    found = looked(("name", "phone", "since"), (None, None, Order.MDY))
    assert found.problems == []
    (row,) = found.preview
    assert not isinstance(row, RowError)
    assert f"{row.values['since']:%Y-%m-%d}" == "2024-03-02"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (("", "phone", ""), Problem(code="no_name")),
        (("name", "", ""), Problem(code="no_identity")),
        (
            ("name", "phone", "name"),
            Problem(code="double", columns=("Cliente", "Alta"), detail="name"),
        ),
        (("name", "phone"), Problem(code="mapping", detail="2 fields for 3 columns")),
        (("name", "phone", "shoe"), Problem(code="mapping", detail="'shoe' is no field")),
        (
            ("name", "phone", "custom.gone"),
            Problem(code="mapping", detail="the configuration has no field 'gone'"),
        ),
    ],
)
def test_a_mapping_that_cannot_be_used(fields: Sequence[str], problem: Problem) -> None:
    found = looked(fields)
    assert problem in found.problems
    assert found.preview == ()


def test_several_columns_of_one_field_where_the_field_may_be_there_twice() -> None:
    found = looked(("name", "phone", "phone"), cells=[("Ana", "612345099", "912345678")])
    assert found.problems == []
    assert len(found.preview[0].identities) == 2  # type: ignore[union-attr]


def test_a_saved_source_whose_column_is_gone_says_which_and_keeps_its_rules() -> None:
    saved = Mapping(
        columns=(Column(heading="Cliente", field="name"), Column(heading="Móvil", field="mobile")),
        rules={"name": Rule.SOURCE_FIRST},
    )
    found = looked(saved=saved, cells=[("Ana", "612345099", "")])
    assert found.problems == [Problem(code="gone", columns=("Móvil",))]
    assert found.mapping.rules == {"name": Rule.SOURCE_FIRST}
    chosen = looked(("name", "phone", ""), saved=saved)
    assert chosen.problems == []
    assert chosen.mapping.rules == {"name": Rule.SOURCE_FIRST}


def test_no_rows() -> None:
    assert Problem(code="no_rows") in looked(cells=()).problems


def test_samples_are_short_and_few() -> None:
    cells = [
        ("x" * 9000, "", ""),
        ("", "", ""),
        ("b\x1b[0m", "1", ""),
        ("c", "", ""),
        ("d", "", ""),
    ]
    found = looked(cells=cells)
    assert [len(text) for text in found.samples[0]] == [80, 4, 1]
    assert found.samples[2] == ()


def test_a_row_that_will_be_refused_is_in_the_preview() -> None:
    found = looked(("name", "phone", ""), cells=[ANA, ("Peio", "doce", "")])
    refused = found.preview[1]
    assert isinstance(refused, RowError)
    assert (refused.line, refused.field) == (3, "phone")
