"""Every reason that the bridge's import gives is known to the desktop in the user's language.

The sentences are read out of the source that makes them: a new one is found here before somebody
reads it in another language than their own.
"""

from __future__ import annotations

import ast
import re
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent_desktop.views.importing import reasons
from cti_bridge.customers import identities
from cti_bridge.protocol.vocabulary import FieldType
from cti_bridge.store import failures

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
CUSTOMERS = ROOT / "cti_bridge" / "customers"
ROOMS = (
    *sorted((CUSTOMERS / "sources").glob("*.py")),
    *sorted((ROOT / "cti_bridge" / "readers").glob("*.py")),
)
DETAILS = tuple(CUSTOMERS / f"{name}.py" for name in ("identities", "fields", "details"))
MAKERS = {"RowProblem": 1, "SourceError": 0, "IdentityError": 0, "invalid": 1}
"""Calls that make a reason, and which of their arguments it is."""
CELL = 'doce: "de" l\'any {number}'
SAMPLES: dict[str, tuple[Any, ...]] = {
    "text[:40]": (CELL, "it's", "", "a\nb\\"),
    "clean_line(cell)[:40]": (CELL,),
    "shown": (CELL,),
    "shown(heading)": ("Móvil",),
    "shown(gone[0])": ("Móvil",),
    "shown(column.heading)": ("Alta: fecha",),
    "clean_line(doubtful)[:40]": ("3/2/2024",),
    "clean_line(name)[:SHOWN]": ("custom",),
    "wanted": ("Activos",),
    "name": ("name", "custom.plan_2"),
    "name.removeprefix(CUSTOM)": ("plan",),
    "place.sheet": ("Activos",),
    "one": ("Nombre",),
    "other": ("Cliente",),
    "found": ("Nombre, Móvil: casa",),
    "', '.join(HEADINGS)": ("name, phone",),
    "', '.join(names[:20])": ("Activos, Bajas",),
    "_listed(headings)": ("Nombre, Móvil",),
    "expected": ("name, teléfono",),
    "order": (" in the order of its column, dmy", ""),
    "column.order": ("dmy",),
    "field.type": tuple(FieldType),
    "path": ("clientes.xlsx",),
    "self._path": ("clientes: norte.xlsx",),
    "where": ("sqlite:///tienda.db",),
    "self._where": ("postgresql://ana@localhost/tienda",),
    "source.about.name": ("clientes.csv",),
    "_place(source)": ("", ", line 3"),
    "error.strerror": ("Permission denied", "Something new"),
    "error": ("not an e-mail address",),
    "error.detail": ("not one of its choices",),
    "problem.what": ("'x' is no field",),
    "after": (1_200,),
    "why": ("(1146, \"Table 'a.b' doesn't exist\")",),
    "url.drivername": ("oracle",),
    "_why(error)": (
        "unknown country code", "no digits", "too short", "too long", "unreadable"
    ),
    "_POSSIBLE.get(reason, 'length')": (*identities._POSSIBLE.values(), "length"),
    "self._encoding": ("utf-8-sig",),
    "layout.encoding": ("cp1252",),
    "encoding": ("utf-16-le",),
}  # fmt: skip
"""Of each expression that stands in a reason, what it may be; a number where it is not here."""
OWN: dict[tuple[str, str], tuple[Any, ...]] = {
    ("cti_bridge/readers/sheets.py", "error"): ("bad zip", "a: b"),
    ("cti_bridge/readers/encodings.py", "found"): ("utf-8-sig",),
}
"""What it is in one module, where that is another thing."""
OTHERS = {"details": {"time_zone"}, "fields": {"clean", "_text"}}
"""Of these modules only so much is asked about a source; the rest about a form."""


class Reasons(ast.NodeVisitor):
    """The expressions of one module that are reasons, each with its function's variables."""

    def __init__(self) -> None:
        self.found: list[tuple[ast.expr, ast.AST]] = []
        self._inside: list[ast.AST] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside.append(node)
        self.generic_visit(node)
        self._inside.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in MAKERS:
            self.found.append((node.args[MAKERS[name]], self._inside[-1]))
        elif name == "RowError":
            what = next(one.value for one in node.keywords if one.arg == "what")
            self.found.append((what, self._inside[-1]))
        self.generic_visit(node)


def said_by(path: Path) -> Iterator[str]:
    where = path.relative_to(ROOT).as_posix()
    reader = Reasons()
    reader.visit(ast.parse(path.read_text(encoding="utf-8")))
    for node, function in reader.found:
        if path.stem in OTHERS and getattr(function, "name", "") not in OTHERS[path.stem]:
            continue
        yield from filled(node, function, where)


