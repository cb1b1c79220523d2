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

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
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
    made: list[str] = []
    tables = depth = place = 0
    for count, found in enumerate(_TAG.finditer(html)):
        closing, name, rest = bool(found[1]), found[2].lower(), found[3]
        made.append(_broken(html[place : found.start()]))
        place = found.end()
        if name == "table" and not closing:
            tables += 1
        too_deep = name in _TABLE_PARTS and tables > MAX_TABLES
        made.append(_block(name, closing=closing) if too_deep else _tag(found[1], name, rest))
        if name == "table" and closing:
            tables = max(0, tables - 1)
        if name not in _VOID:
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > MAX_NESTED or count > MAX_TAGS:
            return None
    made.append(_broken(html[place:]))
    return "".join(made)


def _tag(slash: str, name: str, rest: str) -> str:
    rest = _SIZE.sub(lambda m: f"{m[1]}{m[2]}{MAX_NUMBER}", rest)
    rest = _STYLE.sub(lambda m: _BIG.sub(MAX_NUMBER, m[0]), rest)
    return f"<{slash}{name}{rest}>"


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
