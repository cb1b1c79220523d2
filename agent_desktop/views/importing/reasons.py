"""Why a row is refused and a source cannot be read, in the language of the desktop.

The bridge's import says it in sentences, the same on the command line. Each is known here by its
English text, whose places in braces hold what differs from case to case. What nobody knows (the
words of a database's driver) is shown as it came.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_QUOTED: Final = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
PLACES: Final = {
    "value": _QUOTED,  # as Python quotes it
    "number": r"[0-9]{1,9}",
    "code": r"[\w.-]+",
    "term": r"[\w.]+",  # a field, or an order of dates, by its code
    "text": r".+?",
    "detail": r".+?",  # a reason again
}
"""What a place may hold, by its name; a digit behind it tells two of a kind apart."""
CELLS: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "empty"),
    QT_TRANSLATE_NOOP("ImportReasons", "longer than {number} characters"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a phone number (unknown country code)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a phone number (no digits)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a phone number (too short)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a phone number (too long)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a phone number (unreadable)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a possible phone number (too short)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a possible phone number (too long)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a possible phone number (unknown country code)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a possible phone number (wrong length)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a possible phone number (area code missing)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a possible phone number (length)"),
    QT_TRANSLATE_NOOP("ImportReasons", "not an e-mail address"),
    QT_TRANSLATE_NOOP("ImportReasons", "its domain cannot exist"),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "the spreadsheet has cut this number: format the column as text, and export again",
    ),
    QT_TRANSLATE_NOOP(
        "ImportReasons", "the spreadsheet keeps fifteen digits of it: format it as text"
    ),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is not a language or its code (es, en …)"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is not a login: it has a space, or is too long"),
    QT_TRANSLATE_NOOP("ImportReasons", "a tag is longer than {number} characters"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is neither person nor organisation"),
    QT_TRANSLATE_NOOP(
        "ImportReasons", "{value} is not a status: prospect, active, closed or deceased"
    ),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is neither yes nor no"),
    QT_TRANSLATE_NOOP("ImportReasons", "said of an organisation, and only a person has it"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is not a number"),
    QT_TRANSLATE_NOOP(
        "ImportReasons", "{value} may be thousands or thousandths: write it without the mark"
    ),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is not a country of two letters such as ES"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a time zone such as Europe/Madrid"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is not a date"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is not a date in the order of its column, {term}"),
    QT_TRANSLATE_NOOP("ImportReasons", "{code} is not between 1850 and today"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a number that can be kept"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a text"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a number"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a date"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a choice"),
    QT_TRANSLATE_NOOP("ImportReasons", "not a date such as 2026-05-31"),
    QT_TRANSLATE_NOOP("ImportReasons", "not one of its choices"),
)
ROWS: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "{number} columns where the header has {number2}"),
    QT_TRANSLATE_NOOP("ImportReasons", "empty, and no organisation either"),
    QT_TRANSLATE_NOOP("ImportReasons", "a quote is opened and not closed within {number} lines"),
    QT_TRANSLATE_NOOP("ImportReasons", "a card without its end, or longer than {number}"),
    QT_TRANSLATE_NOOP("ImportReasons", "a card that cannot be read: {detail}"),
)
COLUMNS: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "the configuration has no field {value}"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is no field"),
    QT_TRANSLATE_NOOP("ImportReasons", "{value} is no field: there are {text}"),
    QT_TRANSLATE_NOOP("ImportReasons", "no column {value}; there are {text}"),
    QT_TRANSLATE_NOOP("ImportReasons", "{number} fields for {number2} columns"),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "the column {value} is gone that this source had; found {text}. Correct it, or save the "
        "source anew",
    ),
    QT_TRANSLATE_NOOP("ImportReasons", "{number} columns; at most {number2}"),
    QT_TRANSLATE_NOOP("ImportReasons", "{number} columns; at most {number2} are read"),
    QT_TRANSLATE_NOOP(
        "ImportReasons", "no column for the name: expected one of {text}; found {text2}"
    ),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "no column for a number, address or key: expected {text}; found {text2}",
    ),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "two columns for the {term}: {text} and {text2}. Say what one of them is, or leave it out",
    ),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "the first row is no heading: {value} stands in it, which is somebody's. Put a row above"
        " it that says what each column is",
    ),
)
FILES: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "a file has no table and answers no query"),
    QT_TRANSLATE_NOOP("ImportReasons", "is no spreadsheet, so it has no sheet {value}"),
    QT_TRANSLATE_NOOP("ImportReasons", "is a directory, not a file"),
    QT_TRANSLATE_NOOP("ImportReasons", "is empty"),
    QT_TRANSLATE_NOOP("ImportReasons", "is damaged: {detail}"),
    QT_TRANSLATE_NOOP("ImportReasons", "not valid {code}"),
    QT_TRANSLATE_NOOP("ImportReasons", "is not a text file; export it as CSV"),
    QT_TRANSLATE_NOOP("ImportReasons", "no card in it: none begins with BEGIN:VCARD"),
    QT_TRANSLATE_NOOP("ImportReasons", "cannot be read: {detail}"),
    QT_TRANSLATE_NOOP("ImportReasons", "changed while it was read: no longer {code}"),
    QT_TRANSLATE_NOOP("ImportReasons", "is locked with a password: save it without one"),
    QT_TRANSLATE_NOOP("ImportReasons", "is no spreadsheet that can be read: {detail}"),
    QT_TRANSLATE_NOOP("ImportReasons", "has no sheet"),
    QT_TRANSLATE_NOOP("ImportReasons", "has no sheet {value}; there are {text}"),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "{number} MB; spreadsheets up to {number2} MB are read. Save it as CSV, which may be of "
        "any size",
    ),
    QT_TRANSLATE_NOOP("ImportReasons", "holds {number} MB unpacked; up to {number2} MB are read"),
    QT_TRANSLATE_NOOP("ImportReasons", "there is no such file"),
)
DATABASES: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "a query here begins with SELECT or WITH: it reads"),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "the source broke before the first row: {detail}. Nothing of it is in",
    ),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "the source broke after row {number}: {detail}. What came before is in; run the same "
        "import again",
    ),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "the address of the database cannot be read: write dialect://user@host/name",
    ),
    QT_TRANSLATE_NOOP("ImportReasons", "the address of the database cannot be used"),
    QT_TRANSLATE_NOOP(
        "ImportReasons",
        "no driver for {value} is installed. PostgreSQL, MariaDB, MySQL and SQLite are there; "
        "install SQLAlchemy's driver for others",
    ),
)
STORE: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "the database is locked by another program"),
    QT_TRANSLATE_NOOP("ImportReasons", "the disk is full, so nothing was written"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database file is damaged"),
    QT_TRANSLATE_NOOP("ImportReasons", "the file is not an SQLite database"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database file cannot be opened"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database file may not be opened"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database file may not be written"),
    QT_TRANSLATE_NOOP("ImportReasons", "the disk could not be read or written"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database server refused the user or its password"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database server does not let this user in"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database does not exist on the server"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database user lacks a right that the bridge needs"),
    QT_TRANSLATE_NOOP("ImportReasons", "the server is a read-only replica"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database server has no free connection"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database server does not answer"),
    QT_TRANSLATE_NOOP("ImportReasons", "the database took too long and was told to stop"),
    QT_TRANSLATE_NOOP("ImportReasons", "every database connection is in use"),
)
"""Why the bridge's own database does not do it."""
SYSTEM: Final = (
    QT_TRANSLATE_NOOP("ImportReasons", "No such file or directory"),
    QT_TRANSLATE_NOOP("ImportReasons", "Permission denied"),
    QT_TRANSLATE_NOOP("ImportReasons", "Input/output error"),
    QT_TRANSLATE_NOOP("ImportReasons", "Is a directory"),
    QT_TRANSLATE_NOOP("ImportReasons", "Stale file handle"),
    QT_TRANSLATE_NOOP("ImportReasons", "No space left on device"),
    QT_TRANSLATE_NOOP("ImportReasons", "File is not a zip file"),
    QT_TRANSLATE_NOOP("ImportReasons", "Bad magic number for central directory"),
    QT_TRANSLATE_NOOP("ImportReasons", "field larger than field limit ({number})"),
    QT_TRANSLATE_NOOP("ImportReasons", "line contains NUL"),
)
"""What the system and the readers of files say most often."""
HERE: Final = {
    "not a yes_no": QT_TRANSLATE_NOOP("ImportReasons", "neither yes nor no"),
    "the sheet {value} is empty; choose with --sheet": QT_TRANSLATE_NOOP(
        "ImportReasons", "the sheet {value} is empty; choose another one"
    ),
    "{value} may be day/month or month/day, and so may all others. Say which: --dates dmy, or "
    "--dates mdy": QT_TRANSLATE_NOOP(
        "ImportReasons",
        "{value} may be day and month, or month and day, and so may all others. Choose the order",
    ),
    "say --table NAME, or --query and a SELECT": QT_TRANSLATE_NOOP(
        "ImportReasons", "it needs the name of a table, or a query"
    ),
}
"""What is said here of what names options of the command line there, or a code."""
REASONS: Final = (*map(str, CELLS + ROWS + COLUMNS + FILES + DATABASES + STORE), *HERE)
KNOWN: Final = (*REASONS, *map(str, SYSTEM))
_LINE: Final = str(QT_TRANSLATE_NOOP("ImportReasons", "{text}, line {number}"))
_SHEET: Final = str(QT_TRANSLATE_NOOP("ImportReasons", "sheet {text}"))
_QUERY: Final = str(QT_TRANSLATE_NOOP("ImportReasons", "query"))
_PLACE: Final = re.compile(r"\{(([a-z]+)\d?)\}")
_END: Final = re.compile(r"(?<=[}])\. [^{}]*$")
_ESCAPED: Final = re.compile(r"\\(['\"\\])")

