"""A TOML document against the sections of `values`: every mistake, not only the first."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import inspect

from cti_bridge.config.errors import Mistake
from cti_bridge.config.values import Config, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cti_bridge.config.locate import Path

SECRET: Final = ("password", "secret", "url")
NAMED_BY: Final = ("id", "code", "login", "name")
_NOTHING: Final = object()
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")  # "\u0000" in TOML; no path and no name has one
_CONTROL_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
TEXTS: Final = ("text", "signature")  # of several lines: what customers read


@dataclass(slots=True)
class Places:
    """Lines of a document, and the mistakes found on them."""

    lines: Mapping[Path, int]
    mistakes: list[Mistake] = field(default_factory=list)
    # numbers in the file, by list: "lines", or "queues[1].overflow"
    kept: dict[str, list[int]] = field(default_factory=dict)
    # what entries that were left out are called, by list; "": who can tell
    left: dict[str, set[str]] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """Of the path, or of the nearest thing around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def number(self, path: Path, number: int) -> int:
        """Of the entry in the file; entries that were left out have shifted the others."""
        kept = self.kept.get(_where(path))
        return kept[number] if kept else number

    def left_out(self, name: str, called: str) -> bool:
        """Whether `called` is, or may be, an entry of a list that was left out, and told so."""
        return bool(self.left.get(name, set()) & {called, ""})

    def some_left_out(self, name: str) -> bool:
        return bool(self.left.get(name))

    def mistake(self, path: Path, what: str, fix: str = "") -> None:
        self.mistakes.append(
            Mistake(what=what, fix=fix, line=self.line(*path), where=_where(path))
        )


def build(data: Mapping[str, Any], places: Places) -> Config:
    """The configuration of what is right in `data`; what is wrong is told to `places` and
    stands at its default, and an entry that lacks what it needs is left out."""
    fields = msgspec.structs.fields(Config)
    _unknown(data, [one.name for one in fields], (), places)
    parts: dict[str, Any] = {}
    for one in fields:
        if one.name in data:
            part = _field(one, data[one.name], (one.name,), places)
            parts |= {one.name: part} if part is not _NOTHING else {}
    return Config(**parts)


def _entries(kind: type, value: Any, path: Path, places: Places) -> Any:
    if not isinstance(value, list):
        what = f'"{_where(path)}" is a list of tables.'
        places.mistake(path, what, f"Write [[{_heading(path)}]].")
        places.left.setdefault(_where(path), set()).add("")
        return _NOTHING
    kept: list[int] = []
    entries: list[Any] = []
    for number, one in enumerate(value):
        entry = _table(kind, one, (*path, number), places)
        if entry is not None:
            entries.append(entry)
            kept.append(number)
        else:
            places.left.setdefault(_where(path), set()).add(_called(one, (*path, number), places))
    places.kept[_where(path)] = kept
    return tuple(entries)


def _called(entry: Any, path: Path, places: Places) -> str:
    """As other entries name it; "" where it does not say, or not rightly."""
    key = next((one for one in NAMED_BY if isinstance(entry, dict) and one in entry), "")
    wrong = any(one.where == _where((*path, key)) for one in places.mistakes)
    return str(entry[key]) if key and not wrong else ""


def _heading(path: Path) -> str:
    """`("queues", 0, "waiting")` → `queues.waiting`, as TOML names a table."""
    return ".".join(part for part in path if isinstance(part, str))


def _table(kind: type, value: Any, path: Path, places: Places) -> Section | None:
    if not isinstance(value, dict):
        name = _heading(path)
        places.mistake(path, f'"{name}" is a table.', f"Write [{name}].")
        return None
    fields = msgspec.structs.fields(kind)
    _unknown(value, [one.name for one in fields], path, places)
    good: dict[str, Any] = {}
    complete = True
    for one in fields:
        here = (*path, one.name)
        if one.name in value:
            read = _field(one, value[one.name], here, places)
            if read is not _NOTHING:
                good[one.name] = read
        elif one.required:
            wanted = expected(inspect.type_info(one.type))
            places.mistake(here, f"{_where(here)} is missing.", f"Give it: {wanted}.")
        complete &= not one.required or one.name in good
    section: Section | None = kind(**good) if complete else None
    return section


