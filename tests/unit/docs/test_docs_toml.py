"""The pieces of bridge.toml in README and docs against what the bridge reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r'^(?:\w+_file|tls_\w+) = "([^"]+)"', re.MULTILINE)


def pieces() -> Iterator[object]:
    """Each piece by its page and its line; those without a section are part of a sentence."""
    for page in PAGES:
        text = page.read_text()
        for found in BLOCK.finditer(text):
            if re.search(r"^\[", found[1], re.MULTILINE):
                line = text.count("\n", 0, found.start()) + 2
                yield pytest.param(found[1], id=f"{page.name}:{line}")


def whole(piece: str) -> str:
    """With the queues, hours and lines that a piece names and another one has."""
    queues = set(re.findall(r'^queue = "(\w+)"', piece, re.MULTILINE))
    for names in re.findall(r"^queues = \[(.*)\]", piece, re.MULTILINE):
        queues |= set(re.findall(r"\w+", names))
    own = set(re.findall(r'^id = "(\w+)"', piece, re.MULTILINE))
    missing = "".join(f'[[queues]]\nid = "{name}"\nname = "{name}"\n\n' for name in queues - own)
    hours = set(re.findall(r'^hours = "(\w+)"', piece, re.MULTILINE)) - own
    return piece + "\n" + missing + "".join(f'[[hours]]\nid = "{name}"\n' for name in hours)


@pytest.mark.parametrize("piece", list(pieces()))
def test_a_piece_that_is_shown_is_one_that_the_bridge_reads(piece: str, tmp_path: Path) -> None:
    file = tmp_path / "bridge.toml"
    file.write_text(whole(piece))
    for name in FILE.findall(piece):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("sqlite:///a.db" if name == "store.url" else "a-secret" * 8)
        (tmp_path / name).chmod(0o600)
    loaded = read(file)
    assert loaded.config
