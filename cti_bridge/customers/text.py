"""Text as people type and send it: cleaned when written, folded when searched."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from cti_bridge.composed import composed

MAX_WORDS: Final = 24
MAX_WORD: Final = 40

# C0 and C1 controls, zero-width and directional marks, byte order mark, lone surrogates
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff]"
)
_WORD: Final = re.compile(r"[^\W_]+")
_LATIN_MARKS: Final = re.compile("[\u0300-\u036f]+")
_SPACE: Final = re.compile(r"\s+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """One line: composed (NFC), without control and directional characters, single spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # most of an import
    text = composed(_UNWANTED.sub("", text))
    return _SPACE.sub(" ", text).strip()


def clean_text(text: str) -> str:
    """Several lines: as `clean_line`, but line breaks and tabs stay; at most one blank line."""
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANK_LINES.sub("\n\n", composed(text)).strip()


def fold(text: str) -> str:
    """Without case and accents: "Núñez" and "NUNEZ" are one; ß becomes ss."""
    if text.isascii():
        return text.lower()
    folded = _LATIN_MARKS.sub("", composed(text.casefold(), "NFKD"))
    if folded.isascii():
        return folded.lower()
    return "".join(c for c in folded if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=8192)
def fold_words(text: str) -> tuple[str, ...]:
    """The folded words, letters and digits only, in their order; bounded."""
    return tuple(word[:MAX_WORD] for word in _WORD.findall(fold(text))[:MAX_WORDS])
