"""A source as somebody is shown it who decides about its columns: what they hold, what is wrong
with the mapping, and the first rows as they will be. It raises nothing for a wrong mapping."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.dates import Order, decide
from cti_bridge.customers.sources.fields import DATES, IDENTITIES, NAMES, REPEATABLE
from cti_bridge.customers.sources.guessing import guess
from cti_bridge.customers.sources.mapping import Mapping, shown
from cti_bridge.customers.sources.planning import PREVIEWED
from cti_bridge.customers.sources.records import (
    MAX_COLUMNS,
    SAMPLE,
    RowError,
    RowProblem,
    SourceError,
)
from cti_bridge.customers.sources.rows import RowReader
from cti_bridge.customers.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cti_bridge.customers.sources.records import Source
    from cti_bridge.customers.sources.rows import Outcome
    from cti_bridge.protocol.customer_values import FieldView

SAMPLES: Final = 3
MAX_SAMPLE: Final = 80  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a mapping cannot be used. `code` is "no_rows", "no_name", "no_identity", "double",
    "doubtful", "gone" or "mapping"; `columns` are the headings that it is about."""

    code: str
    columns: tuple[str, ...] = ()
    detail: str = ""  # of a double the field, of a doubt the date, of a mapping what is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What somebody chose for each column, in the order of the columns."""

    fields: Sequence[str]
    orders: Sequence[Order | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    mapping: Mapping
    samples: Sequence[tuple[str, ...]]  # of each column, the first that say something
    problems: Sequence[Problem] = ()
    preview: Sequence[Outcome] = field(default=())  # empty while there are problems


def survey(
    source: Source,
    region: str,
    chosen: Placed | None = None,
    saved: Mapping | None = None,
    fields: Sequence[FieldView] = (),
) -> Survey:
    """By what was chosen, else by what was saved, else by what is guessed. Raises SourceError
    where the source itself cannot be read."""
    if len(source.headings) > MAX_COLUMNS:
        count = len(source.headings)
        raise SourceError(f"{source.about.name}: {count} columns; at most {MAX_COLUMNS} are read")
    rows = list(islice(source.rows(), SAMPLE))
    sample = [row[1] for row in rows if not isinstance(row, RowError)]
    mapping, problems = _mapping(source.headings, sample, region, chosen, saved)
    if not rows:
        problems.append(Problem(code="no_rows"))
    problems += _lacking(mapping)
    problems += _doubts(mapping, sample)
    preview: Sequence[Outcome] = ()
    if not problems:
        try:
            preview = list(RowReader(mapping, region, fields).outcomes(rows[:PREVIEWED]))
        except RowProblem as problem:  # a field that the configuration no longer has
            problems.append(Problem(code="mapping", detail=problem.what))
    return Survey(
        mapping=mapping,
        samples=tuple(_samples(sample, at) for at in range(len(mapping.columns))),
        problems=problems,
        preview=preview,
    )


def _mapping(
    headings: Sequence[str],
    sample: Sequence[Sequence[str]],
    region: str,
    chosen: Placed | None,
    saved: Mapping | None,
) -> tuple[Mapping, list[Problem]]:
    guessed = guess(headings, sample, region)
    mapping, problems = guessed, []
    if saved is not None:
        try:
            mapping = saved.fitted(headings)
        except RowProblem as problem:
            problems.append(Problem(code="gone", columns=_gone(saved, headings)))
            if not problems[-1].columns:
                problems[-1] = Problem(code="mapping", detail=problem.what)
            mapping = Mapping(columns=guessed.columns, rules=saved.rules)
    if chosen is None:
        return mapping, problems
    try:
        return mapping.placed(chosen.fields, chosen.orders), []
    except RowProblem as problem:
        return mapping, [Problem(code="mapping", detail=problem.what)]


def _gone(saved: Mapping, headings: Sequence[str]) -> tuple[str, ...]:
    there = {clean_line(heading).casefold() for heading in headings}
    return tuple(
        shown(column.heading)
        for column in saved.columns
        if column.field and clean_line(column.heading).casefold() not in there
    )


def _lacking(mapping: Mapping) -> Iterator[Problem]:
    present = {column.field for column in mapping.columns if column.field}
    if not present & NAMES:
        yield Problem(code="no_name")
    if not present & IDENTITIES:
        yield Problem(code="no_identity")
    for name in sorted(present - REPEATABLE):
        same = tuple(shown(one.heading) for one in mapping.columns if one.field == name)
        if len(same) > 1:
            yield Problem(code="double", columns=same, detail=name)


def _doubts(mapping: Mapping, sample: Sequence[Sequence[str]]) -> Iterator[Problem]:
    for at, column in enumerate(mapping.columns):
        if column.field not in DATES or column.order is not None:
            continue
        cells = (row[at] for row in sample if at < len(row))
        if doubtful := decide(cells).doubtful:
            yield Problem(
                code="doubtful",
                columns=(shown(column.heading),),
                detail=clean_line(doubtful)[:MAX_SAMPLE],
            )


def _samples(sample: Sequence[Sequence[str]], at: int) -> tuple[str, ...]:
    cells = (clean_line(row[at][: 4 * MAX_SAMPLE]) for row in sample if at < len(row))
    return tuple(text[:MAX_SAMPLE] for text in islice(filter(None, cells), SAMPLES))
