"""One row of a source: its cells to a customer's fields, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cti_bridge.customers.drafts import MAX_NAME, MAX_TAGS
from cti_bridge.customers.sources import cells as cell
from cti_bridge.customers.sources.dates import read_date
from cti_bridge.customers.sources.fields import DATES, PHONES
from cti_bridge.customers.sources.records import RowError, RowProblem
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cti_bridge.customers.sources.mapping import Column
    from cti_bridge.customers.sources.mapping import Mapping as ColumnMapping
    from cti_bridge.customers.sources.records import Raw

Key: TypeAlias = "tuple[IdentityKind, str, str]"  # kind, value, extension
Outcome: TypeAlias = "ImportRow | RowError"

_NAMES: Final = ("name", "first_name", "surname", "second_surname")
_KINDS: Final = {
    **dict.fromkeys(PHONES, IdentityKind.PHONE),
    "email": IdentityKind.EMAIL,
    "key": IdentityKind.KEY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A customer as the source gives it; what it leaves empty it says nothing of."""

    line: int
    values: Mapping[str, Any] = field(default_factory=dict)  # of the fields with one value
    tags: tuple[str, ...] = ()
    note: str = ""
    identities: Mapping[Key, str] = field(default_factory=dict)  # to the label
    changed: datetime | None = None  # when the source changed the row, as it says

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def key(self) -> str:
        """The first key in the source's own system, or ""."""
        for kind, value, _ in self.identities:
            if kind is IdentityKind.KEY:
                return value
        return ""


class _Draft:
    """A row while its cells are read."""

    __slots__ = ("given", "identities", "notes", "tags")

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.identities: dict[Key, str] = {}
        self.tags: list[str] = []
        self.notes: list[str] = []


class RowReader:
    """Reads the rows of a source by its mapping; `region` reads national numbers."""

    def __init__(self, mapping: ColumnMapping, region: str) -> None:
        self._count = len(mapping.columns)
        self._steps = [
            (at, column.field, _step(column, region))
            for at, column in enumerate(mapping.columns)
            if column.field
        ]

    def outcomes(self, rows: Iterable[Raw | RowError]) -> Iterator[Outcome]:
        for row in rows:
            if isinstance(row, RowError):
                yield row
                continue
            line, cells = row
            try:
                yield self.read(line, cells)
            except RowProblem as problem:
                yield RowError(line=line, field=problem.field, what=problem.what, cells=cells)

    def read(self, line: int, cells: Sequence[str]) -> ImportRow:
        """Raises RowProblem; a cell that begins like a formula is text like any other."""
        count = self._count
        if len(cells) != count and (len(cells) < count or any(cells[count:])):  # spare empty ones
            raise RowProblem("", f"{len(cells)} columns where the header has {count}")
        draft = _Draft()
        for at, name, step in self._steps:
            text = cells[at]
            if text and not text.isspace():
                step(draft, name, text)
        return _row(line, draft)


def _row(line: int, draft: _Draft) -> ImportRow:
    given = draft.given
    values = {
        "name": _name(given),
        "organisation": given.get("organisation", ""),
        "language": given.get("language", ""),
        "since": given.get("since"),
        "owner": given.get("owner", ""),
    }
    return ImportRow(
        line=line,
        values=values,
        tags=tuple(dict.fromkeys(draft.tags))[:MAX_TAGS] if draft.tags else (),
        note="\n".join(draft.notes)[: cell.MAX_NOTE] if draft.notes else "",
        identities=draft.identities,
        changed=given.get("changed"),
    )


def _step(column: Column, region: str) -> Callable[[_Draft, str, str], None]:
    name = column.field
    if name in _KINDS:
        return partial(_identify, _KINDS[name], PHONES.get(name, ""), region)
    if name in DATES:
        return partial(_date, column)
    return _STEPS.get(name, _line)


def _identify(
    kind: IdentityKind, label: str, region: str, draft: _Draft, name: str, text: str
) -> None:
    for value, extension in cell.identities(kind, name, text, region):
        draft.identities.setdefault((kind, value, extension), label)


def _date(column: Column, draft: _Draft, name: str, text: str) -> None:
    at = read_date(text, column.order)
    if at is None:
        order = f" in the order of its column, {column.order}" if column.order else ""
        raise RowProblem(name, f"{text[:40]!r} is not a date{order}")
    draft.given[name] = at


def _line(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.line(name, text)


def _language(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.language(cell.line(name, text))


def _owner(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.owner(cell.line(name, text))


def _tags(draft: _Draft, _name: str, text: str) -> None:
    draft.tags += cell.tags(text)


def _note(draft: _Draft, _name: str, text: str) -> None:
    draft.notes.append(cell.note(text))


_STEPS: Final = {"language": _language, "owner": _owner, "tags": _tags, "note": _note}


def _name(given: Mapping[str, str]) -> str:
    name = " ".join([given[part] for part in _NAMES if given.get(part)])
    name = name or given.get("organisation", "")
    if not name:
        raise RowProblem("name", "empty, and no organisation either")
    if len(name) > MAX_NAME:
        raise RowProblem("name", f"longer than {MAX_NAME} characters")
    return name
