# ruff: noqa: SIM905 -- words read better as text than as literals
"""Words of a text by their stems, so that "facturas" is found by "factura", and by "facturar".

Each stem says its language, as a word may be of two: "s" for Spanish, "e" for English, "x" for
what has a digit in it and is no word. A text whose language is known has that one's; another has
both. Accents are folded before the stemmer (Snowball's) sees a word, on both sides, because
people search without them; what the stemmer knows by its accent alone gets that one back.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import Lock
from typing import Any, Final

from cti_bridge.customers.text import MAX_WORD, fold

MAX_TEXT: Final = 100_000
"""So many characters of one text are read."""
MAX_TERMS: Final = 8
WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
SPANISH: Final = "s"
ENGLISH: Final = "e"
_EXACT: Final = "x"
_BY_CODE: Final = {"es": SPANISH, "en": ENGLISH}
_lock = Lock()  # a stemmer keeps the word that it works on in itself
# grammar, not matter: they stand in every text, and say nothing
_IDLE: Final = {
    SPANISH: frozenset(
        "a al con de del e el en es ha la las le les lo los me mi no o para por que se si sin su"
        " sus te un una y ya".split()
    ),
    ENGLISH: frozenset(
        "a an and are as at be by for from has i in is it of on or that the this to was we with"
        " you".split()
    ),
}


def stems(text: str, language: str = "") -> frozenset[str]:
    """Of all words of a text in the language of that code ("es", "en-GB"), "" for unknown."""
    found: set[str] = set()
    for word in WORD.findall(text[:MAX_TEXT]):
        found.update(of_word(word, language))
    return frozenset(found)


def of_word(word: str, language: str = "") -> tuple[str, ...]:
    """The stems that one word may have; empty for a word of grammar."""
    code = _BY_CODE.get(language[:2].lower())
    folded = fold(word)[:MAX_WORD]
    return tuple(
        stem for each in (SPANISH, ENGLISH) if code in (None, each)
        if (stem := _stem(folded, each))
    )  # fmt: skip


def asked(text: str) -> tuple[tuple[str, ...], ...]:
    """For each word that is looked for the stems of which one must be there."""
    words = dict.fromkeys(of_word(word) for word in WORD.findall(text))
    return tuple(word for word in words if word)[:MAX_TERMS]


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str) -> str:
    if any(c.isdigit() for c in word):
        return _EXACT + word
    if word in _IDLE[language]:
        return ""
    if language == SPANISH and word.endswith("ion"):
        word = word[:-2] + "\u00f3n"  # "instalación" is a form of "instalar" by its accent
    with _lock:
        return language + fold(_stemmers()[language].stemWord(word)).replace("'", "")


@cache
def _stemmers() -> dict[str, Any]:
    """Brings the stemmers of thirty languages along, so not before a text is read."""
    import snowballstemmer

    return {
        SPANISH: snowballstemmer.stemmer("spanish"),
        ENGLISH: snowballstemmer.stemmer("english"),
    }