Found = tuple[str, dict[str, str]]


def said(text: str, term: Callable[[str], str] = str) -> str:
    """A reason in the language of the desktop; `term` names a field, or an order of dates, by its
    code. What stands before it (a file's name, a cell) stays there."""
    head, found = _parts(text)
    if found is None:
        return text
    tail = _filled(*found, term)
    return f"{_head(head, term)}: {tail}" if head else tail


def known(text: str) -> bool:
    return _parts(text)[1] is not None


def detail(kind: str, text: str) -> str:
    """What a source is in particular: its sheet, encoding, table."""
    for of, pattern in (("sheet", _SHEET), ("database", _QUERY)):
        if kind == of and (values := _match(pattern, text)) is not None:
            return _filled(pattern, values, str)
    return text


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[str, Found | None]:
    """What stands before the reason, and the reason; None where no sentence is known."""
    for head, tail in _splits(text):
        for pattern in KNOWN:
            if (values := _match(pattern, tail)) is not None:
                return head, (pattern, values)
    return "", None


def _splits(text: str) -> Iterator[tuple[str, str]]:
    yield "", text
    quoted = re.match(rf"({_QUOTED}): ", text)
    if quoted is not None:  # what is quoted may have a colon of its own
        yield quoted[1], text[quoted.end() :]
    for colon in re.finditer(": ", text):
        yield text[: colon.start()], text[colon.end() :]


