"""Which reader a source needs: by its address, its name's ending, or its first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.records import SourceError
from cti_bridge.readers.csvfile import CsvFile
from cti_bridge.readers.databases import DatabaseSource, is_url
from cti_bridge.readers.sheets import SUFFIXES, Sheet
from cti_bridge.readers.vcards import VCards

if TYPE_CHECKING:
    from cti_bridge.customers.sources.records import Source

_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip; the older files of offices
_CARDS: Final = frozenset({".vcf", ".vcard"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source is; without its password, which is given when it is opened."""

    location: str  # a path, or the URL of a database
    sheet: str = ""
    table: str = ""
    query: str = ""


def open_source(place: Place, password: str = "") -> Source:
    """Raises SourceError."""
    if is_url(place.location):
        return DatabaseSource(
            place.location, table=place.table, query=place.query, password=password
        )
    path = Path(place.location)
    if place.table or place.query:
        raise SourceError(f"{path}: a file has no table and answers no query")
    suffix = path.suffix.lower()
    if suffix in SUFFIXES or (suffix not in _CARDS and _begins(path, _PACKED)):
        return Sheet(path, place.sheet)
    if place.sheet:
        raise SourceError(f"{path}: is no spreadsheet, so it has no sheet {place.sheet!r}")
    if suffix in _CARDS or _begins(path, (b"BEGIN:VCARD", b"begin:vcard")):
        return VCards(path)
    return CsvFile(path)


def _begins(path: Path, marks: tuple[bytes, ...]) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16).startswith(marks)
    except OSError:
        return False  # the reader says what is wrong
