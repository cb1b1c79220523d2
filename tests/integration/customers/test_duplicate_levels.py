"""What DuckDB makes of the levels of comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from cti_bridge.customers.duplicates.preparing import COLUMNS, prepare
from cti_bridge.customers.duplicates.values import Address, Agreement, Kind, Record
from cti_bridge.linkage.comparing import FAMILY, GIVEN, HOME, Comparison

if TYPE_CHECKING:
    from collections.abc import Iterator

A = Agreement
MET = {"maria": 900, "marta": 200, "mraia": 12, "sanz": 80, "saez": 70, "sanx": 1}


@pytest.fixture(scope="module")
def asked() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def agreement(
    asked: duckdb.DuckDBPyConnection, comparison: Comparison, one: Record, other: Record
) -> Agreement:
    columns: dict[str, Any] = {}
    for side, record in (("l", one), ("r", other)):
        made = prepare(record)
        columns |= {f"{name}_{side}": getattr(made, name) for name in COLUMNS}
        columns[f"straight_{side}"] = f"{made.root}/{made.first}"
        columns[f"crossed_{side}"] = f"{made.first}/{made.root}"
        for name in ("root", "first", "second"):
            columns[f"{name}met_{side}"] = MET.get(getattr(made, name) or "", 1)
    used = {name: value for name, value in columns.items() if not name.startswith("changed")}
    listed = ("phones", "emails", "domains", "keys")
    row = ", ".join(
        f"CAST(? AS {'VARCHAR[]' if name[:-2] in listed else _type(value)}) AS {name}"
        for name, value in used.items()
    )
    last = len(comparison.levels) - 1
    cases = " ".join(
        f"WHEN {level.sql} THEN {last - at}"
        for at, level in enumerate(comparison.levels)
        if level.sql != "ELSE"
    )
    query = f"SELECT CASE WHEN {comparison.unknown} THEN -1 {cases} ELSE 0 END FROM (SELECT {row})"
    values = [list(value) if isinstance(value, tuple) else value for value in used.values()]
    found = asked.execute(query, values).fetchone()
    assert found is not None
    return comparison.agreement(found[0])


def _type(value: object) -> str:
    return "BIGINT" if isinstance(value, int) else "VARCHAR"


def person(name: str, phones: tuple[str, ...] = (), street: str = "") -> Record:
    at = (Address(street=street, city="Lugo"),) if street else ()
    return Record(n=1, kind=Kind.PERSON, name=name, phones=phones, addresses=at)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("María", "María", A.SAME),
        ("Pilar", "Pili", A.FAMILIAR),
        ("Josep María", "José María", A.FAMILIAR),
        ("María", "María José", A.CONTAINED),
        ("Isabel", "Miguel Isabel", A.SECOND_NAME),
        ("Adrián José", "A. José", A.INITIAL),
        ("Adrián José", "A.", A.INITIAL),
        ("Adrián José", "A. Luis", A.DIFFERENT),
        ("Xavier", "X.", A.INITIAL),
        ("Javier", "X.", A.INITIAL),
        ("María", "Mraía", A.SIMILAR),  # by some who all have the same mistake
        ("María", "Marta", A.DIFFERENT),  # by many: a name of its own
        ("María Isabel", "María Carmen", A.FIRST_NAME),
        ("", "María", A.UNKNOWN),
    ],
)
def test_given_names(
    asked: duckdb.DuckDBPyConnection, one: str, other: str, expected: Agreement
) -> None:
    made = (person(f"Ruiz Gil, {given}" if given else "Ruiz") for given in (one, other))
    assert agreement(asked, GIVEN, *made) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ruiz Gil", "Gil Ruiz", A.EXCHANGED),
        ("Verarés Ruiz de Alarcón", "Ruiz de Alarcón Verarés", A.EXCHANGED),
        ("Sáenz de Tejada García", "Sáenz García", A.ONE_MISTYPED),
        ("Morales Ruiz de Alarcón", "Morales Ruiz", A.ONE_MISTYPED),
        ("Ruiz Sanz", "Ruiz Sanx", A.ONE_MISTYPED),
        ("Ruiz Sanz", "Ruiz Sáez", A.ONE_SURNAME),
        ("Ruiz Gil", "Ruiz", A.FIRST_SURNAME),
        ("Ruiz Mora", "Ruiz Gil", A.ONE_SURNAME),
    ],
)
def test_surnames(
    asked: duckdb.DuckDBPyConnection, one: str, other: str, expected: Agreement
) -> None:
    made = (person(f"{family}, Ana") for family in (one, other))
    assert agreement(asked, FAMILY, *made) is expected


HERE, THERE, OLD, NEW = "Calle Goya, 4", "Plaza Mayor, 9", ("+34910000001",), ("+34910000002",)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((OLD, HERE), (NEW, THERE), A.OTHER_HOME),
        ((OLD, HERE), ((), THERE), A.DIFFERENT),
        ((OLD, ""), (NEW, ""), A.DIFFERENT),
        ((OLD, HERE), (NEW, HERE), A.OTHER_PHONE),
        ((OLD, HERE), (OLD, THERE), A.SAME_PHONE),
    ],
)
def test_homes(
    asked: duckdb.DuckDBPyConnection,
    one: tuple[tuple[str, ...], str],
    other: tuple[tuple[str, ...], str],
    expected: Agreement,
) -> None:
    made = (person("Ana Ruiz", phones, street) for phones, street in (one, other))
    assert agreement(asked, HOME, *made) is expected
