"""The script of the translations: what it collects, and what it refuses."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_spec = importlib.util.spec_from_file_location("translations", ROOT / "scripts/translations.py")
assert _spec is not None
assert _spec.loader is not None
translations = importlib.util.module_from_spec(_spec)
sys.modules["translations"] = translations
_spec.loader.exec_module(translations)
Message = translations.Message


def read(source: str, name: str = "views/x.py"):
    reader = translations.Reader(ROOT / "agent_desktop" / name)
    reader.visit(ast.parse(source))
    return reader


def test_contexts_comments_and_plurals_are_collected():
    reader = read(
        "class View:\n"
        "    def f(self, n):\n"
        "        return (QCoreApplication.translate('Other', '%n row(s)', '', n)\n"
        "                + self.tr('Open', 'the state') + self.tr('%n call(s)', '', n)\n"
        "                + self.tr('one ' 'two'))\n"
        "TABLE = {1: QT_TRANSLATE_NOOP('Words', 'Pear')}\n"
    )
    assert reader.messages == {
        Message("Other", "%n row(s)", "", True),
        Message("View", "Open", "the state"),
        Message("View", "%n call(s)", "", True),
        Message("View", "one two"),
        Message("Words", "Pear"),
    }
    assert reader.faults == []


@pytest.mark.parametrize(
    "line",
    [
        "label.setText('Save the file')",
        "QLabel('Save')",
        "Button(text='Save')",
        "button.setToolTip(f'Save {name}')",
        "label.setText('Save' if x else '')",
        "label.setText('Hello ' + name)",
    ],
)
def test_a_shown_word_without_a_translation_is_a_fault(line):
    assert len(read(line).faults) == 1
    assert read(line, "viewmodels/x.py").faults == []


@pytest.mark.parametrize(
    "line", ["label.setText('')", "label.setText('– · 1')", "label.setText(text)", "f('Save')"]
)
def test_what_is_no_word_is_none(line):
    assert read(line).faults == []


@pytest.mark.parametrize(
    "source", ["class V:\n  def f(self, t):\n    self.tr(t)", "tr('no class')"]
)
def test_a_tr_that_cannot_be_collected_is_a_fault(source):
    assert len(read(source).faults) == 1


def test_a_file_survives_reading_and_writing(tmp_path):
    table = {
        Message("A", "Save & <go>"): ("Guardar & <ir>",),
        Message("A", "%n call(s)", "", True): ("%n llamada", "%n llamadas"),
        Message("B", "Open", "a state"): ("",),
    }
    path = tmp_path / "x.ts"
    translations.write_ts(path, "es", table)
    assert translations.read_ts(path) == table
    assert path.read_text("utf-8").count('type="unfinished"') == 1


def check(table, expected) -> list[str]:
    return [fault.what.split(":")[0] for fault in translations.check_ts("x", table, expected)]


def test_what_a_check_refuses():
    plain, plural = Message("A", "Call {name}"), Message("A", "%n call(s)", "", True)
    good = {plain: ("Llamar a {name}",), plural: ("una llamada", "%n llamadas")}
    assert check(good, set(good)) == []
    assert check({}, {plain}) == ["missing"]
    assert check(good, {plain}) == ["obsolete"]
    assert check({plain: ("",)}, {plain}) == ["unfinished"]
    assert check({plain: ("Llamar a {nombre}",)}, {plain}) == ["other placeholders"]
    assert check({plural: ("una",)}, {plural}) == ["unfinished"]


def test_a_qm_that_is_not_its_ts_is_refused(tmp_path):
    path = tmp_path / "x.ts"
    message = Message("A", "Save")
    translations.write_ts(path, "es", {message: ("Guardar",)})
    assert len(list(translations.check_qm(path))) == 1  # not compiled
    translations.compile_ts(path, path.with_suffix(".qm"))
    assert list(translations.check_qm(path)) == []
    translations.write_ts(path, "es", {message: ("Salvar",)})
    assert len(list(translations.check_qm(path))) == 1
