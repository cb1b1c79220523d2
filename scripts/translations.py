"""The desktop's words: `update` the .ts files, `compile` them to .qm, `check` both.

Strings are collected from the syntax tree and not by lupdate: its reader of Python misnames the
context of a `self.tr` that shares a line with `QCoreApplication.translate`, and does not see the
plural of the latter. The files are Qt's own, for Linguist and lrelease.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ROOT / "agent_desktop"
TRANSLATIONS: Final = ROOT / "resources" / "translations"
LANGUAGES: Final = {"es": "ficha_es.ts", "en": "ficha_en.ts"}
SOURCE_LANGUAGE: Final = "en"  # only its plurals need a file
FORMS: Final = 2  # singular and plural, in both languages

WORD: Final = re.compile(r"[^\W\d_]{2,}")
PLACEHOLDER: Final = re.compile(r"%n|\{[a-z_0-9]*\}|%L?[0-9]")
# fmt: off
SHOWN: Final = frozenset((
    "setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "setAccessibleName",
    "setTitle", "setAccessibleDescription", "setStatusTip", "setWhatsThis", "addTab",
    "addAction", "addItem", "addMenu", "setTabText", "setHeaderLabels", "setInformativeText",
    "setLabelText", "showMessage", "QLabel", "QPushButton", "QToolButton", "QAction",
    "QCheckBox", "QRadioButton", "QGroupBox", "QMenu"
))
# fmt: on
"""Calls whose literal argument a person would read."""
SHOWN_KEYWORDS: Final = frozenset({"text", "title", "hint", "label", "placeholder", "tooltip"})
SAME_EVERYWHERE: Final = frozenset({"Ficha", "Ctrl", "Esc", "DTMF"})


@dataclass(frozen=True, slots=True, order=True)
class Message:
    context: str
    source: str
    comment: str = ""
    numerus: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    where: str
    what: str


class Reader(ast.NodeVisitor):
    """Collects the messages of one module, and the words it shows without a translation."""

    def __init__(self, path: Path) -> None:
        self.where = path.relative_to(ROOT).as_posix()
        self.in_views = "views" in path.parts
        self.messages: set[Message] = set()
        self.faults: list[Fault] = []
        self._classes: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name == "tr":
            self._add(node, self._context(node), node.args)
        elif name in {"translate", "QT_TRANSLATE_NOOP"} and len(node.args) > 1:
            context = _literal(node.args[0])
            if context is not None:
                self._add(node, context, node.args[1:], noop=name != "translate")
        elif self.in_views:
            self._bare(node, name)
        self.generic_visit(node)

    def _context(self, node: ast.Call) -> str | None:
        if self._classes:
            return self._classes[-1]
        self._fault(node, "tr() outside a class has no context: use QCoreApplication.translate")
        return None

    def _add(
        self, node: ast.Call, context: str | None, args: list[ast.expr], *, noop: bool = False
    ) -> None:
        if context is None or not args:
            return
        source = _literal(args[0])
        if source is None:
            if not noop and _name(node.func) == "tr":
                self._fault(node, "tr() of something that is not a literal")
            return
        comment = (_literal(args[1]) if len(args) > 1 else None) or ""
        numerus = len(args) > 2 or any(k.arg == "n" for k in node.keywords)
        self.messages.add(Message(context, source, comment, numerus))

    def _bare(self, node: ast.Call, name: str) -> None:
        shown = list(node.args) if name in SHOWN else []
        shown += [k.value for k in node.keywords if k.arg in SHOWN_KEYWORDS]
        for value in shown:
            for text in _texts(value):
                words = set(WORD.findall(text)) - SAME_EVERYWHERE
                if words:
                    self._fault(node, f"shown without a translation: {text!r}")

    def _fault(self, node: ast.Call, what: str) -> None:
        self.faults.append(Fault(f"{self.where}:{node.lineno}", what))


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _texts(node: ast.expr) -> Iterator[str]:
    """Literal text in an expression that is shown as it stands."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (t for part in node.values for t in _texts(part))
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _texts(node.left)
        yield from _texts(node.right)


def collect() -> tuple[set[Message], list[Fault]]:
    messages: set[Message] = set()
    faults: list[Fault] = []
    for path in sorted(SOURCES.rglob("*.py")):
        reader = Reader(path)
        reader.visit(ast.parse(path.read_text(encoding="utf-8"), str(path)))
        messages |= reader.messages
        faults += reader.faults
    return messages, faults


# -- .ts ------------------------------------------------------------------------------------------


def read_ts(path: Path) -> dict[Message, tuple[str, ...]]:
    """Message -> its translation, one form or `FORMS`; empty strings where unfinished."""
    if not path.exists():
        return {}
    found: dict[Message, tuple[str, ...]] = {}
    for context in ET.parse(path).getroot().iter("context"):
        name = context.findtext("name") or ""
        for node in context.iter("message"):
            message = Message(
                name,
                node.findtext("source") or "",
                node.findtext("comment") or "",
                node.get("numerus") == "yes",
            )
            found[message] = _translation(node)
    return found