def _match(pattern: str, text: str) -> dict[str, str] | None:
    found = _expression(pattern).fullmatch(text)
    return None if found is None else found.groupdict()


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    """Long texts come without their end: an advice there need not have come with them."""
    end = _END.search(pattern)
    body = pattern[: end.start()] if end else pattern
    made, at = "", 0
    for place in _PLACE.finditer(body):
        made += re.escape(body[at : place.start()])
        made += f"(?P<{place[1]}>{PLACES[place[2]]})"
        at = place.end()
    made += re.escape(body[at:])
    if end:
        made += f"(?:{re.escape(end[0])})?"
    return re.compile(made, re.DOTALL)


def _filled(pattern: str, values: dict[str, str], term: Callable[[str], str]) -> str:
    """One pass: what somebody wrote in braces into a cell stands there as it is."""
    text = QCoreApplication.translate("ImportReasons", str(HERE.get(pattern, pattern)))
    return _PLACE.sub(lambda place: _shown(place[2], values[place[1]], term), text)


def _shown(kind: str, value: str, term: Callable[[str], str]) -> str:
    match kind:
        case "value":
            inside = _ESCAPED.sub(r"\1", value[1:-1])
            return f"“{inside}”"
        case "number":
            return formats.number(int(value))
        case "term":
            return term(value)
        case "detail":
            return said(value, term)
        case _:
            return value


def _head(head: str, term: Callable[[str], str]) -> str:
    if (values := _match(_LINE, head)) is not None:
        return _filled(_LINE, values, term)
    return _shown("value", head, term) if re.fullmatch(_QUOTED, head) else head
