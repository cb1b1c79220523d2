"""Merged cells of an OpenDocument spreadsheet (ODF 1.3, 9.1.4), which calamine does not tell."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Corner: TypeAlias = "tuple[int, int]"  # row and column, from 0
MAX_RANGES: Final = 100_000
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_PIECE: Final = 1 << 20


def merged_ranges(path: Path, sheet: str) -> list[tuple[Corner, Corner]]:
    """First and last cell of each, at most MAX_RANGES; none where the file cannot be understood.

    Read as a stream: what is kept of it are the ranges alone.
    """
    cells = _Cells(sheet)
    try:
        with zipfile.ZipFile(path) as packed, packed.open("content.xml") as content:
            while not cells.over and (piece := content.read(_PIECE)):
                cells.take(piece)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, expat.ExpatError):
        return []
    return cells.ranges


class _Cells:
    """Counts the rows and cells of one sheet as they go by."""

    def __init__(self, sheet: str) -> None:
        self.ranges: list[tuple[Corner, Corner]] = []
        self.over = False
        self._sheet, self._depth, self._row, self._column, self._rows = sheet, 0, 0, 0, 1
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse

    def take(self, piece: bytes) -> None:
        """Raises ValueError and ExpatError."""
        self._parser.Parse(piece)

    def _start(self, name: str, said: Mapping[str, str]) -> None:
        if not name.startswith(_TABLE):
            return
        name = name.removeprefix(_TABLE)
        if name == "table":
            # a table within a cell is no part of the sheet
            inside = self._depth > 0 or said.get(f"{_TABLE}name") == self._sheet
            self._depth += inside
        if self._depth != 1:
            return
        if name == "table-row":
            self._column, self._rows = 0, _number(said, "number-rows-repeated")
        elif name in ("table-cell", "covered-table-cell"):
            self._cell(said)

    def _cell(self, said: Mapping[str, str]) -> None:
        down, right = _number(said, "number-rows-spanned"), _number(said, "number-columns-spanned")
        if (down > 1 or right > 1) and len(self.ranges) < MAX_RANGES:
            last = self._row + down - 1, self._column + right - 1
            self.ranges.append(((self._row, self._column), last))
        self._column += _number(said, "number-columns-repeated")

    def _end(self, name: str) -> None:
        if self._depth == 0 or not name.startswith(_TABLE):
            return
        name = name.removeprefix(_TABLE)
        if name == "table-row" and self._depth == 1:
            self._row += self._rows
        elif name == "table":
            self._depth -= 1
            self.over = self._depth == 0


def _number(said: Mapping[str, str], name: str) -> int:
    return int(said.get(f"{_TABLE}{name}", "1"))


def _refuse(*_declared: object) -> None:
    """No spreadsheet declares one; whose entities unfold into gigabytes does."""
    raise ValueError("a document type")
