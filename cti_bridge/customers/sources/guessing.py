"""What a source's columns hold: by their headings first, then by what stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.identities import IdentityError, normalise
from cti_bridge.customers.sources.dates import decide
from cti_bridge.customers.sources.fields import DATES, IDENTITIES, NAMES, column_of
from cti_bridge.customers.sources.mapping import Column, Mapping, shown
from cti_bridge.customers.sources.records import RowProblem
from cti_bridge.customers.text import clean_line, fold_words
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENOUGH: Final = 0.8
"""So large a part of what stands in a column must be of a kind."""
LEAST_DIGITS: Final = 9
"""Of a telephone number that nobody calls one: postcodes, years and amounts are shorter."""

_PHONE: Final = re.compile(r"^\+?[0-9 ()./-]{9,20}$")


def guess(headings: Sequence[str], sample: Sequence[Sequence[str]], region: str) -> Mapping:
    """A mapping that may still lack what `Mapping.check` asks for, with the orders of dates that
    the sample decides."""
    columns = [Column(heading=text, field=column_of(text) or "") for text in headings]
    cells = [_column(sample, at) for at in range(len(columns))]
    present = {column.field for column in columns}
    for at, column in enumerate(columns):
        if column.field:
            continue
        if kind := _kind(cells[at], region):
            columns[at] = Column(heading=column.heading, field=kind, guessed=True)
    if not present & NAMES:
        _guess_name(columns, cells)
    for at, column in enumerate(columns):
        if column.field in DATES:
            order = decide(cells[at]).order
            columns[at] = Column(heading=column.heading, field=column.field, order=order)
    return Mapping(columns=tuple(columns))


def refuse_doubt(mapping: Mapping, sample: Sequence[Sequence[str]]) -> None:
    """Raises RowProblem where the sample reads two ways and nobody has said which."""
    for at, column in enumerate(mapping.columns):
        if column.field not in DATES or column.order is not None:
            continue
        if doubtful := decide(_column(sample, at)).doubtful:
            raise RowProblem(
                "",
                f"{shown(column.heading)}: {clean_line(doubtful)[:40]!r} may be day/month or "
                "month/day, and so may all others. Say which: --dates dmy, or --dates mdy",
            )


def _column(sample: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] for row in sample if at < len(row) and row[at].strip()]


def _kind(cells: Sequence[str], region: str) -> str:
    if _part(cells, lambda text: "@" in text and _is(IdentityKind.EMAIL, text, region)):
        return "email"
    if _part(cells, lambda text: _is_phone(text, region)):
        return "phone"
    return ""


def _guess_name(columns: list[Column], cells: Sequence[Sequence[str]]) -> None:
    """The one column of several words each; none where two are alike in that."""
    found = [
        at for at, column in enumerate(columns) if not column.field and _part(cells[at], _is_name)
    ]
    identified = any(column.field in IDENTITIES for column in columns)
    if len(found) == 1 and identified:
        at = found[0]
        columns[at] = Column(heading=columns[at].heading, field="name", guessed=True)


def _part(cells: Sequence[str], good: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(good, cells)) >= len(cells) * ENOUGH


def _is_phone(text: str, region: str) -> bool:
    text = text.strip().removesuffix(".0")
    digits = sum(map(str.isdigit, text))
    return (
        digits >= LEAST_DIGITS
        and bool(_PHONE.match(text))
        and _is(IdentityKind.PHONE, text, region)
    )


def _is(kind: IdentityKind, text: str, region: str) -> bool:
    try:
        return bool(normalise(kind, text, region))
    except IdentityError:
        return False


def _is_name(text: str) -> bool:
    words = fold_words(text)
    return 2 <= len(words) <= 6 and all(word.isalpha() for word in words)
