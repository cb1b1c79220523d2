"""Reads a suppression list: a number, address or key in each line, or columns with a heading.

A stream of outcomes, whatever the size: a national list of people who want no calls has millions
of lines. Writing them is `store.suppressions`.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from cti_bridge.customers.contacting import MAX_REASON, Suppression
from cti_bridge.customers.identities import MAX_INPUT, IdentityError, normalise
from cti_bridge.customers.sources.fields import HEADINGS, PHONES
from cti_bridge.customers.sources.records import RowError
from cti_bridge.customers.text import clean_line, fold_words
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

MAX_LINE: Final = 4_000  # bytes
DELIMITERS: Final = ";,\t|"
REASONS: Final = frozenset({"reason", "motivo", "causa", "why"})
_PHONE: Final = re.compile(r"^(\+|00)?[0-9 ()./-]{7,}$")
_NO_TEXT: Final = (b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"%PDF")  # UTF-16, a spreadsheet
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
"""No text has them; pictures, archives and programs do: one in a hundred bytes is too many."""

Outcome: TypeAlias = Suppression | RowError
Columns: TypeAlias = dict[int, IdentityKind | None]  # None: the reason


class Listed:
    """What every line of one list has."""

    def __init__(
        self,
        *,
        region: str,
        source: str,
        at: datetime,
        reason: str = "",
        kind: IdentityKind | None = None,
    ) -> None:
        self._region, self._source, self._at = region, source, at
        self._reason, self._kind = clean_line(reason)[:MAX_REASON], kind

    def read(self, file: BinaryIO) -> Iterator[Outcome]:
        """Each line that is not blank. Raises ValueError, with what to do, where it is no text
        with a byte for a letter; and at the end where nothing was in it."""
        columns: Columns | None = None
        empty = True
        for number, text in _lines(file):
            if text is None:
                empty = False
                yield RowError(line=number, field="", what=f"longer than {MAX_LINE} bytes")
                continue
            cells = _cells(text)
            if not any(cells):
                continue
            if columns is None:
                columns = _headed(cells)
                if columns:
                    continue
            empty = False
            yield from self._row(number, cells, columns)
        if empty:
            raise ValueError("no number, address or key is in it")

    def _row(self, number: int, cells: Sequence[str], columns: Columns) -> Iterator[Outcome]:
        if columns:
            here = [(kind, cells[at]) for at, kind in columns.items() if at < len(cells)]
            said = [(kind, text) for kind, text in here if kind is not None and text]
            why = next((text for kind, text in here if kind is None), "")
        else:
            said = [(self._kind or guessed(cells[0]), cells[0])] if cells[0] else []
            why = cells[1] if len(cells) > 1 else ""
        if not said:
            yield RowError(line=number, field="", what="no number, address or key")
        for kind, text in said:
            yield self._one(number, kind, text, why[:MAX_REASON] or self._reason)

    def _one(self, number: int, kind: IdentityKind, text: str, reason: str) -> Outcome:
        try:
            value, _extension = normalise(kind, text, self._region)
        except IdentityError as error:
            return RowError(line=number, field=kind.value, what=str(error))
        return Suppression(kind=kind, value=value, reason=reason, source=self._source, at=self._at)


def guessed(text: str) -> IdentityKind:
    """What a value is that nobody named: an address has its @, a number seven digits or more."""
    if "@" in text:
        return IdentityKind.EMAIL
    return IdentityKind.PHONE if _PHONE.match(text) else IdentityKind.KEY


def _lines(file: BinaryIO) -> Iterator[tuple[int, str | None]]:
    """UTF-8, or else what Windows writes; None for a line that is too long."""
    head = file.read(MAX_LINE)
    file.seek(0)
    if head.startswith(_NO_TEXT) or len(_CONTROLS.findall(head)) > len(head) // 100:
        raise ValueError("not a text in UTF-8. Export it as CSV in UTF-8")
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE)
            yield number, None
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeError:
            yield number, line.decode("cp1252", errors="replace")


def _cells(text: str) -> list[str]:
    text = text.replace("\x00", "").strip("\r\n")
    delimiter = next((one for one in DELIMITERS if one in text), ",")
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        cells = [text]
    return [clean_line(one[: MAX_INPUT * 4]) for one in cells[:50]]


def _headed(cells: Sequence[str]) -> Columns:
    """The columns that a first line names; none where it is a value itself."""
    found: Columns = {}
    for at, cell in enumerate(cells):
        heading = " ".join(fold_words(cell))
        if heading in REASONS:
            found[at] = None
        for column in (*PHONES, "email", "key"):
            if heading in HEADINGS[column]:
                found[at] = IdentityKind.PHONE if column in PHONES else IdentityKind(column)
    return found if any(kind is not None for kind in found.values()) else {}
