"""Words that were meant: one edit away from a word of four letters, two from one of eight.

An edit is a letter too many, too few, or another, or two that changed places (the restricted
Damerau-Levenshtein distance). Whether there is such a word is asked of the vocabulary: as
beginnings that a word may have (`beginnings`), and then by distance (`closest`).
"""

from __future__ import annotations

from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 4
LONG: Final = 8
"""From so many letters on, two edits are forgiven."""
MOST_LETTERS: Final = 20
"""Of a longer word the first so many count: the work grows with them."""
KEPT: Final = 8


def edits(word: str) -> int:
    """How many are forgiven in this word."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def beginnings(word: str) -> tuple[str, ...]:
    """A word within `edits(word)` of this one begins with one of these, unless two edits both
    stand in its first half and one of them in its first two letters; at most some hundreds, the
    most telling first."""
    word = word[:MOST_LETTERS]
    if edits(word) == 0:
        return ()
    if edits(word) == 1:
        return tuple(sorted(_neighbours(word)))
    half = word[: len(word) // 2]
    return (half, *sorted(_neighbours(half)), word[:2])


def closest(word: str, known: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Of `known` words, with how many have them, the nearest within `edits(word)`, the most
    frequent first among equals; none of those that the word itself begins."""
    from rapidfuzz.distance import OSA  # fifty modules: with the first search that finds nothing

    word = word[:MOST_LETTERS]
    allowed = edits(word)

    def distance(other: str) -> int:
        """From what was typed to the nearest beginning of `other`: it may be half typed."""
        lengths = range(max(1, len(word) - allowed), len(word) + allowed + 1)
        return min(
            OSA.distance(word, other[:length], score_cutoff=allowed)
            for length in {min(length, len(other)) for length in lengths}
        )

    found = {
        (far, -holders, other)
        for other, holders in known
        if not other.startswith(word) and (far := distance(other)) <= allowed
    }
    return tuple(other for _, _, other in sorted(found)[:KEPT])


def _neighbours(word: str) -> set[str]:
    """One edit away; of what is added behind the last letter only the word itself is kept,
    which all of that begins with."""
    letters = sorted({*ascii_lowercase, *(digits if not word.isalpha() else ""), *word})
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(before + after[1:] for before, after in parts if after),
        *(b + a[1] + a[0] + a[2:] for b, a in parts if len(a) > 1),
        *(b + letter + a[1:] for b, a in parts if a for letter in letters),
        *(b + letter + a for b, a in parts if a for letter in letters),
    } - {word, ""}
