"""Templates of resources/asterisk: `;es` and `;en` begin a comment, `@NAME@` is filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cti_bridge.resources import resources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_COMMENT: Final = re.compile(r"^;(es|en)(?: (.*))?$")  # not ";endpoint"
_PLACE: Final = re.compile(r"@([A-Z_]+)@")


def folder() -> Path:
    return resources() / "asterisk"


def render(name: str, language: str, values: Mapping[str, str]) -> str:
    """The template with the comments of one language. A part that is put in has its own. Raises
    KeyError for a place that `values` does not have."""
    return fill((folder() / name).read_text("utf-8"), language, values, plain=name[-4:] == ".txt")


def fill(text: str, language: str, values: Mapping[str, str], *, plain: bool = False) -> str:
    """As `render`; a `plain` text keeps its words and loses the mark of a comment."""
    mark = "" if plain else "; "
    filled = _PLACE.sub(lambda place: values[place[1]], text)
    kept = []
    for line in filled.splitlines():
        comment = _COMMENT.match(line)
        if comment is None:
            kept.append(line)
        elif comment[1] == language:
            kept.append(f"{mark}{comment[2] or ''}".rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).lstrip("\n") + "\n"
