"""One cell of a source: what it says, or why it cannot be used."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cti_bridge.customers import details
from cti_bridge.customers.drafts import MAX_NAME, MAX_TAG, MAX_TAGS, owner_of
from cti_bridge.customers.identities import MAX_INTERNAL, MAX_KEY, IdentityError, normalise
from cti_bridge.customers.sources.records import RowProblem
from cti_bridge.customers.text import clean_line, clean_text, fold
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import CustomerKind, CustomerStatus, IdentityKind
from cti_bridge.telephony.quick_numbers import quick

MAX_NOTE: Final = 10_000
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
_KINDS: Final = {
    **dict.fromkeys(("person", "persona", "particular", "individual", "p"), CustomerKind.PERSON),
    **dict.fromkeys(
        ("organisation", "organization", "company", "business", "empresa", "organizacion",
         "sociedad", "o", "e"), CustomerKind.ORGANISATION
    ),
}  # fmt: skip
_STATUSES: Final = {
    **dict.fromkeys(("prospect", "lead", "potencial", "prospecto"), CustomerStatus.PROSPECT),
    **dict.fromkeys(("active", "activo", "activa", "alta", "open"), CustomerStatus.ACTIVE),
    **dict.fromkeys(
        ("closed", "inactive", "baja", "cerrado", "cerrada", "inactivo", "inactiva"),
        CustomerStatus.CLOSED,
    ),
    **dict.fromkeys(
        ("deceased", "dead", "fallecido", "fallecida", "difunto", "difunta"),
        CustomerStatus.DECEASED,
    ),
}
_YES: Final = frozenset({"yes", "y", "si", "s", "true", "1", "x", "verdadero", "acepta"})
_NO: Final = frozenset({"no", "n", "false", "0", "falso", "rechaza"})
_COUNTRIES: Final = {
    "espana": "ES", "spain": "ES", "portugal": "PT", "francia": "FR", "france": "FR",
    "alemania": "DE", "germany": "DE", "italia": "IT", "italy": "IT", "andorra": "AD",
    "reino unido": "GB", "united kingdom": "GB", "uk": "GB", "irlanda": "IE", "ireland": "IE",
    "estados unidos": "US", "united states": "US", "usa": "US", "mexico": "MX",
    "argentina": "AR", "colombia": "CO", "chile": "CL", "peru": "PE",
}  # fmt: skip
_NUMBER: Final = re.compile(r"-?[0-9]{0,15}(?:[.,][0-9]{1,15})*")
_COUNTRY: Final = re.compile(r"^[A-Z]{2}$")
_LANGUAGE: Final = re.compile(r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")
_TAGS: Final = re.compile(r"[,;|]")
_FLOAT: Final = re.compile(r"^\s*(\d{5,15})[.,]0+\s*$")
_SCIENTIFIC: Final = re.compile(
    r"^\s*\+?(?P<first>\d)(?:[.,](?P<rest>\d{1,16}))?E\+?(?P<exponent>\d{1,2})\s*$", re.IGNORECASE
)
_PHONE, _KEY = IdentityKind.PHONE, IdentityKind.KEY
"""Python 3.11 takes longer to find a member of an enumeration than to read most cells."""
_PLAIN_KEY: Final = re.compile(rf"[A-Za-z0-9][\w./:-]{{0,{MAX_KEY - 1}}}", re.ASCII)
_COUNTED: Final = re.compile(r"[.,eE]")
_BETWEEN: Final = re.compile(r"[/;,|\n]|\s[yoe]\s|\s(?:and|or)\s", re.IGNORECASE)
_SHORT: Final = 64  # characters of a cell that is remembered
WHOLE_NUMBER: Final = 7  # digits, at least: "030/1234567" is one number
MAX_IN_CELL: Final = 4


def identities(kind: IdentityKind, column: str, cell: str, region: str) -> list[tuple[str, str]]:
    """Mostly one; two where somebody wrote two into one cell; none for a dash."""
    # most of them, past all that follows
    if kind is _PHONE:
        if len(cell) > MAX_INTERNAL and "." not in cell and (plain := quick(cell, region)):
            return [(plain, "")]
    elif kind is _KEY and _PLAIN_KEY.fullmatch(cell):
        return [(cell, "")]
    if not any(map(str.isalnum, cell)):
        return []
    text = _as_typed(column, cell) if kind is _PHONE else cell
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
    if _COUNTED.search(cell) is None:
        return cell
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


def line(column: str, cell: str) -> str:
    if len(cell) > _SHORT:
        return bounded(column, cell, MAX_NAME)
    return _short_line(cell)


# names, towns, languages: a file has millions of cells, and few of them are different
_short_line: Final = lru_cache(maxsize=8192)(clean_line)


@lru_cache(maxsize=256)
def language(text: str) -> str:
    if not text:
        return ""
    code = _LANGUAGES.get(fold(text), text.lower().replace("_", "-"))
    if not _LANGUAGE.match(code):
        raise RowProblem("language", f"{text[:40]!r} is not a language or its code (es, en …)")
    return code


def owner(text: str) -> str:
    login = owner_of(text)
    if login is None:
        raise RowProblem("owner", f"{text[:40]!r} is not a login: it has a space, or is too long")
    return login


def tags(cell: str) -> list[str]:
    found = [clean_line(tag) for tag in _TAGS.split(cell[: MAX_TAGS * MAX_TAG * 2])]
    if any(len(tag) > MAX_TAG for tag in found):
        raise RowProblem("tags", f"a tag is longer than {MAX_TAG} characters")
    return [tag for tag in found if tag]


def note(cell: str) -> str:
    if len(cell) > MAX_NOTE:
        raise RowProblem("note", f"longer than {MAX_NOTE} characters")
    return clean_text(cell)


def kind(text: str) -> CustomerKind:
    if (found := _KINDS.get(fold(text))) is None:
        raise RowProblem("kind", f"{text[:40]!r} is neither person nor organisation")
    return found


def status(text: str) -> CustomerStatus:
    if (found := _STATUSES.get(fold(text))) is None:
        raise RowProblem(
            "status", f"{text[:40]!r} is not a status: prospect, active, closed or deceased"
        )
    return found


def yes_or_no(column: str, text: str) -> bool:
    plain = fold(clean_line(text[:40]))
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise RowProblem(column, f"{text[:40]!r} is neither yes nor no")


def number(column: str, text: str) -> float:
    """With a point or a comma before its decimals; a mark of thousands before either."""
    plain = clean_line(text[:40]).replace(" ", "")
    if not _NUMBER.fullmatch(plain) or not any(map(str.isdigit, plain)):
        raise RowProblem(column, f"{text[:40]!r} is not a number")
    mark = max(".,", key=plain.rfind)
    whole, _, decimals = plain.rpartition(mark)
    if plain.count(mark) == 1 and len(decimals) == 3 and not {".", ","} & set(whole):
        raise RowProblem(
            column, f"{text[:40]!r} may be thousands or thousandths: write it without the mark"
        )
    if plain.count(mark) != 1:  # none, or all of them mark thousands
        return float(plain.replace(",", "").replace(".", ""))
    return float(f"{whole.replace(',', '').replace('.', '')}.{decimals}")


def country(text: str) -> str:
    code = _COUNTRIES.get(fold(text), text.upper())
    if not _COUNTRY.match(code):
        raise RowProblem("country", f"{text[:40]!r} is not a country of two letters such as ES")
    return code


def time_zone(text: str) -> str:
    try:
        return details.time_zone(text)
    except CommandRefused as error:
        raise RowProblem("time_zone", f"{text[:40]!r}: {error.detail}") from error


def bounded(column: str, cell: str, most: int) -> str:
    text = clean_line(cell[: most * 4])
    if len(text) > most or len(cell) > most * 4:
        raise RowProblem(column, f"longer than {most} characters")
    return text
