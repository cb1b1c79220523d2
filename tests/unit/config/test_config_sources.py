"""[[sources]]: every mistake with its line, and no password in what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import read

if TYPE_CHECKING:
    from pathlib import Path


def said_of(folder: Path, text: str) -> list[tuple[int | None, str]]:
    path = folder / "bridge.toml"
    path.write_text(f'[[sources]]\nname = "crm"\n{text}')
    path.chmod(0o600)
    try:
        read(path)
    except ConfigError as error:
        return [(one.line, f"{one.what} {one.fix}") for one in error.mistakes]
    return []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('location = "mariadb://u:s3cret@h/db"\ntable = "t"\n', 3, "a password in its address"),
        (
            'location = "postgresql://h/db?user=u&password=s3cret"\ntable = "t"\n',
            3,
            "a password in its address",
        ),
        ('location = "mariadb://u@h/db"\n', 3, "what is read of the database"),
        (
            'location = "mariadb://u@h/db"\ntable = "t"\nquery = "SELECT 1"\n',
            5,
            "a table and a query",
        ),
        (
            'location = "mariadb://u@h/db"\ntable = "t"\nsheet = "S"\n',
            5,
            "which has no sheet",
        ),
        ('location = "crm.csv"\ntable = "t"\n', 4, "a file, which has no table"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    [(number, told)] = said_of(tmp_path, text)
    assert number == line
    assert words in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    "text",
    [
        'location = "mariadb://u@h:3306/db"\ntable = "t"\n',
        'location = "postgresql://u@[::1]:5432/db"\nquery = "SELECT 1"\n',
        'location = "crm.xlsx"\nsheet = "S"\n',
    ],
)
def test_what_is_right_is_not_talked_about(tmp_path: Path, text: str) -> None:
    assert said_of(tmp_path, text) == []
