"""Reads customers from a CSV file as people export them: a stream of rows, each good or refused.

The encoding, the delimiter and the columns are found out; memory does not grow with the file.
Writing them is `store.importing`.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO, TypeAlias

from cti_bridge.customers.columns import Columns, map_columns, recognised
from cti_bridge.customers.rows import ImportRow, RowError, RowProblem, read_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELIMITERS: Final = ",;\t|"
MAX_CELL: Final = 20_000
MAX_LINE: Final = 256 * 1024  # characters
MAX_LINES_IN_ROW: Final = 100
"""A cell in quotes may hold line breaks; more of them mean a quote that nobody closed."""
_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_CP1252: Final = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})

Outcome: TypeAlias = ImportRow | RowError


class ImportFileError(ValueError):
    """The file cannot be imported at all; a sentence with the file and, where known, the line."""


class _UnclosedQuote(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was found out about a file."""

    encoding: str
    delimiter: str
    columns: Columns
    first_line: int  # of the header, from 1
    size: int  # bytes


class CsvFile:
    """A CSV file whose header has been understood. Raises ImportFileError."""

    def __init__(self, path: Path, region: str) -> None:
        self._path, self._region = path, region
        self.bytes_read = 0
        try:
            encoding, size = _encoding(path)
            self.layout = _layout(path, encoding, size)
        except OSError as error:
            raise ImportFileError(f"{path}: cannot be read: {error.strerror}") from error

    def rows(self) -> Iterator[Outcome]:
        """Every row that is not blank, in order. Raises ImportFileError when reading breaks."""
        layout = self.layout
        try:
            with (
                self._path.open("rb") as raw,
                TextIOWrapper(raw, encoding=layout.encoding, newline="") as text,
            ):
                lines = _Lines(text)
                for _ in range(layout.first_line):
                    lines.skip()
                for outcome in self._records(lines):
                    self.bytes_read = raw.tell()
                    yield outcome
        except OSError as error:
            raise ImportFileError(f"{self._path}: cannot be read: {error.strerror}") from error
        except UnicodeError as error:
            raise ImportFileError(
                f"{self._path}: changed while it was read: no longer {layout.encoding}"
            ) from error

    def _records(self, lines: _Lines) -> Iterator[Outcome]:
        layout = self.layout
        reader = csv.reader(lines, delimiter=layout.delimiter)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                if (fault := lines.fault()) is not None:
                    yield fault
                return
            except (_UnclosedQuote, csv.Error) as error:
                lines.replay()
                what = (
                    f"a quote is opened and not closed within {MAX_LINES_IN_ROW} lines"
                    if isinstance(error, _UnclosedQuote)
                    else str(error)
                )
                yield RowError(line=lines.start, field="", what=what)
                continue
            if (fault := lines.fault()) is not None:
                yield fault
            elif any(cells):
                yield self._row(lines.start, cells)

    def _row(self, line: int, cells: list[str]) -> Outcome:
        try:
            return read_row(line, cells, self.layout.columns, self._region)
        except RowProblem as problem:
            return RowError(line=line, field=problem.field, what=problem.what)


class _Lines:
    """Bounded lines for the csv reader, which can be given back when a quote ran away."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._ended = False
        self._too_long = 0
        self.number = 0  # of the line read last
        self.start = 1  # of the row being read

    def begin(self) -> None:
        self._taken.clear()
        self._too_long = 0
        self.start = self.number + 1

    def skip(self) -> None:
        self._next()
        self.number += 1

    def fault(self) -> RowError | None:
        """What was wrong with the lines of the row just read."""
        if not self._too_long:
            return None
        what = f"longer than {MAX_LINE} characters"
        return RowError(line=self._too_long, field="", what=what)

    def replay(self) -> None:
        """All lines of the row but its first are read again, as rows of their own."""
        again = self._taken[1:]
        self._waiting.extendleft(reversed(again))
        self.number -= len(again)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MAX_LINES_IN_ROW:
            raise _UnclosedQuote
        line = self._next()
        if not line:
            if len(self._taken) > 1 or (self._taken and self._taken[0].count('"') % 2):
                raise _UnclosedQuote  # the file ends within quotes
            raise StopIteration
        self.number += 1
        self._taken.append(line)
        return line.replace("\x00", "")

    def _next(self) -> str:
        if self._waiting:
            return self._waiting.popleft()
        line = self._stream.readline(MAX_LINE)
        if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
            self._too_long = self.number + 1
            while line and not line.endswith(("\n", "\r")):
                line = self._stream.readline(MAX_LINE)
            return "\n"
        return line


def _encoding(path: Path) -> tuple[str, int]:
    """The encoding and the size; one pass over the bytes, since one letter may decide."""
    if path.is_dir():
        raise ImportFileError(f"{path}: is a directory, not a file")
    with path.open("rb") as file:
        head = file.read(4096)
        if not head.strip():
            raise ImportFileError(f"{path}: is empty")
        found = next((name for mark, name in _MARKS if head.startswith(mark)), "")
        found = found or _without_mark(path, head)
        if not _decodes(file, found):
            if found != "utf-8":
                raise ImportFileError(f"{path}: is damaged: not valid {found}")
            found = _single_byte(file)
        return found, file.seek(0, 2)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _without_mark(path: Path, head: bytes) -> str:
    """UTF-16 shows as zero bytes at every other place; any other zero byte is no text."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = max(len(head) // 2, 1)
    if odd > pairs * 0.4 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.1:
        return "utf-16-be"
    if even or odd:
        raise ImportFileError(f"{path}: is not a text file; export it as CSV")
    return "utf-8"


def _single_byte(file: BinaryIO) -> str:
    """cp1252 is what Windows writes; the few bytes that it lacks exist in latin-1."""
    file.seek(0)
    while block := file.read(_BLOCK):
        if _NOT_CP1252 & set(block):
            return "latin-1"
    return "cp1252"


def _layout(path: Path, encoding: str, size: int) -> Layout:
    with path.open("r", encoding=encoding, newline="") as file:
        return _read_header(path, file, encoding, size)


def _read_header(path: Path, file: TextIO, encoding: str, size: int) -> Layout:
    line, given = 0, ""
    while text := file.readline(MAX_LINE):
        line += 1
        bare = text.strip()
        if line == 1 and bare.lower().startswith("sep=") and len(bare) == 5:  # Excel's own
            given = bare[4]
        elif bare.strip(DELIMITERS + " "):
            break
    else:
        raise ImportFileError(f"{path}: is empty")
    headers = {d: _split(text, d) for d in (given or DELIMITERS)}
    delimiter = max(headers, key=lambda d: (recognised(headers[d]), len(headers[d])))
    try:
        columns = map_columns(headers[delimiter])
    except RowProblem as problem:
        raise ImportFileError(f"{path}, line {line}: {problem.what}") from problem
    return Layout(
        encoding=encoding, delimiter=delimiter, columns=columns, first_line=line, size=size
    )


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [text[:MAX_CELL]]
