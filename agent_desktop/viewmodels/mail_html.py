"""A stranger's HTML made bearable for a text view, after the bridge has made it harmless.

The bridge has taken scripts, forms and everything that fetches away. What is left may still be of
a shape that a layout cannot bear: a table within tables costs twice as much with each level, and
cells that span others make a grid of nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_HTML: Final = 2_000_000  # characters
MAX_TAGS: Final = 40_000
MAX_TABLES: Final = (6, 3, 1)
"""Within each other; what is deeper is laid out as plain blocks. The next one is for mails whose
text in deep tables would take too long."""
MAX_WORK: Final = 2_000_000  # characters, each as often as its tables have it laid out
MAX_CELLS: Final = 40_000  # of all grids, those that are only spanned too
MAX_LINES: Final = 40_000  # of a plain text
MAX_NESTED: Final = 400  # of anything
MAX_NUMBER: Final = "999"
LONG_WORD: Final = 1_000  # characters that no line could break

TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_STRAY: Final = re.compile(r"<[a-zA-Z/!?]")  # a tag that is none: sanitised HTML has no such
_TABLE_PARTS: Final = frozenset(
    {"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "col", "colgroup"}
)
VOID: Final = frozenset({"br", "hr", "img", "col", "wbr", "input", "meta", "link"})
_SIZE: Final = re.compile(
    r"\b(width|height|border|cellpadding|cellspacing|colspan|rowspan|size|start|hspace|vspace)"
    r"(\s*=\s*[\"']?)\d{4,}",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(r"\b(col|row)span\s*=\s*[\"']?\s*(\d{1,6})", re.IGNORECASE)
_STYLE: Final = re.compile(r"\bstyle\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_NO_SIZE: Final = re.compile(
    r"font-size\s*:\s*[+-]?0*(?:\.0*)?(?:px|pt|em|rem|%)?(?=[;\"'\s])", re.IGNORECASE
)
_BIG: Final = re.compile(r"(?<![#\w.])\d{4,}(\.\d+)?")
_WORD: Final = re.compile(rf"[^\s&]{{{LONG_WORD}}}")


def bearable(html: str) -> str | None:
    """The HTML as it can be laid out in time; None: only its plain text can be shown."""
    if not html or len(html) > MAX_HTML:
        return None
    tries = (_laid(html, deepest) for deepest in MAX_TABLES)
    return next(filter(None, tries), None)


def plain(html: str) -> str:
    """Plain text that was made HTML, with places to break: nothing of it goes, but beyond so many
    lines their ends."""
    lines = html.split("\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        lines[-1] = lines[-1].replace("\n", " ")
    return _broken("\n".join(lines))


def _laid(html: str, deepest: int) -> str | None:
    nested, place = _Nested(deepest), 0
    made: list[str] = []
    for count, found in enumerate(TAG.finditer(html)):
        between = html[place : found.start()]
        place = found.end()
        name, closing = found[2].lower(), bool(found[1])
        nested.lays(len(between))
        flat = nested.passes(name, closing=closing)
        if not flat and not closing:
            nested.grid(name, found[3])
        if nested.too_much or count > MAX_TAGS or _STRAY.search(between):
            return None
        made += _broken(between), _block(name, closing=closing) if flat else _tag(found)
    nested.lays(len(html) - place)
    if nested.too_much or _STRAY.search(html, place):
        return None
    return "".join((*made, _broken(html[place:])))


@dataclass(slots=True)
class _Grid:
    """Of one table, as far as it is read. Cells that hang into later rows may push all others to
    the side, so each counts for every row."""

    row: int = 0
    rows: int = 1
    widest: int = 1
    width: int = 0  # of the present row
    hanging: int = 0

    def begins_row(self) -> None:
        self.row += 1
        self.rows = max(self.rows, self.row)
        self.width = 0

    def cell(self, columns: int, rows: int) -> None:
        self.rows = max(self.rows, self.row + rows - 1)
        if rows > 1:
            self.hanging += columns
        else:
            self.width += columns
            self.widest = max(self.widest, self.width)

    @property
    def size(self) -> int:
        return self.rows * (self.widest + self.hanging)


class _Nested:
    """How deep the tags so far stand within each other, and what their layout costs."""

    def __init__(self, deepest: int) -> None:
        self.depth = self._tables = self._work = 0
        self._deepest = deepest
        self._grids: list[_Grid] = []
        self._cells = 0  # of the tables that are closed

    @property
    def too_much(self) -> bool:
        open_cells = self._grids[-1].size if self._grids else 0
        return (
            self.depth > MAX_NESTED
            or self._work > MAX_WORK
            or self._cells + open_cells > MAX_CELLS
        )

    def lays(self, characters: int) -> None:
        self._work += characters << min(self._tables, self._deepest)

    def grid(self, name: str, attributes: str) -> None:
        """A tag of a table that is laid out as one."""
        if name == "table":
            self._grids.append(_Grid())
        elif name == "tr" and self._grids:
            self._grids[-1].begins_row()
        elif name in ("td", "th") and self._grids:
            spans = {one[1].lower(): min(int(one[2]), 999) for one in _SPAN.finditer(attributes)}
            self._grids[-1].cell(spans.get("col", 1) or 1, spans.get("row", 1) or 1)

    def passes(self, name: str, *, closing: bool) -> bool:
        """Counts a tag; whether it is part of a table that stands too deep."""
        if name == "table" and not closing:
            self._tables += 1
        too_deep = name in _TABLE_PARTS and self._tables > self._deepest
        if name == "table" and closing:
            self._tables = max(0, self._tables - 1)
            if self._grids and not too_deep:
                self._cells += self._grids.pop().size
        if name not in VOID:
            self.depth = max(0, self.depth - 1) if closing else self.depth + 1
        return too_deep


def _tag(found: re.Match[str]) -> str:
    rest = _SIZE.sub(lambda m: f"{m[1]}{m[2]}{MAX_NUMBER}", found[3])
    rest = _STYLE.sub(lambda m: _NO_SIZE.sub("font-size:1px", _BIG.sub(MAX_NUMBER, m[0])), rest)
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