def _translation(node: ET.Element) -> tuple[str, ...]:
    translation = node.find("translation")
    if translation is None or translation.get("type") in {"vanished", "obsolete"}:
        return ("",)
    if node.get("numerus") == "yes":
        return tuple(form.text or "" for form in translation.iter("numerusform"))
    return (translation.text or "",)


def write_ts(path: Path, language: str, table: dict[Message, tuple[str, ...]]) -> None:
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage=SOURCE_LANGUAGE)
    context, name = root, None
    for message in sorted(table):
        if message.context != name:
            name = message.context
            context = ET.SubElement(root, "context")
            ET.SubElement(context, "name").text = name
        _write_message(context, message, table[message])
    ET.indent(root, " " * 4)
    text = ET.tostring(root, encoding="unicode")
    path.write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', encoding="utf-8"
    )


def _write_message(context: ET.Element, message: Message, forms: tuple[str, ...]) -> None:
    node = ET.SubElement(context, "message")
    if message.numerus:
        node.set("numerus", "yes")
    ET.SubElement(node, "source").text = message.source
    if message.comment:
        ET.SubElement(node, "comment").text = message.comment
    translation = ET.SubElement(node, "translation")
    if not all(forms):
        translation.set("type", "unfinished")
    if message.numerus:
        for form in (*forms, *[""] * FORMS)[:FORMS]:
            ET.SubElement(translation, "numerusform").text = form
    else:
        translation.text = forms[0]


def wanted(messages: Iterable[Message], language: str) -> set[Message]:
    return {m for m in messages if language != SOURCE_LANGUAGE or m.numerus}


def update() -> int:
    messages, faults = collect()
    for language, name in LANGUAGES.items():
        path = TRANSLATIONS / name
        old = read_ts(path)
        empty = {True: ("",) * FORMS, False: ("",)}
        table = {m: old.get(m, empty[m.numerus]) for m in wanted(messages, language)}
        write_ts(path, language, table)
        missing = sum(not all(forms) for forms in table.values())
        gone = len(old.keys() - table.keys())
        _say(f"{name}: {len(table)} messages, {missing} to translate, {gone} dropped")
    return _report(faults)


# -- .qm ------------------------------------------------------------------------------------------


def compile_ts(ts: Path, qm: Path) -> None:
    """Raises subprocess.CalledProcessError with what lrelease said."""
    lrelease = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run(
        [lrelease, "-silent", ts, "-qm", qm], check=True, capture_output=True, text=True
    )


def compile_all() -> int:
    for name in LANGUAGES.values():
        ts = TRANSLATIONS / name
        compile_ts(ts, ts.with_suffix(".qm"))
    return 0


# -- check ----------------------------------------------------------------------------------------


def check() -> int:
    messages, faults = collect()
    for language, name in LANGUAGES.items():
        faults += check_ts(name, read_ts(TRANSLATIONS / name), wanted(messages, language))
        faults += check_qm(TRANSLATIONS / name)
    return _report(faults)


def check_ts(
    name: str, table: dict[Message, tuple[str, ...]], expected: set[Message]
) -> Iterator[Fault]:
    for message in sorted(expected - table.keys()):
        yield Fault(name, f"missing: {message.context}: {message.source!r} (run `update`)")
    for message in sorted(table.keys() - expected):
        yield Fault(name, f"obsolete: {message.context}: {message.source!r} (run `update`)")
    for message in sorted(table.keys() & expected):
        forms = table[message]
        if not all(forms) or len(forms) != (FORMS if message.numerus else 1):
            yield Fault(name, f"unfinished: {message.context}: {message.source!r}")
        elif any(_placeholders(form) != _placeholders(message.source) for form in forms):
            yield Fault(name, f"other placeholders: {message.context}: {message.source!r}")


def _placeholders(text: str) -> set[str]:
    """Which must stand in a translation too; a singular may say "one" and drop its %n."""
    return set(PLACEHOLDER.findall(text)) - {"%n"}


def check_qm(ts: Path) -> Iterator[Fault]:
    qm = ts.with_suffix(".qm")
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / qm.name
        compile_ts(ts, fresh)
        if not qm.exists() or qm.read_bytes() != fresh.read_bytes():
            yield Fault(qm.name, "is not what its .ts compiles to (run `compile`)")


def _report(faults: list[Fault]) -> int:
    for fault in faults:
        _say(f"{fault.where}: {fault.what}")
    return 1 if faults else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


COMMANDS: Final = {"update": update, "compile": compile_all, "check": check}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args(arguments).command]()


if __name__ == "__main__":
    sys.exit(main())
