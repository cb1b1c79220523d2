"""Spreadsheets: xlsx, xlsm, xlsb, xls and ods; one sheet, headings above its rows."""

from __future__ import annotations

import zipfile
from datetime import time, timedelta
from itertools import islice, product
from typing import TYPE_CHECKING, Final

import python_calamine as calamine

from cti_bridge.customers.sources.fields import recognised
from cti_bridge.customers.sources.records import (
    MAX_COLUMNS,
    About,
    RowError,
    RowProblem,
    SourceError,
)
from cti_bridge.readers.fingerprints import fingerprint
from cti_bridge.readers.opendocument import merged_ranges
from cti_bridge.readers.values import PRECISE, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cti_bridge.customers.sources.records import Raw
    from cti_bridge.readers.opendocument import Corner

SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
MAX_FILE: Final = 256 << 20
MAX_UNPACKED: Final = 1 << 30
"""A spreadsheet is a zip that is unpacked into memory: 42 kB may say that they are 4 GB."""
MAX_MERGED: Final = 100_000  # cells that take the text of the cell they are merged with
_LOOKED_AT: Final = 50  # rows, for the heading


class Sheet:
    """Raises SourceError."""

    def __init__(self, path: Path, sheet: str = "") -> None:
        self._path = path
        _refuse_huge(path)
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
            name = self._choose(sheet)
            self._sheet = self._book.get_sheet_by_name(name)
        except SourceError:
            raise  # it is a ValueError, and says what is wrong by itself
        except calamine.PasswordError as error:
            raise SourceError(f"{path}: is locked with a password: save it without one") from error
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise SourceError(f"{path}: is no spreadsheet that can be read: {error}") from error
        self._read = 0
        self._top, self._left = self._sheet.start or (0, 0)
        self._merged = self._merge(self._ranges(name))
        self._first, self.headings = self._header(name)
        self.about = About(
            kind="sheet",
            name=path.name,
            detail=name,
            fingerprint=f"{fingerprint(path)} {name}",
        )

    @property
    def done(self) -> float:
        return min(self._read / max(self._sheet.height, 1), 1.0)

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(self._book.sheet_names)

    def rows(self) -> Iterator[Raw | RowError]:
        for at, values in self._lines():
            if at <= self._first:
                continue
            self._read = at + 1
            line = self._top + at + 1  # as the spreadsheet counts them
            try:
                cells = [self._text(at, column, value) for column, value in enumerate(values)]
            except RowProblem as problem:
                yield RowError(line=line, field=problem.field, what=problem.what)
                continue
            if any(cells):
                yield line, cells[: len(self.headings)]

    def _choose(self, wanted: str) -> str:
        names = self._book.sheet_names
        if not names:
            raise SourceError(f"{self._path}: has no sheet")
        if not wanted:
            return names[0]
        if wanted not in names:
            raise SourceError(
                f"{self._path}: has no sheet {wanted!r}; there are {', '.join(names[:20])}"
            )
        return wanted

    def _lines(self) -> Iterator[tuple[int, Sequence[object]]]:
        return enumerate(self._sheet.iter_rows())

    def _header(self, name: str) -> tuple[int, tuple[str, ...]]:
        """Its row and the headings: above it may stand a title, a date, a line left blank."""
        best, found = -1, ((0, [""]))
        for at, values in islice(self._lines(), _LOOKED_AT):
            cells = [as_text(value) for value in values]
            cells = [text or self._merged.get((at, n), "") for n, text in enumerate(cells)]
            if any(cells) and (score := recognised(cells)) > best:
                best, found = score, (at, cells)
        at, cells = found
        if not any(cells):
            raise SourceError(f"{self._path}: the sheet {name!r} is empty; choose with --sheet")
        while not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise SourceError(
                f"{self._path}: {len(cells)} columns; at most {MAX_COLUMNS} are read"
            )
        return at, tuple(cells)

    def _ranges(self, name: str) -> Sequence[tuple[Corner, Corner]]:
        if self._path.suffix.lower() == ".ods":
            return merged_ranges(self._path, name)
        return self._sheet.merged_cell_ranges or []

    def _merge(self, ranges: Sequence[tuple[Corner, Corner]]) -> dict[tuple[int, int], str]:
        """Where a merged cell lies, what stands in its first."""
        firsts = self._merged_from(ranges)
        if not firsts:
            return {}
        wanted = set(firsts.values())
        rows = {row for row, _ in wanted}
        found = {
            (at, column): as_text(value)
            for at, values in self._lines()
            if at in rows
            for column, value in enumerate(values)
            if (at, column) in wanted
        }
        return {cell: found.get(first, "") for cell, first in firsts.items()}

    def _merged_from(
        self, ranges: Sequence[tuple[Corner, Corner]]
    ) -> dict[tuple[int, int], tuple[int, int]]:
        """Of each cell of a merged range, the first; both from the sheet's filled corner."""
        firsts: dict[tuple[int, int], tuple[int, int]] = {}
        for (top, left), (bottom, right) in ranges:
            if len(firsts) + (bottom - top + 1) * (right - left + 1) > MAX_MERGED:
                break
            first = top - self._top, left - self._left
            cells = product(range(top, bottom + 1), range(left, right + 1))
            firsts.update({(r - self._top, c - self._left): first for r, c in cells})
        return firsts

    def _text(self, row: int, column: int, value: object) -> str:
        if value == "" or value is None:
            return self._merged.get((row, column), "") if self._merged else ""
        return _written(value)


def _written(value: object) -> str:
    """Raises RowProblem for a number that lost digits when it was typed."""
    if isinstance(value, float) and abs(value) >= PRECISE:
        raise RowProblem(
            "", f"{value:.0f}: the spreadsheet keeps fifteen digits of it: format it as text"
        )
    if isinstance(value, time | timedelta):
        return ""  # no field of a customer is a time of day
    return as_text(value)


def _refuse_huge(path: Path) -> None:
    """Before anything is unpacked. Raises SourceError."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise SourceError(
                f"{path}: {size >> 20} MB; spreadsheets up to {MAX_FILE >> 20} MB are read. "
                "Save it as CSV, which may be of any size"
            )
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path}: is damaged: {error}") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if unpacked > MAX_UNPACKED:
        raise SourceError(
            f"{path}: holds {unpacked >> 20} MB unpacked; up to {MAX_UNPACKED >> 20} MB are read"
        )