def _field(one: msgspec.structs.FieldInfo, value: Any, path: Path, places: Places) -> Any:
    match inspect.type_info(one.type):
        case inspect.StructType(cls=kind):
            section = _table(kind, value, path, places)
            return _NOTHING if section is None else section
        case inspect.VarTupleType(item_type=inspect.StructType(cls=kind)):
            return _entries(kind, value, path, places)
        case inspect.DictType(value_type=info) if isinstance(value, dict):
            return _pairs(one, info, value, path, places)
        case _:
            return _plain(one, value, path, places)


def _pairs(
    one: msgspec.structs.FieldInfo,
    info: inspect.Type,
    value: dict[str, Any],
    path: Path,
    places: Places,
) -> Any:
    """A table whose keys are free; each value is blamed on its own line."""
    good: dict[str, Any] = {}
    for key, item in value.items():
        here = (*path, key)
        try:
            good |= msgspec.convert({key: item}, one.type)
        except msgspec.ValidationError:
            if isinstance(info, inspect.VarTupleType) and isinstance(item, list):
                _blame(one, key, item, here, places)
            else:
                _not_expected(one.name, info, item, here, places, "")
            continue
        if _has_control((key, good[key])):
            places.mistake(here, f"{_where(here)} has a control character in it.")
    return good


def _blame(
    one: msgspec.structs.FieldInfo, key: str, items: list[Any], path: Path, places: Places
) -> None:
    info = inspect.type_info(one.type)
    assert isinstance(info, inspect.DictType)
    assert isinstance(info.value_type, inspect.VarTupleType)
    for number, item in enumerate(items):
        try:
            msgspec.convert({key: [item]}, one.type)
        except msgspec.ValidationError:
            here = (*path, number)
            _not_expected(one.name, info.value_type.item_type, item, here, places, "")


def _has_control(value: Any, pattern: re.Pattern[str] = _CONTROL) -> bool:
    if isinstance(value, tuple):
        return any(_has_control(one, pattern) for one in value)
    return isinstance(value, str) and bool(pattern.search(value))


def _plain(one: msgspec.structs.FieldInfo, value: Any, path: Path, places: Places) -> Any:
    info = inspect.type_info(one.type)
    try:
        read = msgspec.convert(value, one.type)
    except msgspec.ValidationError:
        fix = "" if one.required else _default_told(one)
        if isinstance(info, inspect.VarTupleType) and isinstance(value, list):
            return _elements(info.item_type, one, value, path, places, fix)
        _not_expected(one.name, info, value, path, places, fix)
        return _NOTHING
    if isinstance(read, float) and not math.isfinite(read):
        _not_expected(one.name, info, value, path, places, "")
        return _NOTHING
    if _has_control(read, _CONTROL_IN_TEXT if one.name in TEXTS else _CONTROL):
        places.mistake(path, f"{_where(path)} has a control character in it.")
        return _NOTHING
    return read


def _default_told(one: msgspec.structs.FieldInfo) -> str:
    default = default_of(one)
    if default is None:
        return "It may be left out."
    return f"The default is {_shown(one.name, default)}."


def default_of(one: msgspec.structs.FieldInfo) -> Any:
    """Of a field that is not required."""
    made = one.default_factory
    return made() if callable(made) else one.default


def _elements(
    info: inspect.Type,
    one: msgspec.structs.FieldInfo,
    value: list[Any],
    path: Path,
    places: Places,
    fix: str,
) -> Any:
    """Blames the elements that are wrong, each on its own line."""
    for number, element in enumerate(value):
        try:
            msgspec.convert([element], one.type)
        except msgspec.ValidationError:
            _not_expected(one.name, info, element, (*path, number), places, fix)
    return _NOTHING


