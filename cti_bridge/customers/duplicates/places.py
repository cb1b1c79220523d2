"""Addresses in the form in which they are compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cti_bridge.customers.duplicates.words import NUMBER_WORDS, PARTICLES, STREETS
from cti_bridge.customers.text import fold_words

MAX_STREET: Final = 80
_NUMBER: Final = re.compile(r"^\d{1,6}[a-z]?$")
_NO_NUMBER: Final = re.compile(r"\bs\s*/\s*n\b", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"\bn\s*[º°ª.]+", re.IGNORECASE)
_OTHER: Final = re.compile(r"[^0-9A-Z]")
_SPANISH: Final = frozenset({"", "es", "esp", "espana", "spain"})


@lru_cache(maxsize=16_384)
def street(text: str) -> tuple[str, str]:
    """(words, number): "C/ de Alcalá, nº 42, 3º B" is ("alcala", "42"). What follows the number
    (floor, door) is left out: one household writes it in five ways, or not at all."""
    text = _ORDINAL.sub(" ", _NO_NUMBER.sub(" ", text))
    head, _, tail = text.partition(",")
    words, number = _parted(fold_words(head))
    if not words:
        words, number = _parted(fold_words(text))
    if not number:
        number = next((word for word in fold_words(tail) if _NUMBER.match(word)), "")
    return " ".join(words)[:MAX_STREET], number


def _parted(words: tuple[str, ...]) -> tuple[list[str], str]:
    """The number stands behind the words in Spanish, before them in English."""
    numbers = [at for at, word in enumerate(words) if _NUMBER.match(word)]
    at = numbers[0] if numbers else len(words)
    number = words[at] if numbers else ""
    kept = words[:at] if at else words[1 : numbers[1] if len(numbers) > 1 else None]
    return _core(kept), number


def _core(words: tuple[str, ...]) -> list[str]:
    """Without what says only that it is a street, which everybody abbreviates in another way."""
    kept = [word for word in words if word not in NUMBER_WORDS and word not in PARTICLES]
    plain = list(kept)
    while len(plain) > 1 and plain[0] in STREETS:
        plain = plain[1:]
    while len(plain) > 1 and plain[-1] in STREETS:
        plain = plain[:-1]
    return plain or list(kept) or list(words)


def postcode(text: str, country: str = "", region: str = "") -> str:
    """Letters and digits only; the zero that a spreadsheet took from a Spanish one is put back."""
    code = _OTHER.sub("", text.upper())[:12]
    home = "".join(fold_words(country)) or region.lower()
    if len(code) == 4 and code.isdigit() and home in _SPANISH and (country or region == "ES"):
        return "0" + code
    return code


@lru_cache(maxsize=16_384)
def city(text: str) -> str:
    """Without articles: "L'Hospitalet de Llobregat" and "Hospitalet del Llobregat" are one."""
    words = fold_words(text)
    kept = [word for word in words if word not in PARTICLES and len(word) > 1]
    return " ".join(kept or words)[:MAX_STREET]
