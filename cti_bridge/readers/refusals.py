"""The file of what could not be read: each row with its reason, to be mended and imported."""

from __future__ import annotations

import csv
import os
import re
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cti_bridge.customers.sources.records import RowError

COLUMNS: Final = ("row", "column", "reason")
_NUMBER: Final = re.compile(r"\+[0-9][0-9 ]{4,20}")


def safe_cell(text: str) -> str:
    """As text in every spreadsheet: what would be a formula has a quote before it (OWASP, "CSV
    injection"). An international number is none, and stays readable."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


class RefusalFile:
    """Made with its first row, for its owner alone; what stood at the path goes then."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self.path, self._headings = path, headings
        self._file: TextIO | None = None
        self.rows = 0

    def add(self, error: RowError) -> None:
        """Raises OSError."""
        if self._file is None:
            self._file = self._open()
            self._write((*COLUMNS, *self._headings))
        self._write((str(error.line), error.field, error.what, *error.cells))
        self.rows += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> TextIO:
        descriptor = os.open(self.path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        # the mark at its beginning tells Excel that it is UTF-8
        return os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")

    def _write(self, cells: Sequence[str]) -> None:
        assert self._file is not None
        csv.writer(self._file).writerow([safe_cell(cell) for cell in cells])
