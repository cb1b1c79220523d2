"""docs/configuration.md against the values that the bridge reads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from cti_bridge.config.shape import default_of
from cti_bridge.config.values import Config, Section

DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def chapters() -> dict[str, str]:
    """Text of each `## [section]` and `### [[section.part]]`, by the name with its brackets."""
    pieces = re.split(r"^##+ (\[+[\w.]+\]+)$", DOCUMENT.read_text(), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def sections(of: type[Section] = Config, around: str = "") -> list[tuple[str, type[Section]]]:
    """("[site]", Site), ("[[lines]]", Line), ("[[queues.relax]]", RelaxStep), …"""
    found: list[tuple[str, type[Section]]] = []
    for name, hint in get_type_hints(of).items():
        entry = next((part for part in get_args(hint) if part is not ...), hint)
        if not (isinstance(entry, type) and issubclass(entry, Section)):
            continue
        path = f"{around}{name}"
        found.append((f"[{path}]" if entry is hint else f"[[{path}]]", entry))
        found.extend(sections(entry, f"{path}."))
    return found


def written(default: Any) -> str:
    """As TOML writes it."""
    if isinstance(default, tuple):
        return "[" + ", ".join(written(item) for item in default) + "]"
    if isinstance(default, Section):
        default = {
            field.name: getattr(default, field.name)
            for field in msgspec.structs.fields(default)
            if field.required or getattr(default, field.name) != default_of(field)
        }
    if isinstance(default, dict):
        pairs = (f"{key} = {written(value)}" for key, value in default.items())
        return "{ " + ", ".join(pairs) + " }" if default else "{}"
    if isinstance(default, bool):
        return str(default).lower()
    return f'"{default}"' if isinstance(default, str) else str(default)


@pytest.mark.parametrize(("name", "section"), sections(), ids=lambda value: str(value))
def test_every_key_is_there_with_its_default(name: str, section: type[Section]) -> None:
    rows = {key: default for key, default, _meaning in ROW.findall(chapters()[name])}
    expected = {
        field.name: "required" if field.required else f"`{written(default_of(field))}`"
        for field in msgspec.structs.fields(section)
    }
    assert rows == expected


def test_no_chapter_is_of_a_section_that_is_gone() -> None:
    assert list(chapters()) != []
    assert set(chapters()) == {name for name, _section in sections()}


def test_the_first_file_is_one_that_the_bridge_reads() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    config = msgspec.convert(tomllib.loads(example), Config)
    assert [line.user for line in config.lines] == ["1003"]
