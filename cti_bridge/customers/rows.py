"""One row of an import: its cells to a customer's fields, or the reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.columns import PHONES, RowProblem
from cti_bridge.customers.drafts import MAX_NAME, MAX_TAG, MAX_TAGS, owner_of
from cti_bridge.customers.identities import IdentityError, normalise
from cti_bridge.customers.text import clean_line, clean_text, fold
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from cti_bridge.customers.columns import Columns

__all__ = ["ImportRow", "RowError", "RowProblem", "read_row"]

MAX_NOTE: Final = 10_000
_NAMES: Final = ("name", "first_name", "surname", "second_surname")
_KINDS: Final = {
    **dict.fromkeys(PHONES, IdentityKind.PHONE),
    "email": IdentityKind.EMAIL,
    "key": IdentityKind.KEY,
}
_LANGUAGES: Final = {
    "espanol": "es",
    "castellano": "es",
    "spanish": "es",
    "ingles": "en",
    "english": "en",
    "catalan": "ca",
    "euskera": "eu",
    "gallego": "gl",
    "frances": "fr",
    "french": "fr",
    "aleman": "de",
    "german": "de",
    "portugues": "pt",
    "portuguese": "pt",
    "italiano": "it",
    "italian": "it",
}
_LANGUAGE: Final = re.compile(r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")
_DATES: Final = (
    re.compile(r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?$"),
    re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?: .*)?$"),
)
_TAGS: Final = re.compile(r"[,;|]")
_FLOAT: Final = re.compile(r"^\s*(\d{5,15})[.,]0+\s*$")
_SCIENTIFIC: Final = re.compile(
    r"^\s*\+?(?P<first>\d)(?:[.,](?P<rest>\d{1,16}))?E\+?(?P<exponent>\d{1,2})\s*$", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"[/;,|\n]|\s[yoe]\s|\s(?:and|or)\s", re.IGNORECASE)
WHOLE_NUMBER: Final = 7  # digits, at least: "030/1234567" is one number
MAX_IN_CELL: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row that was left out."""

    line: int  # of the file, from 1
    field: str  # the column, or "" for the row as a whole
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A customer as the file gives it; empty fields say nothing."""

    line: int
    name: str
    organisation: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    note: str = ""
    owner: str = ""  # login of an agent, folded
    identities: tuple[tuple[IdentityKind, str, str, str], ...] = ()  # kind, value, ext., label


def read_row(line: int, cells: list[str], columns: Columns, region: str) -> ImportRow:
    """Raises RowProblem; a cell that begins like a formula is text like any other."""
    if len(cells) < columns.count or any(cells[columns.count :]):  # spare empty ones are fine
        raise RowProblem("", f"{len(cells)} columns where the header has {columns.count}")
    given: dict[str, str] = {}
    tags: list[str] = []
    notes: list[str] = []
    identities: dict[tuple[IdentityKind, str, str], str] = {}
    for at, column in columns.used:
        cell = cells[at]
        if not cell or cell.isspace():
            continue
        if column in _KINDS:
            kind = _KINDS[column]
            for value, extension in _identities(kind, column, cell, region):
                identities.setdefault((kind, value, extension), PHONES.get(column, ""))
        elif column == "tags":
            tags += _tags(cell)
        elif column == "note":
            notes.append(_note(cell))
        else:
            given[column] = _line(column, cell)
    return ImportRow(
        line=line,
        name=_name(given),
        organisation=given.get("organisation", ""),
        language=_language(given.get("language", "")),
        tags=tuple(dict.fromkeys(tags))[:MAX_TAGS],
        since=_since(given.get("since", "")),
        note="\n".join(notes)[:MAX_NOTE],
        owner=_owner(given.get("owner", "")),
        identities=tuple((*key, label) for key, label in identities.items()),
    )


def _identities(kind: IdentityKind, column: str, cell: str, region: str) -> list[tuple[str, str]]:
    """Mostly one; two where somebody wrote two into one cell; none for a dash."""
    if not any(map(str.isalnum, cell)):
        return []
    text = _as_typed(column, cell) if kind is IdentityKind.PHONE else cell
    try:
        whole = normalise(kind, text, region)
        if len(whole[1]) < WHOLE_NUMBER:  # else another number, read as an extension of the first
            return [whole]
        return _several(kind, text, region) or [whole]
    except IdentityError as error:
        if several := _several(kind, text, region):
            return several
        shown = clean_line(cell[:60])[:40]
        raise RowProblem(column, f"{shown!r}: {error}") from error


def _as_typed(column: str, cell: str) -> str:
    """The digits that a spreadsheet took for a quantity; raises RowProblem where it lost some."""
    if found := _FLOAT.match(cell):
        return found[1]
    if found := _SCIENTIFIC.match(cell):
        places = int(found["exponent"])
        rest = found["rest"] or ""
        if len(rest) >= places and not rest[places:].strip("0"):
            return found["first"] + rest[:places]
        raise RowProblem(
            column,
            f"{clean_line(cell)[:40]!r}: the spreadsheet has cut this number: "
            "format the column as text, and export again",
        )
    return cell


def _several(kind: IdentityKind, text: str, region: str) -> list[tuple[str, str]]:
    """What stands in one cell with a mark between; nothing unless each part is whole."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    whole = kind is IdentityKind.EMAIL or all(
        sum(map(str.isdigit, part)) >= WHOLE_NUMBER for part in parts
    )
    if not (0 < len(parts) <= MAX_IN_CELL and whole) or kind is IdentityKind.KEY:
        return []
    try:
        return [normalise(kind, part, region) for part in parts]
    except IdentityError:
        return []


def _line(column: str, cell: str) -> str:
    text = clean_line(cell[: MAX_NAME * 4])
    if len(text) > MAX_NAME or len(cell) > MAX_NAME * 4:
        raise RowProblem(column, f"longer than {MAX_NAME} characters")
    return text


def _name(given: dict[str, str]) -> str:
    name = " ".join(given[part] for part in _NAMES if given.get(part))
    name = name or given.get("organisation", "")
    if not name:
        raise RowProblem("name", "empty, and no organisation either")
    if len(name) > MAX_NAME:
        raise RowProblem("name", f"longer than {MAX_NAME} characters")
    return name


def _language(text: str) -> str:
    if not text:
        return ""
    code = _LANGUAGES.get(fold(text), text.lower().replace("_", "-"))
    if not _LANGUAGE.match(code):
        raise RowProblem("language", f"{text[:40]!r} is not a language or its code (es, en …)")
    return code


def _owner(text: str) -> str:
    login = owner_of(text)
    if login is None:
        raise RowProblem("owner", f"{text[:40]!r} is not a login: it has a space, or is too long")
    return login


def _since(text: str) -> datetime | None:
    if not text:
        return None
    for pattern in _DATES:
        if found := pattern.match(text):
            try:
                year, month, day = (int(found[part]) for part in "ymd")
                return datetime(year, month, day, tzinfo=UTC)
            except ValueError:
                break
    raise RowProblem("since", f"{text[:40]!r} is not a date: year-month-day or day/month/year")


def _tags(cell: str) -> list[str]:
    tags = [clean_line(tag) for tag in _TAGS.split(cell[: MAX_TAGS * MAX_TAG * 2])]
    if any(len(tag) > MAX_TAG for tag in tags):
        raise RowProblem("tags", f"a tag is longer than {MAX_TAG} characters")
    return [tag for tag in tags if tag]


def _note(cell: str) -> str:
    if len(cell) > MAX_NOTE:
        raise RowProblem("note", f"longer than {MAX_NOTE} characters")
    return clean_text(cell)
