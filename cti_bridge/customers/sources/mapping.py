"""Which column is which, and which word counts: what a named source keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.fields import (
    DATES,
    HEADINGS,
    IDENTITIES,
    NAMES,
    REPEATABLE,
    is_field,
)
from cti_bridge.customers.sources.records import MAX_COLUMNS, RowProblem
from cti_bridge.customers.sources.survivorship import RULED, Rule
from cti_bridge.customers.text import clean_line, fold

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

SHOWN: Final = 40  # characters of a heading
_SOMEBODY: Final = re.compile(r"\+?(?:[ ()./-]*[0-9]){9,15}[ ()./-]*|[^@\s]+@[^@\s]+\.[^@\s]+")
"""A telephone number or an address: no heading, but a customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the source: `field` is "" for one that is not used."""

    heading: str
    field: str
    order: Order | None = None  # of its dates
    guessed: bool = False  # by what stands in it, and not by its heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """The columns of a source, in its order, and for each field whose word counts."""

    columns: tuple[Column, ...]
    rules: Dict[str, Rule] = field(default_factory=dict)

    @property
    def unused(self) -> tuple[str, ...]:
        return tuple(shown(column.heading) for column in self.columns if not column.field)

    def changed(
        self,
        fields: Dict[str, str],
        order: Order | None = None,
        rules: Dict[str, Rule] | None = None,
    ) -> Mapping:
        """With what somebody said of its columns (by heading, as folded text), of all its dates
        and of whose word counts. Raises RowProblem."""
        known = {fold(clean_line(column.heading)) for column in self.columns}
        for heading, wanted in fields.items():
            if wanted and not is_field(wanted):
                raise RowProblem("", f"{wanted!r} is no field: there are {', '.join(HEADINGS)}")
            if fold(clean_line(heading)) not in known:
                found = _listed([column.heading for column in self.columns])
                raise RowProblem("", f"no column {shown(heading)!r}; there are {found}")
        said = {fold(clean_line(heading)): wanted for heading, wanted in fields.items()}
        return Mapping(
            columns=tuple(_changed(column, said, order) for column in self.columns),
            rules={**self.rules, **(rules or {})},
        )

    def placed(self, fields: Sequence[str], orders: Sequence[Order | None]) -> Mapping:
        """With a field, and an order of dates, for each column in its place. Raises RowProblem
        where there are not as many as columns, or one is no field."""
        if not len(fields) == len(orders) == len(self.columns):
            raise RowProblem("", f"{len(fields)} fields for {len(self.columns)} columns")
        for name in fields:
            if name and not is_field(name):
                raise RowProblem("", f"{clean_line(name)[:SHOWN]!r} is no field")
        return replace(
            self,
            columns=tuple(
                replace(
                    column,
                    field=name,
                    order=order,
                    guessed=column.guessed and name == column.field,
                )
                for column, name, order in zip(self.columns, fields, orders, strict=True)
            ),
        )

    def fitted(self, headings: Sequence[str]) -> Mapping:
        """To a source whose columns stand in another order, or has more of them.

        Raises RowProblem where a column that is used is gone.
        """
        kept: dict[str, list[Column]] = {}
        for column in self.columns:
            kept.setdefault(fold(clean_line(column.heading)), []).append(column)
        columns = []
        for heading in headings:
            same = kept.get(fold(clean_line(heading)))
            columns.append(same.pop(0) if same else Column(heading=heading, field=""))
        gone = [column.heading for left in kept.values() for column in left if column.field]
        if gone:
            raise RowProblem(
                "",
                f"the column {shown(gone[0])!r} is gone that this source had; found "
                f"{_listed(headings)}. Correct it, or save the source anew",
            )
        return replace(self, columns=tuple(columns))

    def check(self) -> None:
        """Raises RowProblem saying what was expected and what was found."""
        if len(self.columns) > MAX_COLUMNS:
            raise RowProblem("", f"{len(self.columns)} columns; at most {MAX_COLUMNS} are read")
        found = _listed([column.heading for column in self.columns])
        used = [column for column in self.columns if column.field]
        present = {column.field for column in used}
        _refuse_somebody(self.columns)
        if not present & NAMES:
            expected = "name, nombre, customer, cliente, company, empresa"
            raise RowProblem(
                "", f"no column for the name: expected one of {expected}; found {found}"
            )
        if not present & IDENTITIES:
            expected = "phone, teléfono, móvil, email, correo, key, código"
            raise RowProblem(
                "", f"no column for a number, address or key: expected {expected}; found {found}"
            )
        _refuse_doubles(used)

    def record(self) -> dict[str, object]:
        """As it is stored: JSON values only."""
        return {
            "columns": [[c.heading, c.field, c.order or ""] for c in self.columns],
            "rules": {name: str(rule) for name, rule in self.rules.items()},
        }


def from_record(record: Dict[str, object]) -> Mapping:
    """What `record` gave; raises ValueError for anything else."""
    columns, rules = record.get("columns"), record.get("rules")
    if not isinstance(columns, list) or not isinstance(rules, dict):
        raise ValueError("no mapping of columns")
    return Mapping(
        columns=tuple(
            Column(heading=heading, field=name, order=Order(order) if order else None)
            for heading, name, order in columns
        ),
        rules={str(name): Rule(rule) for name, rule in rules.items() if name in RULED},
    )


def shown(heading: str) -> str:
    return clean_line(heading)[:SHOWN] or "(blank)"


def _changed(column: Column, said: Dict[str, str], order: Order | None) -> Column:
    name = said.get(fold(clean_line(column.heading)))
    if name is not None:
        column = replace(column, field=name, guessed=False)
    if order is not None and column.field in DATES:
        column = replace(column, order=order)
    return column


def _listed(headings: Sequence[str]) -> str:
    return ", ".join(shown(heading) for heading in headings[:20])


def _refuse_somebody(columns: Sequence[Column]) -> None:
    """A file without a heading would lose its first customer, and nobody would know."""
    for column in columns:
        if _SOMEBODY.fullmatch(column.heading.strip()[:100]):
            raise RowProblem(
                "",
                f"the first row is no heading: {shown(column.heading)!r} stands in it, which is "
                "somebody's. Put a row above it that says what each column is",
            )


def _refuse_doubles(used: Sequence[Column]) -> None:
    first: dict[str, str] = {}
    for column in used:
        name = column.field
        if name in first and name not in REPEATABLE:
            one, other = shown(first[name]), shown(column.heading)
            raise RowProblem(
                "",
                f"two columns for the {name}: {one} and {other}. Say what one of them is, or "
                "leave it out",
            )
        first.setdefault(name, column.heading)
