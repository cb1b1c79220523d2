"""Names of people and organisations in the form in which they are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.words import (
    GIVEN,
    JOINED,
    LEGAL,
    NICKNAMES,
    PARTICLES,
    SHORT_GIVEN,
    SUFFIXES,
    SURE_LEGAL,
    TITLES,
)
from cti_bridge.customers.text import fold_words

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SURNAME: Final = 60
_MARIA: Final = re.compile(r"\bm\s*\.?\s*ª\.?|\bm\s*\.\s*a\b\.?", re.IGNORECASE)
_AMPERSAND: Final = re.compile(r"\s*[&+]\s*")
_LEGAL: Final = tuple(tuple(form.split()) for form in LEGAL)
_OF: Final = frozenset({"maria", "jose"})
"""Given names that go on with "de": María de Jesús, José de la Cruz."""
_SURE: Final = frozenset(tuple(form.split()) for form in SURE_LEGAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """Folded; "" for what is not known."""

    given: str = ""  # every given name, abbreviations written out
    root: str = ""  # the first of them, a nickname as the name that it stands for
    first: str = ""  # the first surname, or the only one
    second: str = ""

    @property
    def family(self) -> str:
        return f"{self.first} {self.second}".strip()


def person(name: str, given: str = "", family: str = "") -> PersonName:
    """Of the parts where there are any, else of the whole name.

    Of the whole: "García López, María José" and "María José García López" are the same.
    """
    if not (given or family):
        given, family = split(name)
    elif not family:
        family = _rest(name, given)
    elif not given:
        given = _rest(name, family)
    names, surnames = given_words(given), surname_words(family)
    if names and surnames and (_exchanged(names, surnames) or _begins_surname(given, surnames)):
        names, surnames = given_words(family), surname_words(given)
    return PersonName(
        given=" ".join(names),
        root=NICKNAMES.get(names[0], names[0]) if names else "",
        first=surnames[0] if surnames else "",
        second="".join(surnames[1:])[:MAX_SURNAME],
    )


def split(name: str) -> tuple[str, str]:
    """(given, family) of a name in one piece; a lone word is a family name."""
    if "," in name:
        family, _, given = name.partition(",")
        if family.strip() and given.strip() and not set(fold_words(given)) <= SUFFIXES:
            return given, family
        name = f"{family} {given}" if not set(fold_words(given)) <= SUFFIXES else family
    words = [word for word in _MARIA.sub(" maria ", name).split() if fold_words(word)]
    words = words[_titles(words) :]
    folded = ["".join(fold_words(word)) for word in words]
    if sum(not _loose(folded, at) for at in range(len(folded))) < 2:
        return "", " ".join(words)
    if len(words) > 2 and _ends_given(folded[-1]) and not _is_given(folded[0]):
        at = len(words) - 1  # "García López María", "García López M. José"
        while at > 2 and _is_given(folded[at - 1]):
            at -= 1
        at -= at > 1 and _is_initial(folded[at - 1]) and folded[at - 1] not in PARTICLES
        return " ".join(words[at:]), " ".join(words[:at])
    at = _given_count(folded)
    return " ".join(words[:at]), " ".join(words[at:])


@lru_cache(maxsize=16_384)
def given_words(text: str) -> tuple[str, ...]:
    """Folded given names, without particles ("María de los Ángeles"), written out."""
    words = fold_words(_MARIA.sub(" maria ", text))
    kept = [word for word in words if word not in PARTICLES] or list(words)
    if len(kept) > 1 and kept[0] in TITLES and kept[0] != "d":
        kept = kept[1:]
    return tuple(SHORT_GIVEN.get(word, word) for word in kept if word not in SUFFIXES)


@lru_cache(maxsize=65_536)
def surname_words(text: str) -> tuple[str, ...]:
    """Folded surnames without particles, "San Martín" and "O'Brien" as one word each.

    A hyphen parts two surnames as a space does: people write both.
    """
    words = fold_words(text)
    kept = [word for word in words if word not in PARTICLES and word not in SUFFIXES]
    joined: list[str] = []
    before = ""
    for word in kept or list(words):
        if word in JOINED and not before:
            before = word
            continue
        joined.append(before + word)
        before = ""
    return tuple(joined + ([before] if before else []))


def organisation(name: str) -> str:
    """The folded name without its legal form: "Talleres Ruiz, S.L.U." is "talleres ruiz"."""
    words = _words(name)
    while cut := _legal(words):
        words = words[: len(words) - cut]
    kept = [word for word in words if word not in PARTICLES]
    return " ".join(kept or words)


def is_organisation(name: str) -> bool:
    """Whether the name ends with a legal form that no person's name ends with."""
    words = _words(name)
    cut = _legal(words)
    return bool(cut) and tuple(words[len(words) - cut :]) in _SURE


