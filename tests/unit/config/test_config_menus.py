"""[[menus]]: every mistake with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUEUE = '[[queues]]\nid = "main"\nname = "Main"\ndnis = ["910000000"]\n'
MENU = QUEUE + '[[menus]]\nid = "start"\ndnis = ["910000001"]\nsay = ["announcement"]\n'
KEY = '[[menus.keys]]\nkey = "1"\nqueue = "main"\n'
RIGHT = MENU + KEY


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str], list[tuple[int | None, str]]]:
    def told(text: str) -> list[tuple[int | None, str]]:
        path = tmp_path / "bridge.toml"
        path.write_text(text)
        try:
            read(path)
        except ConfigError as error:
            return [(one.line, f"{one.what} {one.fix}") for one in error.mistakes]
        return []

    return told


def test_a_menu_with_a_key_is_right(said):
    assert said(RIGHT) == []


def test_a_menu_that_collects_is_right(said):
    assert said(MENU + 'collect = "customer"\n') == []


def test_a_menu_that_says_itself_again_and_leads_out_is_right(said):
    assert said(RIGHT + '[[menus.keys]]\nkey = "2"\nmenu = "start"\n') == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (MENU, 5, "asks for nothing"),
        (MENU + 'collect = "customer"\n' + KEY, 9, "at once"),
        (RIGHT.replace('say = ["announcement"]\n', ""), 5, "says nothing"),
        (MENU + 'otherwise = "mian"\n' + KEY, 9, 'no queue "mian". Known: main'),
        (RIGHT + KEY, 13, "there twice"),
        (RIGHT.replace('queue = "main"\n', ""), 9, "does nothing"),
        (RIGHT + "hang_up = true\n", 9, "two things"),
        (RIGHT.replace('queue = "main"', 'queue = "sales"'), 11, 'no queue "sales"'),
        (RIGHT.replace('queue = "main"', 'menu = "other"'), 11, 'no menu "other". Known: start'),
        (RIGHT.replace("910000001", "+34 910 000 000"), 7, 'leads to queue "main" already'),
        (RIGHT.replace('dnis = ["910000001"]\n', ""), 5, "reached by no number"),
        (MENU + 'lines = ["x"]\n' + KEY, 9, 'no line "x"'),
        (RIGHT.replace('key = "1"', 'key = "12"'), 10, "0 to 9, * or #"),
        (RIGHT.replace('[[menus]]\nid = "start"', '[[menus]]\nid = "a b"'), 6, "id"),
        (MENU + 'collect = "Customer No"\n', 9, "of a-z, 0-9 and _, a letter first"),
        (MENU + "tries = 0\n" + KEY, 9, "tries"),
        (RIGHT.replace("910000001", "abc"), 7, '"abc" is no dialled number'),
        (RIGHT.replace('queue = "main"', 'menu = "start"'), 9, "round and round"),
        (
            RIGHT.replace('queue = "main"', 'menu = "b"')
            + '[[menus]]\nid = "b"\nsay = ["announcement"]\n'
            + '[[menus.keys]]\nkey = "1"\nmenu = "start"\n',
            15,
            'menu "b": its keys lead to menus only',
        ),
    ],
)
def test_each_mistake_is_told_with_its_line(said, text, line, words):
    found = said(text)
    assert any(words in what for _, what in found), found
    assert line in [at for at, what in found if words in what]
