"""Where each key of a TOML document stands; `tomllib` reads values but keeps no lines.

The text must already have been read by `tomllib`: only the places are looked for here, so a
malformed document is not reported, it merely yields fewer places.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR: Final = re.compile(r"[^,\]}#\r\n]*")
_STRINGS: Final = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def locate(text: str) -> dict[Path, int]:
    """The line, from 1, of each table, key and array element: `("lines", 0, "port")` → 7."""
    return _Locator(text).run()


class _Locator:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._places: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}  # elements of each array of tables

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            before = self._at
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
            if self._at == before:  # not TOML after all: give up, with what was found
                break
        return self._places

    def _header(self) -> Path:
        line = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        keys = self._keys()
        self._skip_text("]]" if is_array else "]")
        path = self._resolve(keys[:-1], line)
        last = (*path, *keys[-1:])
        if is_array:
            number = self._counts.get(last, -1) + 1
            self._counts[last] = number
            self._places.setdefault(last, line)
            last = (*last, number)
        elif last in self._counts:
            last = (*last, self._counts[last])
        self._places.setdefault(last, line)
        return last

    def _resolve(self, keys: tuple[str, ...], line: int) -> Path:
        """`[lines.extra]` after `[[lines]]` belongs to the newest element."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            self._places.setdefault(path, line)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._places.setdefault(path, line)
        self._skip_text("=")
        self._value(path)

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self._string()
            keys.append(quoted[1:-1] if quoted else self._skip(_BARE))
            self._skip(_SPACE)
            if not self._skip_text("."):
                return tuple(keys)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        if self._skip_text("["):
            self._array(path)
        elif self._skip_text("{"):
            self._inline(path)
        elif not self._string():
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        for number in range(len(self._text)):
            self._skip(_BLANK)
            if self._skip_text("]") or self._at >= len(self._text):
                return
            self._places.setdefault((*path, number), self._line())
            self._value((*path, number))
            self._skip(_BLANK)
            self._skip_text(",")

    def _inline(self, path: Path) -> None:
        while self._at < len(self._text):
            self._skip(_BLANK)
            if self._skip_text("}"):
                return
            before = self._at
            self._pair(path)
            self._skip(_BLANK)
            self._skip_text(",")
            if self._at == before:
                return

    def _string(self) -> str:
        for kind in _STRINGS:
            if match := kind.match(self._text, self._at):
                self._at = match.end()
                return match.group()
        return ""

    def _skip(self, what: re.Pattern[str]) -> str:
        match = what.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match.group()

    def _skip_text(self, what: str) -> bool:
        found = self._text.startswith(what, self._at)
        self._at += len(what) if found else 0
        return found

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1
