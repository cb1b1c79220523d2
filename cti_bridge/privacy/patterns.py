"""Numbers that tell who somebody is or pay for them, found in free text by their check digits.

Payment cards (ISO/IEC 7812, Luhn), Spanish DNI and NIE (Orden INT/2058/2008: the letter is the
number modulo 23), IBAN (ISO 13616, modulo 97). What does not check is left alone: an order
number of sixteen digits is no card in nine of ten cases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 2_000_000
_GAP: Final = "[ \u00a0\u2009\u202f\u2010-\u2013-]"
"""What is written, or pasted, between groups: spaces that break and that do not, and dashes."""
_CARD: Final = re.compile(rf"(?<![\w.,+-])\d(?:{_GAP}?\d){{12,18}}(?![\w]|[.,-]\d)")
_DOCUMENT: Final = re.compile(
    rf"(?<!\w)(?:[XYZxyz](?:{_GAP}|\.)?\d{{7}}|\d{{2}}\.?\d{{3}}\.?\d{{3}})(?:{_GAP}|\.)?[A-Za-z](?!\w)"
)
_IBAN: Final = re.compile(rf"(?<!\w)[A-Za-z]{{2}}\d{{2}}(?:{_GAP}?[A-Za-z0-9]){{11,30}}(?!\w)")
_LEAST: Final = 4
_LONGEST: Final = 42  # an IBAN with its spaces
# one class each, and nothing beside it that may match the same: a text is anybody's
_TORN_END: Final = re.compile(
    rf"(?<!\w)(?:[A-Za-z]{{2}}\d{{2}}(?:{_GAP}|[A-Za-z0-9]){{0,{_LONGEST}}}"
    rf"|[XYZxyz]?\d(?:{_GAP}|[\d.]){{0,{_LONGEST}}})$"
)
_TORN_HEAD: Final = re.compile(rf"\d(?:{_GAP}|[\d.]){{0,{_LONGEST}}}[A-Za-z]?(?!\w)")
_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_FIRST: Final = {"X": "0", "Y": "1", "Z": "2"}


def is_card(text: str) -> bool:
    digits = [int(one) for one in text if one.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_document(text: str) -> bool:
    plain = "".join(one for one in text.upper() if one.isascii() and one.isalnum())
    number = _FIRST.get(plain[:1], plain[:1]) + plain[1:-1]
    return len(plain) == 9 and number.isdigit() and _LETTERS[int(number) % 23] == plain[-1]


def is_iban(text: str) -> bool:
    plain = "".join(one for one in text.upper() if one.isascii() and one.isalnum())
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


PATTERNS: Final[dict[str, tuple[re.Pattern[str], Callable[[str], bool]]]] = {
    "iban": (_IBAN, is_iban),  # before cards: an IBAN's digits may pass for one
    "card": (_CARD, is_card),
    "document": (_DOCUMENT, is_document),
}


def found(name: str, text: str) -> bool:
    """Whether the whole of a value is such a number."""
    pattern, check = PATTERNS[name]
    match = pattern.fullmatch(text.strip())
    return match is not None and check(match[0])


def hidden(text: str, names: dict[str, int]) -> str:
    """The text with such numbers hidden; `names`: how many of the last characters stay of each
    kind."""
    for name, (pattern, check) in PATTERNS.items():
        if name in names:
            show = names[name]
            text = pattern.sub(lambda m: mask(m[0], show) if check(m[0]) else m[0], text)  # noqa: B023
    return text


def torn(text: str, *, head: bool, end: bool) -> str:
    """A text of which a part was cut off, less what may be half of a number: it does not check
    any more, and says most of the whole."""
    if head:
        first = next((at for at, one in enumerate(text) if one.isalnum()), 0)
        half = _TORN_HEAD.match(text, first)
        if half is not None and _digits(half[0]) >= _LEAST:
            text = f"{DOTS}{text[half.end() :]}"
    if end:
        last = next((at for at in range(len(text), 0, -1) if text[at - 1].isalnum()), 0)
        half = _TORN_END.search(text, 0, last)
        if half is not None and _digits(half[0]) >= _LEAST:
            text = f"{text[: half.start()]}{DOTS}"
    return text


def _digits(text: str) -> int:
    return sum(one.isdigit() for one in text)


def mask(value: str, show: int) -> str:
    """Dots and the last `show` letters and digits; of what is short nothing is left."""
    plain = [one for one in value if one.isalnum()]
    kept = "".join(plain[-show:]) if 0 < show <= len(plain) // 2 else ""
    return f"{DOTS} {kept}".strip()


DOTS: Final = "••••"