def _not_expected(
    name: str, info: inspect.Type, value: Any, path: Path, places: Places, fix: str
) -> None:
    what = f"{_where(path)} must be {expected(info)}, not {_shown(name, value)}."
    places.mistake(path, what, fix)


def _unknown(value: Mapping[str, Any], known: list[str], path: Path, places: Places) -> None:
    for key in value:
        if key in known:
            continue
        close = difflib.get_close_matches(key, known, 1)
        near = f'Did you mean "{close[0]}"?' if close else ""
        there = _elsewhere(key)
        # in no table, the very name of a key says more than a table of a similar name
        told = (near, there) if path else (there, near)
        fix = next(filter(None, told), f"Known here: {', '.join(known)}.")
        places.mistake((*path, key), f'{_where((*path, key))}: no such key "{key[:80]}".', fix)


def _elsewhere(key: str) -> str:
    for one in msgspec.structs.fields(Config):
        info = inspect.type_info(one.type)
        if isinstance(info, inspect.StructType) and key in {f.name for f in info.fields}:
            return f"It belongs in [{one.name}]."
    return ""


def expected(info: inspect.Type) -> str:
    """A type in words, with its bounds."""
    match info:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=low, le=high):
            return f"a whole number{_bounds(low, high)}"
        case inspect.FloatType(ge=low, le=high):
            return f"a number{_bounds(low, high)}"
        case inspect.StrType():
            return _text(info)
        case inspect.LiteralType(values=values):
            return " or ".join(f'"{value}"' for value in values)
        case _:
            return _several(info)


def _several(info: inspect.Type) -> str:
    match info:
        case inspect.VarTupleType(item_type=item):
            return f"a list, each of it {expected(item)}"
        case inspect.DictType(value_type=item):
            return f"a table, each value of it {expected(item)}"
        case inspect.TupleType(item_types=items):
            return f"a list of {len(items)}, each {expected(items[0])}"
        case inspect.UnionType(types=kinds):
            given = [one for one in kinds if not isinstance(one, inspect.NoneType)]
            return " or ".join(map(expected, given))
        case _:
            return "of another type"


def _bounds(low: float | None, high: float | None) -> str:
    return f" from {low:g} to {high:g}" if low is not None and high is not None else ""


_PATTERNS: Final = (
    (r"^[A-Z]{2}$", 'a country of two capital letters, as "ES"'),
    ("^#", 'a colour, as "#0F6E84"'),
    (r"^\+", 'how a number begins, as "+34"'),
    ("*#", "one key of a telephone in quotes, 0 to 9, * or #"),
    ("^([a-z][a-z0-9_]", "the name of a variable, of a-z, 0-9 and _, a letter first"),
    ("^[a-z][a-z0-9_]", "a name of a-z, 0-9 and _, at most 40, a letter first"),
    ("A-Z", "at most 40 letters, digits, dots, - and _"),
    ("", "a short code of a-z, 0-9, - and _"),
)
"""By a part of the pattern, the first that is there."""


def _text(info: inspect.StrType) -> str:
    if info.pattern:
        return next(words for part, words in _PATTERNS if part in info.pattern)
    if info.max_length:
        return f"text of {info.min_length or 0} to {info.max_length} characters"
    return "text in quotes"


def _shown(name: str, value: Any) -> str:
    """A value as TOML writes it, cut short; a secret is not shown."""
    if any(word in name for word in SECRET) and value:
        return "what stands there"
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value[:60]}"'
        case list() | tuple():
            return f"[{', '.join(_shown(name, one) for one in value[:8])}]"
        case dict() | Section():
            return "a table"
        case _:
            return str(value)[:60]


def _where(path: Iterable[str | int]) -> str:
    """`("lines", 0, "port")` → `lines[1].port`, counted from 1 as people do."""
    text = ""
    for part in path:
        text += (
            f"[{part + 1}]" if isinstance(part, int) else f".{part[:80]}" if text else part[:80]
        )
    return text
