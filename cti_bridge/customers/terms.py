"""What an agent typed into the search field, turned into what the indexes answer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import phonenumbers

from cti_bridge.customers.field_search import phrase
from cti_bridge.customers.ports import Terms
from cti_bridge.customers.text import clean_line, fold_words

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_TEXT: Final = 100
MAX_TERMS: Final = 6
LEAST_DIGITS: Final = 3
"""Fewer digits would name half of the customers."""
LEAST_PHRASE: Final = 2
PATTERNS: Final = frozenset({"card", "document", "iban"})
"""What [[privacy.mask]] hides wherever it stands (`privacy.patterns`)."""
LEAST_TAIL: Final = 4
MOST_TAIL: Final = 9

_NUMBER: Final = re.compile(r"^\+?[0-9 ()./\-\u2010-\u2015]+$")
_KEY: Final = re.compile(r"^\S{2,64}$")


def read(
    text: str, region: str, fields: Iterable[str] = (), unseen: frozenset[str] = frozenset()
) -> Terms:
    """Words of a name or organisation, a number in any spelling, an address, a key, or the
    beginning of a value of one of the custom `fields` (codes), but for those that the asker is
    not shown: `unseen` is what [[privacy.mask]] hides.

    Empty where there is too little to search for.
    """
    text = clean_line(text[:MAX_TEXT])
    return _within(_read(text, region), text, fields, unseen)


def _read(text: str, region: str) -> Terms:
    prefixes: list[str] = []
    tails: tuple[str, ...] = ()
    if _NUMBER.match(text):
        prefixes += _numbers(text, region)
        tails = _tails(text)
    if "@" in text:
        return Terms(prefixes=(text.lower(),) if len(text) >= LEAST_DIGITS else ())
    if _KEY.match(text):
        prefixes += [text, text.upper(), text.lower()]
    words = fold_words(text)[:MAX_TERMS]
    if sum(map(len, words)) < 2:
        words = ()  # one letter names half of the customers
    return Terms(words=words, prefixes=tuple(dict.fromkeys(p for p in prefixes if p)), tails=tails)


def _within(terms: Terms, text: str, fields: Iterable[str], unseen: frozenset[str]) -> Terms:
    """Of what the asker is not shown nothing is compared, so that nobody learns by what is found,
    by how much is found, or by how long it takes."""
    shown = tuple(code for code in fields if f"custom:{code}" not in unseen)
    found = phrase(text) if shown else ""
    if len(found) < LEAST_PHRASE:
        return terms
    return replace(terms, phrase=found, fields=shown, unseen=unseen & PATTERNS)


def _tails(text: str) -> tuple[str, ...]:
    """Last digits, as somebody reads them out: "… 50 99"."""
    found = "".join(c for c in text if c.isdigit())
    if text.startswith("+") or not LEAST_TAIL <= len(found) <= MOST_TAIL:
        return ()
    return (found[::-1],)


def _numbers(text: str, region: str) -> list[str]:
    """Beginnings of E.164 numbers that the digits so far may become."""
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) < LEAST_DIGITS:
        return []
    if text.startswith("+"):
        return [f"+{digits}"]
    if digits.startswith("00"):
        return [f"+{digits[2:]}"] if len(digits) > LEAST_DIGITS else []
    code = phonenumbers.country_code_for_region(region)
    national = digits
    trunk = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
    if trunk and digits.startswith(trunk):
        national = digits[len(trunk) :]
    found = [f"+{code}{national}"] if code and national else []
    if code and digits.startswith(str(code)) and len(digits) > len(str(code)) + 2:
        found.append(f"+{digits}")
    return found
