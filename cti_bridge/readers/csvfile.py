"""CSV files as people export them: encoding, delimiter and heading are found out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, TextIO

from cti_bridge.customers.sources.fields import recognised
from cti_bridge.customers.sources.records import MAX_CELL, About, RowError, SourceError
from cti_bridge.readers.encodings import encoding_of
from cti_bridge.readers.fingerprints import fingerprint
from cti_bridge.readers.lines import MAX_LINE, MAX_LINES_IN_ROW, Lines, UnclosedQuote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cti_bridge.customers.sources.records import Raw

DELIMITERS: Final = ",;\t|"
TOLD: Final = 64
"""After so many rows it is asked how far the file was read: a call of the system each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    first_line: int  # of the header, from 1
    size: int  # bytes


class CsvFile:
    """A CSV file whose first line names its columns. Raises SourceError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        try:
            encoding, size = encoding_of(path)
            self._layout = _layout(path, encoding, size)
            self.about = About(
                kind="csv",
                name=path.name,
                detail=encoding,
                delimiter=self._layout.delimiter,
                first_line=self._layout.first_line,
                fingerprint=fingerprint(path),
            )
        except OSError as error:
            raise SourceError(f"{path}: cannot be read: {error.strerror}") from error

    @property
    def headings(self) -> tuple[str, ...]:
        return self._layout.headings

    @property
    def done(self) -> float:
        return min(self._read / max(self._layout.size, 1), 1.0)

    def rows(self) -> Iterator[Raw | RowError]:
        layout = self._layout
        try:
            with (
                self._path.open("rb") as raw,
                TextIOWrapper(raw, encoding=layout.encoding, newline="") as text,
            ):
                lines = Lines(text)
                for _ in range(layout.first_line):
                    lines.skip()
                for count, row in enumerate(self._records(lines)):
                    if not count % TOLD:
                        self._read = raw.tell()
                    yield row
                self._read = layout.size
        except OSError as error:
            raise SourceError(f"{self._path}: cannot be read: {error.strerror}") from error
        except UnicodeError as error:
            raise SourceError(
                f"{self._path}: changed while it was read: no longer {layout.encoding}"
            ) from error

    def _records(self, lines: Lines) -> Iterator[Raw | RowError]:
        reader = csv.reader(lines, delimiter=self._layout.delimiter)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                if (fault := lines.fault()) is not None:
                    yield fault
                return
            except (UnclosedQuote, csv.Error) as error:
                lines.replay()
                what = (
                    f"a quote is opened and not closed within {MAX_LINES_IN_ROW} lines"
                    if isinstance(error, UnclosedQuote)
                    else str(error)
                )
                yield RowError(line=lines.start, field="", what=what)
                continue
            if (fault := lines.fault()) is not None:
                yield fault
            elif any(cells):
                yield lines.start, cells


def _layout(path: Path, encoding: str, size: int) -> _Layout:
    with path.open("r", encoding=encoding, newline="") as file:
        return _read_header(path, file, encoding, size)


def _read_header(path: Path, file: TextIO, encoding: str, size: int) -> _Layout:
    line, given = 0, ""
    while text := file.readline(MAX_LINE):
        line += 1
        bare = text.strip()
        if line == 1 and bare.lower().startswith("sep=") and len(bare) == 5:  # Excel's own
            given = bare[4]
        elif bare.strip(DELIMITERS + " "):
            break
    else:
        raise SourceError(f"{path}: is empty")
    headers = {d: _split(text, d) for d in (given or DELIMITERS)}
    delimiter = max(headers, key=lambda d: (recognised(headers[d]), len(headers[d])))
    return _Layout(
        encoding=encoding,
        delimiter=delimiter,
        headings=tuple(headers[delimiter]),
        first_line=line,
        size=size,
    )


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [text[:MAX_CELL]]
