"""The piece of a text that says why it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.texts.stems import MAX_TEXT, WORD, of_word

if TYPE_CHECKING:
    from collections.abc import Collection

LENGTH: Final = 160
BEFORE: Final = 40
"""Characters before the first word that was found."""
CUT: Final = "…"


def snippet(
    text: str, wanted: Collection[str], language: str = ""
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One line of about `LENGTH` characters, and the places in it (start, end) of the words
    with a stem that is `wanted`."""
    line = " ".join(text[:MAX_TEXT].split())
    places = [
        match.span()
        for match in WORD.finditer(line)
        if any(stem in wanted for stem in of_word(match.group(), language))
    ]
    first = places[0][0] if places else 0
    start = 0 if first <= BEFORE else line.rfind(" ", 0, first - BEFORE + 1) + 1
    end = len(line) if len(line) <= start + LENGTH else _word_end(line, start)
    head, tail = (CUT if start else ""), (CUT if end < len(line) else "")
    moved = len(head) - start
    marks = tuple((a + moved, b + moved) for a, b in places if start <= a and b <= end)
    return f"{head}{line[start:end]}{tail}", marks


def _word_end(line: str, start: int) -> int:
    at = line.rfind(" ", start, start + LENGTH)
    return at if at > start + LENGTH // 2 else start + LENGTH