def filled(node: ast.expr, function: ast.AST, where: str) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield from map("".join, product(*(piece(part, where) for part in parts)))
        case ast.IfExp(body=one, orelse=other):
            yield from filled(one, function, where)
            yield from filled(other, function, where)
        case ast.Name(id=name):
            for value in assigned(name, function):
                yield from filled(value, function, where)
        case _:  # a library's own words, or what is collected where it is made
            assert ast.unparse(node) in ("str(error)", "problem.what"), f"{where}:{node.lineno}"


def assigned(name: str, function: ast.AST) -> list[ast.expr]:
    every = (one for one in ast.walk(function) if isinstance(one, ast.Assign))
    values = [one.value for one in every if ast.unparse(one.targets[0]) == name]
    assert values, f"what is {name}?"
    return values


def piece(part: ast.expr, where: str) -> list[str]:
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    assert isinstance(part, ast.FormattedValue)
    name = ast.unparse(part.value)
    if part.format_spec is not None:  # a day, or a long number
        return ["1822-05-31" if "Y" in ast.unparse(part.format_spec) else "1234567890123456"]
    values = OWN.get((where, name)) or SAMPLES.get(name)
    if values is None:
        counted = name.isupper() or name.startswith("len(") or ">>" in name
        counted = counted or name in ("count", "most")
        assert counted, f"{where}:{part.lineno}: no sample of {name}"
        values = (10_000,)
    return [repr(one) if part.conversion == ord("r") else str(one) for one in values]


EVERY = sorted({(path.name, text) for path in (*ROOMS, *DETAILS) for text in said_by(path)})


@pytest.mark.parametrize(("room", "text"), EVERY)
def test_the_desktop_knows_every_reason(room: str, text: str) -> None:
    assert reasons.known(text), room


def test_no_reason_is_known_that_nobody_gives() -> None:
    given = {pattern for _, text in EVERY for pattern in used(text)}
    given |= {what for _, what, _ in (*failures.SQLITE.values(), *failures.POSTGRESQL.values())}
    given.add("every database connection is in use")
    assert set(reasons.REASONS) == given - set(map(str, reasons.SYSTEM))


def used(text: str) -> Iterator[str]:
    _, found = reasons._parts(text)
    if found is not None:
        yield found[0]
        yield from used(found[1].get("detail", ""))


def test_no_reason_is_another_one_too() -> None:
    for _, text in EVERY:
        fits = (matching(tail) for _, tail in reasons._splits(text))
        first = next(patterns for patterns in fits if patterns)
        assert len(first) == 1, text


def matching(text: str) -> list[str]:
    return [pattern for pattern in reasons.KNOWN if reasons._match(pattern, text) is not None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'doce': not a phone number (no digits)", "“doce”: not a phone number (no digits)"),
        ("'a: empty': not an e-mail address", "“a: empty”: not an e-mail address"),
        ("\"it's\" is not a number", "“it's” is not a number"),
        (r"'a\'b\\' is not a number", "“a'b\\” is not a number"),
        (r"'a\u202eb' is not a number", r"“a\u202eb” is not a number"),  # stays harmless
        ("'{number}' is not a number", "“{number}” is not a number"),
        ("longer than 10000 characters", "longer than 10,000 characters"),
        ("a.csv: cannot be read: Permission denied", "a.csv: cannot be read: Permission denied"),
        ("a.xlsx: the sheet 'B' is empty; choose with --sheet",
         "a.xlsx: the sheet “B” is empty; choose another one"),
        (f"{'9' * 99} fields for 3 columns", f"{'9' * 99} fields for 3 columns"),
        ("nobody ever said: this", "nobody ever said: this"),
        ("", ""),
    ],
)  # fmt: skip
def test_reasons_in_the_language_of_the_source(text: str, said: str) -> None:
    assert reasons.said(text).replace("10000", "10,000") == said


def test_fields_and_orders_by_their_words() -> None:
    text = "'3/2' is not a date in the order of its column, dmy"
    assert reasons.said(text, {"dmy": "day, month, year"}.__getitem__).endswith("day, month, year")


def test_a_reason_that_came_without_its_end_is_known() -> None:
    text = "x: the column 'Alta' is gone that this source had; found " + "Columna, " * 40
    assert reasons.known(text[:200])
    assert reasons.known(f"db: the source broke after row 7: {'why ' * 200}"[:400])


def test_what_a_source_is() -> None:
    assert reasons.detail("sheet", "sheet Activos") == "sheet Activos"
    assert reasons.detail("csv", "utf-8") == "utf-8"
    assert reasons.detail("database", "query") == "query"


def test_places_are_of_a_known_kind() -> None:
    for pattern in reasons.KNOWN:
        for _, kind in re.findall(reasons._PLACE, pattern):
            assert kind in reasons.PLACES