def _words(name: str) -> list[str]:
    return list(fold_words(_AMPERSAND.sub(" y ", name)))


def _legal(words: Sequence[str]) -> int:
    """How many words at the end are a legal form; never all of the name."""
    for form in _LEGAL:
        if len(form) < len(words) and tuple(words[-len(form) :]) == form:
            return len(form)
    return 0


def _titles(words: Sequence[str]) -> int:
    """How many words at the beginning only say how the person is addressed. "D. Giménez Ruiz" is
    Diego or Dolores: who is addressed as don has a given name as well."""
    folded = ["".join(fold_words(word)) for word in words]
    count = 0
    while count + 2 < len(words) and folded[count] in TITLES:
        if folded[count] == "d" and len(words) == count + 3 and not _is_given(folded[count + 1]):
            break
        count += 1
    return count


def _loose(folded: Sequence[str], at: int) -> bool:
    """Whether the word only joins others. A letter that begins a name is an initial: "I. Ruiz"."""
    return folded[at] in PARTICLES and (at > 0 or len(folded[at]) > 1)


def _given_count(words: Sequence[str]) -> int:
    """How many of the words are given names: one at least, and one surname is left.

    Four words that are no given names by the list are two of each, as most Spanish names are.
    """
    plain = [word for at, word in enumerate(words) if not _loose(words, at) and word not in JOINED]
    known = 1
    while known < len(plain) - 1 and _is_given(plain[known]):
        if plain[known - 1] not in _OF and _follows(words, "de", plain[known]):
            break  # "Martín de Diego Ruiz", but "María de Jesús Ruiz"
        known += 1
    if len(plain) > 3 and len(plain) == len(words):  # else "Ponce de León" is one surname
        known = max(known, len(plain) - 2 if len(plain) == 4 else len(plain) - 3)
    seen = 0
    for at, word in enumerate(words):
        if _loose(words, at) or (word in JOINED and at):
            continue
        seen += 1
        if seen > known:
            return _before_particles(words, at)
    return len(words) - 1


def _is_given(word: str) -> bool:
    return word in GIVEN or word in SHORT_GIVEN or word in NICKNAMES


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _ends_given(word: str) -> bool:
    return _is_given(word) or _is_initial(word)


def _follows(words: Sequence[str], before: str, word: str) -> bool:
    return any(pair == (before, word) for pair in pairwise(words))


def _before_particles(words: Sequence[str], at: int) -> int:
    """Particles go with the surname that they stand before."""
    while at > 1 and (words[at - 1] in PARTICLES or words[at - 1] in JOINED):
        at -= 1
    return at


def _exchanged(names: Sequence[str], surnames: Sequence[str]) -> bool:
    """Whether somebody filled in the two fields the wrong way round."""
    given = all(len(word) == 1 or _is_given(word) for word in surnames) and len(names[0]) > 1
    return given and not any(map(_is_given, names))


def _begins_surname(given: str, surnames: Sequence[str]) -> bool:
    """ "De Miguel García", "Pilar": no given name begins with "de"."""
    words = fold_words(given)
    return words[0] in {"de", "del"} and all(map(_ends_given, surnames))


def _rest(name: str, known: str) -> str:
    """The words of the name that are not in the part that is known."""
    there = set(fold_words(known))
    return " ".join(word for word in name.split() if not set(fold_words(word)) <= there)
