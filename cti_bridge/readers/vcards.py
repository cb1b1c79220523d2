"""vCards 2.1 (versit), 3.0 (RFC 2426) and 4.0 (RFC 6350): a file of many, a row for each."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final, TextIO

import vobject

from cti_bridge.customers.sources.records import About, RowError, SourceError
from cti_bridge.readers.encodings import encoding_of
from cti_bridge.readers.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cti_bridge.customers.sources.records import Raw

MAX_CARD: Final = 64 * 1024  # characters, without pictures
MAX_LINE: Final = 64 * 1024
EACH: Final = 10
"""So many numbers of a kind, and e-mail addresses, are taken from a card."""
_ONCE: Final = ("Full name", "First name", "Last name", "Company", "Birthday", "Language",
                "Note", "Categories", "Changed", "Street", "Postcode", "City", "Region",
                "Country")  # fmt: skip
_OFTEN: Final = ("Mobile", "Work phone", "Home phone", "Phone", "Email")
HEADINGS: Final = (*_ONCE, *(f"{name} {at}" for name in _OFTEN for at in range(1, EACH + 1)))
_PLACE: Final = {heading: at for at, heading in enumerate(HEADINGS)}
_LARGE: Final = re.compile(r"^(?:[\w-]+\.)?(PHOTO|LOGO|SOUND|KEY|X-[\w-]+)\b", re.IGNORECASE)
_SOFT_BREAK: Final = re.compile(r"ENCODING=QUOTED-PRINTABLE|;QUOTED-PRINTABLE", re.IGNORECASE)

logging.getLogger("vobject.base").disabled = True  # it tells what stands in the cards


class VCards:
    """Raises SourceError. A broken card costs itself and no other."""

    headings = HEADINGS

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0
        try:
            self._encoding, self._size = encoding_of(path)
            self.about = About(
                kind="vcard",
                name=path.name,
                detail=self._encoding,
                fingerprint=fingerprint(path),
            )
            if not any(True for _ in self._cards()):
                raise SourceError(f"{path}: no card in it: none begins with BEGIN:VCARD")
        except OSError as error:
            raise SourceError(f"{path}: cannot be read: {error.strerror}") from error

    @property
    def done(self) -> float:
        return min(self._read / max(self._size, 1), 1.0)

    def rows(self) -> Iterator[Raw | RowError]:
        try:
            for line, text in self._cards():
                yield _row(line, text)
        except OSError as error:
            raise SourceError(f"{self._path}: cannot be read: {error.strerror}") from error
        except UnicodeError as error:
            raise SourceError(
                f"{self._path}: changed while it was read: no longer {self._encoding}"
            ) from error

    def _cards(self) -> Iterator[tuple[int, str | None]]:
        """The line that each begins in, and its text; None where it is too long or has no end."""
        with (
            self._path.open("rb") as raw,
            TextIOWrapper(raw, encoding=self._encoding, newline=None) as file,
        ):
            started, taken, size = 0, list[str](), 0
            for number, line in enumerate(_unpictured(file), start=1):
                self._read = raw.tell()
                mark = line.strip().upper()
                if mark == "BEGIN:VCARD":
                    if started:
                        yield started, None
                    started, taken, size = number, [], 0
                if not started:
                    continue
                size += len(line)
                if size <= MAX_CARD:
                    taken.append(line)
                if mark == "END:VCARD":
                    yield started, "".join(taken) if size <= MAX_CARD else None
                    started = 0
            if started:
                yield started, None


def _unpictured(file: TextIO) -> Iterator[str]:
    """Every line, those of pictures and sounds as blank ones, in bounded memory."""
    dropping = quoted = False
    while line := file.readline(MAX_LINE):
        while len(line) == MAX_LINE and not line.endswith("\n"):  # the rest of it is not read
            rest = file.readline(MAX_LINE)
            if not rest or rest.endswith("\n"):
                line = line[:-1] + "\n"
        continued = line[:1] in " \t" or quoted
        if not continued:
            dropping = _LARGE.match(line) is not None
            quoted = False
        encoded = quoted or (not continued and _SOFT_BREAK.search(line) is not None)
        quoted = encoded and line.rstrip("\r\n").endswith("=")
        yield "\n" if dropping else line


def _row(line: int, text: str | None) -> Raw | RowError:
    if text is None:
        return RowError(
            line=line, field="", what=f"a card without its end, or longer than {MAX_CARD}"
        )
    try:
        return line, _cells(vobject.readOne(text, allowQP=True, ignoreUnreadable=True))
    except Exception as error:  # whatever a card of nobody's standard makes of its reader
        why = " ".join(str(error).split())[:80] or type(error).__name__
        return RowError(line=line, field="", what=f"a card that cannot be read: {why}", cells=())


def _cells(card: Any) -> list[str]:
    cells = [""] * len(HEADINGS)

    def put(heading: str, text: object) -> None:
        if text:
            cells[_PLACE[heading]] = str(text).strip()

    put("Full name", _first(card, "fn"))
    if name := _first(card, "n"):
        put("First name", _joined(name.given, name.additional))
        put("Last name", _joined(name.family))
    if organisation := _first(card, "org"):
        put("Company", organisation if isinstance(organisation, str) else organisation[0])
    put("Birthday", _first(card, "bday"))
    put("Language", _first(card, "lang"))
    put("Note", _first(card, "note"))
    put("Categories", "|".join(_first(card, "categories") or ()))
    put("Changed", _first(card, "rev"))
    if home := _first(card, "adr"):
        for heading, value in (
            ("Street", home.street), ("Postcode", home.code), ("City", home.city),
            ("Region", home.region), ("Country", home.country),
        ):  # fmt: skip
            put(heading, _joined(value))
    if cells[_PLACE["Full name"]]:  # the same in one piece
        cells[_PLACE["First name"]] = cells[_PLACE["Last name"]] = ""
    _several(card, put)
    return cells


def _several(card: Any, put: Any) -> None:
    taken: defaultdict[str, int] = defaultdict(int)

    def add(name: str, text: str) -> None:
        if text and taken[name] < EACH:
            taken[name] += 1
            put(f"{name} {taken[name]}", text)

    for number in card.contents.get("tel", ()):
        add(_kind(number), str(number.value).removeprefix("tel:"))
    for address in card.contents.get("email", ()):
        add("Email", str(address.value))


def _kind(number: Any) -> str:
    said = {word.lower() for word in number.singletonparams}
    for value in number.params.get("TYPE", ()):
        said |= set(value.lower().split(","))
    for word, name in (("cell", "Mobile"), ("work", "Work phone"), ("home", "Home phone")):
        if word in said:
            return name
    return "Phone"


def _first(card: Any, name: str) -> Any:
    found = card.contents.get(name)
    return found[0].value if found else None


def _joined(*parts: Any) -> str:
    words = (part if isinstance(part, str) else " ".join(part) for part in parts if part)
    return " ".join(" ".join(words).split())
