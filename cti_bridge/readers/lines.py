"""Bounded lines for the csv reader, which can be given back when a quote ran away."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, TextIO

from cti_bridge.customers.sources.records import RowError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE: Final = 256 * 1024  # characters
MAX_LINES_IN_ROW: Final = 100
"""A cell in quotes may hold line breaks; more of them mean a quote that nobody closed."""


class UnclosedQuote(Exception):
    pass


class Lines:
    """`begin` starts a row; `fault` and `replay` are of the lines read since."""

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
            raise UnclosedQuote
        line = self._next()
        if not line:
            if len(self._taken) > 1 or (self._taken and self._taken[0].count('"') % 2):
                raise UnclosedQuote  # the file ends within quotes
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
