"""Regular expressions that stand in bridge.toml: the internal numbers of a PBX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.config.locate import Path
    from cti_bridge.config.shape import Places

MAX_PATTERN: Final = 200


def check(what: str, patterns: tuple[str, ...], path: Path, places: Places) -> None:
    """Tells `places` of each of `path` that is no pattern; `what` is whose they are."""
    for place, pattern in enumerate(patterns):
        if fault := _fault(pattern):
            places.mistake(
                (*path, place),
                f'{what}: "{pattern[:80]}" is no regular expression ({fault}).',
                r"Write for example '[1-4]\d{3}', in single quotes.",
            )


def right(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Those that can be used."""
    return tuple(pattern for pattern in patterns if not _fault(pattern))


def _fault(pattern: str) -> str:
    if len(pattern) > MAX_PATTERN:
        return "it is too long"
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return ""
