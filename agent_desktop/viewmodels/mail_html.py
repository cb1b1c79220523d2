"""A stranger's HTML made bearable for a text view, after the bridge has made it harmless.

The bridge has taken scripts, forms and everything that fetches away. What is left may still be of
a shape that a layout cannot bear: a table within tables costs twice as much with each level.
"""

from __future__ import annotations

import re
from typing import Final

MAX_HTML: Final = 2_000_000  # characters
MAX_TAGS: Final = 40_000
MAX_TABLES: Final = 6  # within each other; what is deeper is laid out as plain blocks
MAX_NESTED: Final = 400  # of anything
MAX_NUMBER: Final = "999"
LONG_WORD: Final = 1_000  # characters that no line could break

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_STRAY: Final = re.compile(r"<[a-zA-Z/!?]")  # a tag that is none: sanitised HTML has no such
_TABLE_PARTS: Final = frozenset(
    {"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "col", "colgroup"}
)
_VOID: Final = frozenset({"br", "hr", "img", "col", "wbr", "input", "meta", "link"})
_SIZE: Final = re.compile(
    r"\b(width|height|border|cellpadding|cellspacing|colspan|rowspan|size|start|hspace|vspace)"
    r"(\s*=\s*[\"']?)\d{4,}",
    re.IGNORECASE,
)
_STYLE: Final = re.compile(r"\bstyle\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_BIG: Final = re.compile(r"(?<![#\w.])\d{4,}(\.\d+)?")
_WORD: Final = re.compile(rf"[^\s&]{{{LONG_WORD}}}")


def bearable(html: str) -> str | None:
    """The HTML as it can be laid out in time; None: only its plain text can be shown."""
    if not html or len(html) > MAX_HTML:
        return None
    nested, place = _Nested(), 0
    made: list[str] = []
    for count, found in enumerate(_TAG.finditer(html)):
        between = html[place : found.start()]
        place = found.end()
        name, closing = found[2].lower(), bool(found[1])
        flat = nested.passes(name, closing=closing)
        if nested.depth > MAX_NESTED or count > MAX_TAGS or _STRAY.search(between):
            return None
        made += _broken(between), _block(name, closing=closing) if flat else _tag(found)
    if _STRAY.search(html, place):
        return None
    return "".join((*made, _broken(html[place:])))


class _Nested:
    """How deep the tags so far stand within each other."""

    def __init__(self) -> None:
        self.depth = self._tables = 0

    def passes(self, name: str, *, closing: bool) -> bool:
        """Counts a tag; whether it is part of a table that stands too deep."""
        if name == "table" and not closing:
            self._tables += 1
        too_deep = name in _TABLE_PARTS and self._tables > MAX_TABLES
        if name == "table" and closing:
            self._tables = max(0, self._tables - 1)
        if name not in _VOID:
            self.depth = max(0, self.depth - 1) if closing else self.depth + 1
        return too_deep


def _tag(found: re.Match[str]) -> str:
    rest = _SIZE.sub(lambda m: f"{m[1]}{m[2]}{MAX_NUMBER}", found[3])
    rest = _STYLE.sub(lambda m: _BIG.sub(MAX_NUMBER, m[0]), rest)
    return f"<{found[1]}{found[2]}{rest}>"


def _block(name: str, *, closing: bool) -> str:
    """What stands for a part of a table that is nested too deep."""
    if name in ("table", "tr"):
        return "</div>" if closing else "<div>"
    return " " if closing else ""


def _broken(text: str) -> str:
    """With places to break in words that are longer than any line."""
    if len(text) < LONG_WORD:
        return text
    return _WORD.sub(lambda m: m[0] + "\N{ZERO WIDTH SPACE}", text)
