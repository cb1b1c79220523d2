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
    # Most of an import: letters as in Latin-1 and its extensions are composed, and what is
    # printable has no mark that is not wanted.
    if text.isprintable() and "  " not in text and (text.isascii() or max(text) < "\u0300"):
        return text.strip()
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
    if len(text) > MAX_WORDS * 16 or len(parts := text.split()) > MAX_WORDS:
        return tuple(word[:MAX_WORD] for word in _WORD.findall(fold(text))[:MAX_WORDS])
    # names are many, and the words that they are made of are few
    return tuple(word for part in parts for word in _words(part))[:MAX_WORDS]


@lru_cache(maxsize=16384)
def _words(part: str) -> tuple[str, ...]:
    return tuple(word[:MAX_WORD] for word in _WORD.findall(fold(part))[:MAX_WORDS])
