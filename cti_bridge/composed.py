"""Unicode in one form, in time that grows with the text and not with its square.

The marks on one letter are sorted by insertion: ten thousand of them take seconds, in which no
other thread runs, those that carry voice neither.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

MOST_MARKS: Final = 30
"""On one letter, as of Stream-Safe text (Unicode Standard Annex #15, section 13)."""
_SUSPECT: Final = re.compile(rf"(?:[^\w\s\x00-\u02ff]|[\uff9e\uff9f]){{{MOST_MARKS + 1},}}")
"""What no letter, digit or Latin-1 sign interrupts: few texts have such, and all heaps of marks
are in it (the two that count as letters besides)."""


def composed(text: str, form: Literal["NFC", "NFKD"] = "NFC") -> str:
    """The text normalised, with no more than `MOST_MARKS` marks on each letter."""
    return text if text.isascii() else unicodedata.normalize(form, _SUSPECT.sub(_thinned, text))


def _thinned(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for one in found[0]:
        marks = marks + 1 if _is_mark(one) else 0
        if marks <= MOST_MARKS:
            kept.append(one)
    return "".join(kept)


def _is_mark(one: str) -> bool:
    made = unicodedata.normalize("NFKD", one) if unicodedata.decomposition(one) else one
    return unicodedata.combining(made[0]) > 0
