"""What every source gives: headings, and a stream of rows of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CELL: Final = 20_000
MAX_COLUMNS: Final = 200
SAMPLE: Final = 1_000
"""Rows of a source that are looked at before it is read: what its columns hold, which dates."""

Raw: TypeAlias = "tuple[int, list[str]]"
"""The row's number in the source, from 1, and its cells beside the headings."""


class SourceError(ValueError):
    """The source cannot be used at all, or broke half-way; a sentence with what to do."""


class RowProblem(ValueError):
    """A row, or the headings, cannot be used."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}" if field else what)
        self.field, self.what = field, what


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row that was left out."""

    line: int  # its number in the source, from 1
    field: str  # the column, or "" for the row as a whole
    what: str
    cells: Sequence[str] = ()  # as they came, where they could be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was found out about a source."""

    kind: str  # "csv", "sheet", "vcard", "database"
    name: str  # of the file, or what the database calls itself; never a password
    detail: str  # "utf-8", the sheet's name, the table …
    fingerprint: str = ""  # of the content, "" where it cannot be known: no place to go on from
    delimiter: str = ""
    first_line: int = 0  # of the headings, where lines are counted


class Source(Protocol):
    """Read as often as asked for, each time from the beginning, in bounded memory."""

    @property
    def about(self) -> About: ...

    @property
    def headings(self) -> Sequence[str]:
        """At most MAX_COLUMNS, in their order."""

    def rows(self) -> Iterator[Raw | RowError]:
        """Every row that is not blank, numbers rising. Raises SourceError where reading breaks."""

    @property
    def done(self) -> float | None:
        """How much of it the last reading has read, 0 to 1; None: nobody knows how much it is."""
