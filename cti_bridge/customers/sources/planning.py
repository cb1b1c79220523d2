"""From a source to what will be done with it: its sample, its mapping, its first rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.guessing import guess, refuse_doubt
from cti_bridge.customers.sources.records import SAMPLE, RowError, RowProblem, SourceError
from cti_bridge.customers.sources.rows import RowReader

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from cti_bridge.customers.sources.dates import Order
    from cti_bridge.customers.sources.mapping import Mapping
    from cti_bridge.customers.sources.records import Source
    from cti_bridge.customers.sources.rows import Outcome
    from cti_bridge.customers.sources.survivorship import Rule
    from cti_bridge.protocol.customer_values import FieldView

PREVIEWED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody said of a source, beside what is guessed of it."""

    fields: Dict[str, str]  # by heading; "" for a column that is not used
    order: Order | None = None  # of all its dates
    rules: Dict[str, Rule] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a source will be read, and its first rows as they will be."""

    mapping: Mapping
    preview: Sequence[Outcome]


def plan(
    source: Source,
    region: str,
    wish: Wish,
    saved: Mapping | None = None,
    fields: Sequence[FieldView] = (),
) -> Plan:
    """By the mapping that was saved, else by what is guessed; what somebody says now goes
    before both. Raises SourceError, which says what is missing or doubtful."""
    rows = list(islice(source.rows(), SAMPLE))
    sample = [row[1] for row in rows if not isinstance(row, RowError)]
    try:
        mapping = _mapping(source, sample, region, wish, saved)
        reader = RowReader(mapping, region, fields)
    except RowProblem as problem:
        raise SourceError(f"{source.about.name}{_place(source)}: {problem.what}") from problem
    return Plan(mapping=mapping, preview=list(reader.outcomes(rows[:PREVIEWED])))


def _mapping(
    source: Source,
    sample: Sequence[Sequence[str]],
    region: str,
    wish: Wish,
    saved: Mapping | None,
) -> Mapping:
    if saved is None:
        mapping = guess(source.headings, sample, region)
    else:
        mapping = saved.fitted(source.headings)
    mapping = mapping.changed(wish.fields, wish.order, wish.rules)
    mapping.check()
    refuse_doubt(mapping, sample)
    return mapping


def _place(source: Source) -> str:
    line = source.about.first_line
    return f", line {line}" if line else ""
